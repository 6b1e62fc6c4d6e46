"""Whether host names resolve, asked of the machine's own resolver."""

from __future__ import annotations

import asyncio
import socket

import pytest

from cloudbot.adapters.names import resolves
from cloudbot.core.ports import Permanent, Sent, Transient


def test_a_name_of_this_machine_resolves() -> None:
    assert asyncio.run(resolves("localhost")) == Sent()


def test_what_can_be_no_name_does_not() -> None:
    assert isinstance(asyncio.run(resolves("a" * 300 + ".example")), Permanent)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Permanent("no.example.org does not resolve")),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), Transient("the resolver says: try again")),
        (TimeoutError(), Transient("the resolver does not answer")),
    ],
    ids=["no such name", "no server answers", "too slow"],
)
def test_no_answer_is_another_thing_than_no(
    error: Exception, outcome: Permanent | Transient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_words: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    assert asyncio.run(resolves("no.example.org")) == outcome
