"""The questions about the records that keep nothing: each is answered from the records of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.features.records import where, who
from cloudbot.features.records.coi import COI
from cloudbot.features.records.findings import FINDINGS
from cloudbot.features.records.history import HISTORY
from cloudbot.features.records.registry import images, offers, providers, registrations
from cloudbot.features.records.whatif import WHATIF

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact


@dataclass(frozen=True, slots=True)
class Nothing:
    """The records are the memory."""


def react(nothing: Nothing, _fact: Fact, _world: World) -> Reaction[Nothing]:
    """React to nothing."""
    return Reaction(nothing)


questions = Feature(
    name="questions",
    document=Nothing,
    react=react,
    commands=(
        WHATIF,
        COI,
        HISTORY,
        FINDINGS,
        *providers.COMMANDS,
        *offers.COMMANDS,
        *images.COMMANDS,
        *registrations.COMMANDS,
        *where.COMMANDS,
        *who.COMMANDS,
    ),
)
