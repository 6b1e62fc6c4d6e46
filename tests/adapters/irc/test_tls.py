"""Certificates good and bad: the bot says what is wrong, sends nothing, and neither ends nor loops without a pause."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.irc import tls
from tests.adapters.irc.certificates import certificate, server_context
from tests.adapters.irc.world import Bot, bot, run, settings
from tests.fakes.irc_server import FakeServer, serving

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def valid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificates"), "valid")


@pytest.fixture(scope="session")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(
        tmp_path_factory.mktemp("certificates"), "expired", begins="20190101000000Z", ends="20200101000000Z"
    )


def pin(pem: Path, algorithm: str) -> str:
    der = ssl.PEM_cert_to_DER_cert(pem.read_text().partition("-----BEGIN PRIVATE")[0])
    return f"{algorithm}:{hashlib.new(algorithm, der).hexdigest()}"


def refused(pem: Path, **changes: object) -> tuple[Bot, FakeServer]:
    """Let the bot try a server that it must not accept, twice."""

    async def story() -> tuple[Bot, FakeServer]:
        async with serving(FakeServer(), tls=server_context(pem)) as server:
            async with bot(settings(server.port, tls=True, **changes), joined=False) as running:
                await running.until(lambda bot: bot.network.health().state == "waiting")
                health = running.network.health()
                await running.until(lambda bot: bot.network.health().since > health.since)
            return running, server

    return run(story())


def test_a_certificate_of_an_authority_we_trust_is_accepted(valid: Path) -> None:
    async def story() -> None:
        async with (
            serving(FakeServer(), tls=server_context(valid)) as server,
            bot(settings(server.port, tls=True, ca_file=valid)) as running,
        ):
            assert running.network.health().notes == ()

    run(story())


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_pinned_certificate_needs_no_authority(valid: Path, algorithm: str) -> None:
    async def story() -> None:
        async with (
            serving(FakeServer(), tls=server_context(valid)) as server,
            bot(settings(server.port, tls=True, pins=(f"sha256:{'0' * 64}", pin(valid, algorithm)))) as running,
        ):
            assert running.network.health().state == "ready"

    run(story())


def test_another_certificate_than_the_pinned_one_is_refused_and_shown(valid: Path) -> None:
    running, server = refused(valid, pins=(f"sha256:{'0' * 64}",))
    assert running.network.health().notes == (f"the server's certificate matches no pin; it is {pin(valid, 'sha256')}",)
    assert server.received == []


def test_an_unknown_authority_is_refused_before_anything_is_sent(valid: Path) -> None:
    running, server = refused(valid)
    assert running.network.health().notes == ("the server's certificate is not valid: self-signed certificate",)
    assert server.received == []


def test_an_expired_certificate_is_refused(expired: Path) -> None:
    running, server = refused(expired, ca_file=expired)
    assert running.network.health().notes == ("the server's certificate is not valid: certificate has expired",)
    assert server.received == []


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    other = certificate(tmp_path, "other", names="DNS:irc.example.org")
    running, server = refused(other, ca_file=other)
    assert "IP address mismatch" in running.network.health().notes[0]
    assert server.received == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no readable certificate"),
        ("no pem", "no certificate in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "not a certificate"),
    ],
)
def test_an_unreadable_certificate_of_ours_is_said_and_retried(tmp_path: Path, content: str | None, why: str) -> None:
    own = tmp_path / "own.pem"
    if content is not None:
        own.write_text(content)

    async def story() -> None:
        async with bot(settings(1, tls=True, certificate=own), joined=False) as running:
            await running.until(lambda bot: bot.network.health().state == "waiting")
            assert str(own) in running.network.health().detail
            assert why in running.network.health().detail or content is None

    run(story())


def test_a_certificate_that_the_services_do_not_know_is_shown_with_what_to_type(valid: Path) -> None:
    async def story() -> None:
        async with serving(FakeServer(), tls=server_context(valid)) as server:
            chosen = settings(server.port, tls=True, ca_file=valid, certificate=valid, identify_timeout=0.05)
            async with bot(chosen) as running:
                (note,) = running.network.health().notes
                assert note.endswith(f"CERT ADD {pin(valid, 'sha1').partition(':')[2]}")

    run(story())


def test_fingerprints_are_shown_for_the_services(valid: Path) -> None:
    assert {name: f"{name}:{value}" for name, value in tls.fingerprints(valid).items()} == {
        name: pin(valid, name) for name in ("sha1", "sha256", "sha512")
    }


@pytest.mark.parametrize(
    ("ends", "end"),
    [("20260315120000Z", datetime(2026, 3, 15, 12, tzinfo=UTC)), ("20560101000000Z", datetime(2056, 1, 1, tzinfo=UTC))],
)
def test_the_end_of_a_certificate_is_read_in_both_forms_of_time(tmp_path: Path, ends: str, end: datetime) -> None:
    assert tls.ends(certificate(tmp_path, "own", ends=ends)) == end


@pytest.mark.parametrize(
    ("at", "warning"),
    [
        (datetime(2026, 1, 31, tzinfo=UTC), ""),
        (datetime(2026, 2, 13, 12, tzinfo=UTC), "own.pem ends in 30 days, on 2026-03-15"),
        (datetime(2026, 3, 14, tzinfo=UTC), "own.pem ends in 1 days, on 2026-03-15"),
        (datetime(2026, 3, 16, tzinfo=UTC), "own.pem ended on 2026-03-15: the services do not recognise the bot by it"),
    ],
)
def test_thirty_days_before_its_end_a_certificate_is_worth_a_word(tmp_path: Path, at: datetime, warning: str) -> None:
    assert tls.ending(certificate(tmp_path, "own", ends="20260315120000Z"), at) == warning
