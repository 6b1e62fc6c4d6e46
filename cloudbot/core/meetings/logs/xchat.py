"""XChat and HexChat: `Mar 04 14:26:00 <ana>⇥text`. The year is only in the rows that begin and end a log.

These are in the language of the client, their time is not. Who does not want times has none in any row.
HexChat marks a coming, a going and a /me alike with a star, so the sentence decides.
"""

from __future__ import annotations

import re

from cloudbot.core.meetings.logs.bodies import angled, happened, noticed, starred
from cloudbot.core.meetings.logs.entries import UNTIMED, DayTurned, Entry, Format, Passed, by_row
from cloudbot.core.meetings.logs.stamps import day_in, split_stamp

_LOGGING = re.compile(r"\*{4} ?(?P<ends>ENDING )?\S")
_MARK = re.compile(r" ?(?:-->|<--|---|--|>>)[ \t]+(?P<words>.*)", re.DOTALL)
_UNTIMED = re.compile(r"(?:<[^<>\t]{1,80}>|\*|-->|<--|---)\t")
_TABBED = re.compile(r" ?(?:<[^<>\t]{1,80}>|\*|-->|<--|---)\t")
_SPOKEN = re.compile(r" ?<[^<>\t]{1,80}>\t")


def _read(text: str) -> Entry | None:
    logging = _LOGGING.match(text)
    if logging is not None:
        day = day_in(text)
        return Passed(telling=True) if day is None or logging["ends"] else DayTurned(day=day, opens=True)
    parted = (UNTIMED, text) if _UNTIMED.match(text) else split_stamp(text)
    if parted is None or (parted[0].bracket and _TABBED.match(parted[1]) is None):
        return None
    stamp, rest = parted
    telling = stamp.month_and_day is not None or _SPOKEN.match(rest) is not None
    mark = _MARK.match(rest)
    if mark is not None:
        return happened(stamp, mark["words"], sure=True, telling=telling)
    if not telling and "\t" not in rest[:80]:
        return None
    if rest.lstrip(" ").startswith(("*\t", "* ")):
        found = happened(stamp, rest.lstrip(" *\t"), telling=telling)
        return found or starred(stamp, rest, telling=telling)
    return angled(stamp, rest, telling=telling) or noticed(stamp, rest, telling=telling)


xchat = Format(name="xchat", program="XChat and HexChat", example="Mar 04 14:26:00 <ana>⇥text", begin=by_row(_read))
