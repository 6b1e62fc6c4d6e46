"""What is known of meetings besides those in memory: by default what the state remembers, with records all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cloudbot.core.engine import World
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import Meetings, Past
from cloudbot.features.meetings.settings import Settings

Prepare = Callable[[World, Venue], Prepared]
"""What says what is known of a meeting that is about to begin in a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A meeting that is planned."""

    title: str
    at: datetime
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One item of some minutes."""

    at: datetime
    text: str
    url: str = ""
    "its line of the log, or the minutes; empty where nothing is published"


Search = Callable[[World, str], tuple[Found, ...]]
"""What is searched: the words as they were typed, with any blanks between."""


def unprepared(world: World, venue: Venue) -> Prepared:
    """Say what is known of a meeting where there are no records: the defaults."""
    del venue
    settings = world.setting(Settings)
    return Prepared(rules=Rules(takeover=settings.takeover), idle=settings.idle)


def remembered(world: World) -> tuple[Past, ...]:
    """Return the meetings that the state remembers, oldest first."""
    return world.document(Meetings).past


def none_planned(_world: World) -> tuple[Coming, ...]:
    """Without records nothing is planned."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where answers about meetings come from."""

    search: Search
    past: Callable[[World], tuple[Past, ...]] = remembered
    "the meetings that ended, oldest first"
    coming: Callable[[World], tuple[Coming, ...]] = none_planned
    "the next one of each series, the nearest first"
