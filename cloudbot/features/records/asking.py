"""From a command to a change of the records: who wants it, by which way, and where the answer goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.effects import CommitRecords, Say
from cloudbot.core.records.operations import Author

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.facts import CommandGiven
    from cloudbot.core.records.operations import Operation


def commit(
    fact: CommandGiven, operation: Operation, words: str, values: Mapping[str, str] | None = None
) -> CommitRecords:
    """Ask for a change; its end is answered where the command was given, in these words.

    The template gets the values, and `ids` (the records changed, the first being the one it is about), `commit`,
    `notes` (warnings) and `at`.
    """
    venue = fact.venue
    return CommitRecords(
        key=_key(fact),
        operation=operation,
        author=Author(
            person=fact.person or "",
            account=f"{venue.network}/{fact.proof.account}" if fact.proof else "",
            via=f"irc {venue.name}" if venue.is_channel else "irc query",
        ),
        to=venue,
        words=words,
        values=values or {},
    )


def answer(fact: CommandGiven, words: str, values: Mapping[str, object] | None = None) -> Say:
    """Answer a command without changing anything: what is missing, what is not so."""
    return Say(key=f"{_key(fact)}/answer", to=fact.venue, words=words, values=values or {})


def _key(fact: CommandGiven) -> str:
    return f"records/{fact.venue.network}/{fact.id}"
