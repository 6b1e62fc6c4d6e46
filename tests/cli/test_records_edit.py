"""`cloudbot records plan|apply|history|adopt`: by hand what the bot does from chat."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.adapters.records.remotes import IDENTITY, Keeper, Remote, effort, git, wanted
from tests.cli.test_records import EXAMPLE, records

ACTION = ("action", "A-2019-001")
ON = ("--date", "2019-07-23")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = Path(shutil.copytree(EXAMPLE, tmp_path / "records"))
    monkeypatch.chdir(place)
    subprocess.run(["git", "init", "-q", "-b", "main"], check=True)
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "first")
    return place


def test_a_plan_shows_the_difference_and_writes_nothing(here: Path) -> None:
    code, said = records("plan", *ACTION, *ON, "--set", "owner", "bob", "--set", "due.days", "3", "--by", "bob")
    assert code == 0
    assert [line for line in said.splitlines() if line[0] in "+-"] == [
        "--- a/actions/A-2019-001.toml",
        "+++ b/actions/A-2019-001.toml",
        '+owner = "bob"',
        "+days = 3",
    ]
    assert git(here, "status", "--porcelain") == ""


def test_a_change_is_written_and_the_commit_is_ones_own(here: Path) -> None:
    code, said = records("apply", *ACTION, *ON, "--set", "effort", "2d", "--unset", "updates")
    assert code == 0
    assert said.splitlines()[-1] == (
        "written; to commit it: git add actions/A-2019-001.toml && git commit -m 'action A-2019-001: change'"
    )
    assert git(here, "diff", "--stat").endswith("1 insertion(+), 2 deletions(-)")
    assert git(here, "log", "--format=%s") == "first"


def test_a_new_record_gets_the_next_number(here: Path) -> None:
    words = ("--new", "--set", "title", "Say it", "--set", "state", "open", "--add", "updates", "{ at = 2019-07-01 }")
    code, said = records("plan", "action", "A-2019-*", *ON, *words)
    assert (code, said) == (
        1,
        (
            "actions/A-2019-002.toml:6: E S-SCHEMA updates.0.by is missing; write by = ...: who says it\n"
            "actions/A-2019-002.toml:6: E S-SCHEMA updates.0.text is missing; write text = ...: what happened\n"
        ),
    )
    code, said = records("apply", "action", "A-2019-*", *ON, *words[:-3])
    assert code == 0
    assert (here / "actions" / "A-2019-002.toml").read_text(encoding="utf-8") == (
        'schema = "cloudbot/action/1"\nid = "A-2019-002"\ntitle = "Say it"\nstate = "open"\n'
    )


def test_what_is_no_toml_is_words_and_a_day_is_a_day(here: Path) -> None:
    records("apply", *ACTION, *ON, "--unset", "due")
    records("apply", *ACTION, *ON, "--set", "due", "2019-09-01", "--set", "title", 'Say "it" at last')
    text = (here / "actions" / "A-2019-001.toml").read_text(encoding="utf-8")
    assert 'title = "Say \\"it\\" at last"\n' in text
    assert "due = 2019-09-01\n" in text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("action", "A-2019-9"), "there is no action A-2019-9"),
        (("actions", "x"), "there is no kind of record called actions"),
        ((*ACTION, "--set", "state.x", "1"), "actions/A-2019-001.toml: state.x has no place in the record"),
        (
            ("provider", "bigblue", "--add", "accounts.@id=bb-1.custody", "bob", "--by", "grace"),
            (
                "providers/bigblue.toml:13: E H-PERM is changed in accounts by grace, who is not a delegate; "
                "write nothing there, or have a delegate approve it"
            ),
        ),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_is_refused_is_one_line_and_exit_1(words: tuple[str, ...], line: str) -> None:
    assert records("plan", *words, *ON) == (1, f"{line}\n")


@pytest.mark.usefixtures("here")
def test_nothing_to_change_is_said() -> None:
    assert records("apply", *ACTION, *ON, "--set", "effort", "1d") == (0, "nothing changes\n")


@pytest.mark.usefixtures("here")
def test_what_takes_two_people_is_said_with_the_plan() -> None:
    code, said = records("plan", "policy-coi", "policy", *ON, "--set", "declaration_valid_months", "6", "--by", "bob")
    assert code == 0
    assert said.splitlines()[-1] == (
        "a second person has to approve it: policy/coi.toml is changed in declaration_valid_months by bob alone"
    )


def test_the_history_of_a_file_says_by_which_way_a_change_came(here: Path) -> None:
    records("apply", *ACTION, *ON, "--set", "effort", "2d")
    git(here, "commit", "-q", "-a", "-m", "action A-2019-001: change\n\nVia: irc #debian-cloud")
    code, said = records("history", "actions/A-2019-001.toml")
    lines = said.splitlines()
    assert code == 0
    assert [line.split(" ", 2)[2] for line in lines] == [
        "Human: action A-2019-001: change [irc #debian-cloud]",
        "Human: first",
    ]
    assert records("history", "actions/none.toml") == (
        1,
        "no commit has touched actions/none.toml; name a file, as actions/A-2019-001.toml\n",
    )


def test_a_rewritten_history_is_believed_when_somebody_says_so(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "remote.git")
    state, config = tmp_path / "state", tmp_path / "config"
    keeper = Keeper(remote, state / "records.git")
    keeper.look()
    keeper.do(wanted("k1", effort("2d")))
    human = remote.human()
    git(human.place, *IDENTITY, "commit", "-q", "--amend", "-m", "another first")
    git(human.place, "push", "-q", "-f", "origin", "main")
    config.mkdir()
    (config / "cloudbot.toml").write_text(
        f'[team]\nname = "T"\n[state]\ndirectory = "{state}"\n[records]\nremote = "{remote.directory}"\n',
        encoding="utf-8",
    )
    code, said = records("adopt", "--config", str(config))
    assert code == 0
    assert said.splitlines()[1].endswith(" Bob Berger: action A-2019-001: change")
    assert said.splitlines()[-1] == "to believe it: cloudbot records adopt --yes"
    assert "1 commit(s) are no longer in them" in records("adopt", "--config", str(config), "--yes")[1]
    assert (
        records("adopt", "--config", str(config))[1] == f"nothing was rewritten: the records are at {remote.head[:8]}\n"
    )
    keeper.again()
    keeper.look()
    assert keeper.records.current is not None
    assert keeper.records.current.commit == remote.head


def test_adopt_asks_the_remote_with_the_key_of_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, ssh = tmp_path / "config", tmp_path / "bin" / "ssh"
    config.mkdir()
    (config / "cloudbot.toml").write_text(
        f'[team]\nname = "T"\n[state]\ndirectory = "{tmp_path}/state"\n'
        '[records]\nremote = "ssh://git@host.example.org/records.git"\nssh_credential = "records-key"\n',
        encoding="utf-8",
    )
    place = config / "secrets" / "records-key"
    said = f"there is no credential records-key; put it in {place}, mode 0600\n"
    assert records("adopt", "--config", str(config)) == (2, said)

    (config / "secrets").mkdir()
    place.touch(mode=0o600)
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexit 255\n', encoding="utf-8")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:{os.environ['PATH']}")
    records("adopt", "--config", str(config))
    assert f"-i {place}" in (tmp_path / "asked").read_text(encoding="utf-8")
