"""`!since`, `!last` and `!watch`: one line of history looked back on, or its next result waited for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Effect, Say
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, PipelineReported, PipelinesSeen
from cloudbot.core.speech import Venue
from cloudbot.features.ci.builds import Builds
from cloudbot.features.ci.builds import named as cells_named
from cloudbot.features.ci.news import ack_of
from cloudbot.features.ci.news import named as line_name
from cloudbot.features.ci.pipelines import Pipelines, is_main, main_lines
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from cloudbot.features.ci.lines import Line

MOST_NAMED = 4
MOST_WAITING = 20
"""Results waited for in one venue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody wants to know how the next pipeline after `after` ends."""

    project: str
    ref: str
    after: int
    network: str
    venue: str
    nick: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The results that are waited for."""

    waiting: tuple[Waiting, ...] = ()


def react(known: Watched, fact: Fact, world: World) -> Reaction[Watched]:
    """Take a wish; answer those whose pipeline has ended."""
    match fact:
        case CommandGiven(command="watch"):
            return _take(known, fact, world)
        case PipelinesSeen() | PipelineReported() if known.waiting:
            return _ended(known, world)
        case _:
            return Reaction(known)


def _take(known: Watched, fact: CommandGiven, world: World) -> Reaction[Watched]:
    key = f"watch/{fact.venue.network}/{fact.id}"
    project = world.document(Projects).find(fact.args["project"])
    if project is None:
        answer = no_project(fact.args["project"], world.document(Projects))
        return Reaction(known, (Say(key=key, to=fact.venue, words=answer.words, values=answer.values),))
    ref = fact.args.get("ref") or project.default_branch or ""
    pipelines = world.document(Pipelines)
    ended = [line.pipeline for line in pipelines.lines.values() if (line.project, line.ref) == (project.path, ref)]
    running = [one for one in pipelines.under_way.values() if (one.project, one.ref) == (project.path, ref)]
    one = Waiting(
        project=project.path,
        ref=ref,
        after=max(ended, default=0),
        network=fact.venue.network,
        venue=fact.venue.name,
        nick=fact.nick,
        key=key,
    )
    here = [other for other in known.waiting if (other.network, other.venue) == (one.network, one.venue)]
    full = len(here) >= MOST_WAITING
    name = f"{world.document(Projects).short(project.path)} {ref}"
    values = {"name": name, "running": len(running), "full": full, "most": MOST_WAITING}
    after = known if full else replace(known, waiting=(*known.waiting, one))
    return Reaction(after, (Say(key=key, to=fact.venue, words="irc/watch_taken", values=values),))


def _ended(known: Watched, world: World) -> Reaction[Watched]:
    lines, projects = world.document(Pipelines).lines.values(), world.document(Projects)
    left: list[Waiting] = []
    effects: list[Effect] = []
    for one in known.waiting:
        done = [
            line for line in lines if (line.project, line.ref) == (one.project, one.ref) and line.pipeline > one.after
        ]
        if not done:
            left.append(one)
            continue
        line = max(done, key=lambda line: line.pipeline)
        to = Venue(one.network, one.venue)
        values = {"nick": one.nick if to.is_channel else "", "name": line_name(line, projects), "line": line}
        effects.append(Say(key=f"{one.key}/{line.pipeline}@{to}", to=to, words="irc/watch_ended", values=values))
    return Reaction(replace(known, waiting=tuple(left)), tuple(effects))


def listing(ask: Ask, world: World) -> Answer:
    """Answer `!watch list`: what is waited for here."""
    waiting = world.document(Watched).waiting
    here = [one for one in waiting if (one.network, one.venue) == (ask.venue.network, ask.venue.name)]
    short = world.document(Projects).short
    return Answer(words="irc/watch_list", values={"names": [f"{short(one.project)} {one.ref}" for one in here]})


def since(ask: Ask, world: World) -> Answer:
    """Answer `!since`: since when each failing thing fails; of a build or a project, since when it is as it is."""
    text = ask.args.get("what", "")
    projects, known = world.document(Projects), world.document(Pipelines)
    every = world.document(Builds).cells.values()
    cells = cells_named(text, world) if text else [cell for cell in every if cell.failed]
    project = projects.find(text) if text and not cells else None
    if text and not cells and project is None:
        return no_project(text, projects)
    lines = [
        line
        for line in main_lines(world)
        if (line.project == project.path if project is not None else line.failed and not text)
    ]
    rows = [(cell.name, cell.failed, cell.since) for cell in cells]
    rows += [(line_name(line, projects), line.failed, line.since) for line in lines]
    rows.sort(key=lambda row: (not row[1], row[2]))
    values = {
        "rows": rows,
        "most": MOST_NAMED,
        "at": world.at,
        "wanted": text,
        "seen": known.seen or (world.at if known.lines else None),
        "note": age_note(world, known.forge, known.seen),
    }
    return Answer(words="irc/since", values=values)


def last(ask: Ask, world: World) -> Answer:
    """Answer `!last PROJECT [REF]`: the last results of a line of history, newest last."""
    projects, known = world.document(Projects), world.document(Pipelines)
    project = projects.find(ask.args["project"])
    if project is None:
        return no_project(ask.args["project"], projects)
    mains = projects.default_branches()
    ref = ask.args.get("ref")
    mine = [line for line in known.lines.values() if line.project == project.path]
    chosen = [line for line in mine if (line.ref == ref if ref else is_main(line, mains))]
    line: Line | None = max(chosen, key=lambda one: one.pipeline, default=None)
    values = {
        "name": f"{projects.short(project.path)} {ref or project.default_branch or ''}".strip(),
        "line": line,
        "line_name": "" if line is None else line_name(line, projects),
        "ack": None if line is None else ack_of(line, world),
        "refs": sorted({one.ref for one in mine}),
        "at": world.at,
        "note": age_note(world, known.forge, known.seen),
    }
    return Answer(words="irc/last", values=values)


lookback = Feature(
    name="lookback",
    document=Watched,
    react=react,
    commands=(
        Command(
            name="since",
            help="since when what fails fails; of a build or a project, since when it is as it is",
            params=(Param(name="what", kind="rest", optional=True),),
            answer=since,
            examples=("!since", "!since sid", "!since debian-cloud-images"),
        ),
        Command(
            name="last",
            help="the last results of a project's default branch or of a ref, newest last",
            params=(Param(name="project"), Param(name="ref", optional=True)),
            answer=last,
            examples=("!last debian-cloud-images", "!last debian-cloud-images buster"),
        ),
        Command(
            name="watch",
            help="say here, once, how the next pipeline of a project's default branch or of a ref ends",
            params=(Param(name="project"), Param(name="ref", optional=True)),
            who="member",
            listing=listing,
            examples=("!watch debian-cloud-images", "!watch list"),
        ),
    ),
)
