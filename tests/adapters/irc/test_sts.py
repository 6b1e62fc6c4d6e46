"""Strict transport security: stored, obeyed, ended, and never learned from plain text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.irc.sts import Policies
from tests.adapters.irc.certificates import certificate, server_context
from tests.adapters.irc.world import NOW, bot, run, settings
from tests.fakes.irc_server import FakeServer, serving

if TYPE_CHECKING:
    from pathlib import Path


def test_a_policy_is_kept_for_its_time(tmp_path: Path) -> None:
    Policies(tmp_path).learn("IRC.example", 6697, "duration=60,preload,port=1", NOW)
    policies = Policies(tmp_path)
    assert policies.port("irc.example", NOW + timedelta(seconds=59)) == 6697
    assert policies.port("irc.example", NOW + timedelta(seconds=60)) is None
    assert policies.port("other.example", NOW) is None


def test_a_duration_of_nothing_ends_a_policy(tmp_path: Path) -> None:
    policies = Policies(tmp_path)
    policies.learn("irc.example", 6697, "duration=60", NOW)
    policies.learn("irc.example", 6697, "duration=0", NOW)
    assert policies.port("irc.example", NOW) is None


@pytest.mark.parametrize("value", ["", "duration=", "duration=-1", "duration=x", f"duration={'9' * 50}", "port=5"])
def test_nonsense_is_no_policy(tmp_path: Path, value: str) -> None:
    Policies(tmp_path).learn("irc.example", 6697, value, NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["", "[]", '{"irc.example": 5}', '{"irc.example": {"port": "x", "until": 1}}', "\0"]
)
def test_a_damaged_file_is_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "sts.json").write_text(content)
    policies = Policies(tmp_path)
    assert policies.port("irc.example", NOW) is None
    policies.learn("irc.example", 6697, "duration=60", NOW)
    assert policies.port("irc.example", NOW) == 6697


def test_a_server_that_asks_for_tls_gets_it_at_once_and_is_remembered(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "server")

    async def story() -> None:
        async with (
            serving(FakeServer(caps={"sts": "duration=600,port=1"}), tls=server_context(pem)) as secure,
            serving(FakeServer(caps={"sts": f"port={secure.port}"})) as plain,
        ):
            chosen = settings(plain.port, ca_file=pem)
            async with bot(chosen, state=tmp_path / "state"):
                assert plain.said("^CAP|^QUIT|^JOIN") == ["CAP LS 302", "QUIT"]
                assert secure.said("^JOIN") == ["JOIN #team"]
            plain.received.clear()
            async with bot(chosen, state=tmp_path / "state"):
                assert plain.received == []

    run(story())
    stored = json.loads((tmp_path / "state" / "sts.json").read_text())
    assert datetime.fromisoformat(stored["127.0.0.1"]["until"]) > datetime.now(UTC)


def test_a_policy_that_ended_lets_plain_text_be_used_again(tmp_path: Path) -> None:
    Policies(tmp_path).learn("127.0.0.1", 1, "duration=60", datetime(2020, 1, 1, tzinfo=UTC))

    async def story() -> None:
        async with serving(FakeServer()) as server, bot(settings(server.port), state=tmp_path) as running:
            assert running.network.health().state == "ready"

    run(story())


def test_a_secure_port_that_cannot_be_reached_does_not_lead_back_to_plain_text(tmp_path: Path) -> None:
    Policies(tmp_path).learn("127.0.0.1", 1, "duration=60", datetime.now(UTC))

    async def story() -> None:
        async with (
            serving(FakeServer()) as server,
            bot(settings(server.port), joined=False, state=tmp_path) as running,
        ):
            await running.until(lambda bot: bot.network.health().state == "waiting")
            assert server.received == []

    run(story())
