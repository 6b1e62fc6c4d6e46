"""`!duty`: who looks after things now, in turn. The rotation is in the configuration; `!duty take` is one turn of it.

Whose turn it is follows from the date alone, so nothing is announced, nobody is highlighted unasked, and lost state
costs at most what somebody took over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Say
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven
from cloudbot.core.settings import Table
from cloudbot.core.times import parse_span

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

WEEK = 7
MONDAY = date(2024, 1, 1)


class Settings(Table):
    """Who is on duty when."""

    rotation: tuple[str, ...] = Field(default=(), description="Names of people of the team who take turns, in turn.")
    begins: date = Field(
        default=MONDAY,
        description="Day of the first turn of the first name, 00:00 UTC; with turns of weeks a Monday.",
    )
    days: int = Field(default=WEEK, ge=1, le=366, description="Days of one turn.")

    @model_validator(mode="after")
    def _weeks_begin_on_mondays(self) -> Settings:
        if self.days % WEEK == 0 and self.begins.weekday():
            monday = self.begins - timedelta(days=self.begins.weekday())
            raise ValueError(f"{self.begins:%Y-%m-%d is a %A}; turns of weeks begin on a Monday, as {monday} is one")
        return self

    def turn(self, at: datetime) -> int:
        """Return the number of the turn that an instant lies in; before `begins` it is negative."""
        return (at - self._first).days // self.days

    def starts(self, turn: int) -> datetime:
        """Return when a turn starts."""
        return self._first + turn * timedelta(days=self.days)

    def whose(self, turn: int) -> str:
        """Return whose turn it is, by a rotation without an end; empty where there is none."""
        return self.rotation[turn % len(self.rotation)] if self.rotation else ""

    @property
    def _first(self) -> datetime:
        return datetime.combine(self.begins, time(), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Somebody took duty over until an instant."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What was taken over last."""

    cover: Cover | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Who is on duty until when and who comes then; an empty name is nobody."""

    name: str
    until: datetime
    next: str
    instead: str = ""
    "whose turn it would be, where somebody else took it over"


def on_duty(world: World) -> OnDuty:
    """Decide who is on duty at the instant of the world: whoever took it over, else whose turn it is."""
    chosen, cover = world.setting(Settings), world.document(Duty).cover
    turn = chosen.turn(world.at)
    mine = chosen.whose(turn)
    if cover is None or world.at >= cover.until:
        return OnDuty(name=mine, until=chosen.starts(turn + 1), next=chosen.whose(turn + 1))
    instead = mine if mine != cover.name else ""
    return OnDuty(name=cover.name, until=cover.until, next=chosen.whose(chosen.turn(cover.until)), instead=instead)


def react(known: Duty, fact: Fact, world: World) -> Reaction[Duty]:
    """Let a person of the team take duty over."""
    if not isinstance(fact, CommandGiven) or fact.command != "duty":
        return Reaction(known)
    chosen = world.setting(Settings)
    span = fact.args.get("span", "")
    until = fact.at + parse_span(span) if span else chosen.starts(chosen.turn(fact.at) + 1)
    cover = Cover(name=fact.person or fact.nick, until=until)
    key = f"duty/{fact.venue.network}/{fact.id}"
    values = {"cover": cover, "next": chosen.whose(chosen.turn(until)), "at": fact.at}
    return Reaction(Duty(cover=cover), (Say(key=key, to=fact.venue, words="irc/duty_taken", values=values),))


def listing(_ask: Ask, world: World) -> Answer:
    """Answer `!duty`."""
    known = {person.name for person in world.team.people}
    now = on_duty(world)
    return Answer(words="irc/duty", values={"duty": now, "at": world.at, "known": known})


duty = Feature(
    name="duty",
    document=Duty,
    react=react,
    settings=Settings,
    commands=(
        Command(
            name="duty",
            help="who is on duty until when, and who is next; take it over until the end of the turn, or for a span",
            params=(Param(name="what", choices=("take",)), Param(name="span", kind="span", optional=True)),
            who="member",
            listing=listing,
            examples=("!duty", "!duty take", "!duty take 2d"),
        ),
    ),
)
