"""The journal: keys are unique for ever, a transaction is all or nothing, rows come in order."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import LookSucceeded, WentLive
from cloudbot.store.journal import Journal, NewRow, RowState, Transaction
from tests.fakes.outside import MONDAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

LANE = "irc/oftc"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "state.db")
    yield opened
    opened.close()


def later(**length: float) -> datetime:
    return MONDAY + timedelta(**length)


def row(key: str, *, lane: str = LANE, to: str = "#team", body: str = "{}") -> NewRow:
    return NewRow(key=key, lane=lane, destination=to, body=body)


def put(journal: Journal, *rows: NewRow) -> None:
    with journal.transaction() as transaction:
        for one in rows:
            transaction.enqueue(one, MONDAY)


def settle(journal: Journal, key: str, state: RowState, *, not_before: datetime | None = None) -> None:
    with journal.transaction() as transaction:
        transaction.settle(key, state, at=MONDAY, not_before=not_before)


def following(journal: Journal, now: datetime = MONDAY, lane: str = LANE) -> str | None:
    found = journal.next_row(lane, now)
    return None if found is None else found.key


def test_a_key_is_decided_once_whatever_became_of_it(journal: Journal) -> None:
    put(journal, row("a", body="first"))
    settle(journal, "a", "dropped")

    with journal.transaction() as transaction:
        assert [transaction.enqueue(row(key, body="second"), MONDAY) for key in ("a", "b")] == [False, True]

    assert [(one.key, one.body, one.state) for one in journal.rows()] == [
        ("a", "first", "dropped"),
        ("b", "second", "pending"),
    ]


def test_an_external_id_is_received_once_from_each_source(journal: Journal) -> None:
    fact = WentLive(at=MONDAY)
    with journal.transaction() as transaction:
        ids = [
            transaction.record(fact, source=source, external_id=external_id)
            for source, external_id in (("a", "1"), ("a", "1"), ("b", "1"), ("a", None), ("a", None))
        ]

    assert [number is not None for number in ids] == [True, False, True, True, True]


def test_a_transaction_is_all_or_nothing(journal: Journal) -> None:
    def write_and_fail() -> None:
        with journal.transaction() as transaction:
            transaction.record(WentLive(at=MONDAY), source="a", external_id=None)
            transaction.enqueue(row("a"), MONDAY)
            transaction.set_timer("t", MONDAY)
            transaction.keep("voice", "{}", fact_id=1)
            raise KeyError("in the middle")

    with pytest.raises(KeyError, match="in the middle"):
        write_and_fail()

    assert (journal.facts(), journal.rows(), journal.timers(), dict(journal.documents())) == ([], [], [], {})


def test_a_savepoint_undoes_its_own_part_alone(journal: Journal) -> None:
    def write_and_fail(transaction: Transaction) -> None:
        with transaction.savepoint():
            transaction.enqueue(row("inside"), MONDAY)
            raise KeyError("in the middle")

    with journal.transaction() as transaction:
        transaction.enqueue(row("before"), MONDAY)
        with pytest.raises(KeyError, match="in the middle"):
            write_and_fail(transaction)
        with transaction.savepoint():
            transaction.enqueue(row("after"), MONDAY)

    assert [one.key for one in journal.rows()] == ["before", "after"]


def test_a_savepoint_tells_the_true_error_when_sqlite_has_ended_the_transaction(journal: Journal) -> None:
    def fill() -> None:
        with journal.transaction() as transaction, transaction.savepoint():
            journal._connection.execute("ROLLBACK")  # as SQLite does by itself on some errors
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(sqlite3.OperationalError, match="database or disk is full"):
        fill()

    put(journal, row("a"))
    assert [one.key for one in journal.rows()] == ["a"]


def test_the_oldest_row_of_a_lane_is_the_next(journal: Journal) -> None:
    put(journal, row("mail", lane="mail"), row("a"), row("b"))

    assert (following(journal), following(journal, lane="mail"), following(journal, lane="site")) == ("a", "mail", None)


@pytest.mark.parametrize("state", ["pending", "retry", "sending"])
def test_a_row_waits_for_every_older_one_of_its_destination(journal: Journal, state: RowState) -> None:
    put(journal, row("a"), row("b"), row("c", to="#other"))
    settle(journal, "a", state, not_before=later(minutes=1))

    assert following(journal) == "c"
    settle(journal, "c", "sent")
    assert following(journal) is None
    assert following(journal, later(minutes=1)) == (None if state == "sending" else "a")


@pytest.mark.parametrize("state", ["sent", "dead", "expired", "unknown", "dropped"])
def test_a_row_that_has_ended_holds_up_nothing(journal: Journal, state: RowState) -> None:
    put(journal, row("a"), row("b"))
    settle(journal, "a", state)

    assert following(journal) == "b"


def test_a_lane_knows_when_it_has_something_to_do_next(journal: Journal) -> None:
    assert journal.next_try(LANE) is None
    put(journal, row("a"), row("b"), row("c", to="#other"))
    settle(journal, "a", "retry", not_before=later(minutes=5))
    settle(journal, "c", "retry", not_before=later(minutes=3))
    assert journal.next_try(LANE) == later(minutes=3)
    settle(journal, "c", "sent")
    assert journal.next_try(LANE) == later(minutes=5), "the younger row of the same channel waits with it"


def test_finding_the_next_row_does_not_read_the_rows_that_have_ended(journal: Journal) -> None:
    plans: list[str] = []
    journal._connection.set_trace_callback(plans.append)
    journal.next_row(LANE, MONDAY)
    journal.next_try(LANE)
    journal._connection.set_trace_callback(None)

    for sql in plans:
        steps = [one["detail"] for one in journal._connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert [step for step in steps if step.startswith(("SCAN mine", "SCAN outbox", "SCAN older"))] == []
        assert any("USING INDEX outbox_open" in step for step in steps), steps


def test_only_a_row_that_waits_can_be_claimed(journal: Journal) -> None:
    put(journal, row("a"))
    with journal.transaction() as transaction:
        assert [transaction.claim(1, MONDAY), transaction.claim(1, MONDAY), transaction.claim(7, MONDAY)] == [
            True,
            False,
            False,
        ]

    assert [(one.state, one.tries) for one in journal.rows()] == [("sending", 1)]


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("pending", True),
        ("retry", True),
        ("dead", True),
        ("unknown", True),
        ("expired", True),
        ("sending", False),
        ("sent", False),
        ("dropped", False),
    ],
)
def test_the_operator_may_retry_or_drop_what_was_not_sent(journal: Journal, state: RowState, *, allowed: bool) -> None:
    put(journal, row("a"))
    settle(journal, "a", state, not_before=later(days=1))

    with journal.transaction() as transaction:
        assert transaction.set_row_state("a", "retry", MONDAY) is allowed
        assert not transaction.set_row_state("no such key", "retry", MONDAY)

    assert following(journal) == ("a" if allowed else None)


def test_pruning_forgets_bodies_and_keeps_keys_and_what_is_still_open(journal: Journal) -> None:
    with journal.transaction() as transaction:
        for day in range(3):
            transaction.record(WentLive(at=later(days=day)), source="a", external_id=None)
        parked = transaction.record(LookSucceeded(at=MONDAY, source="salsa"), source="a", external_id=None)
        assert parked is not None
        transaction.park(parked, error="Traceback", fingerprint="f")
    ends: tuple[RowState, ...] = ("sent", "expired", "dropped", "dead", "unknown", "pending")
    put(journal, *(row(state, body="words") for state in ends))
    for state in ends:
        settle(journal, state, state)

    with journal.transaction() as transaction:
        assert transaction.prune(before=later(days=1)) == 1

    assert [(one.at, one.state) for one in reversed(journal.facts())] == [
        (later(days=1), "done"),
        (later(days=2), "done"),
        (MONDAY, "parked"),
    ]
    assert {one.key: one.body for one in journal.rows()} == {
        "sent": "",
        "expired": "",
        "dropped": "",
        "dead": "words",
        "unknown": "words",
        "pending": "words",
    }
    with journal.transaction() as transaction:
        assert not transaction.enqueue(row("sent"), MONDAY)
        assert not transaction.set_row_state("expired", "retry", MONDAY), "there is nothing left to send"


def test_pruning_keeps_the_newest_fact_because_time_may_not_run_backwards(journal: Journal) -> None:
    with journal.transaction() as transaction:
        transaction.record(WentLive(at=MONDAY), source="a", external_id=None)
    with journal.transaction() as transaction:
        assert transaction.prune(before=later(days=400)) == 0

    assert journal.last_instant() == MONDAY


def test_a_timer_is_moved_by_its_name_and_cleared_only_if_it_was_not_moved(journal: Journal) -> None:
    with journal.transaction() as transaction:
        transaction.set_timer("b", later(minutes=2))
        transaction.set_timer("a", later(minutes=2))
        transaction.set_timer("c", later(minutes=9))
        transaction.set_timer("c", later(minutes=1))
        transaction.clear_timer("a", later(minutes=1))
        transaction.clear_timer("never set")

    assert journal.timers() == [("c", later(minutes=1)), ("a", later(minutes=2)), ("b", later(minutes=2))]
    with journal.transaction() as transaction:
        transaction.clear_timer("a", later(minutes=2))
        transaction.clear_timer("b")
    assert journal.timers() == [("c", later(minutes=1))]


def test_it_is_noticed_when_another_process_has_written_and_not_when_we_have(journal: Journal, tmp_path: Path) -> None:
    before = journal.stirred()
    put(journal, row("a"))
    assert journal.stirred() == before

    beside = Journal.open(tmp_path / "state.db")
    put(beside, row("b"))
    beside.close()

    assert journal.stirred() != before


def test_a_reader_beside_sees_what_was_committed_and_can_write_nothing(journal: Journal, tmp_path: Path) -> None:
    put(journal, row("a"))
    reader = Journal.peek(tmp_path / "state.db")

    assert reader.counts() == {(LANE, "pending"): 1}
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        put(reader, row("b"))
    reader.close()


def test_a_reader_makes_no_state_file_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Journal.peek(tmp_path / "state.db")

    assert list(tmp_path.iterdir()) == []


def test_facts_are_shown_newest_first_and_those_of_a_state_oldest_first(journal: Journal) -> None:
    with journal.transaction() as transaction:
        numbers = [transaction.record(WentLive(at=later(days=day)), source="a", external_id=None) for day in range(4)]
        for number in numbers[:2]:
            assert number is not None
            transaction.park(number, error="Traceback", fingerprint="f")
        assert transaction.set_fact_state(1, "waiting")
        assert not transaction.set_fact_state(4, "waiting"), "only a parked one is sent back"

    assert [fact.id for fact in journal.facts(limit=3)] == [4, 3, 2]
    assert [(fact.id, fact.state) for fact in (*journal.facts("parked"), *journal.facts("waiting"))] == [
        (2, "parked"),
        (1, "waiting"),
    ]
    assert journal.fact(99) is None


def test_a_commit_that_returned_is_on_the_disk(journal: Journal) -> None:
    pragmas = {
        name: journal._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
