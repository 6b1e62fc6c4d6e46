"""Load and fault bench for IRC bots.  asyncio, standard library, loopback.

  python -m bench.irc_bench latency  -- N commands one after the other: p50, p90, p99, max
  python -m bench.irc_bench burst    -- N commands at once: replies, rate, order, kills
  python -m bench.irc_bench start    -- cold start to JOIN, RSS, PSS, CPU, idle CPU
  python -m bench.irc_bench faults   -- kick, kill, nick in use, bad bytes, long lines,
                           CR injection, dead link, server crash, refusals

Every mode needs a running server and the text of a command which the bot
answers with the same token, e.g. for Limnoria  --command '@echo {n}'.
{n} is a fresh token for each command; --expect is a regular expression that
may contain {n} as well.  With --bot-cmd the bot is started (and stopped) here;
it should connect to --bot-port, which is a proxy of ours towards --port, so
that bytes can be seen, injected and withheld.  For "start", "latency" and
"burst" the proxy can be left out with --no-proxy.

The answer is one JSON object on standard output; progress goes to stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.faults import Faults
from bench.load_client import Client, Wanted, joined, left, parts, spoke
from bench.processes import NOW, Process, Result, cpu, memory
from bench.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterable

AT_ONCE = 50


def percentile(sorted_values: list[float], share: float) -> float | None:
    if not sorted_values:
        return None
    index = min(len(sorted_values) - 1, round(share * (len(sorted_values) - 1)))
    return sorted_values[index]


def spread(seconds: Iterable[float]) -> Result:
    values = sorted(seconds)

    def ms(value: float | None) -> float | None:
        return None if value is None else round(value * 1000, 2)

    return {
        "n": len(values),
        "p50_ms": ms(percentile(values, 0.50)),
        "p90_ms": ms(percentile(values, 0.90)),
        "p99_ms": ms(percentile(values, 0.99)),
        "max_ms": ms(values[-1] if values else None),
        "mean_ms": ms(statistics.fmean(values)) if values else None,
    }


@dataclass(slots=True)
class Tally:
    """What came back of a burst."""

    begin: float
    order: dict[str, int]
    answered: dict[str, float] = field(default_factory=dict)
    twice: int = 0
    disorder: int = 0
    last: float = 0.0
    highest: int = -1
    other: list[list[object]] = field(default_factory=list)
    gone: list[list[object]] = field(default_factory=list)

    def count(self, when: float, text: str, found: list[str]) -> None:
        """Count one line of the bot, with the tokens in it."""
        self.last = when
        if not found and len(self.other) < 5:
            self.other.append([round(when - self.begin, 2), text])
        for token in found:
            if token in self.answered:
                self.twice += 1
            elif token in self.order:
                self.answered[token] = when - self.begin
                self.disorder += self.order[token] < self.highest
                self.highest = max(self.highest, self.order[token])


class Bench:
    """Server, proxy, load client and bot of one measurement."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.count = 0
        self.bot = Process(args.bot_cmd, args.log) if args.bot_cmd else None
        self.server = Process(args.server_cmd, args.log) if args.server_cmd else None
        self.proxy: Proxy | None = None
        self.load: Client
        self.base = f"9{os.getpid():07d}" if args.digits else f"x{os.getpid():x}n"

    def token(self) -> str:
        self.count += 1
        return f"{self.base}{self.count:05d}"

    def command(self, token: str) -> str:
        return f"PRIVMSG {self.args.channel} :{self.args.command.replace('{n}', token)}"

    def expected(self, token: str) -> Wanted:
        return spoke(self.args.bot, self.args.expect.replace("{n}", re.escape(token)))

    @property
    def the_bot(self) -> Process:
        if self.bot is None:
            raise SystemExit("this mode needs --bot-cmd")
        return self.bot

    async def client(self, nick: str = "benchc") -> Client:
        a = self.args
        name, _, password = (a.oper or "").partition(":")
        one = await Client(a.server, a.port, nick).open((name, password) if name else None)
        await one.join(a.channel)
        return one

    async def up(self) -> None:
        """Server, proxy, load client; not the bot."""
        if self.server:
            await self.server.start()
            await self.listening()
        if self.bot and not self.args.no_proxy:
            self.proxy = await Proxy(self.args.bot_port, self.args.server, self.args.port).open()
        self.load = await self.client()
        if self.bot and await self.present():
            raise SystemExit(f"{self.args.bot} is in {self.args.channel} already: a left-over?")

    async def listening(self, seconds: float = 20) -> float:
        end = NOW() + seconds
        while NOW() < end:
            try:
                _, w = await asyncio.open_connection(self.args.server, self.args.port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                w.close()
                return NOW()
        raise SystemExit("the server does not listen")

    async def start_bot(self) -> float | None:
        """Start the bot and wait for its JOIN; the seconds it took."""
        mark, seen = len(self.load.lines), None
        await self.the_bot.start()
        end = NOW() + self.args.join_timeout
        while seen is None and self.the_bot.alive and NOW() < end:
            seen = await self.load.wait(joined(self.args.bot, self.args.channel), 1, mark)
        return None if seen is None else seen[0] - self.the_bot.started

    async def present(self) -> bool:
        """Is the bot in the channel now?"""
        mark = len(self.load.lines)
        self.load.send(f"NAMES {self.args.channel}")
        got = await self.load.wait(lambda t: " 366 " in t, 10, mark)
        names = [
            name.lstrip("~&@%+").lower()
            for _, t in self.load.lines[mark:]
            if " 353 " in t
            for name in parts(t)[2][-1].split()
        ]
        return got is not None and self.args.bot.lower() in names

    async def ask(self, seconds: float = 15) -> float | None:
        """One command; the seconds until its answer, or None."""
        token = self.token()
        mark, begin = len(self.load.lines), NOW()
        self.load.send(self.command(token))
        seen = await self.load.wait(self.expected(token), seconds, mark)
        return None if seen is None else seen[0] - begin

    async def down(self) -> float | None:
        took = await self.bot.stop() if self.bot else None
        if hasattr(self, "load") and not self.load.closed:
            await self.load.close()
        if self.proxy:
            await self.proxy.close()
        if self.server:
            await self.server.stop()
        return took

    # -------------------------------------------------------------- modes

    async def latency(self) -> Result:
        for _ in range(self.args.warmup):
            await self.ask()
        times: list[float] = []
        lost = 0
        before = cpu(self.bot.pid) if self.bot else 0.0
        begin = NOW()
        for _ in range(self.args.count):
            took = await self.ask(self.args.timeout)
            if took is None:
                lost += 1
                if lost >= self.args.give_up:
                    break
            else:
                times.append(took)
            if self.args.pause:
                await asyncio.sleep(self.args.pause)
        asked = len(times) + lost
        out = spread(times) | {"asked": asked, "lost": lost, "wall_s": round(NOW() - begin, 2)}
        if self.bot:
            out["cpu_ms_per_command"] = round((cpu(self.bot.pid) - before) * 1000 / max(1, asked), 3)
            out |= memory(self.bot.pid) if self.bot.alive else {"bot": "dead"}
        return out

    async def burst(self) -> Result:
        await self.ask()
        tokens = [self.token() for _ in range(self.args.count)]
        mark = len(self.load.lines)
        before = cpu(self.bot.pid) if self.bot else 0.0
        tally = Tally(NOW(), {token: index for index, token in enumerate(tokens)})
        for index in range(0, len(tokens), AT_ONCE):
            for token in tokens[index : index + AT_ONCE]:
                self.load.send(self.command(token))
            try:
                await self.load.writer.drain()
            except OSError:  # the server threw the load client out
                break
            await asyncio.sleep(self.args.chunk_pause)
        written = NOW()
        await self._gather(tally, mark, written)
        out = self._summary(tally, written)
        if self.bot:
            out["bot_alive"] = self.bot.alive
            if self.bot.alive:
                out["cpu_s"] = round(cpu(self.bot.pid) - before, 2)
                out |= memory(self.bot.pid)
        if not self.load.closed:
            after = await self.ask(self.args.quiet + 30)
            out["first_answer_after_burst_s"] = None if after is None else round(after, 2)
        return out

    async def _gather(self, tally: Tally, seen: int, written: float) -> None:
        """Read until everything is answered, or nothing came for a while."""
        mine = re.compile(re.escape(self.base) + r"\d{5}")
        speaks, leaves = spoke(self.args.bot, ""), left(self.args.bot)
        end = NOW() + self.args.limit
        while NOW() < end and len(tally.answered) < len(tally.order):
            if seen >= len(self.load.lines):
                if self.load.closed or (NOW() - max(tally.last, written)) > self.args.quiet:
                    break
                self.load.fresh.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.load.fresh.wait(), 0.5)
                continue
            when, text = self.load.lines[seen]
            seen += 1
            if leaves(text):
                tally.gone.append([round(when - tally.begin, 2), text])
            elif speaks(text):
                tally.count(when, text, mine.findall(parts(text)[2][1]))

    def _summary(self, tally: Tally, written: float) -> Result:
        took = max(tally.answered.values(), default=0.0)
        return {
            "sent": len(tally.order),
            "write_s": round(written - tally.begin, 2),
            "answered": len(tally.answered),
            "lost": len(tally.order) - len(tally.answered),
            "twice": tally.twice,
            "out_of_order": tally.disorder,
            "last_answer_s": round(took, 3),
            "answers_per_s": round(len(tally.answered) / took, 1) if took > 0 else None,
            "answer_delay": spread(tally.answered.values()),
            "left_the_channel": tally.gone[:5],
            "other_things_said": tally.other,
            "load_client_dropped": self.load.closed,
        }

    async def start(self) -> Result:
        runs: list[Result] = []
        for _ in range(self.args.repeat):
            runs.append(await self._one_start())
            await asyncio.sleep(self.args.between)
        joins = [run["join_s"] for run in runs if run["join_s"] is not None]
        return {"runs": runs, "median_join_s": statistics.median(joins or [float("nan")])}

    async def _one_start(self) -> Result:
        mark, bot = len(self.load.lines), self.the_bot
        took = await self.start_bot()
        await asyncio.sleep(self.args.settle)
        entry: Result = {"join_s": None if took is None else round(took, 3)}
        if bot.alive:
            entry |= memory(bot.pid)
            before = cpu(bot.pid)
            entry["cpu_s_to_here"] = round(before, 2)
            await asyncio.sleep(self.args.idle)
            entry["idle_cpu_percent"] = round((cpu(bot.pid) - before) * 100 / self.args.idle, 2)
            first = await self.ask()
            entry["first_answer_ms"] = None if first is None else round(first * 1000, 1)
        stopped = await bot.stop()
        entry["sigterm_to_exit_s"] = None if stopped is None else round(stopped, 2)
        goodbye = await self.load.wait(left(self.args.bot), 5, mark)
        entry["quit_line"] = goodbye[1][:160] if goodbye else None
        return entry

    async def faults(self) -> Result:
        return await Faults(self).run()

    async def run(self) -> Result:
        result: Result = {}
        me, loop = asyncio.current_task(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            if me is not None:
                loop.add_signal_handler(number, me.cancel)
        try:
            await self.up()
            if self.args.mode in ("latency", "burst") and self.bot:
                result["join_s"] = await self.start_bot()
                await asyncio.sleep(self.args.settle)
            result |= await getattr(self, self.args.mode)()
        finally:
            await self.down()
        return result


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("mode", choices=["latency", "burst", "start", "faults"])
    p.add_argument("--server", default="127.0.0.1")
    p.add_argument("--port", type=int, default=16667)
    p.add_argument("--channel", default="#bench")
    p.add_argument("--bot", default="cloudbot", help="nick of the bot")
    p.add_argument("--command", default="!echo {n}")
    p.add_argument("--expect", default=r"\b{n}\b")
    p.add_argument("--digits", action="store_true", help="tokens are numbers, for commands that want one")
    p.add_argument("--oper", help="name:password, so that the load client is not slowed")
    p.add_argument("--bot-cmd", help="starts the bot in the foreground")
    p.add_argument("--bot-port", type=int, default=16600, help="proxy port the bot connects to")
    p.add_argument("--no-proxy", action="store_true")
    p.add_argument("--server-cmd", help="starts the server in the foreground")
    p.add_argument("--count", type=int, default=500)
    p.add_argument("--warmup", type=int, default=3)
    p.add_argument("--timeout", type=float, default=15, help="seconds to wait for one answer")
    p.add_argument("--give-up", type=int, default=10, help="stop after so many lost answers")
    p.add_argument("--pause", type=float, default=0, help="seconds between commands")
    p.add_argument(
        "--chunk-pause",
        type=float,
        default=0,
        help="burst: seconds between 50 lines; 0.01 keeps the load client inside a server's receive queue",
    )
    p.add_argument("--quiet", type=float, default=20, help="a burst is over after this silence")
    p.add_argument("--limit", type=float, default=300, help="a burst is over after this")
    p.add_argument("--repeat", type=int, default=5)
    p.add_argument("--settle", type=float, default=3)
    p.add_argument("--idle", type=float, default=10)
    p.add_argument("--between", type=float, default=2)
    p.add_argument("--join-timeout", type=float, default=90)
    p.add_argument("--wait", type=float, default=90, help="seconds to wait for a rejoin")
    p.add_argument("--dead-wait", type=float, default=330)
    p.add_argument("--refuse-for", type=float, default=60)
    p.add_argument("--only", help="faults: comma separated names")
    p.add_argument("--log", default="/dev/null", help="output of bot and server")
    return p


def main() -> None:
    args = parser().parse_args()
    result = asyncio.run(Bench(args).run())
    print(json.dumps({"mode": args.mode, "command": args.command} | result, indent=1))


if __name__ == "__main__":
    main()
