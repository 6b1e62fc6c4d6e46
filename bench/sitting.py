"""One sitting: every bot measured by the same driver on the same server, one after the other.

Faults that only wait (a dead link, ten minutes of refusal) are the exception: they run side by side, each bot with a
server of its own, because they cost minutes and no processor.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench import bots, servers
from bench.processes import say
from cloudbot.demo.stage import free_port
from tests.irc_servers.programs import directory, stop, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.bots import Bot

_LONGEST = 1500.0
_PROJECTS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One call of the driver and what it answered."""

    bot: str
    measure: str
    result: dict[str, Any]

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def drive(mode: str, bot: Bot, *, port: int, bot_port: int, more: Sequence[object] = ()) -> dict[str, Any]:
    """Call the driver for one bot."""
    words = [sys.executable, "-m", "bench.irc_bench", mode, "--port", port, "--bot", bot.nick]
    words += ["--command", bot.question, "--bot-cmd", bot.command, "--bot-port", bot_port, "--oper", "op:oppass"]
    words += ["--digits"] if bot.digits else []
    process = subprocess.Popen(
        [*map(str, words), *map(str, more)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=bots.ROOT
    )
    try:
        out, errors = process.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        process.terminate()  # the driver stops its bot
        out, errors = process.communicate()
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        return {"bench_error": errors.strip().splitlines()[-1:] or ["no answer"]}
    return answer


class Sitting:
    """Measures, and keeps what was measured."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.runs: list[Run] = []

    def _keep(self, bot: Bot, measure: str, result: dict[str, Any]) -> None:
        self.runs.append(Run(bot=bot.name, measure=measure, result=result))
        say(bot.name, measure, json.dumps(result)[:160])

    def _one(self, name: str, port: int, measure: str, mode: str, *more: object, open_: bool) -> None:
        with directory("bot") as home:
            bot_port = free_port()
            bot = bots.BOTS[name](home, bot_port, open_)
            bots.hand_over(home)
            self._keep(bot, measure, drive(mode, bot, port=port, bot_port=bot_port, more=more))

    # ------------------------------------------------------------ one after the other

    def speed(self, *, rounds: int, commands: int, burst: int, starts: int) -> None:
        """Start, latency and burst of every bot, in turns, on one server without limits."""
        with directory("hybrid") as run, servers.running(servers.hybrid(run)) as server:
            for _ in range(rounds):
                for name in self.names:
                    port = server.port
                    beginning = ("--repeat", starts, "--settle", 2, "--idle", 5, "--between", 1)
                    self._one(name, port, "start", "start", *beginning, open_=False)
                    self._one(name, port, "latency", "latency", "--count", commands, open_=True)
                    self._one(name, port, "burst", "burst", "--count", burst, "--quiet", 40, open_=True)

    def with_gitlab(self, *, rounds: int, commands: int, burst: int) -> None:
        """The same for cloudbot beside a simulated GitLab of forty projects."""
        salsa = free_port()
        program = [sys.executable, "-m", "bench.salsa", str(salsa), str(_PROJECTS)]
        with ExitStack() as stack:
            run = stack.enter_context(directory("hybrid"))
            server = stack.enter_context(servers.running(servers.hybrid(run)))
            forge = subprocess.Popen(program, cwd=bots.ROOT)
            stack.callback(stop, forge)
            wait_for_port(salsa, forge)
            for _ in range(rounds):
                for mode, count in (("latency", commands), ("burst", burst)):
                    home = stack.enter_context(directory("bot"))
                    bot_port = free_port()
                    bot = bots.cloudbot_with_gitlab(home, bot_port, f"http://127.0.0.1:{salsa}")
                    bots.hand_over(home)
                    more = ("--count", count, "--settle", 8)
                    result = drive(mode, bot, port=server.port, bot_port=bot_port, more=more)
                    self._keep(bot, mode, result)

    def flood(self, *, burst: int) -> None:
        """A burst at cloudbot as shipped, on a server with the distribution's limits."""
        with ExitStack() as stack:
            run, home = (stack.enter_context(directory(name)) for name in ("hybrid", "bot"))
            server = stack.enter_context(servers.running(servers.hybrid(run, flood="default")))
            bot_port = free_port()
            bot = bots.cloudbot_flooded(home, bot_port)
            bots.hand_over(home)
            more = ("--count", burst, "--chunk-pause", 0.01, "--quiet", 30, "--limit", 240)
            self._keep(bot, "flood", drive("burst", bot, port=server.port, bot_port=bot_port, more=more))

    # ------------------------------------------------------------ side by side

    def faults(self, *faults: str, names: Sequence[str], refuse_for: float = 60) -> None:
        """Faults, each for each bot with its own settings; what waits longest decides how long it takes."""
        with ThreadPoolExecutor(max_workers=len(faults) * len(names)) as pool:
            for name in names:
                for fault in faults:
                    pool.submit(self._fault, name, fault, refuse_for)

    def _fault(self, name: str, fault: str, refuse_for: float) -> None:
        with directory("hybrid") as run, directory("bot") as home:
            server, bot_port = servers.hybrid(run), free_port()
            bot = bots.BOTS[name](home, bot_port, False)
            bots.hand_over(home)
            more = ("--only", fault, "--refuse-for", refuse_for, "--wait", 330, "--server-cmd", server.command)
            result = drive("faults", bot, port=server.port, bot_port=bot_port, more=more)
            self._keep(bot, fault, result.get(fault, result))


def peers_installed() -> bool:
    """Whether the peers' environment is there."""
    folder: Path = bots.PEERS / "bin"
    return all((folder / name).exists() for name in ("limnoria", "sopel", "errbot"))
