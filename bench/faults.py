"""What goes wrong on a network, done to a bot on purpose: each fault says what became of the bot."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from typing import TYPE_CHECKING

from bench.load_client import Client, joined, parts, spoke
from bench.processes import NOW, Result, cpu, memory, say

if TYPE_CHECKING:
    from bench.irc_bench import Bench
    from bench.proxy import Proxy

ALL = (
    "kick",
    "kill",
    "bad_utf8",
    "long_line",
    "injection",
    "no_newline",
    "nick_in_use",
    "nick_in_use_seen",
    "refused",
    "down",
    "server_crash",
    "dead_link",
)
INJECTIONS = {
    "bare CR": b" a\rPRIVMSG %s :pwned-%s",
    "CTCP quote r": b" a\x10rPRIVMSG %s :pwned-%s",
    "CTCP quote n": b" a\x10nPRIVMSG %s :pwned-%s",
    "NUL": b" a\x00PRIVMSG %s :pwned-%s",
    "escapes in quotes": b' "a\\r\\nPRIVMSG %s :pwned-%s"',
    "unicode line separator": " a\u2028PRIVMSG %s :pwned-%s".encode(),
}


class Faults:
    """The faults, on a bench that is up."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.args = bench, bench.args
        self.bot = bench.the_bot

    @property
    def load(self) -> Client:
        return self.bench.load

    @property
    def proxy(self) -> Proxy:
        if self.bench.proxy is None:
            raise SystemExit("faults need the proxy")
        return self.bench.proxy

    async def run(self) -> Result:
        out: Result = {"first_join_s": await self.bench.start_bot()}
        for name in self.args.only.split(",") if self.args.only else ALL:
            say("fault", name)
            if not self.bot.alive or not await self.bench.present():
                if self.bot.alive:
                    await self.bot.stop()
                await asyncio.sleep(self.args.between)
                self.proxy.hole = self.proxy.refuse = False
                await self.bench.start_bot()
            try:
                out[name] = await getattr(self, name)()
            except Exception as error:  # noqa: BLE001 - a bench must go on
                out[name] = {"bench_error": repr(error)}
            say(name, json.dumps(out[name])[:300])
        return out

    async def back(self, mark: int, seconds: float) -> Result:
        """Seconds from now until the bot joins again and answers."""
        begin = NOW()
        seen = await self.load.wait(joined(self.args.bot, self.args.channel), seconds, mark)
        if seen is None:
            return {"rejoined": False, "waited_s": seconds, "process_alive": self.bot.alive}
        answer = await self.bench.ask(30)
        return {
            "rejoined": True,
            "rejoin_s": round(seen[0] - begin, 2),
            "answers": answer is not None,
            "nick": parts(seen[1])[0],
        }

    async def health(self, note: Result) -> Result:
        await asyncio.sleep(0.5)
        answer = await self.bench.ask(15)
        note["answers_after"] = answer is not None
        note["process_alive"] = self.bot.alive
        note["connections_so_far"] = len(self.proxy.attempts)
        if answer is None:
            note["in_channel"] = await self.bench.present()
        return note

    # ------------------------------------------------------------ in a channel

    async def kick(self) -> Result:
        mark = len(self.load.lines)
        self.load.send(f"KICK {self.args.channel} {self.args.bot} :bench")
        return await self.back(mark, self.args.wait)

    async def kill(self) -> Result:
        mark = len(self.load.lines)
        self.load.send(f"KILL {self.args.bot} :bench")
        return await self.back(mark, self.args.wait)

    # ------------------------------------------------------------ bytes

    async def bad_utf8(self) -> Result:
        token = self.bench.token()
        mark = len(self.load.lines)
        self.load.send(self.bench.command(token).encode() + b" caf\xe9 \xff\xfe end")
        seen = await self.load.wait(self.bench.expected(token), 15, mark)
        return await self.health({"answered": seen is not None, "answer": seen[1][:200] if seen else None})

    def from_server(self, token: str, tail: bytes = b"") -> bytes:
        return b":evil!u@h " + self.bench.command(token).encode() + tail

    async def long_line(self) -> Result:
        token = self.bench.token()
        mark = len(self.load.lines)
        self.proxy.inject(self.from_server(token, b" " + b"A" * 10240) + b"\r\n")
        seen = await self.load.wait(self.bench.expected(token), 15, mark)
        await asyncio.sleep(2)
        replies = [t for _, t in self.load.lines[mark:] if spoke(self.args.bot, "")(t)]
        longest = max([len(t.encode()) for t in replies] or [0])
        return await self.health({"answered": seen is not None, "lines_said": len(replies), "longest_said": longest})

    async def no_newline(self) -> Result:
        before, mark = memory(self.bot.pid), len(self.load.lines)
        begin, peer, sent = cpu(self.bot.pid), self.proxy.bot, 0
        try:
            for _ in range(64):
                peer.writer.write(b"B" * 65536)
                await peer.writer.drain()
                sent += 1
        except OSError:
            pass
        await asyncio.sleep(3)
        after = memory(self.bot.pid) if self.bot.alive else None
        note: Result = {
            "taken_mib": round(sent / 16, 2),
            "rss_before": before["rss_mib"],
            "rss_after": after and after["rss_mib"],
            "cpu_s": round(cpu(self.bot.pid) - begin, 2) if self.bot.alive else None,
            "closed_the_link": peer.gone is not None,
        }
        if peer.gone is None:
            peer.writer.write(b"\r\n")
        elif not await self.bench.present():
            note |= await self.back(mark, self.args.wait)
        return await self.health(note)

    async def injection(self) -> Result:
        """Does anything a user can write become a line of its own?"""
        out: Result = {name: await self._inject(pattern) for name, pattern in INJECTIONS.items()}
        return await self.health(out)

    async def _inject(self, pattern: bytes) -> Result:
        token, channel = self.bench.token(), self.args.channel.encode()
        mark, raw = len(self.load.lines), len(self.proxy.sent)
        tail = pattern.replace(b"%s", channel, 1).replace(b"%s", token.encode(), 1)
        self.proxy.inject(self.from_server(token, tail) + b"\r\n")
        await self.load.wait(self.bench.expected(token), 6, mark)
        await asyncio.sleep(1)
        said = bytes(self.proxy.sent[raw:])
        alone = b"PRIVMSG " + channel + b" :pwned-"
        split = [line for line in re.split(rb"[\r\n\x00]+", said) if line.startswith(alone)]
        delivered = [
            t for _, t in self.load.lines[mark:] if "pwned-" + token in t and parts(t)[2][-1:] == ["pwned-" + token]
        ]
        return {
            "became_a_line_of_its_own": bool(split),
            "delivered_by_server": bool(delivered),
            "sent": said[:160].decode("latin-1"),
        }

    # ------------------------------------------------------------ the nick

    async def nick_in_use_seen(self) -> Result:
        """The same, and the holder sits in the channel: his QUIT is seen."""
        return await self.nick_in_use(seen_by_all=True)

    async def nick_in_use(self, *, seen_by_all: bool = False) -> Result:
        """Another client holds the nick; then it lets go."""
        await self.bot.stop()
        await asyncio.sleep(self.args.between)
        thief = await Client(self.args.server, self.args.port, self.args.bot).open()
        if seen_by_all:
            await thief.join(self.args.channel)
        mark = len(self.load.lines)
        await self.bot.start()
        begin = NOW()
        known = (self.load.nick, thief.nick)
        seen = await self.load.wait(lambda t: parts(t)[1] == "JOIN" and parts(t)[0] not in known, self.args.wait, mark)
        note: Result = {
            "joined": seen is not None,
            "as": parts(seen[1])[0] if seen else None,
            "join_s": round(seen[0] - begin, 2) if seen else None,
        }
        mark, begin = len(self.load.lines), NOW()
        await thief.close()
        want = self.args.bot.lower()
        seen = await self.load.wait(
            lambda t: (
                (parts(t)[1] == "NICK" and parts(t)[2][-1:] != [] and parts(t)[2][-1].lower() == want)
                or (parts(t)[1] == "JOIN" and parts(t)[0].lower() == want)
            ),
            self.args.wait,
            mark,
        )
        note["regained"] = seen is not None
        note["regain_s"] = round(seen[0] - begin, 2) if seen else None
        note["process_alive"] = self.bot.alive
        await self.bot.stop()
        await asyncio.sleep(self.args.between)
        note["restarted_join_s"] = await self.bench.start_bot()
        return note

    # ------------------------------------------------------------ the network

    async def dead_link(self) -> Result:
        """Nothing passes any more and nobody closes: when does the bot notice?"""
        attempts, begin = len(self.proxy.attempts), NOW()
        self.proxy.hole = True
        end, noticed = begin + self.args.dead_wait, None
        while NOW() < end and self.bot.alive:
            await asyncio.sleep(0.25)
            if self.proxy.bot.left is not None or len(self.proxy.attempts) > attempts:
                noticed = (self.proxy.bot.left or NOW()) - begin
                break
        again = None
        while noticed is not None and NOW() < end and self.bot.alive:
            if len(self.proxy.attempts) > attempts:
                again = self.proxy.attempts[attempts] - begin
                break
            await asyncio.sleep(0.25)
        self.proxy.cut()
        self.proxy.hole = False
        note: Result = {
            "noticed_s": noticed and round(noticed, 1),
            "connects_again_s": again and round(again, 1),
            "process_alive": self.bot.alive,
            "waited_s": round(NOW() - begin, 1),
        }
        mark = len(self.load.lines)
        await asyncio.sleep(3)
        if not await self.bench.present():
            note |= await self.back(mark, self.args.wait)
        return note

    async def refused(self) -> Result:
        """The server closes every connection at once: the pattern of attempts."""
        self.proxy.refuse = True
        begin, attempts = NOW(), len(self.proxy.attempts)
        self.proxy.bot.close()
        await asyncio.sleep(self.args.refuse_for)
        tries = [round(t - begin, 1) for t in self.proxy.attempts[attempts:]]
        self.proxy.refuse = False
        mark = len(self.load.lines)
        note: Result = {
            "for_s": self.args.refuse_for,
            "attempts": len(tries),
            "at_s": tries[:30],
            "process_alive_then": self.bot.alive,
        }
        return note | await self.back(mark, self.args.wait)

    async def down(self) -> Result:
        """Nothing listens for a while: connection refused, then all is well."""
        self.proxy.server.close()
        await self.proxy.server.wait_closed()
        self.proxy.cut()
        await asyncio.sleep(self.args.refuse_for)
        note: Result = {"for_s": self.args.refuse_for, "process_alive_then": self.bot.alive}
        mark = len(self.load.lines)
        await self.proxy.open()
        return note | await self.back(mark, self.args.wait)

    async def server_crash(self) -> Result:
        """kill -9, two seconds of nothing, a new server."""
        if self.bench.server is None:
            return {"skipped": "needs --server-cmd"}
        await self.bench.server.stop(signal.SIGKILL)
        await asyncio.sleep(2)
        await self.bench.server.start()
        since = await self.bench.listening()
        self.bench.load = await self.bench.client()
        ready = NOW()
        if await self.bench.present():
            return {"rejoined": True, "rejoin_s": round(NOW() - since, 2), "note": "before the load client"}
        note = await self.back(0, self.args.wait)
        if "rejoin_s" in note:
            note["rejoin_s"] = round(note["rejoin_s"] + ready - since, 2)
        return note
