"""The watcher on the real adapter and the recorded salsa: an unchanged server is journalled once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from cloudbot.adapters.gitlab.adapter import GitLab
from cloudbot.adapters.gitlab.settings import Settings
from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.week import recorded
from cloudbot.runtime.watch import Watch
from tests.runtime_parts import figures_of_a_new_bot

AT = datetime(2019, 7, 22, 12, 0, tzinfo=UTC)


def test_looks_that_bring_nothing_new_leave_the_journal_alone_and_keep_the_figures_fresh() -> None:
    async def play() -> tuple[int, int, dict[str, datetime]]:
        now = [AT]
        salsa = Salsa(recorded(), lambda: now[0])
        forge = GitLab(Settings(url=await salsa.start(), groups=("cloud-team",), pause=0))
        consumer = figures_of_a_new_bot(AT).consumer
        running = asyncio.create_task(consumer.run())
        looked: dict[str, datetime] = {}
        watch = Watch(source=forge, every=timedelta(minutes=5), consumer=consumer, clock=lambda: now[0], looked=looked)
        await watch.look()
        first = len(consumer.writer.journal.facts())
        for _ in range(5):
            now[0] += timedelta(minutes=5)
            await watch.look()
        then = len(consumer.writer.journal.facts())
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await forge.close()
        await salsa.stop()
        return first, then, looked

    first, then, looked = asyncio.run(play())
    assert (first, then) == (5, 5)
    assert looked == {"salsa": AT + timedelta(minutes=25)}
