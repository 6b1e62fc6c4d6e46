"""Getting our nick back from whoever has it: MONITOR where there is one, else ISON, and a word to the services. Pure.

It asks rarely (OFTC limits nick changes) and tells nobody but the operator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.adapters.irc.message import Message

_SERVICES_EVERY = 10  # rounds of looking between two words to the services


class Regain:
    """Watches over one nick on one connection."""

    def __init__(self, wanted: str, *, every: float, same: Callable[[str, str], bool]) -> None:
        """Take the nick, the seconds between looks and the network's comparison of nicks."""
        self._wanted = wanted
        self._every = every
        self._same = same
        self._next = 0.0
        self._rounds = 0
        self._monitoring = False

    def due(self, nick: str, now: float, *, monitor: bool) -> tuple[list[str], bool]:
        """Return what to send now, and whether the services should be asked for the nick."""
        if self._same(nick, self._wanted):
            return self._contented(), False
        if now < self._next:
            return [], False
        self._next = now + self._every
        ask_services = self._rounds % _SERVICES_EVERY == 0
        self._rounds += 1
        if not monitor:
            return [f"ISON {self._wanted}"], ask_services
        if self._monitoring:
            return [], ask_services
        self._monitoring = True
        return [f"MONITOR + {self._wanted}"], ask_services

    def _contented(self) -> list[str]:
        self._rounds, self._next = 0, 0.0
        if self._monitoring:
            self._monitoring = False
            return [f"MONITOR - {self._wanted}"]
        return []

    def see(self, message: Message, nick: str) -> list[str]:
        """Take the nick at the moment it becomes free."""
        if self._same(nick, self._wanted):
            return []
        left = message.command in {"QUIT", "NICK"} and self._same(message.nick, self._wanted)
        offline = message.command == "731" and any(
            self._same(name.partition("!")[0], self._wanted) for name in message.param(1).split(",")
        )
        return [f"NICK {self._wanted}"] if left or offline else []

    def looked(self, online: str, nick: str) -> list[str]:
        """Take the nick if the answer to our ISON does not list it."""
        if self._same(nick, self._wanted) or any(self._same(name, self._wanted) for name in online.split()):
            return []
        return [f"NICK {self._wanted}"]
