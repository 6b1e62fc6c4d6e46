"""A meeting that did not happen is said once; its agenda and its actions stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.core.effects import CancelTimer, SetTimer
from cloudbot.core.facts import RecordsSeen, TimerFired
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.features.meetings.document import Held, Meetings
from tests.core.records.trees import example
from tests.features.builders import CHANNEL, Bot
from tests.features.records.worlds import AT, COMMIT, bot, known, typed

PLANNED = datetime(2019, 8, 14, 19, 0, tzinfo=UTC)
DUE = PLANNED + timedelta(hours=2)
NAME = "meetings/missed/monthly"
SEEN = RecordsSeen(at=AT, commit=COMMIT, good=COMMIT)
NEXT = SetTimer(name=NAME, due=datetime(2019, 9, 11, 21, 0, tzinfo=UTC))
SAID = (
    "Monthly team meeting of Wed 2019-08-14 19:00 UTC was not held, as far as I saw. Its actions stay, "
    "and its 7 items are on the agenda of the next one, Wed 2019-09-11 19:00 UTC: !agenda"
)
MINUTES = """\
schema = "cloudbot/minutes/1"
id = "debian-cloud.2019-08-14-19.05"
series = "monthly"
channel = "oftc/#debian-cloud"
started = 2019-08-14 19:05:00+00:00
ended = 2019-08-14 19:50:00+00:00
"""


def fired(one: Bot, *, at: datetime = DUE, due: datetime = DUE) -> tuple[list[str], list[object]]:
    """Let the timer fire; return the lines said, and the timers set."""
    effects = one.take(TimerFired(at=at, name=NAME, due=due))
    return one.said(effects), [effect for effect in effects if isinstance(effect, SetTimer) and effect.name == NAME]


def waiting(files: dict[str, bytes] | None = None) -> Bot:
    one = bot(files)
    one.take(SEEN)
    return one


def test_a_meeting_that_was_not_held_is_said_once_and_the_next_is_waited_for() -> None:
    one = waiting()
    assert fired(one) == ([SAID], [NEXT])
    assert fired(one) == ([], [])


def test_its_actions_and_what_was_added_stay_on_the_agenda() -> None:
    one = waiting()
    typed(one, "alice", "!agenda add Hotel")
    before = typed(one, "alice", "!agenda", at=PLANNED)[1:]
    fired(one)
    assert typed(one, "alice", "!agenda", at=DUE)[1:] == before


@pytest.mark.parametrize("minutes", [-24 * 60, -30, 0, 100])
def test_a_meeting_that_was_held_is_no_news(minutes: int) -> None:
    one = waiting()
    started = PLANNED + timedelta(minutes=minutes)
    held = Held(venue=CHANNEL, began=1, started=started, prepared=Prepared(series="monthly"), stem="x", ended=2)
    one.documents = {**one.documents, Meetings: Meetings(held=(held,))}
    assert fired(one) == ([], [NEXT])


def test_a_meeting_of_another_series_or_day_does_not_count() -> None:
    one = waiting()
    other = Held(venue=CHANNEL, began=1, started=PLANNED, prepared=Prepared(series="weekly"), stem="x", ended=2)
    early = Held(
        venue=CHANNEL,
        began=3,
        started=PLANNED - timedelta(days=2),
        prepared=Prepared(series="monthly"),
        stem="y",
        ended=4,
    )
    one.documents = {**one.documents, Meetings: Meetings(held=(other, early))}
    assert fired(one)[0] == [SAID]


def test_minutes_in_the_records_tell_that_it_was_held() -> None:
    one = waiting()
    one.records = known({**example(), "minutes/debian-cloud.2019-08-14-19.05.toml": MINUTES.encode()})
    assert fired(one) == ([], [NEXT])


def test_a_bot_that_was_away_for_long_says_nothing() -> None:
    assert fired(waiting(), at=DUE + timedelta(hours=13)) == ([], [NEXT])
    assert fired(waiting(), at=DUE + timedelta(hours=11))[0] == [SAID]


def test_a_series_that_moves_or_ends_moves_or_ends_its_timer() -> None:
    one = waiting()
    text = example()["series/monthly.toml"]
    one.records = known({**example(), "series/monthly.toml": text.replace(b"2WE", b"3WE")})
    assert [each for each in one.take(SEEN) if isinstance(each, SetTimer)] == [
        SetTimer(name=NAME, due=datetime(2019, 8, 21, 21, 0, tzinfo=UTC))
    ]
    one.records = known({path: text for path, text in example().items() if path != "series/monthly.toml"})
    assert CancelTimer(name=NAME) in one.take(SEEN)
    assert fired(one) == ([], [])


def test_a_rule_that_cannot_be_read_is_waited_for_by_nobody() -> None:
    text = example()["series/monthly.toml"].replace(b"FREQ=MONTHLY;BYDAY=2WE", b"sometimes")
    one = bot({**example(), "series/monthly.toml": text})
    assert [each for each in one.take(SEEN) if isinstance(each, SetTimer) and each.name == NAME] == []
