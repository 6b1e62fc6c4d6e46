"""`14:26:00 <ana> text`: MeetBot's raw log, and RRSAgent's, which also writes who came as if they had said it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.bodies import angled, channel_in, happened, said, starred
from cloudbot.core.meetings.logs.entries import Entry, Format, Passed, Said, Stamp, by_row
from cloudbot.core.meetings.logs.stamps import split_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

_ABOUT_ONESELF = re.compile(
    r"(?P<nick>\S{1,80}) (?:has joined|has left|has quit|has changed the topic to:|is now known as)(?: |$)"
)
_W3C_BOTS = frozenset({"rrsagent", "zakim", "trackbot", "agendabot", "ghurlbot", "gb"})


def raw(text: str, *, telling: bool = False) -> Said | None:
    """Read a row of the raw log."""
    parted = split_stamp(text)
    if parted is None or parted[0].bracket or not parted[0].seconds or parted[0].day or parted[0].month_and_day:
        return None
    return angled(*parted, telling=telling) or starred(*parted, telling=telling)


def spoken(stamp: Stamp, nick: str, text: str, *, telling: bool = False) -> Entry | None:
    """Read what a page of RRSAgent says of somebody."""
    line = said(stamp, nick, text, telling=telling)
    return None if line is None else _not_of_oneself(line)


def _rrsagent(text: str) -> Entry | None:
    line = raw(text)
    return line if line is None or line.kind != "says" else _not_of_oneself(line)


def _not_of_oneself(line: Said) -> Entry:
    match = _ABOUT_ONESELF.match(line.text)
    if match is None or match["nick"] != line.nick:
        return line if line.nick.lower() not in _W3C_BOTS else _told(line)
    return happened(line.stamp, line.text, telling=True) or Passed(channel=channel_in(line.text), telling=True)


def _told(line: Said) -> Said:
    return Said(stamp=line.stamp, nick=line.nick, text=line.text, telling=True)


def _format(name: str, program: str, example: str, read: Callable[[str], Entry | None]) -> Format:
    return Format(name=name, program=program, example=example, begin=by_row(read))


meetbot = _format("meetbot", "MeetBot's raw log", "14:26:00 <ana> #info text", raw)
rrsagent = _format("rrsagent", "RRSAgent of the W3C", "14:26:00 <Zakim> Zakim has joined #chan", _rrsagent)
