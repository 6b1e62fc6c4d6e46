"""Which projects the team has, and when not to believe it: a group that lost much at once is doubted first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.memory import TIMES_TO_BELIEVE, Group, is_doubtful
from cloudbot.core.forge import Project
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.asks import Item
    from cloudbot.adapters.gitlab.look import Look

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """A project with what its list says beyond the core's words."""

    value: Project
    activity: datetime | None
    has_ci: bool
    has_code: bool


def read(look: Look) -> dict[int, Known]:
    """Return the projects of all groups by number; a project in two groups once."""
    found: dict[int, Known] = {}
    readable = 0
    for path in look.settings.groups:
        items = _group(look, path)
        readable += items is not None
        found |= {known.value.id: known for known in map(_known, items or ()) if known}
    if not readable:
        raise SourceAway("forbidden", f"no group can be read: {', '.join(look.settings.groups)}")
    _doubt_emptiness(look)
    return found


def _group(look: Look, path: str) -> list[Item] | None:
    """Return a group's projects; None for a group that was never open to us, as restricted ones are not."""
    group = look.memory.groups[path]
    try:
        items = look.asks.projects(path)
    except GitlabError as error:
        if not refused(error):
            raise
        if not group.projects:
            _tell_closed(look, group, path, error)
            return None
        items = []
    _believe(group, path, frozenset(convert.number(item, "id") for item in items))
    return [item for item in items if look.settings.private_projects or _is_public(item)]


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


def _tell_closed(look: Look, group: Group, path: str, error: GitlabError) -> None:
    if not group.told:
        log.info("group_not_readable", forge=look.settings.name, group=path, status=error.response_code)
    group.told = True


def _known(item: Item) -> Known:
    activity = item.get("last_activity_at")
    ci_off = item.get("builds_access_level") == "disabled" or item.get("jobs_enabled") is False
    return Known(
        value=convert.project(item),
        activity=None if activity is None else convert.moment(activity),
        has_ci=not ci_off,
        has_code=item.get("empty_repo") is not True and item.get("repository_access_level") != "disabled",
    )


def _is_public(item: Item) -> bool:
    """Whether anybody may see it. Without the key, the server showed it to us as to anybody."""
    return bool(item.get("visibility", "public") == "public")
