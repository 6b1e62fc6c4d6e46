"""An IRC server for tests: the demo's server with accounts, capabilities and faults, and a person to talk to it.

What it does without faults is held to the real servers' behaviour by `tests/contracts/test_chat.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from cloudbot.demo.ircd import Client, Ircd, fold

if TYPE_CHECKING:
    from pathlib import Path

Reply = Callable[[Client, list[str]], object]


class FakeServer(Ircd):
    """State as a server has it; `received` is what clients said, `replies` overrides commands, `silent` swallows."""

    name = "irc.fake"

    def __init__(
        self,
        *,
        caps: dict[str, str] | None = None,
        isupport: tuple[str, ...] | None = None,
        replies: dict[str, Reply] | None = None,
    ) -> None:
        super().__init__()
        self.caps = caps if caps is not None else {"multi-prefix": ""}
        self.isupport = isupport if isupport is not None else Ircd.isupport
        self.replies: dict[str, Reply] = replies or {}
        self.silent: set[str] = set()
        self.accounts: dict[str, str] = {}
        self.received: list[str] = []
        self.port = 0

    def take(self, client: Client, line: str) -> None:
        self.received.append(line)
        super().take(client, line)

    def handle(self, client: Client, command: str, params: list[str]) -> None:
        if command in self.silent:
            return
        reply = self.replies.get(command)
        if reply is not None:
            reply(client, params)
        else:
            super().handle(client, command, params)

    def whois_more(self, client: Client, person: Client) -> None:
        account = self.accounts.get(fold(person.nick))
        if account:
            client.say("330", person.nick, account, "is logged in as")

    def client(self, nick: str) -> Client:
        found = self.find(nick)
        assert found is not None, f"{nick} is not connected"
        return found

    def inject(self, nick: str, *lines: str) -> None:
        """Write lines to one client, as they are."""
        for line in lines:
            self.client(nick).send(line)

    def inject_bytes(self, nick: str, data: bytes) -> None:
        transport = self.client(nick).transport
        assert transport is not None
        transport.write(data)

    def cut(self, nick: str) -> None:
        """Break a connection as a crash does: without a word."""
        transport = self.client(nick).transport
        assert transport is not None
        transport.abort()

    def said(self, pattern: str) -> list[str]:
        """Return the received lines that match."""
        return [line for line in self.received if re.search(pattern, line)]


@contextlib.asynccontextmanager
async def serving(server: FakeServer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeServer]:
    """Run a server for the length of a block, with its port set."""
    server.port = await server.start(tls=tls)
    try:
        yield server
    finally:
        await server.stop()


class Person:
    """Somebody with an IRC client that keeps every line. Works on any server."""

    def __init__(self, nick: str) -> None:
        self.nick = nick
        self.lines: list[str] = []
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self, port: int, *, user: str = "", tls: Path | None = None, registered: bool = True) -> Person:
        """Connect, by TLS with this certificate if one is given, and wait for the end of the greeting."""
        context = None
        if tls is not None:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.load_cert_chain(tls)
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, limit=1 << 20)
        self.send(f"NICK {self.nick}", f"USER {user or self.nick} 0 * :{self.nick}")
        if registered:
            await self.until(r" (376|422) ")
        return self

    def send(self, *lines: str) -> None:
        assert self._writer is not None
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def join(self, channel: str) -> None:
        self.send(f"JOIN {channel}")
        await self.until(rf" 366 \S+ {re.escape(channel)} ")

    def say(self, target: str, text: str) -> None:
        self.send(f"PRIVMSG {target} :{text}")

    async def line(self) -> str:
        assert self._reader is not None
        raw = await self._reader.readline()
        if not raw:
            raise ConnectionError(f"{self.nick} was disconnected; last: {self.lines[-3:]}")
        line = raw.decode(errors="replace").rstrip("\r\n")
        if line.startswith("PING "):
            self.send(f"PONG {line[5:]}")
        self.lines.append(line)
        return line

    async def until(self, pattern: str, *, timeout: float = 25) -> str:  # noqa: ASYNC109 - a test's patience
        """Read until a line matches, and return it."""
        async with asyncio.timeout(timeout):
            while True:
                line = await self.line()
                if re.search(pattern, line):
                    return line

    async def hears(self, target: str, *, timeout: float = 25) -> str:  # noqa: ASYNC109 - as above
        """Read until somebody speaks to a target and return the text."""
        line = await self.until(rf"^(@\S+ )?:\S+ (PRIVMSG|NOTICE) {re.escape(target)} :", timeout=timeout)
        return line.split(" :", 1)[1]

    async def everything(self) -> list[str]:
        """Read all that the server has sent so far, proved by a PING."""
        before = len(self.lines)
        self.send("PING :so-far")
        await self.until(r"PONG .*so-far")
        return self.lines[before:]

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None


@contextlib.asynccontextmanager
async def person(
    port: int, nick: str, *channels: str, user: str = "", tls: Path | None = None
) -> AsyncIterator[Person]:
    """Be somebody on a server for the length of a block."""
    somebody = Person(nick)
    try:
        await somebody.connect(port, user=user, tls=tls)
        for channel in channels:
            await somebody.join(channel)
        yield somebody
    finally:
        await somebody.close()
