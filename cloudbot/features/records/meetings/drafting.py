"""The part of an agenda that is drafted from the state of things: few items, each with lines of facts.

A line has what it is about, since when, whose it is and a link; it judges nothing and ranks nobody. Where nothing is to
be told there is no item. The same state gives the same draft, and a person can take any of it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.meetings.planned import Planned
from cloudbot.features.records.meetings.drafting_forge import broken, waiting
from cloudbot.features.records.meetings.drafting_records import (
    decisions,
    delegations,
    images,
    offers,
    sprints,
    touched,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View

NAMES = frozenset({"builds", "review", "decisions", "delegations", "sprints", "images", "offers"})
"""The ids of drafted items."""
LEAST, MOST = 5, 15
"""Minutes of a drafted item: five, and five more for every four lines."""
SHOWN = 12
"""Lines of an item; of more, how many."""


def drafted(world: World, view: View, until: date) -> tuple[Planned, ...]:
    """Draft what the state of things asks a meeting; `until` is the day of the meeting after it."""
    parts = (
        ("builds", "Builds and pipelines", broken(world), ()),
        ("review", "Waiting for review", waiting(world), ()),
        ("decisions", "Decisions due", decisions(view, until), touched(view, until)),
        ("delegations", "Delegations and declarations", delegations(view), ()),
        ("sprints", "Sprints", sprints(view), ()),
        ("images", "Images older than they may be", images(view), ()),
        ("offers", "Offers without an answer", offers(view), ()),
    )
    return tuple(_item(name, text, lines, providers) for name, text, lines, providers in parts if lines)


def _item(name: str, text: str, lines: Sequence[str], providers: tuple[str, ...]) -> Planned:
    more = len(lines) - SHOWN
    shown = (*lines[:SHOWN], *((f"and {more} more",) if more > 0 else ()))
    minutes = min(MOST, LEAST * (1 + (len(lines) - 1) // 4))
    return Planned(id=name, text=text, source="state", minutes=minutes, lines=shown, providers=providers)
