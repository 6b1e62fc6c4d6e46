"""A small IRC server for the demo and for playing against: channels, modes, nothing kept, loopback by default.

It speaks enough of RFC 1459, RFC 2812 and CAP 302 for irssi, WeeChat and cloudbot. It has no services, no operators
and no flood limits, and it is not meant for a network.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Mapping

NAME = "irc.demo"
_NICK = re.compile(r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]{0,29}")
_CHANNEL = re.compile(r"#[^\s,\x00-\x1f:]{1,49}")
_LONGEST = 8191 + 512  # bytes of a line with message tags
_PING_AFTER = 90.0
_RFC1459 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", "abcdefghijklmnopqrstuvwxyz{}|^")


def fold(name: str) -> str:
    """Return the form in which equal names are equal (CASEMAPPING=rfc1459)."""
    return name.translate(_RFC1459)


@dataclass(eq=False)
class Channel:
    """A channel while somebody is in it."""

    name: str
    topic: str = ""
    topic_by: str = ""
    modes: set[str] = field(default_factory=lambda: {"n", "t"})
    key: str = ""
    status: dict[Client, set[str]] = field(default_factory=dict)
    "members and their status letters"
    made: int = field(default_factory=lambda: int(time.time()))

    def sign(self, client: Client, *, every: bool = False) -> str:
        """Return a member's prefix, or with multi-prefix all of them."""
        signs = "".join(sign for sign, letter in (("@", "o"), ("+", "v")) if letter in self.status[client])
        return signs if every else signs[:1]


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: Ircd) -> None:
        """Belong to a server; the socket comes later."""
        self.server = server
        self.nick = ""
        self.user = ""
        self.realname = ""
        self.host = "127.0.0.1"
        self.caps: set[str] = set()
        self.negotiating = False
        self.registered = False
        self.channels: dict[str, Channel] = {}
        self.transport: asyncio.Transport | None = None
        self._rest = b""

    @property
    def mask(self) -> str:
        """Return `nick!user@host`."""
        return f"{self.nick}!{self.user}@{self.host}"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the server's clients."""
        self.transport = transport if isinstance(transport, asyncio.Transport) else None
        peer = transport.get_extra_info("peername")
        self.host = peer[0] if peer and ":" not in peer[0] else "localhost"
        self.server.connections.add(self)
        if self.server.is_stopped and self.transport is not None:  # it was let in while the door was being closed
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take lines; CR and LF both end one, as in every server of this family."""
        *lines, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if line and self.transport is not None:
                self.server.take(self, line.decode(errors="replace"))
        if len(self._rest) > _LONGEST:
            self._rest = b""

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave."""
        self.server.leave(self, str(exc) if exc else "Connection closed")
        self.server.connections.discard(self)

    def send(self, line: str) -> None:
        """Write one line."""
        if self.transport is not None:
            self.transport.write(line.encode(errors="replace") + b"\r\n")

    def say(self, numeric: str, *params: str) -> None:
        """Write a numeric reply; the last parameter is the trailing one."""
        words = " ".join(params[:-1])
        self.send(f":{self.server.name} {numeric} {self.nick or '*'} {words + ' ' if words else ''}:{params[-1]}")

    def close(self) -> None:
        """Hang up after what is written."""
        if self.transport is not None:
            self.transport.close()
            self.transport = None


class Ircd:
    """The server. `start` binds and returns the port, `stop` ends it and all connections."""

    name = NAME
    caps: Mapping[str, str] = {"multi-prefix": ""}
    isupport: tuple[str, ...] = (
        "CASEMAPPING=rfc1459",
        "CHANTYPES=#",
        "STATUSMSG=@+",
        "PREFIX=(ov)@+",
        "CHANMODES=b,k,,imnt",
        "NICKLEN=30",
        "CHANNELLEN=50",
        "NETWORK=demo",
    )
    client_class: type[Client] = Client

    def __init__(self) -> None:
        """Start empty."""
        self.connections: set[Client] = set()
        self.clients: dict[str, Client] = {}
        self.channels: dict[str, Channel] = {}
        self.is_stopped = False
        self._server: asyncio.Server | None = None
        self._pings: asyncio.Task[None] | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, tls: ssl.SSLContext | None = None) -> int:
        """Listen, encrypted if a context is given, and return the port; 0 means any free one."""
        loop = asyncio.get_running_loop()
        self.is_stopped = False
        self._server = await loop.create_server(lambda: self.client_class(self), host, port, ssl=tls)
        self._pings = asyncio.create_task(self._ping_everybody())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the door and all connections."""
        self.is_stopped = True
        if self._pings is not None:
            self._pings.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pings
        if self._server is not None:
            self._server.close()
        transports = [client.transport for client in self.connections if client.transport is not None]
        for client in list(self.connections):
            client.close()
        if self._server is not None:
            await self._server.wait_closed()
        await asyncio.sleep(0)  # lets the transports call connection_lost while the loop still runs
        for transport in transports:  # what a client does not read is not waited for
            transport.abort()
        await asyncio.sleep(0)

    async def _ping_everybody(self) -> None:
        while True:
            await asyncio.sleep(_PING_AFTER)
            for client in self.connections:
                client.send(f"PING :{self.name}")

    # Lines

    def take(self, client: Client, line: str) -> None:
        """Handle one line of a client."""
        if line.startswith("@"):
            line = line.partition(" ")[2]
        if line.startswith(":"):
            line = line.partition(" ")[2]
        middle, colon, trailing = line.lstrip(" ").partition(" :")
        command, *params = [word for word in middle.split(" ") if word] or [""]
        if colon:
            params.append(trailing)
        if command:
            self.handle(client, command.upper(), params)

    def handle(self, client: Client, command: str, params: list[str]) -> None:
        """Handle one command."""
        rule = self.commands.get(command)
        if rule is None:
            client.say("421", command, "Unknown command")
            return
        step, needed, before = rule
        if not before and not client.registered:
            client.say("451", "You have not registered")
        elif len(params) < needed:
            client.say("461", command, "Not enough parameters")
        else:
            step(self, client, params)

    def find(self, nick: str) -> Client | None:
        """Return the registered client of a nick."""
        return self.clients.get(fold(nick))

    def tell(self, clients: Iterable[Client], line: str) -> None:
        """Write a line to several, each once."""
        for client in set(clients):
            client.send(line)

    def around(self, client: Client) -> set[Client]:
        """Return everybody who shares a channel with a client, and the client."""
        return {client}.union(*(channel.status for channel in client.channels.values()))

    # Registration

    def _cap(self, client: Client, params: list[str]) -> None:
        match params[0].upper():
            case "LS":
                client.negotiating = not client.registered
                words = " ".join(f"{name}={value}" if value else name for name, value in self.caps.items())
                client.send(f":{self.name} CAP {client.nick or '*'} LS :{words}")
            case "LIST":
                client.send(f":{self.name} CAP {client.nick or '*'} LIST :{' '.join(sorted(client.caps))}")
            case "REQ":
                client.negotiating = not client.registered
                self._request(client, params[1] if len(params) > 1 else "")
            case "END":
                client.negotiating = False
                self.register(client)
            case other:
                client.say("410", other, "Invalid CAP command")

    def _request(self, client: Client, words: str) -> None:
        names = words.split()
        known = all(name.lstrip("-") in self.caps for name in names)
        if known:
            client.caps |= {name for name in names if name[0] != "-"}
            client.caps -= {name[1:] for name in names if name[0] == "-"}
        client.send(f":{self.name} CAP {client.nick or '*'} {'ACK' if known else 'NAK'} :{words}")

    def _pass(self, client: Client, params: list[str]) -> None:
        """Take any password: there is none."""

    def _nick(self, client: Client, params: list[str]) -> None:
        nick = params[0] if params else ""
        if not _NICK.fullmatch(nick):
            client.say("432", nick or "*", "Erroneous nickname")
        elif self.find(nick) not in {None, client}:
            client.say("433", nick, "Nickname is already in use")
        elif client.registered:
            self.tell(self.around(client), f":{client.mask} NICK :{nick}")
            del self.clients[fold(client.nick)]
            client.nick = nick
            self.clients[fold(nick)] = client
        else:
            client.nick = nick
            self.register(client)

    def _user(self, client: Client, params: list[str]) -> None:
        if client.registered:
            client.say("462", "You may not reregister")
            return
        client.user, client.realname = re.sub(r"[^\w.-]", "", params[0])[:10] or "user", params[3]
        self.register(client)

    def register(self, client: Client) -> None:
        """Welcome a client that has said all it has to."""
        if client.registered or client.negotiating or not (client.nick and client.user):
            return
        if self.find(client.nick) is not None:
            client.say("433", client.nick, "Nickname is already in use")
            client.nick = ""
            return
        client.registered = True
        self.clients[fold(client.nick)] = client
        self.welcome(client)

    def welcome(self, client: Client) -> None:
        """Say 001 to 005 and that there is no message of the day."""
        client.say("001", f"Welcome to the demo, {client.mask}")
        client.say("002", f"Your host is {self.name}")
        client.say("003", "This server was started a moment ago")
        client.send(f":{self.name} 004 {client.nick} {self.name} cloudbot-demo i imntkov")
        client.say("005", *self.isupport, "are supported by this server")
        self._motd(client, [])

    def _motd(self, client: Client, params: list[str]) -> None:
        del params
        client.say("422", "There is no message of the day")

    # Life of a connection

    def _ping(self, client: Client, params: list[str]) -> None:
        client.send(f":{self.name} PONG {self.name} :{params[0]}")

    def _ignore(self, client: Client, params: list[str]) -> None:
        """Take note of nothing: PONG, and what a client sends without need."""

    def _quit(self, client: Client, params: list[str]) -> None:
        reason = f"Quit: {params[0]}" if params else "Quit"
        self.leave(client, reason)
        client.send(f"ERROR :Closing link: {reason}")
        client.close()

    def leave(self, client: Client, reason: str) -> None:
        """Take a client out of everything and tell who saw it."""
        if self.clients.get(fold(client.nick)) is not client:
            return
        self.tell(self.around(client) - {client}, f":{client.mask} QUIT :{reason}")
        for channel in list(client.channels.values()):
            self._drop(client, channel)
        del self.clients[fold(client.nick)]

    def _drop(self, client: Client, channel: Channel) -> None:
        channel.status.pop(client, None)
        client.channels.pop(fold(channel.name), None)
        if not channel.status:
            self.channels.pop(fold(channel.name), None)

    # Channels

    def _join(self, client: Client, params: list[str]) -> None:
        keys = iter(params[1].split(",") if len(params) > 1 else ())
        for name in params[0].split(","):
            key = next(keys, "")
            if name == "0":
                for channel in list(client.channels.values()):
                    self._part(client, [channel.name])
            elif not _CHANNEL.fullmatch(name):
                client.say("403", name or "*", "No such channel")
            elif fold(name) not in client.channels:
                self._enter(client, name, key)

    def _enter(self, client: Client, name: str, key: str) -> None:
        channel = self.channels.get(fold(name)) or Channel(name)
        if channel.key and key != channel.key:
            client.say("475", channel.name, "Cannot join channel (+k)")
            return
        if "i" in channel.modes:
            client.say("473", channel.name, "Cannot join channel (+i)")
            return
        self.channels[fold(name)] = channel
        channel.status[client] = set() if channel.status else {"o"}
        client.channels[fold(name)] = channel
        self.tell(channel.status, f":{client.mask} JOIN {channel.name}")
        if channel.topic:
            client.say("332", channel.name, channel.topic)
        self._names(client, [channel.name])

    def _part(self, client: Client, params: list[str]) -> None:
        for name in params[0].split(","):
            channel = self._own(client, name)
            if channel is not None:
                reason = f" :{params[1]}" if len(params) > 1 else ""
                self.tell(channel.status, f":{client.mask} PART {channel.name}{reason}")
                self._drop(client, channel)

    def _own(self, client: Client, name: str) -> Channel | None:
        channel = self.channels.get(fold(name))
        if channel is None:
            client.say("403", name or "*", "No such channel")
        elif client not in channel.status:
            client.say("442", channel.name, "You're not on that channel")
            return None
        return channel

    def _kick(self, client: Client, params: list[str]) -> None:
        channel = self._led(client, params[0])
        victim = self.find(params[1])
        if channel is None:
            return
        if victim is None or victim not in channel.status:
            client.say("441", params[1], channel.name, "They aren't on that channel")
            return
        reason = params[2] if len(params) > 2 else client.nick  # noqa: PLR2004 - channel, nick, reason
        self.tell(channel.status, f":{client.mask} KICK {channel.name} {victim.nick} :{reason}")
        self._drop(victim, channel)

    def _led(self, client: Client, name: str) -> Channel | None:
        channel = self._own(client, name)
        if channel is not None and "o" not in channel.status[client]:
            client.say("482", channel.name, "You're not channel operator")
            return None
        return channel

    def _topic(self, client: Client, params: list[str]) -> None:
        channel = self._own(client, params[0])
        if channel is None:
            return
        if len(params) == 1:
            client.say(*(("332", channel.name, channel.topic) if channel.topic else ("331", channel.name, "No topic")))
        elif "t" not in channel.modes or self._led(client, params[0]) is not None:
            channel.topic, channel.topic_by = params[1][:390], client.nick
            self.tell(channel.status, f":{client.mask} TOPIC {channel.name} :{channel.topic}")

    def _names(self, client: Client, params: list[str]) -> None:
        for name in params[0].split(",") if params else list(client.channels):
            channel = self.channels.get(fold(name))
            every = "multi-prefix" in client.caps
            members = sorted(channel.status, key=lambda member: fold(member.nick)) if channel is not None else []
            shown = channel.name if channel is not None else name
            for start in range(0, len(members), 12):
                some = members[start : start + 12]
                names = [f"{channel.sign(one, every=every)}{one.nick}" for one in some] if channel is not None else []
                client.say("353", "=", shown, " ".join(names))
            client.say("366", shown, "End of NAMES list")

    def _mode(self, client: Client, params: list[str]) -> None:
        if not params[0].startswith("#"):
            if len(params) == 1:
                client.say("221", "+")
            return
        channel = self.channels.get(fold(params[0]))
        if channel is None:
            client.say("403", params[0], "No such channel")
        elif len(params) == 1:
            client.send(f":{self.name} 324 {client.nick} {channel.name} +{''.join(sorted(channel.modes))}")
            client.say("329", channel.name, str(channel.made))
        elif params[1].lstrip("+") == "b":
            client.say("368", channel.name, "End of channel ban list")
        elif self._led(client, params[0]) is not None:
            self._change(client, channel, params[1], list(params[2:]))

    def _change(self, client: Client, channel: Channel, changes: str, arguments: list[str]) -> None:
        sign, done, used = "+", "", []
        for letter in changes:
            if letter in "+-":
                sign = letter
                continue
            argument = arguments.pop(0) if letter in "ovk" and arguments else ""
            if self._set(client, channel, sign + letter, argument):
                done += sign + letter
                used += [argument] if argument else []
        if done:
            self.tell(channel.status, " ".join([f":{client.mask} MODE {channel.name} {done}", *used]))

    def _set(self, client: Client, channel: Channel, change: str, argument: str) -> bool:
        adding, letter = change[0] == "+", change[1]
        if letter in "ov":
            member = self.find(argument)
            if member is None or member not in channel.status:
                client.say("441", argument or "*", channel.name, "They aren't on that channel")
                return False
            (channel.status[member].add if adding else channel.status[member].discard)(letter)
        elif letter == "k":
            channel.key = argument if adding else ""
            (channel.modes.add if channel.key else channel.modes.discard)("k")
        elif letter in "imnt":
            (channel.modes.add if adding else channel.modes.discard)(letter)
        else:
            client.say("472", letter, "is unknown mode char to me")
            return False
        return True

    # Talk

    def _privmsg(self, client: Client, params: list[str]) -> None:
        self.message(client, "PRIVMSG", params)

    def _notice(self, client: Client, params: list[str]) -> None:
        self.message(client, "NOTICE", params)

    def message(self, client: Client, command: str, params: list[str]) -> None:
        """Pass a message on. A NOTICE is never answered by an error, RFC 2812 section 3.3.2."""
        for target in params[0].split(","):
            refusal = self._pass_on(client, command, target, params[1])
            if refusal and command == "PRIVMSG":
                client.say(*refusal)

    def _pass_on(self, client: Client, command: str, target: str, text: str) -> tuple[str, ...]:
        if not text:
            return ("412", "No text to send")
        bare = target.lstrip("@+")
        signs = target[: len(target) - len(bare)]
        channel = self.channels.get(fold(bare))
        if channel is not None:
            if not self.may_speak(client, channel):
                return ("404", channel.name, "Cannot send to channel")
            others = {one for one in channel.status if one is not client and (not signs or channel.sign(one))}
            self.tell(others, f":{client.mask} {command} {signs}{channel.name} :{text}")
            return ()
        person = self.find(target)
        if person is None:
            return ("401", target, "No such nick/channel")
        person.send(f":{client.mask} {command} {person.nick} :{text}")
        return ()

    def may_speak(self, client: Client, channel: Channel) -> bool:
        """Decide by the modes n and m."""
        if client not in channel.status:
            return "n" not in channel.modes
        return "m" not in channel.modes or bool(channel.status[client])

    # Questions

    def _who(self, client: Client, params: list[str]) -> None:
        mask = params[0] if params else "*"
        channel = self.channels.get(fold(mask))
        person = self.find(mask)
        members = list(channel.status) if channel is not None else [person] if person is not None else []
        for one in members:
            sign = channel.sign(one) if channel is not None else ""
            client.say(
                "352", mask if channel is not None else "*", one.user, one.host, self.name, one.nick, f"H{sign}",
                f"0 {one.realname}",
            )  # fmt: skip
        client.say("315", mask, "End of WHO list")

    def _whois(self, client: Client, params: list[str]) -> None:
        nick = params[-1]
        person = self.find(nick)
        if person is None:
            client.say("401", nick, "No such nick")
        else:
            client.say("311", person.nick, person.user, person.host, "*", person.realname)
            self.whois_more(client, person)
            client.say("312", person.nick, self.name, "demo")
        client.say("318", nick, "End of WHOIS list")

    def whois_more(self, client: Client, person: Client) -> None:
        """Add lines to a WHOIS; a server with services says 330 or 307 here."""

    def _ison(self, client: Client, params: list[str]) -> None:
        found = [self.find(nick) for word in params for nick in word.split()]
        client.say("303", " ".join(one.nick for one in found if one is not None))

    def _userhost(self, client: Client, params: list[str]) -> None:
        found = [self.find(nick) for nick in params]
        client.say("302", " ".join(f"{one.nick}=+{one.user}@{one.host}" for one in found if one is not None))

    def _list(self, client: Client, params: list[str]) -> None:
        del params
        client.say("321", "Channel", "Users  Name")
        for channel in self.channels.values():
            client.say("322", channel.name, str(len(channel.status)), channel.topic)
        client.say("323", "End of LIST")

    commands: ClassVar[Mapping[str, tuple[Callable[[Ircd, Client, list[str]], None], int, bool]]] = {
        # command: what happens, how many parameters it needs, whether it counts before the welcome
        "CAP": (_cap, 1, True),
        "PASS": (_pass, 0, True),
        "NICK": (_nick, 0, True),
        "USER": (_user, 4, True),
        "PING": (_ping, 1, True),
        "PONG": (_ignore, 0, True),
        "QUIT": (_quit, 0, True),
        "AWAY": (_ignore, 0, False),
        "MOTD": (_motd, 0, False),
        "JOIN": (_join, 1, False),
        "PART": (_part, 1, False),
        "KICK": (_kick, 2, False),
        "TOPIC": (_topic, 1, False),
        "NAMES": (_names, 0, False),
        "MODE": (_mode, 1, False),
        "PRIVMSG": (_privmsg, 2, False),
        "NOTICE": (_notice, 2, False),
        "WHO": (_who, 0, False),
        "WHOIS": (_whois, 1, False),
        "ISON": (_ison, 1, False),
        "USERHOST": (_userhost, 1, False),
        "LIST": (_list, 0, False),
    }
