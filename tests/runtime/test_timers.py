"""Timers: in the order they were due, once each, whatever the clock does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import CancelTimer, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, TimerFired
from tests.fakes.outside import MONDAY, Clock
from tests.runtime.parts import Diary, running

if TYPE_CHECKING:
    from pathlib import Path


def test_a_timer_fires_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("tea", "wake", minute="10")
            assert await bot.timers.step() == 30.0
            bot.clock.step(minutes=9, seconds=50)
            assert await bot.timers.step() == 10.0
            bot.clock.step(seconds=10)
            assert await bot.timers.step() == 30.0
            assert bot.entries == ("tea", "tea at 06:10")
            assert bot.journal.timers() == []

    asyncio.run(scene())


def test_two_timers_of_one_instant_fire_in_the_order_of_their_names(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            for name in ("b", "c", "a"):
                await bot.give(name, "wake", minute="10")
            await bot.give("early", "wake", minute="5")
            bot.clock.step(minutes=10)
            await bot.timers.step()
            assert bot.entries[4:] == ("early at 06:10", "a at 06:10", "b at 06:10", "c at 06:10")

    asyncio.run(scene())


def test_a_clock_stepped_back_fires_nothing_twice_and_journal_time_goes_on(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("tea", "wake", minute="10")
            await bot.give("cake", "wake", minute="20")
            bot.clock.step(minutes=15)
            await bot.timers.step()
            bot.clock.step(hours=-1)
            await bot.timers.step()
            await bot.give("x")
            bot.clock.step(hours=2)
            await bot.timers.step()
            assert bot.entries == ("tea", "cake", "tea at 06:15", "x", "cake at 07:15")
            instants = [row.at for row in reversed(bot.journal.facts())]
            assert instants == sorted(instants)

    asyncio.run(scene())


def test_a_timer_is_fired_late_after_a_week_down_and_says_when_it_was_due(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("tea", "wake", minute="10")
        late = Clock(MONDAY + timedelta(days=7))
        async with running(tmp_path / "state.db", clock=late) as bot:
            await bot.timers.step()
            fired = bot.journal.facts()[0].fact
            assert fired == TimerFired(at=late(), name="tea", due=MONDAY + timedelta(minutes=10))
            assert await bot.timers.step() == 30.0
            assert bot.entries == ("tea", "tea at 06:00")

    asyncio.run(scene())


def test_a_timer_that_another_of_the_same_instant_cancels_or_moves_does_not_fire(tmp_path: Path) -> None:
    def react(diary: Late, fact: Fact, _world: World) -> Reaction[Late]:
        match fact:
            case TimerFired(name="a"):
                return Reaction(diary, (CancelTimer(name="b"), SetTimer(name="c", due=fact.at + timedelta(hours=1))))
            case _:
                return Reaction(diary)

    class Late(Diary):
        """A document of its own."""

    async def scene() -> None:
        async with running(tmp_path / "state.db", features=(Feature(name="late", document=Late, react=react),)) as bot:
            for name in ("a", "b", "c", "d"):
                await bot.give(name, "wake", minute="10")
            bot.clock.step(minutes=10)
            await bot.timers.step()
            assert bot.entries[4:] == ("a at 06:10", "d at 06:10")
            assert bot.journal.timers() == [("c", MONDAY + timedelta(minutes=70))]

    asyncio.run(scene())


def test_a_timer_whose_handling_fails_is_parked_and_holds_up_no_other(tmp_path: Path) -> None:
    class Poisoned(Diary):
        """A document of its own."""

    def react(diary: Poisoned, fact: Fact, _world: World) -> Reaction[Poisoned]:
        match fact:
            case TimerFired(name="a"):
                raise ValueError("not this one")
            case _:
                return Reaction(diary)

    features = (Feature(name="poisoned", document=Poisoned, react=react),)

    async def scene() -> None:
        async with running(tmp_path / "state.db", features=features) as bot:
            await bot.give("a", "wake", minute="10")
            await bot.give("b", "wake", minute="10")
            bot.clock.step(minutes=10)
            await bot.timers.step()
            assert [row.kind for row in bot.journal.facts("parked")] == ["TimerFired"]
            assert (bot.entries[2:], bot.journal.timers()) == (("b at 06:10",), [])

    asyncio.run(scene())


def test_the_clock_keeper_looks_again_when_a_timer_may_have_been_set(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            bot.consumer.on_commit = bot.timers.stir
            task = asyncio.create_task(bot.timers.run())
            await bot.give("tea", "wake", minute="0")
            await bot.until(lambda: "tea at 06:00" in bot.entries)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())
