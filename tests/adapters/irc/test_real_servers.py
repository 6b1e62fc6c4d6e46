"""What only real servers can say: services, certificates, flood limits, and what a second client sees.

Each test names what it needs and is skipped where that is not installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.irc import Channel, Pacing, tls
from cloudbot.core.ports import Sent
from cloudbot.core.speech import Proof, Venue
from tests.adapters.irc.certificates import certificate
from tests.adapters.irc.world import TEAM, bot, run, settings
from tests.fakes.irc_server import Person, person
from tests.irc_servers.fixtures import Server, run_hybrid, run_ngircd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.server

PASSWORD = "open-sesame"


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client certificate."""
    return certificate(tmp_path_factory.mktemp("own"), "own")


async def register(server: Server, nick: str, *, pem: Path | None = None) -> None:
    """Make a services account, and let a certificate speak for it."""
    async with person(server.tls_port if pem else server.port, nick, tls=pem) as somebody:
        await registered(somebody)
        if pem is not None:
            somebody.say("NickServ", "CERT ADD")
            await somebody.until("NOTICE .*(added|already)")


async def registered(somebody: Person) -> None:
    somebody.say("NickServ", f"REGISTER {PASSWORD} {somebody.nick}@example.org")
    line = await somebody.until("NOTICE .*(registered|already)")
    if "already" in line:
        somebody.say("NickServ", f"IDENTIFY {PASSWORD}")
        await somebody.until("NOTICE .*(accepted|identified)")


def with_account(server: Server, **changes: object) -> dict[str, object]:
    return {"password_credential": "irc", "services_host": server.services_host, "identify_timeout": 5.0, **changes}


# SASL


def test_sasl_plain_identifies_before_the_join(inspircd: Server) -> None:
    async def story() -> None:
        await register(inspircd, "saslplain")
        chosen = settings(inspircd.port, nick="saslplain", **with_account(inspircd, sasl="required"))
        async with person(inspircd.port, "witness1") as witness, bot(chosen, password=PASSWORD) as running:
            assert running.network.health().identified
            witness.send("WHOIS saslplain")
            assert " saslplain saslplain :is logged in as" in await witness.until(" 330 ")

    run(story())


def test_sasl_external_needs_no_password(inspircd: Server, own: Path) -> None:
    async def story() -> None:
        await register(inspircd, "saslcert", pem=own)
        chosen = settings(
            inspircd.tls_port, nick="saslcert", tls=True, ca_file=inspircd.ca_file, certificate=own, sasl="required"
        )
        async with bot(chosen) as running:
            assert running.network.health().identified

    run(story())


def test_a_wrong_password_leaves_the_bot_outside_or_unidentified_as_configured(inspircd: Server) -> None:
    async def story() -> None:
        await register(inspircd, "saslwrong")
        account = with_account(inspircd, nick="saslwrong", identify_timeout=0.3)
        async with bot(settings(inspircd.port, **account, sasl="required"), password="wrong", joined=False) as running:
            await running.until(lambda bot: "SASL is required" in bot.network.health().detail)
            assert "wrong" not in running.network.health().detail
        async with bot(settings(inspircd.port, **account), password="wrong") as running:
            assert not running.network.health().identified

    run(story())


def test_accounts_are_known_by_tag_join_and_whox_on_inspircd(inspircd: Server) -> None:
    async def story() -> None:
        async with person(inspircd.port, "tagged") as tagged:
            await registered(tagged)
            async with bot(settings(inspircd.port, channels=(Channel(name="#tags"),))) as running:
                tagged.send("JOIN #tags")
                await tagged.until(" 366 ")
                tagged.say("#tags", "hello")
                (heard,) = await running.hears()
                assert heard.speaker.proof == Proof("tagged", "account-tag")
                proof = await running.network.prove("tagged")
                assert proof is not None
                assert proof.account == "tagged"

    run(story())


# The relative of OFTC's server: no SASL, no account-tag


def test_a_certificate_alone_identifies_where_there_is_no_sasl(hybrid: Server, own: Path) -> None:
    async def story() -> None:
        await register(hybrid, "certbot", pem=own)
        async with person(hybrid.port, "keeper", "#registered") as keeper:
            keeper.send("MODE #registered +R")
            await keeper.until("MODE #registered :?[+]R")
            chosen = settings(
                hybrid.tls_port,
                nick="certbot",
                tls=True,
                ca_file=hybrid.ca_file,
                certificate=own,
                services_host=hybrid.services_host,
                identify_timeout=5.0,
                channels=(Channel(name="#registered"),),
            )
            async with bot(chosen) as running:
                assert running.network.health().identified
                joins = [line for line in keeper.lines if "JOIN" in line]
                assert len(joins) == 1

    run(story())


def test_the_services_take_the_fingerprint_that_we_print(hybrid: Server, own: Path) -> None:
    async def story() -> None:
        async with person(hybrid.tls_port, "printed", tls=own) as somebody:
            somebody.send("WHOIS printed")
            assert tls.fingerprints(own)["sha1"] in (await somebody.until(" 276 ")).lower()

    run(story())


def test_the_identify_command_identifies(hybrid: Server) -> None:
    async def story() -> None:
        await register(hybrid, "pwbot")
        chosen = settings(hybrid.port, nick="pwbot", **with_account(hybrid, identify="IDENTIFY pwbot {password}"))
        async with bot(chosen, password=PASSWORD) as running:
            assert running.network.health().identified

    run(story())


@pytest.mark.parametrize("way", ["whois", "status"])
def test_people_are_proved_by_whois_and_by_status(hybrid: Server, way: str) -> None:
    nick = f"person{way}"

    async def story() -> None:
        async with person(hybrid.port, nick) as somebody, person(hybrid.port, "stranger") as stranger:
            await registered(somebody)
            chosen = settings(hybrid.port, proof=way, services_host=hybrid.services_host)
            async with bot(chosen) as running:
                proofs = await asyncio.gather(*(running.network.prove(one) for one in (nick, "stranger", "nobody9")))
                source = {"whois": "whois-330", "status": "status"}[way]
                assert proofs == [Proof(nick, source), None, None]  # type: ignore[arg-type]  # one of two sources
                somebody.send(f"NICK {nick}2")
                stranger.send(f"NICK {nick}")
                await stranger.until(" NICK ")
                await stranger.everything()
                assert await running.network.prove(nick) is None

    run(story())


def test_somebody_called_nickserv_on_another_network_of_trust_proves_nobody(ngircd: Server) -> None:
    async def story() -> None:
        async with person(ngircd.port, "NickServ") as fraud, person(ngircd.port, "eve"):
            chosen = settings(ngircd.port, proof="status", services_host="services.test")
            async with bot(chosen) as running:
                asked = asyncio.create_task(running.network.prove("eve"))
                assert await fraud.hears("NickServ") == "STATUS eve"
                fraud.send("NOTICE cloudbot :4 (online, identified by SSL certificate)")
                await fraud.everything()
                await asyncio.sleep(0.05)
                assert not asked.done()
                asked.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asked

    run(story())


def test_a_ghost_gives_the_nick_back(hybrid: Server) -> None:
    async def story() -> None:
        await register(hybrid, "ghosted")
        async with person(hybrid.port, "ghosted"):
            chosen = settings(
                hybrid.port,
                nick="ghosted",
                **with_account(hybrid, identify="IDENTIFY ghosted {password}", regain="RECOVER {nick} {password}"),
            )
            async with bot(chosen, password=PASSWORD) as running:
                await running.until(lambda bot: bot.network.health().nick == "ghosted")

    run(story(), patience=30)


# Text of strangers


ENDS = {
    "bare CR": "\r",
    "CR LF": "\r\n",
    "LF": "\n",
    "NUL": "\0",
    "low level quote r": "\x10r",
    "low level quote n": "\x10n",
    "next line": "\u0085",
    "line separator": "\u2028",
}


RAW = {"\r", "\r\n", "\n", "\0"}


@pytest.fixture(params=["ngircd", "hybrid"])
def plain(request: pytest.FixtureRequest) -> Server:
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Server)
    return server


def test_no_text_becomes_a_command_as_a_second_client_sees_it(plain: Server) -> None:
    """Each line end in: an answer, a delivery, a NOTICE, a text that is repeated, and the realname."""

    async def story() -> None:
        async with person(plain.port, "watcher", "#team") as watcher:
            chosen = settings(plain.port)
            async with bot(chosen) as running:
                running.echo = "say "
                await watcher.until("JOIN :?#team")
                for name, end in ENDS.items():
                    evil = f"x{end}PRIVMSG #team :hacked by {name}{end}QUIT :hacked"
                    running.network.answer(TEAM, [f"answer {evil}"])
                    running.network.tell(TEAM, "watcher", f"told {evil}")
                    assert await running.network.deliver(TEAM, f"notice {evil}", notice=True) == Sent()
                    assert await running.network.deliver(TEAM, f"message {evil}", notice=False) == Sent()
                    running.network.answer(Venue("test", f"#team{end}QUIT"), ["x"])
                    if end not in RAW:  # these end the watcher's own line, as they would anybody's
                        watcher.say("#team", f"say repeated {evil}")
                await watcher.everything()
                await asyncio.sleep(0.1)
                await watcher.everything()
                said = [
                    line.split(" :", 1)[1] for line in watcher.lines if line.startswith(":cloudbot!") and " :" in line
                ]
                spoken = [text for text in said if text.startswith(("answer", "told", "notice", "message", "repeated"))]
                assert len(spoken) >= 4 * len(ENDS)
                assert [
                    line for line in watcher.lines if line.startswith(":cloudbot!") and "QUIT" in line.split(" ")[1]
                ] == []
                assert [text for text in said if text.startswith("hacked")] == []

    run(story())


def test_quoted_line_ends_of_other_people_are_not_repeated(plain: Server) -> None:
    """In nick, topic and kick reason no server lets them through raw; `^P r` it does, and that is what bit others."""

    async def story() -> None:
        chosen = settings(plain.port, channels=(Channel(name="#quotes"),))
        async with person(plain.port, "quoter", "#quotes") as quoter, bot(chosen) as running:
            quoter.send("TOPIC #quotes :a\x10rQUIT :hacked", "KICK #quotes cloudbot :b\x10rQUIT :hacked")
            await quoter.until("JOIN :?#quotes")
            await running.in_channel("#quotes")
            assert [line for line in quoter.lines if ":cloudbot!" in line and " QUIT " in line] == []

    run(story())


# Floods


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    """ircd-hybrid with the limits of its distribution, near a public network's."""
    with run_hybrid(FLOOD="default", THROTTLE="100") as server:
        yield server


@pytest.mark.slow
def test_two_thousand_commands_at_once_never_end_in_excess_flood(strict: Server) -> None:
    async def story() -> None:
        async with person(strict.port, "loader", "#team", user="bench") as loader:
            chosen = settings(strict.port, pacing=Pacing(queue=4))
            async with bot(chosen) as running:
                await loader.until("JOIN :?#team")
                running.echo = "say "
                for number in range(2000):
                    loader.say("#team", f"say answer {number}")
                await running.hears(2000)
                loader.send("PING :before")
                answered, left_out = list[int](), 0
                while len(answered) + left_out < 2000:  # while they come there is room for one now and then
                    line = await loader.hears("#team", timeout=15)
                    confession = re.fullmatch(r"\((\d+) lines? w\w+ left out here: too many at once\)", line)
                    if confession is None:
                        answered.append(int(line.removeprefix("answer ")))
                    else:
                        left_out += int(confession[1])
                assert len(answered) + left_out == 2000
                assert answered == sorted(set(answered))
                assert running.network.health().state == "ready"
                assert [line for line in loader.lines if " QUIT " in line] == []

    run(story(), patience=40)


@pytest.mark.slow
def test_fifty_announcements_at_once_are_all_delivered_in_time(strict: Server) -> None:
    """Enough to exceed every limit of the server if they went at once; stopped after ten seconds of good behaviour."""

    async def story() -> None:
        chosen = settings(strict.port, pacing=Pacing())
        async with person(strict.port, "reader", "#team", user="bench") as reader, bot(chosen) as running:
            await reader.until("JOIN :?#team")
            text = "merge request " + "x" * 300
            deliveries = [
                asyncio.create_task(running.network.deliver(TEAM, f"{number} {text}", notice=False))
                for number in range(50)
            ]
            done, waiting = await asyncio.wait(deliveries, timeout=6)
            assert {task.result() for task in done} == {Sent()}
            assert len(done) >= 2
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            assert running.network.health().state == "ready"
            assert len([line for line in reader.lines if " QUIT " in line]) == 0

    run(story())


def test_a_server_that_throttles_reconnects_is_met_with_patience() -> None:
    with run_hybrid(FLOOD="default", THROTTLE="1") as server:

        async def story() -> None:
            async with bot(settings(server.port, min_delay=0.2, max_delay=5), joined=False) as running:
                await running.until(
                    lambda bot: bot.network.health().state == "ready" or "next try" in bot.network.health().detail
                )
                await running.in_channel()

        run(story())


# A crash


def test_a_server_that_is_killed_and_started_again_is_joined_again() -> None:
    async def story() -> None:
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(run_ngircd())
            async with bot(settings(server.port)) as running:
                stack.close()
                await running.until(lambda bot: bot.network.health().state == "waiting")
                assert running.task is not None
                assert not running.task.done()

    run(story())


def test_an_oper_s_kill_is_survived(ngircd: Server) -> None:
    async def story() -> None:
        chosen = settings(ngircd.port, channels=(Channel(name="#killing"),), nick="victim")
        async with person(ngircd.port, "oper", "#killing") as oper, bot(chosen) as running:
            await oper.until("JOIN :?#killing")
            oper.send("OPER op oppass", "KILL victim :go")
            await oper.until("QUIT|KILL")
            await oper.until("JOIN :?#killing")
            await running.in_channel("#killing")

    run(story())


def test_a_k_line_is_waited_out_with_growing_pauses_and_the_bot_comes_back_when_it_is_lifted() -> None:
    with run_hybrid() as server:

        async def story() -> None:
            chosen = settings(server.port, nick="victim", user="victim", max_delay=1)
            async with person(server.port, "theoper", "#team", user="bench") as oper, bot(chosen) as running:
                await oper.until("JOIN :?#team")
                oper.send("OPER op oppass")
                await oper.until(" 381 ")
                oper.send("KLINE 1 *victim@127.0.0.1 :for a test")
                await running.until(lambda bot: bot.network.health().state == "waiting")
                await running.until(lambda bot: "banned from server" in bot.network.health().detail)
                assert running.task is not None
                assert not running.task.done()
                oper.send("UNKLINE *victim@127.0.0.1")
                await running.in_channel()

        run(story())
