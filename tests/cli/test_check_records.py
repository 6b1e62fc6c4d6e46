"""`cloudbot check-config` about the records: credentials that are not there, and what the remote says beforehand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cloudbot.cli import main
from cloudbot.store.journal import Journal
from tests.adapters.records.remotes import Keeper, Remote
from tests.core.records.trees import person

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote.made(tmp_path / "remote.git", person("ann"))


def config(tmp_path: Path, remote: str, more: str = "") -> Path:
    place = tmp_path / "config"
    place.mkdir(exist_ok=True)
    text = f'[team]\nname = "T"\n[state]\ndirectory = "{tmp_path}/state"\n[records]\nremote = "{remote}"\n{more}'
    (place / "cloudbot.toml").write_text(text, encoding="utf-8")
    return place


def checked(place: Path, *words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["check-config", "--config", str(place), *words])
    return result.exit_code, result.output.splitlines()


def test_a_remote_that_can_be_read_and_written_is_said(tmp_path: Path, remote: Remote) -> None:
    code, said = checked(config(tmp_path, str(remote.directory)), "--online")
    assert code == 0
    assert said[:2] == [
        f"records: 1 record(s) at {remote.head[:8]}",
        "records: the remote lets us push, as far as can be tried without doing it",
    ]
    assert not (tmp_path / "state" / "records.git").exists()


def test_a_remote_that_is_not_there_is_exit_1_with_the_reason(tmp_path: Path) -> None:
    code, said = checked(config(tmp_path, "/nowhere/records.git"), "--online")
    assert code == 1
    assert said[0] == (
        "records: git fetch: '/nowhere/records.git' does not appear to be a git repository (unreachable)"
    )


def test_records_with_an_error_are_said_with_the_line(tmp_path: Path, remote: Remote) -> None:
    remote.human().write({"people/ann.toml": 'schema = "cloudbot/person/1"\nid = "ann"\n'})
    code, said = checked(config(tmp_path, str(remote.directory)), "--online")
    assert code == 1
    assert any(line.startswith("records: people/ann.toml:1: E S-SCHEMA name is missing") for line in said)


@pytest.mark.parametrize("key", ["ssh_credential", "https_credential"])
def test_a_credential_that_is_not_there_is_named(tmp_path: Path, remote: Remote, key: str) -> None:
    place = config(tmp_path, str(remote.directory), f'{key} = "deploy"\n')
    code, said = checked(place)
    assert code == 1
    assert said[0] == f"there is no credential deploy; put it in {place}/secrets/deploy, mode 0600"


def asked(place: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["ask", "--config", str(place), *words])
    return result.exit_code, result.output


def test_a_question_about_the_records_is_answered_from_the_remote_and_from_what_the_bot_read(
    tmp_path: Path, remote: Remote
) -> None:
    link = 'schema = "cloudbot/link/1"\nid = "ci"\ntitle = "Pipelines"\nurl = "https://ci.example.org/"\nask = ["ci"]\n'
    remote.human().write({"links/ci.toml": link})
    place = config(tmp_path, str(remote.directory))
    code, said = asked(place, "!link ci", "--look")
    assert (code, said.startswith("Pipelines (")) == (0, True)
    code, said = asked(place, "!link ci")
    assert (code, "there is no state in" in said) == (69, True)
    (tmp_path / "state").mkdir()
    Journal.open(tmp_path / "state" / "state.db").close()
    Keeper(remote, tmp_path / "state" / "records.git").look(datetime.now(UTC))
    assert asked(place, "!link ci")[1].startswith("Pipelines (")


def test_a_bot_without_records_has_no_such_question(tmp_path: Path) -> None:
    place = tmp_path / "config"
    place.mkdir()
    (place / "cloudbot.toml").write_text(f'[team]\nname = "T"\n[state]\ndirectory = "{tmp_path}"\n', encoding="utf-8")
    assert asked(place, "!link ci", "--look") == (1, '"link" is no command of mine; say "help" for what I can do\n')
