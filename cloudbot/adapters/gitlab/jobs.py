"""The jobs of the pipelines that people follow, read again only when a pipeline changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.graph import batch, words
from cloudbot.adapters.gitlab.graph.words import Base
from cloudbot.adapters.gitlab.memory import wants_jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from cloudbot.adapters.gitlab.lists import Lists
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.core.forge import Job, Pipeline, Project


def read(look: Look, lists: Lists, projects: Iterable[Project]) -> None:
    """Bring the memory of jobs up to date: for many pipelines at once if that can be asked, else one by one."""
    wanted = [
        (project, one)
        for project in projects
        for one in wants_jobs(look.memory.builds[project.id].pipelines.values(), project, look.settings.jobs_per_line)
        if known(look, one) is None
    ]
    together = [(project, one) for project, one in wanted if one.id in look.memory.iids]
    asked = [(project.path, look.memory.iids[one.id]) for project, one in together]
    for (project, one), nodes in zip(together, batch.jobs(lists, asked), strict=False):
        if nodes is not None:
            _remember(look, one, _from_nodes(look, project, one, nodes))
    for project, one in wanted:
        if known(look, one) is None:
            _read_alone(look, project, one)
        if one.status == "failed" and not known(look, one) and not one.yaml_errors:
            _read_errors(look, project, one)


def known(look: Look, pipeline: Pipeline) -> tuple[Job, ...] | None:
    """Return the jobs as read, if the pipeline has not changed since."""
    cached = look.memory.jobs.get(pipeline.id)
    return cached[1] if cached is not None and cached[0] == pipeline.updated_at else None


def latest_tries(tries: Iterable[Job]) -> tuple[Job, ...]:
    """Return the latest try of each job by name, with how many of its earlier tries failed. Pure."""
    by_name: dict[str, list[Job]] = defaultdict(list)
    for one in sorted(tries, key=lambda job: job.id):
        by_name[one.name].append(one)
    latest = [
        replace(same[-1], failed_tries=sum(one.status == "failed" for one in same[:-1])) for same in by_name.values()
    ]
    return tuple(sorted(latest, key=lambda job: job.id))


def _remember(look: Look, pipeline: Pipeline, jobs: tuple[Job, ...]) -> None:
    look.memory.jobs[pipeline.id] = (pipeline.updated_at, jobs)


def _from_nodes(look: Look, project: Project, pipeline: Pipeline, nodes: list[Mapping[str, Any]]) -> tuple[Job, ...]:
    base = Base(look.settings.url)
    jobs = latest_tries(words.job(node, project.path, base) for node in nodes)
    if not any(one.status == "failed" and one.failure_reason is None and one.downstream is None for one in jobs):
        return jobs
    return _with_reasons(look, project, pipeline, jobs)


def _with_reasons(look: Look, project: Project, pipeline: Pipeline, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """Ask REST why jobs failed, where GraphQL did not say it in words that mean a code."""
    try:
        items = look.asks.failed_jobs(project.id, pipeline.id)
    except GitlabError as error:
        if not refused(error):
            raise
        return jobs
    told = {one.id: one for one in map(convert.job, items)}
    return tuple(
        replace(one, failure_reason=told[one.id].failure_reason, runner=one.runner or told[one.id].runner)
        if one.id in told
        else one
        for one in jobs
    )


def _read_alone(look: Look, project: Project, pipeline: Pipeline) -> None:
    try:
        jobs = latest_tries(map(convert.job, look.asks.jobs(project.id, pipeline.id)))
        if _may_have_bridges(look, project, pipeline, jobs):
            bridges = latest_tries(map(convert.job, look.asks.bridges(project.id, pipeline.id)))
            look.memory.bridges[project.id] = look.memory.bridges.get(project.id, False) or bool(bridges)
            jobs = tuple(sorted((*jobs, *bridges), key=lambda one: one.id))
    except GitlabError as error:
        if not refused(error):
            raise
        look.memory.jobs.pop(pipeline.id, None)
        return
    _remember(look, pipeline, jobs)


def _may_have_bridges(look: Look, project: Project, pipeline: Pipeline, jobs: tuple[Job, ...]) -> bool:
    """Whether to ask for trigger jobs: the first time, then where there were some or a failure has no other reason."""
    unexplained = pipeline.status == "failed" and not any(one.status == "failed" for one in jobs)
    return look.memory.bridges.get(project.id, True) or unexplained


def _read_errors(look: Look, project: Project, pipeline: Pipeline) -> None:
    """Ask why a failed pipeline has no jobs: its configuration cannot be read."""
    try:
        told = convert.pipeline(look.asks.pipeline(project.id, pipeline.id), project.path)
    except GitlabError as error:
        if not refused(error):
            raise
        return
    builds = look.memory.builds[project.id].pipelines
    builds[pipeline.id] = replace(pipeline, yaml_errors=told.yaml_errors)
