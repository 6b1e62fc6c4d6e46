"""What the pages of a meeting show: the values for `minutes/minutes.html` and `minutes/log.html`. Templates write them.

Headings and anchors (`l-N`) are MeetBot's, since other programs look for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.meetings.grammar import recognise
from cloudbot.core.meetings.minutes.log import spoken, time_of
from cloudbot.core.meetings.minutes.outline import UNLABELLED, sections, title
from cloudbot.core.meetings.minutes.reading import read
from cloudbot.core.meetings.minutes.team import left, rolled
from cloudbot.core.meetings.references import Places, linked
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Item, Meeting
    from cloudbot.core.meetings.minutes.outline import Section
    from cloudbot.core.meetings.minutes.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item: its text in pieces, each with its link or nothing."""

    kind: str
    pieces: tuple[tuple[str, str], ...]
    nick: str
    at: datetime
    line: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A topic or subtopic with what is under it."""

    head: Shown | None
    items: tuple[Shown, ...]
    below: tuple[Part, ...]


def minutes(meeting: Meeting | Reading, *, log_url: str) -> Mapping[str, object]:
    """Return the values of the page of the minutes; `log_url` is where the page of the log is."""
    reading = read(meeting)
    meeting, found, places = reading.meeting, reading.duties, reading.meeting.rules.places
    return {
        "title": clean(title(meeting)),
        "log_url": log_url,
        "owner": meeting.owner.nick,
        "started": meeting.started,
        "ended": meeting.ended,
        "gaps": [clean(gap.text) for gap in meeting.gaps],
        "parts": [_part(section, places) for section in sections(meeting)],
        "actions": [_item(item, places) for item in meeting.items if item.kind == "action"],
        "by_name": [(name, [_item(item, places) for item in items]) for name, items in found.by_name],
        "unassigned": [_item(item, places) for item in found.unassigned],
        "roll": [(name, clean(text)) for name, text in rolled(reading)],
        "left": [tuple(linked(clean(text), places)) for text in left(meeting)],
        "people": reading.present,
    }


def log(meeting: Meeting, *, minutes_url: str) -> Mapping[str, object]:
    """Return the values of the page of the log; `minutes_url` is where the minutes are."""
    lines = [(number, *_line(line, meeting)) for number, line in spoken(meeting)]
    return {"title": clean(title(meeting)), "day": meeting.started, "minutes_url": minutes_url, "lines": lines}


def _part(section: Section, places: Places) -> Part:
    return Part(
        head=None if section.head is None else _item(section.head, places),
        items=tuple(_item(item, places) for item in section.items),
        below=tuple(_part(below, places) for below in section.below),
    )


def _item(item: Item, places: Places) -> Shown:
    label = "" if item.kind in UNLABELLED else item.kind.upper()
    shown = tuple(linked(clean(item.text), places))
    return Shown(kind=item.kind.upper(), label=label, pieces=shown, nick=item.nick, at=item.at, line=item.line)


def _line(line: Line, meeting: Meeting) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """Return when a line was said, by whom, what it is and its pieces: a tuple, since a page has thousands."""
    typed = recognise(line, meeting.rules.manner) if line.text.lstrip().startswith(("#", "[")) else None
    command = "" if typed is None else typed.command.name
    kind = "does" if line.kind == "does" else {"": "says", "topic": "topic"}.get(command, "command")
    shown = tuple(linked(clean(line.text), meeting.rules.places))
    return time_of(line), line.nick, kind, shown
