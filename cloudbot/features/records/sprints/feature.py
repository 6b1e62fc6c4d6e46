"""Sprints, their public part: from the idea to the report, gate by gate. Private things have no place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.orders import carried
from cloudbot.features.records.sprints.listing import sprint, sprints
from cloudbot.features.records.sprints.orders import VERBS, change_sprint

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact


@dataclass(frozen=True, slots=True)
class Sprints:
    """Nothing: the records are the memory."""


def react(known: Sprints, fact: Fact, world: World) -> Reaction[Sprints]:
    """Carry out `!sprint`, or say why not."""
    if isinstance(fact, CommandGiven) and fact.command == "sprint":
        return Reaction(known, (carried(fact, world, {"sprint": change_sprint}),))
    return Reaction(known)


sprints_feature = Feature(
    name="sprints",
    document=Sprints,
    react=react,
    commands=(
        Command(
            name="sprints",
            help="all sprints with their days, the newest first",
            answer=from_records(sprints),
            examples=("!sprints",),
        ),
        Command(
            name="sprint",
            help="the next sprint or the one named: days, place, what is shut and what opens it; a verb changes it "
            "(!sprint s2019 help lists them)",
            params=(Param(name="text", kind="rest"),),
            who="member",
            listing=from_records(sprint),
            asking=re.compile(rf"(?i)(?!(?:new|{'|'.join(VERBS)})$)[\w-]+"),
            examples=(
                "!sprint",
                "!sprint new s2020 Cloud sprint 2020",
                "!sprint s2019 dates 2019-10-14 2019-10-16 final",
                "!sprint s2019 join remote",
            ),
        ),
    ),
)
