"""An order to change the records, on its way to an operation: who gives it, about which record, or why it cannot be.

What is refused here is plain before anything is tried: a word that is no day, another's promise. Who may do what is
judged by the operation itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudbot.core.engine import World
from cloudbot.core.facts import CommandGiven
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.checks.privacy import holds_secret, is_private_reason, private_in
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.tree import View
from cloudbot.features.records.asking import answer, commit

if TYPE_CHECKING:
    from cloudbot.core.commands import Answer
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.operations import Operation


class NotSo(Exception):  # noqa: N818 - told to the person as it is
    """Why an order cannot be carried out, and the way out: a template with its values."""

    def __init__(self, words: str, /, **values: object) -> None:
        """Carry the words."""
        super().__init__(words)
        self.words = words
        self.values = values

    @classmethod
    def answered(cls, answer: Answer) -> NotSo:
        """Say what a question would be answered."""
        return cls(answer.words, **answer.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants changed, with the records as they are known."""

    fact: CommandGiven
    view: View
    world: World
    person: str
    "the identity of the record of whoever gives it"

    def arg(self, name: str) -> str:
        """Return a parameter as typed, without blanks at its ends; empty if it was not typed."""
        return self.fact.args.get(name, "").strip()

    def to(self, operation: Operation, words: str, **values: str) -> Effect:
        """Ask for the change; the words tell its end."""
        return commit(self.fact, operation, words, values)

    def free(self, text: str, *, reason: bool = False, proof: bool = False) -> str:
        """Return free words if they may be kept in public for ever. What is found is not repeated."""
        what = private_in(text, proof=proof)
        if what is None and reason and is_private_reason(text):
            what = "somebody's health or family"
        if what is not None:
            raise NotSo("irc/order_private", what=what)
        return text


Carry = Callable[[Order], "Effect"]


def carried(fact: CommandGiven, world: World, orders: Mapping[str, Carry]) -> Effect:
    """Carry out a command by its name, or say why not. One with a secret in it is not even looked at."""
    if any(holds_secret(text) for text in fact.args.values()):
        return answer(fact, "irc/order_private", {"what": "a secret"})
    if world.records is None:
        return answer(fact, "irc/records_unread")
    view = world.records.at(fact.at)
    try:
        person = giver(view, fact.person)
        order = Order(fact=replace(fact, person=person), view=view, world=world, person=person)
        return orders[fact.command](order)
    except NotSo as no:
        return answer(fact, no.words, no.values)


def giver(view: View, name: str | None) -> str:
    """Return the record of whoever gives an order. The configuration may write a name in another case."""
    found = person_called(view, name or "")
    if found is None:
        raise NotSo("irc/order_unknown", name=name or "you")
    return found


def person_called(view: View, name: str) -> str | None:
    """Return the identity of the person of that identity, name or account, whatever the case; None if it is nobody."""
    plain = name.strip().lstrip("@").casefold()
    every = view.all(Person)
    for called in (_identity, _names, _accounts):
        found = [one.id for one in every if plain in called(one.record)]
        if len(found) == 1:
            return found[0]
    return None


def _identity(person: Person) -> set[str]:
    return {person.id.casefold()}


def _names(person: Person) -> set[str]:
    return {person.name.casefold()}


def _accounts(person: Person) -> set[str]:
    return {one.account.casefold() for one in person.accounts}


def somebody(order: Order, name: str) -> str:
    """Return the person that a word means: `me`, an identity, a name. Raises `NotSo` for nobody, or who has left."""
    found = order.person if name.casefold() in {"me", "myself"} else person_called(order.view, name)
    if found is None:
        raise NotSo("irc/order_nobody", name=name)
    if has_left(order.view, found):
        raise NotSo("irc/order_left", name=found)
    return found
