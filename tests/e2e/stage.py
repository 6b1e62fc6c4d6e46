"""The demo's stage for tests: a recorded instant from which time runs on, and assertions in place of patience."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.demo.replay import Replay
from cloudbot.demo.stage import BOT, CHANNEL, Stage

if TYPE_CHECKING:
    import signal
    from collections.abc import AsyncIterator
    from pathlib import Path

SECONDS = 20.0


@dataclass(slots=True, kw_only=True)
class Stand:
    """A stage at an instant; moving the instant takes effect for salsa at once and for the bot at its next start."""

    instant: datetime
    stage: Stage = field(init=False)

    def at(self) -> datetime:
        """Return salsa's now."""
        return self.instant

    @property
    def replay(self) -> str:
        """The clock that runs on from the recorded instant, as fast as any other."""
        end = self.instant + timedelta(hours=1)
        clock = Replay(begin=self.instant, end=end, seconds=3600.0, file=self.stage.home / "started")
        clock.start()
        return str(clock)

    async def start(self) -> None:
        """Start the bot and wait until it is in the channel."""
        assert await self.stage.start_bot(self.replay), self.stage.log

    async def end(self, *how: signal.Signals) -> int:
        """End the bot and return its exit code."""
        code = await self.stage.end_bot(*how)
        assert code is not None
        return code

    async def ask(self, text: str) -> str:
        """Ask in the channel and return the answer."""
        answer = await self.stage.guest.ask(BOT, CHANNEL, text, SECONDS)
        assert answer is not None, self.stage.log
        return answer

    async def until(self, question: str, wanted: str) -> str:
        """Ask until the answer holds what is wanted."""
        for _ in range(100):
            answer = await self.ask(question)
            if wanted in answer:
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError(f"{question} never said {wanted!r} but {answer!r}\n{self.stage.log}")

    async def heard(self) -> list[str]:
        """Wait for an unasked line and return all of them."""
        await self.stage.guest.wait(lambda: bool(self.stage.unasked), SECONDS)
        return self.stage.unasked


@asynccontextmanager
async def standing(home: Path, instant: datetime, *, listen_first: bool = False) -> AsyncIterator[Stand]:
    """A stand that is taken down whatever happens."""
    stand = Stand(instant=instant)
    stand.stage = Stage(home=home, now=stand.at)
    try:
        await stand.stage.build(listen_first=listen_first)
        yield stand
    finally:
        await stand.stage.take_down()
