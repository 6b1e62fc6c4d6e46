"""The embedded world around one real bot process: IRC server, salsa, mail sink, records remote, and a visitor.

Everything is on loopback and in one directory. The bot runs as `cloudbot run` does, with a configuration as an operator
would write it; only its clock is a recorded one. The demo plays on this stage, and so do the tests of the process.
"""

from __future__ import annotations

import asyncio
import base64
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING

from cloudbot.demo.guest import Guest
from cloudbot.demo.ircd import Client, Ircd
from cloudbot.demo.mailsink import MailSink
from cloudbot.demo.remote import example_on, held_here, make_remote, member
from cloudbot.demo.salsa.hooks import pipeline_event, signed
from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.week import recorded
from cloudbot.demo.team import BUILD_RULES

if TYPE_CHECKING:
    from cloudbot.demo.salsa.world import PipelineStory

CHANNEL = "#debian-cloud"
BOT = "cloudbot"
MEMBER = "anna"
HOOK = "salsa-hook"
JOIN_SECONDS = 20.0

CONFIG = """\
[state]
directory = "{home}/state"

[team]
name = "Debian Cloud Team"
channels = ["demo/{channel}"]
site = "http://127.0.0.1:{web}"

[records]
remote = "{home}/records.git"
every = {every}

[irc.demo]
server = "127.0.0.1"
port = {irc}
tls = false
nick = "{bot}"
channels = [{{ name = "{channel}" }}]
min_delay = 0.2
pacing = {{ open = true }}

[gitlab.salsa]
url = "{salsa}"
groups = ["cloud-team", "cloud-admin-team"]
pause = 0
every = {every}
history_days = 365
hooks = {{ signing_credentials = ["{hook}"] }}

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


class Vouching(Ircd):
    """The embedded server, with services that vouch for one nick as the account of that name."""

    def __init__(self, nick: str) -> None:
        super().__init__()
        self._vouched = nick

    def whois_more(self, client: Client, person: Client) -> None:
        """Say RPL_WHOISACCOUNT (330) of the one."""
        if person.nick == self._vouched:
            client.say("330", person.nick, person.nick, "is logged in as")


@dataclass(slots=True, kw_only=True)
class Stage:
    """One stage. `now` is salsa's clock; the bot gets its own as the words of `--replay`."""

    home: Path
    now: Callable[[], datetime]
    ircd: Ircd = field(default_factory=lambda: Vouching(MEMBER))
    mail: MailSink = field(default_factory=MailSink)
    guest: Guest = field(default_factory=lambda: Guest("visitor"))
    salsa: Salsa = field(init=False)
    irc_port: int = 0
    web_port: int = 0
    commit: str = ""
    "of the records remote, at first"
    began: date = date.min
    "the day on which the records remote was made"
    hook_secret: str = field(default_factory=lambda: "whsec_" + base64.b64encode(token_bytes(32)).decode())
    bot: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.salsa = Salsa(recorded(), self.now)

    @property
    def config(self) -> Path:
        """The configuration file of the bot."""
        return self.home / "config" / "cloudbot.toml"

    @property
    def remote(self) -> Path:
        """The bare repository of the records."""
        return self.home / "records.git"

    @property
    def log(self) -> str:
        """What the bot has logged."""
        path = self.home / "bot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @property
    def unasked(self) -> list[str]:
        """What the bot said unasked in the channel."""
        return self.guest.unasked(BOT, CHANNEL)

    async def build(self, *, irc_port: int = 0, every: float = 0.1, listen_first: bool = True) -> None:
        """Start what is around the bot, on a free port where the wanted one is taken; write its configuration."""
        try:
            self.irc_port = await self.ircd.start("127.0.0.1", irc_port)
        except OSError:
            self.irc_port = await self.ircd.start("127.0.0.1", 0)
        self.web_port = free_port()
        self.began = self.now().date()
        files = {**held_here(example_on(self.began)), **member(MEMBER, "demo")}
        self.commit = make_remote(self.remote, files, self.now())
        text = CONFIG.format(
            home=self.home,
            channel=CHANNEL,
            bot=BOT,
            irc=self.irc_port,
            salsa=await self.salsa.start(),
            mail=await self.mail.start(),
            web=self.web_port,
            every=every,
            listen_first=str(listen_first).lower(),
            rules=", ".join(f"'{rule}'" for rule in BUILD_RULES),
            hook=HOOK,
        )
        secrets = self.config.parent / "secrets"
        secrets.mkdir(parents=True)
        (secrets / HOOK).touch(mode=0o600)
        (secrets / HOOK).write_text(self.hook_secret, encoding="ascii")
        self.config.write_text(text, encoding="utf-8")
        await self.guest.enter(self.irc_port, CHANNEL)

    async def hook(self, story: PipelineStory, *, secret: str = "") -> int:
        """Let salsa have a pipeline and send its hook, signed; return the bot's HTTP status, 0 where none answers."""
        world, at = self.salsa.world, self.now()
        if story not in world.pipelines:
            self.salsa.world = replace(world, pipelines=(*world.pipelines, story))
        project = next(one for one in world.projects if one.id == story.project_id)
        body = pipeline_event(self.salsa.base, project, story, at)
        headers = signed(body, secret=secret or self.hook_secret, number=token_hex(8), at=at)
        return await asyncio.to_thread(_post, f"http://127.0.0.1:{self.web_port}/hooks/gitlab/salsa", body, headers)

    async def start_bot(self, replay: str) -> bool:
        """Start the bot; whether it is in the channel in time. False at once where the process ends."""
        with (self.home / "bot.log").open("ab") as log:
            self.bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "cloudbot", "run", "--config", str(self.config.parent), "--replay", replay),
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
            )
        ended = asyncio.ensure_future(self.bot.wait())
        joined = asyncio.ensure_future(self.guest.wait(lambda: BOT in self.guest.present, JOIN_SECONDS))
        await asyncio.wait({ended, joined}, return_when=asyncio.FIRST_COMPLETED)
        there = joined.done() and joined.result()
        for task in (ended, joined):
            task.cancel()
        await asyncio.gather(ended, joined, return_exceptions=True)
        return there

    async def end_bot(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End the bot, wait until the channel has seen it go, and return its exit code."""
        if self.bot is None:
            return None
        if self.bot.returncode is None:
            self.bot.send_signal(how)
        code = await self.bot.wait()
        await self.guest.wait(lambda: BOT not in self.guest.present, JOIN_SECONDS)
        return code

    async def cloudbot(self, *words: str) -> tuple[int, str]:
        """Run another cloudbot command on the bot's configuration; return its exit code and all it printed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cloudbot", *words, "--config", str(self.config.parent)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()

    async def take_down(self) -> None:
        """End everything."""
        if self.bot is not None and self.bot.returncode is None:
            self.bot.terminate()
            await self.bot.wait()
        await self.guest.leave()
        await self.salsa.stop()
        await self.mail.stop()
        await self.ircd.stop()


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(url, data=body, headers=dict(headers))  # noqa: S310 - the bot's door on loopback
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
