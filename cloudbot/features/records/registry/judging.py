"""What moderators say of a registration: approve, refuse, ask; who may not, and what becomes of it.

Each moderator has one word, the last one. Two that approve, and nobody who still asks, make it approved; two that
refuse end it. Who has an interest by the records is told so before anything is tried; the rules of changes refuse it
again, on the newest state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from cloudbot.core.records.kinds.providers import TWO, Registration
from cloudbot.core.records.moderating import may_judge
from cloudbot.core.records.operations import Edit, Operation, add, drop, put
from cloudbot.features.records.edits import changed, words
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.registry.registrations import OPEN
from cloudbot.features.records.sprints.edits import Misread

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed

Verdict = Literal["approve", "refuse", "ask"]
_LONGEST_NOTE: Final = 3800
CHANGED = "irc/registration_changed"
NO = "irc/registration_no"


def judge(verdict: Verdict) -> Callable[[Order, Filed[Registration], str], Effect]:
    """Return what records the word of the moderator who types."""

    def judged(order: Order, one: Filed[Registration], text: str) -> Effect:
        in_state(one, verdict, *OPEN)
        without_interest(order, one)
        if verdict == "ask" and not text:
            raise Misread
        state, said = _state(one.record, order.person, verdict)
        if state == one.record.state and said.get(order.person) == verdict:
            raise NotSo(NO, why="said", id=one.id, verdict=verdict, missing=_missing(one.record))
        line = {"person": order.person, "at": order.view.on, "verdict": verdict}
        edits = (
            *((drop("moderators", value={"person": order.person}),) if order.person in said else ()),
            add("moderators", value=line),
            *to_state(one, state),
            *noted(order, one, verdict, text),
        )
        operation = changed(one, verdict, edits, "state", "moderators", "note")
        return told(order, one, operation, verdict, state=state, missing=_still(one, order.person, verdict))

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


def answered(order: Order, one: Filed[Registration], text: str) -> Effect:
    """Record that what was asked is answered; whoever asked may judge anew."""
    in_state(one, "answered", "needs-info")
    asks = [said.person for said in one.record.moderators if said.verdict == "ask"]
    edits = (
        *(drop("moderators", value={"person": name}) for name in asks),
        put("state", value="pending"),
        *noted(order, one, "answered", text),
    )
    operation = changed(one, "answer", edits, "state", "moderators", "note")
    return told(order, one, operation, "answered", state="pending", missing=_missing(one.record))


def in_state(one: Filed[Registration], verb: str, *states: str) -> None:
    """Raise `NotSo` if a registration is in none of these states."""
    if one.record.state not in states:
        raise NotSo(NO, why="state", id=one.id, state=one.record.state, verb=verb, states=states)


def without_interest(order: Order, one: Filed[Registration]) -> None:
    """Raise `NotSo` for a delegate who has an interest in the provider."""
    judges, barred = may_judge(order.view, one.record.provider, asked=one.record.requested.at)
    if order.person in barred:
        raise NotSo(NO, why="interest", id=one.id, provider=one.record.provider, judges=judges)


def to_state(one: Filed[Registration], state: str) -> tuple[Edit, ...]:
    """Return what takes a registration to a state; nothing if it is there."""
    return (put("state", value=state),) if one.record.state != state else ()


def noted(order: Order, one: Filed[Registration], what: str, text: str) -> tuple[Edit, ...]:
    """Add what was said to the note, with its day; the oldest lines give way."""
    if not text:
        return ()
    line = f"{order.view.on} {order.person}, {what}: {words(order, text)}"
    lines = [*(one.record.note or "").splitlines(), line]
    while len("\n".join(lines)) > _LONGEST_NOTE:
        lines.pop(0)
    return (put("note", value="\n".join(lines)),)


def told(order: Order, one: Filed[Registration], operation: Operation, what: str, **values: object) -> Effect:
    """Ask for the change; its end is told in the words of `what`."""
    said = {key: str(value) for key, value in values.items()}
    return order.to(operation, CHANGED, what=what, provider=one.record.provider, **said)
