"""Pipelines that newer ones pushed out of the lists that come with a group, and that are not done with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab.graph import batch, words
from cloudbot.adapters.gitlab.graph.words import Base
from cloudbot.adapters.gitlab.memory import left_behind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.adapters.gitlab.lists import Lists
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.core.forge import Pipeline, Project


def read(look: Look, lists: Lists, projects: Iterable[Project]) -> None:
    """Ask for them by their numbers; over REST they are among what changed."""
    wanted = [(project, one) for project in projects for one in _of(look, lists, project)]
    asked = [(project.path, look.memory.iids[one.id]) for project, one in wanted]
    for (project, known), node in zip(wanted, batch.pipelines(lists, asked), strict=False):
        if node is None:
            continue
        pipelines = look.memory.builds[project.id].pipelines
        told = node.get("pipeline")
        if told is None:
            del pipelines[known.id]
        elif words.number(told.get("id")) == known.id:
            new = words.pipeline(told, project.path, Base(look.settings.url), scheduled=False)
            errors = new.yaml_errors or (known.yaml_errors if new.updated_at == known.updated_at else "")
            pipelines[known.id] = replace(new, source=known.source, yaml_errors=errors)


def _of(look: Look, lists: Lists, project: Project) -> list[Pipeline]:
    newest = lists.newest(project.id)
    if newest is None:
        return []
    builds = look.memory.builds[project.id]
    told = frozenset(one.id for one in (*newest.pipelines, *newest.scheduled))
    found = left_behind(builds, project, look.at, told)
    if builds.behind_at is None or found:
        builds.behind_at = look.at
    return [one for one in found if one.id in look.memory.iids]
