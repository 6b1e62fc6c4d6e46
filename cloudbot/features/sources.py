"""Whether what we know is fresh: which source does not answer, since when, and why.

People are told once when it lasts, and once when it is over. What only the operator can mend (a token that ended) goes
to the operator at once. Nothing else may be concluded from a source that is away: never `all is well`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import Field

from cloudbot.core.effects import Announce, CancelTimer, Effect, SetTimer, TellOperator
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import AwayReason, Fact, LookFailed, LookSucceeded, TimerFired
from cloudbot.core.settings import Table
from cloudbot.core.times import span

TIMER = "sources/away/"
OPERATORS_BUSINESS = frozenset({"unauthorised", "forbidden"})


class Settings(Table):
    """When an outage is worth a line."""

    patience_minutes: int = Field(
        default=15,
        ge=1,
        description="Minutes a source must be away before the channel is told, once.",
    )
    stale_minutes: int = Field(
        default=30,
        ge=1,
        description="Figures older than this carry their age in every answer.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A source that cannot be read."""

    since: datetime
    reason: AwayReason
    detail: str
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The sources that are away, and when each that ever answered did so last."""

    away: dict[str, Away] = field(default_factory=dict)
    answered: dict[str, datetime] = field(default_factory=dict)


def react(told: Sources, fact: Fact, world: World) -> Reaction[Sources]:
    """Keep the list; set a timer when a source goes away and speak when it fires."""
    match fact:
        case LookFailed():
            return _went_away(told, fact, world)
        case LookSucceeded():
            return _came_back(told, fact)
        case TimerFired() if fact.name.startswith(TIMER):
            return _still_away(told, fact.name.removeprefix(TIMER), fact.at)
        case _:
            return Reaction(told)


def _went_away(told: Sources, fact: LookFailed, world: World) -> Reaction[Sources]:
    before = told.away.get(fact.source)
    since = before.since if before else fact.at
    away = Away(since=since, reason=fact.reason, detail=fact.detail, told=before is not None and before.told)
    effects: list[Effect] = []
    if before is None:
        patience = timedelta(minutes=world.setting(Settings).patience_minutes)
        effects.append(SetTimer(name=TIMER + fact.source, due=fact.at + patience))
    if fact.reason in OPERATORS_BUSINESS:
        key = f"sources/{fact.source}/{since:%Y-%m-%d}/{fact.reason}"
        values = {"source": fact.source, "reason": fact.reason, "detail": fact.detail}
        effects.append(TellOperator(key=key, words="operator_source", values=values))
    return Reaction(replace(told, away={**told.away, fact.source: away}), tuple(effects))


def _came_back(told: Sources, fact: LookSucceeded) -> Reaction[Sources]:
    answered = {**told.answered, fact.source: fact.at}
    before = told.away.get(fact.source)
    if before is None:
        return Reaction(replace(told, answered=answered))
    rest = {source: away for source, away in told.away.items() if source != fact.source}
    effects: list[Effect] = [CancelTimer(name=TIMER + fact.source)]
    if before.told:
        effects.append(
            Announce(
                key=f"sources/{fact.source}/{before.since.isoformat()}/back",
                words="irc/source_back",
                values={"source": fact.source, "length": fact.at - before.since},
                gist=f"{fact.source} answers again",
                event="outage",
                about=f"sources/{fact.source}",
            )
        )
    return Reaction(Sources(away=rest, answered=answered), tuple(effects))


def _still_away(told: Sources, source: str, at: datetime) -> Reaction[Sources]:
    away = told.away.get(source)
    if away is None or away.told:
        return Reaction(told)
    line = Announce(
        key=f"sources/{source}/{away.since.isoformat()}/away",
        words="irc/source_away",
        values={"source": source, "length": at - away.since, "detail": away.detail},
        gist=f"{source} does not answer",
        event="outage",
        about=f"sources/{source}",
        expires=at + timedelta(hours=1),
    )
    return Reaction(replace(told, away={**told.away, source: replace(away, told=True)}), (line,))


def age_note(world: World, source: str, seen: datetime | None) -> str:
    """Say how old a figure is, where that matters: empty while it is fresh, ` (read 41 min ago)` else."""
    if seen is None:
        return ""
    age = world.age(source, seen)
    away = world.document(Sources).away.get(source)
    if away is not None:
        return f" ({source} does not answer since {span(world.at - away.since)}; read {span(age or timedelta())} ago)"
    stale = timedelta(minutes=world.setting(Settings).stale_minutes)
    return f" (read {span(age)} ago)" if age is not None and age > stale else ""


sources = Feature(name="sources", document=Sources, react=react, settings=Settings)
