"""A bot that was installed anew knows from the records which meetings were held, and which come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.features.meetings.rooms import Room
from tests.features.records.meetings.held import FILES, ID, SERIES, Meeting
from tests.features.records.worlds import bot

if TYPE_CHECKING:
    from collections.abc import Mapping

URL = f"https://cb.example.org/meetings/debian-cloud/2019/{ID}.html"
NEXT = "no meeting runs. Next: Team meeting, Wed 2019-09-11 19:00 UTC in #debian-cloud."
LAST = (
    "Wed 2019-08-14 19:00 UTC, less than a minute: #debian-cloud: Team meeting, 1 person, "
    f"1 decision (we mend the runner), 1 action. {URL}"
)


def recorded() -> Mapping[str, str]:
    """The records after a meeting."""
    held = Meeting().meets("ann: #topic Builds", "ann: #agreed we mend the runner", "ann: #action ben mends it")
    assert held.bot.records is not None
    return held.bot.records.tree.texts


def asked(held: Meeting, text: str) -> list[str]:
    return held.bot.answer(text, at=held.at + timedelta(hours=1)).splitlines()


@pytest.mark.parametrize("which", ["", " monthly", " #debian-cloud", " 2019-08-14"])
def test_a_new_bot_tells_how_the_last_meeting_went(which: str) -> None:
    assert asked(Meeting(files=recorded()), f"lastmeeting{which}") == [LAST]


def test_a_bot_that_was_there_says_the_same() -> None:
    held = Meeting().meets("ann: #topic Builds", "ann: #agreed we mend the runner", "ann: #action ben mends it")
    assert asked(held, "lastmeeting") == [LAST]


def test_a_new_bot_lists_the_meetings_of_the_records_and_the_next_one() -> None:
    assert asked(Meeting(files=recorded()), "meetings") == [NEXT, f"2019-08-14 #debian-cloud {URL}"]


def test_a_meeting_that_is_in_both_is_listed_once() -> None:
    held = Meeting().meets("ann: #topic Builds")
    assert asked(held, "meetings") == [NEXT, f"2019-08-14 #debian-cloud {URL}"]


def test_the_minutes_of_the_records_are_found_by_their_day() -> None:
    (line,) = asked(Meeting(files=recorded()), "minutes 2019-08-14")
    assert line.endswith(f"1 decision, 1 action, 1 topic. {URL}")


def test_of_minutes_whose_log_is_not_published_no_address_is_made_up() -> None:
    files = {**recorded()}
    path = f"minutes/{ID}.toml"
    files[path] = "".join(line for line in files[path].splitlines(keepends=True) if not line.startswith("log ="))
    assert asked(Meeting(files=files), "lastmeeting") == [LAST.removesuffix(f" {URL}")]


def test_what_a_new_bot_holds_stands_beside_what_the_records_have() -> None:
    held = Meeting(files=recorded())
    held.at += timedelta(days=2)
    held.meets("ann: #info x")
    assert [line.count("#debian-cloud http") for line in asked(held, "meetings")] == [0, 2]


def test_a_series_whose_rule_gives_no_day_is_not_next() -> None:
    files = {**FILES, "series/monthly.toml": SERIES.replace("FREQ=MONTHLY;BYDAY=2WE", "FREQ=YEARLY;UNTIL=20190101")}
    assert asked(Meeting(files=files), "meetings") == ["no meeting runs. None ended here yet."]


def test_the_next_meetings_are_named_before_any_was_held() -> None:
    assert bot().answer("meetings").startswith("no meeting runs. Next: Monthly team meeting, Wed 2019-08-14 19:00 UTC")


def test_without_records_nothing_is_next() -> None:
    assert Room().bot.answer("meetings") == "no meeting runs. None ended here yet."
