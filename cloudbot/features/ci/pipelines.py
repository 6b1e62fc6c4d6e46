"""Pipelines: one state per line of history, and a word only when it changes. What is news is decided in `lines`.

A look brings every line, a hook one pipeline; both go the same way and give the same keys. What was red or green before
we first looked is learnt in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Effect, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, PipelineReported, PipelinesSeen, ProjectsSeen, TimerFired
from cloudbot.features.ci import news, under_way
from cloudbot.features.ci.lines import Line, News, compare, following, is_later, says_the_same, verdict
from cloudbot.features.ci.schedules import Schedules, several_run
from cloudbot.features.ci.under_way import UnderWay
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloudbot.core.forge import Pipeline

STILL_RED_EVERY = timedelta(hours=48)
STILL_RED = "pipelines/still-red"
FORGET = timedelta(days=60)
"""Side branches and tags are forgotten when nothing ran on them for so long."""
MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipelines:
    """Every line of history that has a result, and what is under way."""

    forge: str = ""
    seen: datetime | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    under_way: dict[str, UnderWay] = field(default_factory=dict)
    "by the pipeline's number"
    reminder: datetime | None = None
    "when it will be asked what is still red; None while nothing is"
    paths: dict[str, str] = field(default_factory=dict)
    "the path of each project by its number, to follow a rename"
    settled: tuple[str, ...] = ()
    "projects that were in the last whole look: what is first seen of them later is news"
    stuck: tuple[int, ...] = ()
    "pipelines of which it was told that they wait for a runner"
    missing: tuple[str, ...] = ()
    "projects that could not be read by the last look: what is said of them is from before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One piece of news, with the line before and after."""

    news: News | None
    "None: a pipeline ended, and nothing changed by it"
    line: Line
    before: Line | None


def react(known: Pipelines, fact: Fact, world: World) -> Reaction[Pipelines]:
    """Compare what is seen or reported with what is known, or remind of what stays red or stuck."""
    match fact:
        case ProjectsSeen():
            return Reaction(_moved(known, fact))
        case PipelinesSeen():
            return _looked(known, fact, world)
        case PipelineReported():
            return _reported(known, fact, world)
        case TimerFired(name=name) if name == STILL_RED:
            return _remind(known, fact.at, world)
        case TimerFired(name=name) if name == under_way.STUCK:
            return _ask_for_stuck(known, fact.at, world)
        case _:
            return Reaction(known)


def whereabouts(known: Pipelines, fact: ProjectsSeen, projects: Iterable[str]) -> dict[str, str]:
    """Return where each of some projects is now; those that are gone are left out.

    One that was made anew under the path of another is not that other: it begins anew.
    """
    paths = {str(project.id): project.path for project in fact.projects}
    renamed = {old: paths[number] for number, old in known.paths.items() if number in paths}
    strangers = set(paths.values()) - set(renamed.values())
    now = {project: renamed.get(project, project) for project in projects}
    return {
        old: path
        for old, path in now.items()
        if path in paths.values() and not (known.paths and old in strangers and path == old)
    }


def _moved(known: Pipelines, fact: ProjectsSeen) -> Pipelines:
    """Follow renames, and forget the projects that are gone."""
    paths = {str(project.id): project.path for project in fact.projects}
    homes = whereabouts(known, fact, {line.project for line in known.lines.values()})
    moved = [replace(line, project=homes[line.project]) for line in known.lines.values() if line.project in homes]
    renamed = {old: paths[number] for number, old in known.paths.items() if number in paths}
    settled = tuple(sorted({renamed.get(path, path) for path in known.settled} & set(renamed.values())))
    return replace(known, lines={line.key: line for line in moved}, paths=paths, settled=settled)


def _looked(known: Pipelines, fact: PipelinesSeen, world: World) -> Reaction[Pipelines]:
    if known.seen is not None and fact.at < known.seen:
        return Reaction(known)  # a parked look that was sent back: a newer one is known
    lines, changes = _compared(known, fact.pipelines, world, silent=lambda line: line.project not in known.settled)
    shown = {one.line for one in fact.pipelines}
    lines = {
        key: line
        for key, line in lines.items()
        if fact.at - line.at < FORGET or (line.project, line.ref, line.kind) in shown
    }
    projects = {project.path for project in world.document(Projects).known}
    after = replace(
        known,
        forge=fact.forge,
        seen=fact.at,
        lines=lines,
        under_way=under_way.among(fact.pipelines),
        settled=tuple(sorted(projects - set(fact.missing))),
        missing=fact.missing,
    )
    return _told(after, changes, fact.at, world)


def _reported(known: Pipelines, fact: PipelineReported, world: World) -> Reaction[Pipelines]:
    """Take one pipeline of a hook: it happens now, so also the first of a line is news."""
    lines, changes = _compared(known, (fact.pipeline,), world, silent=lambda _: False)
    before = known.lines.get("/".join(fact.pipeline.line))
    after = replace(
        known,
        forge=known.forge or fact.forge,
        lines=lines,
        under_way=under_way.with_one(known.under_way, fact.pipeline, before),
    )
    main = {fact.project.path: fact.project.default_branch}
    return _told(after, changes, fact.at, world, main)


def steps(
    known: Pipelines,
    pipelines: Iterable[Pipeline],
    world: World,
) -> Iterator[tuple[Line | None, Line]]:
    """Yield each result that is later than what was known of its line, with that, oldest pipeline first."""
    lines: dict[str, Line] = {}
    schedules = world.document(Schedules)
    for pipeline in sorted(pipelines, key=lambda one: one.id):
        line = None if several_run(schedules, pipeline) else verdict(pipeline)
        before = None if line is None else lines.get(line.key, known.lines.get(line.key))
        if line is not None and is_later(before, line):
            lines[line.key] = following(before, line)
            yield before, lines[line.key]


def _compared(
    known: Pipelines,
    pipelines: Iterable[Pipeline],
    world: World,
    silent: Callable[[Line], bool],
) -> tuple[dict[str, Line], list[Change]]:
    """Bring every line up to date; one line's several pipelines of one look are one change, from first to last."""
    lines, touched = dict(known.lines), set()
    for was, line in steps(known, pipelines, world):
        lines[line.key] = line
        if not says_the_same(was, line):
            touched.add(line.key)
    changes = []
    for key in sorted(touched):
        before, line = known.lines.get(key), lines[key]
        if before is not None or not silent(line):
            changes.append(Change(news=compare(before, line), line=line, before=before))
    return lines, changes


def _told(
    after: Pipelines,
    changes: list[Change],
    at: datetime,
    world: World,
    more_mains: dict[str, str | None] | None = None,
) -> Reaction[Pipelines]:
    mains = {**(more_mains or {}), **world.document(Projects).default_branches()}
    effects: list[Effect] = [
        news.tell(change.news, change.line, change.before, main=is_main(change.line, mains), world=world)
        for change in changes
        if not news.is_known(change.news, change.line, world)
    ]
    effects += under_way.timer(after.under_way, after.stuck, mains)
    waits = after.reminder is not None and after.reminder > at
    if waits or not any(is_main(line, mains) for line in failing(after)):
        return Reaction(after, tuple(effects))
    due = at + STILL_RED_EVERY
    return Reaction(replace(after, reminder=due), (*effects, SetTimer(name=STILL_RED, due=due)))


def is_main(line: Line, mains: dict[str, str | None]) -> bool:
    """Whether a line is everybody's business: the default branch, and the schedules that run on it."""
    return line.ref == mains.get(line.project) and line.kind.partition(":")[0] in {"push", "schedule"}


def main_lines(world: World) -> list[Line]:
    """Return the lines that are everybody's business."""
    mains = world.document(Projects).default_branches()
    return [line for line in world.document(Pipelines).lines.values() if is_main(line, mains)]


def failing(known: Pipelines) -> list[Line]:
    """Return the failing lines, longest first."""
    return sorted((line for line in known.lines.values() if line.failed), key=lambda line: line.since)


def _remind(known: Pipelines, at: datetime, world: World) -> Reaction[Pipelines]:
    """Name what has been red for 48 hours, in one line; a new failure elsewhere does not put this off."""
    mains = world.document(Projects).default_branches()
    red = [line for line in failing(known) if is_main(line, mains)]
    if not red:
        return Reaction(replace(known, reminder=None))
    old = [line for line in red if at - line.since >= STILL_RED_EVERY and not news.is_acked(line, world)]
    due = (at if at - red[0].since >= STILL_RED_EVERY else red[0].since) + STILL_RED_EVERY
    after, timer = replace(known, reminder=due), SetTimer(name=STILL_RED, due=due)
    return Reaction(after, (news.still_red(old, world), timer) if old else (timer,))


def _ask_for_stuck(known: Pipelines, at: datetime, world: World) -> Reaction[Pipelines]:
    mains = world.document(Projects).default_branches()
    stuck = under_way.stuck(known.under_way, known.stuck, mains, at)
    told = tuple(number for number in known.stuck if str(number) in known.under_way)
    after = replace(known, stuck=(*told, *(number for number, _ in stuck)))
    lines = tuple(news.stuck(number, one, world) for number, one in stuck)
    return Reaction(after, (*lines, *under_way.timer(after.under_way, after.stuck, mains)))


def list_pipelines(ask: Ask, world: World) -> Answer:
    """Answer `!pipelines`: the default branches of all projects, failing ones first; or one project's lines."""
    known, projects = world.document(Pipelines), world.document(Projects)
    wanted = ask.args.get("project")
    mine = main_lines(world)
    if wanted is not None:
        project = projects.find(wanted)
        if project is None:
            return no_project(wanted, projects)
        mine = [line for line in known.lines.values() if line.project == project.path]
    mine.sort(key=lambda line: (not line.failed, -line.at.timestamp()))
    more = mine[MOST_NAMED:]
    values = {
        "rows": [(news.named(line, projects), line, news.ack_of(line, world)) for line in mine[:MOST_NAMED]],
        "more": len(more),
        "more_red": sum(line.failed for line in more),
        "at": world.at,
        "note": age_note(world, known.forge, known.seen),
        "seen": known.seen or (world.at if known.lines else None),
        "running": len(known.under_way),
        "late": [one for one in world.document(Schedules).late if wanted is None or one.project == mine[0].project]
        if mine
        else [],
        "missing": [projects.short(path) for path in known.missing],
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
