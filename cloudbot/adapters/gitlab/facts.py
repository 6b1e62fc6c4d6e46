"""The facts of one look in a fixed order: all of them, or it raises and there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab import commits, merge_requests, pipelines, projects, schedules, tokens
from cloudbot.adapters.gitlab.graph.read import lists, stood
from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen, SchedulesSeen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Known, Memory
    from cloudbot.core.facts import Fact
    from cloudbot.core.forge import Project


def take(look: Look) -> tuple[Fact, ...]:
    """Read everything; raise `SourceAway`, or what the client raises, and then nothing was seen.

    Schedules follow the four lists once there has been one, and the token's last day when it is near.
    """
    at, name = look.at, look.settings.name
    told, place = lists(look)
    found = projects.read(look, told)
    stood(look, place)
    builds = pipelines.read(look, told, found)
    plans = schedules.read(look, told, found)
    builds = pipelines.with_schedules(look, found, builds)
    requests = merge_requests.read(look, told, found)
    work = commits.read(look, found)
    token = tokens.read(look)
    _forget(look.memory, found)
    seen: tuple[Fact, ...] = (
        ProjectsSeen(at=at, forge=name, projects=_by_path(found)),
        PipelinesSeen(at=at, forge=name, pipelines=builds, missing=_paths(found, look.missing)),
        MergeRequestsSeen(
            at=at,
            forge=name,
            since=look.since,
            merge_requests=requests,
            missing=_paths(found, look.missing_requests),
        ),
        CommitsSeen(at=at, forge=name, since=look.since, commits=work),
    )
    if plans is not None:
        seen = (*seen, SchedulesSeen(at=at, forge=name, schedules=plans))
    return seen if token is None else (*seen, token)


def _forget(memory: Memory, found: dict[int, Known]) -> None:
    """Drop what belongs to nothing shown any more, so that memory does not grow with the years."""
    for store in (memory.builds, memory.lines, memory.bridges):
        for number in [number for number in store if number not in found]:
            del store[number]
    shown = {number for builds in memory.builds.values() for number in builds.pipelines}
    memory.jobs = {number: jobs for number, jobs in memory.jobs.items() if number in shown}
    memory.iids = {number: iid for number, iid in memory.iids.items() if number in shown}
    jobs = {job.id for _, some in memory.jobs.values() for job in some}
    memory.errors = {number: line for number, line in memory.errors.items() if number in jobs}


def _by_path(found: dict[int, Known]) -> tuple[Project, ...]:
    return tuple(sorted((known.value for known in found.values()), key=lambda one: one.path))


def _paths(found: dict[int, Known], numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(found[number].value.path for number in numbers if number in found))
