"""The agenda in the words of W3C meetings: `agenda+`, `take up 3`, `close this`, `agenda order is 3,2`, and who writes.

Anybody may, as with Zakim. An item is not closed and the next not taken up while people are queued, unless `really`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings import walking
from cloudbot.core.meetings.chairing import nicks
from cloudbot.core.meetings.noting import added, alike, say, tell
from cloudbot.core.meetings.planned import Planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.meetings.meeting import Deed, Meeting, Reply, Step

_PROPOSED = re.compile(r"\s*\[(?:from )?(?P<who>[^\[\]]{1,60})\]\s*$")
LONGEST = 99
"Items that an agenda can have."


def add(meeting: Meeting, deed: Deed) -> Step:
    """Add an item: `agenda+ Images [bea]`."""
    found = _PROPOSED.search(deed.argument)
    text = deed.argument[: found.start() if found else None].strip()
    if not text or len(meeting.agenda) >= LONGEST:
        return meeting, (tell(deed, "meeting_empty"),)
    owner = found["who"] if found else deed.line.nick
    item = Planned(id=f"line-{deed.number}", text=text, source="added", minutes=0, owner=owner)
    return replace(meeting, agenda=(*meeting.agenda, item)), ()


def show(meeting: Meeting, deed: Deed) -> Step:
    """Say the agenda in the channel."""
    del deed
    return meeting, (say("meeting_agenda", items=walking.marked(meeting)),)


def order(meeting: Meeting, deed: Deed) -> Step:
    """Put items of those numbers first, in that order."""
    numbers = list(dict.fromkeys(int(number) - 1 for number in re.findall(r"\d+", deed.argument)))
    if not all(0 <= number < len(meeting.agenda) for number in numbers):
        return meeting, (tell(deed, "meeting_no_agenda_item", total=len(meeting.agenda)),)
    rest = [number for number in range(len(meeting.agenda)) if number not in numbers]
    return replace(meeting, agenda=tuple(meeting.agenda[number] for number in (*numbers, *rest))), ()


def clear(meeting: Meeting, deed: Deed) -> Step:
    """Drop every item that is left."""
    del deed
    kept = tuple(one.item for one in walking.marked(meeting) if one.mark in {"done", "now"})
    return replace(meeting, agenda=kept), ()


def drop(meeting: Meeting, deed: Deed) -> Step:
    """Drop an item; its number is free."""
    one = walking.numbered(meeting, deed.argument)
    if one is None:
        return meeting, (tell(deed, "meeting_no_agenda_item", total=len(meeting.agenda)),)
    return replace(meeting, agenda=tuple(other for other in meeting.agenda if other is not one.item)), ()


def _queued(meeting: Meeting, deed: Deed) -> tuple[Reply, ...]:
    waits = bool(meeting.queue) and not deed.argument.startswith("really ")
    return (say("meeting_queue_first", queue=meeting.queue),) if waits else ()


def unless_queued(then: Callable[[Meeting, Deed], Step]) -> Callable[[Meeting, Deed], Step]:
    """Return what goes on to another item, refused while people are queued."""

    def go_on(meeting: Meeting, deed: Deed) -> Step:
        refused = _queued(meeting, deed)
        return (meeting, refused) if refused else then(meeting, replace(deed, argument=_bare(deed)))

    return go_on


def _bare(deed: Deed) -> str:
    return deed.argument.removeprefix("really ").removeprefix("really")


def close(meeting: Meeting, deed: Deed) -> Step:
    """Close the item at hand, or that of a number."""
    now = walking.at_hand(meeting)
    if deed.argument == "this":
        gone = now
    else:
        one = walking.numbered(meeting, deed.argument)
        gone = None if one is None else one.item
    if gone is None:
        return meeting, (tell(deed, "meeting_no_agenda_item", total=len(meeting.agenda)),)
    return replace(meeting, closed=meeting.closed | {gone.id}), ()


def taken_up(meeting: Meeting, deed: Deed) -> Step:
    """Begin the topic that Zakim says was taken up, unless it was begun already."""
    topic = walking.head(meeting)
    if topic is not None and alike(topic.text, deed.argument):
        return meeting, ()
    return walking.topic(meeting, deed)


def proposed(meeting: Meeting, deed: Deed) -> Step:
    """Note what is proposed for a resolution."""
    return added(meeting, deed, "info", f"PROPOSED: {deed.argument}"), ()


def where(meeting: Meeting, deed: Deed) -> Step:
    """Note where the agenda is."""
    return added(meeting, deed, "link", f"Agenda: {deed.argument}"), ()


def scribe(meeting: Meeting, deed: Deed) -> Step:
    """Say who writes; nobody named is oneself."""
    who = nicks(meeting, deed.argument) or [deed.line.nick]
    return replace(meeting, scribes=tuple(dict.fromkeys((*meeting.scribes, *who)))), ()


def unscribe(meeting: Meeting, deed: Deed) -> Step:
    """Say who writes no longer; who wrote is in the minutes all the same."""
    del deed
    return meeting, ()
