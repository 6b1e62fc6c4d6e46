"""What real channels do to a meeting: bridges, relays and other bots between items, pastes, clocks, leap days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cloudbot.core.meetings.actions import duties
from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.meeting import Meeting
from cloudbot.core.meetings.minutes.names import stem
from cloudbot.core.meetings.minutes.text import text
from tests.core.meetings.meeting_lines import LIVE, items, met, replies

LEAP_DAY = datetime(2028, 2, 29, 23, 50, tzinfo=UTC)


def test_somebody_behind_a_bridge_notes_and_is_found() -> None:
    meeting = met("carol[m]: #info here", "ana: #action carol to come")
    assert items(meeting)[0] == ("info", "here")
    assert [name for name, _ in duties(meeting).by_name] == ["carol[m]"]


def test_what_a_relay_says_for_others_is_talk_as_a_quoted_line_is() -> None:
    assert items(met("relay: <carol> #info x", "bea: <ana> #topic y", "relay: [carol] #info z")) == []


def test_what_other_bots_say_between_items_is_none_and_gets_no_answer() -> None:
    commit = "KGB-0: 03cloud-team/images 05main 1a2b3c 06eve 10build.py * #info is no command here"
    assert items(met("ana: #info one", commit, "ana: #info two")) == [("info", "one"), ("info", "two")]
    assert replies("ana: #info one", commit) == []


def test_two_pastes_of_one_second_that_mix_lose_nothing() -> None:
    start = Line(at=LEAP_DAY, nick="ana", text="#startmeeting")
    pasted = [Line(at=LEAP_DAY, nick=("ana", "bea")[n % 2], text=f"#info item {n}") for n in range(80)]
    meeting = fold(Meeting(channel="#clouds", rules=LIVE), [start, *pasted])
    assert [(item.nick, item.text, item.line) for item in meeting.items] == [
        (("ana", "bea")[n % 2], f"item {n}", n + 2) for n in range(80)
    ]


def over(*steps: int) -> Meeting:
    """Hold a meeting whose lines come at these seconds after its start."""
    words = ["#startmeeting", *(f"#info {n}" for n in range(len(steps) - 1)), "#endmeeting"]
    said = [
        Line(at=LEAP_DAY + timedelta(seconds=at), nick="ana", text=one)
        for at, one in zip((0, *steps), words, strict=True)
    ]
    return fold(Meeting(channel="#clouds", rules=LIVE), said)


def test_a_clock_that_is_stepped_back_changes_no_order() -> None:
    meeting = over(60, 20, 30, 90)
    assert [(item.text, f"{item.at:%H:%M:%S}") for item in meeting.items] == [
        ("0", "23:51:00"), ("1", "23:50:20"), ("2", "23:50:30"),
    ]  # fmt: skip
    assert "Meeting ended at 23:51:30 UTC." in text(meeting, log_url="x")


def test_a_meeting_of_a_leap_day_is_filed_under_its_start_also_when_it_ends_in_march() -> None:
    meeting = over(60, 1200)
    assert (stem(meeting), f"{meeting.ended:%Y-%m-%d %H:%M}") == (
        "clouds/2028/clouds.2028-02-29-23.50",
        "2028-03-01 00:10",
    )


def test_a_topic_of_four_kilobytes_is_whole_in_the_minutes_and_wrapped() -> None:
    words = [f"word{n}" for n in range(600)]
    meeting = met(f"ana: #topic {' '.join(words)}", f"ana: #topic {' '.join(words)}!")
    shown = text(meeting, log_url="x")
    assert [word for word in words if word not in shown.split()] == []
    assert [row for row in shown.splitlines() if len(row) > 72] == []


def test_the_same_four_kilobytes_typed_twice_are_one_topic() -> None:
    long = "word " * 800 + "end"
    assert items(met(f"ana: #topic {long}", f"ana: #topic {long}")) == [("topic", long)]
