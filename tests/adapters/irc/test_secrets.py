"""No secret in a log, at any level, whatever happens; and none on a wire that anybody can read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
import structlog

from cloudbot.adapters.irc.redact import Redactor
from tests.adapters.irc.certificates import certificate, server_context
from tests.adapters.irc.world import bot, run, settings
from tests.fakes.irc_server import FakeServer, person, serving

if TYPE_CHECKING:
    from pathlib import Path

    from cloudbot.demo.ircd import Client

SECRET = "s3cret-of-the-team"
ENCODED = base64.b64encode(f"cloudbot\0cloudbot\0{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("PASS :open sesame", "PASS [hidden]"),
        ("pass sesame", "pass [hidden]"),
        ("OPER op sesame", "OPER [hidden]"),
        ("AUTHENTICATE c2VzYW1l", "AUTHENTICATE [hidden]"),
        ("IDENTIFY sesame", "IDENTIFY [hidden]"),
        ("NS IDENTIFY sesame", "NS [hidden]"),
        ("PRIVMSG NickServ :IDENTIFY sesame", "PRIVMSG NickServ :[hidden]"),
        ("privmsg nickserv@services.test :REGAIN cloudbot sesame", "privmsg nickserv@services.test :[hidden]"),
        ("PRIVMSG #team :https://bot:token@salsa.example/x", "PRIVMSG #team :https://bot:[hidden]@salsa.example/x"),
        (
            "PRIVMSG #team :https://salsa.example/x?private_token=abc&y=1",
            "PRIVMSG #team :https://salsa.example/x?private_token=[hidden]&y=1",
        ),
        ("PRIVMSG #team :a quiet line", "PRIVMSG #team :a quiet line"),
        ("PASSING by", "PASSING by"),
    ],
)
def test_lines_that_carry_secrets_by_their_nature_are_blacked_out(line: str, shown: str) -> None:
    assert Redactor().line(line) == shown


def test_a_known_secret_is_blacked_out_wherever_it_is() -> None:
    redactor = Redactor()
    redactor.learn(SECRET)
    redactor.learn("abc")
    assert redactor.line(f"No such command {SECRET}, abc") == "No such command [hidden], abc"
    assert redactor.line(base64.b64encode(SECRET.encode()).decode()) == "[hidden]"


def reveals(logged: object) -> bool:
    return any(word in repr(logged) for word in (SECRET, ENCODED, base64.b64encode(SECRET.encode()).decode()))


def test_nothing_that_is_logged_holds_a_secret() -> None:
    """Registration by PASS, SASL PLAIN and IDENTIFY, regaining, a server that repeats all of it, and a fault."""
    server = FakeServer(caps={"sasl": "PLAIN", "batch": ""})

    def authenticate(client: Client, params: list[str]) -> None:
        if params[0] == "PLAIN":
            client.send("AUTHENTICATE +")
        else:
            client.send(f"FAIL AUTHENTICATE WRONG {params[0]} :you said {params[0]}")
            client.say("904", f"not with {SECRET}")

    async def story() -> None:
        server.replies = {"AUTHENTICATE": authenticate}
        async with serving(server), person(server.port, "NickServ"), person(server.port, "cloudbot"):
            chosen = settings(
                server.port,
                password_credential="irc",
                server_password_credential="irc",
                regain="REGAIN {nick} {password}",
                identify_timeout=0.05,
                trace=True,
            )
            async with bot(chosen, password=SECRET) as running:

                def fail(_: object) -> None:
                    password = SECRET
                    raise RuntimeError(f"a fault with {password}")

                running.hear = fail
                server.inject("cloudbot_", f":alice!a@h PRIVMSG #team :{SECRET}", f"FAIL X Y :{SECRET}")
                server.inject("cloudbot_", f"ERROR :Closing Link: {SECRET}")
                await running.until(lambda _: len(server.said("^CAP LS")) == 2)
                assert not reveals(running.network.health())
                assert server.said(f"^PASS :{SECRET}")
                assert server.said(f"IDENTIFY {SECRET}")
                assert server.said(ENCODED)

    with structlog.testing.capture_logs() as logs:
        run(story())
    assert {"irc.in", "irc.out", "irc.error", "irc.line_failed", "irc.note"} <= {entry["event"] for entry in logs}
    assert [entry for entry in logs if reveals(entry)] == []


def test_nothing_secret_is_said_before_the_server_has_proved_itself(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "server")

    async def story() -> None:
        async with serving(FakeServer(), tls=server_context(pem)) as server:
            chosen = settings(server.port, tls=True, password_credential="irc", server_password_credential="irc")
            async with bot(chosen, password=SECRET, joined=False) as running:
                await running.until(lambda bot: bot.network.health().state == "waiting")
            assert server.received == []

    run(story())


def test_a_credential_that_cannot_be_read_is_said_and_tried_again() -> None:
    async def story() -> None:
        async with (
            serving(FakeServer()) as server,
            bot(settings(server.port, password_credential="missing"), joined=False) as running,
        ):
            await running.until(lambda bot: "missing" in bot.network.health().detail)
            assert server.received == []

    run(story())
