"""Lines that need a proof: written with a fence behind them, and judged by what came back before its PONG.

What forbids a line beforehand (not in the channel, moderated) is said without sending it. What happened after it was
written is never called transient, since a repetition might be heard twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.fences import REFUSALS, TOPIC_REFUSALS, Fence, Fences
from cloudbot.adapters.irc.message import compose
from cloudbot.adapters.irc.outgoing import Outgoing, Unspeakable
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.joins import Joins
    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.recognition import Recognition
    from cloudbot.adapters.irc.tracker import Tracker


class Deliveries:
    """One connection's deliveries on their way."""

    def __init__(
        self,
        support: Support,
        tracker: Tracker,
        outgoing: Outgoing,
        recognition: Recognition,
        *,
        joins: Joins,
        enabled: set[str],
    ) -> None:
        """Take the connection's state and its way out; `enabled` capabilities are read live."""
        self._support, self._tracker, self._outgoing = support, tracker, outgoing
        self._recognition, self._joins, self._enabled = recognition, joins, enabled
        self._fences = Fences()
        self.isons: deque[Fence | None] = deque()
        "who asked each ISON on its way: a delivery, or somebody else (None)"
        self.on_ison: Callable[[str], None] = lambda _online: None
        "called with the answer to an ISON of somebody else"
        outgoing.on_fence = self._written

    async def deliver(self, target: str, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        """Say one text and wait for its fence. Cancelled before it left the queue, it is taken back."""
        silenced = self._silenced(target, notice=notice)
        if silenced:
            return Transient(silenced)
        try:
            lines = self._outgoing.lines("NOTICE" if notice else "PRIVMSG", target, text, unasked=notice, rings=rings)
        except Unspeakable as error:
            return Permanent(str(error))
        return await self._proved(lines, self._fences.create(self._support.key(target), notice=notice))

    async def set_topic(self, channel: str, text: str) -> Outcome:
        """Set as much of a topic as the server keeps and wait for its fence; one that stands already is not set."""
        room = self._tracker.room(channel)
        if room is None:
            return Transient(f"not in {channel}: {self._joins.why(channel)}")
        text = self._outgoing.topic(room.name, text)
        if text == clean(room.topic):
            return Sent()
        fence = self._fences.create(self._support.key(channel), notice=False, topic=True)
        return await self._proved([compose("TOPIC", room.name, trailing=text)], fence)

    async def _proved(self, lines: list[str], fence: Fence) -> Outcome:
        if "labeled-response" in self._enabled:
            lines = [f"@label={fence.token} {line}" for line in lines]
        items = self._outgoing.announce(lines, fence)
        if items is None:
            self._fences.forget(fence)
            return Transient("too many lines are waiting", after=10)
        try:
            return await fence.outcome
        except asyncio.CancelledError:
            self._outgoing.withdraw(items)
            self._fences.forget(fence)
            raise

    def _silenced(self, target: str, *, notice: bool) -> str:
        """Say why a line cannot be heard, as far as presence and modes tell; empty where nothing speaks against it.

        A PRIVMSG into a moderated channel is tried, because the server answers it; a NOTICE is not answered.
        """
        if not self._support.is_channel(target):
            return ""
        room = self._tracker.room(target)
        if room is None:
            return f"not in {target}: {self._joins.why(target)}"
        if not notice or room.members.get(self._support.fold(self._tracker.nick)):
            return ""
        if "m" in room.modes:
            return f"{target} is moderated and the bot has no voice"
        if "M" in room.modes and not self._recognition.identified:
            return f"{target} lets only registered users speak"
        return ""

    def _written(self, fence: Fence) -> None:
        """Ask for the proof of a text that has just been written."""
        lines = [f"PING :{fence.token}"]
        if fence.notice and not self._support.is_channel(fence.target):
            self.isons.append(fence)
            lines.insert(0, compose("ISON", fence.target))
        self._outgoing.urgent(lines, free=True)  # paid for with the text

    def steps(self) -> Mapping[str, Callable[[Message], None]]:
        """Return what to call for which message."""
        return {"PONG": self._pong, "303": self._online}

    def note_refusal(self, message: Message) -> None:
        """Take a numeric that may refuse a line of ours."""
        if message.command in REFUSALS | TOPIC_REFUSALS:
            named = len(message.params) > 2  # noqa: PLR2004 - our nick, what is refused, why
            target = self._support.key(message.param(1)) if named else ""
            self._fences.refuse(message, target, label=message.tags.get("label", ""))

    def note_failure(self, message: Message) -> None:
        """Take a FAIL standard reply to PRIVMSG or NOTICE."""
        self._fences.refuse(message, "", label=message.tags.get("label", ""))

    def _pong(self, message: Message) -> None:
        fence = self._fences.pong(message.last)
        if fence is None:
            return
        silenced = self._silenced(fence.target, notice=fence.notice)
        fence.settle(fence.refusal or (Unknown(f"while saying it: {silenced}") if silenced else Sent()))

    def _online(self, message: Message) -> None:
        """Take an answer to ISON; they come in the order of the questions."""
        asked_by = self.isons.popleft() if self.isons else None
        if asked_by is None:
            self.on_ison(message.param(1))
        elif asked_by.target not in {self._support.fold(nick) for nick in message.param(1).split()}:
            asked_by.refusal = Permanent("401 no such nick")

    def lose(self, why: str) -> None:
        """Settle everything: the link is gone."""
        self._fences.lose(why)
