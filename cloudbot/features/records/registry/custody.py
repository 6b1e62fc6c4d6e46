"""`!account`: one account, and who can use it. It is never left without anybody, and nobody gives themself access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.operations import add, drop
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.edits import account_of, changed, place_in, usage
from cloudbot.features.records.orders import NotSo, person_called, somebody
from cloudbot.features.records.registry.providers import account

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.providers import ProviderAccount
    from cloudbot.core.records.operations import Edit
    from cloudbot.features.records.orders import Order

_CUSTODY = re.compile(r"custody\s+(?P<how>add|remove)\s+(?P<whom>.+)", re.IGNORECASE)
CHANGED = "irc/account_changed"
NO = "irc/account_no"


def custody(order: Order) -> Effect:
    """Carry out `!account ID custody add|remove PERSON`."""
    name, _, rest = order.arg("text").partition(" ")
    one, its = account_of(order, name)
    found = _CUSTODY.fullmatch(rest.strip())
    if found is None:
        raise usage(f"account {its.id}", "custody add PERSON, or custody remove PERSON")
    if found["how"].casefold() == "add":
        person = somebody(order, found["whom"].strip())
        if person in its.custody:
            raise NotSo(NO, why="has", id=its.id, person=person)
        edit: Edit = add(*place_in(its.id, "custody"), value=person)
    else:
        person = _custodian(order, its, found["whom"].strip())
        edit = drop(*place_in(its.id, "custody"), value=person)
    how = found["how"].casefold()
    left = len({name for name in its.custody if not has_left(order.view, name)} - {person}) + (how == "add")
    operation = changed(one, f"custody {how}", (edit,), place_in(its.id, "custody"))
    return order.to(operation, CHANGED, what=how, id=its.id, person=person, left=str(left))


def _custodian(order: Order, its: ProviderAccount, name: str) -> str:
    """Return who is to be taken out of custody. Raises `NotSo` for the last one who is there."""
    person = order.person if name.casefold() in {"me", "myself"} else person_called(order.view, name)
    if person is None:
        raise NotSo("irc/order_nobody", name=name)
    if person not in its.custody:
        raise NotSo(NO, why="has not", id=its.id, person=person, custody=its.custody)
    there = {one for one in its.custody if not has_left(order.view, one)}
    if there == {person}:
        raise NotSo(NO, why="last", id=its.id, person=person, own=person == order.person)
    return person


COMMANDS = (
    Command(
        name="account",
        help="one account with a provider; a delegate says who can use it: custody add PERSON, custody remove PERSON",
        params=(Param(name="text", kind="rest"),),
        who="member",
        listing=from_records(account),
        asking=re.compile(r"[\w-]+"),
        examples=("!account rf-new", "!account rf-new custody add bob", "!account rf-old custody remove dan"),
    ),
)
ORDERS = {"account": custody}
