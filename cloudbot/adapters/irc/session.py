"""One connection from its first line to its end: who gets to see which message, and what is sent on it.

Everything here is void when the connection ends. The parts decide; this module hands messages to them in order and
sends what they return. It never raises because of what a server said: `connection` keeps such errors to their line.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

import structlog

from cloudbot.adapters.irc import fences, joins
from cloudbot.adapters.irc.connection import Connection
from cloudbot.adapters.irc.ctcp import Ctcp, is_ctcp
from cloudbot.adapters.irc.fences import Fence, Fences
from cloudbot.adapters.irc.hearing import Hearing
from cloudbot.adapters.irc.identity import Identity
from cloudbot.adapters.irc.isupport import Support
from cloudbot.adapters.irc.joins import Joins
from cloudbot.adapters.irc.message import bare, compose
from cloudbot.adapters.irc.outgoing import Outgoing, Unspeakable
from cloudbot.adapters.irc.redact import Redactor
from cloudbot.adapters.irc.regain import Regain
from cloudbot.adapters.irc.registration import Plan, Registration
from cloudbot.adapters.irc.settings import Settings
from cloudbot.adapters.irc.tls import TlsTrouble, check_pins
from cloudbot.adapters.irc.tracker import WHOX_TOKEN, Tracker, signed
from cloudbot.adapters.irc.watchdog import Watchdog
from cloudbot.core.ports import Outcome, Permanent, Transient
from cloudbot.core.speech import Heard

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping

    from cloudbot.adapters.irc.message import Message
    from cloudbot.core.speech import Proof

log = structlog.get_logger()

Stage = Literal["registering", "identifying", "ready"]

_RECOGNISED = re.compile(
    r"now (?:identified|recogni[sz]ed|logged in)|password accepted|matching client certificate|successfully identified",
    re.IGNORECASE,
)
_ASKED_TO_IDENTIFY = re.compile(r"nick(?:name)? is registered|please identify|identify via", re.IGNORECASE)
_IDENTIFY_PAUSE = 60.0
_WHO_PAUSE = 2.0  # hybrid answers one WHO a second and 263 to more
_PROOF_TIMEOUT = 10.0
_TICK = 1.0


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a session is given and what outlives it."""

    settings: Settings
    hear: Callable[[Heard], None]
    clock: Callable[[], datetime]
    joins: Joins
    ctcp: Ctcp
    redactor: Redactor
    note: Callable[[str, str], None]
    "a topic and what the operator should know about it; empty text takes the note back"
    changed: Callable[[], None]
    learn_policy: Callable[[str], None]
    "takes what the server said of strict transport security"
    password: str = field(default="", repr=False)


class Session:
    """The state of one connection and the table of what its messages mean."""

    def __init__(self, around: Around, plan: Plan) -> None:
        """Prepare; `open` connects."""
        settings = around.settings
        self._around, self._settings = around, settings
        self.support = Support()
        around.joins.fold = self.support.fold
        self.tracker = Tracker(self.support, settings.nick)
        self.registration = Registration(plan)
        self.connection = Connection(
            on_made=self._made, on_message=self._take, on_room=self._room, redactor=around.redactor
        )
        self.outgoing = Outgoing(self.connection, settings, self.support, self.tracker, around.redactor)
        self.outgoing.on_fence = self._fenced
        self.identity = Identity(self.support, self.tracker, self.registration.enabled, settings)
        self._hearing = Hearing(settings.network, self.support, self.tracker, self.identity)
        self._fences = Fences()
        self._regain = Regain(settings.nick, every=settings.regain_every, same=self.support.same)
        self._isons: deque[Fence | None] = deque()
        "who asked each ISON on its way: a delivery, or the regaining of our nick"
        self._whos: deque[str] = deque()
        self._next_who = 0.0
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._watchdog = Watchdog(silence=settings.silence, dead_after=settings.dead_after, now=self._began)
        self._deadline = self._began + settings.register_timeout
        self._next_identify = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.stage: Stage = "registering"
        self.identified = False
        self.error = ""
        "what the server said in ERROR, for the pause before the next connection"

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
        self._send(self.registration.start())
        self._tick()

    def end(self, why: str) -> None:
        """End the connection for a reason of ours."""
        self.connection.disconnect(why)

    def over(self, why: str) -> None:
        """Settle everything that waits; the connection has ended."""
        if self._timer is not None:
            self._timer.cancel()
        self.outgoing.stop()
        self._fences.lose(why)
        self.identity.forget_all()

    async def quit(self) -> None:
        """Say goodbye and wait for the server to close, at most most of a second."""
        if self.connection.connected:
            self.outgoing.urgent([compose("QUIT", trailing=self._settings.quit_message)])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self.connection.ended), 0.7)
        self.end("stopped")
        self.connection.abort()

    # Time

    def _tick(self) -> None:
        if self.connection.ended.done():
            return
        now = self._loop.time()
        self._watchdog.heard(self.connection.heard_at)
        match self._watchdog.verdict(now):
            case "dead":
                self.end("no sign of life from the server")
                return
            case "ask":
                self.outgoing.urgent(["PING :alive"])
        self._check_deadlines(now)
        if self.stage == "ready":
            self._look_after(now)
        self._timer = self._loop.call_later(self._pulse(), self._tick)

    def _pulse(self) -> float:
        settings = self._settings
        shortest = min(settings.silence, settings.dead_after, settings.regain_every, settings.rejoin_delay)
        return min(_TICK, shortest / 4, settings.join_retry / 4, settings.identify_timeout / 4)

    def _check_deadlines(self, now: float) -> None:
        if self.stage == "registering":
            if now - self._began > self._settings.sasl_timeout:
                self._send(self.registration.overdue())
            if now > self._deadline:
                self.end("registration took too long")
        elif self.stage == "identifying" and now > self._deadline:
            self._around.note(
                "identity",
                "the services did not recognise the bot in time; if it has identified, is its nick verified?",
            )
            self._ready()

    def _look_after(self, now: float) -> None:
        for channel in self._around.joins.due(now):
            self.outgoing.ask([compose("JOIN", channel.name, *([channel.key] if channel.key else []))])
        lines, ask_services = self._regain.due(self.tracker.nick, now, monitor=self.support.has("MONITOR"))
        self._isons.extend(None for line in lines if line.startswith("ISON"))
        self.outgoing.ask(lines)
        self._around.note(
            "nick", "" if self._has_nick() else f"the nick is {self.tracker.nick}, not {self._settings.nick}"
        )
        if ask_services:
            self._to_services(self._settings.services, self._settings.regain)
        if self._whos and now >= self._next_who:
            self._next_who = now + _WHO_PAUSE
            self._ask_who(self._whos.popleft())

    def _has_nick(self) -> bool:
        return self.support.same(self.tracker.nick, self._settings.nick)

    # Messages

    def _take(self, message: Message) -> None:
        if self._settings.trace:
            log.debug("irc.in", network=self._settings.network, command=message.command, params=self._shown(message))
        if message.command == "PRIVMSG":  # nine messages of ten
            self._said(message)
            return
        if not self._registered(message):
            return
        before = self.tracker.nick
        self._follow(message, self._loop.time())
        self._note_refusal(message)
        step = self._STEPS.get(message.command)
        if step is not None:
            step(self, message)
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
        """Let everything that keeps state see the message."""
        gained = self._regain.see(message, self.tracker.nick)
        if message.command == "JOIN":  # an account counts for longer if its owner is in a channel of ours
            self.tracker.see(message)
            self.identity.see(message, now)
        else:  # and whoever leaves is forgotten while it is still known from where
            self.outgoing.ask(self.identity.see(message, now))
            self.tracker.see(message)
        if self.stage == "ready":
            self.outgoing.ask(gained)

    def _note_refusal(self, message: Message) -> None:
        if message.command in fences.REFUSALS:
            named = len(message.params) > 2  # noqa: PLR2004 - our nick, what is refused, why
            target = self.support.fold(message.param(1)) if named else ""
            self._fences.refuse(message, target, label=message.tags.get("label", ""))
        if message.command in joins.REFUSALS:
            self._join_refused(message, self._loop.time())

    def _shown(self, message: Message) -> list[str]:
        return [self._around.redactor.line(param) for param in message.params]

    def _send(self, lines: Iterable[str]) -> None:
        self.outgoing.urgent(lines, free=self.stage == "registering")  # servers do not count before the welcome

    def _said(self, message: Message) -> None:
        text = message.param(1)
        at = self._around.clock()
        if is_ctcp(text):
            self._ctcp(message, text, at)
            return
        heard = self._hearing.heard(message, at, self._loop.time())
        if heard is not None:
            self._around.hear(heard)

    def _ctcp(self, message: Message, text: str, at: datetime) -> None:
        if message.from_server or self.tracker.is_me(message.nick):
            return
        reply = self._around.ctcp.answer(text, at=at, now=self._loop.time())
        if reply is not None:
            self.outgoing.ask([compose("NOTICE", message.nick, trailing=reply)])

    def _ping(self, message: Message) -> None:
        self._send([f"PONG :{bare(message.last)}"])

    def _pong(self, message: Message) -> None:
        fence = self._fences.pong(message.last)
        if fence is not None:
            fence.settle(fences.verdict(fence, present=self._is_present(fence.target)))

    def _is_present(self, target: str) -> bool:
        return not self.support.is_channel(target) or self.tracker.room(target) is not None

    def _error(self, message: Message) -> None:
        self.error = message.last
        log.warning("irc.error", network=self._settings.network, said=self._around.redactor.line(self.error))
        self.end(self.error or "the server said ERROR")  # not every server closes after it

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
        self.identified = self.identified or self.registration.is_authenticated
        if self.identified or not (self._identify() or self._settings.certificate):
            self._ready()
            return
        self.stage = "identifying"
        self._deadline = self._loop.time() + self._settings.identify_timeout
        self._around.changed()

    def _welcome(self, message: Message) -> None:
        self.tracker.nick = message.param(0) or self.tracker.nick

    def _identify(self) -> bool:
        """Say the identify command if there is a password for it; True if it was said."""
        now = self._loop.time()
        if not self._around.password or now < self._next_identify:
            return False
        self._next_identify = now + _IDENTIFY_PAUSE
        return self._to_services(self._settings.services, self._settings.identify)

    def _to_services(self, services: str, template: str, *, channel: str = "") -> bool:
        """Say one of the configured commands, unless it is empty or needs a password that is not there."""
        password = self._around.password
        if not template or ("{password}" in template and not password):
            return False
        values = {
            "{nick}": self._settings.nick,
            "{account}": self._settings.account or self._settings.nick,
            "{password}": password,
            "{channel}": channel,
        }
        text = re.sub(r"\{(?:nick|account|password|channel)\}", lambda match: values[match[0]], template)
        self._send([compose("PRIVMSG", services, trailing=text)])
        return True

    def _ready(self) -> None:
        self.stage = "ready"
        self._around.joins.connected(self._loop.time())
        self._around.changed()
        self._look_after(self._loop.time())

    def _recognised(self) -> None:
        """The services know us: what only registered users may do can be tried now, and our host may be a cloak."""
        self.identified = True
        self._around.note("identity", "")
        self._send([compose("USERHOST", self.tracker.nick)])
        if self.stage == "identifying":
            self._ready()
        elif self.stage == "ready":
            self._around.joins.now([name.partition(" ")[0] for name in self._around.joins.missing], self._loop.time())
        self._around.changed()

    def _logged_in(self, message: Message) -> None:
        del message
        if self.stage != "registering":  # before the welcome only the registration knows whether to believe it
            self._recognised()

    def _logged_out(self, message: Message) -> None:
        del message
        self.identified = False

    def _mode(self, message: Message) -> None:
        if not self.tracker.is_me(message.param(0)):
            return
        for sign, letter in signed(message.param(1)):
            if letter in "rR" and sign == "+" and not self.identified:
                self._recognised()
            elif letter in "rR" and sign == "-":
                self.identified = False

    def _notice(self, message: Message) -> None:
        if not self.identity.is_services(message):
            return
        if _RECOGNISED.search(message.param(1)):
            self._recognised()
        elif _ASKED_TO_IDENTIFY.search(message.param(1)) and not self.identified:
            self._identify()

    # Channels

    def _join_refused(self, message: Message, now: float) -> None:
        channel, why = message.param(1), message.last
        if not self.support.is_channel(channel) or self.tracker.room(channel) is not None:
            return
        self._around.joins.refused(channel, f"{message.command} {why}", now)
        self._around.changed()
        template = {"473": self._settings.invite, "474": self._settings.unban}.get(message.command, "")
        if self._around.joins.is_wanted(channel):
            self._to_services(self._settings.channel_services, template, channel=channel)

    def _joined(self, message: Message) -> None:
        if not self.tracker.is_me(message.nick):
            return
        channel = message.param(0)
        if not self._around.joins.is_wanted(channel):
            self._around.note("forced", f"put into {channel}, which is not configured; left it")
            self.outgoing.ask([compose("PART", channel)])
            return
        self._around.joins.joined(channel)
        self.outgoing.ask([compose("MODE", channel)])
        self._whos.append(channel)
        self._around.changed()

    def _ask_who(self, channel: str) -> None:
        if self.support.has("WHOX"):
            self.outgoing.ask([f"{compose('WHO', channel)} %tnfa,{WHOX_TOKEN}"])
        else:
            self.outgoing.ask([compose("WHO", channel)])

    def _try_again(self, message: Message) -> None:
        if message.param(1).upper() == "WHO":
            self._whos.extend(room.name for room in self.tracker.rooms.values())

    def _kicked(self, message: Message) -> None:
        if any(self.support.same(nick, self.tracker.nick) for nick in message.param(1).split(",")):
            self._removed(message.param(0), "kicked")

    def _parted(self, message: Message) -> None:
        if self.tracker.is_me(message.nick):
            for channel in message.param(0).split(","):
                self._removed(channel, "made to leave")

    def _removed(self, channel: str, why: str) -> None:
        note = self._around.joins.removed(channel, why, self._loop.time())
        if note:
            self._around.note(f"kick {channel}", note)
        self._around.changed()

    def _invited(self, message: Message) -> None:
        if self.tracker.is_me(message.param(0)):
            self._around.joins.now([message.param(1)], self._loop.time())

    def _online(self, message: Message) -> None:
        """An answer to ISON; they come in the order of the questions."""
        asked_by = self._isons.popleft() if self._isons else None
        if asked_by is None:
            self.outgoing.ask(self._regain.looked(message.param(1), self.tracker.nick))
        elif self.support.fold(asked_by.target) not in {self.support.fold(nick) for nick in message.param(1).split()}:
            asked_by.refusal = Permanent("401 no such nick")

    def _standard_reply(self, message: Message) -> None:
        words = " ".join(message.params)
        log.warning("irc.standard_reply", network=self._settings.network, said=self._around.redactor.line(words))
        if message.command == "FAIL":
            self._around.note("server", words)
            if message.param(0) in {"PRIVMSG", "NOTICE"}:
                self._fences.refuse(message, "", label=message.tags.get("label", ""))

    def _authenticated(self, message: Message) -> None:
        """SASL succeeded after the welcome, because `sasl` came by CAP NEW."""
        del message
        if self.stage == "ready" and self.registration.is_authenticated and not self.identified:
            self._recognised()

    def _batch(self, message: Message) -> None:
        self._hearing.batch(message)

    def _fenced(self, fence: Fence) -> None:
        """The text of a delivery has just been written: ask for its proof."""
        if fence.asks_presence:
            self._isons.append(fence)
            self._send([compose("ISON", fence.target)])
        self._send([f"PING :{fence.token}"])

    def _room(self) -> None:
        self.outgoing.pump()

    # What the network asks of a session

    async def deliver(self, target: str, text: str, *, notice: bool) -> Outcome:
        """Say one text and wait for its fence. Cancelled before it left the queue, it is taken back."""
        refusal = self._silenced(target, notice=notice)
        if refusal is not None:
            return refusal
        try:
            lines = self.outgoing.lines("NOTICE" if notice else "PRIVMSG", target, text, unasked=notice)
        except Unspeakable as error:
            return Permanent(str(error))
        fence = self._fences.create(self.support.fold(target))
        fence.asks_presence = notice and not self.support.is_channel(target)
        if "labeled-response" in self.registration.enabled:
            lines = [f"@label={fence.token} {line}" for line in lines]
        items = self.outgoing.announce(lines, fence)
        if items is None:
            self._fences.forget(fence)
            return Transient("too many lines are waiting", after=10)
        try:
            outcome = await fence.outcome
        except asyncio.CancelledError:
            self.outgoing.withdraw(items)
            self._fences.forget(fence)
            raise
        return self._silenced(target, notice=notice) or outcome if notice else outcome

    def _silenced(self, target: str, *, notice: bool) -> Outcome | None:
        """Say why a line cannot be heard, as far as presence and modes tell; None where nothing speaks against it."""
        if not self.support.is_channel(target):
            return None
        room = self.tracker.room(target)
        if room is None:
            return Transient(f"not in {target}: {self._around.joins.why(target)}")
        if not notice or room.members.get(self.support.fold(self.tracker.nick)):
            return None
        if "m" in room.modes:
            return Transient(f"{target} is moderated and the bot has no voice")
        if "M" in room.modes and not self.identified:
            return Transient(f"{target} lets only registered users speak")
        return None

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

    _STEPS: ClassVar[Mapping[str, Callable[[Session, Message], None]]] = {
        "PING": _ping,
        "PONG": _pong,
        "ERROR": _error,
        "001": _welcome,
        "005": _isupport,
        "376": _greeted,
        "422": _greeted,
        "900": _logged_in,
        "901": _logged_out,
        "903": _authenticated,
        "MODE": _mode,
        "NOTICE": _notice,
        "JOIN": _joined,
        "KICK": _kicked,
        "PART": _parted,
        "INVITE": _invited,
        "263": _try_again,
        "303": _online,
        "BATCH": _batch,
        "FAIL": _standard_reply,
        "WARN": _standard_reply,
        "NOTE": _standard_reply,
    }
