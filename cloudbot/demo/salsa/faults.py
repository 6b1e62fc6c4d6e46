"""What can go wrong with a server, switched on and off while it runs.

A fault says what happens, where (a part of the path, a page) and how often; the server asks for it at every request.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web

if TYPE_CHECKING:
    from yarl import URL

Kind = Literal[
    "status",  # `value` is the status, answered in GitLab's words
    "too many",  # 429 as plain text; `value` is the Retry-After header, none if empty
    "bad gateway",  # 502 with a page of HTML
    "login page",  # 200 with a page of HTML
    "no list",  # 200 with a JSON object where a list was due
    "truncated",  # 200, JSON cut in the middle, with the length of what is sent
    "drip",  # 200, one byte every `value` seconds
    "reset",  # the connection ends inside the body
    "redirect",  # 302 to the host `value`
    "link",  # the next page is on the host `value`
    "empty",  # an empty list
    "shrunk",  # the first item vanishes before page 2 is asked for
    "complexity",  # GraphQL: 200 with an error, the query is too complex
    "validation timeout",  # GraphQL: 200 with an error, its validation took too long
    "refused",  # GraphQL: 200 with the error `value`
    "hole",  # GraphQL: 200, the place `value` of the answer is null and an error says so
    "null",  # GraphQL: 200, the place `value` of the answer is null and nothing says so
    "slid",  # a new item pushed the last one of a page to the next
]

LIMITS = {"RateLimit-Limit": "2000", "RateLimit-Observed": "1", "RateLimit-Remaining": "1999"}
"""Sent with every answer, a 429 too: what an application's own limit counts is not in them."""

LIST_KINDS = frozenset({"link", "empty", "shrunk", "slid"})
GRAPH_KINDS = frozenset({"complexity", "validation timeout", "refused", "hole", "null", "empty"})

_HTML = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"
_WORDS = {401: "401 Unauthorized", 403: "403 Forbidden", 404: "404 Not Found", 503: "503 Service Unavailable"}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    `path` is a part of the request's path, `times` None until it is cleared; no `method` means any.
    """

    kind: Kind
    value: str = ""
    path: str = ""
    page: int | None = None
    times: int | None = None
    method: str = ""

    def meets(self, path: str, page: int, method: str) -> bool:
        """Whether it applies to this request."""
        there = self.path in path and self.page in (None, page)
        return self.times != 0 and there and self.method in ("", method)


class Faults:
    """The faults in force, first come first served."""

    def __init__(self) -> None:
        """Begin without any."""
        self._active: list[Fault] = []

    def inject(
        self,
        kind: Kind,
        value: str = "",
        *,
        path: str = "",
        page: int | None = None,
        times: int | None = None,
        method: str = "",
    ) -> None:
        """Let something go wrong from now on."""
        self._active.append(Fault(kind=kind, value=value, path=path, page=page, times=times, method=method))

    def clear(self) -> None:
        """Let everything be well again."""
        self._active.clear()

    def take(self, path: str, page: int, method: str) -> Fault | None:
        """Return the fault for a request, and count it."""
        for fault in self._active:
            if fault.meets(path, page, method):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def refusal(status: int, words: str | None = None) -> web.Response:
    """Answer an error as GitLab does: `{"message": "404 Project Not Found"}`."""
    return web.json_response({"message": words or _WORDS.get(status, str(status))}, status=status, headers=LIMITS)


async def spoil(fault: Fault, request: web.Request, body: bytes) -> web.StreamResponse:
    """Answer wrongly in place of `body`, which is what would have been answered."""
    value = fault.value
    match fault.kind:
        case "status":
            spoilt: web.StreamResponse = refusal(int(value))
        case "too many":
            spoilt = _too_many(value)
        case "bad gateway":
            spoilt = _html(502, "502 Bad Gateway")
        case "login page":
            spoilt = _html(200, "Sign in")
        case "no list":
            spoilt = web.json_response({"message": "no list"})
        case "truncated":
            spoilt = web.Response(body=body[: len(body) // 2], content_type="application/json")
        case "drip":
            spoilt = await _drip(request, body, float(value))
        case "reset":
            spoilt = await _reset(request, body)
        case "redirect":
            spoilt = web.Response(status=302, headers={"Location": f"{value}{request.rel_url}"})
        case _:
            raise ValueError(f"not a fault of a whole answer: {fault.kind}")
    return spoilt


def spoiled_page(fault: Fault, items: list[dict[str, Any]], page: int, per_page: int) -> list[dict[str, Any]]:
    """Return the list from which a page is cut, wrong in the way of `fault`."""
    match fault.kind:
        case "empty":
            return []
        case "shrunk":
            return items[1:] if page > 1 else items
        case "slid":
            start = (page - 1) * per_page
            return items if page == 1 else [*items[:start], items[start - 1], *items[start:]]
        case _:
            return items


def elsewhere(fault: Fault | None, url: URL, base: str) -> str:
    """Return the address that a link is made from."""
    return f"{fault.value if fault is not None and fault.kind == 'link' else base}{url.raw_path}"


def _too_many(retry_after: str) -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return web.Response(status=429, text="Retry later\n", headers=LIMITS | headers)


def _html(status: int, title: str) -> web.Response:
    return web.Response(status=status, text=_HTML.format(title), content_type="text/html")


async def _drip(request: web.Request, body: bytes, seconds: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await response.prepare(request)
    for byte in body:
        await response.write(bytes([byte]))
        await asyncio.sleep(seconds)
    return response


async def _reset(request: web.Request, body: bytes) -> web.StreamResponse:
    padded = body + json.dumps(None).encode() * 100
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(padded))})
    await response.prepare(request)
    await response.write(padded[: len(padded) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response
