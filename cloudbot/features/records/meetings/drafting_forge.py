"""What the forge's state asks a meeting: what is red, what did not run, which merge requests wait.

What is known of already says by whom. Nothing is concluded from a source that is away: then the lines say how old they
are, and an item without any says so too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.times import near_stamp, span
from cloudbot.features.ci import news
from cloudbot.features.ci.acknowledged import known_failure
from cloudbot.features.ci.builds import Builds
from cloudbot.features.ci.pipelines import Pipelines, main_lines
from cloudbot.features.ci.schedules import Schedules
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.merge_requests.nudges import Nudges, waiting_long
from cloudbot.features.projects import Projects
from cloudbot.features.sources import Sources, age_note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cloudbot.core.engine import World
    from cloudbot.features.ci.acknowledged import Ack
    from cloudbot.features.merge_requests.nudges import Overdue

OLD = timedelta(days=1)
"""From this age on, it is worth a line that nothing is known to be broken only as of then."""


def broken(world: World) -> tuple[str, ...]:
    """Say what is red on the default branches, longest first, and which schedules did not run."""
    lines = (*_builds(world), *_pipelines(world), *_schedules(world))
    known = world.document(Pipelines)
    return (*lines, *_age(world, known.forge, known.seen, some=bool(lines)))


def _builds(world: World) -> Iterator[str]:
    red = [cell for cell in world.document(Builds).cells.values() if cell.failed]
    for cell in sorted(red, key=lambda one: (one.since, one.name)):
        ack = known_failure(world, cell.name, cell.signature)
        reason = cell.error or cell.reason or cell.stage
        yield _line(f"{cell.name} fails", reason, _since(world, cell.since), _whose(ack), cell.url)


def _pipelines(world: World) -> Iterator[str]:
    projects = world.document(Projects)
    red = [line for line in main_lines(world) if line.failed]
    for line in sorted(red, key=lambda one: (one.since, one.key)):
        broke = ", ".join(line.broken[:2]) + (f" and {len(line.broken) - 2} more" if line.broken[2:] else "")
        whose = _whose(news.ack_of(line, world))
        yield _line(f"{news.named(line, projects)} fails", broke, _since(world, line.since), whose, line.url)


def _schedules(world: World) -> Iterator[str]:
    projects = world.document(Projects)
    for one in sorted(world.document(Schedules).late, key=lambda late: (str(late.next_run_at), late.id)):
        name = f"{projects.short(one.project)} {one.description or one.ref}"
        yield _line(f"{name} did not run", _since(world, one.next_run_at) if one.next_run_at else "")


def waiting(world: World) -> tuple[str, ...]:
    """Say which merge requests have waited for long, for whom, the longest first."""
    requests = world.document(MergeRequests)
    late = waiting_long(world.document(Nudges), world.at, world)
    lines = [_request(each, world) for each in late]
    return (*lines, *_age(world, requests.forge, requests.seen, some=bool(lines)))


def _request(each: Overdue, world: World) -> str:
    project = world.document(Projects).short(each.one.project)
    by = f"by {each.one.author}" if each.one.author else ""
    return _line(
        f'{project} !{each.one.iid} "{each.one.title}"', each.label, _since(world, each.since), by, each.one.url
    )


def _whose(ack: Ack | None) -> str:
    return "" if ack is None else f"known to {ack.by}: {ack.reason}"


def _since(world: World, since: datetime) -> str:
    return f"since {near_stamp(since, world.at)}, {span(max(world.at - since, timedelta()))}"


def _line(what: str, *more: str) -> str:
    """Put a line together: what it is, then what is known of it; a link stands at the end by itself."""
    parts = [part for part in more if part]
    link = parts.pop() if parts and parts[-1].startswith("http") else ""
    return f"{'; '.join((what, *parts))}{f' {link}' if link else ''}"


def _age(world: World, source: str, seen: datetime | None, *, some: bool) -> tuple[str, ...]:
    """Say how old the lines are, where they are; with none, only if the source is away or was not read for a day."""
    note = age_note(world, source, seen).strip(" ()")
    age = world.age(source, seen)
    quiet = source not in world.document(Sources).away and (age is None or age < OLD)
    if not note or (not some and quiet):
        return ()
    return (f"as far as is known: {note}",) if some else (f"nothing is known to be so: {note}",)
