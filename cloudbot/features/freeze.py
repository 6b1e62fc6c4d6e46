"""`!freeze TEXT [for SPAN]`: the team's state line, as a tree that is closed: a point release comes, nothing is merged.

It is told once when it begins and once when it is over, leads `!status` while it lasts, and ends by itself: a freeze
that somebody forgot is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Announce, CancelTimer, Effect, Say, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, TimerFired
from cloudbot.core.times import part_span

TIMER = "freeze/end"
HOLDS = timedelta(days=7)
LONGEST = timedelta(days=180)
EXPIRES = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What the team said of its state, by whom, and until when it holds."""

    text: str
    by: str
    since: datetime
    until: datetime
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """The freeze that was said last and not ended, if there is one."""

    frozen: Frozen | None = None


def react(known: Freeze, fact: Fact, world: World) -> Reaction[Freeze]:
    """Begin a freeze or end it, by word or by time."""
    match fact:
        case CommandGiven(command="freeze"):
            return _begin(known, fact)
        case CommandGiven(command="thaw"):
            return _thaw(known, fact)
        case TimerFired(name=name) if name == TIMER and known.frozen and fact.at >= known.frozen.until:
            return Reaction(Freeze(), (_over(known.frozen, world.at),))
        case _:
            return Reaction(known)


def _begin(known: Freeze, fact: CommandGiven) -> Reaction[Freeze]:
    key = f"freeze/{fact.venue.network}/{fact.id}"
    text, holds = part_span(fact.args["text"])
    if not text:
        return Reaction(known, (Say(key=key, to=fact.venue, words="irc/freeze_text"),))
    until = fact.at + min(holds or HOLDS, LONGEST)
    frozen = Frozen(text=text, by=fact.person or fact.nick, since=fact.at, until=until, key=key)
    line = Announce(
        key=f"{key}/begins",
        words="irc/freeze_begins",
        values={"frozen": frozen, "at": fact.at},
        gist="the team froze its work",
        expires=until,
        event="freeze",
        about="freeze",
    )
    taken = Say(key=key, to=fact.venue, words="irc/freeze_taken", values={"frozen": frozen, "at": fact.at})
    return Reaction(Freeze(frozen=frozen), (taken, line, SetTimer(name=TIMER, due=until)))


def _thaw(known: Freeze, fact: CommandGiven) -> Reaction[Freeze]:
    key = f"thaw/{fact.venue.network}/{fact.id}"
    taken = Say(key=key, to=fact.venue, words="irc/thaw", values={"frozen": standing(known, fact.at)})
    effects: tuple[Effect, ...] = (taken,)
    if known.frozen is not None:
        effects = (taken, _over(known.frozen, fact.at), CancelTimer(name=TIMER))
    return Reaction(Freeze(), effects)


def _over(frozen: Frozen, at: datetime) -> Announce:
    return Announce(
        key=f"{frozen.key}/over",
        words="irc/freeze_over",
        values={"frozen": frozen, "at": at},
        gist="the freeze is over",
        expires=at + EXPIRES,
        event="freeze",
        about="freeze",
    )


def standing(known: Freeze, at: datetime) -> Frozen | None:
    """Return the freeze that holds at an instant; one whose time is over holds no more, even if that was not told."""
    return known.frozen if known.frozen is not None and at < known.frozen.until else None


def listing(_ask: Ask, world: World) -> Answer:
    """Answer `!freeze`: what is frozen, or that nothing is."""
    frozen = standing(world.document(Freeze), world.at)
    return Answer(words="irc/freeze", values={"frozen": frozen, "at": world.at})


freeze = Feature(
    name="freeze",
    document=Freeze,
    react=react,
    commands=(
        Command(
            name="freeze",
            help="say that the team's work is frozen and why: told once, shown in !status; 7 d, or FOR a span",
            params=(Param(name="text", kind="rest"),),
            who="member",
            listing=listing,
            examples=("!freeze", "!freeze point release 12.6, no merges for 3d"),
        ),
        Command(name="thaw", help="end the freeze before its time", who="member", examples=("!thaw",)),
    ),
)
