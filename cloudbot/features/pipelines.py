"""Pipelines: one state per line of history, and a word only when it changes.

A line of history is a project, a ref and whether a schedule ran it. Each pipeline is compared with the last *completed*
one of its line: cancelled, skipped, manual and running pipelines are no result. Everything that changed in one look is
one line on IRC. The first look is learnt in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Announce, Effect, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, PipelinesSeen, TimerFired
from cloudbot.core.forge import PIPELINE_RESULTS, Pipeline
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from collections.abc import Callable

Result = Literal["success", "failed"]
STILL_RED_EVERY = timedelta(hours=48)
STILL_RED = "pipelines/still-red"
EXPIRES = timedelta(hours=12)
MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The last completed result of one line of history."""

    project: str
    ref: str
    kind: str
    result: Result
    since: datetime
    "when the first pipeline with this result, without another between, was made"
    pipeline: int
    at: datetime
    url: str
    broken: tuple[str, ...] = ()
    "the failed jobs that count, as `name (reason)`"

    @property
    def key(self) -> str:
        """Name the line in keys."""
        return f"{self.project}/{self.ref}/{self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipelines:
    """Every line of history that has a result."""

    forge: str = ""
    seen: datetime | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)
    "pipelines under way, by project"
    reminder: datetime | None = None
    "when it will be asked what is still red; None while nothing is"


def react(known: Pipelines, fact: Fact, world: World) -> Reaction[Pipelines]:
    """Compare a look with what is known, or remind of what is still red."""
    match fact:
        case PipelinesSeen():
            return _observe(known, fact, world)
        case TimerFired(name=name) if name == STILL_RED:
            return _remind(known, fact.at, world)
        case _:
            return Reaction(known)


def _observe(known: Pipelines, fact: PipelinesSeen, world: World) -> Reaction[Pipelines]:
    if known.seen is not None and fact.at < known.seen:
        return Reaction(known)  # a parked look that was sent back: a newer one is known
    lines = dict(known.lines)
    for pipeline in sorted(fact.pipelines, key=lambda one: one.id):
        line = _completed(pipeline)
        if line is None:
            continue
        before = lines.get(line.key)
        if before is not None and (line.pipeline < before.pipeline or _same(before, line)):
            continue
        lines[line.key] = _following(before, line)
    watched = _watched(world)
    changes = [
        (line, known.lines[key])
        for key, line in lines.items()
        if key in known.lines and line.result != known.lines[key].result and watched(line)
    ]
    after = replace(known, forge=fact.forge, seen=fact.at, lines=lines, running=_running(fact.pipelines))
    told = _tell(changes, after, fact.at, world)
    waits = known.reminder is not None and known.reminder > fact.at
    if waits or not any(map(watched, _failing(after))):
        return Reaction(after, told)
    due = fact.at + STILL_RED_EVERY
    return Reaction(replace(after, reminder=due), (*told, SetTimer(name=STILL_RED, due=due)))


def _completed(pipeline: Pipeline) -> Line | None:
    if pipeline.status not in PIPELINE_RESULTS:
        return None
    project, ref, kind = pipeline.line
    return Line(
        project=project,
        ref=ref,
        kind=kind,
        result="failed" if pipeline.status == "failed" else "success",
        since=pipeline.created_at,
        pipeline=pipeline.id,
        at=pipeline.updated_at,
        url=pipeline.url,
        broken=tuple(
            f"{job.name} ({job.failure_reason})" if job.failure_reason else job.name
            for job in pipeline.jobs or ()
            if job.status == "failed" and not job.allow_failure
        ),
    )


def _following(before: Line | None, line: Line) -> Line:
    """Carry over since when, or find it: a retry changes the result when it ends, not when its pipeline was made."""
    if before is None:
        return line
    if before.result == line.result:
        return replace(line, since=before.since)
    return replace(line, since=line.at) if before.pipeline == line.pipeline else line


def _same(before: Line, line: Line) -> bool:
    return before.pipeline == line.pipeline and before.result == line.result


def _running(pipelines: tuple[Pipeline, ...]) -> dict[str, int]:
    running: dict[str, int] = {}
    for pipeline in pipelines:
        if pipeline.status in {"running", "pending"}:
            running[pipeline.project] = running.get(pipeline.project, 0) + 1
    return running


def _watched(world: World) -> Callable[[Line], bool]:
    """Only the default branch is everybody's business; schedules run on it too. A fork is another project."""
    mains = world.document(Projects).default_branches()
    return lambda line: line.ref == mains.get(line.project)


def _tell(changes: list[tuple[Line, Line]], after: Pipelines, at: datetime, world: World) -> tuple[Effect, ...]:
    """One line for all that one look brought, however much it was."""
    if not changes:
        return ()
    short = world.document(Projects).short
    if len(changes) == 1:
        said = _one_change(*changes[0], at, short)
    else:
        red = [_name(line, short(line.project)) for line, _ in changes if line.result == "failed"]
        green = [_name(line, short(line.project)) for line, _ in changes if line.result == "success"]
        said = Announce(
            key=f"pipelines/{after.forge}/{at:%Y-%m-%dT%H:%M:%S}/{len(red)}-failed-{len(green)}-ok",
            words="irc/pipelines_changed",
            values={"red": red, "green": green, "most": MOST_NAMED},
            gist=_gist(len(red), len(green)),
            expires=at + EXPIRES,
        )
    return (said,)


def _gist(red: int, green: int) -> str:
    counts = [f"{number} {state}" for number, state in ((red, "FAIL"), (green, "ok again")) if number]
    return f"pipelines {', '.join(counts)}"


def _one_change(line: Line, before: Line, at: datetime, short: Callable[[str], str]) -> Announce:
    name = _name(line, short(line.project))
    failed = line.result == "failed"
    retried = line.pipeline == before.pipeline
    again = f"-{line.at:%Y-%m-%dT%H:%M:%S}" if retried else ""  # a pipeline may fail, be mended, and fail again
    return Announce(
        key=f"pipelines/{line.key}/{line.pipeline}/{'problem' if failed else 'recovery'}{again}",
        words="irc/pipeline_problem" if failed else "irc/pipeline_recovery",
        values={
            "line": line,
            "name": name,
            "lasted": line.since - before.since,
            "retried": retried,
        },
        gist=f"FAIL {name}" if failed else f"ok again {name}",
        expires=at + EXPIRES,
    )


def _remind(known: Pipelines, at: datetime, world: World) -> Reaction[Pipelines]:
    """Name what has been red for 48 hours, in one line; a new failure elsewhere does not put this off."""
    short = world.document(Projects).short
    failing = list(filter(_watched(world), _failing(known)))
    if not failing:
        return Reaction(replace(known, reminder=None))
    red = [
        (_name(line, short(line.project)), at - line.since) for line in failing if at - line.since >= STILL_RED_EVERY
    ]
    due = (at if red else failing[0].since) + STILL_RED_EVERY
    after, timer = replace(known, reminder=due), SetTimer(name=STILL_RED, due=due)
    if not red:
        return Reaction(after, (timer,))
    line = Announce(
        key=f"pipelines/still-red/{at:%Y-%m-%d}",
        words="irc/pipelines_still_red",
        values={"red": red, "most": MOST_NAMED},
        gist=f"{len(red)} still FAIL",
        expires=at + EXPIRES,
    )
    return Reaction(after, (line, timer))


def _name(line: Line, project: str) -> str:
    return f"{project} {line.ref}" + (" (scheduled)" if line.kind == "schedule" else "")


def _failing(known: Pipelines) -> list[Line]:
    return sorted((line for line in known.lines.values() if line.result == "failed"), key=lambda line: line.since)


def list_pipelines(ask: Ask, world: World) -> Answer:
    """Answer `!pipelines`: the default branches of all projects, failing ones first; or one project's lines."""
    known, projects = world.document(Pipelines), world.document(Projects)
    note = age_note(world, known.forge, known.seen)
    wanted = ask.args.get("project")
    if wanted is None:
        mine = list(filter(_watched(world), known.lines.values()))
    else:
        project = projects.find(wanted)
        if project is None:
            return no_project(wanted, projects)
        mine = [line for line in known.lines.values() if line.project == project.path]
    mine.sort(key=lambda line: (line.result != "failed", -line.at.timestamp()))
    rows = [(_name(line, projects.short(line.project)), line) for line in mine[:MOST_NAMED]]
    more = mine[MOST_NAMED:]
    values = {
        "rows": rows,
        "more": len(more),
        "more_red": sum(line.result == "failed" for line in more),
        "at": world.at,
        "note": note,
        "seen": known.seen,
        "running": sum(known.running.values()),
        "wanted": wanted,
        "site": world.team.site,
    }
    return Answer(words="irc/pipelines", values=values)


pipelines = Feature(
    name="pipelines",
    document=Pipelines,
    react=react,
    commands=(
        Command(
            name="pipelines",
            help="the last result of each project's default branch and schedules; with a project, of all its branches",
            params=(Param(name="project", optional=True),),
            answer=list_pipelines,
            aliases=("pipeline", "ci"),
            examples=("!pipelines", "!pipelines debian-cloud-images"),
        ),
    ),
)
