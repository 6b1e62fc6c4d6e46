"""An action that is said in a meeting to be done: closed with what shows it, else noted as said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.facts import CommandGiven
from cloudbot.core.records.dues import OPEN
from cloudbot.core.records.operations import drop, put
from cloudbot.features.records.actions.evidence import host_in, shown
from cloudbot.features.records.meetings.masking import recordable
from cloudbot.features.records.meetings.naming import NAME, named
from cloudbot.features.records.orders import NotSo, Order

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Item
    from cloudbot.core.records.kinds.work import Action
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.meetings.attending import Attendance

WANTED = "said to be done; evidence wanted"
MOST_HOSTS = 5
"""Names that are looked up for one meeting."""


def hosts(who: Attendance) -> tuple[str, ...]:
    """Return the host names that are said to resolve now, to show that an open action is done."""
    found = []
    for item in who.meeting.items:
        one = named(item.text, who.view) if item.kind == "done" else None
        if one is not None and one.record.state in OPEN:
            found.append(host_in(_rest(item)))
    return tuple(dict.fromkeys(filter(None, found)))[:MOST_HOSTS]


def closed(
    who: Attendance, world: World, author: str, item: Item, one: Filed[Action], resolving: frozenset[str]
) -> tuple[tuple[Edit, ...], str]:
    """Return the edits that close an action and its line of history; no edits where nothing is shown for it.

    What is evidence is decided as for `!done`; `resolving` are the names that were looked up and found.
    """
    view, rest = who.view, _rest(item)
    host = host_in(rest)
    args = {"id": one.id, "evidence": rest, **({"looked up": host} if host in resolving else {})}
    fact = CommandGiven(
        at=world.at, id=f"{item.id}", command="done", args=args, venue=who.held.venue, nick=item.nick, proof=None,
        person=author,
    )  # fmt: skip
    try:
        proof = shown(Order(fact=fact, view=view, world=world, person=author), rest)
    except NotSo:
        return (), f"said to be done; {host} did not resolve" if host and host not in resolving else WANTED
    gone = tuple(drop(key) for key in ("blocked_by", "nag") if getattr(one.record, key) is not None)
    edits = (put("state", value="done"), put("closed", value=view.on), put("evidence", value=proof.evidence), *gone)
    return edits, "done" + (f"; {proof.seen}" if proof.seen else "")


def _rest(item: Item) -> str:
    """Return what is said of an action besides its name."""
    return recordable(NAME.sub(" ", item.text)).strip(" ,;:.")
