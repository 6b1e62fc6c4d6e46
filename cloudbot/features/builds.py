"""Build health at job level: release by vendor by arch, read off job names by rules of the team's configuration.

All image builds of the first team are allowed to fail, so a pipeline's colour says almost nothing about them: the job
is the product. A cell changes only by a job that ran to an end; a manual job that nobody started says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Announce, Effect
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, PipelinesSeen
from cloudbot.core.settings import Table
from cloudbot.features.projects import Projects
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from cloudbot.core.forge import Job, Pipeline

EXPIRES = timedelta(hours=12)
MOST_NAMED = 4


class Settings(Table):
    """Which jobs build what."""

    rules: tuple[str, ...] = Field(
        default=(),
        description="Regular expressions on job names, with the groups vendor, release and, optionally, arch. "
        "The first that matches a whole name counts.",
    )
    default_arch: str = Field(default="amd64", description="The arch of a job whose name has none.")

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
class Cell:
    """One build: what its last finished job said."""

    release: str
    vendor: str
    arch: str
    state: Literal["ok", "failed"]
    at: datetime
    since: datetime
    "when the run of equal results began"
    streak: int = 1
    last_good: datetime | None = None
    reason: str | None = None
    stage: str = ""
    job: int = 0
    url: str = ""

    @property
    def name(self) -> str:
        """Write the cell as people do: `ec2 sid arm64`."""
        return f"{self.vendor} {self.release} {self.arch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """All cells that ever had a result."""

    forge: str = ""
    seen: datetime | None = None
    cells: dict[str, Cell] = field(default_factory=dict)


def react(known: Builds, fact: Fact, world: World) -> Reaction[Builds]:
    """Read the finished build jobs of a look."""
    if not isinstance(fact, PipelinesSeen) or (known.seen is not None and fact.at < known.seen):
        return Reaction(known)
    cells = dict(known.cells)
    for cell in sorted(_finished(fact.pipelines, world), key=lambda cell: (cell.at, cell.job)):
        before = cells.get(cell.name)
        if before is None or (cell.at, cell.job) > (before.at, before.job):
            cells[cell.name] = _following(before, cell)
    after = Builds(forge=fact.forge, seen=fact.at, cells=cells)
    changed = [
        (cell, known.cells[name])
        for name, cell in cells.items()
        if name in known.cells and cell.state != known.cells[name].state
    ]
    return Reaction(after, _tell(changed, fact, world))


def _finished(pipelines: tuple[Pipeline, ...], world: World) -> list[Cell]:
    settings = world.setting(Settings)
    rules = [re.compile(rule) for rule in settings.rules]
    cells = []
    mains = world.document(Projects).default_branches()
    for pipeline in pipelines:
        if pipeline.ref != mains.get(pipeline.project):
            continue
        for job in pipeline.jobs or ():
            cell = _cell(job, rules, settings.default_arch)
            if cell is not None:
                cells.append(cell)
    return cells


def _cell(job: Job, rules: list[re.Pattern[str]], default_arch: str) -> Cell | None:
    if job.status not in {"success", "failed"} or job.finished_at is None:
        return None
    match = next((found for rule in rules if (found := rule.fullmatch(job.name))), None)
    if match is None:
        return None
    good = job.status == "success"
    return Cell(
        release=match["release"],
        vendor=match["vendor"],
        arch=match.groupdict().get("arch") or default_arch,
        state="ok" if good else "failed",
        at=job.finished_at,
        since=job.finished_at,
        last_good=job.finished_at if good else None,
        reason=job.failure_reason,
        stage=job.stage,
        job=job.id,
        url=job.url,
    )


def _following(before: Cell | None, cell: Cell) -> Cell:
    """Carry over what the newest job cannot know: since when, how often in a row, when it last was good."""
    if before is None:
        return cell
    same = before.state == cell.state
    return Cell(
        release=cell.release,
        vendor=cell.vendor,
        arch=cell.arch,
        state=cell.state,
        at=cell.at,
        since=before.since if same else cell.since,
        streak=before.streak + 1 if same else 1,
        last_good=cell.last_good or before.last_good,
        reason=cell.reason,
        stage=cell.stage,
        job=cell.job,
        url=cell.url,
    )


def _tell(changed: list[tuple[Cell, Cell]], fact: PipelinesSeen, world: World) -> tuple[Effect, ...]:
    if not changed:
        return ()
    newest = max(cell.job for cell, _ in changed)
    red = sorted((cell for cell, _ in changed if cell.state == "failed"), key=lambda cell: cell.name)
    green = sorted((cell for cell, _ in changed if cell.state == "ok"), key=lambda cell: cell.name)
    gist = ", ".join(
        [f"FAIL {cell.name}" for cell in red[:MOST_NAMED]] + [f"ok again {cell.name}" for cell in green[:MOST_NAMED]]
    )
    if len(changed) == 1:
        cell, before = changed[0]
        values: dict[str, object] = {"cell": cell, "lasted": cell.at - before.since, "site": world.team.site}
        key, words = f"builds/{cell.name}/{cell.job}/{cell.state}", f"irc/build_{cell.state}"
    else:
        values = {"red": red, "green": green, "most": MOST_NAMED, "site": world.team.site}
        key, words = f"builds/{fact.forge}/{newest}/{len(red)}-failed-{len(green)}-ok", "irc/builds_changed"
    return (Announce(key=key, words=words, values=values, gist=gist, expires=fact.at + EXPIRES),)


def health(ask: Ask, world: World) -> Answer:
    """Answer `!health`: how many builds are ok, and each failing one; of one release, vendor or arch if named."""
    known = world.document(Builds)
    wanted = ask.args.get("what")
    cells = sorted(known.cells.values(), key=lambda cell: cell.name)
    if wanted is not None:
        words = wanted.lower()
        cells = [cell for cell in cells if words in {cell.release, cell.vendor, cell.arch}]
    values = {
        "wanted": wanted,
        "cells": cells,
        "red": [cell for cell in cells if cell.state == "failed"],
        "choices": sorted({cell.release for cell in known.cells.values()}),
        "at": world.at,
        "seen": known.seen,
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
            params=(Param(name="what", optional=True),),
            answer=health,
            aliases=("builds",),
            examples=("!health", "!health sid"),
        ),
    ),
)
