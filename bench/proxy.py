"""Between bot and server: records, injects, withholds, refuses."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from bench.processes import NOW


@dataclass(slots=True, eq=False)
class Peer:
    """One connection through the proxy: towards the bot, and towards the server."""

    writer: asyncio.StreamWriter
    up: asyncio.StreamWriter
    gone: float | None = None
    "when either end was closed"
    left: float | None = None
    "when the bot closed its end"

    def close(self) -> None:
        for end in (self.writer, self.up):
            with contextlib.suppress(OSError):
                end.close()


class Proxy:
    """Listens for the bot."""

    def __init__(self, listen: int, host: str, port: int) -> None:
        self.listen, self.host, self.port = listen, host, port
        self.sent = bytearray()
        "what the bot sent, raw"
        self.attempts: list[float] = []
        self.refuse = self.hole = False
        self.peers: list[Peer] = []

    async def open(self) -> Proxy:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.listen)
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.attempts.append(NOW())
        if self.refuse:
            writer.close()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.close()
            return
        peer = Peer(writer, up_writer)
        self.peers.append(peer)
        await asyncio.gather(
            self._pump(peer, reader, up_writer, record=True), self._pump(peer, up_reader, writer, record=False)
        )

    async def _pump(
        self, peer: Peer, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, record: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if record:
                    self.sent += data
                if self.hole:  # swallowed: a hole ends with the connection
                    continue
                target.write(data)
                await target.drain()
        peer.gone = peer.gone or NOW()
        if record:
            peer.left = peer.left or NOW()
        if not self.hole:
            with contextlib.suppress(OSError):
                target.close()

    @property
    def bot(self) -> Peer:
        return self.peers[-1]

    def inject(self, data: bytes) -> None:
        self.bot.writer.write(data)

    def cut(self) -> None:
        for peer in self.peers:
            peer.close()

    async def close(self) -> None:
        self.server.close()
        self.cut()
