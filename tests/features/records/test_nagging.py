"""Who is reminded of what: only who asked, only as often as they asked, and what a sprint promised, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import Say, SetTimer
from cloudbot.core.facts import RecordsSeen, TimerFired
from cloudbot.features.records.actions.nagging import Nagging
from cloudbot.features.records.sprints.follow import Followed
from tests.core.records.trees import example
from tests.features.records.test_sprints import changed, say
from tests.features.records.worlds import AT, COMMIT, bot, by, tell

if TYPE_CHECKING:
    from tests.features.builders import Bot

MOVE = "A-2018-001"
SEEN = RecordsSeen(at=AT, commit=COMMIT, good=COMMIT)
REMINDER = (
    "erin: a reminder, as you asked: A-2018-001 Move the publish account to the "
    "trusted organisation, late by {late} d, "
    "waits for rainforest-inc since 2019-03-01. !nag A-2018-001 off"
)


def days(one: Bot, number: int, begin: datetime = AT) -> list[tuple[str, str]]:
    """Let a bot see its records and then live for some days: timers fire when they are due. Return day and line."""
    one.take(SEEN)
    world = one.world(begin)
    waiting = {"nagging/morning": world.document(Nagging).due, "sprints/morning": world.document(Followed).due}
    timers = {name: due for name, due in waiting.items() if due is not None}
    said, end = [], begin + timedelta(days=number)
    while timers and (due := min(timers.values())) <= end:
        name = next(each for each, when in sorted(timers.items()) if when == due)
        del timers[name]
        effects = one.take(TimerFired(at=due, name=name, due=due))
        timers |= {each.name: each.due for each in effects if isinstance(each, SetTimer)}
        said += [(f"{due:%Y-%m-%d}", line) for line in one.said(effects)]
    return said


def test_the_first_look_at_the_records_sets_one_timer_of_each_kind() -> None:
    morning = datetime(2019, 7, 24, 8, tzinfo=UTC)
    one = bot()
    assert [each for each in one.take(SEEN) if isinstance(each, SetTimer)] == [
        SetTimer(name="decisions/clock", due=datetime(2019, 7, 29, 22, tzinfo=UTC)),
        SetTimer(name="nagging/morning", due=morning),
        SetTimer(name="sprints/morning", due=morning),
        SetTimer(name="offers/morning", due=morning),
        SetTimer(name="meetings/missed/monthly", due=datetime(2019, 8, 14, 21, tzinfo=UTC)),
    ]
    assert [each for each in one.take(SEEN) if isinstance(each, SetTimer)] == []


def test_nobody_is_reminded_who_did_not_ask() -> None:
    assert days(bot(), 80) == []


def test_who_asks_is_reminded_every_week_and_not_between() -> None:
    one = bot()
    assert tell(one, by("erin", "nag", id=MOVE, how="weekly")) == [
        f"{MOVE}: I remind you of it every week, here, until it is done or you say: nag {MOVE} off (c0ffee00)."
    ]
    assert days(one, 22) == [
        ("2019-07-30", REMINDER.format(late=180)),
        ("2019-08-06", REMINDER.format(late=187)),
        ("2019-08-13", REMINDER.format(late=194)),
    ]


def test_a_reminder_is_over_when_the_action_is_done_or_it_is_said_so() -> None:
    for end in (by("erin", "nag", id=MOVE, how="off"), by("erin", "done", id=MOVE, evidence="https://example.org/x")):
        one = bot()
        tell(one, by("erin", "nag", id=MOVE, number="n1"))
        tell(one, end)
        assert days(one, 80) == []


def test_once_is_on_the_day_it_is_due_and_never_again() -> None:
    one = bot()
    tell(one, by("bob", "accept", id="A-2019-001"))
    tell(one, by("bob", "nag", id="A-2019-001", how="once"))
    assert days(one, 100) == [
        (
            "2019-10-13",
            (
                "bob: a reminder, as you asked: A-2019-001 Copy CI images to the publish host, due 2019-10-13. "
                "!nag A-2019-001 off"
            ),
        )
    ]


def test_once_without_a_day_is_in_a_week() -> None:
    one = bot()
    tell(one, by("bob", "action", text="Write docs for me"))
    tell(one, by("bob", "nag", id="A-2019-002", how="once"))
    assert [day for day, _ in days(one, 100)] == ["2019-07-30"]


@pytest.mark.parametrize(
    ("who", "line"),
    [
        ("bob", f"{MOVE} is erin's, and only erin can say whether to be reminded of it."),
        ("erin", f"{MOVE}: you are not reminded of it."),
    ],
)
def test_reminders_are_the_owners_to_wish(who: str, line: str) -> None:
    assert tell(bot(), by(who, "nag", id=MOVE, how="off")) == [line]


def test_who_is_away_is_left_alone() -> None:
    files = changed(("people/erin.toml", 'name = "Erin', 'away_until = 2019-08-10\nname = "Erin'))
    one = bot(files)
    tell(one, by("erin", "nag", id=MOVE))
    assert [day for day, _ in days(one, 20)] == ["2019-08-10"]


def test_a_morning_that_was_missed_is_not_made_up_for_at_night() -> None:
    one = bot()
    tell(one, by("erin", "nag", id=MOVE))
    one.take(SEEN)
    due = datetime(2019, 7, 30, 8, tzinfo=UTC)
    late = one.take(TimerFired(at=due + timedelta(hours=13), name="nagging/morning", due=due))
    assert late == [SetTimer(name="nagging/morning", due=due + timedelta(days=1))]
    (timer, *_) = one.take(TimerFired(at=due + timedelta(days=1), name="nagging/morning", due=due + timedelta(days=1)))
    assert timer == SetTimer(name="nagging/morning", due=due + timedelta(days=2))


def test_in_a_whole_year_no_more_is_said_than_was_agreed() -> None:
    files = changed(
        ("sprints/s2019/sprint.toml", "final = false", "final = true"),
        (
            "sprints/s2019/sprint.toml",
            'title = "Cloud sprint 2019"',
            'title = "Cloud sprint 2019"\npromises = ["A-2019-001"]',
        ),
    )
    one = bot(files)
    tell(one, by("erin", "nag", id=MOVE))
    said = days(one, 366)
    assert sum(line.startswith("erin: ") for _, line in said) == 52
    assert [pair for pair in said if not pair[1].startswith("erin: ")] == [
        (
            "2019-11-15",
            (
                "Cloud sprint 2019 (s2019) is 30 d over: 0 of 1 promise done; open: A-2019-001 "
                "Copy CI images to the publish "
                "host. !actions s2019"
            ),
        ),
        ("2019-11-16", "Cloud sprint 2019 (s2019) owes its report since 2019-11-15: sprint s2019 report URL"),
    ]


@pytest.mark.need("N14", by="!sprint")
def test_a_report_that_was_sent_is_not_asked_for() -> None:
    one = bot(changed(("sprints/s2019/sprint.toml", "final = false", "final = true")))
    at = datetime(2019, 10, 20, tzinfo=UTC)
    assert say(one, "s2019 report https://lists.example.org/r", at=at) == [
        "s2019: the report is at https://lists.example.org/r (c0ffee00)."
    ]
    assert days(one, 366) == []


def test_a_sprint_of_long_ago_is_learnt_in_silence() -> None:
    files = {path: text.decode() for path, text in example().items()}
    assert days(bot(files), 366) == []


def test_a_reminder_may_ring_whom_it_is_for_and_nobody_else() -> None:
    one = bot()
    tell(one, by("erin", "nag", id=MOVE, how="weekly"))
    one.take(SEEN)
    due = one.world(AT).document(Nagging).due
    rings = set()
    for _ in range(10):
        assert due is not None
        effects = one.take(TimerFired(at=due, name="nagging/morning", due=due))
        rings |= {each.rings for each in effects if isinstance(each, Say)}
        due = one.world(due).document(Nagging).due
    assert rings == {("erin",)}
