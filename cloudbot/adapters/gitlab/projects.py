"""Which projects the team has, and when not to believe it: a group that lost much at once is doubted first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters.gitlab.lists import Listed
from cloudbot.adapters.gitlab.memory import HIDDEN_FOR, TIMES_TO_BELIEVE, Group, Known, is_doubtful
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.lists import Lists
    from cloudbot.adapters.gitlab.look import Look

log = structlog.get_logger(__name__)


def read(look: Look, lists: Lists) -> dict[int, Known]:
    """Return the projects of all groups by number; a project in two groups once."""
    found: dict[int, Known] = {}
    readable = 0
    for path in look.settings.groups:
        known = _group(look, lists, path)
        readable += known is not None
        found |= {one.value.id: one for one in known or ()}
    if not readable:
        raise SourceAway("forbidden", f"no group can be read: {', '.join(look.settings.groups)}")
    _doubt_emptiness(look)
    look.memory.known = found
    return found


def _group(look: Look, lists: Lists, path: str) -> list[Known] | None:
    """Return a group's projects; None for a group that was never open to us, as restricted ones are not."""
    group = look.memory.groups[path]
    listed = lists.projects(path)
    if listed is None:
        if not group.projects:
            _tell_closed(look, group, path)
            return None
        listed = Listed()
    items = listed.items if listed.whole else _with_hidden(look, group, listed.items)
    if listed.whole:
        for number in group.projects or ():
            look.memory.hidden.pop(number, None)
    _believe(group, path, frozenset(one.value.id for one in items))
    return [one for one in items if look.settings.private_projects or one.public]


def _with_hidden(look: Look, group: Group, items: list[Known]) -> list[Known]:
    """Add what was known and is not told now: among errors, absence proves nothing, until it has lasted a day."""
    told = {one.value.id for one in items}
    hidden = sorted((group.projects or frozenset()) - told)
    since = {number: look.memory.hidden.get(number, look.at) for number in hidden}
    look.memory.hidden = {number: at for number, at in look.memory.hidden.items() if number not in told} | since
    kept = [number for number in hidden if number in look.memory.known and look.at - since[number] < HIDDEN_FOR]
    look.missing.update(kept)
    return [*items, *(look.memory.known[number] for number in kept)]


def _believe(group: Group, path: str, now: frozenset[int]) -> None:
    """Take over what a group shows, unless it lost so much that it must say so three times in a row."""
    if is_doubtful(group.projects, now):
        group.doubts += 1
        if group.doubts < TIMES_TO_BELIEVE:
            before = len(group.projects or ())
            raise SourceAway("unbelievable", f"{path} shows {len(now)} projects where {before} were")
    if now:
        group.doubts = 0
    group.projects = now


def _doubt_emptiness(look: Look) -> None:
    """Doubt a team without any project like a group that lost them: after a restart nothing else warns us."""
    if any(look.memory.groups[path].projects for path in look.settings.groups):
        return
    first = look.memory.groups[look.settings.groups[0]]
    first.doubts += 1
    if first.doubts < TIMES_TO_BELIEVE:
        raise SourceAway("unbelievable", "the groups show no project at all")


def _tell_closed(look: Look, group: Group, path: str) -> None:
    if not group.told:
        log.info("group_not_readable", forge=look.settings.name, group=path)
    group.told = True
