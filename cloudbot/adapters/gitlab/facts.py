"""The four facts of one look, asked for in a fixed order: all of them, or it raises and there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab import commits, merge_requests, pipelines, projects
from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Memory
    from cloudbot.adapters.gitlab.projects import Known
    from cloudbot.core.forge import Project

    Seen = tuple[ProjectsSeen, PipelinesSeen, MergeRequestsSeen, CommitsSeen]


def take(look: Look) -> Seen:
    """Read everything; raise `SourceAway`, or what the client raises, and then nothing was seen."""
    at, name = look.at, look.settings.name
    found = projects.read(look)
    builds = pipelines.read(look, found)
    requests = merge_requests.read(look, found)
    work = commits.read(look, found)
    _forget(look.memory, found)
    return (
        ProjectsSeen(at=at, forge=name, projects=_by_path(found)),
        PipelinesSeen(at=at, forge=name, pipelines=builds),
        MergeRequestsSeen(at=at, forge=name, since=look.since, merge_requests=requests),
        CommitsSeen(at=at, forge=name, since=look.since, commits=work),
    )


def _forget(memory: Memory, found: dict[int, Known]) -> None:
    """Drop what belongs to nothing shown any more, so that memory does not grow with the years."""
    for store in (memory.builds, memory.lines):
        for number in [number for number in store if number not in found]:
            del store[number]
    shown = {number for builds in memory.builds.values() for number in builds.pipelines}
    memory.jobs = {number: jobs for number, jobs in memory.jobs.items() if number in shown}


def _by_path(found: dict[int, Known]) -> tuple[Project, ...]:
    return tuple(sorted((known.value for known in found.values()), key=lambda one: one.path))
