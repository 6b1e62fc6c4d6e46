"""How news about pipelines is announced: keys that are unique for ever, words, and what it folds with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce
from cloudbot.features.ci.acknowledged import Ack, known_failure
from cloudbot.features.projects import Projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.engine import World
    from cloudbot.features.ci.lines import Line, News
    from cloudbot.features.ci.under_way import UnderWay

EXPIRES = timedelta(hours=12)
MOST_NAMED = 4
GISTS = {
    "problem": "FAIL {}",
    "recovery": "ok again {}",
    "flaky": "ok when tried again {}",
    "worse": "worse {}",
    "better": "better {}",
    None: "{} ended",
}


def named(line: Line, projects: Projects) -> str:
    """Write a line of history as people do: `debian-cloud-images master (scheduled)`."""
    kind, _, schedule = line.kind.partition(":")
    note = {"schedule": f" ({schedule or 'scheduled'})", "tag": " (tag)"}.get(kind, "")
    number = line.ref.removeprefix("refs/merge-requests/").partition("/")[0]
    ref = f"!{number}" if line.ref.startswith("refs/merge-requests/") else line.ref
    return f"{projects.short(line.project)} {ref}{note}"


def ack_of(line: Line, world: World) -> Ack | None:
    """Return why a failing line is known to fail so, if somebody said it."""
    return known_failure(world, named(line, world.document(Projects)), signature(line)) if line.failed else None


def is_acked(line: Line, world: World) -> bool:
    """Whether a line fails in a way that the team knows of."""
    return ack_of(line, world) is not None


def is_known(news: News | None, line: Line, world: World) -> bool:
    """Whether a piece of news is none for the team: the failure that somebody acknowledged."""
    return news in {"problem", "worse", "better"} and is_acked(line, world)


def signature(line: Line) -> str:
    """Tell one failure of a line from another: the jobs that broke, and how."""
    return ", ".join(sorted(line.broken))


def tell(news: News | None, line: Line, before: Line | None, *, main: bool, world: World) -> Announce:
    """Announce what became of a line; without news, that a pipeline of it ended."""
    name = named(line, world.document(Projects))
    retried = before is not None and line.pipeline == before.pipeline
    again = f"-{world.at.isoformat()}" if retried else ""  # a pipeline may fail, be mended, and fail again
    return Announce(
        key=f"pipelines/{line.key}/{line.pipeline}/{news or 'finished'}{again}",
        words=f"irc/pipeline_{news or 'finished'}",
        values={
            "line": line,
            "name": name,
            "lasted": None if before is None else line.since - before.since,
            "known": None if before is None else before.broken,
        },
        gist=GISTS[news].format(name),
        expires=world.at + EXPIRES,
        event=news or "finished",
        about=f"pipelines/{line.key}" if news else f"finished/{line.key}",
        noun="pipeline",
        name=name,
        cause=line.cause if line.failed else "",
        project=line.project,
        ref=line.ref,
        kind=line.kind,
        main=main,
    )


def still_red(lines: Sequence[Line], world: World) -> Announce:
    """Remind of what has been red for long."""
    projects = world.document(Projects)
    return Announce(
        key=f"pipelines/still-red/{world.at:%Y-%m-%d}",
        words="irc/pipelines_still_red",
        values={"red": [(named(line, projects), world.at - line.since) for line in lines], "most": MOST_NAMED},
        gist=f"{len(lines)} still FAIL",
        expires=world.at + EXPIRES,
        event="still",
        about="pipelines/still-red",
    )


def stuck(number: int, one: UnderWay, world: World) -> Announce:
    """Say that a pipeline waits for a runner."""
    name = f"{world.document(Projects).short(one.project)} {one.ref}"
    return Announce(
        key=f"pipelines/{one.project}/{number}/stuck",
        words="irc/pipeline_stuck",
        values={"name": name, "length": world.at - one.since, "url": one.url},
        gist=f"{name} waits for a runner",
        expires=world.at + EXPIRES,
        event="stuck",
        about=f"stuck/{one.project}/{one.ref}",
        noun="pipeline",
        name=name,
        project=one.project,
        ref=one.ref,
    )
