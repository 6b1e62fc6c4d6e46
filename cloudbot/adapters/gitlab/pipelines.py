"""The pipelines of every line of history, asked for by what changed, and the jobs of those that people follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.memory import OVERLAP, WHOLE_EVERY, kept, wants_jobs, watermark, without_deleted
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.adapters.gitlab.asks import Item
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Builds
    from cloudbot.adapters.gitlab.projects import Known
    from cloudbot.core.forge import Job, Pipeline, Project


def read(look: Look, found: dict[int, Known]) -> tuple[Pipeline, ...]:
    """Return the newest pipelines of every project's lines.

    No project is skipped for being quiet: a schedule does not move `last_activity_at`.
    """
    asked = {number: known.value for number, known in found.items() if known.has_ci and not known.value.archived}
    open_ones = [project for project in asked.values() if _update(look, project)]
    had = [number for number in asked if look.memory.builds[number].pipelines]
    if had and not open_ones:
        raise SourceAway("forbidden", "no project lets us read its pipelines any more (403 or 404)")
    shown = [one for project in open_ones for one in _with_jobs(look, project)]
    return tuple(sorted(shown, key=lambda one: (one.project, one.id)))


def _update(look: Look, project: Project) -> bool:
    """Bring the memory of one project up to date; False if it is closed to us."""
    builds = look.memory.builds[project.id]
    whole = _is_whole_due(builds, look.at)
    try:
        items = _newest(look, project.id) if whole else _changed(look, project.id, builds)
    except GitlabError as error:
        look.leave_out(project, error)
        return False
    new = {one.id: one for one in (convert.pipeline(item, project.path) for item in items)}
    old = {number: replace(one, project=project.path) for number, one in builds.pipelines.items()}
    if whole:
        old = without_deleted(old, new)
        builds.whole_at = look.at
    oldest = look.at - timedelta(days=look.settings.pipeline_days)
    builds.pipelines = kept((old | new).values(), project, look.settings.pipelines_per_line, oldest)
    builds.watermark = watermark((one.updated_at for one in new.values()), builds.watermark, look.at)
    return True


def _is_whole_due(builds: Builds, at: datetime) -> bool:
    return builds.watermark is None or builds.whole_at is None or at - builds.whole_at >= WHOLE_EVERY


def _newest(look: Look, project: int) -> list[Item]:
    oldest = look.at - timedelta(days=look.settings.pipeline_days)
    return look.asks.newest_pipelines(project, lambda item: convert.moment(item.get("created_at", "")) < oldest)


def _changed(look: Look, project: int, builds: Builds) -> list[Item]:
    return look.asks.pipelines_since(project, (builds.watermark or look.since) - OVERLAP)


def _with_jobs(look: Look, project: Project) -> list[Pipeline]:
    pipelines = look.memory.builds[project.id].pipelines.values()
    for pipeline in wants_jobs(pipelines, project, look.settings.jobs_per_line):
        _read_jobs(look, project, pipeline)
    return [replace(one, jobs=_known_jobs(look, one)) for one in pipelines]


def _read_jobs(look: Look, project: Project, pipeline: Pipeline) -> None:
    if _known_jobs(look, pipeline) is not None:
        return
    try:
        items = look.asks.jobs(project.id, pipeline.id)
    except GitlabError as error:
        if not refused(error):
            raise
        look.memory.jobs.pop(pipeline.id, None)
        return
    jobs = tuple(sorted(map(convert.job, items), key=lambda one: one.id))
    look.memory.jobs[pipeline.id] = (pipeline.updated_at, jobs)


def _known_jobs(look: Look, pipeline: Pipeline) -> tuple[Job, ...] | None:
    """Return the jobs as read, if the pipeline has not changed since."""
    cached = look.memory.jobs.get(pipeline.id)
    return cached[1] if cached is not None and cached[0] == pipeline.updated_at else None
