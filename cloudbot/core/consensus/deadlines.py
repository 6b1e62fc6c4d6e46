"""Until when: the words of people read as one instant, and an instant told in the zones of those concerned.

A day ends at 23:59 of the proposer's zone, or of UTC where the person's record names none. What has no end that a
calendar knows ("soon", "end of the sprint") is no deadline.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudbot.core.records.days import day_of
from cloudbot.core.times import BadSpan, parse_span, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, tzinfo

HOW = '"Fri", "the end of the week", "in 10 days", 2019-08-02, 2019-08-02 18:00'
LAST = time(23, 59)
MOST_ZONES = 3
_WEEK = re.compile(r"(?:the\s+)?(?:end\s+of\s+)?(?P<which>the|this|next)?\s*week(?:'s\s+end)?", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:in\s+|for\s+)?(?P<number>\d{1,3})\s*(?P<unit>minutes?|min|m|hours?|h|days?|d|weeks?|w)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:the\s+)?(?:end\s+of\s+)?(?:on\s+)?(?P<day>[\w-]+)(?:[\sT]+(?P<time>\d{1,2}:\d{2}))?(?P<utc>\s*(?:Z|UTC))?"
)
_SUNDAY = 6


def instant_of(text: str, at: datetime, zone: str | None) -> datetime | None:
    """Return the instant (UTC) that words mean when they are said at `at`; None for words that mean none.

    A day of the week is the next one, never today. A time of the day without UTC is one in the zone.
    """
    words = " ".join(text.strip(" .!,;").split())
    here = ZoneInfo(zone) if zone else UTC
    today = at.astimezone(here).date()
    week = _WEEK.fullmatch(words)
    if week is not None:
        days = _SUNDAY - today.weekday() + (7 if (week["which"] or "").lower() == "next" else 0)
        return _on(today + timedelta(days=days), LAST, here)
    span = _SPAN.fullmatch(words)
    if span is not None:
        try:
            return at.astimezone(UTC) + parse_span(span["number"] + span["unit"][0].lower())
        except BadSpan:
            return None
    return _day(words, today, here)


def _day(words: str, today: date, here: tzinfo) -> datetime | None:
    found = _DAY.fullmatch(words)
    day = None if found is None else day_of(found["day"], today)
    if found is None or day is None:
        return None
    try:
        moment = time.fromisoformat(found["time"].zfill(5)) if found["time"] else LAST
    except ValueError:
        return None
    return _on(day, moment, UTC if found["utc"] else here)


def _on(day: date, moment: time, here: tzinfo) -> datetime:
    return datetime.combine(day, moment, here).astimezone(UTC)


def told(at: datetime, zones: Iterable[str]) -> str:
    """Write an instant in UTC and in the zones of those concerned: `Sun 2019-07-28 21:59 UTC (23:59 Berlin)`."""
    every = [zone for zone in dict.fromkeys(zones) if "/" in zone]
    local = ", ".join(_local(at, zone) for zone in every[:MOST_ZONES])
    return f"{stamp(at)} ({local})" if local else stamp(at)


def _local(at: datetime, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    day = "" if there.date() == at.astimezone(UTC).date() else f"{there:%a} "
    return f"{day}{there:%H:%M} {zone.rpartition('/')[2].replace('_', ' ')}"
