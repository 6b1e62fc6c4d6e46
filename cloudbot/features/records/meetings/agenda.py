"""The agenda of the next meeting of a series: what people ask of it and do to it. The records are the memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.meetings.agenda_orders import VERBS, change_agenda
from cloudbot.features.records.meetings.coming import chair, regrets
from cloudbot.features.records.meetings.listing import agenda
from cloudbot.features.records.orders import carried

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

ORDERS = {"agenda": change_agenda, "regrets": regrets, "chair": chair}


@dataclass(frozen=True, slots=True)
class Agendas:
    """Nothing: the records are the memory."""


def react(known: Agendas, fact: Fact, world: World) -> Reaction[Agendas]:
    """Carry out a command, or say why not."""
    if isinstance(fact, CommandGiven) and fact.command in ORDERS:
        return Reaction(known, (carried(fact, world, ORDERS),))
    return Reaction(known)


agenda_feature = Feature(
    name="agenda",
    document=Agendas,
    react=react,
    commands=(
        Command(
            name="agenda",
            help="the next meeting: when, who takes the chair, what is on it; a number shows one item; "
            "add TEXT (10 min), drop N, back ID, move N first|last|before M, time N MINUTES change it",
            params=(Param(name="text", kind="rest"),),
            who="member",
            listing=from_records(agenda),
            asking=re.compile(rf"(?i)(?!(?:[\w-]+\s+)?(?:{'|'.join(VERBS)})(?:\s|$)).*"),
            examples=(
                "!agenda",
                "!agenda 2",
                "!agenda add where do we point people who ask for images (10 min)",
                "!agenda move 5 before 2",
                "!agenda time 5 15 min",
                "!agenda drop 5",
            ),
        ),
        Command(
            name="regrets",
            help="you cannot come to the next meeting; none takes it back. Why is not kept",
            params=(Param(name="text", kind="rest", optional=True),),
            who="member",
            examples=("!regrets", "!regrets none"),
        ),
        Command(
            name="chair",
            help="who takes the chair of the next meeting: me, somebody, or none",
            params=(Param(name="who", kind="rest"),),
            who="member",
            examples=("!chair me", "!chair grace", "!chair none"),
        ),
    ),
)
