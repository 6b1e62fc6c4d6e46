"""Which areas are to be measured from git now: those with paths in projects we know, not measured for a day. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.facts import PathCommitsSeen
from cloudbot.core.forge import Project
from cloudbot.core.records.area_paths import parted
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.work import Area
from cloudbot.features.projects import Projects
from cloudbot.features.records.areas import Measured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.engine import World
    from cloudbot.core.forge import Commit

AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One area to be measured: its paths by project, and from which instant on."""

    area: str
    places: tuple[tuple[Project, str], ...]
    since: datetime


def due(world: World) -> tuple[Wanted, ...]:
    """Decide which areas are to be measured at the instant of the world.

    An area with a path in a project that is not known, or without a project, is left out: a part of it is no measure.
    """
    if world.records is None:
        return ()
    view, known, measured = world.records.at(world.at), world.document(Projects), world.document(Measured)
    days = timedelta(days=view.policy(PolicyActivity).evidence_days)
    since = datetime.combine(view.on - days, time(), UTC)
    found = []
    for one in view.all(Area):
        last = measured.areas.get(one.id)
        places = _places(one.record, known)
        if places and (last is None or world.at - last.at >= AGAIN):
            found.append(Wanted(area=one.id, places=places, since=since))
    return tuple(found)


def _places(area: Area, known: Projects) -> tuple[tuple[Project, str], ...]:
    named = [parted(text) for text in area.paths]
    places = [(known.find(name) if name else None, path) for name, path in named]
    whole = tuple((project, path) for project, path in places if project is not None)
    return whole if len(whole) == len(named) else ()


def measured(wanted: Wanted, commits: Iterable[Commit], at: datetime) -> PathCommitsSeen:
    """Count the commits of each author, and forget who the authors are."""
    authors = Counter(one.author for one in commits)
    counts = tuple(count for _, count in authors.most_common())
    return PathCommitsSeen(at=at, area=wanted.area, since=wanted.since, counts=counts)
