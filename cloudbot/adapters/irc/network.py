"""One IRC network for the rest of cloudbot: connected again and again, spoken to through the port `Chat`.

It owns what outlives a connection: the pauses between connections, the configured channels, the notes for the
operator. It keeps no text, and no secret longer than a connection needs it.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import ssl
from functools import partial
from typing import TYPE_CHECKING, Literal

import structlog

from cloudbot.adapters.irc import tls
from cloudbot.adapters.irc.around import Around
from cloudbot.adapters.irc.backoff import Backoff
from cloudbot.adapters.irc.ctcp import Ctcp
from cloudbot.adapters.irc.joins import Joins
from cloudbot.adapters.irc.redact import Redactor
from cloudbot.adapters.irc.registration import Plan
from cloudbot.adapters.irc.sasl import mechanisms
from cloudbot.adapters.irc.session import Session
from cloudbot.adapters.irc.sts import Policies
from cloudbot.core.ports import Outcome, Transient
from cloudbot.core.speech import NetworkHealth
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from cloudbot.adapters.irc.settings import Settings
    from cloudbot.core.speech import Heard, Moved, Proof, Venue

log = structlog.get_logger()

State = Literal["connecting", "registering", "identifying", "ready", "waiting", "stopped"]


class Network:
    """Implements `cloudbot.core.ports.Chat`."""

    def __init__(
        self,
        settings: Settings,
        *,
        hear: Callable[[Heard], None],
        moved: Callable[[Moved], None] = lambda _moved: None,
        clock: Callable[[], datetime],
        secret: Callable[[str], str],
        state_dir: Path,
    ) -> None:
        """Take settings and surroundings; nothing happens before `run`.

        `hear` is called at once for each line a person says, `moved` when somebody or we come or go; `clock` gives
        aware UTC; `secret` reads a credential by its name; `state_dir` is a directory of this network's own.
        """
        self._settings, self._hear, self._moved = settings, hear, moved
        self._clock, self._secret = clock, secret
        self._policies = Policies(state_dir)
        self._redactor = Redactor()
        self._joins = Joins(settings.channels, retry=settings.join_retry, after_kick=settings.rejoin_delay)
        self._ctcp = Ctcp(source=settings.source)
        self._backoff = Backoff(
            settings.min_delay, settings.max_delay, settings.stable_after, random.SystemRandom().uniform
        )
        self._notes: dict[str, str] = {}
        self._session: Session | None = None
        self._demanded: int | None = None
        "the TLS port the server asked for on a plain connection a moment ago"
        self._welcomed: float | None = None
        "when the server of the present connection welcomed us, by the loop's clock"
        self._state: State = "stopped"
        self._since = clock()
        self._detail = ""

    # Being connected

    async def run(self) -> None:
        """Stay connected until cancelled; then say QUIT and be gone within a second."""
        try:
            while True:
                pause = await self._connect_once()
                self._enter("waiting", self._detail)
                await asyncio.sleep(pause)
        finally:
            self._enter("stopped", self._detail)

    async def _connect_once(self) -> float:
        """Live through one connection and return the pause before the next."""
        loop = asyncio.get_running_loop()
        self._welcomed = None
        self._enter("connecting", "")
        try:
            why = await self._live()
        except Exception as error:  # noqa: BLE001 - a server that is away must never end the bot, whatever raises
            why = self._trouble(error)
        if not why:
            return 0.0
        lasted = loop.time() - self._welcomed if self._welcomed is not None else 0.0
        pause = self._backoff.pause(connected_for=lasted, said=why)
        self._detail = f"{self._redactor.line(why)}; next try in {pause:.0f} s"
        log.warning("irc.disconnected", network=self._settings.network, why=self._redactor.line(why), pause=pause)
        return pause

    def _trouble(self, error: Exception) -> str:
        match error:
            case TimeoutError():
                return "no connection in time"
            case ssl.SSLCertVerificationError():
                why = f"the server's certificate is not valid: {error.verify_message}"
                self._note("certificate", why)
                return why
            case _:
                return str(error) or type(error).__name__

    async def _live(self) -> str:
        """Connect, stay, and return why it ended; the empty string means: again at once, by TLS."""
        settings = self._settings
        port, encrypted = self._address()
        context = self._context() if encrypted else None
        password = self._password(settings.password_credential, encrypted=encrypted)
        session = Session(
            self._around(password, port if encrypted else None), self._plan(password, encrypted=encrypted)
        )
        self._session = session
        try:
            await session.open(settings.server, port, context)
            self._enter("registering", "")
            ended = await asyncio.shield(session.connection.ended)
        except asyncio.CancelledError:
            await session.quit()
            raise
        finally:
            session.over("the connection ended")
            self._session = None
        return self._after(session, ended)

    def _address(self) -> tuple[int, bool]:
        """Return the port to use and whether by TLS: as configured, or as the server demands (STS)."""
        settings = self._settings
        demanded, self._demanded = self._demanded, None
        if settings.tls:
            return settings.port, True
        port = demanded or self._policies.port(settings.server, self._clock())
        return (port, True) if port is not None else (settings.port, False)

    def _after(self, session: Session, ended: str) -> str:
        self._demanded = session.registration.upgrade_port
        return "" if self._demanded else session.error or ended

    def _context(self) -> ssl.SSLContext:
        settings = self._settings
        if settings.certificate is not None:
            self._note("own certificate", tls.ending(settings.certificate, self._clock()))
        return tls.context(ca_file=settings.ca_file, certificate=settings.certificate, pinned=bool(settings.pins))

    def _password(self, name: str, *, encrypted: bool) -> str:
        """Read a credential, where there is one and the connection may carry it."""
        if not name or not (encrypted or self._settings.is_loopback):
            return ""
        password = self._secret(name)
        self._redactor.learn(password)
        return password

    def _plan(self, password: str, *, encrypted: bool) -> Plan:
        settings = self._settings
        offer = partial(
            mechanisms,
            certificate=settings.certificate is not None and encrypted,
            account=settings.account or settings.nick,
            password=password,
            nonce=lambda: secrets.token_urlsafe(24),
        )
        return Plan(
            nick=settings.nick,
            user=settings.user,
            realname=settings.realname,
            server_password=self._password(settings.server_password_credential, encrypted=encrypted),
            sasl=settings.sasl,
            mechanisms=offer,
            secure=encrypted,
        )

    def _around(self, password: str, tls_port: int | None) -> Around:
        def learn(policy: str) -> None:
            if tls_port is not None:
                self._policies.learn(self._settings.server, tls_port, policy, self._clock())

        return Around(
            settings=self._settings,
            hear=self._hear,
            moved=self._moved,
            clock=self._clock,
            joins=self._joins,
            ctcp=self._ctcp,
            redactor=self._redactor,
            note=self._note,
            changed=self._follow,
            learn_policy=learn,
            password=password,
        )

    def _note(self, topic: str, text: str) -> None:
        if text and self._notes.get(topic) != text:
            log.warning("irc.note", network=self._settings.network, note=self._redactor.line(text))
        if text:
            self._notes[topic] = self._redactor.line(text)
        else:
            self._notes.pop(topic, None)

    def _follow(self) -> None:
        if self._session is not None:
            if self._welcomed is None:
                self._welcomed = asyncio.get_running_loop().time()
            self._enter(self._session.stage, "")

    def _enter(self, state: State, detail: str) -> None:
        if state != self._state:
            log.info("irc.state", network=self._settings.network, state=state)
            self._state, self._since = state, self._clock()
        self._detail = detail

    # The port

    async def deliver(self, venue: Venue, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        """Say one rendered line and wait for proof by a PING fence.

        `Transient` where it certainly did not leave: no connection, not in the channel, a full queue. A caller that is
        cancelled before the line left finds it taken back.
        """
        session = self._ready_session()
        if session is None:
            return Transient(f"not connected to {self._settings.network}")
        return await session.deliveries.deliver(venue.name, text, notice=notice, rings=rings)

    def answer(self, venue: Venue, lines: Sequence[str]) -> None:
        """Say lines in order by PRIVMSG, as fast as the limits allow. Without a connection they are dropped."""
        session = self._ready_session()
        if session is None:
            log.warning("irc.answer_dropped", network=self._settings.network, venue=venue.name)
            return
        for line in lines:
            session.outgoing.say(venue.name, line)

    def tell(self, venue: Venue, nick: str, line: str) -> None:
        """Say one line to one person by NOTICE."""
        del venue
        session = self._ready_session()
        if session is not None:
            session.outgoing.tell(nick, line)

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        """Set a channel's topic unless it is that already; `Permanent` where we may not."""
        session = self._ready_session()
        if session is None:
            return Transient(f"not connected to {self._settings.network}")
        return await session.deliveries.set_topic(venue.name, text)

    def topic(self, venue: Venue) -> str:
        """Return a channel's topic; empty where there is none or we are not in it."""
        room = self._session.tracker.room(venue.name) if self._session is not None else None
        return clean(room.topic) if room is not None else ""

    def has(self, venue: Venue, nick: str) -> bool:
        """Whether somebody is in a channel that we are in."""
        return self._session is not None and self._session.tracker.is_member(nick, venue.name)

    async def prove(self, nick: str) -> Proof | None:
        """Return the services account behind a nick at this moment, or None. Never raises."""
        session = self._ready_session()
        return await session.prove(nick) if session is not None else None

    def health(self) -> NetworkHealth:
        """Say how the connection stands."""
        session = self._session
        ready = session is not None and session.stage == "ready"
        return NetworkHealth(
            network=self._settings.network,
            state=self._state,
            since=self._since,
            nick=session.tracker.nick if session is not None else "",
            server=f"{self._settings.server}:{self._settings.port}",
            identified=session is not None and session.recognition.identified,
            channels=tuple(room.name for room in session.tracker.rooms.values()) if session is not None else (),
            missing=self._joins.missing if ready else tuple(channel.name for channel in self._settings.channels),
            queued=len(session.outgoing) if session is not None else 0,
            detail=self._detail,
            notes=tuple(self._notes.values()),
        )

    def _ready_session(self) -> Session | None:
        session = self._session
        return session if session is not None and session.stage == "ready" and session.connection.connected else None
