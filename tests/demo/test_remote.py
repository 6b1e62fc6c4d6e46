"""The records remote of the embedded world: the example team as it was known on a day, the same commit every time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.judging import errors_of
from cloudbot.core.records.loading import load
from cloudbot.demo.remote import clone, commit_to, example_on, make_remote, member, subjects, told_of_tip
from tests.core.records.trees import example

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
EVERY = {path for path in example() if path.endswith(".toml")}


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2019, 7, 15), date(2019, 7, 22), date(2026, 11, 1)])
def test_what_was_known_on_a_day_is_without_an_error_on_it(day: date) -> None:
    assert errors_of(load(example_on(day), {})[0], day) == ()


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 1), set()),
        (date(2019, 7, 23), {"delegations/cloud-2026-04-limit.toml"}),
        (date(2019, 7, 22), {"delegations/cloud-2026-04-limit.toml", "decisions/D-2019-002.toml"}),
    ],
)
def test_only_what_lies_after_a_day_is_left_out(day: date, later: set[str]) -> None:
    assert EVERY - set(example_on(day)) == later


def test_what_rests_on_something_later_is_left_out_with_it() -> None:
    """The sprint names a decision that was opened a week after this day."""
    left_out = EVERY - set(example_on(date(2019, 7, 15)))
    assert {"decisions/D-2019-001.toml", "sprints/s2019/sprint.toml", "sprints/s2019/attendees.toml"} <= left_out


def test_the_same_files_and_instant_give_the_same_commit(tmp_path: Path) -> None:
    files = member("anna", "demo")
    assert make_remote(tmp_path / "a.git", files, AT) == make_remote(tmp_path / "b.git", files, AT)


def test_a_person_pushes_files_and_takes_some_away(tmp_path: Path) -> None:
    remote = tmp_path / "records.git"
    make_remote(remote, {**member("anna", "demo"), "README.md": b"# Records\n"}, AT)
    commit = commit_to(remote, {**member("ben", "demo"), "README.md": None}, AT, "Ben is of the team")

    assert told_of_tip(remote, "%H %an %ct") == f"{commit} Grace Novak {int(AT.timestamp())}"
    assert subjects(remote) == ["Ben is of the team", "the records of the example team"]
    place = clone(remote, tmp_path / "clone")
    assert sorted(path.name for path in place.rglob("*") if ".git" not in path.parts and path.is_file()) == [
        "anna.toml",
        "ben.toml",
    ]
