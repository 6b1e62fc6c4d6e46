"""Nothing unasked is said in a channel while a meeting is held in it; afterwards it comes in one line."""

from __future__ import annotations

from datetime import timedelta

from cloudbot.core.facts import TimerFired
from cloudbot.core.speech import Venue
from cloudbot.features.voice import FOLD, WAKE, Voice
from tests.features.builders import CHANNEL, given
from tests.features.meetings.rooms import Room, shown
from tests.features.test_voice import line, speak

FOLDED = "while the meeting went on: gist 1; gist 2. !status"


def held() -> Room:
    room = Room()
    room.does("alex: #startmeeting")
    return room


def test_news_waits_for_the_end_of_the_meeting() -> None:
    room = held()
    assert speak(room.bot, line(1), at=room.at) == []
    assert speak(room.bot, line(2), at=room.at) == []
    assert room.hears("alex: hello") == []
    assert room.hears("alex: #endmeeting")[-1] == FOLDED


def test_a_meeting_that_the_bot_closes_ends_the_silence_too() -> None:
    room = held()
    speak(room.bot, line(1), line(2), at=room.at)
    assert shown(room.waits(hours=1))[-1] == FOLDED


def test_a_meeting_in_another_channel_keeps_nobody_silent() -> None:
    room = Room(venue=Venue("oftc", "#debian-boot"))
    room.does("alex: #startmeeting")
    assert len(speak(room.bot, line(1), at=room.at)) == 1


def test_what_waited_to_be_folded_goes_on_waiting() -> None:
    room = Room()
    room.bot.documents = {**room.bot.documents, Voice: Voice(live=True)}
    speak(room.bot, line(1), at=room.at)
    room.does("alex: #startmeeting")
    speak(room.bot, line(2), line(3), at=room.at)
    fired = TimerFired(at=room.at, name=f"{FOLD}{CHANNEL}", due=room.at)
    assert room.take(fired) == []
    assert room.hears("alex: #endmeeting")[-1] == "while the meeting went on: gist 2; gist 3. !status"


def test_a_quiet_that_ends_during_a_meeting_ends_with_it() -> None:
    room = Room()
    room.take(given("quiet", {"span": "1h"}))
    speak(room.bot, line(1), line(2), at=room.at)
    room.does("alex: #startmeeting")
    fired = TimerFired(at=room.at + timedelta(hours=1), name=f"{WAKE}{CHANNEL}", due=room.at + timedelta(hours=1))
    assert shown(room.take(fired)) == []
    room.at += timedelta(hours=1)
    assert room.hears("alex: #endmeeting")[-1] == FOLDED


def test_a_quiet_that_was_asked_for_lasts_longer_than_a_meeting() -> None:
    room = Room()
    room.take(given("quiet", {"span": "1h"}))
    room.does("alex: #startmeeting")
    speak(room.bot, line(1), line(2), at=room.at)
    assert FOLDED not in room.hears("alex: #endmeeting")
    fired = TimerFired(at=room.at + timedelta(hours=1), name=f"{WAKE}{CHANNEL}", due=room.at + timedelta(hours=1))
    assert shown(room.take(fired)) == ["while it was quiet: gist 1; gist 2. !status"]


def test_a_quiet_that_is_taken_back_during_a_meeting_leaves_the_meeting_alone() -> None:
    room = Room()
    room.take(given("quiet", {"span": "1h"}))
    speak(room.bot, line(1), line(2), at=room.at)
    room.does("alex: #startmeeting")
    assert shown(room.take(given("quiet", {"span": "off"}, at=room.at, number="m2"))) == ["I speak up again."]
    assert room.hears("alex: #endmeeting")[-1] == FOLDED
