"""When a series of meetings comes together: the RFC 5545 rule of its record, at its time on the clocks of its zone.

Instants are aware UTC. Nothing is looked for more than five years away, so that a rule that no day fits has an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

if TYPE_CHECKING:
    from collections.abc import Iterator

HORIZON = timedelta(days=5 * 366)
EPOCH = date(2001, 1, 1)
"""A Monday, from which every second week is counted where a series does not say its first day."""
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_OF_DAILY = frozenset({"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL", "WKST"})
_PART = re.compile(r"(?P<name>[A-Z]+)=(?P<value>[A-Z0-9,+:-]+)")


class BadRule(ValueError):  # noqa: N818 - what it is, not that it is an error
    """A rule that cannot be read, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What a series says about its times. `first` is its first day, `end` the first day on which it is over."""

    rule: str
    time: str
    zone: str = "UTC"
    first: date | None = None
    end: date | None = None
    skips: frozenset[date] = frozenset()
    "days on which it does not come together"

    def on(self, day: date) -> datetime:
        """Return the instant at which it begins on a day; a time that clocks skip is an hour later (PEP 495)."""
        try:
            return datetime.combine(day, time.fromisoformat(self.time), ZoneInfo(self.zone)).astimezone(UTC)
        except (ValueError, KeyError):
            raise BadRule(f'"{self.time}" in "{self.zone}" is no time; write time = "19:00", zone = "UTC"') from None

    def is_held(self, day: date) -> bool:
        """Whether the series is going on then, and has not left out that day."""
        begun = self.first is None or self.first <= day
        return begun and (self.end is None or day < self.end) and day not in self.skips


def next_time(rhythm: Rhythm, at: datetime) -> datetime | None:
    """Return when it next begins, strictly after an instant; None if not within five years."""
    return next((one for one in _times(rhythm, at) if one > at), None)


def last_time(rhythm: Rhythm, at: datetime) -> datetime | None:
    """Return when it last began, at an instant or before; None if it never did."""
    return max((one for one in _times(rhythm, at) if one <= at), default=None)


def _times(rhythm: Rhythm, at: datetime) -> Iterator[datetime]:
    """Yield the times of a series, oldest first, to five years after an instant. Raises `BadRule`."""
    for day in _days(rhythm.rule, rhythm.first or EPOCH, at.year):
        if rhythm.is_held(day):
            yield rhythm.on(day)


@lru_cache(maxsize=64)
def _days(rule: str, first: date, year: int) -> tuple[date, ...]:
    """Return the days of a rule to five years after a year's end, so that a year of questions costs one reckoning."""
    parts = _parts(rule)
    end = datetime(year, 12, 31) + HORIZON  # noqa: DTZ001 - a day of the series' own calendar
    try:
        count = int(parts.pop("COUNT", "0"))
        until = parts.pop("UNTIL", "")
        last = min(end, datetime.strptime(until[:8], "%Y%m%d")) if until else end  # noqa: DTZ007 - as above
        plain = ";".join(f"{name}={value}" for name, value in parts.items())
        # COUNT and UNTIL together are deprecated (RFC 5545, 3.3.10), and a COUNT alone may have no end: counted here.
        found = rrulestr(plain, dtstart=datetime.combine(first, time()))
    except (ValueError, TypeError, KeyError) as error:
        raise BadRule(f'"{rule}" cannot be read: {error}') from None
    if not isinstance(found, rrule):
        raise BadRule(f'"{rule}" is more than one rule')
    days = tuple(one.date() for one in found.replace(until=last))
    return days[:count] if count else days


def _parts(rule: str) -> dict[str, str]:
    """Take a rule apart. What would be looked for without an end is refused: no step, a month's days every day."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = {match["name"]: match["value"] for match in _PART.finditer(text)}
    whole = ";".join(f"{name}={value}" for name, value in parts.items()) == text
    endless = parts.get("INTERVAL", "1").strip("0") == "" or (parts.get("FREQ") == "DAILY" and parts.keys() - _OF_DAILY)
    if not whole or endless or parts.get("FREQ") not in _FREQUENCIES:
        raise BadRule(f'"{rule}" is no rule for days that I know; write it as FREQ=MONTHLY;BYDAY=2WE')
    return parts
