"""Who is where: our own mask, the channels we are in, their members and modes. Fed with every message, decides nothing.

A channel or nick it does not know is simply noted or ignored; no message of a server can make it fail.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from cloudbot.adapters.irc.message import is_addressable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.message import Message

_LONGEST_USER = 10
_LONGEST_HOST = 63  # what servers compile in as HOSTLEN; RFC 1035 names may not be longer either


@dataclass(slots=True)
class Room:
    """A channel we are in."""

    name: str
    members: dict[str, set[str]] = field(default_factory=dict)
    "folded nick to the mode letters of its status: `{'o', 'v'}`"
    modes: set[str] = field(default_factory=set)
    topic: str = ""
    "as the server has it, colours and all"


class Tracker:
    """The state of one connection."""

    def __init__(self, support: Support, nick: str) -> None:
        """Start outside every channel, with the nick we registered."""
        self._support = support
        self.nick = nick
        self.user = ""
        self.host = ""
        self.my_modes: set[str] = set()
        self.rooms: dict[str, Room] = {}
        self.bots: set[str] = set()
        "folded nicks that the server marks as bots"

    def is_me(self, nick: str) -> bool:
        """Whether this is our own nick."""
        return self._support.same(nick, self.nick)

    def room(self, channel: str) -> Room | None:
        """Return a channel we are in, however it is spelled and with whatever status prefix."""
        return self.rooms.get(self._support.fold(self._support.split_status(channel)[1]))

    def rooms_of(self, nick: str) -> Iterator[Room]:
        """Yield the channels we share with somebody."""
        folded = self._support.fold(nick)
        return (room for room in self.rooms.values() if folded in room.members)

    def is_member(self, nick: str, channel: str) -> bool:
        """Whether somebody is in a channel that we are in."""
        room = self.room(channel)
        return room is not None and self._support.fold(nick) in room.members

    @property
    def overhead(self) -> int:
        """Return the bytes of `:nick!user@host ` before our lines as others receive them; the worst while unknown."""
        user = len(self.user.encode()) if self.user else _LONGEST_USER
        host = len(self.host.encode()) if self.host else _LONGEST_HOST
        nick = len(self.nick.encode())
        if not self.host:
            nick = max(nick, self._support.nick_length or nick)
        return nick + user + host + 4

    def see(self, message: Message) -> None:
        """Follow what one message changes."""
        step = self._STEPS.get(message.command)
        if step is not None:
            step(self, message)

    def _join(self, message: Message) -> None:
        for name in message.param(0).split(","):
            folded = self._support.fold(name)
            if self.is_me(message.nick):
                self.rooms[folded] = Room(name)
                self._learn_mask(message.user, message.host)
            if folded in self.rooms:
                self.rooms[folded].members.setdefault(self._support.fold(message.nick), set())

    def _part(self, message: Message) -> None:
        for name in message.param(0).split(","):
            self._leave(message.nick, name)

    def _kick(self, message: Message) -> None:
        for nick in message.param(1).split(","):
            self._leave(nick, message.param(0))

    def _leave(self, nick: str, channel: str) -> None:
        folded = self._support.fold(channel)
        if self.is_me(nick):
            self.rooms.pop(folded, None)
        elif folded in self.rooms:
            self.rooms[folded].members.pop(self._support.fold(nick), None)

    def _quit(self, message: Message) -> None:
        folded = self._support.fold(message.nick)
        self.bots.discard(folded)
        for room in self.rooms.values():
            room.members.pop(folded, None)

    def _rename(self, message: Message) -> None:
        if not is_addressable(message.param(0)):
            return
        old, new = self._support.fold(message.nick), self._support.fold(message.param(0))
        if self.is_me(message.nick):
            self.nick = message.param(0)
        if old in self.bots:
            self.bots.discard(old)
            self.bots.add(new)
        for room in self.rooms.values():
            if old in room.members:
                room.members[new] = room.members.pop(old)

    def _mode(self, message: Message) -> None:
        target, changes, arguments = message.param(0), message.param(1), list(message.params[2:])
        if self.is_me(target):
            for sign, letter in signed(changes):
                (self.my_modes.add if sign == "+" else self.my_modes.discard)(letter)
            return
        self._change(self.room(target), changes, arguments)

    def _channel_modes(self, message: Message) -> None:
        self._change(self.room(message.param(1)), message.param(2), list(message.params[3:]))

    def _change(self, room: Room | None, changes: str, arguments: list[str]) -> None:
        for sign, letter in signed(changes):
            adding = sign == "+"
            argument = arguments.pop(0) if arguments and self._support.takes_argument(letter, adding=adding) else ""
            if room is None:
                continue
            if letter in self._support.prefixes.values():
                status = room.members.get(self._support.fold(argument))
                if status is not None:
                    (status.add if adding else status.discard)(letter)
            elif not self._is_list(letter):
                (room.modes.add if adding else room.modes.discard)(letter)

    def _is_list(self, letter: str) -> bool:
        return letter in self._support.tokens.get("CHANMODES", "b").partition(",")[0]

    def _topic(self, message: Message) -> None:
        """Take TOPIC, and what is said of the topic at a JOIN: 332 with it, 331 where there is none."""
        numeric = message.command != "TOPIC"
        room = self.room(message.param(1 if numeric else 0))
        if room is not None:
            room.topic = "" if message.command == "331" else message.param(2 if numeric else 1)

    def _names(self, message: Message) -> None:
        room = self.room(message.param(2))
        for name in message.param(3).split() if room is not None else ():
            nick = name.lstrip("".join(self._support.prefixes))
            letters = {self._support.prefixes[sign] for sign in name[: len(name) - len(nick)]}
            mask = nick.partition("!")
            if mask[0] and room is not None:
                room.members[self._support.fold(mask[0])] = letters
                if self.is_me(mask[0]) and mask[2]:
                    self._learn_mask(*mask[2].partition("@")[::2])

    def _who(self, message: Message) -> None:
        self._note_bot(message.param(5), message.param(6))

    def _whox(self, message: Message) -> None:
        if message.param(1) == WHOX_TOKEN:  # fields t n f a: token, nick, flags, account
            self._note_bot(message.param(2), message.param(3))

    def _note_bot(self, nick: str, flags: str) -> None:
        letter = self._support.bot_mode
        if letter and letter in flags:
            self.bots.add(self._support.fold(nick))
        else:
            self.bots.discard(self._support.fold(nick))

    def _new_host(self, message: Message) -> None:
        user, at, host = message.param(1).rpartition("@")
        self._learn_mask(user if at else self.user, host)

    def _change_host(self, message: Message) -> None:
        if self.is_me(message.nick):
            self._learn_mask(message.param(0), message.param(1))

    def _userhost(self, message: Message) -> None:
        for reply in message.param(1).split():
            nick, _, rest = reply.partition("=")
            if self.is_me(nick.rstrip("*")):
                self._learn_mask(*rest[1:].partition("@")[::2])

    def _learn_mask(self, user: str, host: str) -> None:
        self.user, self.host = user or self.user, host or self.host

    _STEPS: ClassVar[Mapping[str, Callable[[Tracker, Message], None]]] = {
        "JOIN": _join,
        "PART": _part,
        "KICK": _kick,
        "QUIT": _quit,
        "NICK": _rename,
        "MODE": _mode,
        "TOPIC": _topic,
        "331": _topic,
        "332": _topic,
        "324": _channel_modes,
        "353": _names,
        "352": _who,
        "354": _whox,
        "396": _new_host,
        "CHGHOST": _change_host,
        "302": _userhost,
    }


WHOX_TOKEN = "152"  # noqa: S105 - the number by which a WHOX reply is known as ours


def signed(changes: str) -> Iterator[tuple[str, str]]:
    """Yield sign and letter of a mode change: `+o-v` is `("+", "o"), ("-", "v")`."""
    sign = "+"
    for letter in changes:
        if letter in "+-":
            sign = letter
        else:
            yield sign, letter
