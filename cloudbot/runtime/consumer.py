"""The one consumer: takes every fact that waits, applies them in order, commits once, and only then says `received`.

A fact whose handling raises is parked with its traceback and the bot goes on; one that cannot even be written down is
handed back to whoever brought it. A disk that refuses the commit parks nothing: the batch stays in memory,
unacknowledged, and is tried again, while questions are answered as before.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from cloudbot.core.engine import Engine, Replay, World
from cloudbot.core.facts import Delivered, Fact, FactParked, RecordsCommitted, RecordsRefused, TimerFired
from cloudbot.runtime.posting import Posting
from cloudbot.runtime.writer import Writer
from cloudbot.store.codec import decode, encode

if TYPE_CHECKING:
    from cloudbot.store.journal import Transaction

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


class _Applied(NamedTuple):
    """What one transaction made of its facts; the documents in memory are replaced only once it is committed."""

    documents: Mapping[type, object]
    last: datetime | None
    receipts: list[Receipt | Exception]


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
            if feature.replay is not None:
                documents[feature.document] = self._replayed(feature.replay, documents[feature.document])
        self.documents = documents
        self._last = self.writer.journal.last_instant()

    def _replayed(self, replay: Replay[Any], document: object) -> object:
        since = replay.since(document)
        if since is None:
            return document
        rows = self.writer.journal.since(since, [kind.__name__ for kind in replay.kinds])
        return replay.again(document, ((row.id, row.fact) for row in rows))

    async def put(self, fact: Fact, *, source: str, external_id: str | None = None) -> Receipt:
        """Hand over a fact; returns when it is committed, and not before. The same external id counts once.

        Raises what made it impossible to write the fact down; it is then as if it had never been brought.
        """
        return await (await self.hand(fact, source=source, external_id=external_id))

    async def hand(self, fact: Fact, *, source: str, external_id: str | None = None) -> asyncio.Future[Receipt]:
        """Hand over a fact and return its receipt to come: for who has many, in order, and waits for none of them."""
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Waiting(fact=fact, source=source, external_id=external_id, receipt=receipt))
        return receipt

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
        """Apply the facts that were left for us and the parked ones the operator sent back; returns how many."""
        applied = 0
        while True:
            try:
                receipts = await self.writer.call(self._again)
            except sqlite3.OperationalError as error:
                self._complain(error, 0)
                await asyncio.sleep(self.retry_seconds)
                continue
            if not receipts:
                return applied
            self._committed(receipts)
            applied += len(receipts)

    async def _commit(self, batch: list[_Waiting]) -> None:
        while True:
            try:
                receipts = await self.writer.call(self._process, batch)
            except sqlite3.OperationalError as error:  # full, read-only, locked, failing: it may pass
                self._complain(error, len(batch))
                await asyncio.sleep(self.retry_seconds)
            except Exception as error:
                for waiting in batch:  # whoever waits must not wait for ever; nothing was committed
                    _hand_back(waiting, error)
                raise
            else:
                break
        self._committed(receipts)
        for waiting, receipt in zip(batch, receipts, strict=True):
            _hand_back(waiting, receipt)

    def _complain(self, error: sqlite3.Error, facts: int) -> None:
        if not self.trouble:
            log.error("the state file cannot be written; nothing is acknowledged", error=str(error), facts=facts)
        self.trouble = str(error)

    def _committed(self, receipts: list[Receipt | Exception]) -> None:
        if self.trouble:
            log.info("the state file can be written again")
            self.trouble = ""
        self.batches += 1
        self.parked += sum(isinstance(receipt, Receipt) and receipt.parked for receipt in receipts)
        self.on_commit()

    # Below runs in the writer's thread, where one transaction follows the other: the documents are replaced there, so
    # that the next one never starts from those before the last.

    def _process(self, batch: list[_Waiting]) -> list[Receipt | Exception]:
        """Write each document once for the whole batch; where one cannot be written, find the fact that made it so."""
        try:
            with self.writer.journal.transaction() as transaction:
                kept: dict[str, tuple[type, int]] = {}
                applied = self._take(transaction, batch, kept)
                for name, (document, fact_id) in kept.items():
                    transaction.keep(name, encode(applied.documents[document]), fact_id=fact_id)
        except sqlite3.OperationalError:
            raise
        except Exception:
            log.exception("a batch is taken fact by fact", facts=len(batch))
            with self.writer.journal.transaction() as transaction:
                applied = self._take(transaction, batch, None)
        return self._adopt(applied)

    def _take(
        self,
        transaction: Transaction,
        batch: list[_Waiting],
        kept: dict[str, tuple[type, int]] | None,
    ) -> _Applied:
        """Apply a batch. `kept` collects the documents to be written at its end; None writes them with each fact."""
        documents, last = dict(self.documents), self._last
        receipts: list[Receipt | Exception] = []
        for waiting in batch:
            fact = _stamped(waiting.fact, last)
            try:
                fact_id = transaction.record(fact, source=waiting.source, external_id=waiting.external_id)
            except sqlite3.OperationalError:
                raise
            except Exception as error:
                log.exception("a fact cannot be written down and is handed back", kind=type(fact).__name__)
                receipts.append(error)
                continue
            last = fact.at
            if fact_id is None:
                if isinstance(fact, TimerFired):  # its handling failed, or it was set again for that instant
                    transaction.clear_timer(fact.name, fact.due)
                receipts.append(Receipt(None))
            else:
                receipts.append(self._handle(transaction, fact_id, fact, documents, kept))
        return _Applied(documents, last, receipts)

    def _again(self) -> list[Receipt | Exception]:
        rows = self.writer.journal.facts("waiting")
        if not rows:
            return []
        documents = dict(self.documents)
        receipts: list[Receipt | Exception] = []
        with self.writer.journal.transaction() as transaction:
            for row in rows:
                try:
                    fact = row.fact
                except Exception as error:  # noqa: BLE001 - of a kind or shape this version does not know
                    transaction.park(row.id, error=_text(error), fingerprint=fingerprint(error))
                    receipts.append(Receipt(row.id, parked=True))
                    continue
                transaction.finish(row.id)
                receipts.append(self._handle(transaction, row.id, fact, documents))
        return self._adopt(_Applied(documents, self._last, receipts))

    def _adopt(self, applied: _Applied) -> list[Receipt | Exception]:
        self.documents, self._last = applied.documents, applied.last
        return applied.receipts

    def _handle(
        self,
        transaction: Transaction,
        fact_id: int,
        fact: Fact,
        documents: dict[type, object],
        kept: dict[str, tuple[type, int]] | None = None,
    ) -> Receipt:
        try:
            with transaction.savepoint():
                self._apply(transaction, fact_id, fact, documents, kept)
        except sqlite3.OperationalError:
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
        kept: dict[str, tuple[type, int]] | None,
    ) -> None:
        match fact:
            case TimerFired():
                transaction.clear_timer(fact.name, fact.due)
            case Delivered() | RecordsCommitted() | RecordsRefused():
                _settle(transaction, fact)
            case _:
                pass
        step = self.engine.step(fact, replace(self.world(fact.at, documents), number=fact_id))
        changed = [feature for feature in self.engine.all if feature.name in step.changed]
        if kept is None:
            for feature in changed:
                transaction.keep(feature.name, encode(step.documents[feature.document]), fact_id=fact_id)
        self.posting.post(step.effects, transaction, fact.at)
        documents.update(step.documents)
        if kept is not None:
            kept |= {feature.name: (feature.document, fact_id) for feature in changed}

    def _park(
        self,
        transaction: Transaction,
        fact_id: int,
        fact: Fact,
        error: Exception,
        documents: dict[type, object],
    ) -> None:
        mark = fingerprint(error)
        log.error("a fact could not be handled and is parked", fact=fact_id, kind=type(fact).__name__, error=str(error))
        if isinstance(fact, Delivered | RecordsCommitted | RecordsRefused):
            _settle(transaction, fact)  # what happened to it is true whatever a feature made of it
        transaction.park(fact_id, error=_text(error), fingerprint=mark)
        if isinstance(fact, FactParked):
            return  # a bug in telling of bugs is only logged
        summary = f"{type(error).__name__}: {error}"[:300]
        told = FactParked(at=fact.at, fact_id=fact_id, kind=type(fact).__name__, fingerprint=mark, summary=summary)
        told_id = transaction.record(told, source="parked", external_id=str(fact_id))
        if told_id is not None:
            self._handle(transaction, told_id, told, documents)


def _settle(transaction: Transaction, fact: Delivered | RecordsCommitted | RecordsRefused) -> None:
    """Mark the row of the outbox whose end a fact tells."""
    match fact:
        case Delivered():
            transaction.settle(fact.key, fact.state, at=fact.at, why=fact.detail)
        case RecordsCommitted():
            transaction.settle(fact.key, "sent", at=fact.at, why=fact.commit)
        case RecordsRefused():
            transaction.settle(fact.key, "dropped", at=fact.at, why=f"refused: {'; '.join(fact.reasons)}"[:1000])


def _hand_back(waiting: _Waiting, receipt: Receipt | Exception) -> None:
    if waiting.receipt.done():  # whoever brought it has gone; the fact counts all the same
        return
    if isinstance(receipt, Receipt):
        waiting.receipt.set_result(receipt)
    else:
        waiting.receipt.set_exception(receipt)


def _text(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _stamped(fact: Fact, last: datetime | None) -> Fact:
    """Keep the journal's time from running backwards when the machine's clock is stepped back."""
    return replace(fact, at=last) if last is not None and fact.at < last else fact


def fingerprint(error: Exception) -> str:
    """Name a kind of bug: the error's type and the place it was raised, so that one bug is told once."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].name}:{frames[-1].lineno}" if frames else "nowhere"
    return hashlib.sha256(f"{type(error).__qualname__}@{place}".encode()).hexdigest()[:12]
