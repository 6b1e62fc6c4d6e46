"""An action that is said in a meeting to be done: closed with what shows it, else noted as said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.facts import CommandGiven
from cloudbot.core.records.operations import drop, put
from cloudbot.features.records.actions.evidence import shown
from cloudbot.features.records.meetings.masking import recordable
from cloudbot.features.records.meetings.naming import NAME
from cloudbot.features.records.orders import NotSo, Order

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Item
    from cloudbot.core.records.kinds.work import Action
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.core.speech import Venue

WANTED = "said to be done; evidence wanted"


def closed(
    world: World, view: View, venue: Venue, author: str, item: Item, one: Filed[Action]
) -> tuple[tuple[Edit, ...], str]:
    """Return the edits that close an action and its line of history; no edits where nothing is shown for it.

    What is evidence is decided as for `!done`.
    """
    rest = recordable(NAME.sub(" ", item.text)).strip(" ,;:.")
    args = {"id": one.id, "evidence": rest}
    fact = CommandGiven(
        at=world.at, id=f"{item.id}", command="done", args=args, venue=venue, nick=item.nick, proof=None, person=author
    )
    try:
        proof = shown(Order(fact=fact, view=view, world=world, person=author), rest)
    except NotSo:
        return (), WANTED
    gone = tuple(drop(key) for key in ("blocked_by", "nag") if getattr(one.record, key) is not None)
    edits = (put("state", value="done"), put("closed", value=view.on), put("evidence", value=proof.evidence), *gone)
    return edits, "done" + (f"; {proof.seen}" if proof.seen else "")
