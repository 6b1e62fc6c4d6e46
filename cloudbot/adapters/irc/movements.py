"""Who comes and goes in our channels, told while it is still known from where; decides nothing.

A QUIT, also of a netsplit, is one departure for each channel we share. Of ourselves a JOIN is told when the server has
said all about the channel (366): its topic is known by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from cloudbot.core.speech import Moved
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.tracker import Room, Tracker
    from cloudbot.adapters.irc.venues import Venues


class Movements:
    """The comings and goings of one connection. Fed with each message before the tracker is."""

    def __init__(
        self, venues: Venues, tracker: Tracker, *, moved: Callable[[Moved], None], clock: Callable[[], datetime]
    ) -> None:
        """Take the connection's state and whom to tell."""
        self._venues, self._tracker, self._moved, self._clock = venues, tracker, moved, clock
        self._entering: set[str] = set()

    def see(self, message: Message) -> None:
        """Tell what one message says of comings and goings."""
        step = self._STEPS.get(message.command)
        if step is not None:
            step(self, message)

    def over(self, why: str) -> None:
        """Tell that we left every channel: the connection has ended."""
        for room in self._tracker.rooms.values():
            self._tell(room.name, self._tracker.nick, "leaves", why=why)

    def _tell(
        self, channel: str, nick: str, how: Literal["joins", "leaves", "is now"], *, now: str = "", why: str = ""
    ) -> None:
        us = self._tracker.is_me(nick)
        venue = self._venues.channel(channel)
        self._moved(Moved(at=self._clock(), venue=venue, nick=nick, how=how, now=now, us=us, why=clean(why)))

    def _join(self, message: Message) -> None:
        for channel in message.param(0).split(","):
            if self._tracker.is_me(message.nick):
                self._entering.add(channel)
            elif self._tracker.room(channel) is not None:
                self._tell(channel, message.nick, "joins")

    def _names_end(self, message: Message) -> None:
        room = self._tracker.room(message.param(1))
        if room is not None and room.name in self._entering:
            self._entering.discard(room.name)
            self._tell(room.name, self._tracker.nick, "joins")

    def _part(self, message: Message) -> None:
        for channel in message.param(0).split(","):
            self._gone(self._tracker.room(channel), message.nick, message.param(1))

    def _kick(self, message: Message) -> None:
        for nick in message.param(1).split(","):
            self._gone(self._tracker.room(message.param(0)), nick, "kicked")

    def _gone(self, room: Room | None, nick: str, why: str) -> None:
        if room is not None and (self._tracker.is_me(nick) or self._tracker.is_member(nick, room.name)):
            self._tell(room.name, nick, "leaves", why=why)

    def _quit(self, message: Message) -> None:
        for room in self._tracker.rooms_of(message.nick):
            self._tell(room.name, message.nick, "leaves", why=message.param(0))

    def _rename(self, message: Message) -> None:
        for room in self._tracker.rooms_of(message.nick) if message.param(0) else ():
            self._tell(room.name, message.nick, "is now", now=message.param(0))

    _STEPS: ClassVar[Mapping[str, Callable[[Movements, Message], None]]] = {
        "JOIN": _join,
        "366": _names_end,
        "PART": _part,
        "KICK": _kick,
        "QUIT": _quit,
        "NICK": _rename,
    }
