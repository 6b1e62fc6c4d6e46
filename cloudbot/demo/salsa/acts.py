"""What becomes of the simulated world when somebody acts on it: a new world, or None where GitLab says 403. Pure.

What is tried again runs for five minutes and passes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.demo.salsa.pipelines import daily, status_of
from cloudbot.demo.salsa.world import NoteStory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cloudbot.demo.salsa.world import JobStory, MergeRequestStory, PipelineStory, World

BOT = "group_1_bot"
"""Whose token it is, named as GitLab names the users of a group's tokens."""
_TAKES = timedelta(minutes=5)
_MAY_BE_TRIED_AGAIN = frozenset({"failed", "canceled"})
_UNDER_WAY = frozenset({"created", "pending", "running"})


def retry_job(world: World, project: int, number: int, at: datetime) -> World | None:
    """Try one job again under a new number; its pipeline runs meanwhile."""
    return _retried(world, project, at, lambda _, job: job.id == number)


def retry_pipeline(world: World, project: int, number: int, at: datetime) -> World | None:
    """Try all failed jobs of a pipeline again."""
    return _retried(world, project, at, lambda pipeline, _: pipeline.id == number)


def cancel_pipeline(world: World, project: int, number: int, at: datetime) -> World | None:
    """End a pipeline that is under way, with its jobs."""
    story = world.pipeline(project, number, at)
    if story is None or story.now(at)[1] not in _UNDER_WAY:
        return None
    jobs = tuple(_canceled(job, at) for job in story.jobs)
    return _with(world, replace(story, jobs=jobs, steps=(*_until(story.steps, at), (at, "canceled"))))


def play_schedule(world: World, project: int, number: int, at: datetime) -> World | None:
    """Run a schedule now: a pipeline of the newest commit, with the jobs of a morning."""
    plan = next((one for one in world.schedules_of(project) if one.id == number), None)
    if plan is None:
        return None
    commits = world.commits_of(project, at)
    made = max((one.id for one in world.pipelines), default=0) + 1
    story = replace(daily(made, project, commits[0].sha if commits else "0" * 40, at), ref=plan.ref)
    ran = replace(plan, ran=(*plan.ran, made))
    schedules = tuple(ran if one is plan else one for one in world.schedules)
    return replace(world, pipelines=(*world.pipelines, story), schedules=schedules)


def comment(world: World, story: MergeRequestStory, body: str, at: datetime) -> World:
    """Add a note of the bot's to a merge request."""
    note = NoteStory(at=at, who=BOT, bot=True, body=body)
    noted = replace(story, notes=(*story.notes, note), comments=story.comments + 1)
    return replace(world, merge_requests=tuple(noted if one is story else one for one in world.merge_requests))


def _retried(
    world: World, project: int, at: datetime, meant: Callable[[PipelineStory, JobStory], bool]
) -> World | None:
    for story in world.pipelines_of(project, at):
        again = [job for job in story.jobs if meant(story, job) and job.status(at) in _MAY_BE_TRIED_AGAIN]
        if again:
            return _with(world, _running_again(story, again, _next_job(world), at))
    return None


def _running_again(story: PipelineStory, again: list[JobStory], number: int, at: datetime) -> PipelineStory:
    new = {job.id: _new_try(job, number + place, at) for place, job in enumerate(again)}
    jobs = tuple(new.get(job.id, job) for job in story.jobs)
    end = at + _TAKES
    status = status_of([(job.status(end), job.allow_failure) for job in jobs])
    return replace(story, jobs=jobs, steps=(*_until(story.steps, at), (at, "running"), (end, status)))


def _new_try(job: JobStory, number: int, at: datetime) -> JobStory:
    tries = (replace(job, tries=()), *job.tries)
    steps = ((at, "running"), (at + _TAKES, "success"))
    return replace(job, id=number, steps=steps, tries=tries, failure_reason=None, trace="")


def _next_job(world: World) -> int:
    return 1 + max(one.id for story in world.pipelines for job in story.jobs for one in (job, *job.tries))


def _canceled(job: JobStory, at: datetime) -> JobStory:
    under_way = job.status(at) in _UNDER_WAY
    return replace(job, steps=(*_until(job.steps, at), (at, "canceled"))) if under_way else job


def _until(steps: tuple[tuple[datetime, str], ...], at: datetime) -> tuple[tuple[datetime, str], ...]:
    return tuple(step for step in steps if step[0] <= at)


def _with(world: World, story: PipelineStory) -> World:
    return replace(world, pipelines=tuple(story if one.id == story.id else one for one in world.pipelines))
