"""A visitor of the demo's channel: a plain IRC client that remembers what it hears and can ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_SECONDS = 0.1
"""An answer of several lines has come to its end when nothing follows for so long: the bot sends them in one go."""


@dataclass(frozen=True, slots=True)
class Line:
    """One PRIVMSG or NOTICE as the visitor got it."""

    nick: str
    command: str
    target: str
    text: str


class Guest:
    """One connection. Lines are kept from the first on, in order."""

    def __init__(self, nick: str) -> None:
        self.nick = nick
        self.lines: list[Line] = []
        self.present: set[str] = set()
        self._fresh = asyncio.Condition()
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    async def enter(self, port: int, channel: str) -> None:
        """Connect on loopback and join a channel."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._task = asyncio.create_task(self._listen(reader))
        self.send(f"NICK {self.nick}", f"USER {self.nick} 0 * :a visitor of the demo", f"JOIN {channel}")

    def send(self, *lines: str) -> None:
        """Send lines as they are."""
        if self._writer is not None:
            self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def wait(self, wanted: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, looking again at each line heard; False when it took too long."""
        async with self._fresh:
            try:
                await asyncio.wait_for(self._fresh.wait_for(wanted), seconds)
            except TimeoutError:
                return False
        return True

    async def ask(self, bot: str, channel: str, text: str, seconds: float) -> str | None:
        """Say something in a channel and return the bot's next answer there or to us, or None if it took too long."""
        before, heard = len(self.lines), 0
        self.send(f"PRIVMSG {channel} :{text}")
        await self.wait(lambda: bool(self._answers(bot, before)), seconds)
        while len(self._answers(bot, before)) > heard:
            heard = len(self._answers(bot, before))
            await self.wait(lambda: len(self._answers(bot, before)) > heard, QUIET_SECONDS)  # noqa: B023 - awaited here
        return "\n".join(self._answers(bot, before)) or None

    def unasked(self, bot: str, channel: str) -> list[str]:
        """Return what the bot said in a channel by NOTICE, which it does only unasked."""
        mine = (line for line in self.lines if line.nick == bot and line.target == channel)
        return [line.text for line in mine if line.command == "NOTICE"]

    def _answers(self, bot: str, since: int) -> list[str]:
        mine = (line for line in self.lines[since:] if line.nick == bot)
        return [line.text for line in mine if line.command == "PRIVMSG" or line.target == self.nick]

    async def leave(self) -> None:
        """Say QUIT and go."""
        self.send("QUIT :bye")
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while raw := await reader.readline():
            text = raw.decode("utf-8", "replace").rstrip("\r\n")
            if text.startswith("PING"):
                self.send(f"PONG{text[4:]}")
            async with self._fresh:
                self._take(text)
                self._fresh.notify_all()

    def _take(self, text: str) -> None:
        prefix, _, rest = text.removeprefix(":").partition(" ")
        command, _, rest = rest.partition(" ")
        nick = prefix.partition("!")[0]
        match command:
            case "JOIN":
                self.present.add(nick)
            case "QUIT" | "PART":
                self.present.discard(nick)
            case "PRIVMSG" | "NOTICE" if "!" in prefix:
                target, _, said = rest.partition(" :")
                self.lines.append(Line(nick, command, target, said))
            case _:
                pass
