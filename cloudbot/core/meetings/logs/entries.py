"""What a row of a log can be, and what a format is. A format reads rows; days and zones are put to them elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, tzinfo
from typing import Literal

from cloudbot.core.meetings.lines import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The time as the row has it: a whole one, a day and month without a year, a time of day, or nothing."""

    day: date | None = None
    month_and_day: tuple[int, int] | None = None
    clock: time | None = None
    zone: tzinfo | None = None
    "only where the row names one; it is stronger than what the reader is told"
    bracket: Literal["", "[", "("] = ""
    seconds: bool = False


UNTIMED = Stamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A row that is a line of a meeting. `telling` where no other program writes a row like this."""

    stamp: Stamp
    nick: str
    text: str
    kind: Kind = "says"
    channel: str = ""
    telling: bool = False
    doubtful: bool = False
    "whether it is read so only because somebody said that it is a log"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTurned:
    """A row that says which day it is from here on; `opens` where the log begins anew rather than goes on."""

    day: date
    opens: bool = False
    telling: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A row that is understood and no line: who came and went, modes, topics, the program's own words."""

    channel: str = ""
    telling: bool = False


Entry = Said | DayTurned | Passed
Read = Callable[[str], tuple[Entry, ...] | None]
"""Reads one row; None where it does not understand it. Most give one entry, a row of JSON none or many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One program's way to write a log. `begin` makes the reader of one log, since a few have to remember."""

    name: str
    program: str
    example: str
    begin: Callable[[], Read]
    in_pieces: bool = False
    "whether rows too long to hold are read piece by piece; else what is beyond the first piece is left out"


def by_row(read: Callable[[str], Entry | None]) -> Callable[[], Read]:
    """Make the `begin` of a format whose rows stand each for itself."""

    def read_row(text: str) -> tuple[Entry, ...] | None:
        entry = read(text)
        return None if entry is None else (entry,)

    return lambda: read_row
