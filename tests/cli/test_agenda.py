"""`cloudbot agenda`: the mail of the next meeting on standard output, or what is missing for it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date
from typing import TYPE_CHECKING

import pytest
import structlog
from click.testing import CliRunner

from cloudbot.adapters.records import GitRecords, Settings
from cloudbot.cli import main
from cloudbot.demo.remote import example_on, make_remote
from cloudbot.store.journal import Journal
from tests.features.records.worlds import AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = """\
[state]
directory = "{home}/state"
[team]
name = "Example Team"
[web]
port = 0
"""
RECORDS = """\
[records]
remote = "{home}/remote.git"
"""


def agenda(config: Path, *words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["agenda", "--config", str(config), *words])
    return result.exit_code, result.output.splitlines()


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def installed(home: Path, text: str) -> Path:
    directory = home / "config"
    directory.mkdir()
    (directory / "cloudbot.toml").write_text(text.format(home=home), encoding="utf-8")
    (home / "state").mkdir()
    with contextlib.closing(Journal.open(home / "state" / "state.db")):
        pass
    return directory


@pytest.fixture
def config(tmp_path: Path) -> Path:
    directory = installed(tmp_path, CONFIG + RECORDS)
    make_remote(tmp_path / "remote.git", example_on(date(2019, 7, 22)), AT)
    asyncio.run(_read(tmp_path))
    return directory


async def _read(home: Path) -> None:
    archive = GitRecords(Settings(remote=str(home / "remote.git")), home / "state" / "records.git")
    await archive.look(AT)
    await archive.close()


@pytest.mark.parametrize("words", [("--dry-run",), ("monthly",), ()])
def test_the_mail_of_the_next_meeting_is_printed(config: Path, words: tuple[str, ...]) -> None:
    code, lines = agenda(config, "--date", "2019-07-23", *words)
    assert (code, lines[:6]) == (
        0,
        [
            "Subject: Monthly team meeting: Wed Aug 14 @19:00 UTC",
            "",
            "The next meeting, Monthly team meeting, is on",
            "",
            "  Wednesday 2019-08-14, 19:00 UTC   (date -d @1565809200)",
            "  #debian-cloud on oftc, about 40 minutes",
        ],
    )
    assert lines[-2:] == ["-- ", "cloudbot for the Example Team."]


def test_it_is_the_same_each_time_and_another_for_another_month(config: Path) -> None:
    first = agenda(config, "--date", "2019-07-23")
    assert agenda(config, "--date", "2019-07-23") == first
    assert agenda(config, "--date", "2019-08-15")[1][0] == "Subject: Monthly team meeting: Wed Sep 11 @19:00 UTC"


def test_a_series_that_is_not_there_is_named_with_those_that_are(config: Path) -> None:
    assert agenda(config, "weekly") == (1, ['no series of meetings "weekly"; there is monthly.'])


def test_without_records_it_says_what_is_missing(tmp_path: Path) -> None:
    said = "there are no records here: [records] in the configuration says where they are"
    assert agenda(installed(tmp_path, CONFIG)) == (1, [said])
