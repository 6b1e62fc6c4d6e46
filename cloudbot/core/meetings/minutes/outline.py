"""The items of a meeting in three levels: topics, subtopics, items. What every form of the minutes is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.meetings.meeting import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.meetings.meeting import ItemKind, Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item and how deep it stands: 0 for a topic and what is noted before the first, up to 2."""

    item: Item
    depth: int
    first: bool
    "the first topic, or an item: no blank line stands before it"


PREFIXES: dict[ItemKind, str] = {"topic": "", "subtopic": "", "info": ""}


def outline(meeting: Meeting) -> Iterator[Entry]:
    """Yield the items in their order, each with its depth."""
    topics, below = 0, 0
    for item in meeting.items:
        if item.kind == "topic":
            yield Entry(item=item, depth=0, first=topics == 0)
            topics, below = topics + 1, 1
        elif item.kind == "subtopic":
            depth = min(topics, 1)
            yield Entry(item=item, depth=depth, first=True)
            below = depth + 1
        else:
            yield Entry(item=item, depth=below, first=True)


def labelled(item: Item) -> str:
    """Return an item's text with its kind before it, as in `AGREED: text`; topics and infos have none."""
    return f"{PREFIXES.get(item.kind, item.kind.upper() + ': ')}{item.text}"


def title(meeting: Meeting) -> str:
    """Return the title of the minutes: `#channel: topic of the meeting`, or `#channel Meeting`."""
    return f"{meeting.channel}: {meeting.topic}" if meeting.topic else f"{meeting.channel} Meeting"
