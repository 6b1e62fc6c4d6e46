"""The enumeration has teeth: the classic bugs of this kind of program, planted, are found by it.

They are two transactions where one should be, or an act in the wrong order. Each mutant is a few lines, and the promise
that it breaks is named.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.runtime.lanes import IRC_POLICY, Lane
from cloudbot.store.journal import Journal, Transaction
from tests.crash.lives import Make, crash, survey, violations
from tests.crash.scenarios import SHORT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cloudbot.core.facts import Fact
    from cloudbot.core.ports import Outcome
    from cloudbot.store.journal import NewRow, OutboxRow


def promises_broken_by(make: Make) -> set[str]:
    """Return the promises that the enumeration finds broken, by their first word."""
    expected, _ = survey(SHORT)
    mutant, points = survey(SHORT, make=make)
    assert violations(expected, mutant, crashes=0) == [], "without a crash the bug cannot be seen"
    found = [
        violation
        for number in points.distinct.values()
        for violation in violations(expected, crash(SHORT, number, make=make), crashes=1)
    ]
    return {violation.partition(":")[0] for violation in found}


def test_the_bot_as_it_is_breaks_none() -> None:
    assert promises_broken_by(Make()) == set()


class Later(Transaction):
    """Puts off some of its writing until after the commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.later: list[Callable[[Transaction], object]] = []


class DocumentsLater(Journal):
    """Marks a fact as done in one transaction and keeps the documents in a second."""

    class Kept(Later):
        def keep(self, feature: str, body: str, *, fact_id: int) -> None:
            self.later.append(lambda second: second.keep(feature, body, fact_id=fact_id))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction():
            first = self.Kept(self._connection)
            yield first
        if first.later:
            with super().transaction() as second:
                for write in first.later:
                    write(second)


def test_documents_in_a_second_transaction_are_missing_after_a_crash_between() -> None:
    """A fact marked as done is not offered again, so what it should have changed is never changed."""
    assert "document" in promises_broken_by(Make(journal=DocumentsLater))


class DoneLater(Journal):
    """Applies a fact in one transaction and remembers in a second that it has been received."""

    class Unmarked(Later):
        def record(self, fact: Fact, *, source: str, external_id: str | None) -> int | None:
            seen = self._do("SELECT 1 FROM fact WHERE source = ? AND external_id = ?", (source, external_id))
            if seen.fetchone():
                return None
            number = super().record(fact, source=source, external_id=None)
            self.later.append(
                lambda _: self._do("UPDATE fact SET external_id = ? WHERE id = ?", (external_id, number)),
            )
            return number

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction():
            first = self.Unmarked(self._connection)
            yield first
        for write in first.later:
            with super().transaction() as second:
                write(second)


def test_a_done_mark_in_a_second_transaction_applies_a_fact_twice_after_a_crash_between() -> None:
    assert "document" in promises_broken_by(Make(journal=DoneLater))


def test_resending_what_was_half_sent_on_irc_says_it_twice() -> None:
    resending = replace(IRC_POLICY, half_sent="again")

    assert promises_broken_by(Make(irc_policy=resending)) == {"doubled"}


class MarkedFirst(Lane):
    """Marks a message as sent, and sends it then."""

    async def _attempt(self, row: OutboxRow) -> Outcome:
        await self._settle(row, "sent", "")
        return await super()._attempt(row)


def test_marking_as_sent_before_sending_loses_what_was_not_sent() -> None:
    assert promises_broken_by(Make(lane=MarkedFirst)) == {"lost"}


class MessagesLater(Journal):
    """Keeps the documents in one transaction and writes the messages in a second."""

    class Unsaid(Later):
        def enqueue(self, row: NewRow, at: datetime) -> bool:
            self.later.append(lambda second: second.enqueue(row, at))
            return True

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction():
            first = self.Unsaid(self._connection)
            yield first
        for write in first.later:
            with super().transaction() as second:
                write(second)


def test_messages_in_a_second_transaction_are_never_said_after_a_crash_between() -> None:
    assert promises_broken_by(Make(journal=MessagesLater)) == {"lost"}


class Unclaimed(Lane):
    """Sends without having written down that it is about to."""

    def _claim(self, row: OutboxRow) -> bool:
        del row
        return True


def test_sending_without_a_claim_on_the_disk_says_it_twice() -> None:
    assert promises_broken_by(Make(lane=Unclaimed)) == {"doubled"}
