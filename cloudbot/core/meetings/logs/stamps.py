"""Times and days as programs write them: at the head of a row, in a sentence, in the name of a file."""

from __future__ import annotations

import re
from datetime import UTC, date, time, timedelta, timezone, tzinfo
from typing import Literal, cast

from cloudbot.core.meetings.logs.entries import Stamp

FIRST_YEAR, LAST_YEAR = 1988, 2999
"""IRC is of 1988; a year outside is a number that only looks like one."""

# As programs write months in the languages of those who have logs; the longer first, for juin is no janvier.
_MONTHS = {
    "juin": 6, "juil": 7,
    "jan": 1, "gen": 1, "ene": 1, "feb": 2, "fev": 2, "fév": 2, "mar": 3, "mär": 3, "mrz": 3, "mrt": 3,
    "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mag": 5, "mei": 5, "maj": 5, "jun": 6, "giu": 6,
    "jul": 7, "lug": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "ott": 10, "out": 10,
    "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_LETTERS = r"[^\W\d_]"
_SPACE = "[ \u202f\u00a0]"
_DAY = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d\d)[-/.](?P<dom>\d\d)"
    r"|(?P<dom2>\d\d)[-.](?P<month2>\d\d)[-.](?P<year2>\d{4})"
    r"|(?P<month4>\d\d)/(?P<dom4>\d\d)/(?P<year4>\d{4})"
    rf"|(?:{_LETTERS}{{2,4}}[.,]{{0,2}} )?(?P<month3>{_MONTH}){_LETTERS}{{0,8}}\.? {{1,2}}"
    r"(?P<dom3>\d{1,2})(?:,? (?P<year3>\d{4}))?)"
)
_STAMP = re.compile(
    rf" {{0,8}}(?:(?P<open>[\[(]) ?)?(?:{_DAY}(?:T|,?{_SPACE}{{1,2}}))?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    rf"(?:{_SPACE}?(?P<half>[ap])\.?m\.?(?!\w))?"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)(?=[\s\])]|$))?(?: ?(?P<close>[\])]))?",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(
    rf"\b(?P<month>{_MONTH}){_LETTERS}{{0,8}}\.? {{1,2}}(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?,?"
    r"(?: \d{1,2}:\d\d(?::\d\d)?)?(?: [A-Z]{3,4})?"
    r" (?P<year>\d{4})\b"
    rf"|\b(?P<dom2>\d{{1,2}})(?:\.|st|nd|rd|th)? (?P<month2>{_MONTH}){_LETTERS}{{0,8}}\.?"
    r" (?P<year2>\d{4})\b",
    re.IGNORECASE,
)
_NUMBERED_DAY = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<by>[-_./]?)(?P<month>\d\d)(?P=by)(?P<dom>\d\d)(?!\d)")
_NOON = 12
_LEAP_YEAR = 2000


def split_stamp(text: str) -> tuple[Stamp, str] | None:
    """Part a row into its time and what follows; None where it does not begin with a time that exists.

    12-hour clocks are known by their am and pm. A leap second is the second before it.
    """
    match = _STAMP.match(text)
    if match is None or _CLOSED_BY[match["open"] or ""] != (match["close"] or ""):
        return None
    clock, day = _clock(match), _day(match)
    if clock is None or (day is None and _names_a_day(match)):
        return None
    stamp = Stamp(
        day=day if isinstance(day, date) else None,
        month_and_day=day if isinstance(day, tuple) else None,
        clock=clock,
        zone=_zone(match["zone"]),
        bracket=cast('Literal["", "[", "("]', match["open"] or ""),
        seconds=match["second"] is not None,
    )
    return stamp, text[match.end() :]


_CLOSED_BY = {"": "", "[": "]", "(": ")"}


def _clock(match: re.Match[str]) -> time | None:
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, int(match["minute"]), min(int(match["second"] or 0), 59))
    except ValueError:
        return None


def _names_a_day(match: re.Match[str]) -> bool:
    return any(match.group("dom", "dom2", "dom3", "dom4"))


def _day(match: re.Match[str]) -> date | tuple[int, int] | None:
    """Return the day or, where there is no year, month and day; None where none is written or there is none such."""
    for which in ("", "2", "4"):
        if match[f"dom{which}"]:
            return day_of(match[f"year{which}"], match[f"month{which}"], match[f"dom{which}"])
    if match["dom3"] is None:
        return None
    month, day = _MONTHS.get(match["month3"].lower(), 0), int(match["dom3"])
    if match["year3"]:
        return day_of(match["year3"], month, day)
    return (month, day) if day_of(_LEAP_YEAR, month, day) else None


def _zone(written: str | None) -> tzinfo | None:
    if not written:
        return None
    if written[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return None if offset >= timedelta(days=1) else timezone(-offset if written[0] == "-" else offset)


def day_of(year: str | int, month: str | int, day: str | int) -> date | None:
    """Return the day, None where there is none like it or its year cannot be meant."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def day_in(text: str) -> date | None:
    """Find the first day with a year in a text: `Thu Sep 27 2007`, `10 June 2020`, `2020-06-10`, `20200610`."""
    for match in _NAMED_DAY.finditer(text):
        which = "" if match["year"] else "2"
        month = _MONTHS.get(match[f"month{which}"].lower(), 0)
        day = day_of(match[f"year{which}"], month, match[f"dom{which}"])
        if day is not None:
            return day
    days = (day_of(match["year"], match["month"], match["dom"]) for match in _NUMBERED_DAY.finditer(text))
    return next((day for day in days if day is not None), None)
