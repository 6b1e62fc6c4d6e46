"""`cloudbot records`: what is printed, exit codes, and a new repository."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloudbot.cli import main

NICK = (
    "people/bob.toml:4: E S-UNKNOWN nick is not known here; write one of schema, id, name, accounts, debian, "
    "affiliations, newcomer, zone, zone_consent, key, away_until, left"
)
EXAMPLE = Path(__file__).parents[2] / "cloudbot" / "demo" / "records"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "records"))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    directory = tmp_path / "new"
    assert records("init", str(directory), "--team", "Example Team")[0] == 0
    return directory


def records(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["records", *words])
    return result.exit_code, result.output


def test_findings_that_are_due_are_said_and_are_no_failure(example: Path) -> None:
    code, said = records("check", str(example), "--date", "2019-07-23")
    assert code == 0
    assert said.splitlines()[-1] == "54 records on 2019-07-23: 0 error(s), 1 to acknowledge, 16 due"
    assert "areas/publish.toml:5: D B-SINGLE would have nobody without dan; write somebody" in said


def test_an_error_is_exit_1_and_one_line(example: Path) -> None:
    (example / "people" / "bob.toml").write_text('schema = "cloudbot/person/1"\nid = "bob"\nname = "Bob"\nnick = "b"\n')
    code, said = records("check", str(example), "--date", "2018-01-01")
    assert code == 1
    assert [line for line in said.splitlines() if ": E " in line] == [NICK]


def test_the_directory_where_one_stands_is_checked(new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(new)
    assert records("check", "--date", "2026-01-01") == (0, "5 records are fine on 2026-01-01\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--date", "tomorrow"], "'tomorrow' is no day; write it as 2019-07-22"),
        (["--date", "2019-02-30"], "'2019-02-30' is no day; write it as 2019-07-22"),
        (["--nonsense"], "No such option"),
    ],
)
def test_wrong_usage_is_exit_2_with_the_way_out(example: Path, words: list[str], said: str) -> None:
    code, shown = records("check", str(example), *words)
    assert (code, said in shown) == (2, True)


def test_a_directory_without_records_is_exit_2_and_names_init(tmp_path: Path) -> None:
    assert records("check", str(tmp_path)) == (
        2,
        f"{tmp_path} holds no records; cloudbot records init DIRECTORY makes a repository\n",
    )
    assert records("check", str(tmp_path / "none"))[0] == 2


def test_the_document_is_versioned_and_holds_what_the_lines_say(example: Path) -> None:
    code, said = records("check", str(example), "--date", "2019-08-01", "--json")
    document = json.loads(said)
    assert code == 0
    assert {key: document[key] for key in ("format", "date", "records", "counts")} == {
        "format": "cloudbot/findings/1",
        "date": "2019-08-01",
        "records": 54,
        "counts": {"E": 0, "W": 1, "D": 17},
    }
    assert document["findings"][-1] == {
        "file": "sprints/s2019/sprint.toml",
        "line": 6,
        "rule": "P-BOOKING",
        "subject": "s2019",
        "severity": "D",
        "what": "has provisional dates and no accepted decision and no budget approval, so that nobody can book",
        "write": "final = true and the approval, when they are there",
    }


def test_a_link_a_huge_file_and_what_git_keeps_are_not_followed(example: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text("x")
    (example / "people" / "link.toml").symlink_to(tmp_path / "outside.toml")
    (example / "linked").symlink_to(tmp_path)
    (example / "people" / "huge.toml").write_bytes(b"#" * 10_000_000)
    os.mkfifo(example / "people" / "pipe.toml")
    (example / ".git").mkdir()
    (example / ".git" / "config.toml").write_text("x")
    code, said = records("check", str(example), "--date", "2019-07-23")
    assert code == 1
    assert [line for line in said.splitlines() if ": E " in line] == [
        "linked:1: E S-PARSE is a symbolic link; write the record itself, as a plain file",
        "people/huge.toml:1: E S-PARSE is larger than 100,000 bytes; write a shorter record, and a link to the rest",
        "people/link.toml:1: E S-PARSE is a symbolic link; write the record itself, as a plain file",
        "people/pipe.toml:1: E S-PARSE is no plain file; write the record itself, as a plain file",
    ]


def test_a_name_that_is_no_text_and_a_deep_folder_are_a_line_and_no_failure(example: Path) -> None:
    (example / "people" / os.fsdecode(b"\xff.toml")).write_text("x")
    deep = example
    for _ in range(300):
        deep = deep / "people"
    deep.mkdir(parents=True)
    (deep / "a.toml").write_text("x")
    code, said = records("check", str(example), "--date", "2019-07-23")
    assert code == 1
    assert [line.rpartition(": E ")[2] for line in said.splitlines() if ": E " in line] == [
        "S-PARSE is no TOML: expected '=' after a key in a key/value pair; write TOML 1.0; text stands in quotes",
        "S-STEM is not the path of a record; write people/ID.toml",
    ]


def test_a_new_repository_has_policies_a_readme_and_its_ci_and_no_finding(new: Path) -> None:
    files = sorted(p.relative_to(new).as_posix() for p in new.rglob("*") if p.is_file() and ".git/" not in p.as_posix())
    policies = [f"policy/{name}.toml" for name in ("activity", "coi", "consensus", "permissions", "retention")]
    assert files == [".gitlab-ci.yml", "README.md", *policies]
    assert (new / ".git").is_dir()
    assert "cloudbot records check" in (new / ".gitlab-ci.yml").read_text()
    assert "# The records of Example Team" in (new / "README.md").read_text()
    code, said = records("check", str(new))
    assert (code, said.startswith("5 records are fine on ")) == (0, True)


def test_a_second_init_refuses_in_one_line_and_changes_nothing(new: Path) -> None:
    (new / "README.md").write_text("ours")
    said = f"{new} is not empty; cloudbot records check {new} checks what is there\n"
    assert records("init", str(new)) == (2, said)
    assert (new / "README.md").read_text() == "ours"


def test_a_cloned_repository_that_is_empty_is_filled_and_stays_the_one_it_was(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--initial-branch=trunk", str(tmp_path)], check=True)
    assert records("init", str(tmp_path))[0] == 0
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref: refs/heads/trunk\n"


def test_a_place_where_nothing_can_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert records("init", str(tmp_path / "file" / "new")) == (
        2,
        f"{tmp_path}/file/new cannot be made: {tmp_path}/file/new: Not a directory\n",
    )


def test_the_records_that_the_readme_shows_are_fine(new: Path) -> None:
    readme = (new / "README.md").read_text()
    for path in ("people/alice.toml", "actions/A-2026-001.toml"):
        (new / path).parent.mkdir()
        block = readme.partition(f"`{path}`:\n\n")[2].partition("\n\n")[0]
        (new / path).write_text("".join(line.removeprefix("    ") + "\n" for line in block.splitlines()))
    assert records("check", str(new), "--date", "2026-12-01") == (0, "7 records are fine on 2026-12-01\n")


def test_the_process_collects_garbage_again_after_a_check(new: Path) -> None:
    assert records("check", str(new))[0] == 0
    assert gc.isenabled()
