"""What somebody types to put an item on an agenda: its words, `(10 min)` at the end, a link in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cloudbot.core.meetings.links import pieces
from cloudbot.core.text import clean

USUAL = 5
"""Minutes of an item that says none."""
MOST_MINUTES = 240
LONGEST = 160
"""Characters of an item: it is read out as a topic of the channel."""
_MINUTES = re.compile(
    r"(?P<rest>.*?)[\s,;]*[(\[]\s*(?:about\s+|~\s*)?(?P<minutes>\d{1,4})\s*(?:m|mins?|minutes?|')\s*[)\]]\s*\.?",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(?P<minutes>\d{1,4})\s*(?:m|mins?|minutes?|')?", re.IGNORECASE)


class NoItem(ValueError):  # noqa: N818 - what it is, not that it is an error
    """Why a text is no item: `empty`, `long` or `minutes`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as somebody wants it."""

    text: str
    minutes: int = USUAL
    link: str = ""


def asked(typed: str) -> Asked:
    """Read an item. Raises `NoItem`."""
    text, minutes = " ".join(clean(typed).split()), USUAL
    timed = _MINUTES.fullmatch(text)
    if timed is not None:
        text, minutes = timed["rest"].strip(), int(timed["minutes"])
    text = " ".join(text.split()).strip('"“”')
    if not any(character.isalnum() for character in text):
        raise NoItem("empty")
    if len(text) > LONGEST:
        raise NoItem("long")
    if not 1 <= minutes <= MOST_MINUTES:
        raise NoItem("minutes")
    return Asked(text, minutes, link_in(text))


def minutes_in(typed: str) -> int | None:
    """Read a number of minutes, `10` or `10 min`; None for what is none."""
    match = _SPAN.fullmatch(typed.strip().strip("()"))
    return int(match["minutes"]) if match is not None and 1 <= int(match["minutes"]) <= MOST_MINUTES else None


def link_in(text: str) -> str:
    """Return the first link of a text that a page may offer; empty if there is none."""
    return next((url for _, url in pieces(text) if url.lower().startswith(("https://", "http://"))), "")
