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


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What was noted under one topic or subtopic; what came before the first topic has no `head`."""

    head: Item | None
    items: tuple[Item, ...]
    below: tuple[Section, ...] = ()


UNLABELLED: frozenset[ItemKind] = frozenset({"topic", "subtopic", "info"})


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


def label(item: Item) -> str:
    """Return what stands before an item's text, as in `AGREED: text`; nothing for topics and infos."""
    return "" if item.kind in UNLABELLED else f"{item.kind.upper()}: "


def title(meeting: Meeting) -> str:
    """Return the title of the minutes: `#channel: topic of the meeting`, or `#channel Meeting`."""
    return f"{meeting.channel}: {meeting.topic}" if meeting.topic else f"{meeting.channel} Meeting"


def sections(meeting: Meeting) -> tuple[Section, ...]:
    """Return the items as a tree: a topic's items stand before its subtopics, which have theirs."""
    return tuple(
        Section(head=head, items=items, below=tuple(_parted(rest, "subtopic")))
        for head, items, rest in _split(list(meeting.items))
        if head is not None or items or rest
    )


def _split(items: list[Item]) -> Iterator[tuple[Item | None, tuple[Item, ...], list[Item]]]:
    for part in _groups(items, "topic"):
        head = part[0] if part and part[0].kind == "topic" else None
        inner = part if head is None else part[1:]
        first = next((place for place, item in enumerate(inner) if item.kind == "subtopic"), len(inner))
        yield head, tuple(inner[:first]), inner[first:]


def _parted(items: list[Item], kind: ItemKind) -> Iterator[Section]:
    for part in _groups(items, kind):
        if part:
            yield Section(head=part[0], items=tuple(part[1:]))


def _groups(items: list[Item], kind: ItemKind) -> Iterator[list[Item]]:
    group: list[Item] = []
    for item in items:
        if item.kind == kind:
            yield group
            group = []
        group.append(item)
    yield group
