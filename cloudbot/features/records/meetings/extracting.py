"""What a meeting noted about a merge request, as one comment on it: for series that ask for that.

A topic is about a merge request if its words or the link of its agenda item name one of a project that is watched
here: `group/project!7`, `project!7`, its address, or `!7` where only one is known by that number. Several topics about
one are one comment. Where nothing was noted, or where we have no token for the server, nothing is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Comment
from cloudbot.core.meetings.minutes.markdown import escaped
from cloudbot.core.meetings.minutes.outline import label, sections
from cloudbot.core.records.kinds.meetings import Minutes, Series
from cloudbot.features.meetings.fixing import corrected
from cloudbot.features.meetings.publishing import url
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.projects import Projects
from cloudbot.features.records.meetings.masking import recordable
from cloudbot.features.records.meetings.minutes import identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Item, Meeting
    from cloudbot.core.meetings.minutes.outline import Section
    from cloudbot.features.records.meetings.attending import Attendance

PATIENCE = timedelta(days=1)
"""How long a comment is tried while the server is away."""
MOST = 50
"""Items in one comment; of more, how many."""
_ADDRESS = re.compile(r"(?P<project>https?://\S{1,200}?)/(?:-/)?merge_requests/(?P<number>[0-9]{1,7})(?![0-9])")
_SHORT = re.compile(r"(?<![\w/!#&.@-])(?P<project>[\w.-]+(?:/[\w.-]+)*)?!(?P<number>[0-9]{1,7})(?![\w/-]|\.[0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A merge request that a topic names."""

    name: str
    "`group/project!7`"
    link: str


def extracts(who: Attendance, world: World, key: str) -> list[Comment]:
    """Return the comments on the merge requests that a meeting talked about, if its series has them written."""
    series = who.view.get(Series, "series", who.held.prepared.series or None)
    if series is None or not series.extracts:
        return []
    meeting = corrected(who.meeting, who.held.fixes) if who.held.fixes else who.meeting
    numbers = _numbers(who)
    values = {
        "title": escaped(recordable(who.held.prepared.title or meeting.topic or meeting.channel)),
        "started": who.held.started,
        "minutes": url(world.team.site, who.held, ".html") if world.team.site else "",
        "most": MOST,
    }
    return [
        Comment(
            key=f"{key}/{target.name}",
            link=target.link,
            words="gitlab/meeting_extract",
            values=values | {"lines": tuple(_line(item, numbers) for item in items)},
            expires=world.at + PATIENCE,
        )
        for target, items in _talked_about(meeting, world).items()
        if items
    ]


def named(text: str, world: World) -> Iterator[Target]:
    """Yield the merge requests of watched projects that a text names."""
    known = world.document(Projects)
    for found in _ADDRESS.finditer(text):
        wanted = found["project"].casefold()
        path = next((one.path for one in known.known if one.url.casefold() == wanted), "")
        yield from _target(path, int(found["number"]), world)
    for found in _SHORT.finditer(_ADDRESS.sub(" ", text)):
        yield from _target(found["project"] or _only(found["number"], world), int(found["number"]), world)


def _only(number: str, world: World) -> str:
    """Return the project of the only merge request that is known by a number."""
    found = world.document(MergeRequests).numbered(number)
    return found[0].project if len(found) == 1 else ""


def _target(name: str, number: int, world: World) -> Iterator[Target]:
    project = world.document(Projects).find(name) if name else None
    if project is not None:
        yield Target(name=f"{project.path}!{number}", link=f"{project.url}/-/merge_requests/{number}")


def _talked_about(meeting: Meeting, world: World) -> dict[Target, tuple[Item, ...]]:
    """Return what was noted about each merge request, in the order of the meeting."""
    links = {one.id: one.link for one in meeting.agenda}
    found: dict[Target, dict[int, Item]] = {}
    for section in sections(meeting):
        for part in (section, *section.below):
            if part.head is None:
                continue
            text = f"{part.head.text} {links.get(part.head.planned, '')}"
            for target in named(text, world):
                found.setdefault(target, {}).update({item.id: item for item in _noted(part)})
    return {target: tuple(items[name] for name in sorted(items)) for target, items in found.items()}


def _noted(section: Section) -> Iterator[Item]:
    yield from section.items
    for below in section.below:
        yield from below.items


def _numbers(who: Attendance) -> dict[int, list[str]]:
    """Return the records that the actions of a meeting became, by their items."""
    record = who.view.get(Minutes, "minutes", identity(who.held))
    found: dict[int, list[str]] = {}
    for one in record.actions if record is not None else ():
        if one.action is not None and one.action not in found.setdefault(one.item, []):
            found[one.item].append(one.action)
    return found


def _line(item: Item, numbers: dict[int, list[str]]) -> str:
    """Write an item on one line of Markdown, in which nothing that people typed is more than text."""
    said = "; ".join((*numbers.get(item.id, ()), f"{escaped(recordable(item.nick))}, {item.at:%H:%M}"))
    return f"{label(item)}{escaped(recordable(item.text))} ({said})"
