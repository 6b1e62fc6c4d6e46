"""Build health at job level: release by vendor by arch, read off job names by rules of the team's configuration.

All image builds of the first team are allowed to fail, so a pipeline's colour says almost nothing about them: the job
is the product. A cell changes only by a job that ran to an end; a manual job that nobody started says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Announce, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, JobReported, PipelineReported, PipelinesSeen, TimerFired
from cloudbot.core.settings import Table
from cloudbot.features.ci import cells
from cloudbot.features.ci.acknowledged import known_failure
from cloudbot.features.ci.cells import Cell
from cloudbot.features.projects import Projects
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudbot.core.forge import Job, Pipeline

EXPIRES = timedelta(hours=12)
STILL_RED_EVERY = timedelta(hours=48)
STILL_RED = "builds/still-red"
MOST_NAMED = 4


class Settings(Table):
    """Which jobs build what."""

    rules: tuple[str, ...] = Field(
        default=(),
        description="Regular expressions on job names, with the groups vendor, release and, optionally, arch. "
        "The first that matches a whole name counts.",
    )
    default_arch: str = Field(default="amd64", description="The arch of a job whose name has none.")
    forget_days: int = Field(
        default=90, ge=1, le=3650, description="Days after which a build that no job makes any more is no row."
    )

    @field_validator("rules")
    @classmethod
    def _compiles(cls, rules: tuple[str, ...]) -> tuple[str, ...]:
        for rule in rules:
            try:
                groups = re.compile(rule).groupindex
            except re.error as error:
                raise ValueError(f"{rule!r} is no regular expression: {error}") from None
            if not {"vendor", "release"} <= set(groups):
                raise ValueError(f"{rule!r} needs the groups (?P<vendor>...) and (?P<release>...)")
        return rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """All cells that ever had a result."""

    forge: str = ""
    seen: datetime | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    reminder: datetime | None = None
    "when it will be asked what still fails; None while nothing does"


def react(known: Builds, fact: Fact, world: World) -> Reaction[Builds]:
    """Read the finished build jobs of a look, or of a hook."""
    match fact:
        case PipelinesSeen() if known.seen is None or fact.at >= known.seen:
            mains = world.document(Projects).default_branches()
            found = [cell for one in fact.pipelines for cell in _of_pipeline(one, mains, world)]
            return _taken(_tidied(replace(known, seen=fact.at), fact.at, world), found, fact, world)
        case PipelineReported():
            found = list(_of_pipeline(fact.pipeline, _mains(fact, world), world))
            return _taken(known, found, fact, world)
        case JobReported():
            return _taken(known, list(_of_job(fact, world)), fact, world)
        case TimerFired(name=name) if name == STILL_RED:
            return _remind(known, fact.at, world)
        case _:
            return Reaction(known)


def _mains(fact: PipelineReported | JobReported, world: World) -> Mapping[str, str | None]:
    return {fact.project.path: fact.project.default_branch, **world.document(Projects).default_branches()}


def _of_pipeline(pipeline: Pipeline, mains: Mapping[str, str | None], world: World) -> Iterator[Cell]:
    project, ref, kind = pipeline.line
    if ref != mains.get(project) or kind.partition(":")[0] not in {"push", "schedule"}:
        return
    for job in pipeline.jobs or ():
        cell = _read(job, world)
        if cell is not None:
            yield replace(
                cell, project=project, ref=ref, pipeline=pipeline.id, made=pipeline.created_at, sha=pipeline.sha
            )


def _of_job(fact: JobReported, world: World) -> Iterator[Cell]:
    """Read the job of a hook of its own; of its pipeline only the number is known then."""
    cell = _read(fact.job, world) if fact.ref == _mains(fact, world).get(fact.project.path) else None
    if cell is not None:
        made = fact.job.started_at or fact.job.finished_at
        yield replace(cell, project=fact.project.path, ref=fact.ref, pipeline=fact.pipeline, made=made)


def _read(job: Job, world: World) -> Cell | None:
    settings = world.setting(Settings)
    match = next((found for rule in settings.rules if (found := _compiled(rule).fullmatch(job.name))), None)
    return None if match is None else cells.cell(job, match, settings.default_arch)


@lru_cache(maxsize=200)
def _compiled(rule: str) -> re.Pattern[str]:
    return re.compile(rule)


def _tidied(known: Builds, at: datetime, world: World) -> Builds:
    """Forget what nothing builds any more: a release that was dropped is not red for ever."""
    oldest = at - timedelta(days=world.setting(Settings).forget_days)
    return replace(known, cells={name: cell for name, cell in known.cells.items() if cell.at >= oldest})


def _taken(
    known: Builds,
    found: list[Cell],
    fact: PipelinesSeen | PipelineReported | JobReported,
    world: World,
) -> Reaction[Builds]:
    now = dict(known.cells)
    for cell in sorted(found, key=lambda cell: (cell.pipeline, cell.job)):
        before = now.get(cell.name)
        if cells.is_newer(cell, before):
            now[cell.name] = cells.following(before, cell)
        elif before is not None and cells.tells_more(cell, before):
            now[cell.name] = replace(before, error=cell.error or before.error, reason=cell.reason or before.reason)
    after = replace(known, forge=known.forge or fact.forge, cells=now)
    news: list[Announce] = []
    for name, cell in now.items():
        before = known.cells.get(name)
        kind = cells.compare(before, cell)
        if before is not None and kind is not None and not (cell.failed and _is_known(cell, world)):
            news.append(_announce(kind, cell, before, fact.at))
    news.sort(key=lambda line: line.key)
    waits = after.reminder is not None and after.reminder > fact.at
    if waits or not any(cell.failed for cell in now.values()):
        return Reaction(after, tuple(news))
    due = fact.at + STILL_RED_EVERY
    return Reaction(replace(after, reminder=due), (*news, SetTimer(name=STILL_RED, due=due)))


def _remind(known: Builds, at: datetime, world: World) -> Reaction[Builds]:
    """Name the builds that have failed for 48 hours and are not known to, in one line."""
    red = sorted((cell for cell in known.cells.values() if cell.failed), key=lambda cell: cell.since)
    if not red:
        return Reaction(replace(known, reminder=None))
    old = [cell for cell in red if at - cell.since >= STILL_RED_EVERY and not _is_known(cell, world)]
    due = (at if at - red[0].since >= STILL_RED_EVERY else red[0].since) + STILL_RED_EVERY
    after, timer = replace(known, reminder=due), SetTimer(name=STILL_RED, due=due)
    if not old:
        return Reaction(after, (timer,))
    line = Announce(
        key=f"builds/still-red/{at:%Y-%m-%d}",
        words="irc/builds_still_red",
        values={"red": [(cell.name, at - cell.since) for cell in old], "most": MOST_NAMED},
        gist=f"{len(old)} builds still FAIL",
        expires=at + EXPIRES,
        event="still",
        about="builds/still-red",
    )
    return Reaction(after, (line, timer))


def _is_known(cell: Cell, world: World) -> bool:
    return known_failure(world, cell.name, cell.signature) is not None


def _announce(kind: cells.News, cell: Cell, before: Cell, at: datetime) -> Announce:
    gists = {"problem": "FAIL", "recovery": "ok again", "flaky": "ok when tried again"}
    return Announce(
        key=f"builds/{cell.name}/{cell.job}/{cell.state}",
        words=f"irc/build_{kind}",
        values={"cell": cell, "lasted": max(cell.at - before.since, timedelta())},
        gist=f"{gists[kind]} {cell.name}",
        expires=at + EXPIRES,
        event=kind,
        about=f"builds/{cell.name}",
        noun="build",
        name=cell.name,
        cause=cell.cause,
        project=cell.project,
        ref=cell.ref,
        kind="push",
    )


def named(text: str, world: World) -> list[Cell]:
    """Return the cells that have every one of these words: `sid`, `ec2 sid`, `arm64 sid ec2`."""
    wanted = frozenset(text.lower().split())
    found = [cell for cell in world.document(Builds).cells.values() if wanted <= cell.words]
    return sorted(found, key=lambda cell: cell.name) if wanted else []


def health(ask: Ask, world: World) -> Answer:
    """Answer `!health`: how many builds are ok, and each failing one; of one release, vendor or arch if named."""
    known = world.document(Builds)
    wanted = ask.args.get("what")
    shown = sorted(known.cells.values(), key=lambda cell: cell.name) if wanted is None else named(wanted, world)
    red = sorted((cell for cell in shown if cell.failed), key=lambda cell: (cell.infrastructure, cell.name))
    infra = [cell for cell in red if cell.infrastructure]
    values = {
        "wanted": wanted,
        "cells": shown,
        "red": red,
        "infra": infra,
        "acks": {cell.name: known_failure(world, cell.name, cell.signature) for cell in red},
        "flaky": [cell.name for cell in shown if cell.flaky],
        "choices": sorted({cell.release for cell in known.cells.values()}),
        "at": world.at,
        "seen": known.seen or (world.at if known.cells else None),
        "note": age_note(world, known.forge, known.seen),
        "most": MOST_NAMED,
    }
    return Answer(words="irc/health", values=values)


builds = Feature(
    name="builds",
    document=Builds,
    react=react,
    settings=Settings,
    commands=(
        Command(
            name="health",
            help="image builds: how many are ok, which fail and since when; of one release, vendor or arch",
            params=(Param(name="what", kind="rest", optional=True),),
            answer=health,
            aliases=("builds",),
            examples=("!health", "!health sid", "!health ec2 sid"),
        ),
    ),
)
