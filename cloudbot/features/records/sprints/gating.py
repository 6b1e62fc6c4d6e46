"""The gates of a sprint: its days, its decision, its money, its booking.

The state follows from what is recorded. Where dates move or money is withdrawn after booking was opened, booking closes
in the same commit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.records.checks.sprints import lacking
from cloudbot.core.records.days import day_of
from cloudbot.core.records.gates import ahead
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.operations import drop, put
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.sprints.edits import BOOKED, NO, URL, Misread, change_of, to_state, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.sprints import Sprint
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed, View


_MSGID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_TOTAL = re.compile(r"\b[A-Z]{3} ?\d[\d.,]*\b")


def dates(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Set the days; final ones that move, or become provisional, close booking."""
    words = [word for word in re.split(r"[\s,]+", text.casefold()) if word not in {"to", "-", "until", "from", ""}]
    final = "final" in words or ("provisional" not in words and _stays_final(one, words))
    days = [day_of(word, order.view.on) for word in words if word not in {"final", "provisional"}]
    if not 1 <= len(days) <= 2 or None in days:  # noqa: PLR2004 - a first and a last day
        raise Misread
    first, last = days[0], days[-1]
    if first is None or last is None:
        raise Misread
    if last < first:
        raise NotSo(NO, why="order", first=first, last=last)
    old = one.record.dates
    moved = (first, last) != (old.from_, old.to) or (old.final and not final)
    shut = _shut(order.view, one) if moved else ()
    edits = (
        put("dates", "from", value=first),
        put("dates", "to", value=last),
        put("dates", "final", value=final),
        *shut,
    )
    operation = change_of(one, "date", edits, "dates", "booking")
    return told(
        order,
        one,
        operation,
        "dates",
        first=f"{first:%a %Y-%m-%d}",
        last=f"{last:%a %Y-%m-%d}",
        final="final" if final else "provisional",
        shut="yes" if shut else "",
    )


def _stays_final(one: Filed[Sprint], words: Sequence[str]) -> bool:
    """Whether final dates are only said again."""
    dates = one.record.dates
    return dates.final and [str(dates.from_), str(dates.to)] == list(words)


def _shut(view: View, one: Filed[Sprint]) -> tuple[Edit, ...]:
    """Close booking that is open, and take the state back to before it was."""
    if one.record.booking == "closed":
        return ()
    back = to_state(one, _before_booking(view, one.record)) if one.record.state in BOOKED else ()
    return (put("booking", value="closed"), *back)


def _before_booking(view: View, sprint: Sprint) -> str:
    money = sprint.budget
    if money.needed and money.declined is not None:
        return "declined"
    if money.needed and money.approved is not None:
        return "budget-approved"
    return "agreed" if _is_agreed(view, sprint) else "proposed"


def _is_agreed(view: View, sprint: Sprint) -> bool:
    decision = view.get(Decision, "decision", sprint.decision)
    return decision is not None and decision.state == "accepted"


def budget(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Record whether money is needed, asked for, promised or refused."""
    how, _, rest = text.partition(" ")
    match how.casefold(), rest.casefold().strip():
        case ("not", "needed") | ("none" | "not-needed", ""):
            return told(
                order, one, change_of(one, "budget", [put("budget", "needed", value=False)]), "budget", how="not needed"
            )
        case ("needed", ""):
            return told(
                order, one, change_of(one, "budget", [put("budget", "needed", value=True)]), "budget", how="needed"
            )
        case ("requested" | "approved" | "declined" as state, _):
            return _money(order, one, state, order.free(rest, proof=True))
        case _:
            raise Misread


_MONEY_STATE: Mapping[str, tuple[str, frozenset[str]]] = {
    "requested": ("budget-requested", frozenset({"agreed", "declined"})),
    "approved": ("budget-approved", frozenset({"agreed", "budget-requested", "declined"})),
    "declined": ("declined", frozenset({"agreed", "budget-requested", "budget-approved", "announced", "confirmed"})),
}
"""To which state an answer about money takes a sprint, from which."""


def _money(order: Order, one: Filed[Sprint], how: str, rest: str) -> Effect:
    """Record what was asked of or said by whoever pays. A yes needs its mail; a no closes booking."""
    proof, total = _proof(rest), _TOTAL.search(rest)
    if how == "approved" and not proof:
        raise NotSo(NO, why="proof", id=one.id)
    state, before = _MONEY_STATE[how]
    money = one.record.budget
    shut = how == "declined" and one.record.booking == "open"
    edits = [
        put("budget", how, value=order.view.on),
        *([put("budget", "evidence", value=proof)] if proof else []),
        *([put("budget", "total", value=total[0])] if total is not None else []),
        *([drop("budget", "declined")] if how != "declined" and money.declined is not None else []),
        *([put("booking", value="closed")] if shut else []),
        *(to_state(one, state) if one.record.state in before else ()),
    ]
    operation = change_of(one, "budget", edits, "booking")
    return told(order, one, operation, "budget", how=how, shut="yes" if shut else "")


def _proof(text: str) -> dict[str, str]:
    msgid, url = _MSGID.search(text), URL.search(text)
    return {"msgid": msgid[0]} if msgid is not None else {"url": url[0]} if url is not None else {}


def booking(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Tell people that they may book, or may not any more; it opens only when no gate is shut."""
    how = text.casefold()
    if how not in {"open", "close", "closed"}:
        raise Misread
    if how != "open":
        if one.record.booking == "closed":
            raise NotSo(NO, why="booking closed", id=one.id)
        return told(order, one, change_of(one, "booking", _shut(order.view, one), "booking"), "closed")
    if not ahead(order.view, one.record):
        raise NotSo(NO, why="over", id=one.id)
    lacks = lacking(order.view, one.record)
    if lacks:
        raise NotSo(NO, why="booking", id=one.id, lacks=lacks)
    state = to_state(one, "announced") if one.record.state not in {*BOOKED, "running"} else ()
    operation = change_of(one, "booking", [put("booking", value="open"), *state], "dates", "budget", "decision")
    visa = one.record.place.visa_weeks
    return told(order, one, operation, "open", visa="" if visa is None else str(visa))


def decision(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Name the decision to hold it."""
    every = order.view.all(Decision)
    found = meant(text, every, lambda decision: (decision.title,)) if text else ()
    if not text:
        raise Misread
    if isinstance(found, tuple):
        raise NotSo.answered(none_such("decision", text, found, every))
    agreed = found.record.state == "accepted"
    early = one.record.state in {"idea", "proposed"}
    state = to_state(one, "agreed" if agreed else "proposed") if early else ()
    operation = change_of(one, "decide", [put("decision", value=found.id), *state])
    return told(order, one, operation, "decision", decision=found.id, how=found.record.state)
