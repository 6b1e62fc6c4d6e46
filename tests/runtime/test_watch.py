"""Watching a forge: only what differs is journalled, a failure once, and the rest is patience."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import AwayReason, LookFailed, LookSucceeded, TokenExpires
from cloudbot.core.ports import SourceAway
from cloudbot.runtime.watch import Watch
from tests.fakes.outside import MONDAY, FakeForge
from tests.features.builders import pipeline, pipelines_seen, projects_seen
from tests.runtime.parts import Parts, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

FIRST = (projects_seen(at=MONDAY), pipelines_seen(pipeline(1), at=MONDAY))


@asynccontextmanager
async def watching(path: Path, forge: FakeForge) -> AsyncIterator[tuple[Parts, Watch]]:
    async with running(path / "state.db") as bot:
        looked: dict[str, datetime] = {}
        every = timedelta(minutes=5)
        yield bot, Watch(source=forge, every=every, consumer=bot.consumer, clock=bot.clock, looked=looked)


def kinds(bot: Parts) -> list[str]:
    return [row.kind for row in reversed(bot.journal.facts())]


def test_a_look_that_brings_nothing_new_is_not_journalled_but_it_is_known_that_we_looked(tmp_path: Path) -> None:
    async def scene() -> None:
        async with watching(tmp_path, FakeForge(facts=FIRST)) as (bot, watch):
            assert await watch.look() == 300
            assert kinds(bot) == ["ProjectsSeen", "PipelinesSeen", "LookSucceeded"]
            bot.clock.step(minutes=5)
            await watch.look()
            assert len(kinds(bot)) == 3
            assert watch.looked == {"salsa": MONDAY + timedelta(minutes=5)}

    asyncio.run(scene())


def test_after_a_hint_a_look_is_journalled_whatever_it_shows_for_a_hook_may_have_told_otherwise(tmp_path: Path) -> None:
    async def scene() -> None:
        forge = FakeForge(facts=FIRST)
        async with watching(tmp_path, forge) as (bot, watch):
            await watch.look()
            watch.stir()
            forge.away = SourceAway("unavailable", "502")
            await watch.look()
            forge.away = None
            await watch.look()
            await watch.look()
            assert kinds(bot)[3:] == ["LookFailed", "ProjectsSeen", "PipelinesSeen", "LookSucceeded"]

    asyncio.run(scene())


def test_that_a_token_ends_is_journalled_each_time_the_source_says_it(tmp_path: Path) -> None:
    async def scene() -> None:
        ends = TokenExpires(at=MONDAY, forge="salsa", token="cloudbot", on=date(2019, 7, 28))
        async with watching(tmp_path, FakeForge(facts=(*FIRST, ends))) as (bot, watch):
            await watch.look()
            await watch.look()
            assert kinds(bot).count("TokenExpires") == 2

    asyncio.run(scene())


def test_only_the_list_that_changed_is_journalled(tmp_path: Path) -> None:
    async def scene() -> None:
        forge = FakeForge(facts=FIRST)
        async with watching(tmp_path, forge) as (bot, watch):
            await watch.look()
            forge.facts = (FIRST[0], pipelines_seen(pipeline(2), at=MONDAY))
            bot.clock.step(minutes=5)
            await watch.look()
            assert kinds(bot)[3:] == ["PipelinesSeen"]

    asyncio.run(scene())


def test_a_failure_is_one_fact_when_it_begins_and_one_when_it_is_another(tmp_path: Path) -> None:
    async def scene() -> None:
        forge = FakeForge(facts=FIRST)
        async with watching(tmp_path, forge) as (bot, watch):
            await watch.look()
            reasons: tuple[AwayReason, ...] = ("unreachable", "unreachable", "unavailable", "unavailable")
            for reason in reasons:
                forge.away = SourceAway(reason, f"it is {reason}")
                bot.clock.step(minutes=5)
                await watch.look()
            forge.away = None
            bot.clock.step(minutes=5)
            await watch.look()
            await watch.look()
            assert [row.fact for row in reversed(bot.journal.facts())][3:] == [
                LookFailed(
                    at=MONDAY + timedelta(minutes=5), source="salsa", reason="unreachable", detail="it is unreachable"
                ),
                LookFailed(
                    at=MONDAY + timedelta(minutes=15), source="salsa", reason="unavailable", detail="it is unavailable"
                ),
                LookSucceeded(at=MONDAY + timedelta(minutes=25), source="salsa"),
            ]
            assert watch.looked == {"salsa": MONDAY + timedelta(minutes=25)}

    asyncio.run(scene())


def test_a_failed_look_is_no_look_and_a_figure_keeps_its_age(tmp_path: Path) -> None:
    async def scene() -> None:
        forge = FakeForge(facts=FIRST)
        async with watching(tmp_path, forge) as (bot, watch):
            await watch.look()
            forge.away = SourceAway("unreachable", "no route")
            bot.clock.step(hours=3)
            await watch.look()
            assert watch.looked == {"salsa": MONDAY}

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("failures", "retry_after", "pause"),
    [(1, None, 300), (2, None, 600), (4, None, 1200), (9, None, 1200), (1, 900.0, 900), (1, 7200.0, 1800)],
)
def test_the_pause_grows_with_failures_and_heeds_what_the_server_asks(
    tmp_path: Path, failures: int, retry_after: float | None, pause: float
) -> None:
    async def scene() -> None:
        away = SourceAway("limited", "429", retry_after=retry_after)
        async with watching(tmp_path, FakeForge(away=away)) as (_, watch):
            pauses = [await watch.look() for _ in range(failures)]
            assert pauses[-1] == pause

    asyncio.run(scene())


def test_a_restart_looks_anew_at_everything(tmp_path: Path) -> None:
    async def scene() -> None:
        forge = FakeForge(facts=FIRST)
        async with watching(tmp_path, forge) as (_, watch):
            await watch.look()
        async with watching(tmp_path, forge) as (bot, watch):
            await watch.look()
            assert kinds(bot)[3:] == ["ProjectsSeen", "PipelinesSeen", "LookSucceeded"]

    asyncio.run(scene())


def test_a_hint_from_outside_makes_it_look_now(tmp_path: Path) -> None:
    async def scene() -> None:
        forge = FakeForge(facts=FIRST)
        async with watching(tmp_path, forge) as (bot, watch):
            watch.least_pause = 0
            task = asyncio.create_task(watch.run())
            await bot.until(lambda: "salsa" in watch.looked)
            watch.stir()
            await bot.until(lambda: forge.looks == 2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("failures", "pause", "deaf"),
    [(0, 300, 20), (0, 5, 5), (1, 300, 300), (3, 1800, 1800)],
)
def test_hints_hasten_a_look_by_no_more_than_its_own_pacing_and_never_past_a_failure(
    tmp_path: Path, failures: int, pause: float, deaf: float
) -> None:
    async def scene() -> None:
        async with watching(tmp_path, FakeForge(facts=FIRST)) as (_, watch):
            watch.failures = failures
            assert watch.deaf_for(pause) == deaf

    asyncio.run(scene())
