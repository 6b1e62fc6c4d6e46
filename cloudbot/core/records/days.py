"""Days as people type them, and what an action can be due before."""

from __future__ import annotations

import re
from datetime import date, timedelta

from cloudbot.core.times import BadSpan, parse_span

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LEAST = 3
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
HOW = "2019-08-01, tomorrow, friday, 2w"


def day_of(text: str, on: date) -> date | None:
    """Read a day: `2019-08-01`, `today`, `tomorrow`, `friday` (the next one), `2w` (from now); None for no day."""
    word = text.strip().casefold()
    if _ISO.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return None
    if word in {"today", "tomorrow"}:
        return on + timedelta(days=word == "tomorrow")
    if len(word) >= _LEAST:
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(word):
                return on + timedelta(days=(number - on.weekday() - 1) % 7 + 1)
    try:
        span = parse_span(word)
    except BadSpan:
        return None
    return on + timedelta(days=span.days) if span.days else None


def month_of(text: str, on: date) -> date | None:
    """Read a month by its name, `october` or `oct`, as the first day of the next one; None for what is none."""
    word = text.strip().casefold()
    if len(word) < _LEAST:
        return None
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(word):
            return date(on.year + (number <= on.month), number, 1)
    return None
