"""The pipelines of every line of history: as they came with the group, or asked for by what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import behind, convert, jobs, logs
from cloudbot.adapters.gitlab.memory import OVERLAP, WHOLE_EVERY, kept, watermark, without_deleted
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.adapters.gitlab.asks import Item
    from cloudbot.adapters.gitlab.lists import Lists, Newest
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Known
    from cloudbot.core.forge import Pipeline, Project


def read(look: Look, lists: Lists, found: dict[int, Known]) -> tuple[Pipeline, ...]:
    """Return the newest pipelines of every project's lines; of a project that could not be read, what was known.

    No project is skipped for being quiet: a schedule does not move `last_activity_at`.
    """
    asked = {number: known.value for number, known in found.items() if known.has_ci and not known.value.archived}
    told = [project for project in asked.values() if _update(look, project, lists.newest(project.id))]
    had = [number for number in asked if look.memory.builds[number].pipelines]
    if had and not told:
        raise SourceAway("forbidden", "no project lets us read its pipelines any more (403 or 404)")
    behind.read(look, lists, told)
    jobs.read(look, lists, told)
    logs.read(look, told)
    shown = [_shown(look, one) for project in asked.values() for one in _known(look, project)]
    return tuple(sorted(shown, key=lambda one: (one.project, one.id)))


def with_schedules(look: Look, found: dict[int, Known], shown: tuple[Pipeline, ...]) -> tuple[Pipeline, ...]:
    """Say of scheduled pipelines which schedule ran them, where it is known."""
    plans = {found[number].value.path: plan for number, plan in look.memory.plans.items() if number in found}
    return tuple(
        replace(one, schedule=plans[one.project].ran_by(one))
        if one.source == "schedule" and one.project in plans
        else one
        for one in shown
    )


def _update(look: Look, project: Project, newest: Newest | None) -> bool:
    """Bring the memory of one project up to date; False if it could not be read."""
    if newest is not None and not newest.whole:
        return _is_missing(look, project, closed=newest.closed)
    try:
        return _take(look, project, newest) if newest is not None else _ask(look, project)
    except GitlabError as error:
        look.leave_out(project, error)
        return _is_missing(look, project, closed=True)


def _is_missing(look: Look, project: Project, *, closed: bool) -> Literal[False]:
    """Note what could not be read, unless it was never shown to us; False, for it was not read."""
    if not closed or look.memory.builds[project.id].pipelines:
        look.missing.add(project.id)
    return False


def _take(look: Look, project: Project, newest: Newest) -> bool:
    """Take over what came with the group; where more has happened than came, ask for the rest."""
    builds = look.memory.builds[project.id]
    mark = builds.watermark
    _keep(look, project, (*newest.pipelines, *newest.scheduled))
    builds.pipelines = without_deleted(builds.pipelines, (one.id for one in newest.pipelines))
    if builds.whole_at is None:
        if newest.full:
            return _ask(look, project)
        builds.whole_at = look.at
    elif newest.full and not any(one.id in builds.seen for one in newest.pipelines):
        _keep(look, project, _converted(look, project, _changed(look, project.id, mark)))
    builds.seen = frozenset(one.id for one in newest.pipelines)
    return True


def _ask(look: Look, project: Project) -> bool:
    builds = look.memory.builds[project.id]
    whole = builds.whole_at is None or builds.watermark is None or look.at - builds.whole_at >= WHOLE_EVERY
    items = _newest(look, project.id) if whole else _changed(look, project.id, builds.watermark)
    new = _converted(look, project, items)
    if whole:
        builds.pipelines = without_deleted(builds.pipelines, (one.id for one in new))
        builds.whole_at = look.at
    _keep(look, project, new)
    builds.seen = frozenset(one.id for one in new)
    return True


def _keep(look: Look, project: Project, new: tuple[Pipeline, ...]) -> None:
    builds = look.memory.builds[project.id]
    known = {number: replace(one, project=project.path) for number, one in builds.pipelines.items()}
    known |= {one.id: _with_errors(one, known.get(one.id)) for one in new}
    oldest = look.at - timedelta(days=look.settings.pipeline_days)
    builds.pipelines = kept(known.values(), project, look.settings.pipelines_per_line, oldest)
    builds.watermark = watermark((one.updated_at for one in new), builds.watermark, look.at)


def _with_errors(new: Pipeline, known: Pipeline | None) -> Pipeline:
    """Keep what was read alone: a list does not tell why a configuration cannot be read."""
    if new.yaml_errors or known is None or known.updated_at != new.updated_at:
        return new
    return replace(new, yaml_errors=known.yaml_errors)


def _converted(look: Look, project: Project, items: list[Item]) -> tuple[Pipeline, ...]:
    look.memory.iids |= {convert.number(item, "id"): str(item["iid"]) for item in items if item.get("iid")}
    return tuple(convert.pipeline(item, project.path) for item in items)


def _newest(look: Look, project: int) -> list[Item]:
    oldest = look.at - timedelta(days=look.settings.pipeline_days)
    return look.asks.newest_pipelines(project, lambda item: convert.moment(item.get("created_at", "")) < oldest)


def _changed(look: Look, project: int, mark: datetime | None) -> list[Item]:
    return look.asks.pipelines_since(project, (mark or look.since) - OVERLAP)


def _known(look: Look, project: Project) -> list[Pipeline]:
    return [replace(one, project=project.path) for one in look.memory.builds[project.id].pipelines.values()]


def _shown(look: Look, pipeline: Pipeline) -> Pipeline:
    """Add to a pipeline what was read apart from it: its jobs and their errors."""
    known = jobs.known(look, pipeline)
    told = None if known is None else tuple(replace(job, error=look.memory.errors.get(job.id, "")) for job in known)
    warned = pipeline.status == "success" and any(one.status == "failed" and one.allow_failure for one in told or ())
    return replace(pipeline, jobs=told, warnings=pipeline.warnings or warned)
