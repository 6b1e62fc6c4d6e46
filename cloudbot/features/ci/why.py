"""`!why`: what failed and how, when it was last good, and what changed since. It keeps nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.features.ci.acknowledged import known_failure
from cloudbot.features.ci.builds import Builds, named
from cloudbot.features.ci.commits import Commits, Landed
from cloudbot.features.ci.news import ack_of
from cloudbot.features.ci.news import named as line_name
from cloudbot.features.ci.pipelines import Pipelines, main_lines
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.projects import Projects
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.facts import Fact
    from cloudbot.features.ci.cells import Cell
    from cloudbot.features.ci.lines import Line

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Nothing:
    """The question has no document of its own."""


def react(nothing: Nothing, _fact: Fact, _world: World) -> Reaction[Nothing]:
    """React to nothing."""
    return Reaction(nothing)


def why(ask: Ask, world: World) -> Answer:
    """Answer `!why BUILD` or `!why PROJECT [REF]`; without a word, about the one thing that fails."""
    text = ask.args.get("what", "")
    if world.records is not None:
        from cloudbot.features.records.findings import explain, is_finding  # noqa: PLC0415 - only a bot with records has it

        if is_finding(text):
            return explain(text, world)
    cells, lines = asked(text, world)
    if len(cells) > 1:
        cells = [cell for cell in cells if cell.failed] or cells
    if len(cells) == 1:
        return _of_build(cells[0], world)
    if not cells and len(lines) == 1:
        return _of_line(lines[0], world)
    names = [cell.name for cell in cells] or [line_name(line, world.document(Projects)) for line in lines]
    return Answer(words="irc/why_which", values={"wanted": text, "names": names, "known": failing(world)})


def asked(text: str, world: World) -> tuple[list[Cell], list[Line]]:
    """Return the builds and lines of history that are meant; without a word, those that fail."""
    if text:
        return named(text, world), _lines(text, world)
    cells = sorted((one for one in world.document(Builds).cells.values() if one.failed), key=lambda one: one.name)
    return cells, [line for line in main_lines(world) if line.failed]


def _lines(text: str, world: World) -> list[Line]:
    """Find lines of history by project and, where it is named, ref; a project alone means its main lines."""
    words = text.split()
    project = world.document(Projects).find(words[0])
    if project is None:
        return []
    mine = [line for line in world.document(Pipelines).lines.values() if line.project == project.path]
    if len(words) > 1:
        return [line for line in mine if line.ref == words[1]]
    main = [line for line in main_lines(world) if line.project == project.path]
    return [line for line in main if line.failed] or main[:1]


def failing(world: World) -> list[str]:
    """Name everything that fails now."""
    cells, lines = asked("", world)
    return [cell.name for cell in cells] + [line_name(line, world.document(Projects)) for line in lines]


def _of_build(cell: Cell, world: World) -> Answer:
    values = {
        "cell": cell,
        "ack": known_failure(world, cell.name, cell.signature),
        "at": world.at,
        "note": age_note(world, world.document(Builds).forge, world.document(Builds).seen),
        **_changed(cell.project, cell.good_made, cell.bad_made, world),
    }
    return Answer(words="irc/why_build", values=values)


def _of_line(line: Line, world: World) -> Answer:
    values = {
        "line": line,
        "name": line_name(line, world.document(Projects)),
        "ack": ack_of(line, world),
        "at": world.at,
        "note": age_note(world, world.document(Pipelines).forge, world.document(Pipelines).seen),
        **_changed(line.project, line.good_at, line.since, world),
    }
    return Answer(words="irc/why_line", values=values)


def _changed(project: str, good: datetime | None, bad: datetime | None, world: World) -> dict[str, object]:
    """Say what landed between the last good pipeline and the first bad: merge requests, else commits by title.

    The number of commits is None where it is not known.
    """
    landed: tuple[Landed, ...] | None = None
    merged: list[str] = []
    if good is not None and bad is not None:
        landed = world.document(Commits).between(project, good, bad)
        merged = [
            f'!{one.iid} "{one.title}"'
            for one in reversed(world.document(MergeRequests).ended)
            if one.project == project and one.merged_at is not None and good < one.merged_at <= bad
        ]
    titles = [one.title for one in reversed(landed or ()) if one.title]
    return {"merged": merged, "commits": None if landed is None else len(landed), "titles": titles, "most": MOST_NAMED}


why_feature = Feature(
    name="why",
    document=Nothing,
    react=react,
    commands=(
        Command(
            name="why",
            help="why a build or a project's pipeline fails, when it was last good, and what landed since; or what a "
            "finding in the records means",
            params=(Param(name="what", kind="rest", optional=True),),
            answer=why,
            examples=("!why", "!why ec2 sid arm64", "!why debian-cloud-images", "!why B-SINGLE:publish"),
        ),
    ),
)
