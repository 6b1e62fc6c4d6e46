"""What the bot says on its way out: cleaned, cut to what receivers see, numbered if repeated, paced, written.

It decides when a line goes and what it may look like, never what is said. PONG, CAP, AUTHENTICATE and QUIT pass by the
queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters.irc.message import is_addressable
from cloudbot.adapters.irc.pacing import Item, Pacer, Repeats
from cloudbot.core.text import clean, cut, unhighlight, unobeyed

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable, Sequence

    from cloudbot.adapters.irc.connection import Connection
    from cloudbot.adapters.irc.fences import Fence
    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.redact import Redactor
    from cloudbot.adapters.irc.settings import Settings
    from cloudbot.adapters.irc.tracker import Tracker

log = structlog.get_logger()

_SHORTEST_ROOM = 64
_LARGEST_CHARACTER = 4


class Unspeakable(ValueError):  # noqa: N818 - what it is, and a ValueError for callers who do not care
    """A target nobody can be addressed by, or a text of which nothing is left."""


class Outgoing:
    """The way out of one connection."""

    def __init__(
        self, connection: Connection, settings: Settings, support: Support, tracker: Tracker, redactor: Redactor
    ) -> None:
        """Take the connection and what is known about it."""
        self._connection, self._settings = connection, settings
        self._support, self._tracker, self._redactor = support, tracker, redactor
        self._pacer = Pacer(settings.pacing)
        self._repeats = Repeats(settings.pacing)
        self._open = settings.pacing.open
        self._loop: asyncio.AbstractEventLoop = connection.reactor.loop
        self._timer: asyncio.TimerHandle | None = None
        self.on_fence: Callable[[Fence], None] = lambda _fence: None
        "called when the last line of a delivery was written"

    def __len__(self) -> int:
        """Count the lines that wait."""
        return len(self._pacer)

    def urgent(self, lines: Iterable[str], *, free: bool = False) -> None:
        """Write lines at once. They count against the limits all the same, but for those before the welcome."""
        for line in lines:
            if not free:
                self._pacer.charge(len(line) + 2, self._loop.time())
            self._write(line)

    def ask(self, lines: Iterable[str]) -> None:
        """Queue lines to the server: WHOIS, JOIN, MODE, commands for the services."""
        for line in lines:
            self._offer(Item(line))

    def say(self, target: str, text: str) -> None:
        """Say an answer by PRIVMSG. What the queue cannot take is confessed later."""
        try:
            lines = self.lines("PRIVMSG", target, text)
        except Unspeakable as error:
            log.warning("irc.unspeakable", target=target, why=str(error))
            return
        if self._open and not self._connection.paused and not len(self._pacer):
            for line in lines:
                self._write(line)
            return
        folded = self._support.key(target)
        for line in lines:
            self._offer(Item(line, folded))

    def tell(self, target: str, text: str) -> None:
        """Say a line to one person by NOTICE."""
        try:
            lines = self.lines("NOTICE", target, text)
        except Unspeakable as error:
            log.warning("irc.unspeakable", target=target, why=str(error))
            return
        for line in lines:
            self._offer(Item(line, self._support.key(target)))

    def announce(self, lines: list[str], fence: Fence) -> list[Item] | None:
        """Queue the lines of one delivery, the fence behind the last; None where the queue has no room for all."""
        items = [Item(line, fence.target, unasked=True, fence=fence) for line in lines]
        items[-1].closes = True
        if len(self._pacer) + len(items) > self._settings.pacing.queue:
            return None
        for item in items:
            self._pacer.offer(item)
        self.pump()
        return items

    def withdraw(self, items: Iterable[Item]) -> None:
        """Take lines back that have not gone."""
        for item in items:
            self._pacer.withdraw(item)

    def lines(
        self, command: str, target: str, text: str, *, unasked: bool = False, rings: Sequence[str] = ()
    ) -> list[str]:
        """Return the lines that say a text, or raise `Unspeakable`. Unasked, no nick rings but those named."""
        if not is_addressable(target):
            raise Unspeakable(f"{target!r} is no channel or nick")
        text = unobeyed(clean(text))
        if not text:
            raise Unspeakable("nothing to say")
        if not self._open:
            text = self._repeats.vary(self._support.key(target), text, self._loop.time())
        if unasked and self._settings.mute_nicks:
            wanted = {self._support.fold(nick) for nick in rings}
            text = unhighlight(
                text, lambda word: self._support.fold(word) not in wanted and self._tracker.is_member(word, target)
            )
        head = f"{command} {target} :"
        room = max(_SHORTEST_ROOM, self._support.line_length - 2 - self._tracker.overhead - len(head.encode()))
        if len(text) * _LARGEST_CHARACTER <= room:
            return [head + text]
        return [head + line for line in cut(text, room)]

    def topic(self, channel: str, text: str) -> str:
        """Return what of a topic the server keeps (TOPICLEN, in bytes) and everybody gets, cut between characters."""
        head = len(f"TOPIC {channel} :".encode())
        room = max(_SHORTEST_ROOM, self._support.line_length - 2 - self._tracker.overhead - head)
        raw = clean(text).encode()
        return raw[: min(room, self._support.number("TOPICLEN", room) or room)].decode(errors="ignore").rstrip()

    def _offer(self, item: Item) -> None:
        if not self._pacer.offer(item):
            log.warning("irc.dropped", network=self._settings.network, target=item.target)
        self.pump()

    def pump(self) -> None:
        """Write what may go now and come back for the rest."""
        if self._connection.paused:
            return
        for item in self._pacer.take(self._loop.time()):
            self._write(item.line)
            if item.fence is not None:
                item.fence.written = True
                if item.closes:
                    self.on_fence(item.fence)
        for target, count in self._pacer.confess().items():
            log.warning("irc.lines_dropped", network=self._settings.network, target=target, lines=count)
            if target:
                lines = "line was" if count == 1 else "lines were"
                self._pacer.offer(Item(f"PRIVMSG {target} :({count} {lines} left out here: too many at once)", target))
        self._come_back()

    def _come_back(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wait = self._pacer.wait(self._loop.time())
        if wait is not None and not self._connection.ended.done():
            self._timer = self._loop.call_later(max(wait, 0.001), self.pump)

    def _write(self, line: str) -> None:
        if self._settings.trace:
            log.debug("irc.out", network=self._settings.network, line=self._redactor.line(line))
        self._connection.send_raw(line)

    def stop(self) -> None:
        """Forget what waits."""
        if self._timer is not None:
            self._timer.cancel()
