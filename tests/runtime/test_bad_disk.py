"""A disk that is full or not ours to write: nothing is acknowledged, questions go on, nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.ports import Outcome, Sent
from cloudbot.runtime.lanes import IRC_POLICY, Lane
from cloudbot.store.journal import Journal, StateUnusable
from tests.features.builders import given
from tests.runtime.parts import Parts, beside, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cloudbot.store.journal import OutboxRow

AS_ROOT = os.geteuid() == 0


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a file system in memory for the length of a block; skip the test where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if not AS_ROOT or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def read_only(bot: Parts, *, on: bool) -> None:
    """Let SQLite refuse every change, with the error of a file system that has become read-only."""
    await bot.writer.call(bot.journal._connection.execute, f"PRAGMA query_only = {int(on)}")


def fill(disk: Path) -> None:
    """Use up every byte."""
    with (disk / "ballast").open("ab", buffering=0) as ballast:
        size = 65536
        while size:
            try:
                ballast.write(b"x" * size)
            except OSError:
                size //= 2


def lane(bot: Parts, said: list[str], meanwhile: Callable[[], object]) -> Lane:
    async def deliver(row: OutboxRow) -> Outcome:
        said.append(json.loads(row.body)["text"])
        meanwhile()
        return Sent()

    return Lane(
        name="irc/oftc",
        policy=IRC_POLICY,
        deliver=deliver,
        writer=bot.writer,
        consumer=bot.consumer,
        clock=bot.clock,
        retry_seconds=0,
    )


def test_on_a_full_disk_nothing_is_acknowledged_and_all_of_it_is_when_there_is_space_again(tmp_path: Path) -> None:
    async def scene(disk: Path) -> None:
        async with running(disk / "state.db") as bot:
            await bot.give("before")
            fill(disk)
            facts = [asyncio.create_task(bot.give(str(number), text="x" * 9000)) for number in range(20)]
            await bot.until(lambda: bool(bot.consumer.trouble))
            assert bot.consumer.trouble == "database or disk is full"
            assert (bot.entries, [task.done() for task in facts]) == (("before",), [False] * 20)
            assert bot.consumer.parked == 0
            (disk / "ballast").unlink()
            await asyncio.gather(*facts)
            assert bot.consumer.trouble == ""
            assert bot.entries == ("before", *(str(number) for number in range(20)))
            told = [log["event"] for log in bot.logs]
            assert told == [
                "the state file cannot be written; nothing is acknowledged",
                "the state file can be written again",
            ]
        async with running(disk / "state.db") as bot:
            assert len(bot.entries) == 21

    with mounted(tmp_path / "disk", "size=1m") as disk:
        asyncio.run(scene(disk))


def test_a_message_sent_while_the_disk_is_full_is_not_sent_again(tmp_path: Path) -> None:
    async def scene(disk: Path) -> None:
        async with running(disk / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            said: list[str] = []
            step = asyncio.create_task(lane(bot, said, lambda: fill(disk)).step())
            await bot.until(lambda: bool(bot.consumer.trouble))
            assert (said, step.done()) == (["hello"], False)
            (disk / "ballast").unlink()
            assert await step
            assert [(row.state, row.tries) for row in bot.journal.rows()] == [("sent", 1)]
            assert said == ["hello"]

    with mounted(tmp_path / "disk", "size=1m") as disk:
        asyncio.run(scene(disk))


def test_nothing_is_sent_that_could_not_be_claimed_first(tmp_path: Path) -> None:
    async def scene(disk: Path) -> None:
        async with running(disk / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            said: list[str] = []
            fill(disk)
            step = asyncio.create_task(lane(bot, said, lambda: None).step())
            await bot.until(lambda: any(log["event"] == "an outbox row cannot be written" for log in bot.logs))
            assert said == []
            (disk / "ballast").unlink()
            assert await step
            assert said == ["hello"]

    with mounted(tmp_path / "disk", "size=1m") as disk:
        asyncio.run(scene(disk))


def test_sqlite_at_its_limit_of_pages_is_a_full_disk_too(tmp_path: Path) -> None:
    """As above, for machines where nothing can be mounted; here SQLite refuses in the middle of a transaction."""

    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("before")
            limit = bot.journal._connection.execute
            await bot.writer.call(limit, "PRAGMA max_page_count = 1")  # SQLite makes it the present size
            facts = [asyncio.create_task(bot.give(str(number), text="x" * 9000)) for number in range(5)]
            await bot.until(lambda: bool(bot.consumer.trouble))
            assert bot.consumer.trouble == "database or disk is full"
            assert (bot.entries, bot.consumer.parked) == (("before",), 0)
            await bot.writer.call(limit, "PRAGMA max_page_count = 1000000")
            await asyncio.gather(*facts)
            assert bot.entries == ("before", "0", "1", "2", "3", "4")
            assert bot.journal.facts("parked") == []

    asyncio.run(scene())


def test_a_state_file_that_becomes_read_only_stops_nothing_but_changes(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("before", "say", text="hello")
            said: list[str] = []
            await read_only(bot, on=True)
            fact = asyncio.create_task(bot.give("while"))
            await bot.until(lambda: bool(bot.consumer.trouble))
            assert bot.consumer.trouble == "attempt to write a readonly database"
            assert len(bot.entries) == 1
            assert await bot.consumer.retry_waiting() == 0
            await read_only(bot, on=False)
            assert await fact is not None
            assert await lane(bot, said, lambda: None).step()
            assert ["before", "while", "before sent", *said] == [*bot.entries, "hello"]

    asyncio.run(scene())


def test_a_fact_left_beside_the_bot_waits_until_the_disk_takes_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            with beside(tmp_path / "state.db") as transaction:
                transaction.leave(given("note", number="left"), source="cli")
            await read_only(bot, on=True)
            retry = asyncio.create_task(bot.consumer.retry_waiting())
            await bot.until(lambda: bool(bot.consumer.trouble))
            assert not retry.done()
            await read_only(bot, on=False)
            assert await retry == 1
            assert (bot.entries, bot.consumer.trouble) == (("left",), "")

    asyncio.run(scene())


def test_a_read_only_state_directory_is_one_clear_error_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "nothing" / "state.db"

    with pytest.raises(StateUnusable) as refusal:
        Journal.open(path)
    assert str(refusal.value) == (
        f"{path} cannot be used as state file: unable to open database file; "
        "this user must be able to write to it and to its directory"
    )


def test_a_state_file_on_a_read_only_file_system_is_one_clear_error_at_the_start(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        Journal.open(disk / "state.db").close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StateUnusable) as refusal:
            Journal.open(disk / "state.db")
    assert str(refusal.value) == (
        f"{disk / 'state.db'} cannot be used as state file: unable to open database file; "
        "this user must be able to write to it and to its directory"
    )


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_directory_without_permission_is_one_clear_error_at_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(StateUnusable, match="unable to open database file"):
        Journal.open(tmp_path / "state.db")


def test_what_is_no_state_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_text("Dear diary, " * 100)

    with pytest.raises(StateUnusable, match="file is not a database"):
        Journal.open(path)
    assert path.read_text() == "Dear diary, " * 100
