"""The bots of a sitting: what each is asked, and the configuration and command that start it.

"open" lifts a bot's own throttle and its limits of abuse, so that the program is measured and not its patience;
otherwise each runs as its documentation configures it.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cloudbot.demo.replay import Replay
from cloudbot.demo.salsa.big import NOW
from cloudbot.demo.stage import free_port
from tests.irc_servers.programs import unprivileged

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-bench"
CHANNEL = "#bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """One bot, ready to be started."""

    name: str
    nick: str
    question: str
    command: str
    digits: bool = False
    "whether the question wants a number"


Make = Callable[[Path, int, bool], Bot]
"directory of its own, port of the server, whether open"


def _words(home: Path, *words: object) -> str:
    return shlex.join(["env", f"HOME={home}", *unprivileged(), *map(str, words)])


# ------------------------------------------------------------------- cloudbot

CLOUDBOT = """\
[state]
directory = "{home}/state"
[team]
name = "Bench"
channels = ["bench/{channel}"]
[irc.bench]
server = "127.0.0.1"
port = {port}
tls = false
channels = [{{ name = "{channel}" }}]
[irc.bench.pacing]
open = {open}
[commands]
person_burst = {person}
channel_burst = {everybody}
[web]
port = {door}
"""
GITLAB = """\
[gitlab.salsa]
url = "{salsa}"
groups = ["team"]
pause = 0
every = 3600
"""


def cloudbot(home: Path, port: int, open_: bool) -> Bot:  # noqa: FBT001 - one of four functions of one shape
    """Make cloudbot without GitLab; it is asked for help on a command that is none."""
    _configure(home, port, open_=open_)
    return Bot(name="cloudbot", nick="cloudbot", question="!help {n}", command=_run(home))


def cloudbot_with_gitlab(home: Path, port: int, salsa: str) -> Bot:
    """Make cloudbot that watches the simulated forge; it is asked for a merge request that is none."""
    _configure(home, port, open_=True, more=GITLAB.format(salsa=salsa))
    recorded = Replay(begin=NOW, end=NOW + timedelta(hours=1), seconds=3600.0, file=home / "started")
    recorded.start()
    command = f"{_run(home)} --replay {shlex.quote(str(recorded))}"
    return Bot(name="cloudbot with GitLab", nick="cloudbot", question="!mr {n}", command=command, digits=True)


def cloudbot_flooded(home: Path, port: int) -> Bot:
    """Make cloudbot that talks as slowly as shipped and still takes every command."""
    _configure(home, port, open_=False, unlimited=True)
    return Bot(name="cloudbot paced", nick="cloudbot", question="!help {n}", command=_run(home))


def _configure(home: Path, port: int, *, open_: bool, unlimited: bool = False, more: str = "") -> None:
    burst = (0, 0) if open_ or unlimited else (8, 15)
    folder = home / "config"
    folder.mkdir(exist_ok=True)
    text = CLOUDBOT.format(
        home=home,
        channel=CHANNEL,
        port=port,
        open=str(open_).lower(),
        person=burst[0],
        everybody=burst[1],
        door=free_port(),
    )
    (folder / "cloudbot.toml").write_text(text + more, encoding="utf-8")


def _run(home: Path) -> str:
    return _words(home, sys.executable, "-m", "cloudbot", "run", "--config", home / "config")


# ---------------------------------------------------------------------- peers

LIMNORIA = """\
supybot.nick: limnoria
supybot.ident: limnoria
supybot.networks: bench
supybot.networks.bench.servers: 127.0.0.1:{port}
supybot.networks.bench.channels: {channel}
supybot.networks.bench.ssl: False
supybot.channels: {channel}
supybot.reply.whenAddressedBy.chars: @
supybot.directories.conf: {home}/conf
supybot.directories.data: {home}/data
supybot.directories.data.tmp: {home}/tmp
supybot.directories.data.web: {home}/web
supybot.directories.log: {home}/logs
supybot.directories.backup: {home}/backup
supybot.directories.plugins: {home}/plugins
supybot.databases.users.filename: users.conf
supybot.plugins: Admin Channel Config Misc Owner User Utilities Network
{plugins}
"""
LIMNORIA_PLUGINS = ("Admin", "Channel", "Config", "Misc", "Owner", "User", "Utilities", "Network")
LIMNORIA_OPEN = """\
supybot.protocols.irc.throttleTime: 0.0
supybot.abuse.flood.command: False
supybot.abuse.flood.command.invalid: False
"""


def limnoria(home: Path, port: int, open_: bool) -> Bot:  # noqa: FBT001 - one of four functions of one shape
    loaded = "\n".join(f"supybot.plugins.{name}: True" for name in LIMNORIA_PLUGINS)
    text = LIMNORIA.format(port=port, channel=CHANNEL, home=home, plugins=loaded) + (LIMNORIA_OPEN if open_ else "")
    (home / "limnoria.conf").write_text(text, encoding="utf-8")
    command = _words(home, PEERS / "bin/limnoria", home / "limnoria.conf")
    return Bot(name="Limnoria", nick="limnoria", question="@echo {n}", command=command)


SOPEL = """\
[core]
nick = sopel
host = 127.0.0.1
port = {port}
use_ssl = false
owner = nobody-here
channels =
    "{channel}"
homedir = {home}
extra = {home}/extra
logdir = {home}/logs
"""
SOPEL_OPEN = """\
flood_burst_lines = 1000000
flood_empty_wait = 0
flood_max_wait = 0
flood_refill_rate = 1000000
flood_penalty_ratio = 0
antiloop_threshold = 0
"""
SOPEL_PLUGIN = """\
from sopel import plugin


@plugin.command("echo")
def echo(bot, trigger):
    bot.say(trigger.group(2))
"""


def sopel(home: Path, port: int, open_: bool) -> Bot:  # noqa: FBT001 - one of four functions of one shape
    (home / "extra").mkdir(exist_ok=True)
    (home / "extra" / "bench_echo.py").write_text(SOPEL_PLUGIN, encoding="utf-8")
    text = SOPEL.format(port=port, channel=CHANNEL, home=home) + (SOPEL_OPEN if open_ else "")
    (home / "sopel.cfg").write_text(text, encoding="utf-8")
    command = _words(home, PEERS / "bin/sopel", "start", "-c", home / "sopel.cfg")
    return Bot(name="Sopel", nick="sopel", question=".echo {n}", command=command)


ERRBOT = """\
import logging
BACKEND = "IRC"
BOT_DATA_DIR = "{home}/data"
BOT_EXTRA_PLUGIN_DIR = None
BOT_LOG_FILE = "{home}/errbot.log"
BOT_LOG_LEVEL = logging.WARNING
BOT_ADMINS = ("nobody!nobody@nowhere",)
BOT_IDENTITY = {{"nickname": "errbot", "server": "127.0.0.1", "port": {port}, "ssl": False}}
CHATROOM_PRESENCE = ("{channel}",)
CHATROOM_FN = "errbot"
BOT_PREFIX = "!"
AUTOINSTALL_DEPS = False
"""
ERRBOT_OPEN = """\
IRC_CHANNEL_RATE = 0
IRC_PRIVATE_RATE = 0
"""


def errbot(home: Path, port: int, open_: bool) -> Bot:  # noqa: FBT001 - one of four functions of one shape
    (home / "data").mkdir(exist_ok=True)
    text = ERRBOT.format(port=port, channel=CHANNEL, home=home) + (ERRBOT_OPEN if open_ else "")
    (home / "config.py").write_text(text, encoding="utf-8")
    command = _words(home, PEERS / "bin/errbot", "-c", home / "config.py")
    return Bot(name="Errbot", nick="errbot", question="!echo {n}", command=command)


BOTS: dict[str, Make] = {"cloudbot": cloudbot, "Limnoria": limnoria, "Sopel": sopel, "Errbot": errbot}


def hand_over(home: Path) -> None:
    """Give what was written to the unprivileged user, who runs the bot."""
    if unprivileged():
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
