"""How far meetings are on their way into the records: what was asked for, what of it is there, how looks ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from cloudbot.core.facts import Delivered, RecordsCommitted, RecordsRefused

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.facts import Fact
    from cloudbot.features.meetings.document import Held, Meetings

State = Literal["looking", "asked", "there", "refused", "given up", "strangers"]
MOST_TRIES = 5
"""How often minutes are tried; what five states of the records refuse, a person has to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One meeting on its way into the records."""

    state: State
    key: str = ""
    "of the last change that was asked for"
    tries: int = 0
    commit: str = ""
    "of the records that refused it: only others are worth another try"
    fixes: int = 0
    "corrections that are there, or asked for"
    before: int = 0
    "corrections that were there before the last change was asked for"
    mailed: bool = False
    looks: dict[str, str] = field(default_factory=dict)
    "host names that are looked up, by the key of that: how it ended, empty until it has"

    @property
    def resolving(self) -> frozenset[str]:
        """The names that were found."""
        return frozenset(key.rpartition("/")[2] for key, state in self.looks.items() if state == "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Meetings by the number of their first fact."""

    meetings: dict[str, Entry] = field(default_factory=dict)

    def of(self, held: Held) -> Entry | None:
        """Return what is known of a meeting."""
        return self.meetings.get(str(held.began))

    def put(self, held: Held, entry: Entry) -> Recorded:
        """Return it with a meeting as it is now."""
        return Recorded(meetings={**self.meetings, str(held.began): entry})


def ended(known: Recorded, fact: Fact, world: World) -> Recorded:
    """Note the end of a change that was asked for, or of a look."""
    if isinstance(fact, Delivered):
        return _told(known, fact)
    if not isinstance(fact, RecordsCommitted | RecordsRefused):
        return known
    found = next(((name, one) for name, one in known.meetings.items() if one.key == fact.key), None)
    if found is None or found[1].state != "asked":
        return known
    name, entry = found
    if isinstance(fact, RecordsCommitted):
        entry = replace(entry, state="there", tries=0)
    else:
        over = fact.closed or entry.tries >= MOST_TRIES
        if over and entry.before < entry.fixes:  # a correction, of minutes that are there
            return Recorded(meetings={**known.meetings, name: replace(entry, state="there", tries=0)})
        commit = world.records.commit if world.records is not None else ""
        entry = replace(entry, state="given up" if over else "refused", commit=commit, fixes=entry.before)
    return Recorded(meetings={**known.meetings, name: entry})


def _told(known: Recorded, fact: Delivered) -> Recorded:
    """Note whether a host name was found."""
    found = next(((name, one) for name, one in known.meetings.items() if fact.key in one.looks), None)
    if found is None:
        return known
    name, entry = found
    told = replace(entry, looks={**entry.looks, fact.key: fact.state})
    return Recorded(meetings={**known.meetings, name: told})


def without_forgotten(known: Recorded, meetings: Meetings) -> Recorded:
    """Forget meetings of which no lines are kept any more."""
    held = {str(one.began) for one in meetings.held}
    if held >= known.meetings.keys():
        return known
    return Recorded(meetings={name: one for name, one in known.meetings.items() if name in held})
