"""`!offer`: what somebody offers to the team, when to come back to it, and what became of it.

Whom to ask is a role and never a name: the person's address is in the private store, and a second person of the team
knows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.kinds.providers import Offer
from cloudbot.core.records.operations import Operation, make, put
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.edits import Verb, changed, named, verb_on, words
from cloudbot.features.records.numbers import identity_of
from cloudbot.features.records.orders import NotSo, somebody
from cloudbot.features.records.registry.offer_words import NO, day_to_come, made_of, role_of
from cloudbot.features.records.registry.offers import ID, OPEN, offers
from cloudbot.features.records.sprints.edits import Misread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.orders import Order

CHANGED = "irc/offer_changed"


def offer(order: Order) -> Effect:
    """Carry out `!offer`: a new one, or a verb on one that is named."""
    text = order.free(order.arg("text"))
    first, _, rest = text.partition(" ")
    if ID.fullmatch(first.strip(".,:")):
        one = named(order, "offer", Offer, identity_of("O", first), lambda _one: ())
        return verb_on(order, one, rest, VERBS)
    made = made_of(order, text)
    contact = {key: value for key, value in (("role", made.role), ("backup", made.backup)) if value is not None}
    values = {
        "what": made.what,
        "org": made.org,
        "made": order.view.on,
        "follow_up": made.follow_up,
        "state": "open",
        "contact": contact or None,
    }
    operation = Operation(verb="add", changes=(make("offer", f"O-{order.view.on.year}-*", values),))
    return order.to(
        operation,
        CHANGED,
        what="made",
        text=made.what,
        org=made.org or "",
        day=_day_words(made.follow_up),
        backup=made.backup or "",
    )


def _day_words(day: date | None) -> str:
    return "" if day is None else f"{day:%a %Y-%m-%d}"


def _follow_up(order: Order, one: Filed[Offer], text: str) -> Effect:
    """Come back to it on another day."""
    _standing(one, "follow-up", OPEN)
    if not text:
        raise Misread
    day = day_to_come(order, text)
    operation = changed(one, "follow up", (put("follow_up", value=day),), "state", "follow_up")
    return order.to(operation, CHANGED, what="follow-up", text=one.record.what, day=_day_words(day))


def _to(state: str, *before: str) -> Callable[[Order, Filed[Offer], str], Effect]:
    """Return what takes an offer to a state."""

    def moved(order: Order, one: Filed[Offer], text: str) -> Effect:
        _standing(one, state, before)
        why = words(order, text)
        if state == "lost" and not why:
            raise Misread
        if state != "lost" and why:
            raise Misread
        edits = (put("state", value=state), *((put("lost_reason", value=why),) if why else ()))
        return order.to(changed(one, state, edits, "state"), CHANGED, what=state, text=one.record.what, why=why)

    return moved


def _standing(one: Filed[Offer], verb: str, states: frozenset[str] | tuple[str, ...]) -> None:
    if one.record.state not in states:
        raise NotSo(NO, why="state", id=one.id, state=one.record.state, verb=verb, states=sorted(states))


def _backup(order: Order, one: Filed[Offer], text: str) -> Effect:
    """Name the second person who knows whom to ask."""
    if not text:
        raise Misread
    person = somebody(order, text)
    operation = changed(one, "name backup", (put("contact", "backup", value=person),), "contact")
    return order.to(operation, CHANGED, what="backup", text=one.record.what, backup=person)


def _contact(order: Order, one: Filed[Offer], text: str) -> Effect:
    """Say by role whom to ask."""
    if not text:
        raise Misread
    role = role_of(order, text)
    operation = changed(one, "name contact", (put("contact", "role", value=role),), "contact")
    return order.to(operation, CHANGED, what="contact", text=one.record.what, role=role)


VERBS: Mapping[str, Verb[Offer]] = {
    "follow-up": Verb(usage="DAY", carry=_follow_up),
    "accepted": Verb(usage="(nothing more)", carry=_to("accepted", "open")),
    "used": Verb(usage="(nothing more)", carry=_to("used", "open", "accepted")),
    "declined": Verb(usage="(nothing more)", carry=_to("declined", "open", "accepted")),
    "lost": Verb(usage="REASON", carry=_to("lost", "open", "accepted")),
    "backup": Verb(usage="PERSON", carry=_backup),
    "contact": Verb(usage="ROLE, as community manager", carry=_contact),
}
"""Everything that can be typed after an offer."""

COMMANDS = (
    Command(
        name="offer",
        help="something is offered to the team: WHAT from ORG [contact ROLE] [backup PERSON] [follow up DAY]; with an "
        "id: follow-up DAY, accepted, declined, used, lost REASON, backup PERSON, contact ROLE",
        params=(Param(name="text", kind="rest"),),
        who="member",
        listing=from_records(offers),
        asking=ID,
        examples=(
            "!offer",
            "!offer a room for the sprint from searchco contact office manager follow up 2w",
            "!offer O-2018-001",
            "!offer O-2018-001 backup erin",
        ),
    ),
)
ORDERS = {"offer": offer}
