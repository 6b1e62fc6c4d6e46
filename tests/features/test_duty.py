"""Who is on duty: by the rotation, by what somebody took over, and by nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies
from pydantic import ValidationError

from cloudbot.features.duty import Settings
from tests.features.builders import NOW, SPEAKING, Bot, ago, given, settings

ROTATION = Settings(rotation=("Alex", "Robin"), begins=date(2019, 7, 1))
"Alex has the weeks of 1 and 15 July, Robin those of 8 and 22 July 2019; `NOW` is Monday 22 July, 19:00."


def bot(chosen: Settings = ROTATION) -> Bot:
    return Bot(chosen=settings(SPEAKING, chosen))


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (datetime(2019, 7, 1, tzinfo=UTC), "on duty: Alex, until 2019-07-08; next: Robin."),
        (datetime(2019, 7, 7, 23, 59, tzinfo=UTC), "on duty: Alex, until Mon 00:00; next: Robin."),
        (datetime(2019, 7, 8, tzinfo=UTC), "on duty: Robin, until 2019-07-15; next: Alex."),
        (NOW, "on duty: Robin, until 2019-07-29; next: Alex."),
        (datetime(2019, 6, 30, 23, tzinfo=UTC), "on duty: Robin, until Mon 00:00; next: Alex."),
    ],
    ids=["first instant", "last minute", "handover", "now", "before it began"],
)
def test_the_rotation_follows_the_date(at: datetime, answer: str) -> None:
    assert bot().answer("duty", at=at) == answer


def test_without_a_rotation_the_way_to_set_one_is_said() -> None:
    assert bot(Settings()).answer("duty") == (
        "nobody is on duty: there is no rotation. Take it: duty take 2d. "
        'The operator sets one: rotation = ["NAME", "NAME"] in [features.duty]'
    )


def test_a_name_that_left_the_team_is_marked() -> None:
    chosen = Settings(rotation=("Kim", "Lou"), begins=date(2019, 7, 1))
    assert bot(chosen).answer("duty") == (
        "on duty: Lou (not of the team's people), until 2019-07-29; next: Kim (not of the team's people)."
    )


@pytest.mark.parametrize(
    ("chosen", "args", "line"),
    [
        (ROTATION, {"what": "take"}, "on duty: Alex until 2019-07-29; next: Alex."),
        (ROTATION, {"what": "take", "span": "2d"}, "on duty: Alex until Wed 19:00; next: Robin."),
        (Settings(), {"what": "take"}, "on duty: Alex until 2019-07-29."),
        (Settings(), {"what": "take", "span": "2h"}, "on duty: Alex until Mon 21:00."),
    ],
    ids=["to the end of the turn", "for a span", "without a rotation", "both"],
)
def test_a_person_of_the_team_takes_it_over(chosen: Settings, args: dict[str, str], line: str) -> None:
    assert bot(chosen).lines(given("duty", args)) == [line]


def test_what_was_taken_over_ends_by_itself() -> None:
    robins_week = bot()
    robins_week.take(given("duty", {"what": "take", "span": "2d"}))
    answers = [robins_week.answer("duty", at=NOW + timedelta(hours=hours)) for hours in (0, 47, 48)]
    assert answers == [
        "on duty: Alex for Robin, until Wed 19:00; next: Robin.",
        "on duty: Alex for Robin, until Wed 19:00; next: Robin.",
        "on duty: Robin, until Mon 00:00; next: Alex.",
    ]


def test_whoever_takes_it_last_has_it() -> None:
    both = bot()
    both.take(given("duty", {"what": "take", "span": "2d"}, at=ago(hours=2)))
    both.take(given("duty", {"what": "take", "span": "1h"}, number="m2"))
    assert both.answer("duty") == "on duty: Alex for Robin, until Mon 20:00; next: Robin."


@for_all(
    names=strategies.lists(strategies.sampled_from(("Alex", "Robin", "Kim")), min_size=1, max_size=5),
    days=strategies.integers(1, 366),
    at=strategies.datetimes(
        datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
        datetime(2040, 1, 1),  # noqa: DTZ001 - as above
        timezones=strategies.just(UTC),
    ),
)
def test_turns_leave_no_gap(names: list[str], days: int, at: datetime) -> None:
    chosen = Settings(rotation=tuple(names), days=days)
    turn = chosen.turn(at)
    assert chosen.starts(turn) <= at < chosen.starts(turn + 1)
    assert chosen.whose(turn + len(names)) == chosen.whose(turn)


def test_turns_of_weeks_begin_on_a_monday() -> None:
    with pytest.raises(ValidationError, match=r"2019-07-23 is a Tuesday; .* on a Monday, as 2019-07-22 is one"):
        Settings(begins=date(2019, 7, 23))
    assert Settings(begins=date(2019, 7, 23), days=3).starts(0) == datetime(2019, 7, 23, tzinfo=UTC)
