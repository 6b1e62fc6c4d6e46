"""The HTTP door: whether the process lives, whether it is ready, its metrics, and one honest page with JSON beside it.

It shows what it is given and decides nothing. Pages have no script, no foreign host and no cookie, and say their states
in words. What is posted is handed on with its headers, and never read beyond a limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from cloudbot.adapters.web import published
from cloudbot.adapters.web.bodies import TooLarge, sent, unpacked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cloudbot.adapters.web.settings import Settings

Read = Callable[[], Awaitable[Sequence[bytes]]]
Receive = Callable[[Mapping[str, str], Read], Awaitable[tuple[int, str]]]

CLOSE_SECONDS = 1.0
"""What is under way when the door closes may end for so long."""

BODY_SECONDS = 30.0
"""A body that comes slower is not waited for."""

HELD_AT_ONCE = 4
"""So many bodies of the greatest size may be in memory; whoever comes then is told 503."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the pages are made from, each read at the moment of the request."""

    alive: Callable[[], Mapping[str, object]]
    "the figures of `/healthz`; `ok` among them"
    ready: Callable[[], Mapping[str, object]]
    "the figures of `/readyz`; `ok` among them"
    status: Callable[[], Mapping[str, object]]
    page: Callable[[], str]
    badge: Callable[[str], str | None]
    "the picture of a project's state by its path; None for one that is not known or not to be shown"
    trend: Callable[[], Mapping[str, object]]
    sprint: Callable[[str], str | None]
    "the page of a sprint by its id, of the next one without; None for one that is not known"
    metrics: Callable[[], bytes]
    file: Callable[[str], published.Published | None] = lambda _path: None
    "a file that was published, by its path: `meetings/index.html`; a path that ends in a slash is that folder's index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who takes what is posted to one path, and how many bytes at the most, as sent and unpacked."""

    receive: Receive
    largest: int


class Door:
    """Listens while the bot runs."""

    def __init__(self, settings: Settings, view: View, posts: Mapping[str, Post] | None = None) -> None:
        self._settings = settings
        self._view = view
        self._posts = posts or {}
        self._held = 0
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def open(self) -> None:
        """Begin to listen; `OSError` where the port is taken."""
        app = web.Application(middlewares=[_guard])
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/status.json", self._json)
        app.router.add_get("/trend.json", self._trend)
        app.router.add_get("/badge/{path:.+}.svg", self._badge)
        app.router.add_get("/sprint", _to_folder)
        app.router.add_get("/sprint/", self._sprint)
        app.router.add_get("/sprint/{id}", self._sprint)
        app.router.add_get("/meetings", _to_folder)
        app.router.add_get("/{path:meetings/.*}", self._file)
        app.router.add_get("/", self._page)
        for path, post in self._posts.items():
            app.router.add_post(path, self._taker(post))
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            auto_decompress=False,  # a signature is over the bytes as sent, and the limit is ours to keep
            lingering_time=1.0,  # what nobody wants to read is not waited for
            shutdown_timeout=CLOSE_SECONDS,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port, reuse_address=True)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _figures(self._view.alive())

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _figures(self._view.ready())

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._view.metrics(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _json(self, _request: web.Request) -> web.Response:
        return web.json_response(self._view.status(), dumps=_dumps)

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._view.page(), content_type="text/html")

    async def _trend(self, _request: web.Request) -> web.Response:
        return web.json_response(self._view.trend(), dumps=_dumps)

    async def _sprint(self, request: web.Request) -> web.Response:
        page = self._view.sprint(request.match_info.get("id", ""))
        if page is None:
            return web.Response(status=404, text="no such sprint is known; the next one is at /sprint/\n")
        return web.Response(text=page, content_type="text/html")

    async def _file(self, request: web.Request) -> web.Response:
        return await published.answer(request.match_info["path"], self._view.file, request)

    async def _badge(self, request: web.Request) -> web.Response:
        """Show a badge. Who has the same one already is told so: pages ask for it again at every look."""
        picture = self._view.badge(request.match_info["path"])
        if picture is None:
            return web.Response(status=404, text="no such public project is known; write /badge/GROUP/PROJECT.svg\n")
        tag = hashlib.sha256(picture.encode()).hexdigest()[:16]
        if any(one.value in {tag, "*"} for one in request.if_none_match or ()):
            response = web.Response(status=304)
        else:
            response = web.Response(text=picture, content_type="image/svg+xml", charset="utf-8")
        response.etag = tag
        return response

    def _taker(self, post: Post) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def take(request: web.Request) -> web.Response:
            try:
                status, line = await post.receive(request.headers, lambda: self._read(request, post.largest))
            except TooLarge:
                status, line = 413, f"more than {post.largest} bytes"
            except TimeoutError:
                status, line = 408, "the body came too slowly"
            except _Crowded:
                status, line = 503, "too much at once"
            return web.Response(status=status, text=line + "\n")

        return take

    async def _read(self, request: web.Request, most: int) -> Sequence[bytes]:
        """Read a body: as it was sent and, where it was packed, as unpacked."""
        if (request.content_length or 0) > most:
            raise TooLarge
        pieces = self._pieces(request, HELD_AT_ONCE * most)
        async with asyncio.timeout(BODY_SECONDS), contextlib.aclosing(pieces):
            body = await sent(pieces, most)
        coding = request.headers.get("Content-Encoding", "")
        return (body, await asyncio.to_thread(unpacked, body, coding, most)) if coding else (body,)

    async def _pieces(self, request: web.Request, together: int) -> AsyncGenerator[bytes, None]:
        """Yield a body as it comes, while all that are being read are not too much `together`."""
        mine = 0
        try:
            async for piece in request.content.iter_any():
                mine += len(piece)
                self._held += len(piece)
                if self._held > together:
                    raise _Crowded
                yield piece
        finally:
            self._held -= mine


class _Crowded(Exception):  # noqa: N818 - a state of the door
    """More bodies are being read than there should be in memory."""


async def _to_folder(request: web.Request) -> web.Response:
    """Links on the page are relative, so that the door may stand behind a prefix."""
    return web.Response(status=301, headers={"Location": f"{request.path.strip('/')}/"})


def _figures(figures: Mapping[str, object]) -> web.Response:
    return web.json_response(figures, status=200 if figures["ok"] else 503, dumps=_dumps)


def _dumps(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, default=_plain, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    """Write what JSON has no form for: a thing by its fields, everything else as text."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


@web.middleware
async def _guard(
    request: web.Request,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    """Set the headers on everything; an unknown page says where the known one is."""
    try:
        response = await handler(request)
    except web.HTTPNotFound:
        response = web.Response(status=404, text="there is no such page; the status is at /\n")
    response.headers.update(HEADERS)
    return response
