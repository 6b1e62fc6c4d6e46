"""What is known of meetings besides those in memory: by default what the state remembers, with records all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cloudbot.core.engine import World
from cloudbot.features.meetings.document import Meetings, Past
from cloudbot.features.meetings.searching import Search, in_memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A meeting that is planned."""

    title: str
    at: datetime
    channel: str


def remembered(world: World) -> tuple[Past, ...]:
    """Return the meetings that the state remembers, oldest first."""
    return world.document(Meetings).past


def none_planned(_world: World) -> tuple[Coming, ...]:
    """Without records nothing is planned."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where answers about meetings come from."""

    search: Search = in_memory
    past: Callable[[World], tuple[Past, ...]] = remembered
    "the meetings that ended, oldest first"
    coming: Callable[[World], tuple[Coming, ...]] = none_planned
    "the next one of each series, the nearest first"
