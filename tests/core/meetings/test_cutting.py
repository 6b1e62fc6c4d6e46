"""A line that a client cut: offered once to who typed it, and never joined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudbot.core.meetings.fold import fold, step
from cloudbot.core.meetings.meeting import Meeting, Reply
from tests.core.meetings.meeting_lines import LIVE, items, line, met, replies, said

FIRST = "we agreed to spend money on this while improv"
LONG = f"{'x' * 350} {FIRST}"


def test_who_typed_it_is_told_how_to_say_it_whole() -> None:
    (told,) = replies(f"bea: #info {LONG}", "bea: ing things in areas")
    item = met(f"bea: #info {LONG}").items.last
    assert (told.how, told.to, told.words, told.values) == ("tell", "bea", "meeting_cut", {"item": item})


def test_it_is_not_joined() -> None:
    assert items(met(f"bea: #info {LONG}", "bea: ing things in areas")) == [("info", LONG)]


def test_once_for_each_item() -> None:
    assert replies(f"bea: #info {LONG}", "bea: ing things", "bea: and more") == []


@pytest.mark.parametrize(
    "lines",
    [
        (f"bea: #info {FIRST}", "bea: ing things"),
        (f"bea: #info {LONG}.", "bea: that is all"),
        (f"bea: #info {LONG}", "cyd: ing things"),
        (f"bea: #info {LONG}", "bea* goes on"),
        (f"bea: {LONG}", "bea: ing things"),
    ],
    ids=["short", "a whole sentence", "somebody else", "/me", "no item"],
)
def test_nobody_is_told_of_what_was_not_cut(lines: tuple[str, ...]) -> None:
    assert replies(*lines) == []


def later(seconds: int) -> tuple[Reply, ...]:
    meeting = fold(Meeting(channel="#clouds", rules=LIVE), said("ana: #startmeeting", f"bea: #info {LONG}"))
    return step(meeting, line("bea", "ing things", second=1 + seconds))[1]


def test_what_is_said_later_is_something_else() -> None:
    assert [len(later(seconds)) for seconds in (0, 5, 6)] == [1, 1, 0]


def test_in_a_log_nobody_is_there_to_be_told() -> None:
    rules = replace(LIVE, manner="replay")
    assert replies(f"bea: #info {LONG}", "bea: ing things", rules=rules) == []
