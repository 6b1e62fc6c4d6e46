"""Reminders of what waits for long: one line a working day, the tail, nobody named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudbot.core.effects import SetTimer
from cloudbot.core.facts import LookFailed, TimerFired
from cloudbot.core.forge import MergeRequest, Review
from cloudbot.core.speech import Venue
from cloudbot.features.merge_requests.nudges import TIMER, Nudges, Settings
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import Bot, given, merge_request, merge_requests_seen, projects_seen, settings

BEGIN = datetime(2019, 7, 1, 7, 0, tzinfo=UTC)
"A Monday, an hour before the line of the day."
FINDER = "cloud-team/finder"
IMAGES = "cloud-team/debian-cloud-images"


def on(day: int, hour: int = 8) -> datetime:
    return datetime(2019, 7, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def one(number: int = 7, *, made: datetime = BEGIN, **told: Any) -> MergeRequest:  # noqa: ANN401 - any field
    return replace(merge_request(number, made=made, path=told.pop("path", IMAGES)), **told)


class Team:
    """A bot that looks every morning before it may speak."""

    def __init__(self, *chosen: object) -> None:
        self.bot = Bot(chosen=settings(VoiceSettings(listen_first=False, lines_a_day=100), *chosen))
        self.bot.take(projects_seen(IMAGES, FINDER, at=BEGIN))

    def morning(self, at: datetime, *seen: MergeRequest, late: timedelta = timedelta()) -> list[str]:
        look = merge_requests_seen(*seen, at=at + late - timedelta(minutes=5))
        self.bot.looked = {"salsa": look.at}
        return self.bot.lines(look, TimerFired(at=at + late, name=TIMER, due=at))

    def mornings(self, first: int, last: int, *seen: MergeRequest) -> dict[int, str]:
        """Return what was said on which day of July 2019; the timer fires on working days."""
        said = {day: self.morning(on(day), *seen) for day in range(first, last + 1) if on(day).weekday() < 5}
        return {day: line for day, (line,) in ((day, lines) for day, lines in said.items() if lines)}


def test_it_is_named_once_when_it_has_waited_for_more_than_five_working_days_and_a_week_later_again() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))

    assert team.mornings(1, 19, one()) == {
        9: "1 merge request waits for a review: !7 (8 d).",
        16: "1 merge request waits for a review: !7 (15 d).",
    }


def test_what_was_over_the_limit_at_the_first_look_is_learnt_in_silence() -> None:
    old = one(made=BEGIN - timedelta(days=97))

    assert Team().mornings(1, 8, old) == {8: "1 merge request waits for a review: !7 (104 d)."}


def test_many_are_one_line_longest_first_by_whom_they_wait_for() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    asked = (Review(who="robin", state="changes"),)
    seen = (
        one(1),
        one(2, made=BEGIN - timedelta(hours=2)),
        one(3, path=FINDER),
        one(4, conflicts=True),
        one(5, reviews=asked),
        one(6, approved_by=("robin",), approvals_left=0, unresolved=0),
        one(8, draft=True, made=BEGIN - timedelta(days=90)),
    )

    assert team.mornings(1, 10, *seen)[9] == (
        "3 merge requests wait for a review: debian-cloud-images !2 (8 d), debian-cloud-images !1 (8 d) and 1 more; "
        "2 wait for their author: debian-cloud-images !4 (8 d), debian-cloud-images !5 (8 d); "
        "1 is ready and not merged: debian-cloud-images !6 (8 d)."
    )


def test_where_there_is_room_it_says_what_their_authors_have_to_do() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))

    assert team.mornings(1, 9, one(1), one(2, pipeline_status="failed"), one(3, conflicts=True)) == {
        9: "1 merge request waits for a review: !1 (8 d); "
        "2 wait for their author: !2 (8 d, FAIL), !3 (8 d, has conflicts)."
    }


def test_no_more_than_four_are_named() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))

    assert team.mornings(1, 9, *(one(number) for number in range(1, 8))) == {
        9: "7 merge requests wait for a review: !1 (8 d), !2 (8 d), !3 (8 d), !4 (8 d) and 3 more."
    }


def test_what_was_named_is_not_named_again_because_another_crossed_the_limit() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    seen = (one(7), one(8, made=on(3)))

    assert team.mornings(1, 12, *seen) == {
        9: "1 merge request waits for a review: !7 (8 d).",
        11: "1 merge request waits for a review: !8 (8 d).",
    }


def test_what_was_named_a_week_ago_comes_with_what_is_new_and_makes_no_line_of_its_own_in_that_week() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    seen = (one(7), one(8, made=on(4)), one(9, made=on(10)))

    assert team.mornings(1, 26, *seen) == {
        9: "1 merge request waits for a review: !7 (8 d).",
        12: "1 merge request waits for a review: !8 (8 d).",
        18: "2 merge requests wait for a review: !7 (17 d), !9 (8 d).",
        25: "3 merge requests wait for a review: !7 (24 d), !8 (21 d), !9 (15 d).",
    }


def test_in_another_state_it_waits_anew() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    team.mornings(1, 9, one())

    assert team.mornings(10, 19, one(pipeline_status="failed")) == {
        18: "1 merge request waits for its author: !7 (8 d, FAIL)."
    }


@pytest.mark.parametrize("told", [{"replied_at": on(8)}, {"pushed_at": on(8)}, {"author_at": on(8)}])
def test_anything_new_puts_it_off(told: dict[str, Any]) -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    team.mornings(1, 8, one())

    assert team.mornings(9, 15, one(**told)) == {}


@pytest.mark.parametrize("told", [{"draft": True}, {"title": "WIP: Add arm64"}, {"state": "closed"}])
def test_drafts_and_what_ended_are_left_out(told: dict[str, Any]) -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))

    assert team.mornings(1, 26, one(**told)) == {}


def test_without_a_limit_nobody_is_reminded() -> None:
    team = Team(Settings(after_working_days=0))
    team.bot.take(merge_requests_seen(at=BEGIN))

    assert team.mornings(1, 26, one()) == {}


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2019, 7, 1, 7, tzinfo=UTC), datetime(2019, 7, 1, 8, tzinfo=UTC)),
        (datetime(2019, 7, 1, 8, tzinfo=UTC), datetime(2019, 7, 2, 8, tzinfo=UTC)),
        (datetime(2019, 7, 5, 9, tzinfo=UTC), datetime(2019, 7, 8, 8, tzinfo=UTC)),  # over a weekend
        (datetime(2019, 12, 31, 9, tzinfo=UTC), datetime(2020, 1, 1, 8, tzinfo=UTC)),  # over a year's end
        (datetime(2021, 12, 31, 9, tzinfo=UTC), datetime(2022, 1, 3, 8, tzinfo=UTC)),  # over both
    ],
)
def test_the_first_look_sets_the_bell_for_the_next_working_morning(at: datetime, due: datetime) -> None:
    effects = Bot().take(merge_requests_seen(at=at))

    assert [effect for effect in effects if isinstance(effect, SetTimer)] == [SetTimer(name=TIMER, due=due)]


def test_each_bell_sets_the_next() -> None:
    team = Team()
    effects = team.bot.take(merge_requests_seen(at=BEGIN), TimerFired(at=on(5), name=TIMER, due=on(5)))

    assert effects[-1] == SetTimer(name=TIMER, due=on(8))


@pytest.mark.parametrize(("late", "lines"), [(timedelta(hours=4), 1), (timedelta(hours=5), 0), (timedelta(days=3), 0)])
def test_a_bell_that_rings_late_is_no_morning(late: timedelta, lines: int) -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))

    assert len(team.morning(on(9), one(), late=late)) == lines


def test_what_a_late_bell_kept_back_comes_the_next_morning() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    team.morning(on(9), one(), late=timedelta(hours=5))

    assert team.mornings(10, 10, one()) == {10: "1 merge request waits for a review: !7 (9 d)."}


def test_of_a_source_that_is_away_nothing_is_concluded() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(one(), at=BEGIN))
    team.bot.take(LookFailed(at=on(8), source="salsa", reason="unavailable", detail="502"))

    assert team.bot.lines(TimerFired(at=on(9), name=TIMER, due=on(9))) == []


def test_memory_of_what_was_named_is_kept_no_longer_than_it_counts() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    team.mornings(1, 9, one())
    assert team.bot.world(on(9)).document(Nudges).named == {f"{IMAGES}!7 review": on(9)}

    team.mornings(10, 16)
    assert team.bot.world(on(16)).document(Nudges).named == {}


def test_no_nick_and_no_title_is_in_it() -> None:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN))
    (line,) = team.mornings(1, 9, one(author="a-nick", title="a-title", reviewers=("b-nick",))).values()

    assert [word for word in ("a-nick", "b-nick", "a-title") if word in line] == []


# Snoozing.


def snoozed(team: Team, **args: str) -> str:
    (line,) = team.bot.lines(given("snooze", args, at=on(8)))
    return line


def standing_team(*seen: MergeRequest) -> Team:
    team = Team()
    team.bot.take(merge_requests_seen(at=BEGIN), merge_requests_seen(*seen, at=on(1)))
    return team


def test_one_that_is_snoozed_is_left_out_for_two_weeks() -> None:
    team = standing_team(one(), one(8))

    assert snoozed(team, number="7") == (
        "No reminders of debian-cloud-images !7 until Mon 2019-07-22 08:00 UTC. Earlier: !snooze 7 off"
    )
    assert team.mornings(9, 23, one(), one(8)) == {
        9: "1 merge request waits for a review: !8 (8 d).",
        16: "1 merge request waits for a review: !8 (15 d).",
        22: "1 merge request waits for a review: !7 (21 d).",
    }


def test_a_snooze_is_ended_by_off() -> None:
    team = standing_team(one())
    snoozed(team, number="7", span="4w")

    assert snoozed(team, number="7", span="off") == "I remind of debian-cloud-images !7 again."
    assert team.mornings(9, 9, one()) == {9: "1 merge request waits for a review: !7 (8 d)."}


def test_a_snooze_is_told_with_the_merge_request() -> None:
    team = standing_team(one())
    snoozed(team, number="7", span="2d")
    team.bot.looked = {"salsa": on(8)}

    assert ", snoozed until 2019-07-10. https://" in team.bot.answer("mr 7", at=on(8))
    assert "snoozed" not in team.bot.answer("mr 7", at=on(10, hour=9))


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ({"number": "99"}, "no open merge request !99; !mrs lists them."),
        ({"number": "6"}, "no open merge request !6; !mrs lists them."),
        (
            {"number": "7"},
            "merge request !7 is in 2 projects: !snooze 7 2w debian-cloud-images, !snooze 7 2w finder",
        ),
        (
            {"number": "7", "span": "4w", "project": "finder"},
            "No reminders of finder !7 until Mon 2019-08-05 08:00 UTC. Earlier: !snooze 7 off finder",
        ),
        (
            {"number": "7", "span": "4w", "project": "nope"},
            'no project "nope"; there is: debian-cloud-images, finder.',
        ),
    ],
)
def test_which_one_is_snoozed_is_clear_or_asked(args: dict[str, str], line: str) -> None:
    team = standing_team(one(), one(path=FINDER), one(6, state="merged", merged_at=on(1)))

    assert snoozed(team, **args) == line


def test_the_answer_goes_where_it_was_asked() -> None:
    team = standing_team(one())
    query = Venue("oftc", "alex")
    (said,) = team.bot.take(given("snooze", {"number": "7"}, at=on(8), venue=query))

    assert getattr(said, "to", None) == query
