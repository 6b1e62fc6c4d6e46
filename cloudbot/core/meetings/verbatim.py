"""Blocks of text that are only text, of W3C meetings: from a line of ``` or [[ to one of ``` or ]], by one person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting

_ENDS = {"```": "```", "[[": "]]"}


def within(meeting: Meeting, line: Line) -> bool:
    """Whether whoever says a line is in a block."""
    return folded(line.nick) in meeting.verbatim


def after(meeting: Meeting, line: Line) -> Meeting:
    """Return the meeting after a line that may begin or end a block."""
    nick, text = folded(line.nick), line.text.strip()
    end = meeting.verbatim.get(nick)
    if end is None:
        opened = next((ends for begins, ends in _ENDS.items() if text.startswith(begins)), None)
        if opened is None or (text.endswith(opened) and len(text) > len(opened)):
            return meeting
        return replace(meeting, verbatim={**meeting.verbatim, nick: opened})
    if not text.endswith(end):
        return meeting
    return replace(meeting, verbatim={who: ends for who, ends in meeting.verbatim.items() if who != nick})
