"""The pipeline schedules of projects that have ever shown a scheduled pipeline, asked for hourly and after each run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.graph import batch, words
from cloudbot.adapters.gitlab.memory import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.adapters.gitlab.lists import Lists
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Known
    from cloudbot.core.forge import Project, Schedule

EVERY = timedelta(hours=1)
MOST_ALONE = 20
"""Projects asked one by one in one look; the others wait for the next."""


def read(look: Look, lists: Lists, found: dict[int, Known]) -> tuple[Schedule, ...] | None:
    """Return all schedules that we may see; None as long as there never was one."""
    plans = look.memory.plans
    for number in plans.keys() - found.keys():
        del plans[number]
    due = [one.value for one in found.values() if not one.value.archived and _is_due(look, one.value)]
    nodes = batch.schedules(lists, [project.path for project in due])
    together = dict(zip((project.id for project in due), nodes, strict=False))
    alone = 0
    for project in due:
        told = together.get(project.id)
        if told is not None:
            plans[project.id] = _plan(look, project, [_item(node) for node in told])
        elif alone < MOST_ALONE:
            plans[project.id] = _asked(look, project)
            alone += 1
    shown = [replace(one, project=found[number].value.path) for number, plan in plans.items() for one in plan.schedules]
    look.memory.had_schedules = look.memory.had_schedules or bool(shown)
    return tuple(sorted(shown, key=lambda one: (one.project, one.id))) if look.memory.had_schedules else None


def _is_due(look: Look, project: Project) -> bool:
    """Whether a project is to be asked: an hour is over, or a run was due since, which moves the next one on."""
    plan = look.memory.plans.get(project.id)
    if plan is None:
        return any(one.source == "schedule" for one in look.memory.builds[project.id].pipelines.values())
    runs = [one.next_run_at for one in plan.schedules if one.active and one.next_run_at is not None]
    return look.at - plan.asked_at >= EVERY or any(plan.asked_at < run <= look.at for run in runs)


def _asked(look: Look, project: Project) -> Plan:
    """Ask over REST. Closed to us, as schedules are to strangers, is none at all."""
    try:
        items = look.asks.schedules(project.id)
        if _is_ambiguous(items):
            items = [item | look.asks.schedule(project.id, convert.number(item, "id")) for item in items]
    except GitlabError as error:
        if not refused(error):
            raise
        return Plan(look.at)
    return _plan(look, project, items)


def _is_ambiguous(items: list[dict[str, Any]]) -> bool:
    """Whether a branch has two schedules, so that only their last pipelines tell which ran what."""
    refs = [item.get("ref") for item in items]
    return len(set(map(str, refs))) < len(refs)


def _plan(look: Look, project: Project, items: list[dict[str, Any]]) -> Plan:
    before = look.memory.plans.get(project.id)
    shown = look.memory.builds[project.id].pipelines
    ran = {number: text for number, text in (before.ran if before else {}).items() if number in shown}
    schedules = tuple(convert.schedule(item, project.path) for item in items)
    for item, one in zip(items, schedules, strict=True):
        last = item.get("last_pipeline")
        if isinstance(last, dict) and "id" in last:
            ran[convert.number(last, "id")] = one.description
    return Plan(look.at, schedules, ran)


def _item(node: Mapping[str, Any]) -> dict[str, Any]:
    """Say a schedule of GraphQL in REST's words."""
    last = node.get("lastPipeline")
    return {
        "id": words.number(node.get("id")),
        "description": node.get("description"),
        "ref": node.get("refForDisplay"),
        "cron": node.get("cron"),
        "cron_timezone": node.get("cronTimezone"),
        "active": node.get("active"),
        "next_run_at": node.get("nextRunAt"),
        "last_pipeline": {"id": words.number(last.get("id"))} if last else None,
    }
