"""The bot under test: a `Network` on a loopback server, what it heard, and a settled clock."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cloudbot.adapters.irc import Channel, Network, Pacing, Settings
from cloudbot.core.speech import Heard, Moved, Venue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

NOW = datetime(2026, 12, 9, 18, 0, tzinfo=UTC)
TEAM = Venue("test", "#team")
T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T], *, patience: float = 60) -> T:
    """Run a test's coroutine, with an end to waiting."""

    async def patiently() -> T:
        async with asyncio.timeout(patience):
            return await coroutine

    return asyncio.run(patiently())


def settings(port: int, **changes: object) -> Settings:
    """Settings that never wait for long."""
    quick: dict[str, object] = {
        "network": "test",
        "server": "127.0.0.1",
        "port": port,
        "tls": False,
        "nick": "cloudbot",
        "channels": (Channel(name="#team"),),
        "pacing": Pacing(open=True),
        "min_delay": 0.05,
        "max_delay": 0.2,
        "rejoin_delay": 0.05,
        "join_retry": 0.05,
        "regain_every": 0.1,
        "connect_timeout": 5,
        "register_timeout": 5,
        "identify_timeout": 3,
    }
    return Settings.model_validate(quick | changes)


class Bot:
    """A network and what it heard."""

    def __init__(self, chosen: Settings, *, password: str = "", state: Path | None = None) -> None:
        self.heard: list[Heard] = []
        self.moved: list[Moved] = []
        self.topics: list[str] = []
        "the topic of each channel that we came into, as it was known then"
        self.now: datetime | None = None
        "what the bot's clock shows; None means the real time"
        self.echo = ""
        "answer each line that begins with this word by the rest of it"
        self._scratch = tempfile.TemporaryDirectory()
        self.hear: Callable[[Heard], None] = self.keep
        self.network = Network(
            chosen,
            hear=lambda heard: self.hear(heard),  # noqa: PLW0108 - a test may exchange it
            moved=self.keep_movement,
            clock=lambda: self.now or datetime.now(UTC),
            secret=lambda name: {"irc": password}[name],
            state_dir=state or Path(self._scratch.name),
        )
        self.task: asyncio.Task[None] | None = None

    def keep(self, heard: Heard) -> None:
        self.heard.append(heard)
        if self.echo and heard.text.startswith(self.echo):
            self.network.answer(heard.venue, [heard.text.removeprefix(self.echo).strip()])

    def keep_movement(self, moved: Moved) -> None:
        self.moved.append(moved)
        if moved.us and moved.how == "joins":
            self.topics.append(self.network.topic(moved.venue))

    @property
    def movements(self) -> list[tuple[str, str, str, bool, str]]:
        """Who came and went where, without the instants."""
        return [(one.nick, one.how, one.now, one.us, one.why) for one in self.moved]

    def start(self) -> None:
        self.task = asyncio.create_task(self.network.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
        self._scratch.cleanup()

    async def until(self, claim: Callable[[Bot], object], *, patience: float = 25) -> None:
        """Wait until something is true of the bot."""
        try:
            async with asyncio.timeout(patience):
                while not claim(self):  # noqa: ASYNC110 - the bot under test does not know that it is waited for
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"never came true; {self.network.health()}") from None

    async def in_channel(self, channel: str = "#team") -> None:
        await self.until(lambda bot: channel in bot.network.health().channels)

    async def hears(self, count: int = 1) -> list[Heard]:
        """Wait for so many lines and return all."""
        await self.until(lambda bot: len(bot.heard) >= count)
        return self.heard


@contextlib.asynccontextmanager
async def bot(
    chosen: Settings, *, password: str = "", joined: bool = True, state: Path | None = None
) -> AsyncIterator[Bot]:
    """Run the bot for the length of a block."""
    running = Bot(chosen, password=password, state=state)
    running.start()
    try:
        if joined:
            for channel in chosen.channels:
                await running.in_channel(channel.name)
        yield running
    finally:
        await running.stop()
