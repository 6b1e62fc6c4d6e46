"""`!status`: the whole state in one line, from the documents of the other features. It keeps nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.features.ci.builds import Builds
from cloudbot.features.ci.pipelines import Pipelines, main_lines
from cloudbot.features.freeze import Freeze, standing
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.projects import Projects
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Nothing:
    """The status has no document of its own."""


def react(nothing: Nothing, _fact: Fact, _world: World) -> Reaction[Nothing]:
    """React to nothing."""
    return Reaction(nothing)


def summary(world: World) -> dict[str, object]:
    """Collect the figures of the status line; the status page shows the same."""
    projects, known, cells = world.document(Projects), world.document(Pipelines), world.document(Builds)
    requests = world.document(MergeRequests)
    main = main_lines(world)
    red_lines = sorted((line for line in main if line.failed), key=lambda line: line.since)
    red_cells = sorted((cell for cell in cells.cells.values() if cell.failed), key=lambda cell: cell.since)
    waiting = [one for one in requests.open if not one.draft]
    return {
        "at": world.at,
        "team": world.team.name,
        "frozen": standing(world.document(Freeze), world.at),
        "seen": projects.seen,
        "projects": len([one for one in projects.known if not one.archived]),
        "pipelines_seen": known.seen is not None,
        "lines": len(main),
        "red_lines": red_lines,
        "builds_seen": cells.seen is not None,
        "cells": len(cells.cells),
        "red_cells": red_cells,
        "requests_seen": requests.seen is not None,
        "waiting": waiting,
        "drafts": len(requests.open) - len(waiting),
        "oldest": waiting[0] if waiting else None,
        "short": projects.short,
        "note": age_note(world, projects.forge, projects.seen),
        "most": MOST_NAMED,
        "site": world.team.site,
    }


def status_line(_ask: Ask, world: World) -> Answer:
    """Answer `!status`."""
    return Answer(words="irc/status", values=summary(world))


status = Feature(
    name="status",
    document=Nothing,
    react=react,
    commands=(
        Command(
            name="status",
            help="builds, pipelines and merge requests in one line",
            answer=status_line,
            examples=("!status",),
        ),
    ),
)
