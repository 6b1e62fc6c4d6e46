"""`!register`: a provider asks to be notified or to post images. Anybody known may write it down; two judge it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.kinds.providers import Provider, Registration
from cloudbot.core.records.operations import Operation, make
from cloudbot.core.records.tree import Filed
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.edits import provider_of, squeezed, usage
from cloudbot.features.records.orders import NotSo
from cloudbot.features.records.registry.registrations import by_name, called, registrations

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.features.records.orders import Order

WANTS = ("push", "webhook", "feed", "post")
_HOW = "PROVIDER wants push, webhook, feed or post"
_FILLING = frozenset({"", "a", "and", "be", "by", "images", "notified", "the", "to", "told"})
_FORM = re.compile(r"(?P<provider>.+?)[\s,]+wants?[\s:]+(?P<wants>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    provider: Filed[Provider]
    wants: tuple[str, ...]
    spelled: str
    "what was typed, where it is spelled otherwise"


def register(order: Order) -> Effect:
    """Put a provider's wish into the queue. One that stands there for the same is named, however it is spelled."""
    asked = _asked(order)
    known = by_name(order.view)
    twins = sorted({one for name in called(order.view, asked.provider.id) for one in known.get(name, ())})
    same = [one for one in twins if set(asked.wants) <= _wants(order, one)]
    if same:
        raise NotSo("irc/register_no", why="twice", provider=asked.provider.id, spelled=asked.spelled, id=same[0])
    values = {
        "provider": asked.provider.id,
        "wants": list(asked.wants),
        "state": "pending",
        "requested": {"at": order.view.on, "by": order.person, "via": "irc"},
    }
    operation = Operation(verb="register", changes=(make("registration", f"R-{order.view.on.year}-*", values),))
    return order.to(
        operation,
        "irc/registered",
        provider=asked.provider.id,
        spelled=asked.spelled,
        wants=", ".join(asked.wants),
        twins=", ".join(twins),
    )


def _asked(order: Order) -> _Asked:
    form = _FORM.fullmatch(order.arg("text"))
    if form is None:
        raise usage("register", _HOW)
    words = [word for word in re.split(r"[\s,+&.]+", form["wants"].casefold()) if word not in _FILLING]
    wants = [word if word in WANTS else word.removesuffix("s") for word in words]
    wrong = [word for word, want in zip(words, wants, strict=True) if want not in WANTS]
    if not wants:
        raise usage("register", _HOW)
    if wrong:
        raise NotSo("irc/register_no", why="wants", word=wrong[0], wants=WANTS)
    order.free(form["provider"])
    typed = form["provider"].strip("\"'“” ")
    try:
        provider = provider_of(order, typed)
    except NotSo as no:
        values = {"near": no.values.get("near", ()), "known": no.values.get("known", ())}
        raise NotSo("irc/register_no", why="provider", wanted=typed, **values) from None
    alike = typed.casefold() in {provider.id, provider.record.name.casefold()} or squeezed(typed) == ""
    return _Asked(provider, tuple(dict.fromkeys(wants)), "" if alike else typed)


def _wants(order: Order, identity: str) -> set[str]:
    found = order.view.get(Registration, "registration", identity)
    return set(found.wants) if found is not None else set()


COMMANDS = (
    Command(
        name="register",
        help="a provider asks to be notified or to post images: PROVIDER wants push, webhook, feed, post; two "
        "delegates without an interest in it judge it",
        params=(Param(name="text", kind="rest"),),
        listing=from_records(registrations),
        examples=("!register swisshost wants webhook", "!register Swiss Host wants feed, post"),
    ),
)
ORDERS = {"register": register}
