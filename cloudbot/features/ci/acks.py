"""`!ack WHAT BUG-OR-REASON`: this failure is known. It is not told again until it changes or the time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Say
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact
from cloudbot.core.times import part_span
from cloudbot.features.ci.acknowledged import Ack, Acknowledged
from cloudbot.features.ci.builds import Builds
from cloudbot.features.ci.news import named, signature
from cloudbot.features.ci.pipelines import Pipelines
from cloudbot.features.projects import Projects

if TYPE_CHECKING:
    from collections.abc import Mapping

HOLDS = timedelta(days=14)
LONGEST = timedelta(days=180)


def react(known: Acknowledged, fact: Fact, world: World) -> Reaction[Acknowledged]:
    """Take an acknowledgement or its end; forget those that are over."""
    if not isinstance(fact, CommandGiven):
        return Reaction(known)
    match fact.command:
        case "ack":
            after, words, values = _ack(known, fact, world)
        case "unack":
            after, words, values = _unack(known, fact)
        case _:
            return Reaction(known)
    key = f"{fact.command}/{fact.venue.network}/{fact.id}"
    return Reaction(after, (Say(key=key, to=fact.venue, words=words, values=values),))


def _ack(known: Acknowledged, fact: CommandGiven, world: World) -> tuple[Acknowledged, str, dict[str, object]]:
    failing = _failing(world)
    name, reason = _split(fact.args["what"], failing)
    if not name:
        return known, "irc/ack_unknown", {"text": fact.args["what"], "failing": sorted(failing)}
    reason, holds = part_span(reason)
    if not reason:
        return known, "irc/ack_reason", {"name": name}
    ack = Ack(
        name=name,
        signature=failing[name],
        reason=reason,
        by=fact.person or fact.nick,
        at=fact.at,
        until=fact.at + min(holds or HOLDS, LONGEST),
    )
    alive = {key: one for key, one in known.acks.items() if fact.at < one.until}
    return replace(known, acks={**alive, name: ack}), "irc/ack_taken", {"ack": ack}


def _unack(known: Acknowledged, fact: CommandGiven) -> tuple[Acknowledged, str, dict[str, object]]:
    name, _ = _split(fact.args["what"], dict.fromkeys(known.acks, ""))
    if not name:
        return known, "irc/ack_none", {"text": fact.args["what"], "known": sorted(known.acks)}
    rest = {key: one for key, one in known.acks.items() if key != name}
    return replace(known, acks=rest), "irc/ack_ended", {"name": name}


def _failing(world: World) -> dict[str, str]:
    """Return the signature of everything that fails now, by name."""
    projects = world.document(Projects)
    lines = (line for line in world.document(Pipelines).lines.values() if line.failed)
    cells = (cell for cell in world.document(Builds).cells.values() if cell.failed)
    return {named(line, projects): signature(line) for line in lines} | {cell.name: cell.signature for cell in cells}


def _split(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Part what is meant from what is said of it: the longest name that the text begins with, in any order of words.

    A project alone means its one failing line.
    """
    words = text.split()
    for length in range(min(len(words), 6), 0, -1):
        wanted = frozenset(word.lower() for word in words[:length])
        exact = [name for name in names if frozenset(name.lower().split()) == wanted]
        loose = exact or [name for name in names if wanted <= frozenset(name.lower().split())]
        if len(loose) == 1:
            return loose[0], " ".join(words[length:])
    return "", text


def listing(_ask: Ask, world: World) -> Answer:
    """Answer `!ack list`: what is known, why and until when."""
    acks = [ack for ack in world.document(Acknowledged).acks.values() if world.at < ack.until]
    failing = _failing(world)
    rows = [(ack, failing.get(ack.name) == ack.signature) for ack in sorted(acks, key=lambda one: one.name)]
    return Answer(words="irc/ack_list", values={"rows": rows, "at": world.at})


acks = Feature(
    name="acks",
    document=Acknowledged,
    react=react,
    commands=(
        Command(
            name="ack",
            help="this failure is known (bug or reason): told no more until it changes; 14 d, or FOR a span",
            params=(Param(name="what", kind="rest"),),
            who="member",
            listing=listing,
            examples=("!ack list", "!ack ec2 sid arm64 #1042367", "!ack debian-cloud-images mirror moves for 3d"),
        ),
        Command(
            name="unack",
            help="take an acknowledgement back",
            params=(Param(name="what", kind="rest"),),
            who="member",
            examples=("!unack ec2 sid arm64",),
        ),
    ),
)
