"""One connection from its first line to its end: who gets to see which message, and in which order.

Everything here is void when the connection ends. The parts decide and speak; this module hands them messages and time.
It never raises because of what a server said: `connection` keeps such errors to their line.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Literal

import structlog

from cloudbot.adapters.irc.connection import Connection
from cloudbot.adapters.irc.ctcp import is_ctcp
from cloudbot.adapters.irc.deliveries import Deliveries
from cloudbot.adapters.irc.hearing import Hearing
from cloudbot.adapters.irc.identity import Identity
from cloudbot.adapters.irc.isupport import Support
from cloudbot.adapters.irc.message import bare, compose, is_addressable
from cloudbot.adapters.irc.movements import Movements
from cloudbot.adapters.irc.outgoing import Outgoing
from cloudbot.adapters.irc.presence import Presence
from cloudbot.adapters.irc.recognition import Recognition
from cloudbot.adapters.irc.regain import Regain
from cloudbot.adapters.irc.registration import Plan, Registration
from cloudbot.adapters.irc.tls import TlsTrouble, check_pins, fingerprints
from cloudbot.adapters.irc.tracker import Tracker
from cloudbot.adapters.irc.venues import Venues
from cloudbot.adapters.irc.watchdog import Watchdog

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from cloudbot.adapters.irc.around import Around
    from cloudbot.adapters.irc.message import Message
    from cloudbot.core.speech import Proof

log = structlog.get_logger()

Stage = Literal["registering", "identifying", "ready"]

_PROOF_TIMEOUT = 10.0
_GOODBYE = 0.7  # seconds to wait for the server after QUIT
_PULSE = 1.0


class Session:
    """The parts of one connection."""

    def __init__(self, around: Around, plan: Plan) -> None:
        """Prepare; `open` connects."""
        settings = around.settings
        self._around, self._settings = around, settings
        self._loop = asyncio.get_running_loop()
        self.support = Support()
        around.joins.fold = self.support.fold
        self.tracker = Tracker(self.support, settings.nick)
        self.registration = Registration(plan)
        self.connection = Connection(
            on_made=self._made, on_message=self._take, on_room=self._room, redactor=around.redactor
        )
        self.outgoing = Outgoing(self.connection, settings, self.support, self.tracker, around.redactor)
        self.identity = Identity(self.support, self.tracker, self.registration.enabled, settings)
        self.recognition = Recognition(around, self.tracker, self.identity, send=self._send)
        self.recognition.on_recognised = self._recognised
        self.deliveries = Deliveries(
            self.support,
            self.tracker,
            self.outgoing,
            self.recognition,
            joins=around.joins,
            enabled=self.registration.enabled,
        )
        self.deliveries.on_ison = self._looked
        self._presence = Presence(around, self.support, self.tracker, self.outgoing, self.recognition)
        venues = Venues(settings.network, self.support, settings.channels)
        self._hearing = Hearing(venues, self.support, self.tracker, self.identity)
        self._movements = Movements(venues, self.tracker, moved=around.moved, clock=around.clock)
        self._regain = Regain(settings.nick, every=settings.regain_every, same=self.support.same)
        self._began = self._loop.time()
        self._watchdog = Watchdog(silence=settings.silence, dead_after=settings.dead_after, now=self._began)
        self._deadline = self._began + settings.register_timeout
        self._timer: asyncio.TimerHandle | None = None
        self._steps = self._table()
        self.stage: Stage = "registering"
        self.error = ""
        "what the server said in ERROR, for the pause before the next connection"

    def _table(self) -> Mapping[str, Callable[[Message], None]]:
        return {
            "PING": self._ping,
            "ERROR": self._error,
            "001": self._welcome,
            "005": self._isupport,
            "376": self._greeted,
            "422": self._greeted,
            "900": self._logged_in,
            "903": self._logged_in,
            "BATCH": self._hearing.batch,
            "FAIL": self._standard_reply,
            "WARN": self._standard_reply,
            "NOTE": self._standard_reply,
            **self.recognition.steps(),
            **self._presence.steps(),
            **self.deliveries.steps(),
        }

    # Beginning and end

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Connect; the registration runs by itself from here."""
        async with asyncio.timeout(self._settings.connect_timeout):
            await self.connection.open(host, port, tls)

    def _made(self, connection: Connection) -> None:
        try:
            check_pins(connection.certificate, self._settings.pins)
        except TlsTrouble as trouble:
            self._around.note("pin", str(trouble))
            self.end(str(trouble))
            return
        self._began = self._loop.time()
        self._deadline = self._began + self._settings.register_timeout
        self._tick()
        self._send(self.registration.start())

    def end(self, why: str) -> None:
        """End the connection for a reason of ours."""
        self.connection.disconnect(why)

    def over(self, why: str) -> None:
        """Settle everything that waits; the connection has ended."""
        if self._timer is not None:
            self._timer.cancel()
        self.outgoing.stop()
        self._movements.over(why)
        self.deliveries.lose(why)
        self.identity.forget_all()

    async def quit(self) -> None:
        """Say goodbye and wait for the server to close, at most most of a second."""
        if self.connection.connected:
            self.outgoing.urgent([compose("QUIT", trailing=self._settings.quit_message)])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self.connection.ended), _GOODBYE)
        self.end("stopped")
        self.connection.abort()

    # Time

    def _tick(self) -> None:
        if self.connection.ended.done():
            return
        self._timer = self._loop.call_later(self._pulse(), self._tick)  # first, so that no fault below stops the clock
        now = self._loop.time()
        self._watchdog.heard(self.connection.heard_at)
        match self._watchdog.verdict(now):
            case "dead":
                self.end("no sign of life from the server")
                self.connection.abort()  # there is nobody to whom the rest could be written
                return
            case "ask":
                self.outgoing.urgent(["PING :alive"])
        self._check_deadlines(now)
        if self.stage == "ready":
            self._look_after(now)

    def _pulse(self) -> float:
        settings = self._settings
        shortest = min(settings.silence, settings.dead_after, settings.regain_every, settings.rejoin_delay)
        return min(_PULSE, shortest / 4, settings.join_retry / 4, settings.identify_timeout / 4)

    def _check_deadlines(self, now: float) -> None:
        if self.stage == "registering":
            if now - self._began > self._settings.sasl_timeout:
                self._send(self.registration.overdue())
            if now > self._deadline:
                self.end("registration took too long")
        elif self.stage == "identifying" and now > self._deadline:
            self._around.note("identity", f"the services did not recognise the bot in time; {self._hint()}")
            self._ready()

    def _hint(self) -> str:
        """Say what the operator can do, with the fingerprint to paste; OFTC wants the SHA-1."""
        if self._settings.certificate is None:
            return "is its password right and its nick verified?"
        sha1 = fingerprints(self._settings.certificate)["sha1"]
        return f"is its nick verified, and its certificate known? CERT ADD {sha1}"

    def _look_after(self, now: float) -> None:
        self._presence.look_after(now)
        lines, ask_services = self._regain.due(self.tracker.nick, now, monitor=self.support.has("MONITOR"))
        self.deliveries.isons.extend(None for line in lines if line.startswith("ISON"))
        self.outgoing.urgent(lines)  # not queued, so that answers to ISON come in the order noted
        if ask_services:
            self.recognition.say(self._settings.services, self._settings.regain)
        ours = self.support.same(self.tracker.nick, self._settings.nick)
        self._around.note("nick", "" if ours else f"the nick is {self.tracker.nick}, not {self._settings.nick}")

    # Messages

    def _take(self, message: Message) -> None:
        if self._settings.trace:
            params = [self._around.redactor.line(param) for param in message.params]
            log.debug("irc.in", network=self._settings.network, command=message.command, params=params)
        if message.command == "PRIVMSG":  # nine messages of ten
            self._said(message)
            return
        if not self._registered(message):
            return
        before = self.tracker.nick
        self._follow(message, self._loop.time())
        self.deliveries.note_refusal(message)
        self._presence.note_refusal(message)
        step = self._steps.get(message.command)
        if step is not None:
            step(message)
        if before != self.tracker.nick:
            self._around.changed()

    def _registered(self, message: Message) -> bool:
        """Let the registration see what concerns it; False if this ended the connection."""
        if self.stage == "registering" or message.command in {"CAP", "AUTHENTICATE"} or message.command[:2] == "90":
            self._send(self.registration.see(message))
            if self.registration.failure:
                self.end(self.registration.failure)
                return False
        return True

    def _follow(self, message: Message, now: float) -> None:
        """Let everything that keeps state see the message; who goes is told of while it is known from where."""
        self._movements.see(message)
        gained = self._regain.see(message, self.tracker.nick)
        if message.command == "JOIN":  # an account counts for longer if its owner is in a channel of ours
            self.tracker.see(message)
            self.identity.see(message, now)
        else:  # and whoever leaves is forgotten while it is still known from where
            self.outgoing.ask(self.identity.see(message, now))
            self.tracker.see(message)
        if self.stage == "ready":
            self.outgoing.ask(gained)

    def _send(self, lines: Iterable[str]) -> None:
        self.outgoing.urgent(lines, free=self.stage == "registering")  # servers do not count before the welcome

    def _said(self, message: Message) -> None:
        text = message.param(1)
        at = self._around.clock()
        if is_ctcp(text):
            self._ctcp(message, text, at)
        heard = self._hearing.heard(message, at, self._loop.time())
        if heard is not None:
            self._around.hear(heard)

    def _ctcp(self, message: Message, text: str, at: datetime) -> None:
        if message.from_server or self.tracker.is_me(message.nick) or not is_addressable(message.nick):
            return
        reply = self._around.ctcp.answer(text, at=at, now=self._loop.time())
        if reply is not None:
            self.outgoing.ask([compose("NOTICE", message.nick, trailing=reply)])

    def _ping(self, message: Message) -> None:
        self._send([f"PONG :{bare(message.last)}"])

    def _error(self, message: Message) -> None:
        self.error = message.last
        log.warning("irc.error", network=self._settings.network, said=self._around.redactor.line(self.error))
        self.end(self.error or "the server said ERROR")  # not every server closes after it

    def _standard_reply(self, message: Message) -> None:
        words = self._around.redactor.line(" ".join(message.params))
        log.warning("irc.standard_reply", network=self._settings.network, said=words)
        if message.command == "FAIL":
            self._around.note("server", words)
            if message.param(0) in {"PRIVMSG", "NOTICE", "TOPIC"}:
                self.deliveries.note_failure(message)

    def _looked(self, online: str) -> None:
        self.outgoing.ask(self._regain.looked(online, self.tracker.nick))

    def _room(self) -> None:
        self.outgoing.pump()

    # Stages

    def _welcome(self, message: Message) -> None:
        if is_addressable(message.param(0)):  # some servers send nothing there, and no server a nick with a blank
            self.tracker.nick = message.param(0)

    def _isupport(self, message: Message) -> None:
        self.support.load(message.params)
        self.connection.limit = self.support.line_length - 2

    def _greeted(self, message: Message) -> None:
        """The greeting is complete (376, 422): identify if that is still to be done, then join."""
        del message
        if self.stage != "registering" or self.registration.state != "welcomed":
            return
        for trouble in ("pin", "certificate"):
            self._around.note(trouble, "")
        if "sts" in self.registration.offered:
            self._around.learn_policy(self.registration.offered["sts"])
        if self.support.bot_mode:
            self._send([compose("MODE", self.tracker.nick, f"+{self.support.bot_mode}")])
        self._send([compose("USERHOST", self.tracker.nick)])
        self.recognition.identified = self.recognition.identified or self.registration.is_authenticated
        if self.recognition.identified or not (self.recognition.identify() or self._settings.certificate):
            self._ready()
            return
        self.stage = "identifying"
        self._deadline = self._loop.time() + self._settings.identify_timeout
        self._around.changed()

    def _ready(self) -> None:
        self.stage = "ready"
        self._presence.begin()
        self._around.changed()
        self._look_after(self._loop.time())

    def _recognised(self) -> None:
        if self.stage == "identifying":
            self._ready()
        elif self.stage == "ready":
            self._presence.retry()

    def _logged_in(self, message: Message) -> None:
        """Take 900, and 903 of a SASL that came by CAP NEW."""
        believed = message.command == "900" or self.registration.is_authenticated
        # Before the welcome only the registration knows whether to believe it.
        if self.stage != "registering" and believed and not self.recognition.identified:
            self.recognition.recognised()

    # What the network asks

    async def prove(self, nick: str) -> Proof | None:
        """Return the account behind a nick, asking the server if it is not known."""
        known = self.identity.known(nick, self._loop.time())
        if known is not None:
            return known.proof
        answer, lines = self.identity.ask(nick)
        self.outgoing.ask(lines)
        try:
            return await asyncio.wait_for(asyncio.shield(answer), _PROOF_TIMEOUT)
        except TimeoutError:
            self.outgoing.ask(self.identity.give_up(nick, self._loop.time()))
            return None
