"""`records check --base`: a change is judged in a real repository, and by exactly the script of the CI file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloudbot.cli import main

PEOPLE = {
    name: f'schema = "cloudbot/person/1"\nid = "{name}"\nname = "{name.title()}"\n'
    f'accounts = [{{ net = "oftc", account = "{name}-oftc" }}, {{ net = "salsa", account = "{name}-salsa" }}]\n'
    for name in ("ann", "ben")
}
ACTION = 'schema = "cloudbot/action/1"\nid = "A-2026-001"\ntitle = "x"\nowner = "{}"\n'
ACTION += 'accepted = 2026-01-01\nstate = "open"\n'
HELPERS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


class Repo:
    """A clone with an origin, as a runner of GitLab has one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        env = os.environ | HELPERS
        done = subprocess.run(
            ["git", "-C", str(self.directory), *who, *words], check=True, capture_output=True, env=env
        )
        return done.stdout.decode()

    def write(self, path: str, text: str) -> None:
        place = self.directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def commit(self, message: str = "change") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)

    def check(self, *words: str) -> tuple[int, list[str]]:
        result = CliRunner().invoke(main, ["records", "check", str(self.directory), *words])
        return result.exit_code, result.output.splitlines()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = CliRunner().invoke(main, ["records", "init", str(tmp_path / "origin")])
    assert made.exit_code == 0
    origin = Repo(tmp_path / "origin")
    for name, text in PEOPLE.items():
        origin.write(f"people/{name}.toml", text)
    origin.write("actions/A-2026-001.toml", ACTION.format("ann"))
    origin.commit("first")
    origin.git("clone", "--quiet", str(origin.directory), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    clone.git("switch", "--quiet", "-c", "mine")
    return clone


BASE = ("--base", "origin/main")


def test_a_change_that_the_login_may_make_is_fine(repo: Repo) -> None:
    repo.write("people/ann.toml", PEOPLE["ann"] + 'zone = "UTC"\nzone_consent = true\n')
    repo.commit()
    code, said = repo.check(*BASE, "--login", "ann-salsa")
    assert (code, len(said), said[0].startswith("the change since origin/main is fine on ")) == (0, 1, True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--login", "ben-salsa"), "is changed in zone, zone_consent by ben alone"),
        (("--login", "nobody"), "is changed in zone, zone_consent by somebody unknown alone"),
        (("--login", "ann-salsa", "--net", "oftc"), "is changed in zone, zone_consent by somebody unknown alone"),
        (("--by", "ben", "--approved-by", "ben-salsa"), "is changed in zone, zone_consent by ben alone"),
    ],
)
def test_a_change_that_the_login_may_not_make_is_said(repo: Repo, words: tuple[str, ...], line: str) -> None:
    repo.write("people/ann.toml", PEOPLE["ann"] + 'zone = "UTC"\nzone_consent = true\n')
    assert [one.partition(" H-PERM ")[2].partition(";")[0] for one in repo.check(*BASE, *words)[1][:-1]] == [line]


def test_what_is_missing_is_a_second_person_only_where_it_is_known_who_approves(repo: Repo) -> None:
    repo.write("people/ann.toml", PEOPLE["ann"].replace("ann-salsa", "ann2"))
    assert repo.check(*BASE, "--login", "ann-salsa")[0] == 0
    assert repo.check(*BASE, "--login", "ann-salsa", "--approved-by", "ann-salsa")[0] == 1
    assert repo.check(*BASE, "--login", "ann-salsa", "--approved-by", "ben-salsa")[0] == 0


def test_without_a_name_only_what_nobody_may_do_is_an_error(repo: Repo) -> None:
    repo.write("README.md", "shorter\n")
    code, said = repo.check(*BASE)
    nobody = "README.md:1: D H-PERM is changed, and nobody is named who does it; write --login or --by, who changes it"
    assert (code, said[:-1]) == (0, [nobody])
    repo.git("rm", "--quiet", "actions/A-2026-001.toml")
    assert repo.check(*BASE)[0] == 1


def test_what_was_wrong_before_and_what_others_did_meanwhile_is_not_this_changes(repo: Repo, tmp_path: Path) -> None:
    repo.write("README.md", "shorter\n")
    repo.commit()
    origin = Repo(tmp_path / "origin")
    origin.write("orgs/wrong.toml", "x")
    origin.write("actions/A-2026-002.toml", ACTION.replace("001", "002").format("ben"))
    origin.commit("meanwhile")
    repo.git("fetch", "--quiet")
    assert repo.check(*BASE, "--login", "ben-salsa")[0] == 0


def test_what_two_changes_break_together_is_found_though_each_is_fine_alone(repo: Repo, tmp_path: Path) -> None:
    repo.write("people/cid.toml", PEOPLE["ben"].replace("ben", "cid").replace("cid-salsa", "dora"))
    repo.commit()
    assert repo.check()[0] == 0
    origin = Repo(tmp_path / "origin")
    origin.write("people/dora.toml", PEOPLE["ben"].replace("ben", "dora").replace("dora-salsa", "dora"))
    origin.commit("meanwhile")
    repo.git("fetch", "--quiet")
    assert [line.split()[2] for line in repo.check(*BASE)[1] if ": E " in line] == ["S-CONFUSABLE"]


def test_commits_the_branch_and_the_title_are_searched_and_not_repeated(repo: Repo) -> None:
    repo.commit("call me\n\nat +49 30 123456789\n\nSigned-off-by: Ann <ann@example.org>\nEvidence: <a.b@example.org>")
    name = repo.git("rev-parse", "HEAD")[:12]
    code, said = repo.check(*BASE, "--by", "ann", "--title=Mail dora@example.org", "--branch=flight-to-x")
    assert code == 1
    assert [line.partition(";")[0] for line in said[:-1]] == [
        f"commit {name}:3: E X-PII holds a telephone number",
        "the title:1: E X-PII holds somebody's address",
    ]
    assert "123456789" not in "".join(said)


@pytest.mark.parametrize(
    ("trailers", "lacks"),
    [
        ("On-behalf-of: ann\nVia: mr\nRequest-Id: 01", None),
        ("On-behalf-of: ann\nVia: mr", "Request-Id"),
        ("On-behalf-of: ann\nOn-behalf-of: ben\nVia: mr\nRequest-Id: 01", "On-behalf-of"),
        ("    On-behalf-of: ann\n    Via: mr\n    Request-Id: 01", "On-behalf-of, Via, Request-Id"),
    ],
)
def test_a_commit_of_the_bot_has_its_trailers_once(repo: Repo, trailers: str, lacks: str | None) -> None:
    repo.commit(f"action A-2026-001: accept\n\n{trailers}")
    said = repo.check(*BASE, "--by", "ann", "--bot-email", "ann@example.org")[1]
    found = [line.partition("does not say ")[2].partition(" once")[0] for line in said if "H-TRAILER" in line]
    assert found == ([] if lacks is None else [lacks])
    assert not any(
        "H-TRAILER" in line for line in repo.check(*BASE, "--by", "ann", "--bot-email", "bot@example.org")[1]
    )


def test_the_document_says_since_what(repo: Repo) -> None:
    repo.write("actions/A-2026-001.toml", ACTION.format("ben"))
    document = json.loads("\n".join(repo.check(*BASE, "--by", "ann", "--json")[1]))
    assert (document["format"], document["base"], document["counts"]["E"]) == ("cloudbot/findings/1", "origin/main", 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--base", "nowhere"), "git rev-parse: nothing is known of it here; name a revision that is here"),
        (("--base", "--output=x"), "git rev-parse: nothing is known of it here; name a revision that is here"),
        (("--login", "ann"), "add --base, as --base origin/main"),
    ],
)
def test_wrong_usage_is_exit_2_with_the_way_out(repo: Repo, words: tuple[str, ...], said: str) -> None:
    code, lines = repo.check(*words)
    assert (code, said in "\n".join(lines)) == (2, True)


def test_a_folder_in_no_repository_is_exit_2(tmp_path: Path) -> None:
    code, said = Repo(tmp_path).check(*BASE)
    assert (code, said[0].startswith("git rev-parse: ")) == (2, True)


def test_a_clone_too_shallow_to_know_where_the_branch_began_says_how_to_deepen_it(repo: Repo, tmp_path: Path) -> None:
    repo.commit("mine")
    repo.git("push", "--quiet", "origin", "mine")
    Repo(tmp_path / "origin").commit("meanwhile")
    origin = f"file://{tmp_path}/origin"
    repo.git(
        "clone", "--quiet", "--depth", "1", "--no-single-branch", "--branch", "mine", origin, str(tmp_path / "shallow")
    )
    code, said = Repo(tmp_path / "shallow").check(*BASE, "--by", "ann")
    way = "name a revision that is here, as --base origin/main after git fetch --unshallow"
    assert (code, said) == (2, [f"git merge-base: nothing is known of it here; {way}"])


def test_the_records_may_be_a_folder_of_a_repository(repo: Repo) -> None:
    (repo.directory / "team").mkdir()
    repo.git("mv", "people", "policy", "actions", "README.md", "team")
    repo.commit()
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    part = Repo(repo.directory / "team")
    part.write("people/ann.toml", PEOPLE["ann"] + "away_until = 2026-12-31\n")
    assert part.check(*BASE, "--by", "ann")[0] == 0
    assert part.check(*BASE, "--by", "dora")[0] == 1


def test_what_lies_there_and_git_does_not_know_is_no_part_of_the_change_unless_it_is_a_record(repo: Repo) -> None:
    repo.write(".cache/pip/x", "x")
    repo.write("venv/pyproject.toml", "x")
    assert repo.check(*BASE, "--by", "ann")[0] == 0
    repo.write("people/cid.toml", PEOPLE["ann"].replace("ann", "cid"))
    said = repo.check(*BASE, "--by", "ann", "--approved-by", "ann")[1]
    assert [line.partition(":")[0] for line in said[:-1]] == ["people/cid.toml"]


def yaml_of(text: str) -> dict[str, object]:
    """Read the part of YAML 1.2 that the file keeps to: tables, lists of lines and one-key tables, literal blocks."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]

    def block(indent: int) -> object:
        table: dict[str, object] = {}
        rows: list[object] = []
        while lines and len(lines[0]) - len(lines[0].lstrip()) == indent:
            line = lines.pop(0).strip()
            assert "\t" not in line
            if line == "- |":
                literal = []
                while lines and lines[0].startswith(" " * (indent + 2)):
                    literal.append(lines.pop(0)[indent + 2 :])
                rows.append("\n".join(literal))
            elif line.startswith("- "):
                rows.append(line[2:])
            else:
                key, colon, value = line.partition(":")
                assert (colon, key.strip()) == (":", key)
                plain = value.partition("  #")[0].strip()
                table[key] = plain.strip('"') if plain else block(len(lines[0]) - len(lines[0].lstrip()))
        assert not (table and rows)
        return table or rows

    found = block(0)
    assert (lines, isinstance(found, dict)) == ([], True)
    return found  # type: ignore[return-value]


def ran(repo: Repo, login: str, tmp_path: Path, source: str = "merge_request_event", **more: str) -> int:
    """Run the script of the CI file with the variables that GitLab sets."""
    job = yaml_of((repo.directory / ".gitlab-ci.yml").read_text())["records"]
    assert isinstance(job, dict)
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin" / "cloudbot").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cloudbot "$@"\n')
    (tmp_path / "bin" / "cloudbot").chmod(0o755)
    variables = {
        "CI_PIPELINE_SOURCE": source,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "mine",
        "CI_MERGE_REQUEST_TITLE": '-x "$(touch pwned)" `touch pwned`',
        "GITLAB_USER_LOGIN": login,
        "GITLAB_USER_ID": "17",
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    settings = yaml_of((repo.directory / ".gitlab-ci.yml").read_text())["variables"]
    assert isinstance(settings, dict)
    script = "\n".join(job["script"])
    env = os.environ | HELPERS | settings | variables | more
    done = subprocess.run(["sh", "-e", "-c", script], cwd=repo.directory, env=env, check=False, capture_output=True)
    assert not (repo.directory / "pwned").exists()
    return done.returncode


def test_the_script_of_the_ci_refuses_a_forbidden_change_and_lets_an_allowed_one_in(repo: Repo, tmp_path: Path) -> None:
    repo.git("branch", "--remotes", "--delete", "origin/main")
    repo.write("people/ann.toml", PEOPLE["ann"] + "away_until = 2026-12-31\n")
    repo.commit()
    assert ran(repo, "ann-salsa", tmp_path) == 0
    assert ran(repo, "stranger", tmp_path) == 1
    assert ran(repo, "ann-oftc", tmp_path) == 1
    assert ran(repo, "stranger", tmp_path, "push") == 0
    repo.git("rm", "--quiet", "actions/A-2026-001.toml")
    repo.commit()
    assert ran(repo, "ann-salsa", tmp_path) == 1


BOTS = {"BOT_LOGIN": "team-bot", "BOT_EMAIL": "bot@example.org"}


@pytest.mark.parametrize(
    ("login", "committer", "trailers", "code"),
    [
        ("team-bot", "bot@example.org", "On-behalf-of: ann\nVia: irc #team\nRequest-Id: 01M8", 0),
        ("team-bot", "bot@example.org", "On-behalf-of: nobody\nVia: irc #team\nRequest-Id: 01M8", 1),
        ("team-bot", "bot@example.org", "Via: irc #team", 1),
        ("team-bot", "mallory@example.org", "On-behalf-of: ann\nVia: irc #team\nRequest-Id: 01M8", 1),
        ("mallory", "bot@example.org", "On-behalf-of: ann\nVia: irc #team\nRequest-Id: 01M8", 1),
    ],
    ids=["for a member", "for nobody known", "without trailers", "by another committer", "by another account"],
)
def test_what_the_bot_proposes_is_judged_as_that_of_whom_it_is_for(
    repo: Repo, tmp_path: Path, login: str, committer: str, trailers: str, code: int
) -> None:
    repo.write("people/ann.toml", PEOPLE["ann"] + "away_until = 2026-12-31\n")
    repo.git("add", "-A")
    message = f"person ann: away\n\n{trailers}\n"
    repo.git("-c", f"user.email={committer}", "commit", "-q", "-m", message)
    assert ran(repo, login, tmp_path, **BOTS) == code


def test_the_ci_file_fetches_all_of_the_history_and_runs_on_requests_and_the_default_branch(repo: Repo) -> None:
    job = yaml_of((repo.directory / ".gitlab-ci.yml").read_text())["records"]
    assert isinstance(job, dict)
    assert job["variables"] == {"GIT_DEPTH": "0"}
    assert job["rules"] == [
        'if: $CI_PIPELINE_SOURCE == "merge_request_event"',
        "if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH",
    ]
