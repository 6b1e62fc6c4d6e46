"""`!minutes grep` over all minutes of the records, however old, beside what is in memory and not there yet.

What a person corrected in git is what is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.meetings import Minutes
from cloudbot.features.meetings.searching import in_memory
from cloudbot.features.meetings.sources import Found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cloudbot.core.engine import World
    from cloudbot.core.records.kinds.meetings import Item
    from cloudbot.core.records.tree import Filed

PLAIN = frozenset({"topic", "subtopic", "info"})
"""Kinds of items that are shown without their name."""


def search(world: World, words: str) -> tuple[Found, ...]:
    """Return the items of minutes that have all of these words, newest first."""
    if world.records is None:
        return in_memory(world, words)
    wanted = words.casefold().split()
    every = world.records.at(world.at).all(Minutes)
    found = [_found(one, item) for one in every for item in one.record.items if _has(item, wanted)]
    known = {place for one in every for place in _places(one)}
    fresh = (one for one in in_memory(world, words) if (one.at.replace(microsecond=0), one.url) not in known)
    return tuple(sorted((*found, *fresh), key=lambda one: one.at, reverse=True))


def _has(item: Item, wanted: list[str]) -> bool:
    text = _said(item).casefold()
    return all(word in text for word in wanted)


def _said(item: Item) -> str:
    return item.text if item.kind in PLAIN else f"{item.kind.upper()}: {item.text}"


def _found(one: Filed[Minutes], item: Item) -> Found:
    return Found(at=item.at, text=_said(item), url=_url(one.record, item))


def _places(one: Filed[Minutes]) -> Iterator[tuple[datetime, str]]:
    """Yield by which an item in memory is known to be in the records: when it was said, and its line."""
    return ((item.at, _url(one.record, item)) for item in one.record.items)


def _url(record: Minutes, item: Item) -> str:
    return f"{record.log}#l-{item.line}" if record.log is not None else ""
