"""What is published while a meeting runs, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.core.effects import Say, SetTopic
from cloudbot.core.facts import Delivered
from cloudbot.core.meetings.people import attendance
from tests.features.builders import TEAM, Bot
from tests.features.meetings.rooms import STEM, Room, files, shown, topics

ENDINGS = [".html", ".log.html", ".log.txt", ".md", ".txt"]
LOG = [f"{STEM}.log.html", f"{STEM}.log.txt"]
WITHHELD = "The log of this meeting is not published.\n"


def begun() -> Room:
    room = Room()
    room.does("alex: #startmeeting", "robin: #info one")
    return room


def test_the_log_is_published_once_a_minute_if_anything_was_said() -> None:
    room = begun()
    assert sorted(files(room.waits(minutes=1))) == LOG
    assert files(room.waits(minutes=10)) == {}
    room.does("robin: two")
    assert "two" in files(room.waits(minutes=1))[f"{STEM}.log.txt"]


def test_no_line_publishes_anything_by_itself() -> None:
    assert files(begun().does(*(f"robin: line {number}" for number in range(50)))) == {}


def test_a_line_changes_nothing_that_is_stored() -> None:
    room = begun()
    before = room.document
    room.does("robin: #info two", "alex: #topic x", "robin * waves", "robin > robin_", "robin_: hello")
    assert room.document == before
    assert room.meeting != before.meeting(room.held)


def test_save_publishes_as_it_is_now() -> None:
    effects = begun().does("alex: #save")
    assert sorted(files(effects)) == [f"{STEM}{ending}" for ending in ENDINGS]
    assert shown(effects) == ["The minutes are written as they are now."]
    assert "Meeting ended" not in files(effects)[f"{STEM}.txt"]


def test_save_publishes_silently_while_the_bot_lurks() -> None:
    room = begun()
    room.does("alex: #lurk")
    effects = room.does("alex: #save")
    assert sorted(files(effects)) == [f"{STEM}{ending}" for ending in ENDINGS]
    assert shown(effects) == []
    assert files(room.does("robin: #save")) == {}


def test_a_log_that_is_withheld_is_taken_away_and_the_minutes_stay() -> None:
    room = begun()
    room.waits(minutes=1)
    effects = room.does("alex: #restrictlogs", "robin: secret")
    assert [files(effects)[path] for path in LOG] == [WITHHELD, WITHHELD]
    assert shown(effects) == ["(alex) the log of this meeting is not published; its minutes are"]
    assert files(room.waits(minutes=5)) == {}
    ended = room.does("alex: #endmeeting")
    assert [files(ended)[path] for path in LOG] == [WITHHELD, WITHHELD]
    assert "one" in files(ended)[f"{STEM}.txt"]
    assert [line for line in shown(ended) if line.startswith("Log:")] == []


def test_what_is_off_the_record_is_in_no_file() -> None:
    room = begun()
    written = files(room.does("robin: [off] the password is gone", "alex: #endmeeting"))
    assert [path for path, text in written.items() if "password" in text] == []


def test_addresses_and_telephones_are_in_no_file() -> None:
    room = begun()
    room.does("robin: #info 203.0.113.9 and +49 30 1234567", "robin: #link http://203.0.113.9/x", "robin: 2001:db8::7")
    written = files(room.does("alex: #endmeeting"))
    for private in ("203.0.113.9", "1234567", "2001:db8::7"):
        assert [path for path, text in written.items() if private in text] == []


def test_without_a_site_nothing_is_published() -> None:
    room = Room(bot=Bot(team=replace(TEAM, site="")))
    effects = [
        *room.does("alex: #startmeeting", "alex: #save"),
        *room.waits(minutes=5),
        *room.does("alex: #endmeeting"),
    ]
    assert files(effects) == {}


def test_over_midnight_the_files_are_those_of_the_start() -> None:
    room = Room(at=datetime(2019, 12, 31, 23, 50, tzinfo=UTC))
    room.does("alex: #startmeeting")
    room.waits(minutes=25)
    stem = "debian-cloud/2019/debian-cloud.2019-12-31-23.50"
    assert "Meeting ended at 00:15:10 UTC." in files(room.does("alex: #endmeeting"))[f"{stem}.txt"]


def dead(room: Room, line: str) -> list[str]:
    """Say a line that sets the topic, which the server refuses."""
    (topic,) = [one for one in room.does(line) if isinstance(one, SetTopic)]
    return shown(room.take(Delivered(at=room.at, key=topic.key, state="dead", detail="482")))


@pytest.mark.parametrize("line", ["alex: #endmeeting", "robin: #startmeeting"], ids=["as before", "that it is logged"])
def test_a_topic_that_is_no_news_is_not_said(line: str) -> None:
    room = Room()
    room.does(*(["alex: #startmeeting"] if "end" in line else []))
    assert dead(room, line) == []


def test_nobody_is_told_of_a_topic_that_may_not_be_set() -> None:
    room = begun()
    (topic,) = [one for one in room.does("alex: #topic Images") if isinstance(one, SetTopic)]
    effects = room.take(Delivered(at=room.at, key=topic.key, state="dead", detail="482"))
    assert [type(effect).__name__ for effect in effects] == ["Say"]


def test_nobody_is_told_of_a_word_to_somebody_who_is_gone() -> None:
    room = begun()
    (told,) = [one for one in room.does("robin: #endmeeting") if isinstance(one, Say)]
    assert room.take(Delivered(at=room.at, key=told.key, state="dead", detail="401")) == []


def test_a_topic_is_short_enough_for_every_network() -> None:
    room = begun()
    (topic,) = topics(room.does(f"alex: #topic {'漢' * 200}"))
    assert len(topic.encode()) <= 300
    assert topic.endswith("… | this channel is being logged for minutes")


def test_the_files_of_a_later_meeting_stand_first_in_the_index() -> None:
    room = begun()
    room.does("alex: #endmeeting")
    room.at = datetime(2020, 1, 8, 19, 0, tzinfo=UTC)
    written = files(room.does("alex: #startmeeting <b>Second</b>", "alex: #endmeeting"))
    index = written["index.html"]
    assert index.index("2020-01-08") < index.index("2019-07-22")
    assert "&lt;b&gt;Second&lt;/b&gt;" in index
    assert "<script" not in index
    assert '<a href="debian-cloud/2019/index.html">debian-cloud/2019</a> (1)' in index
    year = written["debian-cloud/2020/index.html"]
    assert '<a href="debian-cloud.2020-01-08-19.00.html">' in year
    assert "2019-07-22" not in year


def test_whom_a_chair_names_that_is_not_there_is_told_to_who_typed_it() -> None:
    room = begun()
    said = shown(room.take(replace(room.fact("alex: #chair zoe"), absent=("zoe",))))
    assert said == ["Current chairs: alex zoe", "(alex) Warning: Nick not in channel: zoe"]


def test_an_absent_nick_is_no_news_of_a_chair_who_is_none() -> None:
    room = begun()
    said = shown(room.take(replace(room.fact("robin: #chair zoe"), absent=("zoe",))))
    assert said == ["(robin) for chairs only: #chair; alex can make you one with #chair NICK"]


def as_(me: str, room: Room, *lines: str) -> None:
    """Say lines while our nick is another one than that we began with."""
    for line in lines:
        room.take(replace(room.fact(line), me=me))


def test_our_own_lines_are_in_the_log_whatever_our_nick_is_now_and_nobodys() -> None:
    room = begun()
    as_("cloudbot_", room, "cloudbot_: #info one of ours", "cloudbot_ > cloudbot")
    as_("cloudbot", room, "cloudbot: #info another")
    assert [item.text for item in room.meeting.items] == ["one"]
    assert [(one.name, one.lines) for one in attendance(room.meeting)] == [("alex", 1), ("robin", 1)]


def test_who_has_the_nick_that_we_began_with_is_not_us() -> None:
    room = begun()
    as_("cloudbot_", room, "cloudbot: #info somebody who says so", "cloudbot_: #info one of ours")
    assert [item.text for item in room.meeting.items] == ["one", "somebody who says so"]
    assert [one.name for one in attendance(room.meeting)] == ["alex", "robin", "cloudbot"]


def test_the_remark_of_an_earlier_meeting_is_not_restored() -> None:
    room = Room()
    start = room.fact("alex: #startmeeting")
    room.take(replace(start, topic="clouds above | this channel is being logged for minutes"))
    assert topics(room.does("alex: #endmeeting")) == ["clouds above"]


def test_who_asks_for_everything_is_answered_now_and_then_and_a_chair_always() -> None:
    room = begun()
    told = [len(shown(room.take(room.fact(line)))) for line in ["robin: #info"] * 50 + ["alex: #info"] * 50]
    assert told == [1] * 6 + [0] * 44 + [1] * 50
    assert room.meeting.said == 102
    room.at += timedelta(minutes=1)
    assert len(room.hears("robin: #info")) == 1
