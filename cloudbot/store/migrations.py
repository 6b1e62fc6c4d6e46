"""The shape of the state file, as numbered steps that only go forwards.

`PRAGMA user_version` is the number. Before an older file is changed a copy is kept beside it; a file newer than this
program is refused, because its rows may mean what this program cannot know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

FIRST = """
CREATE TABLE fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    external_id TEXT,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'parked', 'waiting', 'dropped')),
    error TEXT,
    fingerprint TEXT
);
CREATE UNIQUE INDEX fact_once ON fact (source, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX fact_open ON fact (state) WHERE state IN ('parked', 'waiting');
CREATE TABLE document (feature TEXT PRIMARY KEY, body TEXT NOT NULL, fact_id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    destination TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'sending', 'sent', 'retry', 'dead', 'expired', 'unknown', 'dropped')),
    tries INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    expires TEXT,
    created TEXT NOT NULL,
    changed TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_open ON outbox (lane, id) WHERE state IN ('pending', 'sending', 'retry');
CREATE TABLE timer (name TEXT PRIMARY KEY, due TEXT NOT NULL) WITHOUT ROWID;
"""

STEPS: tuple[str, ...] = (FIRST,)


class NewerState(Exception):  # noqa: N818 - a state of affairs, told to the operator
    """The state file was written by a newer cloudbot."""


def migrate(connection: sqlite3.Connection, path: Path, steps: tuple[str, ...] = STEPS) -> None:
    """Bring the file to the newest shape; each step is one transaction. Raises `NewerState`."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > len(steps):
        raise NewerState(
            f"{path} has format {found} and this cloudbot knows {len(steps)}: run the newer version, "
            f"or put back the copy {path.name}.before-{found} it kept beside the file",
        )
    if 0 < found < len(steps):
        copy = path.with_name(f"{path.name}.before-{len(steps)}")  # the name that the refusal above points to
        copy.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(copy),))
    for number, step in enumerate(steps[found:], start=found + 1):
        connection.executescript(f"BEGIN IMMEDIATE;\n{step}\nPRAGMA user_version = {number};\nCOMMIT;")
