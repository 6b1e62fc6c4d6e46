"""The hour of the day at which what the records hold is looked at for something to say; every day, once.

What is told once is learnt with the day it was told, so that nothing is said again after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from cloudbot.core.effects import SetTimer
from cloudbot.core.engine import Reaction
from cloudbot.core.facts import RecordsCommitted, RecordsSeen, TimerFired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudbot.core.effects import Announce
    from cloudbot.core.engine import World
    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import View

HOUR = 8
LATEST = timedelta(hours=12)
"""How long after its hour a line of the morning may still come."""
WINDOW = timedelta(days=14)
"""How long after its day a line may still come, if the bot was away on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told once, by names that the news have."""

    due: datetime | None = None
    "when it is looked at next; None before the records were first seen"
    told: dict[str, datetime] = field(default_factory=dict)


ToldT = TypeVar("ToldT", bound=Told)


def next_morning(at: datetime) -> datetime:
    """Return the next time it is eight in the morning, UTC."""
    today = datetime.combine(at.astimezone(UTC).date(), time(HOUR), UTC)
    return today if at < today else today + timedelta(days=1)


def is_news(on: date, day: date) -> bool:
    """Whether something of a day may still be told."""
    return day <= on <= day + WINDOW


def told_once(
    known: ToldT,
    fact: Fact,
    world: World,
    timer: str,
    news: Callable[[View, datetime], Iterable[tuple[str, Announce]]],
) -> Reaction[ToldT]:
    """Begin to look when there are records, look every morning, and tell what is news and was not told yet."""
    match fact:
        case RecordsSeen() | RecordsCommitted() if world.records is not None and known.due is None:
            due = next_morning(fact.at)
            return Reaction(replace(known, due=due), (SetTimer(name=timer, due=due),))
        case TimerFired(name=name) if name == timer:
            due = next_morning(fact.at)
            lines: list[Announce] = []
            told = dict(known.told)
            if world.records is not None and fact.at - fact.due <= LATEST:
                for name, line in news(world.records.at(fact.at), fact.at):
                    if name not in told:
                        told[name] = fact.at
                        lines.append(line)
            return Reaction(replace(known, due=due, told=told), (SetTimer(name=timer, due=due), *lines))
        case _:
            return Reaction(known)
