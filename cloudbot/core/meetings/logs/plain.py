"""Rows that name the speaker before a colon, as Pidgin writes them, I2P's meetings have them and people type them."""

from __future__ import annotations

import re
from dataclasses import replace

from cloudbot.core.meetings.logs.bodies import angled, happened, said, starred
from cloudbot.core.meetings.logs.entries import UNTIMED, DayTurned, Entry, Format, Passed, Stamp, by_row
from cloudbot.core.meetings.logs.stamps import day_in, split_stamp

_SPOKEN = re.compile(r" ?[@+%&~]{0,3}(?P<nick>[^\s:<>*\[(][^:<>\t]{0,63}): (?P<text>.*)", re.DOTALL)
_ONE_WORD = re.compile(r"(?P<nick>[^\s:<>*\[(\"'#]\S{0,40}?): (?P<text>.*)", re.DOTALL)
_ACTED = re.compile(r" ?\*\*\*(?P<nick>\S{1,64}) (?P<text>.*)", re.DOTALL)
_ROOM = re.compile(
    r" ?\S{1,64}(?: \[[^\]]{0,256}\])? (?:entered|left|joined|has (?:joined|left|quit)|is now known as |set the topic)"
    r"| ?mode \(| ?The topic for | ?\S{1,64} has changed the topic| ?\S{1,64} was kicked| ?Topic for"
)
_CONVERSATION = "Conversation with "


def _pidgin(text: str) -> Entry | None:
    if text.startswith(_CONVERSATION):
        day = day_in(text)
        return Passed(telling=True) if day is None else DayTurned(day=day, opens=True)
    parted = split_stamp(text)
    if parted is None or parted[0].bracket != "(":
        return None
    stamp, rest = parted
    acted = _ACTED.match(rest)
    if acted is not None:
        return said(stamp, acted["nick"], acted["text"], "does", telling=True)
    if _ROOM.match(rest):
        return happened(stamp, rest.strip(), telling=True, sure=True)
    return _spoken(stamp, rest, telling=True)


def _spoken(stamp: Stamp, rest: str, *, telling: bool = False) -> Entry | None:
    match = _SPOKEN.match(rest)
    return None if match is None else said(stamp, match["nick"], match["text"], telling=telling)


def _plain(text: str) -> Entry | None:
    parted = split_stamp(text)
    if parted is not None:
        stamp, rest = parted
        return (
            angled(stamp, rest) or starred(stamp, rest) or _spoken(stamp, rest) or happened(stamp, rest.lstrip(" *-"))
        )
    line = angled(UNTIMED, text)
    if line is not None and line.text:
        return line
    match = _ONE_WORD.match(text)
    line = starred(UNTIMED, text) if match is None else said(UNTIMED, match["nick"], match["text"])
    return None if line is None else replace(line, doubtful=True)


pidgin = Format(
    name="pidgin", program="Pidgin, as I2P's meetings", example="(02:26:00 PM) ana: text", begin=by_row(_pidgin)
)
plain = Format(name="plain", program="plain text", example="14:26 ana: text", begin=by_row(_plain))
