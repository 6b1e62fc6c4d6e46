from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.when import BadRule, Rhythm, last_time, next_time

TALK = datetime(2019, 7, 22, 19, 0, tzinfo=UTC)
SECOND_WEDNESDAY = Rhythm(rule="FREQ=MONTHLY;BYDAY=2WE", time="19:00", first=date(2019, 1, 1))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=2WE", "2019-07-22 19:00", "2019-08-14 19:00"),
        ("FREQ=MONTHLY;BYDAY=2WE", "2019-04-30 00:00", "2019-05-08 19:00"),  # a month that begins on a Wednesday
        ("FREQ=MONTHLY;BYDAY=5FR", "2019-07-22 19:00", "2019-08-30 19:00"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "2019-07-22 19:00", "2019-07-25 19:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2019-08-31 19:00", "2019-10-31 19:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2020-12-31 19:00", "2021-01-14 19:00"),  # week 53 breaks no turn
        ("rrule:freq=weekly;byday=th", "2019-07-22 19:00", "2019-07-25 19:00"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2019-07-22 19:00", "2020-02-29 19:00"),
        ("FREQ=DAILY;BYDAY=MO,FR", "2019-07-22 19:00", "2019-07-26 19:00"),
    ],
)
def test_the_next_time_is_the_first_after_an_instant(rule: str, after: str, expected: str) -> None:
    rhythm = Rhythm(rule=rule, time="19:00", first=date(2019, 1, 3))
    assert next_time(rhythm, utc(after)) == utc(expected)


def test_the_last_time_is_the_newest_that_has_come() -> None:
    assert last_time(SECOND_WEDNESDAY, TALK) == utc("2019-07-10 19:00")
    assert last_time(SECOND_WEDNESDAY, utc("2019-08-14 19:00")) == utc("2019-08-14 19:00")
    assert last_time(SECOND_WEDNESDAY, utc("2019-01-01 00:00")) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2019-03-30 00:00", "2019-04-04 18:00"),  # summer time has begun in Berlin
        ("2019-03-22 00:00", "2019-03-28 19:00"),
        ("2019-10-26 00:00", "2019-10-31 19:00"),
    ],
)
def test_a_series_keeps_the_time_on_the_clocks_of_its_zone(after: str, expected: str) -> None:
    rhythm = Rhythm(rule="FREQ=WEEKLY;BYDAY=TH", time="20:00", zone="Europe/Berlin")
    assert next_time(rhythm, utc(after)) == utc(expected)


def test_a_series_without_a_first_day_counts_its_weeks_from_a_fixed_monday() -> None:
    rhythm = Rhythm(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", time="19:00")
    assert next_time(rhythm, utc("2019-07-16 00:00")) == utc("2019-07-22 19:00")
    assert next_time(rhythm, utc("2019-07-26 00:00")) == utc("2019-08-05 19:00")


def test_what_was_left_out_and_what_is_over_is_no_time() -> None:
    skips = frozenset({date(2019, 8, 14)})
    rhythm = Rhythm(rule="FREQ=MONTHLY;BYDAY=2WE", time="19:00", end=date(2019, 10, 1), skips=skips)
    assert next_time(rhythm, TALK) == utc("2019-09-11 19:00")
    assert next_time(rhythm, utc("2019-09-11 19:00")) is None


@pytest.mark.parametrize(("end", "expected"), [("COUNT=2", "2019-08-14 19:00"), ("UNTIL=20190901T000000Z", None)])
def test_a_rule_with_an_end_has_one(end: str, expected: str | None) -> None:
    rhythm = Rhythm(rule=f"FREQ=MONTHLY;BYDAY=2WE;{end}", time="19:00", first=date(2019, 7, 1))
    assert next_time(rhythm, utc("2019-08-01 00:00")) == utc("2019-08-14 19:00")
    assert last_time(rhythm, utc("2020-08-01 00:00")) == utc(expected or "2019-08-14 19:00")
    assert next_time(rhythm, utc("2019-08-14 19:00")) is None


@pytest.mark.parametrize(
    "rule",
    [
        "every second Wednesday",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=2XX",
        "FREQ=MONTHLY;BYDAY=2WE\nRDATE:20190722",
        "FREQ=MONTHLY;BYWHAT=2",
        "",
    ],
)
def test_a_rule_that_is_none_is_said_and_never_looked_for_without_end(rule: str) -> None:
    with pytest.raises(BadRule, match=r"cannot be read|no rule for days"):
        next_time(Rhythm(rule=rule, time="19:00"), TALK)


@pytest.mark.parametrize(("time", "zone"), [("29:00", "UTC"), ("19:00", "Mars/Olympus")])
def test_a_time_that_is_none_is_said(time: str, zone: str) -> None:
    with pytest.raises(BadRule, match="is no time"):
        next_time(Rhythm(rule="FREQ=WEEKLY", time=time, zone=zone), TALK)


@given(
    rule=st.sampled_from(["FREQ=MONTHLY;BYDAY=2WE", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "FREQ=MONTHLY;BYMONTHDAY=-1"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Chatham", "Asia/Kolkata"]),
    hours=st.integers(0, 24 * 365 * 3),
)
def test_no_time_lies_between_the_last_and_the_next(rule: str, zone: str, hours: int) -> None:
    rhythm = Rhythm(rule=rule, time="02:30", zone=zone, first=date(2019, 1, 1))
    at = utc("2019-06-01 00:00") + timedelta(hours=hours)
    last, following = last_time(rhythm, at), next_time(rhythm, at)
    assert last is not None
    assert following is not None
    assert last <= at < following
    assert next_time(rhythm, last) == following
    assert last_time(rhythm, following - timedelta(seconds=1)) == last
