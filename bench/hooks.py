"""`make bench-hooks`: webhooks in, IRC lines out; cloudbot beside kgb-bot in one sitting, and one table.

  make bench-hooks                   everything, about six minutes
  make bench-hooks ARGS=--alone      without kgb-bot: two minutes

Everything runs on this machine's loopback, bounded in count and time; what is started is stopped by its own pid.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import hook_bots, servers
from bench.bots import CHANNEL, ROOT
from bench.hook_bots import HookBot, Ports
from bench.hook_table import table
from bench.processes import say
from cloudbot.demo.stage import free_port
from tests.irc_servers.programs import directory, stop, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Result = dict[str, Any]
PROJECTS = 40
BURST = ("-n", 500, "-c", 4, "--projects", PROJECTS, "--alternate")
IDLE = ("-n", 12, "-c", 1, "--rate", 0.25, "--projects", 1, "--alternate")
SHUFFLED = ("--duplicate", 200, "--shuffle")
BASE = 7000001
BOTS: dict[str, Callable[..., HookBot]] = {"cloudbot": hook_bots.cloudbot, "kgb-bot": hook_bots.kgb}


@dataclass(slots=True)
class Stand:
    """A server, a simulated GitLab and one bot in the channel."""

    bot: HookBot
    ports: Ports
    run: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        with (self.run / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(self.bot.command, cwd=ROOT, stdout=log, stderr=log)
        wait_for_port(self.ports.door, self.process)
        time.sleep(6)  # until it is in the channel and has looked once

    def stop(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def driver(self, *more: object) -> subprocess.Popen[str]:
        words = ["--url", self.bot.url, "--payload", self.run / "payload.json", "--channel", CHANNEL]
        words += ["--irc", f"127.0.0.1:{self.ports.irc}", "--from-nick", self.bot.nick, "--base", BASE]
        words += ["--pid", self.process.pid]
        command = [sys.executable, "-m", "bench.webhook_bench", *map(str, words), *map(str, more)]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def drive(self, *more: object) -> Result:
        out, _ = self.driver(*more).communicate(timeout=900)
        result: Result = json.loads(out)
        return result


@contextlib.contextmanager
def standing(name: str) -> Iterator[Stand]:
    """Put up everything for one bot, and take it down."""
    with contextlib.ExitStack() as stack:
        run, home = (stack.enter_context(directory(word)) for word in ("hooks", "bot"))
        server = stack.enter_context(servers.running(servers.hybrid(run)))
        ports = Ports(irc=server.port, salsa=free_port(), door=free_port())
        program = [sys.executable, "-m", "bench.hooks_world", str(ports.salsa), str(PROJECTS)]
        forge = subprocess.Popen(program, cwd=ROOT)
        stack.callback(stop, forge)
        wait_for_port(ports.salsa, forge)
        stand = Stand(BOTS[name](home, ports), ports, run)
        (run / "payload.json").write_text(json.dumps(hook_bots.payload()), encoding="utf-8")
        stand.start()
        stack.callback(stand.stop)
        yield stand


def measure(name: str, case: str, *words: object, secret: Sequence[str] = ()) -> Result:
    """Run one case on a fresh stand."""
    with standing(name) as stand:
        result = stand.drive(*words, *secret)
        result["kept"] = _kept(stand) if name == "cloudbot" else None
    say(name, case, json.dumps({key: value for key, value in result.items() if key != "irc"}))
    return result


def _kept(stand: Stand) -> int:
    """Stop the bot and count the deliveries in its journal."""
    stand.stop()
    return len(stand.bot.kept())


def killed(name: str, *words: object, secret: Sequence[str] = ()) -> Result:
    """Kill the bot in the middle of the burst, start it again, and see what of the accepted is not there."""
    with standing(name) as stand:
        driver = stand.driver(*words, *secret, "--rate", 300, "--quiet-after", 30)
        time.sleep(1.0)  # the driver is in the channel after a third of a second
        stand.stop(signal.SIGKILL)
        stand.start()
        out, _ = driver.communicate(timeout=900)
        result: Result = json.loads(out)
        result["kept"] = _kept(stand) if name == "cloudbot" else None
    say(name, "killed", json.dumps({key: value for key, value in result.items() if key != "irc"}))
    return result


def main() -> None:
    args = _arguments()
    token = ("--token", hook_bots.SECRET)
    signed = ("--sign", hook_bots.SIGNING)
    runs: dict[tuple[str, str], Result] = {}
    names = ["cloudbot"]
    if not args.alone:
        if hook_bots.kgb_is_installed():
            names.append("kgb-bot")
        else:
            say("kgb-bot is not installed: apt-get install kgb-bot")
    for name in names:
        ours = name == "cloudbot"
        proof = token if ours else ()
        wait = ("--quiet-after", 25 if ours else 20, "--max-wait", 120)
        runs[name, "idle"] = measure(name, "idle", *IDLE, *wait, secret=proof)
        runs[name, "burst"] = measure(name, "burst", *BURST, *wait, secret=proof)
        if ours:
            runs[name, "signed"] = measure(name, "signed", *BURST, *wait, secret=signed)
        runs[name, "shuffled"] = measure(name, "shuffled", *BURST, *SHUFFLED, *wait, secret=proof)
        runs[name, "killed"] = killed(name, *BURST, *wait, secret=proof)
    if args.json:
        shown = {f"{name} {case}": result for (name, case), result in runs.items()}
        args.json.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(table(runs, names)))


def _arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--alone", action="store_true", help="without kgb-bot")
    p.add_argument("--json", type=Path, help="write everything measured to this file")
    return p.parse_args()


if __name__ == "__main__":
    main()
