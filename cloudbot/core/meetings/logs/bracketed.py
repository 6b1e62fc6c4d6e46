"""Formats with the time in square brackets, `[14:26:00] <ana> text`: ZNC, IRCCloud, Quassel, mIRC and qwebirc.

What is said looks alike in all; the rows about comings and goings tell them apart, and whether the day is in the
brackets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.bodies import angled, channel_in, happened, noticed, said, starred
from cloudbot.core.meetings.logs.entries import DayTurned, Entry, Format, Passed, Read, Stamp, by_row
from cloudbot.core.meetings.logs.stamps import day_in, split_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

_CAME_OR_WENT = re.compile(r"(?:Joins|Parts|Quits|Kicks|\S+ sets mode|\S+ changes topic|\S+ was kicked|\S+ set)")
_DASHED = re.compile(r"[—\u2013] (?P<nick>\S{1,80})(?: (?P<text>.*))?", re.DOTALL)
_ARROWED = re.compile(r"(?:[*—\u2013] )?(?P<nick>[^\s*→←—]\S{0,63}) (?:→|->|is now known as) (?P<text>\S{1,64})$")
_ACTED = re.compile(r"-\*- [@+%&~]{0,3}(?P<nick>\S{1,80})(?: (?P<text>.*))?", re.DOTALL)
_SAID_ASIDE = re.compile(r"\[(?P<nick>[^\]\s]{1,64})\] (?P<text>.*)", re.DOTALL)
_HEADING = re.compile(
    r"[-=—\u2013 ]{0,8}(?:[^\W\d_]{2,10},? )?(?:[^\W\d_]{3,10} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)? [^\W\d_]{3,10},? \d{4}|\d{4}-\d\d-\d\d)[-=—\u2013 ]{0,8}$"
)
_CHANNEL_ALONE = re.compile(r"[#&]\S{1,64}\s*$")
_QUASSEL_MARKS = ("-->", "<--", "<->", "***", "<-*", "<-x", "=>", "<=", "* ", "- ")
_MIRC_DAY = re.compile(r"Session (?P<what>Start|Time|Ident|Close)")


def _stamped(read: Callable[[Stamp, str], Entry | None], text: str, *, dated: bool = False) -> Entry | None:
    parted = split_stamp(text)
    if parted is None or parted[0].bracket != "[" or (dated and parted[0].day is None):
        return None
    return read(parted[0], parted[1].removeprefix(" "))


def _znc(stamp: Stamp, rest: str) -> Entry | None:
    if rest.startswith("*** "):
        telling = _CAME_OR_WENT.match(rest[4:]) is not None
        return happened(stamp, rest[4:], sure=True, telling=telling)
    return angled(stamp, rest) or starred(stamp, rest) or noticed(stamp, rest)


def _irccloud(stamp: Stamp, rest: str) -> Entry | None:
    arrowed = _ARROWED.match(rest)
    if arrowed is not None:
        return said(stamp, arrowed["nick"], arrowed["text"], "is now", telling=True)
    if rest[:1] in ("→", "←", "⇐", "⇒"):
        return Passed(channel=channel_in(rest), telling=True)
    dashed = _DASHED.match(rest)
    if dashed is not None:
        return said(stamp, dashed["nick"], dashed["text"], "does", telling=True)
    if rest.startswith("* "):
        return happened(stamp, rest[2:]) or starred(stamp, rest)
    if rest.startswith("*** "):
        return happened(stamp, rest[4:], sure=True)
    return angled(stamp, rest) or noticed(stamp, rest)


def _begin_irccloud() -> Read:
    """Make a reader that takes the channel from the first row and the day from headings, where an export has them."""
    first, headed = True, False

    def read(text: str) -> tuple[Entry, ...] | None:
        nonlocal first, headed
        heads, first = first and _CHANNEL_ALONE.match(text) is not None, False
        if heads:
            return (Passed(channel=text.strip()),)
        day = day_in(text) if _HEADING.match(text) else None
        headed = headed or day is not None
        entry = _stamped(_irccloud, text, dated=not headed) if day is None else DayTurned(day=day)
        return None if entry is None else (entry,)

    return read


def _quassel(stamp: Stamp, rest: str) -> Entry | None:
    acted = _ACTED.match(rest)
    if acted is not None:
        return said(stamp, acted["nick"], acted["text"], "does", telling=True)
    if rest.startswith("- {"):
        day = day_in(rest)
        return Passed(telling=True) if day is None else DayTurned(day=day)
    if rest.startswith(_QUASSEL_MARKS):
        telling = not rest.startswith(("* ", "***", "- "))
        return happened(stamp, rest.partition(" ")[2].lstrip(), sure=True, telling=telling)
    aside = _SAID_ASIDE.match(rest)
    if aside is not None:
        return said(stamp, aside["nick"], aside["text"])
    return angled(stamp, rest)


def _quassel_row(text: str) -> Entry | None:
    turned = day_in(text) if text.startswith(("{Day changed to ", "- {Day changed to ")) else None
    return _stamped(_quassel, text) if turned is None else DayTurned(day=turned)


def _mirc(stamp: Stamp, rest: str) -> Entry | None:
    if rest.startswith(("* ", "*** ", "== ")):
        words = rest.partition(" ")[2]
        found = happened(stamp, words, telling=not rest.startswith("*** "), sure=not rest.startswith("* "))
        return found or starred(stamp, rest)
    return angled(stamp, rest) or noticed(stamp, rest)


def _mirc_row(text: str) -> Entry | None:
    match = _MIRC_DAY.match(text)
    if match is not None:
        day = day_in(text) if match["what"] in ("Start", "Time") else None
        return Passed(telling=True) if day is None else DayTurned(day=day, opens=match["what"] == "Start")
    return _stamped(_mirc, text)


znc = Format(
    name="znc",
    program="ZNC's log module",
    example="[14:26:00] <ana> text",
    begin=by_row(lambda text: _stamped(_znc, text)),
)
irccloud = Format(
    name="irccloud",
    program="IRCCloud's export",
    example="[2026-03-04 14:26:00] <ana> text",
    begin=_begin_irccloud,
)
quassel = Format(
    name="quassel",
    program="Quassel, copied",
    example="[14:26:00] -*- ana does",
    begin=by_row(_quassel_row),
)
mirc = Format(name="mirc", program="mIRC and qwebirc", example="[14:26] <ana> text", begin=by_row(_mirc_row))
