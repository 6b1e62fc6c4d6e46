"""The commits of the default branches, read again only where something says that a branch may have moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.memory import Line, may_have_moved, newest_built

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cloudbot.adapters.gitlab.asks import Asks
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Known
    from cloudbot.core.forge import Commit, Project


def read(look: Look, found: dict[int, Known]) -> tuple[Commit, ...]:
    """Return the commits since the history began, merges left out; a repository closed to us has none."""
    seen = [one for known in found.values() for one in _of(look, known)]
    return tuple(sorted(seen, key=lambda one: (one.project, one.at, one.sha)))


def to_paths(asks: Asks, places: Iterable[tuple[Project, str]], since: datetime) -> tuple[Commit, ...]:
    """Return the commits to paths of default branches since, each once, merges left out. `.` is the whole project."""
    found: dict[tuple[str, str], Commit] = {}
    for project, path in places:
        if project.default_branch is None:
            continue
        named = "" if path == "." else path.rstrip("/")
        items = asks.commits(project.id, project.default_branch, since, named)
        converted = (convert.commit(item, project.path) for item in items)
        found |= {(one.project, one.sha): one for one in converted if one is not None and one.at >= since}
    return tuple(found[key] for key in sorted(found))


def _of(look: Look, known: Known) -> Iterable[Commit]:
    project, branch = known.value, known.value.default_branch
    if branch is None or not known.has_code:
        return ()
    line = look.memory.lines.get(project.id)
    built = newest_built(look.memory.builds[project.id].pipelines.values(), project)
    if line is None or _moved(line, known, branch, built, look.at):
        try:
            line = _read_again(look, known, branch, built)
        except GitlabError as error:
            look.leave_out(project, error)
            return ()
    return [replace(one, project=project.path) for one in line.commits if one.at >= look.since]


def _moved(line: Line, known: Known, branch: str, built: str | None, at: datetime) -> bool:
    """Whether the branch moved: its newest commit tells, or else everything that hints at a push."""
    if known.head is not None:
        return (line.branch, line.head) != (branch, known.head)
    return may_have_moved(line, branch, known.activity, built, at)


def _read_again(look: Look, known: Known, branch: str, built: str | None) -> Line:
    """Read the whole branch: a merge brings older commits than those read, a forced push takes some away."""
    items = look.asks.commits(known.value.id, branch, look.since)
    commits = tuple(one for one in (convert.commit(item, known.value.path) for item in items) if one)
    before = look.memory.lines.get(known.value.id)
    unmoved = before is not None and before.activity == known.activity
    seen = before.activity_seen if before is not None and unmoved else look.at
    line = Line(
        branch=branch, activity=known.activity, activity_seen=seen, built=built, commits=commits, head=known.head
    )
    look.memory.lines[known.value.id] = line
    return line
