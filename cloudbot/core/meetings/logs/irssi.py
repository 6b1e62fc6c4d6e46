"""irssi: `14:26 < ana> text`, `14:26  * ana does`, `14:26 -!- ana [...] has joined`; days stand in rows of their own.

Also with seconds, brackets, a date or ISO 8601 (`log_timestamp`), and without the blank for the mode.
"""

from __future__ import annotations

import re

from cloudbot.core.meetings.logs.bodies import angled, happened, noticed, starred
from cloudbot.core.meetings.logs.entries import DayTurned, Entry, Format, Passed, by_row
from cloudbot.core.meetings.logs.stamps import day_in, split_stamp

_PROGRAM = re.compile(r"\s{0,2}-!- ?(?P<words>.*)", re.DOTALL)
_OTHERS = re.compile(r"\s?(?:!\S+ |\[Users |\[[@+%&~ ]\S+ {0,20}\])")
_PADDED = re.compile(r"\s?<[ @+%&~]\S| {2}\*")


def _read(text: str) -> Entry | None:
    if text.startswith("--- "):
        day = day_in(text)
        if day is None or not text.startswith(("--- Log ", "--- Day ")):
            return Passed(telling=text.startswith("--- Log "))
        return Passed(telling=True) if text.startswith("--- Log closed") else DayTurned(day=day, opens=text[4] == "L")
    parted = split_stamp(text)
    if parted is None or parted[0].bracket == "(":
        return None
    stamp, rest = parted
    program = _PROGRAM.match(rest)
    if program is not None:
        return happened(stamp, program["words"], telling=True, sure=True)
    if rest[:1] not in (" ", "<", "-"):
        return None
    telling = not stamp.bracket and (_PADDED.match(rest) is not None or not stamp.seconds)
    line = angled(stamp, rest, telling=telling) or starred(stamp, rest, telling=telling) or noticed(stamp, rest)
    return line or (Passed(telling=True) if _OTHERS.match(rest) else None)


irssi = Format(name="irssi", program="irssi", example="14:26 <@ana> text", begin=by_row(_read))
