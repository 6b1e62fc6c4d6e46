"""Everything that ends a bot on the bare `irc` library (section 3.2 of the IRC study): each leaves ours as it was.

One test per row; the last thing each does is to ask the bot something on the same connection.
"""

from __future__ import annotations

import contextlib
import inspect
from typing import TYPE_CHECKING

import irc.client
import irc.client_aio
import pytest

from cloudbot.adapters.irc.connection import Connection
from tests.adapters.irc.world import TEAM, Bot, bot, run, settings
from tests.fakes.irc_server import FakeServer, Person, person, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def echoing() -> AsyncIterator[tuple[FakeServer, Bot, Person]]:
    """A bot that repeats what Alice says after `say `."""
    async with (
        serving(FakeServer()) as server,
        person(server.port, "alice", "#team") as alice,
        bot(settings(server.port)) as running,
    ):
        running.echo = "say "
        await alice.until("JOIN #team")
        yield server, running, alice


async def still_there(server: FakeServer, alice: Person) -> None:
    """The bot answers, and on the connection it has had all the time."""
    alice.say("#team", "say I am here")
    while await alice.hears("#team") != "I am here":
        pass
    assert len(server.said("^CAP LS")) == 1


def survives(*lines: bytes) -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject_bytes("cloudbot", b"".join(line + b"\r\n" for line in lines))
            await still_there(server, alice)

    run(story())


def test_a_latin_1_byte_in_a_channel() -> None:
    survives(b":alice!a@h PRIVMSG #team :caf\xe9")


def test_a_dcc_request_without_arguments() -> None:
    survives(b":alice!a@h PRIVMSG cloudbot :\x01DCC\x01")


@pytest.mark.parametrize("quote", ["\x10n", "\x10r", "\x10", "\r", "\x10rQUIT :hacked", "\x10nPRIVMSG #team :hacked"])
def test_repeated_text_with_ctcp_quoting_stays_one_line(quote: str) -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject("cloudbot", f":alice!a@h PRIVMSG #team :say x{quote} y")
            await still_there(server, alice)
            assert server.said("^QUIT|^PRIVMSG #team :hacked|^NOTICE") == []
            assert len(server.said("^PRIVMSG #team :x")) == 1

    run(story())


@pytest.mark.parametrize(
    "line",
    [
        b" ",
        b":alice!a@h PRIVMSG #team",
        b"PING",
        b":alice!a@h QUIT",
        b"QUIT",
        b"NICK",
        b":alice!a@h NICK",
        b":irc.fake 005 cloudbot CHANLIMIT=# :are supported",
        b":irc.fake 005 cloudbot CHANLIMIT=#: = :are supported",
    ],
)
def test_lines_without_their_parameters(line: bytes) -> None:
    survives(line)


@pytest.mark.parametrize(
    "lines",
    [
        [b":alice!a@h MODE #other +o bob"],
        [b":alice!a@h PART #other"],
        [b":irc.fake 353 cloudbot = #other :@alice"],
        [b":irc.fake 005 cloudbot PREFIX= :are supported", b":irc.fake 353 cloudbot = #team :@alice +bob"],
    ],
)
def test_messages_about_what_is_not_known(lines: list[bytes]) -> None:
    survives(*lines)


def test_a_reply_longer_than_a_line_is_cut_into_lines() -> None:
    async def story() -> None:
        async with echoing() as (server, running, alice):
            server.inject("cloudbot", f":alice!a@h PRIVMSG #team :say {'w' * 2000}")
            pieces = [await alice.hears("#team")]
            while len("".join(pieces)) < 2000:
                pieces.append(await alice.hears("#team"))
            assert "".join(pieces) == "w" * 2000
            assert max(len(f":{server.client('cloudbot').mask} PRIVMSG #team :{piece}\r\n") for piece in pieces) <= 512
            assert running.network.health().state == "ready"

    run(story())


def test_a_server_that_closes_while_answers_are_written() -> None:
    async def story() -> None:
        async with echoing() as (server, running, alice):
            for number in range(50):
                running.network.answer(TEAM, [f"line {number}"])
            server.inject("cloudbot", "ERROR :Closing Link: cloudbot (Excess Flood)")
            server.cut("cloudbot")
            for number in range(50):
                running.network.answer(TEAM, [f"line {number}"])
            await alice.until(":cloudbot!.* JOIN")
            await running.in_channel()
            alice.say("#team", "say back again")
            while await alice.hears("#team") != "back again":
                pass

    run(story())


def test_two_spaces_after_the_tags() -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject("cloudbot", "@time=2020-01-01T00:00:00Z;x=y   :alice!a@h  PRIVMSG  #team  :say spaced")
            assert await alice.hears("#team") == "spaced"

    run(story())


def test_four_mebibytes_without_a_line_end() -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject_bytes("cloudbot", b"x" * (4 << 20) + b"\r\n")
            await still_there(server, alice)

    run(story())


def test_a_message_to_the_operators_is_answered_to_the_operators() -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject("cloudbot", ":alice!a@h PRIVMSG @#team :say quietly")
            await alice.until("PRIVMSG @#team :quietly")
            assert server.said("^PRIVMSG #team :quietly") == []

    run(story())


def test_names_with_several_prefixes_are_not_taken_for_nicks() -> None:
    survives(b":irc.fake 353 cloudbot = #team :@+alice", b":alice!a@h MODE #team -o alice")


def test_ctcp_inside_a_text_is_text() -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject("cloudbot", ":alice!a@h PRIVMSG #team :say a \x01VERSION\x01 b")
            assert await alice.hears("#team") == "a VERSION b"
            assert server.said("^NOTICE") == []

    run(story())


def test_what_a_listener_does_wrong_stays_with_the_line() -> None:
    async def story() -> None:
        async with echoing() as (server, running, alice):

            def fail(_: object) -> None:
                raise RuntimeError("a feature's fault")

            good, running.hear = running.hear, fail
            alice.say("#team", "say nothing")
            await alice.everything()
            server.inject("cloudbot", ":alice!a@h PRIVMSG #team :x")
            await running.until(lambda _: server.said("^PRIVMSG"))
            running.hear = good
            await still_there(server, alice)

    run(story())


def test_the_library_s_own_listeners_do_not_act() -> None:
    async def story() -> None:
        async with echoing() as (server, _, alice):
            server.inject("cloudbot", "PING :one")
            await still_there(server, alice)
            assert server.said("^PONG") == ["PONG :one"]

    run(story())


@pytest.mark.parametrize("name", ["_process_line", "_prep_message", "_handle_event"])
def test_the_private_names_that_we_override_are_still_the_library_s(name: str) -> None:
    theirs = getattr(irc.client.ServerConnection, name)
    ours = getattr(Connection, name)
    assert ours is not theirs
    assert len(inspect.signature(ours).parameters) == len(inspect.signature(theirs).parameters)


def test_the_library_still_calls_what_we_override() -> None:
    assert "_process_line" in inspect.getsource(irc.client_aio.AioConnection.process_data)
    assert "_prep_message" in inspect.getsource(irc.client_aio.AioConnection.send_raw)
    assert "_handle_event" in inspect.getsource(irc.client.ServerConnection._process_line)
    assert "connection.process_data" in inspect.getsource(irc.client_aio.IrcProtocol.data_received)
