"""One TCP or TLS connection: the asyncio half of the `irc` library with everything that kills it overridden.

It decides nothing about IRC. What a line or a listener does wrong stays with that line; every end of a connection
resolves `ended` once, with the reason. Private names of the library that are overridden here are guarded by a test.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import traceback
from typing import TYPE_CHECKING, Any

import structlog
from irc.client_aio import AioConnection, AioReactor, IrcProtocol

from cloudbot.adapters.irc.lines import Lines
from cloudbot.adapters.irc.message import Message, bare, parse

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from cloudbot.adapters.irc.redact import Redactor

log = structlog.get_logger()

_USER_TIMEOUT = 90_000  # milliseconds that written bytes may stay unacknowledged
_NEXT_ADDRESS = 0.25  # seconds before another address family is tried, RFC 8305
_UNSENT = 1 << 20  # bytes that a server may leave unread before the connection is given up


class Protocol(IrcProtocol):
    """asyncio's callbacks, handed to the connection; `IrcProtocol` knows the reading and the loss only."""

    connection: Connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, after the TLS handshake."""
        self.connection.made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, whoever wanted it."""
        self.connection.lost(str(exc) if exc else "the server closed the connection")

    def pause_writing(self) -> None:
        """Hold paced lines back: the server reads slowly."""
        self.connection.paused = True

    def resume_writing(self) -> None:
        """Go on."""
        self.connection.paused = False
        self.connection.on_room()


class Connection(AioConnection):
    """Lines in, lines out."""

    buffer_class = Lines
    protocol_class = Protocol

    def __init__(
        self,
        *,
        on_made: Callable[[Connection], None],
        on_message: Callable[[Message], None],
        on_room: Callable[[], None],
        redactor: Redactor,
    ) -> None:
        """Take what to call: with the open connection, for each message, and when the server reads again."""
        loop = asyncio.get_running_loop()
        super().__init__(AioReactor(loop=loop))
        self._loop = loop
        self._on_made = on_made
        self._on_message = on_message
        self.on_room = on_room
        self._redactor = redactor
        self.buffer = Lines()
        self.transport: Any = None  # asyncio.Transport; the library declares none
        self.paused = False
        self.limit = 510
        "bytes of an outgoing line without tags and CR LF"
        self.heard_at = loop.time()
        self.ended: asyncio.Future[str] = loop.create_future()
        self._held: list[bytes] | None = None

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Connect, or raise OSError or ssl.SSLError. Both address families are tried."""
        await self._loop.create_connection(
            lambda: self.protocol_class(self, self._loop),
            host,
            port,
            ssl=tls,
            server_hostname=host if tls else None,
            # With one address there is nothing to race, and asyncio's race can lose a socket when it is cancelled.
            happy_eyeballs_delay=None if _is_address(host) else _NEXT_ADDRESS,
        )

    def made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport and let the first line be written."""
        self.transport = transport
        self.connected = True
        self.heard_at = self._loop.time()
        raw = transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):  # not on every system, and only a second line of defence
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT)
        if not self._guarded(self._on_made, self):
            self.disconnect("could not begin")

    @property
    def certificate(self) -> bytes | None:
        """Return the server's certificate in DER, None without TLS."""
        tls = self.transport.get_extra_info("ssl_object")
        return tls.getpeercert(binary_form=True) if tls is not None else None

    def process_data(self, new_data: bytes) -> None:
        """Handle what came. What is written meanwhile leaves in one piece."""
        self.heard_at = self._loop.time()
        self.buffer.feed(new_data)
        self._held = []
        for line in self.buffer:
            self._process_line(line)
        held, self._held = self._held, None
        if held and not self.ended.done():
            self.transport.write(b"".join(held))

    def _process_line(self, line: str) -> None:
        message = parse(line)
        if message is not None:
            self._guarded(self._on_message, message)

    def _guarded(self, call: Callable[[Any], None], argument: object) -> bool:
        try:
            call(argument)
            return True  # noqa: TRY300 - the fault is the exception here
        except Exception as error:  # noqa: BLE001 - ten years of bots that one odd line ended: asyncio must not see it
            trace = "".join(traceback.format_exception(error))  # as text: a renderer that shows locals shows secrets
            log.error("irc.line_failed", command=getattr(argument, "command", ""), trace=self._redactor.line(trace))  # noqa: TRY400
            return False

    def _handle_event(self, event: object) -> None:
        """Take no events: the library's own handlers (its PONG, its CTCP) must not act beside ours."""

    def _prep_message(self, string: str) -> bytes:
        """Make the bytes of one line: never two lines, never too long, never half a character."""
        line = bare(string)
        tags = ""
        if line[:1] == "@":
            tags, _, line = line.partition(" ")
            tags += " "
        data = line.encode(errors="replace")
        if len(data) > self.limit:
            data = data[: self.limit].decode(errors="ignore").encode()
        return tags.encode() + data + b"\r\n"

    def send_raw(self, string: str) -> None:
        """Write one line: the only way out. Without a connection it goes nowhere; nothing is raised."""
        if self.transport is None or self.ended.done():
            return
        data = self._prep_message(string)
        if self._held is not None:
            self._held.append(data)
        else:
            self.transport.write(data)
        if self.paused and self.transport.get_write_buffer_size() > _UNSENT:
            self.disconnect("the server does not read")

    def disconnect(self, message: str = "") -> None:
        """End the connection now. `message` becomes the reason; a QUIT is for the caller to send before."""
        self.lost(message)

    def close(self) -> None:
        """End the connection as `disconnect` does; the library's version wants its reactor's lock."""
        self.disconnect("closed")

    def lost(self, why: str) -> None:
        """Note the end, whoever caused it; the first reason counts."""
        self.connected = False
        if self.transport is not None:
            if self._held and not self.ended.done():
                self.transport.write(b"".join(self._held))
                self._held.clear()
            self.transport.close()
        if not self.ended.done():
            self.ended.set_result(why)

    def abort(self) -> None:
        """Let go of the socket at once, unwritten bytes or not."""
        if self.transport is not None:
            self.transport.abort()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
