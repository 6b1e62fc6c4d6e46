"""Files that were published, as they are: their type by their name, and a word for who has the same already."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

PAGES = (".html", ".htm")


class Published(Protocol):
    """A file as it is now."""

    @property
    def body(self) -> bytes:
        """Return all of it."""

    @property
    def changed(self) -> datetime:
        """Return when it was last written."""


async def answer(path: str, read: Callable[[str], Published | None], request: web.Request) -> web.Response:
    """Answer with a file, or send to the folder of that name; there is no listing but a folder's own index."""
    found = await asyncio.to_thread(read, path)
    if found is None:
        folder = None if path.endswith("/") else await asyncio.to_thread(read, f"{path}/")
        if folder is None:
            raise web.HTTPNotFound
        return web.Response(status=301, headers={"Location": f"./{request.url.raw_parts[-1]}/"})
    kind = "text/html" if (path.endswith(("/", *PAGES))) else "text/plain"
    tag = hashlib.sha256(found.body).hexdigest()[:16]
    response = web.Response(status=304) if _is_known(request, tag, found) else web.Response(body=found.body)
    response.content_type, response.charset = kind, "utf-8"
    response.etag, response.last_modified = tag, found.changed
    return response


def _is_known(request: web.Request, tag: str, found: Published) -> bool:
    """Whether who asks has the same already; the entity tag counts before the time (RFC 9110 section 13.1.3)."""
    if request.if_none_match is not None:
        return any(one.value in {tag, "*"} for one in request.if_none_match)
    since = request.if_modified_since
    return since is not None and found.changed <= since
