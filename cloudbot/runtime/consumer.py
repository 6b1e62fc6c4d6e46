"""The one consumer: takes every fact that waits, applies them in order, commits once, and only then says `received`.

A fact whose handling raises is parked with its traceback and the bot goes on. A disk that refuses the commit parks
nothing: the batch stays in memory, unacknowledged, and is tried again, while questions are answered as before.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog

from cloudbot.core.engine import Engine, World
from cloudbot.core.facts import Delivered, Fact, FactParked, TimerFired
from cloudbot.runtime.posting import Posting
from cloudbot.runtime.writer import Writer
from cloudbot.store.codec import decode, encode

if TYPE_CHECKING:
    from cloudbot.store.journal import FactRow, Transaction

log = structlog.get_logger()
MOST_WAITING = 10_000
"""Facts that may wait in memory; beyond it a source waits to hand over, which is how it learns to slow down."""
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The fact is committed: its number, or None where it was received before; `parked` where handling it failed."""

    fact_id: int | None
    parked: bool = False


@dataclass(slots=True, kw_only=True)
class _Waiting:
    fact: Fact
    source: str
    external_id: str | None
    receipt: asyncio.Future[Receipt]


class _Outcome(NamedTuple):
    documents: Mapping[type, object]
    receipts: list[Receipt]
    last: datetime | None


@dataclass(slots=True, kw_only=True)
class Consumer:
    """Owns the documents in memory. Everybody reads `documents`; nobody else replaces them."""

    writer: Writer
    engine: Engine
    posting: Posting
    world: Callable[[datetime, Mapping[type, object]], World]
    on_commit: Callable[[], None] = lambda: None
    retry_seconds: float = RETRY_SECONDS
    documents: Mapping[type, object] = field(default_factory=dict)
    trouble: str = ""
    "why the state file cannot be written at the moment; empty while all is well"
    batches: int = 0
    parked: int = 0
    _last: datetime | None = None
    _queue: asyncio.Queue[_Waiting] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def load(self) -> None:
        """Read the documents as they were last committed; features new since then start with their first day."""
        stored = self.writer.journal.documents()
        documents = self.engine.first_day()
        for feature in self.engine.all:
            if feature.name in stored:
                documents[feature.document] = decode(feature.document, stored[feature.name])
        self.documents = documents
        self._last = self.writer.journal.last_instant()

    async def put(self, fact: Fact, *, source: str, external_id: str | None = None) -> Receipt:
        """Hand over a fact; returns when it is committed, and not before. The same external id counts once."""
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Waiting(fact=fact, source=source, external_id=external_id, receipt=receipt))
        return await receipt

    @property
    def waiting(self) -> int:
        """How many facts wait to be committed."""
        return self._queue.qsize()

    async def run(self) -> None:
        """Consume until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._commit(batch)

    async def retry_waiting(self) -> int:
        """Apply again the parked facts that the operator sent back; returns how many."""
        rows = await self.writer.call(self.writer.journal.facts, "waiting")
        if not rows:
            return 0
        self._adopt(await self.writer.call(self._again, rows))
        return len(rows)

    async def _commit(self, batch: list[_Waiting]) -> None:
        while True:
            try:
                outcome = await self.writer.call(self._process, batch)
            except sqlite3.Error as error:
                self._complain(error, len(batch))
                await asyncio.sleep(self.retry_seconds)
            else:
                break
        if self.trouble:
            log.info("the state file can be written again")
            self.trouble = ""
        self._adopt(outcome)
        for waiting, receipt in zip(batch, outcome.receipts, strict=True):
            if not waiting.receipt.done():
                waiting.receipt.set_result(receipt)

    def _complain(self, error: sqlite3.Error, facts: int) -> None:
        if not self.trouble:
            log.error("the state file cannot be written; nothing is acknowledged", error=str(error), facts=facts)
        self.trouble = str(error)

    def _adopt(self, outcome: _Outcome) -> None:
        self.documents, self._last = outcome.documents, outcome.last
        self.batches += 1
        self.parked += sum(receipt.parked for receipt in outcome.receipts)
        self.on_commit()

    # Below runs in the writer's thread.

    def _process(self, batch: list[_Waiting]) -> _Outcome:
        documents, last = dict(self.documents), self._last
        receipts: list[Receipt] = []
        with self.writer.journal.transaction() as transaction:
            for waiting in batch:
                fact = _stamped(waiting.fact, last)
                last = fact.at
                fact_id = transaction.record(fact, source=waiting.source, external_id=waiting.external_id)
                if fact_id is None:
                    if isinstance(fact, TimerFired):  # set again for an instant at which it has fired
                        transaction.clear_timer(fact.name, fact.due)
                    receipts.append(Receipt(None))
                    continue
                receipts.append(self._handle(transaction, fact_id, fact, documents))
        return _Outcome(documents, receipts, last)

    def _again(self, rows: list[FactRow]) -> _Outcome:
        documents = dict(self.documents)
        receipts: list[Receipt] = []
        with self.writer.journal.transaction() as transaction:
            for row in rows:
                transaction.finish(row.id)
                receipts.append(self._handle(transaction, row.id, row.fact, documents))
        return _Outcome(documents, receipts, self._last)

    def _handle(
        self,
        transaction: Transaction,
        fact_id: int,
        fact: Fact,
        documents: dict[type, object],
    ) -> Receipt:
        try:
            with transaction.savepoint():
                self._apply(transaction, fact_id, fact, documents)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a feature raises is parked, that is the point
            self._park(transaction, fact_id, fact, error, documents)
            return Receipt(fact_id, parked=True)
        return Receipt(fact_id)

    def _apply(
        self,
        transaction: Transaction,
        fact_id: int,
        fact: Fact,
        documents: dict[type, object],
    ) -> None:
        match fact:
            case TimerFired():
                transaction.clear_timer(fact.name, fact.due)
            case Delivered():
                transaction.settle(fact.key, fact.state, at=fact.at, why=fact.detail)
            case _:
                pass
        step = self.engine.step(fact, self.world(fact.at, documents))
        for feature in self.engine.all:
            if feature.name in step.changed:
                transaction.keep(feature.name, encode(step.documents[feature.document]), fact_id=fact_id)
        self.posting.post(step.effects, transaction, fact.at)
        documents.update(step.documents)

    def _park(
        self,
        transaction: Transaction,
        fact_id: int,
        fact: Fact,
        error: Exception,
        documents: dict[type, object],
    ) -> None:
        text = "".join(traceback.format_exception(error))
        mark = fingerprint(error)
        log.error("a fact could not be handled and is parked", fact=fact_id, kind=type(fact).__name__, error=str(error))
        if isinstance(fact, Delivered):  # what happened to the message is true whatever a feature made of it
            transaction.settle(fact.key, fact.state, at=fact.at, why=fact.detail)
        transaction.park(fact_id, error=text, fingerprint=mark)
        if isinstance(fact, FactParked):
            return  # a bug in telling of bugs is only logged
        summary = f"{type(error).__name__}: {error}"[:300]
        told = FactParked(at=fact.at, fact_id=fact_id, kind=type(fact).__name__, fingerprint=mark, summary=summary)
        told_id = transaction.record(told, source="parked", external_id=str(fact_id))
        if told_id is not None:
            self._handle(transaction, told_id, told, documents)


def _stamped(fact: Fact, last: datetime | None) -> Fact:
    """Keep the journal's time from running backwards when the machine's clock is stepped back."""
    return replace(fact, at=last) if last is not None and fact.at < last else fact


def fingerprint(error: Exception) -> str:
    """Name a kind of bug: the error's type and the place it was raised, so that one bug is told once."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].name}:{frames[-1].lineno}" if frames else "nowhere"
    return hashlib.sha256(f"{type(error).__qualname__}@{place}".encode()).hexdigest()[:12]
