"""A bot of the example team, or of files made here: what it answers from its records, what it asks to be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.core.commands import Invocation, Mistake
from cloudbot.core.effects import CommitRecords
from cloudbot.core.facts import CommandGiven, RecordsCommitted, RecordsRefused, RecordsWait
from cloudbot.core.people import Person, Team
from cloudbot.core.records.applying import Refused, apply
from cloudbot.core.records.loading import load
from cloudbot.core.records.state import Records
from cloudbot.core.speech import Proof, Venue
from tests.core.records.trees import TODAY, example
from tests.features.builders import CHANNEL, COMMANDS, Bot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.facts import Fact

AT = datetime(2019, 7, 23, 12, 0, tzinfo=UTC)
"The day after the talk; what the example team's records are about."
COMMIT = "c0ffee00" * 5
LONGEST = 400
"Bytes that a line stays under."


def known(files: Mapping[str, bytes | str] | None = None) -> Records:
    """Return records as read from these files, or those of the example team."""
    chosen = example() if files is None else files
    tree, findings = load({p: t.encode() if isinstance(t, str) else t for p, t in sorted(chosen.items())}, {})
    assert findings == []
    return Records(commit=COMMIT, tree=tree, good=COMMIT, site="https://salsa.example.org/team/records")


def bot(files: Mapping[str, bytes | str] | None = None) -> Bot:
    """Return a bot that knows these records, in which everybody of the example team has an account of that name."""
    names = ("alice", "bob", "carol", "dan", "erin", "frank", "grace")
    people = tuple(Person(name=name, accounts={"oftc": (name,)}) for name in names)
    return Bot(records=known(files), team=Team(name="Example Team", people=people, channels=(CHANNEL,)))


def by(
    person: str, command: str, *, at: datetime = AT, venue: Venue = CHANNEL, number: str = "", **args: str
) -> CommandGiven:
    """Return a command of a person whose account of the same name services vouch for."""
    return CommandGiven(
        at=at,
        id=number or f"{command}-{person}-{len(args)}",
        command=command,
        args=args,
        venue=venue,
        nick=person,
        proof=Proof(person, "whois-307"),
        person=person,
    )


def tell(one: Bot, *facts: Fact) -> list[str]:
    """Give a bot facts, carry out the changes of the records it asks for, and return what it says until all is done."""
    said: list[str] = []
    waiting = list(facts)
    while waiting:
        effects = one.take(waiting.pop(0))
        said += one.said(effects)
        waiting += [carried_out(one, effect, facts[-1].at) for effect in effects if isinstance(effect, CommitRecords)]
    return said


def typed(one: Bot, person: str, line: str, *, at: datetime = AT) -> list[str]:
    """Let somebody type a line; return the answer, or how the change ended by the rights of that person."""
    parsed = COMMANDS.parse(line, me=("cloudbot",), query=True)
    if isinstance(parsed, Mistake):
        return [parsed.line]
    assert isinstance(parsed, Invocation), line
    if parsed.command.answer is not None:
        said = one.answer(line, at=at).splitlines()
    else:
        order = by(person, parsed.command.name, at=at, number=f"{person} {line} {at}")
        said = tell(one, replace(order, args=dict(parsed.args)))
    assert [each for each in said if len(each.encode()) >= LONGEST] == []
    return said


def carried_out(one: Bot, effect: CommitRecords, at: datetime) -> RecordsCommitted | RecordsRefused | RecordsWait:
    """Apply a change to the records that the bot knows, as the repository would, and say how it ended.

    What wants a second person waits, as a merge request does.
    """
    assert one.records is not None
    try:
        done = apply(one.records.tree, effect.operation, at.date(), today=TODAY, person=effect.author.person)
    except Refused as no:
        return RecordsRefused(at=at, key=effect.key, person=effect.author.person, to=effect.to, reasons=no.reasons)
    if done.second:
        link = "https://salsa.example.org/team/records/-/merge_requests/1"
        return RecordsWait(
            at=at, key=effect.key, person=effect.author.person, to=effect.to, why="proposed", detail=link
        )
    one.records = replace(one.records, tree=done.tree)
    return RecordsCommitted(
        at=at,
        key=effect.key,
        commit=COMMIT,
        ids=done.ids,
        subject=effect.operation.verb,
        person=effect.author.person,
        to=effect.to,
        words=effect.words,
        values=dict(effect.values),
        notes=tuple(str(note) for note in done.notes),
        undo=done.undo,
    )
