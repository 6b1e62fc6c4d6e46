"""Until when: the words of people as one instant, told in the zones of those concerned."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cloudbot.core.consensus.deadlines import instant_of, told

MONDAY = datetime(2019, 7, 22, 21, 17, tzinfo=UTC)
FRIDAY = datetime(2019, 7, 26, 20, 0, tzinfo=UTC)
"Saturday 05:00 in Tokyo."
SUNDAY = datetime(2019, 7, 28, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "at", "zone", "instant"),
    [
        ("the end of the week", MONDAY, None, "2019-07-28T23:59"),
        ("end of week", MONDAY, None, "2019-07-28T23:59"),
        ("this week", MONDAY, None, "2019-07-28T23:59"),
        ("the end of the week", MONDAY, "Europe/Berlin", "2019-07-28T21:59"),
        ("the end of the week", SUNDAY, None, "2019-07-28T23:59"),
        ("the end of the week", SUNDAY, "Europe/Berlin", "2019-08-04T21:59"),
        ("the end of the week", FRIDAY, "Asia/Tokyo", "2019-07-28T14:59"),
        ("the end of next week", MONDAY, None, "2019-08-04T23:59"),
        ("Fri", MONDAY, None, "2019-07-26T23:59"),
        ("friday", FRIDAY, None, "2019-08-02T23:59"),
        ("Fri", FRIDAY, "Asia/Tokyo", "2019-08-02T14:59"),
        ("Fri 18:00", MONDAY, "Europe/Berlin", "2019-07-26T16:00"),
        ("Fri 18:00 UTC", MONDAY, "Europe/Berlin", "2019-07-26T18:00"),
        ("in 10 days", MONDAY, "Asia/Tokyo", "2019-08-01T21:17"),
        ("in 2 weeks", MONDAY, None, "2019-08-05T21:17"),
        ("72h", MONDAY, None, "2019-07-25T21:17"),
        ("2019-08-02", MONDAY, None, "2019-08-02T23:59"),
        ("2019-08-02T18:00Z", MONDAY, "Asia/Tokyo", "2019-08-02T18:00"),
        ("2019-10-27 02:30", MONDAY, "Europe/Berlin", "2019-10-27T00:30"),
        ("tomorrow.", MONDAY, None, "2019-07-23T23:59"),
    ],
)
def test_words_are_an_instant(words: str, at: datetime, zone: str | None, instant: str) -> None:
    assert instant_of(words, at, zone) == datetime.fromisoformat(f"{instant}:00+00:00")


@pytest.mark.parametrize("words", ["soon", "", "the sprint", "2019-13-02", "Fri 25:00", "in 0 days", "when I am back"])
def test_what_no_calendar_knows_is_no_deadline(words: str) -> None:
    assert instant_of(words, MONDAY, None) is None


@pytest.mark.parametrize(
    ("zones", "line"),
    [
        ((), "Sun 2019-07-28 23:30 UTC"),
        (("UTC",), "Sun 2019-07-28 23:30 UTC"),
        (("Europe/Berlin", "America/New_York"), "Sun 2019-07-28 23:30 UTC (Mon 01:30 Berlin, 19:30 New York)"),
        (
            ("Europe/Berlin", "Europe/Berlin", "Asia/Tokyo", "Europe/London", "America/New_York"),
            "Sun 2019-07-28 23:30 UTC (Mon 01:30 Berlin, Mon 08:30 Tokyo, Mon 00:30 London)",
        ),
    ],
)
def test_an_instant_is_told_in_utc_and_in_the_zones_of_those_concerned(zones: tuple[str, ...], line: str) -> None:
    assert told(SUNDAY, zones) == line
