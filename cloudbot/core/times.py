"""Spans of time as people of this field write them: `3 h`, `2d`, `97 d`. All instants are aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SPAN = re.compile(r"(\d{1,4})\s*(min|m|h|d|w)", re.IGNORECASE)
LONGEST = timedelta(days=366)
FOR_SPAN = re.compile(r"(?:(?P<rest>.*\S)\s+)?for\s+(?P<span>\S+)", re.IGNORECASE)
SATURDAY = 5


class BadSpan(ValueError):  # noqa: N818 - what it is, not that it is an error
    """A span of time that cannot be read, with the way to write it."""


def parse_span(text: str) -> timedelta:
    """Read `30m`, `2h`, `2d`, `1w`, or several in a row (`1d12h`). Zero and more than a year are refused."""
    parts = SPAN.findall(text)
    if not parts or SPAN.sub("", text).strip():
        raise BadSpan(f'"{text}" is no span of time; write 30m, 2h, 2d or 1w')
    total = sum((int(number) * UNITS[unit[0].lower()] for number, unit in parts), timedelta())
    if not timedelta() < total <= LONGEST:
        raise BadSpan(f'"{text}" is not between a minute and a year; write 30m, 2h, 2d or 1w')
    return total


def part_span(text: str) -> tuple[str, timedelta | None]:
    """Part `mirror moves for 3d` into its words and its span; without one, `waiting for mirror` is words alone."""
    match = FOR_SPAN.fullmatch(text)
    if match is None:
        return text, None
    try:
        return match["rest"] or "", parse_span(match["span"])
    except BadSpan:
        return text, None


def working_days(since: date, until: date) -> int:
    """Count the Mondays to Fridays after `since` up to and with `until`; none where `until` is not later.

    From a Friday to the Monday after it is one, and so is a Saturday to that Monday. Holidays differ by country and
    are working days.
    """
    if until <= since:
        return 0
    weeks, rest = divmod((until - since).days, 7)
    return 5 * weeks + sum((since.weekday() + day) % 7 < SATURDAY for day in range(1, rest + 1))


def is_working_day(day: date) -> bool:
    """Whether a day is a Monday to Friday."""
    return day.weekday() < SATURDAY


def span(length: timedelta) -> str:
    """Write a span with one unit, rounded down: `less than a minute`, then min, h (to 48), d."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"


def stamp(at: datetime) -> str:
    """Write an instant: `Mon 2019-07-22 19:00 UTC`."""
    return at.astimezone(UTC).strftime("%a %Y-%m-%d %H:%M UTC")


def short_stamp(at: datetime) -> str:
    """Write an instant of the last days: `Sat 06:10`."""
    return at.astimezone(UTC).strftime("%a %H:%M")


def near_stamp(at: datetime, now: datetime) -> str:
    """Write an instant as short as it can be understood now: `Sat 06:10` within six days of it, else `2019-07-13`."""
    near = abs(now - at) < timedelta(days=6)
    return short_stamp(at) if near else at.astimezone(UTC).strftime("%Y-%m-%d")
