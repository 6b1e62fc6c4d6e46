"""The journal, the documents, the outbox and the timers, behind the only door to the state file.

One transaction holds everything that a fact causes: its row, the new documents, the messages to send, the timers.
The journal decides nothing: what a fact means is the engine's, when a message is tried again is the lane's.

Instants are stored as ISO 8601 in UTC with microseconds, so that text order is time order.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from cloudbot.store.codec import decode_fact, encode
from cloudbot.store.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cloudbot.core.facts import Fact

FactState = Literal["done", "parked", "waiting", "dropped"]
RowState = Literal["pending", "sending", "sent", "retry", "dead", "expired", "unknown", "dropped"]
BUSY_TIMEOUT_MS = 5000
OPEN = "state IN ('pending', 'sending', 'retry')"
"""Word for word the condition of the index `outbox_open`: SQLite uses a partial index only where it is repeated."""


class StateUnusable(sqlite3.OperationalError):
    """The state file cannot be opened or written: one sentence for the operator."""


def text_of(at: datetime) -> str:
    """Write an instant so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One row of the journal."""

    id: int
    source: str
    kind: str
    at: datetime
    state: FactState
    body: str
    error: str | None
    fingerprint: str | None

    @property
    def fact(self) -> Fact:
        """The fact itself."""
        return decode_fact(self.kind, self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A message to be sent: `body` is the lane's own JSON."""

    key: str
    lane: str
    destination: str
    body: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One row of the outbox."""

    id: int
    key: str
    lane: str
    destination: str
    body: str
    state: RowState
    tries: int
    not_before: datetime | None
    expires: datetime | None
    created: datetime
    why: str


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _fact_row(row: sqlite3.Row) -> FactRow:
    return FactRow(
        id=row["id"],
        source=row["source"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        state=row["state"],
        body=row["body"],
        error=row["error"],
        fingerprint=row["fingerprint"],
    )


def _outbox_row(row: sqlite3.Row) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        key=row["key"],
        lane=row["lane"],
        destination=row["destination"],
        body=row["body"],
        state=row["state"],
        tries=row["tries"],
        not_before=_instant(row["not_before"]),
        expires=_instant(row["expires"]),
        created=datetime.fromisoformat(row["created"]),
        why=row["why"],
    )


class Transaction:
    """What may be written together. Made by `Journal.transaction` only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._do = connection.execute

    def record(self, fact: Fact, *, source: str, external_id: str | None) -> int | None:
        """Write a fact as done and return its number, or None if this external id of the source was seen before."""
        cursor = self._do(
            "INSERT INTO fact (source, external_id, kind, at, body, state) VALUES (?, ?, ?, ?, ?, 'done')"
            " ON CONFLICT DO NOTHING",
            (source, external_id, type(fact).__name__, text_of(fact.at), encode(fact)),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def leave(self, fact: Fact, *, source: str) -> None:
        """Leave a fact for the running bot to handle: the way in for commands typed beside it."""
        self._do(
            "INSERT INTO fact (source, kind, at, body, state) VALUES (?, ?, ?, ?, 'waiting')",
            (source, type(fact).__name__, text_of(fact.at), encode(fact)),
        )

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo everything written inside when an exception leaves the context; the transaction itself goes on."""
        self._do("SAVEPOINT handling")
        try:
            yield
        except Exception:
            if self._is_open():
                self._do("ROLLBACK TO handling")
                self._do("RELEASE handling")
            raise
        self._do("RELEASE handling")

    def _is_open(self) -> bool:
        """Whether there still is a transaction: on a full disk SQLite may end it (sqlite.org/lang_transaction.html)."""
        return self._connection.in_transaction

    def park(self, fact_id: int, *, error: str, fingerprint: str) -> None:
        """Set a fact aside with its traceback, for a human."""
        self._do(
            "UPDATE fact SET state = 'parked', error = ?, fingerprint = ? WHERE id = ?",
            (error, fingerprint, fact_id),
        )

    def finish(self, fact_id: int) -> None:
        """Mark a fact that was parked and tried again as done."""
        self._do("UPDATE fact SET state = 'done', error = NULL WHERE id = ?", (fact_id,))

    def keep(self, feature: str, body: str, *, fact_id: int) -> None:
        """Replace the document of a feature."""
        self._do(
            "INSERT INTO document (feature, body, fact_id) VALUES (?, ?, ?)"
            " ON CONFLICT (feature) DO UPDATE SET body = excluded.body, fact_id = excluded.fact_id",
            (feature, body, fact_id),
        )

    def enqueue(self, row: NewRow, at: datetime) -> bool:
        """Decide a message once and for all; False if its key was decided before."""
        cursor = self._do(
            "INSERT INTO outbox (key, lane, destination, body, state, expires, created, changed)"
            " VALUES (?, ?, ?, ?, 'pending', ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                row.key,
                row.lane,
                row.destination,
                row.body,
                None if row.expires is None else text_of(row.expires),
                text_of(at),
                text_of(at),
            ),
        )
        return cursor.rowcount == 1

    def claim(self, row_id: int, at: datetime) -> bool:
        """Mark a message as being sent, before it is; False if it is no longer waiting."""
        cursor = self._do(
            "UPDATE outbox SET state = 'sending', tries = tries + 1, changed = ?"
            " WHERE id = ? AND state IN ('pending', 'retry')",
            (text_of(at), row_id),
        )
        return cursor.rowcount == 1

    def settle(
        self,
        key: str,
        state: RowState,
        *,
        at: datetime,
        why: str = "",
        not_before: datetime | None = None,
    ) -> None:
        """Record what became of a message."""
        self._do(
            "UPDATE outbox SET state = ?, why = ?, not_before = ?, changed = ? WHERE key = ?",
            (state, why, None if not_before is None else text_of(not_before), text_of(at), key),
        )

    def reword(self, key: str, body: str) -> None:
        """Change the body of a message that will be sent again, marked as repeated."""
        self._do("UPDATE outbox SET body = ? WHERE key = ?", (body, key))

    def set_timer(self, name: str, due: datetime) -> None:
        """Set or move a timer."""
        self._do(
            "INSERT INTO timer (name, due) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET due = excluded.due",
            (name, text_of(due)),
        )

    def clear_timer(self, name: str, due: datetime | None = None) -> None:
        """Forget a timer; with `due` only if it was not moved since."""
        self._do("DELETE FROM timer WHERE name = ? AND (? IS NULL OR due = ?)", (name, *_twice(due)))

    def set_fact_state(self, fact_id: int, state: FactState) -> bool:
        """Let the operator drop or retry a parked fact; False if there is none of that number."""
        cursor = self._do("UPDATE fact SET state = ? WHERE id = ? AND state = 'parked'", (state, fact_id))
        return cursor.rowcount == 1

    def set_row_state(self, key: str, state: RowState, at: datetime) -> bool:
        """Let the operator drop or retry a message that was not sent; False if there is none such with a body left."""
        cursor = self._do(
            "UPDATE outbox SET state = ?, not_before = NULL, changed = ?"
            " WHERE key = ? AND body <> '' AND state IN ('pending', 'retry', 'dead', 'unknown', 'expired')",
            (state, text_of(at), key),
        )
        return cursor.rowcount == 1

    def prune(self, *, before: datetime, apart: Mapping[str, datetime] = MappingProxyType({})) -> int:
        """Forget the bodies of what was done before an instant; keys stay, so nothing is decided twice.

        `apart` has kinds of facts with an instant of their own, which are then deleted even where they are parked. The
        newest fact stays: it is what keeps the journal's time from running backwards.
        """
        marks = ",".join("?" * len(apart))
        facts = self._do(
            "DELETE FROM fact WHERE state IN ('done', 'dropped') AND at < ? AND at < (SELECT max(at) FROM fact)"  # noqa: S608 - marks
            f" AND kind NOT IN ({marks})",
            (text_of(before), *apart),
        ).rowcount
        for kind, instant in apart.items():
            facts += self._do(
                "DELETE FROM fact WHERE state <> 'waiting' AND kind = ? AND at < ? AND at < (SELECT max(at) FROM fact)",
                (kind, text_of(instant)),
            ).rowcount
        self._do(
            "UPDATE outbox SET body = '' WHERE state IN ('sent', 'dropped', 'expired') AND body <> '' AND changed < ?",
            (text_of(before),),
        )
        return facts


def _twice(due: datetime | None) -> tuple[str | None, str | None]:
    text = None if due is None else text_of(due)
    return text, text


def _unusable(path: Path, error: sqlite3.Error) -> StateUnusable:
    return StateUnusable(
        f"{path} cannot be used as state file: {error}; this user must be able to write to it and to its directory"
    )


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Learn now and not at the first fact that the file is read-only: an immediate transaction needs the write lock."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


class Journal:
    """The state file. Used from one thread; a second process may read, and change row states, at any time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path, *, connect: Callable[..., sqlite3.Connection] = sqlite3.connect) -> Journal:
        """Open or make the state file and bring it to the newest shape.

        Write-ahead logging with `synchronous=FULL`: a commit that returned survives a power cut (sqlite.org/wal.html).
        Raises `NewerState`, or `StateUnusable` where the file cannot be read and written.
        """
        try:
            connection = connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # What people said is to be gone after its time, and not to stay readable in free pages of the file.
            connection.execute("PRAGMA secure_delete = ON")
            migrate(connection, path)
            _try_to_write(connection)
        except sqlite3.Error as error:
            connection.close()
            raise _unusable(path, error) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    def peek(cls, path: Path) -> Journal:
        """Open the state file only to read it, beside a running bot. Raises `sqlite3.Error` where there is none."""
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return cls(connection)

    def close(self) -> None:
        """Close the file; nothing is written that was not committed."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write everything inside, or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield Transaction(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def fold_in(self) -> None:
        """Bring the write-ahead log into the file and empty it, so that what was deleted is in neither."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def documents(self) -> Mapping[str, str]:
        """Return the stored documents by feature, as JSON."""
        return {row["feature"]: row["body"] for row in self._connection.execute("SELECT feature, body FROM document")}

    def last_instant(self) -> datetime | None:
        """Return the instant of the newest fact: time in the journal never goes backwards."""
        row = self._connection.execute("SELECT max(at) AS at FROM fact").fetchone()
        return _instant(row["at"])

    def facts(self, state: FactState | None = None, *, limit: int = 50) -> list[FactRow]:
        """Return the newest facts, or the oldest of one state."""
        if state is None:
            rows = self._connection.execute("SELECT * FROM fact ORDER BY id DESC LIMIT ?", (limit,))
        else:
            rows = self._connection.execute("SELECT * FROM fact WHERE state = ? ORDER BY id LIMIT ?", (state, limit))
        return [_fact_row(row) for row in rows]

    def since(self, fact_id: int, kinds: Sequence[str]) -> Iterator[FactRow]:
        """Yield the facts of some kinds that were handled, from one number on, oldest first."""
        marks = ",".join("?" * len(kinds))
        rows = self._connection.execute(
            f"SELECT * FROM fact WHERE id >= ? AND kind IN ({marks}) AND state = 'done' ORDER BY id",  # noqa: S608 - marks
            (fact_id, *kinds),
        )
        return map(_fact_row, rows)

    def fact(self, fact_id: int) -> FactRow | None:
        """Return one fact by number."""
        row = self._connection.execute("SELECT * FROM fact WHERE id = ?", (fact_id,)).fetchone()
        return None if row is None else _fact_row(row)

    def rows(self, *states: RowState, lane: str | None = None, limit: int = 1000) -> list[OutboxRow]:
        """Return messages, oldest first; all states unless some are named."""
        marks = ",".join("?" * len(states))
        where = f"state IN ({marks})" if states else "1"
        rows = self._connection.execute(
            f"SELECT * FROM outbox WHERE {where} AND (? IS NULL OR lane = ?) ORDER BY id LIMIT ?",  # noqa: S608 - marks
            (*states, lane, lane, limit),
        )
        return [_outbox_row(row) for row in rows]

    def row(self, key: str) -> OutboxRow | None:
        """Return one message by key."""
        row = self._connection.execute("SELECT * FROM outbox WHERE key = ?", (key,)).fetchone()
        return None if row is None else _outbox_row(row)

    def next_row(self, lane: str, now: datetime) -> OutboxRow | None:
        """Return the oldest message of a lane that may be tried now.

        A message waits for every older one of the same destination, so a channel hears things in order, while a
        channel that cannot be reached holds up nobody else.
        """
        row = self._connection.execute(
            f"SELECT * FROM outbox AS mine WHERE lane = ? AND {OPEN} AND state <> 'sending'"  # noqa: S608 - a constant
            " AND (not_before IS NULL OR not_before <= ?) AND NOT EXISTS ("
            "  SELECT 1 FROM outbox AS older WHERE older.lane = mine.lane AND older.id < mine.id"
            f"  AND older.destination = mine.destination AND older.{OPEN})"
            " ORDER BY id LIMIT 1",
            (lane, text_of(now)),
        ).fetchone()
        return None if row is None else _outbox_row(row)

    def is_open_before(self, lane: str, row_id: int) -> bool:
        """Whether a lane has a message that was decided before another and is still to be sent."""
        found = self._connection.execute(
            f"SELECT 1 FROM outbox WHERE lane = ? AND {OPEN} AND id < ? LIMIT 1",  # noqa: S608 - a constant
            (lane, row_id),
        ).fetchone()
        return found is not None

    def next_try(self, lane: str) -> datetime | None:
        """Return when the lane has something to do next, or None while it has nothing.

        Only the oldest message of each destination counts: SQLite takes the bare column from the row of the minimum.
        """
        row = self._connection.execute(
            "SELECT min(at) AS at FROM (SELECT coalesce(not_before, created) AS at, min(id) FROM outbox"  # noqa: S608 - same
            f" WHERE lane = ? AND {OPEN} AND state <> 'sending' GROUP BY destination)",
            (lane,),
        ).fetchone()
        return _instant(row["at"])

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Return how many messages each lane has in each state."""
        rows = self._connection.execute("SELECT lane, state, count(*) AS n FROM outbox GROUP BY lane, state")
        return {(row["lane"], row["state"]): row["n"] for row in rows}

    def timers(self) -> list[tuple[str, datetime]]:
        """Return all timers by due instant; equal instants by name, so that their order is always the same."""
        rows = self._connection.execute("SELECT name, due FROM timer ORDER BY due, name")
        return [(row["name"], datetime.fromisoformat(row["due"])) for row in rows]

    def stirred(self) -> int:
        """Return a number that changes when another process has written (SQLite's `data_version`)."""
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version
