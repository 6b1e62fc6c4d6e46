"""What nobody heard is said in the minutes, and once in the channel."""

from __future__ import annotations

import pytest

from tests.features.meetings.rooms import Room, files


def begun() -> Room:
    room = Room()
    room.does("alex: #startmeeting", "robin: #info one")
    return room


BACK = "I am back and did not hear {} UTC: say what counts again with #info, or make minutes of your own log: "


def back(gap: str) -> list[str]:
    return [BACK.format(gap) + "cloudbot meeting parse LOG"]


def test_an_absence_is_told_once_and_is_in_the_minutes() -> None:
    room = begun()
    room.waits(minutes=2)
    room.leaves()
    room.waits(minutes=3)
    assert room.enters() == back("19:02 to 19:05")
    assert [gap.text for gap in room.meeting.gaps] == ["19:02 to 19:05"]
    assert "Nobody listened: 19:02 to 19:05" in files(room.does("alex: #endmeeting"))[f"{room.held.stem}.md"]


def test_after_a_crash_it_lasts_since_the_last_line() -> None:
    room = begun()
    room.waits(minutes=5)
    assert room.enters() == back("19:00 to 19:05")


def test_a_restart_in_which_nothing_was_missed_is_a_gap_too() -> None:
    room = begun()
    assert room.enters() == back("19:00:10 to 19:00:20")


def test_two_absences_between_which_nothing_was_heard_are_one() -> None:
    room = begun()
    room.waits(minutes=1)
    room.enters()
    room.waits(minutes=1)
    room.leaves()
    room.waits(minutes=1)
    assert room.enters() == []
    assert [gap.text for gap in room.meeting.gaps] == ["19:00 to 19:03"]


def test_a_second_absence_is_told_again() -> None:
    room = begun()
    room.waits(minutes=1)
    room.enters()
    room.does("alex: hello")
    room.waits(minutes=1)
    assert room.enters() == back("19:01 to 19:02")


@pytest.mark.parametrize("line", ["alex: #endmeeting", "alex: hello"], ids=["after the end", "without a meeting"])
def test_no_gap_is_remarked_where_no_meeting_runs(line: str) -> None:
    room = begun() if "end" in line else Room()
    room.does(line)
    room.leaves()
    assert room.enters() == []


def test_nothing_is_said_about_it_while_the_bot_lurks() -> None:
    room = begun()
    room.does("alex: #lurk")
    assert room.enters() == []
    assert len(room.meeting.gaps) == 1
