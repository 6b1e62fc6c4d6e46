"""What people said is deleted after a time of its own, and then it is nowhere in the files any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import LineSaid, WentLive
from cloudbot.core.speech import Venue
from cloudbot.store.journal import Journal
from tests.fakes.outside import MONDAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEAM = Venue("oftc", "#team")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "state.db")
    yield opened
    opened.close()


def day(number: int) -> datetime:
    return MONDAY + timedelta(days=number)


def said(number: int, text: str = "hello") -> LineSaid:
    return LineSaid(at=day(number), venue=TEAM, nick="alice", text=text)


def record(journal: Journal, *facts: LineSaid | WentLive) -> list[int]:
    with journal.transaction() as transaction:
        ids = [transaction.record(fact, source="x", external_id=None) for fact in facts]
    return [one for one in ids if one is not None]


def prune(journal: Journal, before: int, lines: int) -> int:
    with journal.transaction() as transaction:
        return transaction.prune(before=day(before), apart={"LineSaid": day(lines)})


@pytest.mark.parametrize(
    ("before", "lines", "left"),
    [
        (1, 3, [("LineSaid", 3), ("LineSaid", 4), ("WentLive", 1), ("WentLive", 2)]),
        (2, 1, [("LineSaid", 1), ("LineSaid", 2), ("LineSaid", 3), ("LineSaid", 4), ("WentLive", 2)]),
        (9, 0, [("LineSaid", 0), ("LineSaid", 1), ("LineSaid", 2), ("LineSaid", 3), ("LineSaid", 4)]),
    ],
)
def test_lines_have_a_time_of_their_own(journal: Journal, before: int, lines: int, left: list[tuple[str, int]]) -> None:
    record(journal, *(WentLive(at=day(number)) for number in range(3)), *(said(number) for number in range(5)))
    deleted = prune(journal, before, lines)
    assert sorted((row.kind, (row.at - MONDAY).days) for row in journal.facts()) == left
    assert deleted == 8 - len(left)


def test_a_line_that_was_parked_is_deleted_too_and_another_parked_fact_is_not(journal: Journal) -> None:
    numbers = record(journal, said(0), WentLive(at=day(0)), said(5))
    with journal.transaction() as transaction:
        for number in numbers:
            transaction.park(number, error="Traceback", fingerprint="f")
    prune(journal, 3, 3)
    assert [(row.kind, row.state) for row in journal.facts()] == [("LineSaid", "parked"), ("WentLive", "parked")]


def test_what_was_said_is_in_no_file_after_it_was_deleted(journal: Journal, tmp_path: Path) -> None:
    words = "mellifluous-marmalade"
    record(journal, *(said(0, f"{words} {number}") for number in range(100)), WentLive(at=day(9)))
    prune(journal, 3, 3)
    journal.fold_in()
    assert [file.name for file in tmp_path.iterdir() if words.encode() in file.read_bytes()] == []
