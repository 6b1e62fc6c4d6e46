"""Which day a row is of. Most logs give times of day; the day comes from rows between, from the name, or from outside.

A time that goes back by more than half a day has crossed midnight; one that goes back by less is a clock that was set
back, and is kept as written.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.entries import DayTurned, Entry, Said, Stamp
from cloudbot.core.meetings.logs.stamps import day_in, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_HALF_A_DAY = timedelta(hours=12)
_HALF_A_YEAR = timedelta(days=183)
_NEARLY_A_DAY = timedelta(hours=23, minutes=50)
_SET_BACK = timedelta(minutes=5)
_MIDNIGHT = time()

# What bots say of the day: RRSAgent where it logs to, MeetBot when it started, trackbot and scribes the date.
_LOGGING_TO = re.compile(r"^(?:logging to|recorded in) https?://www\.w3\.org/(\d{4})/(\d\d)/(\d\d)-")
_STARTED = re.compile(r"Meeting started ")
_DATE = re.compile(r"Date: ", re.IGNORECASE)


def first_day(entries: Iterable[Entry], names: Iterable[str]) -> date | None:
    """Find the day of a log's first row in its head: in a time, in a row about days, in what bots say, in its name.

    A day that is found further down is counted back over the midnights before it. `Date:` is weaker than the name,
    since anybody may speak of a date. None where nothing says it.
    """
    nights, last, spoken, spoken_of = 0, None, False, None
    for entry in entries:
        match entry:
            case DayTurned(day=day, opens=opens):
                return day - timedelta(days=nights + (spoken and not opens))
            case Said(stamp=stamp, text=text):
                nights += last is not None and stamp.clock is not None and _between(last, stamp.clock) < -_HALF_A_DAY
                last, spoken = stamp.clock or last, True
                day_said = stamp.day or _day_said(text)
                if day_said is not None:
                    return day_said - timedelta(days=nights)
                if spoken_of is None and _DATE.match(text) and (day_spoken_of := day_in(text[:80])):
                    spoken_of = day_spoken_of - timedelta(days=nights)
            case _:
                continue
    return next((day for day in map(day_in, names) if day is not None), spoken_of)


def _day_said(text: str) -> date | None:
    logging = _LOGGING_TO.search(text)
    if logging is not None:
        return day_of(*logging.groups())
    return day_in(text[:80]) if _STARTED.match(text) else None


def _between(earlier: time, later: time) -> timedelta:
    return datetime.combine(date.min, later) - datetime.combine(date.min, earlier)


class Calendar:
    """The day and the zone while a log is read from its first row to its last."""

    def __init__(self, day: date, zone: tzinfo) -> None:
        self._day = day
        self._zone = zone
        self._last: time | None = None
        self._latest: datetime | None = None
        self._crossed = False
        self._second_pass = False

    def turn(self, day: date) -> None:
        """Take it from the log that it is this day from here on."""
        self._day, self._last, self._crossed = day, None, False

    def at(self, stamp: Stamp) -> datetime | None:
        """Return when a row was, in UTC; None where there was no such time."""
        if stamp.day is not None:
            self._day = stamp.day
        elif stamp.month_and_day is not None:
            self._day = _nearest(stamp.month_and_day, self._day) or self._day
        elif stamp.clock is not None:
            self._cross(stamp.clock)
        self._last = stamp.clock or self._last
        local = datetime.combine(self._day, stamp.clock or self._last or _MIDNIGHT)
        return self._utc(local, stamp.zone)

    def _cross(self, now: time) -> None:
        gone = timedelta() if self._last is None else _between(self._last, now)
        try:
            if gone < -_HALF_A_DAY:
                self._day, self._crossed = self._day + timedelta(days=1), True
            elif gone > _NEARLY_A_DAY and self._crossed:  # set back over the midnight it had just crossed
                self._day, self._crossed = self._day - timedelta(days=1), False
        except OverflowError:
            self._crossed = False

    def _utc(self, local: datetime, zone: tzinfo | None) -> datetime | None:
        """Of an hour that a zone has twice, the first is meant until the clock goes back within it."""
        zone = zone or self._zone
        if zone is UTC:  # most logs; nothing is there twice
            self._latest = local
            return local.replace(tzinfo=UTC)
        first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
        twice = first.utcoffset() != second.utcoffset()
        back = self._latest is not None and self._latest - local > _SET_BACK
        self._second_pass = twice and (self._second_pass or back)
        self._latest = local
        try:
            return (second if self._second_pass else first).astimezone(UTC)
        except OverflowError:
            return None


def _nearest(month_and_day: tuple[int, int], to: date) -> date | None:
    """Return the day of that name that is within half a year: December before January, and after it."""
    days = (day_of(year, *month_and_day) for year in (to.year, to.year + 1, to.year - 1))
    return next((day for day in days if day is not None and abs(day - to) <= _HALF_A_YEAR), None)
