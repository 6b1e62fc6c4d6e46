"""What every question about the records has in common: the records of the day, and the record that a name means."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeVar

from cloudbot.core.commands import Answer, Ask
from cloudbot.core.records.checks.privacy import holds_secret
from cloudbot.core.records.matching import words_of
from cloudbot.core.records.words import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, timedelta

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View

RecordT = TypeVar("RecordT", bound=Part)
MOST_NEAR = 5


def from_records(answer: Callable[[Ask, World, View], Answer]) -> Callable[[Ask, World], Answer]:
    """Let a question be answered from the records as of today, or by one line that they were not read yet.

    A secret in the question is not repeated. While somebody has pushed what cannot be read, a line says which kinds
    are answered from which older commit.
    """

    def answered(ask: Ask, world: World) -> Answer:
        if any(holds_secret(text) for text in ask.args.values()):
            return Answer(words="irc/order_private", values={"what": "a secret"})
        if world.records is None:
            return Answer(words="irc/records_unread")
        found = answer(ask, world, world.records.at(world.at))
        if not world.records.closed:
            return found
        note = {"words": found.words, "closed": sorted(world.records.closed), "good": world.records.good[:8]}
        return Answer(words="irc/records_as_of", values={**found.values, "as_of": note})

    return answered


def meant(
    wanted: str, every: Sequence[Filed[RecordT]], names: Callable[[RecordT], Iterable[str]]
) -> Filed[RecordT] | tuple[str, ...]:
    """Return the one record of that id or name, or the only one with all of these words; else what is near."""
    plain = wanted.strip().casefold()
    called = [one for one in every if plain in {one.id.casefold(), *(name.casefold() for name in names(one.record))}]
    asked = words_of(wanted)
    found = called or [one for one in every if asked and asked <= words_of(one.id, *names(one.record))]
    if len(found) == 1:
        return found[0]
    ids = [one.id for one in found]
    return tuple(ids or difflib.get_close_matches(plain, [one.id for one in every], n=3, cutoff=0.6))


def none_such(kind: str, wanted: str, near: tuple[str, ...], every: Sequence[Filed[Part]]) -> Answer:
    """Say that there is no such record, or more than one, and which there are."""
    values = {"kind": kind, "wanted": wanted, "near": near, "known": [one.id for one in every], "most": MOST_NEAR}
    return Answer(words="irc/records_which", values=values)


def age(view: View, day: date) -> timedelta:
    """Return how long ago a day is; one that is still to come is no time ago."""
    return max(view.on - day, view.on - view.on)
