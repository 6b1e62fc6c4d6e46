"""The HTTP door: whether the process lives, whether it is ready, its metrics, and one honest page with JSON beside it.

It shows what it is given and decides nothing. Pages have no script, no foreign host and no cookie, and say their states
in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cloudbot.adapters.web.settings import Settings

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
    metrics: Callable[[], bytes]


class Door:
    """Listens while the bot runs."""

    def __init__(self, settings: Settings, view: View) -> None:
        self._settings = settings
        self._view = view
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def open(self) -> None:
        """Begin to listen; `OSError` where the port is taken."""
        app = web.Application(middlewares=[_guard])
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/status.json", self._json)
        app.router.add_get("/", self._page)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
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


def _figures(figures: Mapping[str, object]) -> web.Response:
    return web.json_response(figures, status=200 if figures["ok"] else 503, dumps=_dumps)


def _dumps(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, default=str, ensure_ascii=False) + "\n"


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
