"""`!undo`: one's own last change of the records taken back, within ten minutes and while nobody built on it.

It is a change like any other: a commit, judged, refused if somebody changed the same file meanwhile. Taking back what
was taken back does it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, RecordsCommitted
from cloudbot.core.records.operations import Change, Operation
from cloudbot.features.records.asking import answer, commit

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """Somebody's last change: when it was made, its line, and what takes it back."""

    at: datetime
    subject: str
    undo: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """The last change of each person, as long as it may be taken back."""

    last: dict[str, Last] = field(default_factory=dict)


def react(known: Undoing, fact: Fact, _world: World) -> Reaction[Undoing]:
    """Remember what can be taken back, or take it back."""
    match fact:
        case RecordsCommitted() if fact.person and fact.undo:
            rest = {name: one for name, one in known.last.items() if fact.at - one.at <= WITHIN}
            return Reaction(Undoing(last={**rest, fact.person: Last(at=fact.at, subject=fact.subject, undo=fact.undo)}))
        case CommandGiven(command="undo"):
            return _undo(known, fact)
        case _:
            return Reaction(known)


def _undo(known: Undoing, fact: CommandGiven) -> Reaction[Undoing]:
    last = known.last.get(fact.person or "")
    if last is None or fact.at - last.at > WITHIN:
        values = {"minutes": int(WITHIN.total_seconds() // 60), "last": last}
        return Reaction(known, (answer(fact, "irc/undo_nothing", values),))
    rest = {name: one for name, one in known.last.items() if name != fact.person}
    verb = last.subject.partition(": ")[2] or "change"
    again = verb.removeprefix("undo ") if verb.startswith("undo ") else f"undo {verb}"
    effect = commit(fact, Operation(verb=again, changes=last.undo), "irc/undone", {"subject": last.subject})
    return Reaction(replace(known, last=rest), (effect,))


undoing = Feature(
    name="undoing",
    document=Undoing,
    react=react,
    commands=(
        Command(
            name="undo",
            help="take back your own last change of the records, within ten minutes and while nobody built on it",
            who="member",
            examples=("!undo",),
        ),
    ),
)
