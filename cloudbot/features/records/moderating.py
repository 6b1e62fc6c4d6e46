"""`!registration R-... VERB`: two delegates without interest judge a registration; a key is its fingerprint alone.

Each moderator has one word, the last one. Two that approve, and nobody who still asks, make it approved; two that
refuse end it. Who has an interest by the records is told so before anything is tried; the rules of changes refuse it
again, on the newest state.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.days import HOW, day_of
from cloudbot.core.records.kinds.providers import TWO, Registration
from cloudbot.core.records.moderating import may_judge
from cloudbot.core.records.operations import Edit, Operation, add, drop, put
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.edits import Verb, changed, named, usage, verb_on, words
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.registrations import ID, OPEN, identity, registration
from cloudbot.features.records.sprint_edits import Misread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed

Verdict = Literal["approve", "refuse", "ask"]
_KEY = re.compile(
    r"(?:0x)?(?P<hex>[0-9A-Fa-f][0-9A-Fa-f :]{38,100})[\s,;(]+(?P<how>until|expires|through)[\s:]+(?P<day>[\w-]+)\)?",
    re.IGNORECASE,
)
_DIGITS: Final = (40, 64)
"""Hexadecimal digits of an OpenPGP fingerprint: version 4, and 5 or 6 (RFC 9580, 5.5.4)."""
_LONGEST_NOTE: Final = 3800
CHANGED = "irc/registration_changed"
NO = "irc/registration_no"


def moderate(order: Order) -> Effect:
    """Carry out `!registration ID VERB`."""
    first, _, rest = order.arg("text").partition(" ")
    if not ID.fullmatch(first.strip(".,:")):
        raise usage("registration", "R-2019-001 " + "|".join(VERBS))
    one = named(order, "registration", Registration, identity(first), lambda _one: ())
    return verb_on(order, one, rest, VERBS)


def _judge(verdict: Verdict) -> Callable[[Order, Filed[Registration], str], Effect]:
    def judged(order: Order, one: Filed[Registration], text: str) -> Effect:
        _in_state(one, verdict, *OPEN)
        _without_interest(order, one)
        if verdict == "ask" and not text:
            raise Misread
        state, said = _state(one.record, order.person, verdict)
        if state == one.record.state and said.get(order.person) == verdict:
            raise NotSo(NO, why="said", id=one.id, verdict=verdict, missing=_missing(one.record))
        line = {"person": order.person, "at": order.view.on, "verdict": verdict}
        edits = (
            *((drop("moderators", value={"person": order.person}),) if order.person in said else ()),
            add("moderators", value=line),
            *_to(one, state),
            *_noted(order, one, verdict, text),
        )
        operation = changed(one, verdict, edits, "state", "moderators", "note")
        return _told(order, one, operation, verdict, state=state, missing=_still(one, order.person, verdict))

    return judged


def _state(record: Registration, person: str, verdict: Verdict) -> tuple[str, dict[str, str]]:
    """Return the state that a word leads to, and the words before it."""
    before: dict[str, str] = {said.person: said.verdict for said in record.moderators}
    said = [*({**before, person: verdict}).values()]
    if said.count("refuse") >= TWO:
        return "refused", before
    if "ask" in said:
        return "needs-info", before
    return ("approved" if said.count("approve") >= TWO else "pending"), before


def _still(one: Filed[Registration], person: str, verdict: Verdict) -> int:
    """Return how many approvals are missing after a word."""
    others = {said.person for said in one.record.moderators if said.verdict == "approve"} - {person}
    return max(TWO - len(others) - (verdict == "approve"), 0)


def _missing(record: Registration) -> int:
    return max(TWO - len({said.person for said in record.moderators if said.verdict == "approve"}), 0)


def _answered(order: Order, one: Filed[Registration], text: str) -> Effect:
    """Record that what was asked is answered; whoever asked may judge anew."""
    _in_state(one, "answered", "needs-info")
    asks = [said.person for said in one.record.moderators if said.verdict == "ask"]
    edits = (
        *(drop("moderators", value={"person": name}) for name in asks),
        put("state", value="pending"),
        *_noted(order, one, "answered", text),
    )
    operation = changed(one, "answer", edits, "state", "moderators", "note")
    return _told(order, one, operation, "answered", state="pending", missing=_missing(one.record))


def _key(order: Order, one: Filed[Registration], text: str) -> Effect:
    """Record the fingerprint of the key that was issued, and the day from which it is void."""
    _in_state(one, "key", "approved", "active")
    _without_interest(order, one)
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
    edits = (*((drop("key"),) if one.record.key is not None else ()), put("key", value=key), *_to(one, "active"))
    operation = changed(one, "issue key", edits, "state", "key")
    return _told(order, one, operation, "key", state="active", fingerprint=fingerprint, void=str(void))


def _move(verb: str, state: str, *before: str, reason: bool) -> Verb[Registration]:
    """Return a verb that takes a registration from one state to another."""

    def moved(order: Order, one: Filed[Registration], text: str) -> Effect:
        _in_state(one, verb, *before)
        if verb == "resume":
            _without_interest(order, one)
        if reason and not text:
            raise Misread
        if verb == "expire" and (one.record.key is None or one.record.key.expires > order.view.on):
            raise NotSo(NO, why="not expired", id=one.id, day=str(one.record.key.expires if one.record.key else ""))
        edits = (put("state", value=state), *_noted(order, one, state, text))
        return _told(order, one, changed(one, verb, edits, "state", "key", "note"), verb, state=state)

    return Verb(usage="REASON" if reason else "[NOTE]", carry=moved)


def _in_state(one: Filed[Registration], verb: str, *states: str) -> None:
    """Raise `NotSo` if a registration is in none of these states."""
    if one.record.state not in states:
        raise NotSo(NO, why="state", id=one.id, state=one.record.state, verb=verb, states=states)


def _without_interest(order: Order, one: Filed[Registration]) -> None:
    """Raise `NotSo` for a delegate who has an interest in the provider."""
    judges, barred = may_judge(order.view, one.record.provider)
    if order.person in barred:
        raise NotSo(NO, why="interest", id=one.id, provider=one.record.provider, judges=judges)


def _to(one: Filed[Registration], state: str) -> tuple[Edit, ...]:
    return (put("state", value=state),) if one.record.state != state else ()


def _noted(order: Order, one: Filed[Registration], what: str, text: str) -> tuple[Edit, ...]:
    """Add what was said to the note, with its day; the oldest lines give way."""
    if not text:
        return ()
    line = f"{order.view.on} {order.person}, {what}: {words(order, text)}"
    lines = [*(one.record.note or "").splitlines(), line]
    while len("\n".join(lines)) > _LONGEST_NOTE:
        lines.pop(0)
    return (put("note", value="\n".join(lines)),)


def _told(order: Order, one: Filed[Registration], operation: Operation, what: str, **values: object) -> Effect:
    said = {key: str(value) for key, value in values.items()}
    return order.to(operation, CHANGED, what=what, provider=one.record.provider, **said)


VERBS: Mapping[str, Verb[Registration]] = {
    "approve": Verb(usage="[NOTE]", carry=_judge("approve")),
    "refuse": Verb(usage="[NOTE]", carry=_judge("refuse")),
    "ask": Verb(usage="QUESTION", carry=_judge("ask")),
    "answered": Verb(usage="[NOTE]", carry=_answered),
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
