"""Who is of the team according to its records, as last read whole: whom the bot lets change things.

The people of the configuration are known besides; an operator is made there only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import RosterSeen
from cloudbot.core.people import Person

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of the records at a commit."""

    commit: str = ""
    seen: datetime | None = None
    people: tuple[Person, ...] = ()


def react(known: Roster, fact: Fact, _world: World) -> Reaction[Roster]:
    """Take over a look."""
    if isinstance(fact, RosterSeen):
        return Reaction(Roster(commit=fact.commit, seen=fact.at, people=fact.people))
    return Reaction(known)


roster = Feature(name="roster", document=Roster, react=react)
