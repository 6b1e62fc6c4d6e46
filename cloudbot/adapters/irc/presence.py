"""Being in the configured channels and in no others: joins, refusals, kicks, and asking who is there.

When to try is decided by `joins`; this module hears what happened and says the commands.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.joins import REFUSALS
from cloudbot.adapters.irc.message import compose, is_addressable
from cloudbot.adapters.irc.tracker import WHOX_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudbot.adapters.irc.around import Around
    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.outgoing import Outgoing
    from cloudbot.adapters.irc.recognition import Recognition
    from cloudbot.adapters.irc.tracker import Tracker

_WHO_PAUSE = 2.0  # ircd-hybrid answers one WHO a second and 263 to more


class Presence:
    """One connection's channels."""

    def __init__(
        self, around: Around, support: Support, tracker: Tracker, outgoing: Outgoing, recognition: Recognition
    ) -> None:
        """Take the connection's state and its ways out."""
        self._around, self._settings, self._joins = around, around.settings, around.joins
        self._support, self._tracker, self._outgoing = support, tracker, outgoing
        self._recognition = recognition
        self._loop = asyncio.get_running_loop()
        self._whos: deque[str] = deque()
        self._next_who = 0.0

    def begin(self) -> None:
        """Join everything anew: the connection is ready."""
        self._joins.connected(self._loop.time())

    def retry(self) -> None:
        """Try the channels we are not in at once: we have just been recognised."""
        self._joins.now([name.partition(" ")[0] for name in self._joins.missing], self._loop.time())

    def look_after(self, now: float) -> None:
        """Join what is due, and ask who is in a channel just joined."""
        for channel in self._joins.due(now):
            self._outgoing.ask([compose("JOIN", channel.name, *([channel.key] if channel.key else []))])
        if self._whos and now >= self._next_who:
            self._next_who = now + _WHO_PAUSE
            extended = f" %tnfa,{WHOX_TOKEN}" if self._support.has("WHOX") else ""
            self._outgoing.ask([compose("WHO", self._whos.popleft()) + extended])

    def steps(self) -> Mapping[str, Callable[[Message], None]]:
        """Return what to call for which message."""
        return {
            "JOIN": self._joined,
            "KICK": self._kicked,
            "PART": self._parted,
            "INVITE": self._invited,
            "263": self._try_again,
        }

    def note_refusal(self, message: Message) -> None:
        """Take a numeric that may refuse a JOIN; one about a channel we are in refuses something else."""
        channel = message.param(1)
        if message.command not in REFUSALS or not self._joins.is_wanted(channel) or self._tracker.room(channel):
            return
        self._joins.refused(channel, f"{message.command} {message.last}", self._loop.time())
        template = {"473": self._settings.invite, "474": self._settings.unban}.get(message.command, "")
        self._recognition.say(self._settings.channel_services, template, channel=channel)
        self._around.changed()

    def _joined(self, message: Message) -> None:
        channel = message.param(0)
        if not self._tracker.is_me(message.nick) or not is_addressable(channel):
            return
        if not self._joins.is_wanted(channel):
            self._around.note("forced", f"put into {channel}, which is not configured; left it")
            self._outgoing.ask([compose("PART", channel)])
            return
        self._joins.joined(channel)
        self._outgoing.ask([compose("MODE", channel)])
        self._whos.append(channel)
        self._around.changed()

    def _try_again(self, message: Message) -> None:
        if message.param(1).upper() == "WHO":
            self._whos.extend(room.name for room in self._tracker.rooms.values() if room.name not in self._whos)

    def _kicked(self, message: Message) -> None:
        if any(self._tracker.is_me(nick) for nick in message.param(1).split(",")):
            self._removed(message.param(0), "kicked")

    def _parted(self, message: Message) -> None:
        if self._tracker.is_me(message.nick):
            for channel in message.param(0).split(","):
                self._removed(channel, "made to leave")

    def _removed(self, channel: str, why: str) -> None:
        note = self._joins.removed(channel, why, self._loop.time())
        if note:
            self._around.note(f"kick {channel}", note)
        self._around.changed()

    def _invited(self, message: Message) -> None:
        if self._tracker.is_me(message.param(0)):
            self._joins.now([message.param(1)], self._loop.time())
