"""A plain IRC client that keeps every line with the time it came, and the questions one asks of such lines."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable

from bench.processes import NOW

Wanted = Callable[[str], bool]


class Client:
    """The load client. It never sleeps between lines."""

    def __init__(self, host: str, port: int, nick: str, user: str = "bench") -> None:
        self.host, self.port, self.nick, self.user = host, port, nick, user
        self.lines: list[tuple[float, str]] = []
        self.fresh = asyncio.Event()
        self.closed = False

    async def open(self, oper: tuple[str, str] | None = None) -> Client:
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        self.task = asyncio.create_task(self._read())
        self.send(f"NICK {self.nick}")
        self.send(f"USER {self.user} 0 * :load client")
        await self.wait(lambda t: " 001 " in t, 15)
        await self.wait(lambda t: " 376 " in t or " 422 " in t, 15)
        if oper:
            self.send(f"OPER {oper[0]} {oper[1]}")
            await self.wait(lambda t: " 381 " in t or " 464 " in t or " 491 " in t, 10)
        return self

    def send(self, text: str | bytes) -> None:
        self.writer.write((text if isinstance(text, bytes) else text.encode()) + b"\r\n")

    async def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError, asyncio.CancelledError):
            while raw := await self.reader.readline():
                text = raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
                if text.startswith("PING"):
                    self.send("PONG" + text[4:])
                    continue
                self.lines.append((NOW(), text))
                self.fresh.set()
        self.closed = True
        self.fresh.set()

    async def wait(self, wanted: Wanted, seconds: float, since: int = 0) -> tuple[float, str] | None:
        """(time, text) of the first line from index ``since`` that is wanted."""
        end, seen = NOW() + seconds, since
        while True:
            while seen < len(self.lines):
                when, text = self.lines[seen]
                seen += 1
                if wanted(text):
                    return when, text
            left_over = end - NOW()
            if left_over <= 0 or self.closed:
                return None
            self.fresh.clear()
            try:
                await asyncio.wait_for(self.fresh.wait(), left_over)
            except TimeoutError:
                return None

    async def join(self, channel: str) -> None:
        mark = len(self.lines)
        self.send(f"JOIN {channel}")
        await self.wait(lambda t: " 366 " in t, 10, mark)

    async def close(self) -> None:
        with contextlib.suppress(OSError):
            self.send("QUIT :done")
            await self.writer.drain()
            self.writer.close()
        self.task.cancel()


def parts(text: str) -> tuple[str, str, list[str]]:
    """(nick, command, params) of a line, tags dropped."""
    if text.startswith("@"):
        text = text.split(" ", 1)[1].lstrip()
    prefix = ""
    if text.startswith(":"):
        prefix, _, text = text[1:].partition(" ")
    head, sep, tail = text.partition(" :")
    words = head.split()
    return prefix.partition("!")[0], words[0] if words else "", words[1:] + ([tail] if sep else [])


def spoke(bot: str, pattern: str) -> Wanted:
    """Does this line carry a message of the bot that matches?"""
    regex = re.compile(pattern)

    def check(text: str) -> bool:
        nick, command, params = parts(text)
        return (
            command in ("PRIVMSG", "NOTICE")
            and nick.lower() == bot.lower()
            and len(params) > 1
            and regex.search(params[1]) is not None
        )

    return check


def joined(bot: str, channel: str) -> Wanted:
    def check(text: str) -> bool:
        nick, command, params = parts(text)
        return (
            command == "JOIN" and nick.lower() == bot.lower() and bool(params) and params[0].lower() == channel.lower()
        )

    return check


def left(bot: str) -> Wanted:
    def check(text: str) -> bool:
        nick, command, params = parts(text)
        return (command in ("QUIT", "PART") and nick.lower() == bot.lower()) or (
            command == "KICK" and len(params) > 1 and params[1].lower() == bot.lower()
        )

    return check
