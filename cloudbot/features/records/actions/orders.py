"""What can be done to an action, each as one operation: it is made, taken, done, blocked, dropped, handed over.

Every change leaves a line in the action's history. What an operation expects is what the person saw: on a race it
means the same or is refused.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING

from cloudbot.core.records.dues import OPEN, hold
from cloudbot.core.records.kinds.people import Org, Person
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.operations import Change, Operation, add, drop, expect, make, put
from cloudbot.features.records.actions.evidence import shown
from cloudbot.features.records.actions.wording import Due, due_of, wanted
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.numbers import identity_of
from cloudbot.features.records.orders import NotSo, somebody

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.actions.wording import Wanted
    from cloudbot.features.records.orders import Carry, Order

_LINK = re.compile(r"https?://[!-~]+")
LONGEST = 200
"""Characters of a reason."""
CHANGED = "irc/action_changed"


def identity(text: str) -> str:
    """Write the identity of an action as its file has it: `a-2019-1` is `A-2019-001`."""
    return identity_of("A", text)


def new_action(order: Order, found: Wanted, origin: Mapping[str, str] | None = None) -> Change:
    """Make an action of what somebody wants; given to somebody else, it waits for their yes."""
    on, mine = order.view.on, found.owner == order.person
    values: dict[str, object] = {
        "title": found.title,
        "owner": found.owner,
        "assigned": on if found.owner is not None and not mine else None,
        "accepted": on if mine else None,
        "effort": found.effort,
        "due": due_value(found.due),
        "state": "open",
        "from": dict(origin) if origin else None,
        "updates": [{"at": on, "by": order.person, "text": _first_line(order, found)}],
    }
    return make("action", f"A-{on.year}-*", values)


def _first_line(order: Order, found: Wanted) -> str:
    return f"given to {found.owner}" if found.owner not in {None, order.person} else "written down"


def due_value(due: Due | None) -> object:
    """Write what an action is due as its file has it."""
    return due if due is None or isinstance(due, date) else {"before": due}


def due_words(due: Due | None) -> str:
    """Say what an action is due."""
    return "" if due is None else f"{due:%a %Y-%m-%d}" if isinstance(due, date) else f"before {due}"


def _make(order: Order) -> Effect:
    found = wanted(order, order.arg("text"))
    values = {
        "what": "made",
        "title": found.title,
        "owner": found.owner or "",
        "mine": "yes" if found.owner == order.person else "",
        "due": due_words(found.due),
        "effort": found.effort or "",
    }
    return order.to(Operation(verb="add", changes=(new_action(order, found),)), CHANGED, **values)


def one_of(order: Order) -> Filed[Action]:
    """Return the action that an order is about, one that is still open. Raises `NotSo`."""
    every = order.view.all(Action)
    found = meant(identity(order.arg("id")), every, lambda action: (action.title,))
    if isinstance(found, tuple):
        raise NotSo.answered(none_such("action", order.arg("id"), found, every))
    if found.record.state not in OPEN:
        raise NotSo("irc/action_no", why="closed", id=found.id, state=found.record.state, closed=found.record.closed)
    return found


def _change(order: Order, one: Filed[Action], verb: str, text: str, edits: Sequence[Edit], *known: str) -> Operation:
    """Return the change of one action as it is `known`, by keys, with its line of history."""
    line = add("updates", value={"at": order.view.on, "by": order.person, "text": text})
    file = tomllib.loads(one.text)
    otherwise = f"{one.id} changed meanwhile; look at it (!action {one.id}) and say it again"
    seen = tuple(expect(key, value=file.get(key), otherwise=otherwise) for key in ("state", "owner", *known))
    return Operation(verb=verb, changes=(Change(kind="action", id=one.id, edits=(*edits, line), expects=seen),))


def _accept(order: Order) -> Effect:
    one = one_of(order)
    action, state = one.record, hold(order.view, one.record)
    if action.owner == order.person and state == "yes":
        raise NotSo("irc/action_no", why="yours", id=one.id, since=action.accepted)
    if action.owner not in {None, order.person} and state in {"yes", "asked"}:
        raise NotSo("irc/action_no", why="another", id=one.id, owner=action.owner, state=state, person=order.person)
    return order.to(
        _change(order, one, "accept", _taken(action, order.person), _taking(one.record, order), "accepted", "nag"),
        CHANGED,
        what="accepted",
        title=action.title,
    )


def _taken(action: Action, person: str) -> str:
    return "accepted" if action.owner in {None, person} else f"accepted; it was {action.owner}'s"


def _taking(action: Action, order: Order) -> tuple[Edit, ...]:
    """Make it the person's own; what a former owner wished to be reminded of is theirs."""
    other = action.owner != order.person
    owner = (put("owner", value=order.person),) if other else ()
    return (*owner, put("accepted", value=order.view.on), *_without(action, *(("nag",) if other else ())))


def _without(action: Action, *keys: str) -> tuple[Edit, ...]:
    """Take away those keys that are there."""
    return tuple(drop(key) for key in keys if getattr(action, key) is not None)


def _done(order: Order) -> Effect:
    one = one_of(order)
    action = one.record
    if not order.arg("evidence"):
        raise NotSo("irc/action_no", why="evidence", id=one.id)
    proof = shown(order, order.arg("evidence"))
    text = "done" if action.owner in {None, order.person} else f"done, as {order.person} says"
    seen = f"; {proof.seen}" if proof.seen else ""
    taking = _taking(action, order) if action.owner is None else ()
    edits = (
        *taking,
        put("state", value="done"),
        put("closed", value=order.view.on),
        put("evidence", value=proof.evidence),
        *_without(action, "blocked_by", *(() if taking else ("nag",))),
    )
    operation = _change(order, one, "close", text + seen, edits, "blocked_by", "nag")
    return order.to(
        operation, CHANGED, what="done", title=action.title, seen=proof.seen, owner=action.owner or "", by=order.person
    )


def _block(order: Order) -> Effect:
    one = one_of(order)
    words = re.sub(r"(?i)^(?:by|on|for)\s+", "", order.arg("text")).split(maxsplit=1)
    if not words:
        raise NotSo("irc/action_no", why="party", id=one.id)
    waits = _party(order, words[0])
    why = _reason(order, re.sub(r"(?i)^(?:for|because(?: of)?|:)\s+", "", words[1])) if len(words) > 1 else None
    block: dict[str, object] = {**waits, "since": order.view.on, **({"on": why} if why else {})}
    whom = next(iter(waits.values()))
    edits = (*_without(one.record, "blocked_by"), put("state", value="blocked"), put("blocked_by", value=block))
    return order.to(
        _change(order, one, "block", f"waits for {whom}", edits, "blocked_by"),
        CHANGED,
        what="blocked",
        title=one.record.title,
        whom=whom,
    )


def _party(order: Order, word: str) -> dict[str, str]:
    """Return whom or what an action waits for: another action, an organisation, a provider or a person."""
    view, name = order.view, word.strip(".,:;").casefold()
    action = view.get(Action, "action", identity(word))
    if action is not None:
        return {"action": action.id}
    for kind, model in (("org", Org), ("provider", Provider), ("person", Person)):
        if view.get(model, kind, name) is not None:
            return {"party": name}
    called = [one.id for one in view.all(Org) if name in {n.casefold() for n in (one.record.name, *one.record.aka)}]
    if len(called) == 1:
        return {"party": called[0]}
    known = (*view.all(Org), *view.all(Provider), *view.all(Person))
    near = meant(name, known, lambda _record: ())
    raise NotSo("irc/action_no", why="no party", word=word, near=near if isinstance(near, tuple) else (near.id,))


def _reason(order: Order, text: str) -> str:
    return order.free(" ".join(text.split()), reason=True)[:LONGEST].strip()


def _unblock(order: Order) -> Effect:
    one = one_of(order)
    block = one.record.blocked_by
    if block is None and one.record.state != "blocked":
        raise NotSo("irc/action_no", why="free", id=one.id)
    whom = (block.party or block.action or "somebody") if block is not None else "somebody"
    since = f" (since {block.since})" if block is not None else ""
    edits = (put("state", value="open"), *_without(one.record, "blocked_by"))
    operation = _change(order, one, "unblock", f"no longer waits for {whom}{since}", edits, "blocked_by")
    return order.to(operation, CHANGED, what="unblocked", title=one.record.title, whom=whom)


def _drop(order: Order) -> Effect:
    """Give an action up with a reason; a link alone is the issue that it moves to."""
    one = one_of(order)
    why = _reason(order, order.arg("reason"))
    if not why:
        raise NotSo("irc/action_no", why="reason", id=one.id)
    moved = _LINK.fullmatch(re.sub(r"(?i)^(?:moved\s+)?to\s+", "", why).strip("<>"))
    state = "dropped" if moved is None else "moved"
    edits = (
        put("state", value=state),
        put("why", value=why if moved is None else moved[0]),
        put("closed", value=order.view.on),
        *_without(one.record, "blocked_by", "nag"),
    )
    operation = _change(order, one, "drop" if moved is None else "move", state, edits, "blocked_by", "nag")
    to = "" if moved is None else moved[0]
    return order.to(operation, CHANGED, what="dropped", title=one.record.title, to=to)


def _handover(order: Order) -> Effect:
    one = one_of(order)
    action = one.record
    new = somebody(order, re.sub(r"(?i)^to\s+", "", order.arg("whom")))
    if new == action.owner:
        raise NotSo("irc/action_no", why="already", id=one.id, owner=new)
    if new == order.person:
        return _accept(order)
    edits = (put("owner", value=new), put("assigned", value=order.view.on), *_without(action, "accepted", "nag"))
    before = (
        f" by {action.owner}" if action.owner == order.person else f"; it was {action.owner}'s" if action.owner else ""
    )
    operation = _change(order, one, "hand over", f"handed to {new}{before}", edits, "accepted", "nag")
    return order.to(operation, CHANGED, what="handed", title=action.title, owner=new)


def _due(order: Order) -> Effect:
    one = one_of(order)
    due = due_of(order, order.arg("day"))
    before = one.record.due
    was = "" if before is None else f" (was {before if isinstance(before, date) else f'before {before.before}'})"
    edits = (
        *_without(one.record, "due"),
        *((put("due", value=due_value(due)),) if due is not None else ()),
    )
    text = f"due {due_words(due) or 'on no day'}{was}"
    return order.to(
        _change(order, one, "move", text, edits, "due"), CHANGED, what="due", title=one.record.title, due=due_words(due)
    )


_NAGS: Mapping[str, str | None] = {"on": "weekly", "weekly": "weekly", "once": "once", "off": None}


def _nag(order: Order) -> Effect:
    one = one_of(order)
    action, how = one.record, _NAGS[order.arg("how").lower() or "on"]
    if action.owner != order.person:
        raise NotSo("irc/action_no", why="not to nag", id=one.id, owner=action.owner)
    if action.nag == how:
        raise NotSo("irc/action_no", why="nagged", id=one.id, nag=how)
    edits: tuple[Edit, ...] = (put("nag", value=how),) if how is not None else (drop("nag"),)
    text = f"wants to be reminded {how}" if how is not None else "wants no reminder"
    return order.to(
        _change(order, one, "remind", text, edits, "nag"), CHANGED, what="nag", title=action.title, how=how or ""
    )


ORDERS: Mapping[str, Carry] = {
    "action": _make,
    "accept": _accept,
    "done": _done,
    "block": _block,
    "unblock": _unblock,
    "drop": _drop,
    "handover": _handover,
    "due": _due,
    "nag": _nag,
}
"""What each command does."""
