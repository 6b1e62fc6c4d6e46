"""A channel with people in it and the bot as a process, for the tests of meetings."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.core.facts import LineSaid
from cloudbot.demo.stage import free_port
from cloudbot.store.journal import Journal
from tests.fakes.irc_server import Person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECONDS = 30.0
CHANNEL = "#cloud"
PEOPLE = ("anna", "ben", "carol", "dora", "emil", "finn")
CONFIG = """\
[state]
directory = "{home}/state"

[team]
name = "Example Team"
channels = ["test/{channel}"]
site = "http://127.0.0.1:{web}"

[irc.test]
server = "127.0.0.1"
port = {port}
tls = false
nick = "cloudbot"
channels = [{{ name = "{channel}" }}]
min_delay = 0.1
pacing = {{ open = true }}

[web]
port = {web}

[features.voice]
listen_first = false
"""
SAID = re.compile(r":(?P<nick>[^! ]+)!\S+ PRIVMSG \S+ :?(?P<text>.*)")
LOGGED = re.compile(r"\d\d:\d\d:\d\d <(?P<nick>[^>]+)> (?P<text>.*)")
Line = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Room:
    """The channel, with somebody in it who sees everything and says nothing."""

    home: Path
    port: int
    more: str = ""
    "of the configuration: what else is around the bot"
    nicks: tuple[str, ...] = PEOPLE
    web: int = field(default_factory=free_port)
    people: dict[str, Person] = field(default_factory=dict)
    watcher: Person = field(default_factory=lambda: Person("watcher"))
    seen: list[str] = field(default_factory=list)
    bot: asyncio.subprocess.Process | None = None
    wanted: list[Line] = field(default_factory=list)
    "what was said while the bot was there, from #startmeeting on"

    async def build(self) -> None:
        """Write the configuration and let everybody in."""
        config = self.home / "config"
        config.mkdir()
        text = CONFIG.format(home=self.home, channel=CHANNEL, port=self.port, web=self.web)
        (config / "cloudbot.toml").write_text(text + self.more, encoding="utf-8")
        await self.watcher.connect(self.port)
        await self.watcher.join(CHANNEL)
        for nick in self.nicks:
            await self.enter(nick)

    async def enter(self, nick: str) -> None:
        self.people[nick] = await Person(nick).connect(self.port)
        await self.people[nick].join(CHANNEL)

    async def until(self, pattern: str) -> str:
        """Watch until a line matches, and return it."""
        while True:
            line = await self.watcher.until(".", timeout=SECONDS)
            self.seen.append(line)
            if re.search(pattern, line):
                return line

    async def start(self) -> None:
        """Start the bot and wait until it is in the channel and has what it says when it is back behind it."""
        command = (sys.executable, "-m", "cloudbot", "run", "--config", str(self.home / "config"))
        with (self.home / "bot.log").open("ab") as log:
            self.bot = await asyncio.create_subprocess_exec(*command, stderr=log)
        await self.until(f":cloudbot!.* JOIN :?{CHANNEL}")

    async def kill(self) -> None:
        """End the bot as a power cut does."""
        assert self.bot is not None
        self.bot.send_signal(signal.SIGKILL)
        await self.bot.wait()
        await self.until(":cloudbot!.* QUIT")

    async def say(self, nick: str, *texts: str, kept: bool = True) -> None:
        """Say lines at once, and wait until everybody has heard them and, where the bot is there, until it has too."""
        for text in texts:
            self.people[nick].say(CHANNEL, text)
        for text in texts:
            line = SAID.match(await self.until(f"PRIVMSG {CHANNEL} :{re.escape(text)}$"))
            assert line is not None
            self.wanted += [(line["nick"], line["text"])] if kept else []
        if kept:
            await self.committed(texts[-1])

    async def committed(self, text: str) -> None:
        """Wait until a line is in the journal: what is not yet is lost with the process, as it would be to a log."""
        async with asyncio.timeout(SECONDS):
            while text not in self._journalled():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)

    def _journalled(self) -> list[str]:
        return [fact.text for fact in self.facts()]

    def facts(self) -> list[LineSaid]:
        """Return the newest lines of the journal, newest first."""
        journal = Journal.peek(self.home / "state" / "state.db")
        with contextlib.closing(journal):
            return [row.fact for row in journal.facts(limit=60) if isinstance(row.fact, LineSaid)]

    async def rename(self, nick: str, now: str) -> None:
        self.people[now] = self.people.pop(nick)
        self.people[now].send(f"NICK {now}")
        await self.until(f":{re.escape(nick)}!.* NICK :?{re.escape(now)}")

    async def split(self, nick: str) -> None:
        """Lose somebody without a word, as in a netsplit."""
        await self.people.pop(nick).close()
        await self.until(f":{re.escape(nick)}!.* QUIT")

    async def fetch(self, pattern: str) -> str:
        """Fetch what a link leads to, at once."""
        link = re.search(r"http://\S+", await self.until(pattern))
        assert link is not None
        return await asyncio.to_thread(lambda: urllib.request.urlopen(link[0], timeout=5).read().decode())  # noqa: S310 - our own door

    async def file(self, ending: str) -> str:
        """Read a file of the meeting from the folder of the site."""
        (found,) = (self.home / "state" / "site" / "meetings").rglob(f"*{ending}")
        return await asyncio.to_thread(found.read_text, encoding="utf-8")

    async def leave(self) -> None:
        if self.bot is not None and self.bot.returncode is None:
            self.bot.terminate()
            await self.bot.wait()
        for person in (self.watcher, *self.people.values()):
            await person.close()


@contextlib.asynccontextmanager
async def meeting_room(home: Path, port: int, more: str = "", nicks: tuple[str, ...] = PEOPLE) -> AsyncIterator[Room]:
    """A room with everybody in it, and the bot still away."""
    room = Room(home=home, port=port, more=more, nicks=nicks)
    try:
        await room.build()
        yield room
    finally:
        await room.leave()
