"""`!registration R-... VERB`: it is judged, gets its key, is suspended and ends; of a key only the fingerprint."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.days import HOW, day_of
from cloudbot.core.records.kinds.providers import Registration
from cloudbot.core.records.operations import drop, put
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.edits import Verb, changed, named, usage, verb_on
from cloudbot.features.records.numbers import identity_of
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.registry.judging import (
    NO,
    answered,
    in_state,
    judge,
    noted,
    to_state,
    told,
    without_interest,
)
from cloudbot.features.records.registry.registrations import ID, registration
from cloudbot.features.records.sprints.edits import Misread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed

_KEY = re.compile(
    r"(?:0x)?(?P<hex>[0-9A-Fa-f][0-9A-Fa-f :]{38,100})[\s,;(]+(?P<how>until|expires|through)[\s:]+(?P<day>[\w-]+)\)?",
    re.IGNORECASE,
)
_DIGITS: Final = (40, 64)
"""Hexadecimal digits of an OpenPGP fingerprint: of version 4, and of version 6 (RFC 9580, 5.5.4)."""


def moderate(order: Order) -> Effect:
    """Carry out `!registration ID VERB`."""
    first, _, rest = order.arg("text").partition(" ")
    if not ID.fullmatch(first.strip(".,:")):
        raise usage("registration", "R-2019-001 " + "|".join(VERBS))
    one = named(order, "registration", Registration, identity_of("R", first), lambda _one: ())
    return verb_on(order, one, rest, VERBS)


def _key(order: Order, one: Filed[Registration], text: str) -> Effect:
    """Record the fingerprint of the key that was issued, and the day from which it is void."""
    in_state(one, "key", "approved", "active")
    without_interest(order, one)
    form = _KEY.fullmatch(text)
    fingerprint = re.sub(r"[^0-9A-F]", "", form["hex"].upper()) if form is not None else ""
    if form is None or len(fingerprint) not in _DIGITS:
        raise NotSo(NO, why="fingerprint", id=one.id)
    day = day_of(form["day"], order.view.on)
    if day is None:
        raise NotSo(NO, why="day", day=form["day"], how=HOW)
    void = day if form["how"].casefold() == "expires" else day + timedelta(days=1)
    if void <= order.view.on:
        raise NotSo(NO, why="over", day=str(day))
    key = {"fingerprint": fingerprint, "issued_by": order.person, "issued": order.view.on, "expires": void}
    edits = (*((drop("key"),) if one.record.key is not None else ()), put("key", value=key), *to_state(one, "active"))
    operation = changed(one, "issue key", edits, "state", "key")
    return told(order, one, operation, "key", state="active", fingerprint=fingerprint, void=str(void))


def _move(verb: str, state: str, *before: str, reason: bool) -> Verb[Registration]:
    """Return a verb that takes a registration from one state to another."""

    def moved(order: Order, one: Filed[Registration], text: str) -> Effect:
        in_state(one, verb, *before)
        if verb == "resume":
            without_interest(order, one)
        if reason and not text:
            raise Misread
        if verb == "expire" and (one.record.key is None or one.record.key.expires > order.view.on):
            raise NotSo(NO, why="not expired", id=one.id, day=str(one.record.key.expires if one.record.key else ""))
        edits = (put("state", value=state), *noted(order, one, state, text))
        return told(order, one, changed(one, verb, edits, "state", "key", "note"), verb, state=state)

    return Verb(usage="REASON" if reason else "[NOTE]", carry=moved)


VERBS: Mapping[str, Verb[Registration]] = {
    "approve": Verb(usage="[NOTE]", carry=judge("approve")),
    "refuse": Verb(usage="[NOTE]", carry=judge("refuse")),
    "ask": Verb(usage="QUESTION", carry=judge("ask")),
    "answered": Verb(usage="[NOTE]", carry=answered),
    "key": Verb(usage="FINGERPRINT until DAY", carry=_key),
    "suspend": _move("suspend", "suspended", "active", reason=True),
    "resume": _move("resume", "active", "suspended", reason=False),
    "revoke": _move("revoke", "revoked", "approved", "active", "suspended", reason=True),
    "expire": _move("expire", "expired", "active", "suspended", reason=False),
}
"""Everything that can be typed after a registration."""

COMMANDS = (
    Command(
        name="registration",
        help="one registration and who may judge it; a verb changes it: approve, refuse, ask QUESTION, answered, "
        "key FINGERPRINT until DAY, suspend or revoke REASON, resume, expire",
        params=(Param(name="text", kind="rest"),),
        who="member",
        aliases=("moderate",),
        listing=from_records(registration),
        asking=ID,
        examples=(
            "!registration R-2019-001",
            "!registration R-2019-001 approve",
            "!registration R-2019-001 ask which regions?",
        ),
    ),
)
ORDERS = {"registration": moderate}
