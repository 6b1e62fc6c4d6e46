"""An agenda: what is put together from where, in which order, and whether it fits the time.

The same state gives the same agenda.
Nothing is ever left out for want of time: what is beyond the hour is numbered too, and said to be beyond it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.planned import Planned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

ACTIONS = "actions"
"""The id of the item under which open actions are gone through."""
LONGEST_ID = 24
_OTHER = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What an agenda is made from, each part in its own order."""

    left: tuple[Planned, ...] = ()
    "what the last meeting did not come to"
    actions: Planned | None = None
    standing: tuple[Planned, ...] = ()
    added: tuple[Planned, ...] = ()
    drafted: tuple[Planned, ...] = ()
    closing: tuple[Planned, ...] = ()
    "standing items that end the meeting, such as any other business"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What people changed in what was gathered, by the ids of items."""

    hidden: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    "the items as somebody put them; those that came later are beside whom they would have stood"
    minutes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Whether the items fit the time of the meeting, in minutes."""

    planned: int
    of: int
    beyond: tuple[int, ...] = ()
    "numbers of the items that end after the time is over, counted from 1"

    @property
    def over(self) -> int:
        """By how many minutes it does not fit."""
        return max(0, self.planned - self.of)


def compose(gathered: Gathered, changed: Changed | None = None) -> tuple[Planned, ...]:
    """Put the items in order: leftovers, actions, standing ones, added ones, what the state says, closing ones.

    Nothing is there twice, by id or by words. A standing item that was left over stands with the leftovers; actions and
    what closes a meeting keep their place.
    """
    changed = changed or Changed()
    ends = {one.id for one in gathered.closing} | {ACTIONS}
    every = (
        *(one for one in gathered.left if one.id not in ends),
        *((gathered.actions,) if gathered.actions is not None else ()),
        *gathered.standing,
        *gathered.added,
        *gathered.drafted,
        *gathered.closing,
    )
    shown = [one for one in _once(every) if one.id not in changed.hidden]
    timed = [replace(one, minutes=changed.minutes.get(one.id, one.minutes)) for one in shown]
    return tuple(_ordered(timed, changed.order))


def _once(every: Iterable[Planned]) -> Iterable[Planned]:
    ids: set[str] = set()
    said: set[str] = set()
    for one in every:
        words = folded(one.text)
        if one.id not in ids and words not in said:
            ids.add(one.id)
            said.add(words)
            yield one


def _ordered(every: Sequence[Planned], order: Sequence[str]) -> list[Planned]:
    """Follow an order as far as it goes; what it does not name stands behind what it would stand behind without it."""
    by_id = {one.id: one for one in every}
    ids = [name for name in dict.fromkeys(order) if name in by_id]
    before = ""
    for one in every:
        if one.id not in ids:
            ids.insert(ids.index(before) + 1 if before else 0, one.id)
        before = one.id
    return [by_id[name] for name in ids]


def folded(text: str) -> str:
    """Return the words of an item, for telling whether it is there already: no case, signs or blanks."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold())) or text


def same(agenda: Iterable[Planned], text: str) -> Planned | None:
    """Return the item that says the same as a text."""
    words = folded(text)
    return next((one for one in agenda if folded(one.text) == words), None)


def budget(agenda: Sequence[Planned], of: int) -> Budget:
    """Add up the minutes, and say which items end after the time is over."""
    spent, beyond = 0, []
    for number, one in enumerate(agenda, start=1):
        spent += one.minutes
        if spent > of:
            beyond.append(number)
    return Budget(planned=spent, of=of, beyond=tuple(beyond))


def moved(agenda: Sequence[Planned], one: Planned, place: int) -> tuple[str, ...]:
    """Return the order in which an item stands at another place, counted from 0; the last one at the most."""
    others = [each.id for each in agenda if each.id != one.id]
    return (*others[:place], one.id, *others[place:])


def found(agenda: Sequence[Planned], word: str) -> int | None:
    """Return the place of an item, counted from 0, by its number (`3`, `#3`, `3.`) or its id; None if there is none."""
    plain = word.strip().strip("#.").casefold()
    if plain.isascii() and plain.isdigit():
        place = int(plain[:6]) - 1
        return place if 0 <= place < len(agenda) else None
    return next((place for place, one in enumerate(agenda) if one.id.casefold() == plain), None)


def identity(text: str, taken: Collection[str]) -> str:
    """Return an id for a new item: its first words, numbered where they are taken."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = [word for word in _OTHER.split(plain.encode("ascii", "ignore").decode()) if word]
    name = ""
    for word in words:
        if len(name) + len(word) >= LONGEST_ID:
            break
        name = f"{name}-{word}" if name else word
    name = name or (words[0][:LONGEST_ID] if words else "item")
    tries = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    # all digits would be taken for the number of an item
    return next(each for each in tries if each not in taken and not each.isdigit()) if taken or name.isdigit() else name
