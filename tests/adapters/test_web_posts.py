"""What is posted at the HTTP door: handed on whole, packed or in pieces, and never beyond the limit."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.client
import select
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.web import Door, Post, Settings, View
from cloudbot.adapters.web.door import HEADERS, HELD_AT_ONCE
from tests.runtime_parts import figures_of_a_new_bot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.adapters.web.door import Read

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
MOST = 200_000
Answer = tuple[int, str]


@dataclass
class Desk:
    """Takes what is posted, unless it is told not to read."""

    taken: list[tuple[bytes, ...]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    reads: bool = True

    async def receive(self, headers: Mapping[str, str], read: Read) -> Answer:
        self.headers.append(headers)
        if not self.reads:
            return 403, "not yours"
        self.taken.append(tuple(await read()))
        return 200, "taken"


def at_the_door(desk: Desk, port: int, visit: Callable[[int], Answer]) -> Answer:
    """Open the door, let a visitor come, close it."""
    figures = figures_of_a_new_bot(AT)
    view = View(
        alive=figures.alive,
        ready=figures.ready,
        status=figures.status,
        page=str,
        badge=lambda _: None,
        sprint=lambda _name: None,
        trend=dict,
        metrics=figures.metrics,
    )

    async def play() -> Answer:
        door = Door(Settings(port=port), view, {"/hooks/gitlab/salsa": Post(receive=desk.receive, largest=MOST)})
        await door.open()
        try:
            return await asyncio.to_thread(visit, port)
        finally:
            await door.close()

    return asyncio.run(play())


def post(
    body: bytes | Sequence[bytes], *, path: str = "/hooks/gitlab/salsa", method: str = "POST", **headers: str
) -> Callable[[int], Answer]:
    """Return a visit that posts; a list of pieces is sent without its length."""

    def visit(port: int) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        pieces = body if isinstance(body, bytes) else iter(body)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # answered before all was sent
            connection.request(method, path, pieces, fields, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        try:
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    return visit


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_is_handed_on_as_it_was_sent_whatever_it_is_called(unused_port: Callable[[], int], kind: str) -> None:
    desk = Desk()
    assert at_the_door(desk, unused_port(), post(b'{"a": 1}', Content_Type=kind)) == (200, "taken\n")
    assert desk.taken == [(b'{"a": 1}',)]


def test_names_of_headers_are_found_in_any_case(unused_port: Callable[[], int]) -> None:
    desk = Desk()
    at_the_door(desk, unused_port(), post(b"{}", X_GITLAB_TOKEN="t"))
    assert desk.headers[0].get("X-Gitlab-Token") == "t"


def test_a_body_of_unknown_length_is_put_together(unused_port: Callable[[], int]) -> None:
    desk = Desk()
    at_the_door(desk, unused_port(), post([b'{"a"', b": 1}"], Transfer_Encoding="chunked"))
    assert desk.taken == [(b'{"a": 1}',)]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)],
)
def test_a_packed_body_is_handed_on_as_sent_and_as_unpacked(
    unused_port: Callable[[], int], coding: str, pack: Callable[[bytes], bytes]
) -> None:
    desk = Desk()
    packed = pack(b'{"a": 1}')
    at_the_door(desk, unused_port(), post(packed, Content_Encoding=coding))
    assert desk.taken == [(packed, b'{"a": 1}')]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b'{"a": 1}'),
        ("gzip", gzip.compress(b'{"a": 1}', mtime=0)[:-3]),
        ("br", b"?"),
        ("identity", b"{}"),
        ("gzip", b""),
    ],
)
def test_a_body_that_is_not_what_it_says_is_handed_on_as_it_is(
    unused_port: Callable[[], int], coding: str, body: bytes
) -> None:
    desk = Desk()
    assert at_the_door(desk, unused_port(), post(body, Content_Encoding=coding)) == (200, "taken\n")
    assert desk.taken[0][-1] == body


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // 10_000):
        yield b" " * 10_000


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b" " * (MOST + 1), {}),
        (list(pieces(2 * MOST)), {"Transfer_Encoding": "chunked"}),
        (gzip.compress(b" " * (MOST + 1), mtime=0), {"Content_Encoding": "gzip"}),
        (gzip.compress(b" " * 50_000_000, mtime=0), {"Content_Encoding": "gzip"}),
    ],
)
def test_a_body_beyond_the_limit_gets_413(
    unused_port: Callable[[], int], body: bytes | list[bytes], headers: dict[str, str]
) -> None:
    desk = Desk()
    assert at_the_door(desk, unused_port(), post(body, **headers)) == (413, f"more than {MOST} bytes\n")
    assert desk.taken == []


def test_a_body_at_the_limit_is_taken(unused_port: Callable[[], int]) -> None:
    desk = Desk()
    assert at_the_door(desk, unused_port(), post(b" " * MOST))[0] == 200
    assert len(desk.taken[0][0]) == MOST


def test_a_body_nobody_wants_to_read_is_not_waited_for(unused_port: Callable[[], int]) -> None:
    desk = Desk(reads=False)
    assert at_the_door(desk, unused_port(), post(b" " * MOST)) == (403, "not yours\n")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/hooks/gitlab/other", "POST", 404), ("/hooks/gitlab/salsa", "GET", 405), ("/", "POST", 405)],
)
def test_only_the_named_path_takes_a_post(unused_port: Callable[[], int], path: str, method: str, status: int) -> None:
    assert at_the_door(Desk(), unused_port(), post(b"{}", path=path, method=method))[0] == status


def test_more_bodies_than_memory_should_hold_are_put_off(unused_port: Callable[[], int]) -> None:
    desk = Desk()

    def visit(port: int) -> Answer:
        held = []
        for _ in range(HELD_AT_ONCE + 1):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.putrequest("POST", "/hooks/gitlab/salsa")
            connection.putheader("Content-Length", str(MOST))
            connection.endheaders(b" " * (MOST - 1))
            held.append(connection)
        (told, *_), _, _ = select.select([one.sock for one in held], [], [], 10)  # whichever came to be the last
        answer = next(one for one in held if one.sock is told).getresponse()
        answer.read()
        for connection in held:
            connection.close()
        return answer.status, ""

    assert at_the_door(desk, unused_port(), visit)[0] == 503


def test_an_answer_to_a_post_has_the_headers_of_every_page(unused_port: Callable[[], int]) -> None:
    def visit(port: int) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/hooks/gitlab/salsa", b"{}")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, str({name: answer.headers[name] for name in HEADERS})

    assert at_the_door(Desk(), unused_port(), visit) == (200, str(HEADERS))


def test_a_door_that_closes_does_not_wait_for_a_body_that_never_ends(unused_port: Callable[[], int]) -> None:
    held = []

    def visit(port: int) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest("POST", "/hooks/gitlab/salsa")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"{")
        held.append(connection)
        return 0, "left open"

    desk = Desk()
    assert at_the_door(desk, unused_port(), visit) == (0, "left open")
    held[0].close()
    assert desk.taken == []
