"""Hooks and the state file: 2xx only for what is in the journal, once under whatever name it comes again."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from multidict import CIMultiDict

from cloudbot.adapters.gitlab.hooks.receiver import Receiver
from cloudbot.adapters.gitlab.hooks.senders import Ring, Senders
from tests.adapters.gitlab.hook_bodies import job, ours, pipeline
from tests.runtime.parts import Parts, running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cloudbot.core.facts import Fact


def receiver_of(bot: Parts) -> Receiver:
    async def put(fact: Fact, external_id: str) -> bool:
        receipt = await bot.consumer.put(fact, source="hooks salsa", external_id=external_id)
        return receipt.fact_id is not None

    return Receiver(
        senders=Senders(Ring.of(["secret"], [])),
        ours=ours(),
        put=put,
        ring=lambda: None,
        clock=bot.clock,
        patience=0.05,
    )


async def post(receiver: Receiver, number: int, key: str) -> tuple[int, str]:
    async def read() -> Sequence[bytes]:
        return (json.dumps(pipeline(job(), id=number)).encode(),)

    return await receiver.receive(CIMultiDict({"X-Gitlab-Token": "secret", "Idempotency-Key": key}), read)


def kept(bot: Parts) -> list[str]:
    return [row.kind for row in bot.journal.facts()]


def test_what_got_2xx_is_in_the_journal_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            receiver = receiver_of(bot)
            answers = await asyncio.gather(*(post(receiver, 41, "key") for _ in range(20)))
            assert sorted(answers) == [(200, "repeated")] * 19 + [(200, "told")]
            assert kept(bot) == ["PipelineReported"]

    asyncio.run(scene())


def test_a_delivery_is_known_again_after_a_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        for answer in ("told", "repeated"):
            async with running(tmp_path / "state.db") as bot:
                assert await post(receiver_of(bot), 41, "key") == (200, answer)

    asyncio.run(scene())


def test_where_the_state_file_cannot_be_written_the_sender_sees_it_and_nothing_is_lost(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            receiver = receiver_of(bot)
            await bot.writer.call(bot.journal._connection.execute, "PRAGMA query_only = 1")
            assert (await post(receiver, 41, "key"))[0] == 503
            await bot.writer.call(bot.journal._connection.execute, "PRAGMA query_only = 0")
            await bot.until(lambda: not bot.consumer.trouble)
            receiver.patience = 30
            assert await post(receiver, 41, "key") == (200, "repeated")
            assert await post(receiver, 42, "another") == (200, "told")
            assert kept(bot) == ["PipelineReported", "PipelineReported"]

    asyncio.run(scene())
