"""Being known to the services: what is said to them, and by which signs they show that they recognise the bot.

The signs are user mode +r or +R, 900, and a NOTICE from the services' configured host. A user who is merely called
NickServ says nothing here.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.message import compose
from cloudbot.adapters.irc.tracker import signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cloudbot.adapters.irc.around import Around
    from cloudbot.adapters.irc.identity import Identity
    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.tracker import Tracker

_RECOGNISED = re.compile(
    r"now (?:identified|recogni[sz]ed|logged in)|password accepted|matching client certificate|successfully identified",
    re.IGNORECASE,
)
_ASKED_TO_IDENTIFY = re.compile(r"nick(?:name)? is registered|please identify|identify via", re.IGNORECASE)
_FIELD = re.compile(r"\{(nick|account|password|channel)\}")
_PAUSE = 60.0  # seconds between two IDENTIFY: services count wrong passwords


class Recognition:
    """One connection's standing with the services."""

    def __init__(
        self, around: Around, tracker: Tracker, identity: Identity, *, send: Callable[[Iterable[str]], None]
    ) -> None:
        """Take the connection's state and its way out."""
        self._around, self._settings = around, around.settings
        self._tracker, self._identity, self._send = tracker, identity, send
        self._next_identify = 0.0
        self.identified = False
        self.on_recognised: Callable[[], None] = lambda: None
        "called when the services begin to know us"

    def identify(self) -> bool:
        """Say the identify command, at most once a minute and only with a password; True if it was said."""
        now = asyncio.get_running_loop().time()
        if not self._around.password or now < self._next_identify:
            return False
        self._next_identify = now + _PAUSE
        return self.say(self._settings.services, self._settings.identify)

    def say(self, services: str, template: str, *, channel: str = "") -> bool:
        """Say one of the configured commands, unless it is empty or needs a password that is not there."""
        if not template or ("{password}" in template and not self._around.password):
            return False
        values = {
            "nick": self._settings.nick,
            "account": self._settings.account or self._settings.nick,
            "password": self._around.password,
            "channel": channel,
        }
        text = _FIELD.sub(lambda match: values[match[1]], template)
        self._send([compose("PRIVMSG", services, trailing=text)])
        return True

    def recognised(self) -> None:
        """Note that the services know us. Our host may have become a cloak, of which some servers tell nothing."""
        self.identified = True
        self._around.note("identity", "")
        self._send([compose("USERHOST", self._tracker.nick)])
        self.on_recognised()
        self._around.changed()

    def steps(self) -> Mapping[str, Callable[[Message], None]]:
        """Return what to call for which message."""
        return {"901": self._logged_out, "MODE": self._mode, "NOTICE": self._notice}

    def _logged_out(self, message: Message) -> None:
        del message
        self.identified = False

    def _mode(self, message: Message) -> None:
        if not self._tracker.is_me(message.param(0)):
            return
        for sign, letter in signed(message.param(1)):
            if letter in "rR" and sign == "+" and not self.identified:
                self.recognised()
            elif letter in "rR" and sign == "-":
                self.identified = False

    def _notice(self, message: Message) -> None:
        if not self._identity.is_services(message):
            return
        if _RECOGNISED.search(message.param(1)):
            self.recognised()
        elif _ASKED_TO_IDENTIFY.search(message.param(1)) and not self.identified:
            self.identify()
