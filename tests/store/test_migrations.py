"""The shape of the state file: it only goes forwards, keeps a copy, and a newer file is refused."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from cloudbot.store.journal import Journal
from cloudbot.store.migrations import FIRST, STEPS, NewerState, migrate

if TYPE_CHECKING:
    from pathlib import Path

SECOND = "ALTER TABLE timer ADD COLUMN why TEXT;\nCREATE TABLE meeting (id INTEGER PRIMARY KEY);"
THIRD = "DROP TABLE meeting;"


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return found


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return names - {"sqlite_sequence"}


def bring(path: Path, *steps: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        migrate(connection, path, steps)
    finally:
        connection.close()


def test_a_fresh_file_gets_the_newest_shape_and_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    Journal.open(path).close()

    assert (version(path), tables(path)) == (len(STEPS), {"fact", "document", "outbox", "timer"})
    assert [file.name for file in tmp_path.iterdir()] == ["state.db"]


def test_opening_a_file_of_the_newest_shape_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    Journal.open(path).close()
    before = path.read_bytes()

    Journal.open(path).close()

    assert path.read_bytes() == before


def test_an_older_file_is_brought_forwards_and_a_copy_of_it_is_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    bring(path, FIRST)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO timer VALUES ('tea', '2019-07-22T06:10:00.000000+00:00')")
    connection.close()

    bring(path, FIRST, SECOND, THIRD)

    copy = tmp_path / "state.db.before-3"
    assert (version(path), version(copy)) == (3, 1)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT * FROM timer").fetchall() == [("tea", "2019-07-22T06:10:00.000000+00:00", None)]
    connection.close()
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT name FROM timer").fetchall() == [("tea",)]
    connection.close()


def test_a_newer_file_is_refused_and_the_sentence_names_the_copy_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    bring(path, FIRST)
    bring(path, FIRST, SECOND, THIRD)

    with pytest.raises(NewerState) as refusal:
        Journal.open(path)

    assert str(refusal.value) == (
        f"{path} has format 3 and this cloudbot knows 1: run the newer version, "
        "or put back the copy state.db.before-3 it kept beside the file"
    )
    assert (tmp_path / "state.db.before-3").replace(path) == path
    Journal.open(path).close()


def test_a_step_that_fails_leaves_the_file_as_the_step_before_left_it(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
        bring(path, FIRST, SECOND, "CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1);")

    assert (version(path), "half" in tables(path)) == (2, False)
    bring(path, FIRST, SECOND, THIRD)
    assert version(path) == 3


def test_a_copy_left_half_made_by_a_crash_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    bring(path, FIRST)
    (tmp_path / "state.db.before-2").write_text("half a copy")

    bring(path, FIRST, SECOND)

    assert version(tmp_path / "state.db.before-2") == 1
