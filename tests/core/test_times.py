"""Spans and stamps as people of this field write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from cloudbot.core.times import (
    LONGEST,
    BadSpan,
    is_working_day,
    near_stamp,
    parse_span,
    part_span,
    short_stamp,
    span,
    stamp,
    working_days,
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("30min", timedelta(minutes=30)),
        ("30 min", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("2H", timedelta(hours=2)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        ("1d12h", timedelta(hours=36)),
        ("1d 12h 5min", timedelta(hours=36, minutes=5)),
        ("366d", LONGEST),
    ],
)
def test_a_span_is_read(text: str, length: timedelta) -> None:
    assert parse_span(text) == length


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", '"" is no span of time; write 30m, 2h, 2d or 1w'),
        ("soon", '"soon" is no span of time; write 30m, 2h, 2d or 1w'),
        ("2", '"2" is no span of time; write 30m, 2h, 2d or 1w'),
        ("2d!", '"2d!" is no span of time; write 30m, 2h, 2d or 1w'),
        ("-2d", '"-2d" is no span of time; write 30m, 2h, 2d or 1w'),
        ("99999m", '"99999m" is no span of time; write 30m, 2h, 2d or 1w'),
        ("0h", '"0h" is not between a minute and a year; write 30m, 2h, 2d or 1w'),
        ("367d", '"367d" is not between a minute and a year; write 30m, 2h, 2d or 1w'),
    ],
)
def test_what_is_no_span_is_refused_with_the_way_to_write_one(text: str, fault: str) -> None:
    with pytest.raises(BadSpan) as refusal:
        parse_span(text)
    assert str(refusal.value) == fault


@given(strategies.text())
def test_no_text_gives_anything_but_a_span_or_a_refusal(text: str) -> None:
    try:
        length = parse_span(text)
    except BadSpan:
        return
    assert timedelta() < length <= LONGEST


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=97, hours=23), "97 d"),
    ],
)
def test_a_span_is_written_with_one_unit_rounded_down(length: timedelta, text: str) -> None:
    assert span(length) == text


def test_an_instant_is_written_in_utc_with_its_weekday() -> None:
    at = datetime(2019, 7, 22, 21, 5, tzinfo=timezone(timedelta(hours=2)))

    assert (stamp(at), short_stamp(at)) == ("Mon 2019-07-22 19:05 UTC", "Mon 19:05")
    assert stamp(at.astimezone(UTC)) == stamp(at)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2019, 7, 22), date(2019, 7, 22), 0),  # a Monday
        (date(2019, 7, 22), date(2019, 7, 23), 1),
        (date(2019, 7, 26), date(2019, 7, 27), 0),  # Friday to Saturday
        (date(2019, 7, 26), date(2019, 7, 29), 1),  # over a weekend
        (date(2019, 7, 27), date(2019, 7, 29), 1),
        (date(2019, 7, 28), date(2019, 7, 29), 1),
        (date(2019, 7, 22), date(2019, 7, 29), 5),
        (date(2019, 12, 30), date(2020, 1, 3), 4),  # a year's end
        (date(2020, 2, 27), date(2020, 3, 2), 2),  # a leap day is a Saturday here
        (date(2019, 7, 23), date(2019, 7, 22), 0),
    ],
)
def test_working_days_leave_out_saturdays_and_sundays(since: date, until: date, days: int) -> None:
    assert working_days(since, until) == days


@given(strategies.dates(date(2018, 1, 1), date(2030, 12, 31)), strategies.integers(0, 800))
def test_working_days_are_the_weekdays_counted_one_by_one(since: date, length: int) -> None:
    each = [since + timedelta(days=day) for day in range(1, length + 1)]
    assert working_days(since, since + timedelta(days=length)) == sum(is_working_day(day) for day in each)


@pytest.mark.parametrize("friday", [date(2019, 3, 29), date(2019, 10, 25)])
def test_working_days_are_days_also_where_the_clock_is_changed_in_between(friday: date) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before, behind = (datetime(*day.timetuple()[:3], 8, tzinfo=berlin) for day in (friday, friday + timedelta(days=3)))

    assert before.utcoffset() != behind.utcoffset()
    assert working_days(before.date(), behind.date()) == 1


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "Mon 19:00"), (5, "Wed 19:00"), (6, "2019-07-16"), (-5, "Sat 19:00"), (-14, "2019-08-05")],
)
def test_an_instant_is_written_as_short_as_it_can_be_understood(days: int, text: str) -> None:
    now = datetime(2019, 7, 22, 19, 0, tzinfo=UTC)
    assert near_stamp(now - timedelta(days=days), now) == text


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("mirror moves for 3d", ("mirror moves", timedelta(days=3))),
        ("waits for me FOR 2h", ("waits for me", timedelta(hours=2))),
        ("waiting for mirror", ("waiting for mirror", None)),
        ("for 3d", ("", timedelta(days=3))),
        ("for 0d", ("for 0d", None)),
        ("#931457", ("#931457", None)),
    ],
)
def test_a_span_at_the_end_of_words_is_parted_from_them(text: str, parted: tuple[str, timedelta | None]) -> None:
    assert part_span(text) == parted
