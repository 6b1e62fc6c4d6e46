"""A real bot process and around it the embedded IRC server, salsa and mail sink; for tests of the bot as a whole."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.demo.guest import Guest
from cloudbot.demo.ircd import Ircd
from cloudbot.demo.mailsink import MailSink
from cloudbot.demo.replay import Replay
from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.week import recorded
from cloudbot.demo.team import BUILD_RULES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


CHANNEL = "#team"
BOT = "cloudbot"
SECONDS = 20.0

CONFIG = """\
[state]
directory = "{home}/state"
[team]
name = "Example Team"
channels = ["net/{channel}"]
[irc.net]
server = "127.0.0.1"
port = {irc}
tls = false
channels = [{{ name = "{channel}" }}]
min_delay = 0.2
[gitlab.salsa]
url = "{salsa}"
groups = ["cloud-team"]
pause = 0
every = 0.1
[mail]
server = "127.0.0.1"
port = {mail}
sender = "cloudbot@example.org"
[operator]
mail = ["operator@example.org"]
[web]
port = {web}
[commands]
person_burst = 0
channel_burst = 0
[features.voice]
listen_first = {listen_first}
[features.builds]
rules = [{rules}]
"""


@dataclass(slots=True)
class Stage:
    """Everything around one bot. `instant` is what the bot and salsa take for now."""

    home: Path
    instant: datetime
    irc_port: int = 0
    web_port: int = 0
    ircd: Ircd = field(default_factory=Ircd)
    mail: MailSink = field(default_factory=MailSink)
    guest: Guest = field(default_factory=lambda: Guest("alice"))
    salsa: Salsa = field(init=False)
    bot: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.salsa = Salsa(recorded(), lambda: self.instant)

    @property
    def config(self) -> str:
        """The configuration directory."""
        return str(self.home / "config")

    @property
    def replay(self) -> str:
        """The clock that runs on from the recorded instant, as fast as any other."""
        end = self.instant + timedelta(hours=1)
        clock = Replay(begin=self.instant, end=end, seconds=3600.0, file=self.home / "started")
        clock.start()
        return str(clock)

    async def build(self, *, web_port: int = 0, listen_first: bool = False) -> None:
        """Start what is around the bot and write its configuration."""
        self.irc_port, self.web_port = await self.ircd.start(), web_port
        text = CONFIG.format(
            home=self.home,
            channel=CHANNEL,
            irc=self.irc_port,
            salsa=await self.salsa.start(),
            mail=await self.mail.start(),
            web=web_port,
            listen_first=str(listen_first).lower(),
            rules=", ".join(f"'{rule}'" for rule in BUILD_RULES),
        )
        (self.home / "config").mkdir()
        (self.home / "config" / "cloudbot.toml").write_text(text, encoding="utf-8")
        await self.guest.enter(self.irc_port, CHANNEL)

    async def start(self) -> None:
        """Start the bot at the recorded instant, which then stands still, and wait until it is in the channel."""
        with (self.home / "bot.log").open("ab") as log:
            command = (sys.executable, "-m", "cloudbot", "run", "--config", self.config, "--replay", self.replay)
            self.bot = await asyncio.create_subprocess_exec(*command, stderr=log)
        ended = asyncio.ensure_future(self.bot.wait())
        joined = asyncio.ensure_future(self.guest.wait(lambda: BOT in self.guest.present, SECONDS))
        await asyncio.wait({ended, joined}, return_when=asyncio.FIRST_COMPLETED)
        assert not ended.done(), self.log
        assert joined.result(), self.log
        ended.cancel()

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the bot and wait until the channel has seen it go; return its exit code."""
        assert self.bot is not None
        if self.bot.returncode is None:
            self.bot.send_signal(how)
        code = await self.bot.wait()
        assert await self.guest.wait(lambda: BOT not in self.guest.present, SECONDS)
        return code

    async def take_down(self) -> None:
        """End everything."""
        if self.bot is not None and self.bot.returncode is None:
            self.bot.kill()
            await self.bot.wait()
        await self.guest.leave()
        await self.salsa.stop()
        await self.mail.stop()
        await self.ircd.stop()

    async def ask(self, text: str) -> str:
        """Ask in the channel and return the answer."""
        answer = await self.guest.ask(BOT, CHANNEL, text, SECONDS)
        assert answer is not None, self.log
        return answer

    async def until(self, question: str, wanted: str) -> str:
        """Ask until the answer holds what is wanted."""
        for _ in range(100):
            answer = await self.ask(question)
            if wanted in answer:
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError(f"{question} never said {wanted!r} but {answer!r}\n{self.log}")

    async def cli(self, *words: str) -> tuple[int, str]:
        """Run another cloudbot command with this configuration; return its exit code and all it printed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cloudbot", *words, "--config", self.config),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode()

    @property
    def unasked(self) -> list[str]:
        """What the bot said unasked in the channel."""
        return self.guest.unasked(BOT, CHANNEL)

    @property
    def log(self) -> str:
        """The bot's log."""
        return (self.home / "bot.log").read_text(encoding="utf-8")


@asynccontextmanager
async def stage(
    home: Path, instant: datetime, *, web_port: int = 0, listen_first: bool = False
) -> AsyncIterator[Stage]:
    """A stage that is taken down whatever happens."""
    built = Stage(home, instant)
    try:
        await built.build(web_port=web_port, listen_first=listen_first)
        yield built
    finally:
        await built.take_down()
