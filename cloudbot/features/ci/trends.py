"""`!trend`: how often the main lines of history are red, and how fast they are mended.

It stands before the pipelines in the order of features: so it sees what was known before a fact, takes the steps that
the pipelines will take, and keeps no state of a line a second time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, PipelineReported, PipelinesSeen, ProjectsSeen
from cloudbot.features.ci.history import Day, History, begun, counted, is_over, last_days, red_seconds
from cloudbot.features.ci.lines import Result, says_the_same
from cloudbot.features.ci.news import named
from cloudbot.features.ci.pipelines import Pipelines, is_main, main_lines, steps, whereabouts
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.forge import Pipeline
    from cloudbot.features.ci.lines import Line

WINDOW = 30
"""Days of which the red ones are counted."""
SHOWN = 14
"""Days that are drawn."""
MOST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """The history of every main line, by its key."""

    lines: dict[str, History] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One line of history, looked back on from an instant."""

    name: str
    project: str
    ref: str
    kind: str
    result: Result
    since: datetime
    known_days: int
    "of the last thirty, with today"
    red_days: int
    "of those, on which it was red at any time"
    red: timedelta
    "in all, of those days"
    recoveries: int
    "in ninety days, of red times whose begin was seen"
    to_green: timedelta | None
    "the median of the recoveries"
    letters: str
    "a letter for each of the last fourteen days, newest last"
    days: dict[str, Day]


def react(known: Trends, fact: Fact, world: World) -> Reaction[Trends]:
    """Count what a fact changes; follow renames, forget projects that are gone."""
    before = world.document(Pipelines)
    mains = world.document(Projects).default_branches()
    match fact:
        case ProjectsSeen():
            return Reaction(_moved(known, before, fact))
        case PipelinesSeen() if before.seen is None or fact.at >= before.seen:
            after = _counted(known, before, fact.pipelines, mains, world)
            return Reaction(_pruned(after, before, fact.at))
        case PipelineReported():
            mains = {fact.project.path: fact.project.default_branch, **mains}
            return Reaction(_counted(known, before, (fact.pipeline,), mains, world))
        case _:
            return Reaction(known)


def _counted(
    known: Trends,
    before: Pipelines,
    pipelines: Iterable[Pipeline],
    mains: dict[str, str | None],
    world: World,
) -> Trends:
    lines = dict(known.lines)
    for was, line in steps(before, pipelines, world):
        if is_main(line, mains) and not says_the_same(was, line):
            lines[line.key] = counted(lines.get(line.key), was, line)
    return Trends(lines=lines)


def _moved(known: Trends, before: Pipelines, fact: ProjectsSeen) -> Trends:
    homes = whereabouts(before, fact, {one.project for one in known.lines.values()})
    moved = [replace(one, project=homes[one.project]) for one in known.lines.values() if one.project in homes]
    return Trends(lines={one.key: one for one in moved})


def _pruned(known: Trends, pipelines: Pipelines, at: datetime) -> Trends:
    kept = {key: one for key, one in known.lines.items() if key in pipelines.lines or not is_over(one, at)}
    return Trends(lines=kept)


def trend_of(line: Line, world: World) -> Trend:
    """Look back on one line; while it is red, the time since counts up to now."""
    history = world.document(Trends).lines.get(line.key) or begun(line)
    days = dict(history.days)
    for name, seconds in (red_seconds(line.since, world.at) if line.failed else {}).items():
        day = days.get(name, Day())
        days[name] = day._replace(red_seconds=day.red_seconds + seconds)
    window = [days.get(f"{day}", Day()).red_seconds for day in last_days(world.at, WINDOW)]
    taken = sorted(one.seconds for one in history.recoveries)
    return Trend(
        name=named(line, world.document(Projects)),
        project=line.project,
        ref=line.ref,
        kind=line.kind,
        result=line.result,
        since=line.since,
        known_days=max(1, min(WINDOW, (world.at.date() - history.known_since.date()).days + 1)),
        red_days=sum(seconds > 0 for seconds in window),
        red=timedelta(seconds=sum(window)),
        recoveries=len(taken),
        to_green=_median(taken),
        letters="".join(days.get(f"{day}", Day()).letter for day in last_days(world.at, SHOWN)),
        days=dict(sorted(days.items())),
    )


def _median(seconds: list[int]) -> timedelta | None:
    if not seconds:
        return None
    middle = len(seconds) // 2
    return timedelta(seconds=(seconds[middle] + seconds[~middle]) / 2)


def look_back(ask: Ask, world: World) -> Answer:
    """Answer `!trend`: one project's main lines, or which lines of the team are red most."""
    known, projects = world.document(Pipelines), world.document(Projects)
    wanted = ask.args.get("project")
    note = age_note(world, known.forge, known.seen)
    if wanted is None:
        return Answer(words="irc/trend", values={**_of_the_team(world), "seen": known.seen, "note": note})
    project = projects.find(wanted)
    if project is None:
        return no_project(wanted, projects)
    lines = sorted(
        (line for line in main_lines(world) if line.project == project.path),
        key=lambda line: (line.kind != "push", not line.failed, line.kind),
    )
    trends = [trend_of(line, world) for line in lines[:MOST_LINES]]
    values = {
        "seen": known.seen,
        "name": projects.short(project.path),
        "trends": trends,
        "more": len(lines) - len(trends),
        "note": note,
    }
    return Answer(words="irc/trend_project", values=values)


def _of_the_team(world: World) -> dict[str, object]:
    every = [trend_of(line, world) for line in main_lines(world)]
    worst = sorted((one for one in every if one.red_days), key=lambda one: (-one.red_days, -one.red, one.name))
    return {
        "lines": len(every),
        "now": sum(one.result == "failed" for one in every),
        "worst": worst,
        "most": MOST_LINES,
    }


trends = Feature(
    name="trends",
    document=Trends,
    react=react,
    commands=(
        Command(
            name="trend",
            help="days red of the last 30, time to green, 14 days drawn; without a project, the lines red most",
            params=(Param(name="project", optional=True),),
            answer=look_back,
            examples=("!trend", "!trend debian-cloud-images"),
        ),
    ),
)
