"""`!minutes grep WORDS`: topics and items with all these words, newest meeting first.

Here in the meetings that are in memory, and in the topics of those that were. An installation with records is given a
search that knows them all: see `feature.make`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.meetings.minutes.outline import label
from cloudbot.features.meetings import publishing
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.meetings.fixing import corrected
from cloudbot.features.meetings.sources import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.engine import World
    from cloudbot.features.meetings.document import Held, Past


def in_memory(world: World, words: str) -> tuple[Found, ...]:
    """Return what the meetings in memory have of these words, newest first."""
    wanted = words.casefold().split()
    found = (one for one in _everything(world) if all(word in one.text.casefold() for word in wanted))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _everything(world: World) -> Iterator[Found]:
    document, site = world.document(Meetings), world.team.site
    stems = {one.stem for one in document.held}
    for held in document.held:
        yield from _items(document, held, site)
    for past in document.past:
        if past.stem not in stems:
            yield from (Found(at=past.started, text=topic, url=_url(site, past)) for topic in past.topics)


def _items(document: Meetings, held: Held, site: str) -> Iterator[Found]:
    meeting = corrected(document.meeting(held), held.fixes)
    log = publishing.url(site, held, ".log.html") if site and publishing.shows_log(held, meeting) else ""
    for item in meeting.items:
        yield Found(at=item.at, text=f"{label(item)}{item.text}", url=log and f"{log}#l-{item.line}")


def _url(site: str, past: Past) -> str:
    return f"{site}/{publishing.FOLDER}/{past.stem}.html" if site else ""
