"""The registry of providers, accounts, areas, offers and registrations: every order that changes it.

The records are the memory; each command is one operation on them, judged by the rules of changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven
from cloudbot.core.records.permissions import holder_of
from cloudbot.features.records import skills
from cloudbot.features.records.asking import answer
from cloudbot.features.records.orders import Carry, carried
from cloudbot.features.records.registry import custody, migrating, moderating, offering, registering, verifying

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact

ORDERS: Mapping[str, Carry] = {
    **registering.ORDERS,
    **moderating.ORDERS,
    **verifying.ORDERS,
    **skills.ORDERS,
    **offering.ORDERS,
    **migrating.ORDERS,
    **custody.ORDERS,
}


@dataclass(frozen=True, slots=True)
class Registry:
    """Nothing: the records are the memory."""


def react(known: Registry, fact: Fact, world: World) -> Reaction[Registry]:
    """Carry out a command, or say why not."""
    if isinstance(fact, CommandGiven) and fact.command in ORDERS:
        return Reaction(known, (_carried(fact, world),))
    return Reaction(known)


def _carried(fact: CommandGiven, world: World) -> Effect:
    """Let anybody of whom there is a record give an order, of the team or not, by the account that is vouched for."""
    if fact.person is not None or world.records is None:
        return carried(fact, world, ORDERS)
    if fact.proof is None:
        return answer(fact, "irc/register_no", {"why": "proof"})
    account = fact.proof.account
    person = holder_of(world.records.at(fact.at), account, fact.venue.network)
    if person is None:
        return answer(fact, "irc/register_no", {"why": "nobody", "name": account})
    return carried(replace(fact, person=person), world, ORDERS)


registry = Feature(
    name="registry",
    document=Registry,
    react=react,
    commands=(
        *registering.COMMANDS,
        *moderating.COMMANDS,
        *verifying.COMMANDS,
        *skills.COMMANDS,
        *offering.COMMANDS,
        *migrating.COMMANDS,
        *custody.COMMANDS,
    ),
)
