"""From a command to a commit and back to the answer, over death at every step, with real git and a real state file."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from cloudbot.adapters.records import GitRecords, Settings
from cloudbot.adapters.records.plumbing import Git
from cloudbot.adapters.render import Words
from cloudbot.core.effects import CommitRecords
from cloudbot.core.engine import World
from cloudbot.core.facts import CommandGiven
from cloudbot.core.people import Team
from cloudbot.core.records.operations import Author, Change, Operation, put
from cloudbot.core.speech import Proof
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.ledger import Ledger
from cloudbot.runtime.posting import Operator, Posting
from cloudbot.runtime.writer import Writer
from cloudbot.store.codec import encode
from cloudbot.store.journal import Journal, NewRow
from tests.adapters.records.remotes import Remote
from tests.fakes.outside import Clock
from tests.features.builders import CHANNEL, COMMANDS, ENGINE, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from cloudbot.adapters.records.carrying_out import End, Wanted

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process is gone; nothing in it can stop that."""


@dataclass(slots=True)
class Life:
    """What ends a life: the moment it is to end at, and how many there were."""

    ends_at: int = -1
    moments: int = 0

    def moment(self) -> None:
        self.moments += 1
        if self.moments - 1 == self.ends_at:
            raise Killed


@dataclass(slots=True)
class Mortal:
    """The records of a life: it may end just before or after any act of git's, and before the end is written down."""

    records: GitRecords
    life: Life

    async def carry_out(self, wanted: Sequence[Wanted]) -> list[End]:
        ends = await self.records.carry_out(wanted)
        self.life.moment()
        return ends


@dataclass(slots=True, kw_only=True)
class Bot:
    """One life of the bot."""

    consumer: Consumer
    ledger: Ledger
    clock: Clock
    records: GitRecords
    logs: list[Any] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        return self.consumer.writer.journal

    @property
    def said(self) -> list[str]:
        """What it says in the channel, as decided."""
        return [row.body for row in self.journal.rows(lane="irc/oftc")]

    def rows(self) -> list[tuple[str, str]]:
        return [(row.key, row.state) for row in self.journal.rows(lane="repo")]

    async def give(self, command: str, number: str = "m1", person: str = "bob", **args: str) -> None:
        fact = CommandGiven(
            at=self.clock(),
            id=number,
            command=command,
            args=args,
            venue=CHANNEL,
            nick=person,
            proof=Proof(person, "whois-307"),
            person=person,
        )
        await self.consumer.put(fact, source="irc oftc", external_id=number)


@contextlib.asynccontextmanager
async def living(
    folder: Path, remote: Remote, life: Life | None = None, clock: Clock | None = None
) -> AsyncIterator[Bot]:
    """Run one life on what is in the folder."""
    life, clock = life or Life(), clock or Clock(AT)
    records = GitRecords(Settings(remote=remote.url, timeout=10), folder / "copy.git")
    records.open(clock().date())

    def world(at: datetime, documents: Mapping[type, object]) -> World:
        return World(
            at=at,
            team=Team(name="Example Team", channels=(CHANNEL,)),
            documents=documents,
            settings=settings(),
            commands=COMMANDS,
            records=records.current,
        )

    with capture_logs() as logs:
        writer = Writer(Journal.open(folder / "state.db"))
        posting = Posting(render=Words().render, operator=Operator(), mail_domain="example.org")
        consumer = Consumer(writer=writer, engine=ENGINE, posting=posting, world=world)
        consumer.load()
        ledger = Ledger(archive=Mortal(records, life), writer=writer, consumer=consumer, clock=clock, retry_seconds=0)
        running = asyncio.create_task(consumer.run())
        try:
            yield Bot(consumer=consumer, ledger=ledger, clock=clock, records=records, logs=logs)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await records.close()
            writer.close()


def play(folder: Path, remote: Remote, scene: Callable[[Bot], Awaitable[None]], **more: Any) -> None:  # noqa: ANN401
    async def run() -> None:
        async with living(folder, remote, **more) as bot:
            await scene(bot)

    asyncio.run(run())


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote.made(tmp_path / "records.git")


async def look(bot: Bot) -> None:
    for fact in await bot.records.look(bot.clock()):
        await bot.consumer.put(fact, source="records")


def test_a_command_becomes_a_commit_and_is_answered_when_it_is_one(tmp_path: Path, remote: Remote) -> None:
    async def scene(bot: Bot) -> None:
        await look(bot)
        await bot.give("accept", id="A-2019-001")
        assert bot.said == []
        assert await bot.ledger.step()
        assert bot.rows() == [("records/oftc/m1", "sent")]
        (said,) = bot.said
        assert "A-2019-001" in said
        assert remote.head[:8] in said
        assert not await bot.ledger.step()

    play(tmp_path, remote, scene)
    assert remote.record("actions/A-2019-001.toml")["owner"] == "bob"


def moments(monkeypatch: pytest.MonkeyPatch, life: Life) -> None:
    """Let a life end before and after each command of git that leaves a trace."""
    run = Git._run

    def mortal(git: Git, words: tuple[str, ...], *more: Any, **named: Any) -> Any:  # noqa: ANN401
        life.moment()
        done = run(git, words, *more, **named)
        life.moment()
        return done

    monkeypatch.setattr(Git, "_run", mortal)


@pytest.mark.slow
def test_whenever_it_dies_the_change_is_made_once_and_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _lives(tmp_path / "whole", monkeypatch, ends_at=-1)
    assert whole > 20
    for number in range(whole):
        _lives(tmp_path / str(number), monkeypatch, ends_at=number)


def _lives(folder: Path, monkeypatch: pytest.MonkeyPatch, ends_at: int) -> int:
    """Play a change in which the first life ends at a moment; return how many moments there were."""
    remote = Remote.made(folder / "records.git")
    play(folder, remote, look)
    life = Life(ends_at)

    async def first(bot: Bot) -> None:
        await bot.give("accept", id="A-2019-001")
        await bot.give("action", number="m2", text="Write the report")
        with pytest.raises(Killed) if ends_at >= 0 else contextlib.nullcontext(), monkeypatch.context() as patch:
            moments(patch, life)
            while await bot.ledger.step():
                pass

    async def second(bot: Bot) -> None:
        while await bot.ledger.step():
            pass
        assert bot.rows() == [("records/oftc/m1", "sent"), ("records/oftc/m2", "sent")]
        assert len(bot.said) == 2

    play(folder, remote, first, life=life)
    play(folder, remote, second)
    assert sorted(remote.log()) == sorted(["action A-2019-001: accept", "action A-2026-001: add", "the first records"])
    return life.moments


def test_while_the_remote_is_away_the_change_is_kept_and_the_person_told_once(tmp_path: Path, remote: Remote) -> None:
    away = remote.directory.with_name("elsewhere.git")

    async def scene(bot: Bot) -> None:
        await look(bot)
        remote.directory.rename(away)
        await bot.give("accept", id="A-2019-001")
        assert await bot.ledger.step()
        assert not await bot.ledger.step()
        for _ in range(3):
            bot.clock.step(hours=1)
            assert await bot.ledger.step()
        assert len(bot.said) == 1
        assert "cannot be reached now" in bot.said[0]
        away.rename(remote.directory)
        bot.clock.step(hours=1)
        await bot.ledger.step()
        assert bot.rows() == [("records/oftc/m1", "sent")]
        assert len(bot.said) == 2

    play(tmp_path, remote, scene)
    assert remote.log("%aI")[0] == "2026-11-23T12:00:00+00:00"


def test_what_is_refused_is_told_with_the_reason_and_not_tried_again(tmp_path: Path, remote: Remote) -> None:
    async def scene(bot: Bot) -> None:
        await look(bot)
        text = remote.file("actions/A-2019-001.toml")
        remote.human().write(
            {"actions/A-2019-001.toml": text.replace('state = "open"', 'state = "open"\nowner = "alice"')}
        )
        await bot.give("accept", id="A-2019-001")
        await bot.ledger.step()
        assert bot.rows() == [("records/oftc/m1", "dropped")]
        assert len(bot.said) == 1
        assert "not done" in bot.said[0]

    play(tmp_path, remote, scene)


def test_a_bug_costs_the_change_that_has_it_and_no_other(tmp_path: Path, remote: Remote) -> None:
    @dataclass(slots=True)
    class Buggy:
        records: GitRecords

        async def carry_out(self, wanted: Sequence[Wanted]) -> list[End]:
            if any(one.effect.operation.verb == "break" for one in wanted):
                raise ValueError("a bug")
            return await self.records.carry_out(wanted)

    def effect(key: str, verb: str) -> CommitRecords:
        change = Change(kind="action", id="A-2019-001", edits=(put("effort", value="3d"),))
        return CommitRecords(
            key=key,
            operation=Operation(verb=verb, changes=(change,)),
            author=Author(person="bob", account="", via="command line"),
            to=CHANNEL,
        )

    async def scene(bot: Bot) -> None:
        bot.ledger.archive = Buggy(bot.records)
        with bot.journal.transaction() as transaction:
            for one in (effect("k1", "break"), effect("k2", "change")):
                transaction.enqueue(NewRow(key=one.key, lane="repo", destination="x", body=encode(one)), bot.clock())
            transaction.enqueue(NewRow(key="k3", lane="repo", destination="x", body="{}"), bot.clock())
        await bot.ledger.step()
        assert bot.rows() == [("k1", "dropped"), ("k2", "sent"), ("k3", "dead")]
        assert "a fault of mine" in bot.said[0]

    play(tmp_path, remote, scene)


def test_pauses_grow_and_end(tmp_path: Path, remote: Remote) -> None:
    async def scene(bot: Bot) -> None:
        await look(bot)
        remote.directory.rename(remote.directory.with_name("elsewhere.git"))
        await bot.give("accept", id="A-2019-001")
        pauses = []
        for _ in range(10):
            await bot.ledger.step()
            (row,) = bot.journal.rows(lane="repo")
            assert row.not_before is not None
            pauses.append(row.not_before - bot.clock())
            bot.clock.now = row.not_before
        assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
        assert pauses[-1] == timedelta(minutes=15)

    play(tmp_path, remote, scene)


def test_however_many_wait_for_others_a_new_change_is_made(tmp_path: Path, remote: Remote) -> None:
    change = Change(kind="action", id="A-2019-001", edits=(put("effort", value="3d"),))
    author = Author(person="bob", account="", via="command line")

    async def scene(bot: Bot) -> None:
        await look(bot)
        with bot.journal.transaction() as transaction:
            for number in range(120):
                one = CommitRecords(key=f"k{number}", operation=Operation(verb="x", changes=(change,)), author=author)
                transaction.enqueue(NewRow(key=one.key, lane="repo", destination="x", body=encode(one)), bot.clock())
                later = bot.clock() + timedelta(minutes=5)
                transaction.settle(one.key, "retry", at=bot.clock(), why="proposed: x", not_before=later)
        await bot.give("accept", id="A-2019-001")
        assert await bot.ledger.step()
        assert bot.rows()[-1] == ("records/oftc/m1", "sent")

    play(tmp_path, remote, scene)
