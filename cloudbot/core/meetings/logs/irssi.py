"""irssi: `14:26 < ana> text`, `14:26  * ana does`, `14:26 -!- ana [...] has joined`; days stand in rows of their own.

Also with seconds, brackets, a date or ISO 8601 (`log_timestamp`), and without the blank for the mode.
"""

from __future__ import annotations

import re

from cloudbot.core.meetings.logs.bodies import angled, happened, noticed, said, starred
from cloudbot.core.meetings.logs.entries import DayTurned, Entry, Format, Passed, Stamp, by_row
from cloudbot.core.meetings.logs.stamps import day_in, split_stamp

_PROGRAM = re.compile(r"\s{0,2}-!- ?(?P<words>.*)", re.DOTALL)
_OTHERS = re.compile(r"\s?(?:!\S+ |\[Users |\[[@+%&~ ]\S+ {0,20}\])")
# Themes after elho's put the nick before a bar, and a sign or a word for what happens in the place of the nick.
_BARRED = re.compile(r" {1,40}(?:[@+%&~] {1,40})?(?P<who>\S{1,40}) \| (?P<text>.*)", re.DOTALL)
_PADDED = re.compile(r"\s?<[ @+%&~]\S| {2}\*")


def _read(text: str) -> Entry | None:
    if text.startswith("--- "):
        return _of_days(text)
    parted = split_stamp(text)
    if parted is None or parted[0].bracket == "(":
        return None
    stamp, rest = parted
    program = _PROGRAM.match(rest)
    if program is not None:
        return happened(stamp, program["words"], telling=True, sure=True)
    barred = _BARRED.match(rest)
    if barred is not None:
        return _of_column(stamp, barred["who"], barred["text"])
    return _spoken(stamp, rest) if rest[:1] in (" ", "<", "-") else None


def _of_days(text: str) -> Entry:
    day = day_in(text)
    if day is None or not text.startswith(("--- Log ", "--- Day ")):
        return Passed(telling=text.startswith("--- Log "))
    return Passed(telling=True) if text.startswith("--- Log closed") else DayTurned(day=day, opens=text[4] == "L")


def _spoken(stamp: Stamp, rest: str) -> Entry | None:
    telling = not stamp.bracket and (_PADDED.match(rest) is not None or not stamp.seconds)
    line = angled(stamp, rest, telling=telling) or starred(stamp, rest, telling=telling) or noticed(stamp, rest)
    return line or (Passed(telling=True) if _OTHERS.match(rest) else None)


def _of_column(stamp: Stamp, who: str, text: str) -> Entry | None:
    if who == "*":
        return starred(stamp, f"* {text}", telling=True)
    if who[0] in "-<«»>":
        return happened(stamp, text, telling=True, sure=True)
    return said(stamp, who.lstrip("@+%&~") or who, text, telling=True)


irssi = Format(name="irssi", program="irssi", example="14:26 <@ana> text", begin=by_row(_read))
