"""A meeting that nobody ends: asked about, and closed where it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cloudbot.core.meetings.planned import Planned
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.features.meetings import clocks
from cloudbot.features.meetings.document import Meetings
from tests.features.builders import NOW
from tests.features.meetings.rooms import Room, files, shown

ASKED = (
    "Nobody has said anything since {} UTC. Is the meeting over? #endmeeting ends it; else I close it at {} UTC, as it"
    " stood then."
)
LEADERLESS = (
    "The meeting's time is over and no chair has said anything since {} UTC. #endmeeting ends it, #chair NICK takes"
    " over; else I close it at {} UTC."
)


def silent() -> Room:
    room = Room()
    room.does("alex: #startmeeting", "robin: #action robin to ask", "robin: bye")
    return room


def test_it_is_asked_once_whether_it_is_over() -> None:
    room = silent()
    assert shown(room.waits(minutes=40)) == [ASKED.format("19:00", "19:45")]


def test_it_is_closed_at_the_last_line_that_somebody_said() -> None:
    room = silent()
    room.waits(minutes=40)
    room.does("cloudbot: Nobody has said anything", "alex > alex_")
    effects = room.waits(minutes=10)
    assert (
        shown(effects)[0] == "Meeting ended Mon Jul 22 19:00:20 2019 UTC. Nobody said anything since, so I closed it."
    )
    written = files(effects)
    assert written[f"{room.held.stem}.log.txt"].splitlines()[-1] == "19:00:20 <robin> bye"
    assert "* closed by the bot: nobody said anything after 19:00 UTC" in written[f"{room.held.stem}.txt"]


def test_what_is_said_afterwards_is_in_no_file() -> None:
    room = silent()
    room.waits(minutes=50)
    assert room.does("robin: #info private talk") == []
    assert room.meeting.said == 3


def test_a_line_after_the_question_goes_on_with_it() -> None:
    room = silent()
    room.waits(minutes=40)
    room.does("alex: still here")
    assert shown(room.waits(minutes=29)) == []
    assert shown(room.waits(minutes=2)) == [ASKED.format("19:40", "20:25")]


def test_talk_without_a_chair_after_its_time_is_closed_at_the_last_item() -> None:
    room = silent()
    said: list[str] = []
    for _ in range(10):
        said += shown(room.waits(minutes=10))
        room.does("robin: and what about the weather")
    assert said[0] == LEADERLESS.format("19:00", "20:15")
    assert room.meeting.lines.last is not None
    assert room.meeting.lines.last.text == "#action robin to ask"


def test_while_the_bot_is_away_nobody_knows_whether_it_is_over() -> None:
    room = silent()
    room.leaves()
    assert shown(room.waits(hours=5)) == []
    assert room.held.ended is None


def test_a_meeting_that_the_bot_was_away_from_for_a_day_is_over() -> None:
    room = silent()
    room.leaves()
    room.waits(hours=25)
    assert room.held.closed == "nobody"


def test_a_chair_who_ends_it_later_is_told_that_it_is() -> None:
    room = silent()
    room.waits(hours=1)
    url = f"https://cb.example.org/meetings/{room.held.stem}.html"
    assert room.hears("robin: #endmeeting") == []
    assert room.hears("alex: #endmeeting") == [
        f"(alex) I closed the meeting at 19:00 UTC, when it fell silent. Minutes: {url}"
    ]


def test_a_vote_that_is_open_is_counted() -> None:
    room = silent()
    room.does("alex: #motion we sprint", "robin: +1")
    room.waits(hours=1)
    assert [item.kind for item in room.meeting.items] == ["action", "info", "vote"]


AGENDA = (
    Planned(id="a", text="Images", source="standing", minutes=0),
    Planned(id="b", text="Sprint", source="standing", minutes=10),
)


def planned() -> Room:
    """A meeting with an agenda, as the records have one."""
    room = Room()
    room.does("alex: #startmeeting")
    held = replace(room.held, prepared=replace(room.held.prepared, series="monthly", agenda=AGENDA))
    document = room.document.with_meeting(held, replace(room.meeting, agenda=AGENDA))
    room.bot.documents = {**room.bot.documents, Meetings: document}
    room.timers |= {one.name: one.due for one in clocks.begun(held, room.bot.world(NOW))}
    return room


def test_its_time_is_told_five_minutes_before_the_end_and_at_it() -> None:
    room = planned()
    room.does("alex: #next")
    said: list[str] = []
    for _ in range(7):
        room.does("alex: hm")
        said += shown(room.waits(minutes=10))
    assert said == [
        "5 minutes left; 1 item: Sprint.",
        "The meeting's time is over; not reached: Sprint. #endmeeting ends it.",
    ]


def test_the_time_of_an_item_is_told_at_its_end() -> None:
    room = planned()
    room.does("alex: #next", "alex: #next")
    assert shown(room.waits(minutes=11)) == ["The 10 min of this item are over: Sprint. It is the last one."]


def test_nothing_is_told_of_the_time_of_a_meeting_that_nobody_planned() -> None:
    room = silent()
    said: list[str] = []
    for _ in range(7):
        room.does("alex: hm")
        said += shown(room.waits(minutes=10))
    assert said == []


def test_nothing_is_said_of_the_time_while_the_bot_lurks() -> None:
    room = planned()
    room.does("alex: #lurk")
    assert shown(room.waits(hours=2)) == []
    assert room.held.closed == "nobody"


def test_how_long_it_may_be_silent_is_the_meetings_own() -> None:
    room = silent()
    held = replace(room.held, prepared=Prepared(idle=timedelta(hours=2)))
    room.bot.documents = {**room.bot.documents, Meetings: room.document.with_held(held)}
    assert shown(room.waits(minutes=59)) == []
