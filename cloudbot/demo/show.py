"""The demo: a real bot process on a real IRC connection, and around it an embedded world that nothing leaves.

The bot runs as `cloudbot run` does, with a configuration as an operator would write it; only its clock is the recorded
week's. Simulated parts are marked with a star. It ends with a checklist; a line that fails makes the exit code 1.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cloudbot.demo.checklist import QUESTIONS
from cloudbot.demo.guest import Guest
from cloudbot.demo.ircd import Client, Ircd
from cloudbot.demo.mailsink import MailSink
from cloudbot.demo.remote import make_records
from cloudbot.demo.replay import Replay
from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.week import WEEK_BEGINS, recorded
from cloudbot.demo.team import BUILD_RULES

CHANNEL = "#debian-cloud"
BOF = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
"""The day of the recording; its hour is not in the captions."""
BOT = "cloudbot"
MEMBER = "anna"
JOIN_SECONDS = 20.0
ANSWER_SECONDS = 5.0
WIDTH = 41
BUDGET = 6
FAST, CALM = 0.1, 1.0
"""Seconds between looks: while a week passes in seconds, and when time stands still again."""

CONFIG = """\
[state]
directory = "{state}"

[team]
name = "Debian Cloud Team"
channels = ["demo/{channel}"]

[records]
remote = "{records}"

[irc.demo]
server = "127.0.0.1"
port = {irc}
tls = false
nick = "{bot}"
channels = [{{ name = "{channel}" }}]
min_delay = 0.2

[gitlab.salsa]
url = "{salsa}"
groups = ["cloud-team", "cloud-admin-team"]
pause = 0
every = {every}
history_days = 365

[mail]
server = "127.0.0.1"
port = {mail}
sender = "cloudbot@example.org"

[operator]
mail = ["operator@example.org"]

[web]
port = {web}

[features.builds]
rules = [{rules}]
"""


@dataclass(slots=True)
class Checklist:
    """The last screen."""

    rows: list[tuple[bool, str, str, str, str]] = field(default_factory=list)

    def add(self, *, good: bool, at: str = "", said: str, by: str, result: str) -> None:
        """Add a line."""
        self.rows.append((good, at, said, by, result))

    @property
    def good(self) -> bool:
        """Whether every line holds."""
        return all(good for good, *_ in self.rows)

    def show(self) -> None:
        """Print it."""
        print("\n cloudbot demo: the DebConf19 BoF, answered            (simulated parts: *)")
        for good, at, said, by, result in self.rows:
            mark = "ok" if good else "NO"
            print(f"  [{mark}] {at:<5} {said:<{WIDTH}} {by:<15} {result}")


@dataclass(slots=True, kw_only=True)
class Show:
    """One performance. `seconds` is how long the recorded week takes."""

    irc_port: int
    stay: bool
    seconds: float
    ircd: Ircd = field(default_factory=lambda: Vouching(MEMBER))
    mail: MailSink = field(default_factory=MailSink)
    guest: Guest = field(default_factory=lambda: Guest("visitor"))
    checklist: Checklist = field(default_factory=Checklist)
    web_port: int = 0
    _bot: asyncio.subprocess.Process | None = None
    _clock: Callable[[], datetime] = lambda: WEEK_BEGINS
    _told: int = 0
    _commit: str = ""

    async def run(self) -> int:
        """Perform; return the exit code."""
        world = recorded()
        salsa = Salsa(world, self._now)
        with tempfile.TemporaryDirectory(prefix="cloudbot-demo-") as folder:
            home = Path(folder)
            try:
                await self._perform(salsa, home)
            except _Failed as failed:
                print(f"\n the demo cannot go on: {failed}")
                print(_tail(home / "bot.log"))
                return 1
            finally:
                await self._end_bot(signal.SIGTERM)
                await self.guest.leave()
                await salsa.stop()
                await self.mail.stop()
                await self.ircd.stop()
        return 0 if self.checklist.good else 1

    def _now(self) -> datetime:
        """Return the recorded instant; before the week begins, its beginning."""
        return self._clock()

    async def _perform(self, salsa: Salsa, home: Path) -> None:
        await self._build(salsa, home)
        replay = Replay(begin=WEEK_BEGINS, end=BOF, seconds=self.seconds, file=home / "started")
        self._clock = replay.now
        self._say("The bot starts, as a process of its own, with a configuration of one file.")
        await self._start_bot(home, replay)
        await self._go_live(home, replay)
        self._say(f"The week of the BoF passes in {self.seconds:.0f} s; what the bot says unasked:")
        replay.start()
        await self._watch_the_week()
        self._say("Monday 2019-07-22, the BoF. What the room asked:")
        for question in QUESTIONS:
            answer = await self._ask(question.ask)
            result = question.judge(answer)
            self.checklist.add(
                good=result is not None,
                at=question.at,
                said=question.said,
                by=question.ask,
                result=result or f"not as expected: {answer}",
            )
        await self._no_power_for_strangers()
        await self._kill_and_return(home, replay)
        await self._token_ends(salsa)
        await self._page()
        self._count_lines()
        self.checklist.show()
        asked = len(salsa.requests)
        print(f" {asked} GitLab requests, {len(self.mail.mails)} mail(s) to the sink; 0 bytes sent off this machine")
        print(f" look: http://127.0.0.1:{self.web_port}/   talk: an IRC client to 127.0.0.1:{self.irc_port} {CHANNEL}")
        if self.stay:
            salsa.faults.clear()
            print(" Ctrl-C ends it.")
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    async def _build(self, salsa: Salsa, home: Path) -> None:
        """Start the embedded parts and write the configuration."""
        try:
            self.irc_port = await self.ircd.start("127.0.0.1", self.irc_port)
        except OSError:
            self.irc_port = await self.ircd.start("127.0.0.1", 0)
        salsa_url, mail_port = await salsa.start(), await self.mail.start()
        self.web_port = _free_port()
        text = CONFIG.format(
            state=home / "state",
            channel=CHANNEL,
            irc=self.irc_port,
            bot=BOT,
            salsa=salsa_url,
            mail=mail_port,
            web=self.web_port,
            every=FAST,
            records=home / "records.git",
            rules=", ".join(f"'{rule}'" for rule in BUILD_RULES),
        )
        self._commit = make_records(home / "records.git", name=MEMBER, network="demo")
        (home / "config").mkdir()
        (home / "config" / "cloudbot.toml").write_text(text, encoding="utf-8")
        self._say("Embedded, on loopback: an IRC server, salsa with the week's merges (its pipelines and jobs are")
        self._say("simulated*: git keeps none), a mail server, a records remote in git. Real: the bot, its connection,")
        self._say("its state, its words.")
        await self.guest.enter(self.irc_port, CHANNEL)

    async def _start_bot(self, home: Path, replay: Replay) -> None:
        with (home / "bot.log").open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "cloudbot", "run", "--config", str(home / "config"), "--log-level", "info"),
                *("--replay", str(replay)),
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
            )
        if not await self.guest.wait(lambda: BOT in self.guest.present, JOIN_SECONDS):
            raise _Failed(f"the bot did not join {CHANNEL} in {JOIN_SECONDS:.0f} s")
        print(f"   * {BOT} joins {CHANNEL}")

    async def _go_live(self, home: Path, replay: Replay) -> None:
        """The first start is listen-only; the operator ends that with the command for it."""
        end = asyncio.get_running_loop().time() + JOIN_SECONDS
        while "nothing seen yet" in await self._ask("!status", show=False):
            if asyncio.get_running_loop().time() > end:
                raise _Failed("the bot did not see salsa")
            await asyncio.sleep(0.2)
        self._say("It only listens at first. The operator types: cloudbot go-live")
        command = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "cloudbot", "go-live", "--config", str(home / "config"), "--replay", str(replay)),
            stdout=asyncio.subprocess.DEVNULL,
        )
        if await command.wait():
            raise _Failed("cloudbot go-live failed")

    async def _watch_the_week(self) -> None:
        while self._clock() < BOF:
            await self.guest.wait(lambda: len(self._unasked()) > self._told, 0.2)
            self._show_unasked()
        await self.guest.wait(lambda: len(self._unasked()) > self._told, 1.5)
        self._show_unasked()

    def _unasked(self) -> list[str]:
        return self.guest.unasked(BOT, CHANNEL)

    def _show_unasked(self) -> None:
        for text in self._unasked()[self._told :]:
            print(f"   {self._clock():%a %H:%M} -{BOT}- {text}")
        self._told = len(self._unasked())

    async def _ask(self, text: str, *, show: bool = True) -> str:
        """Ask in the channel; return the answer, or what went wrong in its place."""
        answer = await self.guest.ask(BOT, CHANNEL, text, ANSWER_SECONDS)
        answer = f"(no answer within {ANSWER_SECONDS:.0f} s)" if answer is None else answer
        if show:
            print(f"   <visitor> {text}\n   <{BOT}> {answer}")
        return answer

    async def _no_power_for_strangers(self) -> None:
        answer = await self._ask("!quiet 2d")
        self.checklist.add(
            good="is for people of the team" in answer,
            said="a stranger wants the bot to be silent",
            by="!quiet",
            result="refused: services do not vouch for the visitor",
        )
        anna = Guest(MEMBER)
        await anna.enter(self.irc_port, CHANNEL)
        await anna.wait(lambda: MEMBER in anna.present, ANSWER_SECONDS)
        answers = {text: await anna.ask(BOT, CHANNEL, text, ANSWER_SECONDS) for text in ("!quiet 2h", "!quiet off")}
        await anna.leave()
        for text, granted in answers.items():
            print(f"   <{MEMBER}> {text}\n   <{BOT}> {granted}")
        self.checklist.add(
            good="No unasked lines here" in (answers["!quiet 2h"] or ""),
            said=f"{MEMBER}, whom the records know, wants that",
            by="!quiet",
            result=f"granted: records at {self._commit[:10]}, account by WHOIS*",
        )

    async def _kill_and_return(self, home: Path, replay: Replay) -> None:
        self._say("kill -9, and started again:")
        before = self._unasked()
        await self._end_bot(signal.SIGKILL)
        config = home / "config" / "cloudbot.toml"
        calm = config.read_text(encoding="utf-8").replace(f"every = {FAST}", f"every = {CALM}")
        config.write_text(calm, encoding="utf-8")
        await self.guest.wait(lambda: BOT not in self.guest.present, ANSWER_SECONDS)
        await self._start_bot(home, replay)
        await asyncio.sleep(1.0)
        again = self._unasked()
        status = await self._ask("!status")
        good = again == before and "26 of 27 builds ok" in status
        self.checklist.add(good=good, said="kill -9", by="restart", result="nothing said twice, nothing forgotten")

    async def _token_ends(self, salsa: Salsa) -> None:
        self._say("salsa refuses the bot*: does it still say that all is well?")
        salsa.faults.inject("status", "401")
        mailed = False
        for _ in range(40):
            await asyncio.sleep(0.1)
            mailed = any("refuses us" in str(mail["Subject"]) for mail in self.mail.mails)
            if mailed:
                break
        status = await self._ask("!status")
        self.checklist.add(
            good="does not answer since" in status,
            said="a source is away*",
            by="!status",
            result="the figures carry their age",
        )
        self.checklist.add(good=mailed, said="what only the operator can mend", by="mail 1", result=self._mail_result())

    def _mail_result(self) -> str:
        return f"to the operator: {self.mail.mails[0]['Subject']}" if self.mail.mails else "no mail came"

    async def _page(self) -> None:
        url = f"http://127.0.0.1:{self.web_port}/"
        try:
            page = (await asyncio.to_thread(_fetch, url)).decode()
        except OSError as error:
            page = str(error)
        good = "ec2 sid arm64" in page and "<script" not in page
        self.checklist.add(good=good, said="the same as a page, without script", by="web", result=f"{len(page)} bytes")

    def _count_lines(self) -> None:
        said = len(self._unasked())
        self.checklist.add(
            good=0 < said <= BUDGET, said="unasked lines in the week", by=f"{said}", result="at most 6 a day"
        )

    async def _end_bot(self, how: signal.Signals) -> None:
        if self._bot is not None and self._bot.returncode is None:
            self._bot.send_signal(how)
            await self._bot.wait()

    @staticmethod
    def _say(text: str) -> None:
        print(f" {text}", flush=True)


class Vouching(Ircd):
    """The embedded server with services* that vouch for one nick as the account of that name."""

    def __init__(self, nick: str) -> None:
        super().__init__()
        self._vouched = nick

    def whois_more(self, client: Client, person: Client) -> None:
        """Say RPL_WHOISACCOUNT (330) of the one."""
        if person.nick == self._vouched:
            client.say("330", person.nick, person.nick, "is logged in as")


class _Failed(Exception):  # noqa: N818 - what it is
    """The demo cannot go on."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own door on loopback
        body: bytes = answer.read()
        return body


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]) if log.exists() else ""
