"""The lane of the records: takes what was asked for in order, a burst at a time, and brings each to its end.

A change is done when it is in the team's repository; until then its row stays, over restarts. What may have been done
already is not done twice: the repository knows it by its Request-Id.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, assert_never

import structlog

from cloudbot.adapters.records.carrying_out import Done, End, Later, No, Proposed, Wanted
from cloudbot.core.effects import CommitRecords
from cloudbot.core.facts import RecordsCommitted, RecordsRefused, RecordsWait
from cloudbot.core.records.wording import link_in
from cloudbot.runtime.bell import Bell
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.posting import REPO
from cloudbot.runtime.writer import Writer
from cloudbot.store.codec import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.store.journal import OutboxRow

log = structlog.get_logger()
MOST_AT_ONCE = 50
MOST_OPEN = 10_000
"""Changes looked through for those that may be tried now: many may wait for somebody to merge them."""
FAULT = "a fault of mine, and the log has it; ask again when it is mended"
PAUSES = {"away": 5.0, "full": 30.0, "behind": 5.0, "rewritten": 60.0, "proposed": 300.0, "wrong": 60.0}
"""Seconds until the second try; it doubles for what cannot be helped from here."""
LONGEST_PAUSE = 900.0


class Archive(Protocol):
    """Where the records are."""

    async def carry_out(self, wanted: Sequence[Wanted]) -> list[End]:
        """Carry out changes in order; the ends are in the same order. A change is never carried out twice."""


@dataclass(slots=True, kw_only=True)
class Ledger:
    """The lane."""

    archive: Archive
    writer: Writer
    consumer: Consumer
    clock: Callable[[], datetime]
    changed: Callable[[], None] = lambda: None
    "called after something was changed: what else changed with it is looked at soon"
    retry_seconds: float = 5.0
    name: str = REPO
    _bell: Bell = field(default_factory=Bell)

    def stir(self) -> None:
        """There may be something to change."""
        self._bell.ring()

    async def run(self) -> None:
        """Carry out for ever."""
        while True:
            self._bell.hush()
            while await self.step():
                pass
            await self._rest()

    async def step(self) -> bool:
        """Carry out what may be tried now, in order."""
        now = self.clock()
        rows = [row for row in await self._open() if row.not_before is None or row.not_before <= now][:MOST_AT_ONCE]
        if not rows:
            return False
        await self._durably(self._claim, rows)
        ends = await self._ends(rows)
        for row, end in zip(rows, ends, strict=True):
            await self._settle(row, end)
        if any(isinstance(end, Done) for end in ends):
            self.changed()
        return True

    async def _ends(self, rows: Sequence[OutboxRow]) -> list[End]:
        """Carry out a burst; a bug costs the change that has it, and no other."""
        try:
            return await self.archive.carry_out([_wanted(row) for row in rows])
        except Exception:
            log.exception("changes of the records could not be carried out", keys=[row.key for row in rows])
        if len(rows) == 1:
            return [No((FAULT,))]
        return [end for row in rows for end in await self._ends([row])]

    async def _settle(self, row: OutboxRow, end: End) -> None:
        try:
            effect = decode(CommitRecords, row.body)
        except ValueError:  # it was not carried out either: kept for the operator, who can see it in the outbox
            await self._durably(self._put_aside, row)
            return
        at, person = self.clock(), effect.author.person
        wait = partial(RecordsWait, at=at, key=row.key, person=person, to=effect.to)
        match end:
            case Done():
                committed = RecordsCommitted(
                    at=at,
                    key=row.key,
                    commit=end.commit,
                    ids=end.ids,
                    subject=end.subject,
                    person=person,
                    to=effect.to,
                    words=effect.words,
                    values=dict(effect.values),
                    notes=end.notes,
                    undo=end.undo,
                )
                await self.consumer.put(committed, source=REPO)
            case No(reasons, closed):
                refused = RecordsRefused(
                    at=at, key=row.key, person=person, to=effect.to, reasons=reasons, closed=closed
                )
                await self.consumer.put(refused, source=REPO)
            case Proposed(branch, link, notes):
                detail = link or link_in(row.why) or branch
                await self._wait(row, wait(why="proposed", detail=detail, notes=notes))
            case Later(why, detail):
                log.warning("a change of the records waits", key=row.key, why=why, detail=detail)
                told: Literal["away", "rewritten", "full"] = why if why in {"rewritten", "full"} else "away"
                fact = wait(why=told, detail=detail)
                await self._wait(row, fact, pause=PAUSES.get(why, 60.0), silent=why == "behind")
            case _:
                assert_never(end)

    async def _wait(
        self, row: OutboxRow, fact: RecordsWait, *, pause: float = PAUSES["proposed"], silent: bool = False
    ) -> None:
        """Keep the change for later; it is a fact once of each reason, and of a proposal when anything of it is new."""
        told = "; ".join((f"{fact.why}: {fact.detail}", *fact.notes))
        proposed = fact.why == "proposed"
        if not silent and (row.why != told if proposed else not row.why.startswith(fact.why)):
            await self.consumer.put(fact, source=REPO)
        grown = pause if proposed else pause * 2 ** min(row.tries, 10)
        later = self.clock() + timedelta(seconds=min(grown, LONGEST_PAUSE))
        await self._durably(self._postpone, row, told, later)

    async def _open(self) -> list[OutboxRow]:
        return await self.writer.call(self._rows)

    async def _rest(self) -> None:
        now = self.clock()
        waits = [max(0.05, (row.not_before - now).total_seconds()) for row in await self._open() if row.not_before]
        await self._bell.rest(min([60.0, *waits]) if waits else None)

    async def _durably(self, work: Callable[..., None], *words: object) -> None:
        """Write, however long the disk refuses."""
        while True:
            try:
                await self.writer.call(work, *words)
            except sqlite3.OperationalError as error:
                log.warning("an outbox row cannot be written", lane=REPO, error=str(error))
                await asyncio.sleep(self.retry_seconds)
            else:
                return

    # Below runs in the writer's thread.

    def _rows(self) -> list[OutboxRow]:
        """Return what has no end yet; what a crash left half-done is done again, for nothing is done twice."""
        return self.writer.journal.rows("pending", "retry", "sending", lane=REPO, limit=MOST_OPEN)

    def _claim(self, rows: Sequence[OutboxRow]) -> None:
        with self.writer.journal.transaction() as transaction:
            for row in rows:
                transaction.claim(row.id, self.clock())

    def _postpone(self, row: OutboxRow, why: str, not_before: datetime) -> None:
        with self.writer.journal.transaction() as transaction:
            transaction.settle(row.key, "retry", at=self.clock(), why=why, not_before=not_before)

    def _put_aside(self, row: OutboxRow) -> None:
        with self.writer.journal.transaction() as transaction:
            transaction.settle(row.key, "dead", at=self.clock(), why="its form is not known to this version")


def _wanted(row: OutboxRow) -> Wanted:
    return Wanted(effect=decode(CommitRecords, row.body), since=row.created)
