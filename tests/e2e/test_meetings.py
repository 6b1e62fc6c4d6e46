"""A meeting of six on a real server: two change their nick, one is split off, a paste, and the bot is killed twice."""

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

import pytest

from cloudbot.demo.ircd import Ircd
from cloudbot.demo.stage import free_port
from cloudbot.store.journal import Journal
from tests.fakes.irc_server import Person
from tests.irc_servers.fixtures import ngircd  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECONDS = 30.0
CHANNEL = "#cloud"
POINTS = tuple(f"point {number} of forty" for number in range(1, 40))
"""Pasted behind #startmeeting: forty lines at once."""
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
        (config / "cloudbot.toml").write_text(text, encoding="utf-8")
        await self.watcher.connect(self.port)
        await self.watcher.join(CHANNEL)
        for nick in PEOPLE:
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
        journal = Journal.peek(self.home / "state" / "state.db")
        with contextlib.closing(journal):
            return [row.fact.text for row in journal.facts(limit=60) if row.kind == "LineSaid"]  # type: ignore[union-attr]

    async def rename(self, nick: str, now: str) -> None:
        self.people[now] = self.people.pop(nick)
        self.people[now].send(f"NICK {now}")
        await self.until(f":{nick}!.* NICK :?{now}")

    async def split(self, nick: str) -> None:
        """Lose somebody without a word, as in a netsplit."""
        await self.people.pop(nick).close()
        await self.until(f":{nick}!.* QUIT")

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
async def meeting_room(home: Path, port: int) -> AsyncIterator[Room]:
    room = Room(home=home, port=port)
    try:
        await room.build()
        yield room
    finally:
        await room.leave()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left of a meeting: what was said to the bot, and its files."""

    wanted: list[Line]
    seen: list[str]
    log: str
    text: str
    markdown: str

    @property
    def logged(self) -> list[Line]:
        """What people said, as the log has it."""
        found = (LOGGED.fullmatch(line) for line in self.log.splitlines())
        return [(line["nick"], line["text"]) for line in found if line is not None and line["nick"] != "cloudbot"]


async def hold(room: Room) -> Outcome:
    """Hold the meeting."""
    room.watcher.send(f"MODE {CHANNEL} -t", f"TOPIC {CHANNEL} :Images for clouds")
    await room.start()
    await room.say("anna", "#startmeeting Cloud team", *(f"#info {point}" for point in POINTS))
    await room.say("ben", "hello")
    await room.say("carol", "\x01ACTION waves\x01", kept=False)
    await room.rename("ben", "ben_away")
    await room.say("ben_away", "#info back in a minute")
    await room.say("anna", "#topic Images")
    await room.kill()
    await room.say("dora", "said while nobody listened", kept=False)
    await room.start()
    await room.until("cloudbot.* PRIVMSG .*I am back")
    await room.say("dora", "#action emil to look at arm64")
    await room.split("finn")
    await room.rename("anna", "anna2")
    await room.enter("finn")
    await room.say("finn", "I am back")
    await room.say("anna2", "#topic Any other business")
    await room.kill()
    await room.say("emil", "said into the void", kept=False)
    await room.start()
    await room.until("cloudbot.* PRIVMSG .*I am back")
    await room.say("emil", "#info nothing was lost")
    await room.say("anna2", "#endmeeting")
    text = await room.fetch(r"Minutes \(text\)")
    await room.until("cloudbot.* PRIVMSG .*Log: ")
    return Outcome(room.wanted, room.seen, await room.file(".log.txt"), text, await room.file(".md"))


@pytest.fixture(scope="module", params=["demo", pytest.param("ngircd", marks=pytest.mark.server)])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Hold the meeting on the demo's server and on a real one."""
    home = tmp_path_factory.mktemp("meeting")
    real = 0 if request.param == "demo" else request.getfixturevalue(request.param).port

    async def play() -> Outcome:
        server = Ircd()
        port = real or await server.start()
        try:
            async with meeting_room(home, port) as room:
                return await hold(room)
        finally:
            await server.stop()

    return asyncio.run(play())


def test_the_log_has_what_was_said_while_the_bot_was_there_and_each_line_once(outcome: Outcome) -> None:
    assert outcome.logged == outcome.wanted


def test_what_was_noted_is_in_the_minutes_once_and_in_order(outcome: Outcome) -> None:
    noted = [*POINTS, "back in a minute", "nothing was lost"]
    assert re.findall(r"^ *\* (point .*|back .*|nothing .*)  \(", outcome.text, re.MULTILINE) == noted


def test_each_absence_is_one_gap_of_the_minutes_and_is_told_once(outcome: Outcome) -> None:
    told = [line for line in outcome.seen if re.search("cloudbot.* PRIVMSG .*I am back and did not hear", line)]
    assert (outcome.markdown.count("Nobody listened:"), len(told)) == (2, 2)


def test_who_changed_the_nick_or_was_split_off_is_one_person(outcome: Outcome) -> None:
    present = outcome.text.partition("People present (lines said)")[2]
    people = {nick: int(lines) for nick, lines in re.findall(r"^\* (\S+) \((\d+)\)$", present, re.MULTILINE)}
    assert people == {"anna": 43, "ben": 2, "carol": 1, "dora": 1, "finn": 1, "emil": 1}


def test_the_chair_kept_the_chair_and_the_action_is_its_owners(outcome: Outcome) -> None:
    assert "chair: anna2" in outcome.markdown
    owners = outcome.text.partition("Action items, by person")[2].partition("People present")[0]
    assert re.findall(r"\* (.*)", owners) == ["emil", "emil to look at arm64"]


def test_the_topic_is_that_of_the_meeting_and_then_as_before(outcome: Outcome) -> None:
    topics = [line.partition(" :")[2] for line in outcome.seen if re.match(":cloudbot!.* TOPIC ", line)]
    assert ("Any other business" in topics[-2], topics[-1]) == (True, "Images for clouds")
