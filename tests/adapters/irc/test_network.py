"""One network in good and bad times, on a server that does what it is told to do wrong."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.irc import Channel, Pacing, Settings
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.core.speech import Venue
from tests.adapters.irc.certificates import certificate, server_context
from tests.adapters.irc.world import TEAM, Bot, bot, run, settings
from tests.fakes.irc_server import FakeServer, person, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from cloudbot.demo.ircd import Client


@contextlib.asynccontextmanager
async def connected(server: FakeServer | None = None, **changes: object) -> AsyncIterator[tuple[FakeServer, Bot]]:
    async with serving(server or FakeServer()) as running, bot(settings(running.port, **changes)) as somebody:
        yield running, somebody


# Links that break


async def comes_back(server: FakeServer, running: Bot) -> None:
    """The bot has registered once more and is in its channel."""
    await running.until(lambda _: len(server.said("^JOIN")) == 2)
    await running.in_channel()


@pytest.mark.parametrize("words", [[], ["ERROR :Closing Link: cloudbot (Killed (op (spam)))"], ["ERROR"]])
def test_a_broken_link_is_made_again(words: list[str]) -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server.inject("cloudbot", *words)
            await asyncio.sleep(0)
            server.cut("cloudbot")
            await comes_back(server, running)

    run(story())


def test_a_link_on_which_nothing_comes_is_given_up_in_time() -> None:
    async def story() -> None:
        async with connected(silence=0.2, dead_after=0.1) as (server, running):
            server.silent = {"PING"}
            await running.until(lambda _: server.said("^PING :alive"))
            await comes_back(server, running)

    run(story())


def test_a_link_on_which_something_comes_is_kept() -> None:
    async def story() -> None:
        async with connected(silence=0.2, dead_after=0.1) as (server, running):
            await asyncio.sleep(0.7)
            assert len(server.said("^PING :alive")) >= 2
            assert len(server.said("^CAP LS")) == 1
            assert running.network.health().state == "ready"

    run(story())


def test_a_server_that_never_welcomes_is_given_up() -> None:
    async def story() -> None:
        server = FakeServer()
        server.silent = {"CAP", "NICK", "USER"}
        async with serving(server), bot(settings(server.port, register_timeout=0.1), joined=False) as running:
            await running.until(lambda _: len(server.said("^CAP LS")) == 2)
            assert not server.said("^JOIN")

    run(story())


@pytest.mark.parametrize(
    "say", [b"", b":irc.fake NOTICE * :wait\r\n", b"\0" * 100, b"HTTP/1.0 400 Bad Request\r\n\r\n"]
)
def test_something_that_accepts_and_closes_is_tried_again(say: bytes) -> None:
    async def story() -> None:
        attempts = 0

        async def door(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal attempts
            attempts += 1
            writer.write(say)
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(door, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            async with bot(settings(port), joined=False) as running:
                await running.until(lambda _: attempts == 3)

    run(story())


def test_a_server_that_is_down_is_waited_for_and_health_says_why() -> None:
    async def story() -> None:
        server = FakeServer()
        async with serving(server):
            pass
        async with bot(settings(server.port), joined=False) as running:
            await running.until(
                lambda bot: (
                    "refused" in bot.network.health().detail.lower()
                    or "Connect call failed" in bot.network.health().detail
                )
            )
            await server.start(port=server.port)
            await running.in_channel()
            await server.stop()

    run(story())


def test_a_name_that_does_not_resolve_is_waited_for() -> None:
    async def story() -> None:
        async with bot(settings(6667, server="no-such-host.invalid"), joined=False) as running:
            await running.until(lambda bot: "next try in" in bot.network.health().detail)
            assert running.task is not None
            assert not running.task.done()

    run(story())


@contextlib.contextmanager
def black_hole(port: int) -> Iterator[None]:
    """Answer no connection to that port over IPv6: the queue of the listener is full, so the kernel drops the rest."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(socket.AF_INET6))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("::1", port))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket(socket.AF_INET6))
            filler.setblocking(False)
            filler.connect_ex(("::1", port))
        yield


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_ipv6_black_hole_is_passed_over_where_ipv4_is_fine() -> None:
    async def story() -> None:
        server = FakeServer()
        async with serving(server):
            loop = asyncio.get_running_loop()
            asked: list[str] = []

            async def both(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
                asked.append(host)
                return [
                    (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
                    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
                ]

            loop.getaddrinfo = both  # type: ignore[method-assign, assignment]  # a resolver that knows two addresses
            with black_hole(server.port):
                async with bot(settings(server.port, server="irc.example.org"), joined=False) as running:
                    await running.in_channel()
            assert asked[0] == "irc.example.org"

    run(story())


def test_a_server_that_reads_slowly_does_not_hold_up_what_it_says() -> None:
    async def story() -> None:
        async with connected() as (server, running), person(server.port, "alice", "#team") as alice:
            transport = server.client("cloudbot").transport
            assert transport is not None
            transport.pause_reading()
            for number in range(20_000):
                running.network.answer(TEAM, [f"{number} " + "x" * 300])
            alice.say("#team", "still listening?")
            await running.hears()
            assert running.network.health().queued > 0
            transport.resume_reading()
            assert (await alice.hears("#team")).startswith("0 ")

    run(story())


@pytest.mark.parametrize("stage", ["CAP", "NICK", "JOIN"])
def test_stopping_in_any_stage_takes_less_than_a_second(stage: str) -> None:
    async def story() -> None:
        server = FakeServer()
        server.silent = {stage, "QUIT"}
        async with serving(server), bot(settings(server.port), joined=False) as running:
            await running.until(lambda _: server.said(f"^{stage}"))
            began = asyncio.get_running_loop().time()
            await running.stop()
            assert asyncio.get_running_loop().time() - began < 1
            assert server.said("^QUIT") == ["QUIT :back soon"]

    run(story())


def test_stopping_while_waiting_is_at_once() -> None:
    async def story() -> None:
        async with bot(settings(1, min_delay=60), joined=False) as running:
            await running.until(lambda bot: bot.network.health().state == "waiting")
            await running.stop()
            assert running.network.health().state == "stopped"

    run(story())


# Nicks


def test_a_taken_nick_is_regained_when_its_holder_goes() -> None:
    async def story() -> None:
        async with (
            serving(FakeServer()) as server,
            person(server.port, "cloudbot") as holder,
            bot(settings(server.port)) as running,
        ):
            assert running.network.health().nick == "cloudbot_"
            await running.until(lambda bot: bot.network.health().notes == ("the nick is cloudbot_, not cloudbot",))
            await holder.close()
            await running.until(lambda bot: bot.network.health().nick == "cloudbot")
            await running.until(lambda bot: bot.network.health().notes == ())

    run(story())


def test_a_nick_is_monitored_where_the_server_can() -> None:
    def monitor(client: Client, params: list[str]) -> None:
        if params[0] == "+":
            client.say("731", params[1])

    async def story() -> None:
        server = FakeServer(isupport=("MONITOR=100",), replies={"MONITOR": monitor})
        async with connected(server) as (_, running):
            server.inject("cloudbot", f":{server.client('cloudbot').mask} NICK :Guest123")
            server.clients["guest123"] = server.clients.pop("cloudbot")
            server.clients["guest123"].nick = "Guest123"
            await running.until(lambda bot: bot.network.health().nick == "cloudbot")
            assert server.said("^ISON") == []
            await running.until(lambda _: server.said("^MONITOR") == ["MONITOR + cloudbot", "MONITOR - cloudbot"])

    run(story())


def test_the_services_are_asked_for_a_taken_nick() -> None:
    async def story() -> None:
        async with (
            serving(FakeServer()) as server,
            person(server.port, "NickServ") as services,
            person(server.port, "cloudbot"),
        ):
            chosen = settings(
                server.port, password_credential="irc", regain="REGAIN {nick} {password}", identify_timeout=0.05
            )
            async with bot(chosen, password="sesame") as running:
                assert await services.hears("NickServ") == "IDENTIFY sesame"
                assert await services.hears("NickServ") == "REGAIN cloudbot sesame"
                assert running.network.health().nick == "cloudbot_"

    run(story())


def test_the_nick_of_the_welcome_is_ours_whatever_we_asked_for() -> None:
    async def story() -> None:
        server = FakeServer(isupport=("NICKLEN=5",))

        def nick(client: Client, params: list[str]) -> None:
            server._nick(client, [params[0][:5]])

        server.replies = {"NICK": nick}
        async with connected(server) as (_, running):
            assert running.network.health().nick == "cloud"
            server.inject("cloud", ":alice!a@h PRIVMSG cloud :help")
            (heard,) = await running.hears()
            assert heard.me == "cloud"

    run(story())


# Channels


@pytest.mark.parametrize("numeric", ["471", "473", "474", "475", "477", "437", "403", "405", "480", "489"])
def test_a_channel_that_refuses_is_tried_again_and_named_by_health(numeric: str) -> None:
    refusing = True

    async def story() -> None:
        nonlocal refusing
        server = FakeServer()

        def join(client: Client, params: list[str]) -> None:
            if refusing:
                client.say(numeric, params[0], "not you")
            else:
                server._join(client, params)

        server.replies = {"JOIN": join}
        async with serving(server), bot(settings(server.port), joined=False) as running:
            await running.until(lambda bot: bot.network.health().missing == (f"#team ({numeric} not you)",))
            assert await running.network.deliver(TEAM, "x", notice=True) == Transient(
                f"not in #team: {numeric} not you"
            )
            refusing = False
            await running.in_channel()

    run(story())


@pytest.mark.parametrize(("numeric", "words"), [("473", "INVITE #team"), ("474", "UNBAN #team")])
def test_the_channel_services_are_asked_to_let_us_in(numeric: str, words: str) -> None:
    async def story() -> None:
        server = FakeServer(replies={"JOIN": lambda client, params: client.say(numeric, params[0], "not you")})
        async with serving(server), person(server.port, "ChanServ") as services:
            chosen = settings(server.port, invite="INVITE {channel}", unban="UNBAN {channel}", join_retry=5)
            async with bot(chosen, joined=False) as running:
                assert await services.hears("ChanServ") == words
                del server.replies["JOIN"]
                server.inject("cloudbot", ":ChanServ!s@services.test INVITE cloudbot #team")
                await running.in_channel()

    run(story())


def test_a_forwarded_join_is_a_refusal_and_the_other_channel_is_left() -> None:
    async def story() -> None:
        server = FakeServer()

        def join(client: Client, params: list[str]) -> None:
            client.send(f":irc.fake 470 {client.nick} {params[0]} ##overflow :Forwarding to another channel")
            server._enter(client, "##overflow", "")

        server.replies = {"JOIN": join}
        server_channel = "470 Forwarding to another channel"
        from cloudbot.demo import ircd  # noqa: PLC0415 - only here is another channel name needed

        assert ircd._CHANNEL.fullmatch("##overflow")
        async with serving(server), bot(settings(server.port), joined=False) as running:
            await running.until(lambda _: server.said("^PART ##overflow"))
            await running.until(lambda bot: bot.network.health().missing == (f"#team ({server_channel})",))
            assert running.network.health().channels == ()

    run(story())


def test_a_kick_loop_ends_and_the_operator_is_told() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            for kick in range(4):
                await running.until(lambda _, kick=kick: len(server.said("^JOIN")) == kick + 1)  # type: ignore[misc]
                await running.in_channel()
                server._kick(server.client("cloudbot"), ["#team", "cloudbot"]) if kick == 0 else None
                if kick:
                    server.inject("cloudbot", ":op!o@h KICK #team cloudbot :out")
                    server._drop(server.client("cloudbot"), server.channels["#team"])
            await running.until(lambda bot: bot.network.health().missing == ("#team (kicked)",))
            assert running.network.health().notes == (
                "#team: kicked 4 times in an hour; not rejoining until restarted or invited",
            )
            await asyncio.sleep(0.5)
            assert len(server.said("^JOIN")) == 4

    run(story())


def test_being_made_to_leave_is_like_a_kick() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server._part(server.client("cloudbot"), ["#team"])
            await comes_back(server, running)

    run(story())


def test_a_channel_that_is_not_configured_is_left() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server._join(server.client("cloudbot"), ["#elsewhere"])
            await running.until(lambda _: server.said("^PART #elsewhere"))
            assert running.network.health().notes == ("put into #elsewhere, which is not configured; left it",)

    run(story())


def test_a_key_is_given() -> None:
    async def story() -> None:
        async with serving(FakeServer()) as server, person(server.port, "alice", "#team") as alice:
            alice.send("MODE #team +k secret")
            await alice.everything()
            async with bot(settings(server.port, channels=(Channel(name="#team", key="secret"),))):
                pass

    run(story())


def test_five_hundred_people_split_and_come_back() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server.inject("cloudbot", *(f":user{n}!u@h JOIN #team" for n in range(500)))
            server.inject("cloudbot", *(f":user{n}!u@h QUIT :hub.test leaf.test" for n in range(500)))
            server.inject("cloudbot", *(f":user{n}!u@h JOIN #team" for n in range(500)), ":user7!u@h PRIVMSG #team :hi")
            (heard,) = await running.hears()
            assert heard.speaker.nick == "user7"

    run(story())


# Being identified


def test_a_bot_with_a_certificate_waits_to_be_recognised_before_it_joins() -> None:
    async def story() -> None:
        server = FakeServer()
        async with serving(server), person(server.port, "NickServ") as services:
            chosen = settings(server.port, password_credential="irc")
            async with bot(chosen, password="sesame", joined=False) as running:
                assert await services.hears("NickServ") == "IDENTIFY sesame"
                await running.until(lambda bot: bot.network.health().state == "identifying")
                assert server.said("^JOIN #team") == []
                server.inject("cloudbot", ":cloudbot!c@h MODE cloudbot :+R")
                await running.in_channel()
                assert running.network.health().identified

    run(story())


def test_only_the_services_host_can_say_that_we_are_recognised() -> None:
    async def story() -> None:
        server = FakeServer()
        chosen = settings(1, password_credential="irc", services_host="services.test")
        async with serving(server):
            chosen = chosen.model_copy(update={"port": server.port})
            async with bot(chosen, password="sesame", joined=False) as running:
                await running.until(lambda bot: bot.network.health().state == "identifying")
                server.inject("cloudbot", ":NickServ!eve@home.test NOTICE cloudbot :You are now identified")
                server.inject("cloudbot", "PING :so-far")
                await running.until(lambda _: server.said("^PONG :so-far"))
                assert running.network.health().state == "identifying"
                server.inject(
                    "cloudbot", ":NickServ!s@services.test NOTICE cloudbot :Password accepted - you are now recognized."
                )
                await running.in_channel()

    run(story())


def test_services_that_never_answer_are_waited_for_once() -> None:
    async def story() -> None:
        async with serving(FakeServer()) as server:
            chosen = settings(server.port, password_credential="irc", identify_timeout=0.1)
            async with bot(chosen, password="sesame") as running:
                assert running.network.health().identified is False
                assert "did not recognise the bot" in " ".join(running.network.health().notes)
                server.inject("cloudbot", ":cloudbot!c@h MODE cloudbot :+r")
                await running.until(lambda bot: bot.network.health().identified)

    run(story())


def test_a_registered_only_channel_is_tried_again_at_the_moment_of_recognition() -> None:
    async def story() -> None:
        server = FakeServer(replies={"JOIN": lambda client, params: client.say("477", params[0], "register first")})
        async with serving(server), bot(settings(server.port, join_retry=3), joined=False) as running:
            await running.until(lambda bot: "477" in " ".join(bot.network.health().missing))
            del server.replies["JOIN"]
            server.inject("cloudbot", ":irc.fake 900 cloudbot cloudbot!c@h cloudbot :You are now logged in")
            await running.in_channel()

    run(story())


def test_the_bot_marks_itself_as_one() -> None:
    async def story() -> None:
        async with connected(FakeServer(isupport=("BOT=B",))) as (server, running):
            await running.until(lambda _: server.said("^MODE cloudbot") == ["MODE cloudbot +B"])

    run(story())


# Deliveries


def refusing(*numeric: str) -> FakeServer:
    def privmsg(client: Client, _params: list[str]) -> None:
        client.say(*numeric, "refused")

    return FakeServer(replies={"PRIVMSG": privmsg})


@pytest.mark.parametrize(
    ("numeric", "outcome"),
    [
        (("404", "#team"), Transient("404 refused")),
        (("415", "#team"), Transient("415 refused")),
        (("477", "#team"), Transient("477 refused")),
        (("403", "#team"), Transient("403 refused")),
        (("482", "#team"), Transient("482 refused")),
        (("489", "#team"), Transient("489 refused")),
        (("439", "#TEAM"), Transient("439 refused")),
        (("404", "@#team"), Transient("404 refused")),
        (("401", "#team"), Permanent("401 refused")),
        (("417",), Permanent("417 refused")),
        (("404", "#other"), Sent()),
        (("301", "#team"), Sent()),
    ],
)
def test_a_refusal_before_the_pong_decides(numeric: tuple[str, ...], outcome: Outcome) -> None:
    async def story() -> None:
        async with connected(refusing(*numeric)) as (_, running):
            assert await running.network.deliver(TEAM, "x", notice=False) == outcome

    run(story())


def test_a_refusal_of_a_line_to_the_operators_names_the_channel() -> None:
    async def story() -> None:
        server = refusing("404", "#team")
        server.isupport = ("STATUSMSG=@+",)
        async with connected(server) as (_, running):
            assert await running.network.deliver(Venue("test", "@#team"), "x", notice=False) == Transient("404 refused")

    run(story())


def test_deliveries_in_flight_keep_their_own_outcomes() -> None:
    async def story() -> None:
        async with connected() as (_, running), person(_.port, "alice", "#team"):
            outcomes = await asyncio.gather(
                running.network.deliver(TEAM, "one", notice=True),
                running.network.deliver(Venue("test", "nobody"), "two", notice=False),
                running.network.deliver(Venue("test", "alice"), "three", notice=False),
                running.network.deliver(Venue("test", "nobody"), "four", notice=True),
            )
            nobody = Permanent("401 No such nick/channel")
            assert list(outcomes) == [Sent(), nobody, Sent(), Permanent("401 no such nick")]

    run(story())


def test_a_link_lost_after_the_line_leaves_the_outcome_unknown() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server.silent = {"PING"}
            delivery = asyncio.create_task(running.network.deliver(TEAM, "x", notice=True))
            await running.until(lambda _: server.said("^NOTICE #team :x"))
            server.cut("cloudbot")
            assert isinstance(await delivery, Unknown)

    run(story())


def slow() -> Pacing:
    """Enough for JOIN, MODE and WHO, and nothing after that."""
    return Pacing(lines=4, lines_per_second=0.01)


def test_a_link_lost_before_the_line_left_is_transient() -> None:
    async def story() -> None:
        async with connected(pacing=slow()) as (server, running):
            await running.until(lambda _: server.said("^WHO"))
            delivery = asyncio.create_task(running.network.deliver(TEAM, "x", notice=True))
            await running.until(lambda bot: bot.network.health().queued > 0)
            server.cut("cloudbot")
            assert isinstance(await delivery, Transient)
            assert server.said("^NOTICE") == []

    run(story())


def test_a_delivery_that_is_cancelled_while_it_waits_never_leaves() -> None:
    async def story() -> None:
        async with connected(pacing=slow()) as (server, running):
            await running.until(lambda _: server.said("^WHO"))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.network.deliver(TEAM, "x", notice=True), 0.05)
            assert running.network.health().queued == 0
            assert server.said("^NOTICE") == []

    run(story())


def test_being_thrown_out_while_saying_it_leaves_the_outcome_unknown() -> None:
    async def story() -> None:
        server = FakeServer()

        def notice(client: Client, _params: list[str]) -> None:
            server.inject("cloudbot", ":op!o@h KICK #team cloudbot :out")
            server._drop(client, server.channels["#team"])

        async with connected(server) as (_, running):
            server.replies = {"NOTICE": notice}
            outcome = await running.network.deliver(TEAM, "x", notice=True)
            assert isinstance(outcome, Unknown | Transient)

    run(story())


def test_labels_tell_whose_refusal_it_is() -> None:
    async def story() -> None:
        server = FakeServer(caps={"labeled-response": "", "batch": "", "message-tags": ""})

        async with connected(server) as (_, running):
            server.silent = {"PING"}
            one = asyncio.create_task(running.network.deliver(TEAM, "one", notice=False))
            two = asyncio.create_task(running.network.deliver(TEAM, "two", notice=False))
            await running.until(lambda _: len(server.said("^@label=.* PRIVMSG")) == 2)
            label = server.said("PRIVMSG #team :two")[0].partition(" ")[0]
            server.inject("cloudbot", f"{label} :irc.fake 404 cloudbot #team :no")
            for line in server.said("^PING :cloudbot"):
                server.inject("cloudbot", f":irc.fake PONG irc.fake :{line.partition(':')[2]}")
            assert (await one, await two) == (Sent(), Transient("404 no"))

    run(story())


def test_a_standard_reply_refuses_a_delivery() -> None:
    async def story() -> None:
        server = FakeServer()
        async with connected(server) as (_, running):
            server.replies = {"PRIVMSG": lambda client, _: client.send("FAIL PRIVMSG CANNOT_SEND #team :no")}
            assert await running.network.deliver(TEAM, "x", notice=False) == Transient("FAIL no")

    run(story())


@pytest.mark.parametrize("name", ["", "#a,#b", "#a b", ":x", "#a\r\nQUIT"])
def test_nobody_can_be_addressed_by_half_a_name(name: str) -> None:
    async def story() -> None:
        async with connected() as (server, running):
            venue = Venue("test", name)
            assert isinstance(await running.network.deliver(venue, "x", notice=True), Permanent | Transient)
            running.network.answer(venue, ["x"])
            running.network.tell(venue, name, "x")
            assert server.said("^QUIT|^PRIVMSG|^NOTICE") == []

    run(story())


def test_a_text_of_nothing_is_not_said() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            assert await running.network.deliver(TEAM, "\r\n\u200b", notice=True) == Permanent("nothing to say")
            running.network.answer(TEAM, ["", "\0"])
            assert server.said("^PRIVMSG|^NOTICE") == []

    run(story())


def test_announcements_do_not_ring_people_and_answers_may() -> None:
    async def story() -> None:
        async with connected() as (server, running), person(server.port, "alice", "#team") as alice:
            await running.until(lambda _: server.said("^WHO"))
            assert await running.network.deliver(TEAM, "merged by Alice", notice=True) == Sent()
            running.network.answer(TEAM, ["alice: merged"])
            assert [await alice.hears("#team") for _ in range(2)] == ["merged by A\u200dlice", "alice: merged"]
            assert await running.network.deliver(TEAM, "Alice asked for it", notice=True, rings=("alice",)) == Sent()
            assert await alice.hears("#team") == "Alice asked for it"

    run(story())


# Size


@pytest.mark.parametrize("host", ["a.test", "a-cloak-of-considerable-length.users.oftc.test"])
@pytest.mark.parametrize("text", ["x" * 600, "é" * 400, "😀" * 300, "e\u0301" * 300, "שלום " * 120, "a " * 300])
def test_no_line_is_longer_than_512_bytes_where_it_arrives(host: str, text: str) -> None:
    async def story() -> None:
        async with connected() as (server, running), person(server.port, "alice", "#team") as alice:
            client = server.client("cloudbot")
            client.host = host  # a cloak in mid-session, of which USERHOST tells
            server.inject("cloudbot", ":cloudbot!c@h MODE cloudbot :+R")
            await running.until(lambda _: len(server.said("^USERHOST")) == 2)
            await asyncio.sleep(0.01)
            assert await running.network.deliver(TEAM, text, notice=True) == Sent()
            await alice.everything()
            arrived = [line for line in alice.lines if " NOTICE #team :" in line]
            sizes = [len(line.encode()) + 2 for line in arrived]
            assert max(sizes) <= 512
            assert max(sizes) >= 480
            said = "".join(line.partition(" :")[2].removeprefix("· ") for line in arrived)
            assert said.replace(" ", "") == text.replace(" ", "")

    run(story())


@pytest.mark.parametrize("size", [510, 511, 512, 513])
def test_the_last_byte_of_a_line_is_used(size: int) -> None:
    async def story() -> None:
        async with connected() as (server, running), person(server.port, "alice", "#team") as alice:
            await running.until(lambda _: server.said("^USERHOST"))
            await asyncio.sleep(0.01)
            overhead = len(f":{server.client('cloudbot').mask} NOTICE #team :\r\n")
            await running.network.deliver(TEAM, "x" * (size - overhead), notice=True)
            await alice.everything()
            arrived = [len(line) + 2 for line in alice.lines if " NOTICE #team :" in line]
            assert arrived == ([size] if size <= 512 else [512, overhead + 1])

    run(story())


def test_a_server_with_longer_lines_gets_longer_lines() -> None:
    async def story() -> None:
        async with connected(FakeServer(isupport=("LINELEN=2048",))) as (server, running):
            await running.network.deliver(TEAM, "x" * 1500, notice=True)
            assert len(server.said("^NOTICE #team :x{1500}$")) == 1

    run(story())


# Loops


def test_ctcp_floods_get_one_answer() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server.inject("cloudbot", *(f":eve{n % 10}!e@h PRIVMSG cloudbot :\x01VERSION\x01" for n in range(200)))
            server.inject("cloudbot", ":eve!e@h PRIVMSG cloudbot :done")
            await running.hears()
            assert server.said("^NOTICE") == ["NOTICE eve0 :\x01VERSION cloudbot 0.1.0\x01"]

    run(story())


def test_a_notice_is_never_heard() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server.inject("cloudbot", ":alice!a@h NOTICE #team :cloudbot: help", ":alice!a@h NOTICE cloudbot :help")
            server.inject("cloudbot", ":alice!a@h PRIVMSG #team :real")
            assert [heard.text for heard in await running.hears()] == ["real"]

    run(story())


def test_two_bots_that_repeat_each_other_stop_by_their_own_numbers() -> None:
    """The features' limits end loops; what is held here is that even without them no equal line is said five times."""

    async def story() -> None:
        quick = Pacing(lines=1000, size=100_000, target_lines=1000, queue=1000)
        async with connected(pacing=quick) as (server, running):
            running.echo = "x"
            for _ in range(30):
                server.inject("cloudbot", ":otherbot!o@h PRIVMSG #team :x same answer")
            await running.hears(30)
            await running.until(lambda _: len(server.said("^PRIVMSG #team")) == 30)
            said = server.said("^PRIVMSG #team")
            assert max(said.count(line) for line in said) <= 4

    run(story())


# Settings


def test_a_password_is_refused_where_nothing_protects_it() -> None:
    with pytest.raises(ValueError, match="a password is never sent without TLS"):
        Settings(network="oftc", server="irc.example.org", tls=False, password_credential="irc")


def test_every_setting_is_described() -> None:
    for model in (Settings, Pacing, Channel):
        assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("field", ["nick", "server", "services"])
@pytest.mark.parametrize("value", ["a\r\nQUIT", "a b", ":a", "", "a\0"])
def test_an_operator_s_slip_is_no_second_command(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=field):
        settings(6667, **{field: value})


@pytest.mark.parametrize("words", ["ERROR :Closing Link: cloudbot (K-lined)", "ERROR :", "ERROR"])
def test_a_server_that_says_error_and_does_not_close_is_left(words: str) -> None:
    async def story() -> None:
        async with connected() as (server, running):
            server.inject("cloudbot", words)
            await comes_back(server, running)

    run(story())


def test_an_encrypted_link_that_ends_without_a_goodbye_is_made_again(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "server")

    async def story() -> None:
        async with (
            serving(FakeServer(), tls=server_context(pem)) as server,
            bot(settings(server.port, tls=True, ca_file=pem)) as running,
        ):
            server.cut("cloudbot")
            await comes_back(server, running)

    run(story())


def test_a_server_that_writes_byte_by_byte_is_understood() -> None:
    async def story() -> None:
        async with connected() as (server, running):
            await running.until(lambda _: server.said("^WHO"))
            await asyncio.sleep(0.02)  # the server's own lines must not come in between
            for byte in b":alice!a@h PRIVMSG #team :slowly\r\n":
                server.inject_bytes("cloudbot", bytes([byte]))
                await asyncio.sleep(0.001)
            (heard,) = await running.hears()
            assert heard.text == "slowly"

    run(story())


def test_a_dead_link_is_noticed_within_ninety_seconds_by_default() -> None:
    defaults = Settings(network="oftc", server="irc.oftc.net")
    assert defaults.silence + defaults.dead_after + 2 <= 90
    assert defaults.min_delay >= 10


def test_a_ping_is_answered_at_once_however_much_waits() -> None:
    async def story() -> None:
        async with connected(pacing=slow()) as (server, running):
            for number in range(500):
                running.network.answer(TEAM, [f"{number}"])
            assert running.network.health().queued == 100
            began = asyncio.get_running_loop().time()
            server.inject("cloudbot", "PING :now")
            await running.until(lambda _: server.said("^PONG :now"))
            assert asyncio.get_running_loop().time() - began < 0.5

    run(story())


@pytest.mark.parametrize("text", ["#topic x", "!op eve", "/me x", ".help", "@all", "\x01ACTION x\x01", "&x", "\x02!op"])
def test_no_line_that_leaves_begins_with_a_command(text: str) -> None:
    async def story() -> None:
        async with connected() as (server, running):
            await running.network.deliver(TEAM, text, notice=True)
            running.network.answer(TEAM, [text])
            running.network.tell(TEAM, "alice", text)
            await running.until(lambda _: len(server.said("^(PRIVMSG|NOTICE)")) == 3)
            assert server.said(r"^(PRIVMSG|NOTICE) \S+ :[#!/.@&\x01]") == []

    run(story())
