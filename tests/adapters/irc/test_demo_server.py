"""The demo's server, as irssi and WeeChat meet it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.adapters.irc.world import run
from tests.fakes.irc_server import FakeServer, Person, person, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def two() -> AsyncIterator[tuple[Person, Person]]:
    async with (
        serving(FakeServer()) as server,
        person(server.port, "alice", "#team") as alice,
        person(server.port, "bob", "#team") as bob,
    ):
        await alice.until(":bob!.* JOIN #team")
        yield alice, bob


def test_a_client_that_negotiates_is_welcomed_after_its_end() -> None:
    async def story() -> None:
        async with serving(FakeServer()) as server:
            weechat = await Person("weechat").connect(server.port, registered=False)
            await weechat.until(" 422 ")
            await weechat.close()
            other = Person("irssi")
            other._reader, other._writer = await asyncio.open_connection("127.0.0.1", server.port)
            other.send("CAP LS 302", "NICK irssi", "USER irssi irssi localhost :irssi", "CAP REQ :multi-prefix x")
            assert await other.until("CAP .* LS") == ":irc.fake CAP * LS :multi-prefix"
            assert await other.until("NAK") == ":irc.fake CAP irssi NAK :multi-prefix x"
            other.send("CAP REQ :multi-prefix", "CAP END")
            await other.until(" 422 ")
            numerics = [line.split(" ")[1] for line in other.lines if line.split(" ")[1].isdigit()]
            assert numerics == ["001", "002", "003", "004", "005", "422"]
            await other.close()

    run(story())


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("NAMES #team", [":irc.fake 353 alice = #team :@alice bob", ":irc.fake 366 alice #team :End of NAMES list"]),
        ("MODE #team", [":irc.fake 324 alice #team +nt", None]),
        ("MODE #team b", [":irc.fake 368 alice #team :End of channel ban list"]),
        ("MODE alice +i", []),
        ("MODE alice", [":irc.fake 221 alice :+"]),
        ("TOPIC #team", [":irc.fake 331 alice #team :No topic"]),
        ("TOPIC #team :cloud images", [":alice!alice@127.0.0.1 TOPIC #team :cloud images"]),
        ("MODE #team +v bob", [":alice!alice@127.0.0.1 MODE #team +v bob"]),
        ("MODE #team +m-t", [":alice!alice@127.0.0.1 MODE #team +m-t"]),
        ("MODE #team +x", [":irc.fake 472 alice x :is unknown mode char to me"]),
        ("MODE #team +o eve", [":irc.fake 441 alice eve #team :They aren't on that channel"]),
        ("KICK #team bob :out", [":alice!alice@127.0.0.1 KICK #team bob :out"]),
        ("KICK #team eve", [":irc.fake 441 alice eve #team :They aren't on that channel"]),
        (
            "WHO #team",
            [
                ":irc.fake 352 alice #team alice 127.0.0.1 irc.fake alice H@ :0 alice",
                ":irc.fake 352 alice #team bob 127.0.0.1 irc.fake bob H :0 bob",
                ":irc.fake 315 alice #team :End of WHO list",
            ],
        ),
        ("WHOIS eve", [":irc.fake 401 alice eve :No such nick", ":irc.fake 318 alice eve :End of WHOIS list"]),
        (
            "WHOIS bob",
            [
                ":irc.fake 311 alice bob bob 127.0.0.1 * :bob",
                ":irc.fake 312 alice bob irc.fake :demo",
                ":irc.fake 318 alice bob :End of WHOIS list",
            ],
        ),
        ("ISON bob eve", [":irc.fake 303 alice :bob"]),
        ("USERHOST bob eve", [":irc.fake 302 alice :bob=+bob@127.0.0.1"]),
        (
            "LIST",
            [
                ":irc.fake 321 alice Channel :Users  Name",
                ":irc.fake 322 alice #team 2 :",
                ":irc.fake 323 alice :End of LIST",
            ],
        ),
        ("MOTD", [":irc.fake 422 alice :There is no message of the day"]),
        ("NICK bob", [":irc.fake 433 alice bob :Nickname is already in use"]),
        ("NICK 1x", [":irc.fake 432 alice 1x :Erroneous nickname"]),
        ("NICK aliza", [":alice!alice@127.0.0.1 NICK :aliza"]),
        ("JOIN team", [":irc.fake 403 alice team :No such channel"]),
        ("JOIN", [":irc.fake 461 alice JOIN :Not enough parameters"]),
        ("PART #other", [":irc.fake 403 alice #other :No such channel"]),
        ("PART #team :bye", [":alice!alice@127.0.0.1 PART #team :bye"]),
        ("PRIVMSG eve :x", [":irc.fake 401 alice eve :No such nick/channel"]),
        ("NOTICE eve :x", []),
        ("PRIVMSG #team :", [":irc.fake 412 alice :No text to send"]),
        ("USER a b c d", [":irc.fake 462 alice :You may not reregister"]),
        ("XYZZY", [":irc.fake 421 alice XYZZY :Unknown command"]),
        ("CAP LIST", [":irc.fake CAP alice LIST :"]),
        ("CAP FOO", [":irc.fake 410 alice FOO :Invalid CAP command"]),
        ("@label=1 :alice ISON", [":irc.fake 461 alice ISON :Not enough parameters"]),
    ],
)
def test_commands_are_answered_as_clients_expect(said: str, answers: list[str | None]) -> None:
    async def story() -> None:
        async with two() as (alice, _):
            alice.send(said)
            lines = (await alice.everything())[:-1]
            assert len(lines) == len(answers)
            assert [line for line, answer in zip(lines, answers, strict=True) if answer not in {None, line}] == []

    run(story())


def test_only_operators_lead_a_channel() -> None:
    async def story() -> None:
        async with two() as (_, bob):
            bob.send("MODE #team +m", "KICK #team alice", "TOPIC #team :mine")
            assert [line.split(" ")[1] for line in (await bob.everything())[:-1]] == ["482", "482", "482"]

    run(story())


def test_a_channel_that_is_empty_is_forgotten() -> None:
    async def story() -> None:
        async with serving(FakeServer()) as server, person(server.port, "alice", "#team") as alice:
            alice.send("JOIN 0")
            await alice.everything()
            assert server.channels == {}

    run(story())


def test_somebody_who_goes_is_seen_to_go() -> None:
    async def story() -> None:
        async with two() as (alice, bob):
            bob.send("QUIT :bye")
            assert await bob.until("ERROR") == "ERROR :Closing link: Quit: bye"
            assert await alice.until("QUIT") == ":bob!bob@127.0.0.1 QUIT :Quit: bye"

    run(story())


def test_nothing_counts_before_the_welcome() -> None:
    async def story() -> None:
        async with serving(FakeServer()) as server:
            early = Person("early")
            early._reader, early._writer = await asyncio.open_connection("127.0.0.1", server.port)
            early.send("JOIN #team", "PRIVMSG #team :x")
            assert [(await early.line()).split(" ")[1] for _ in range(2)] == ["451", "451"]
            await early.close()

    run(story())
