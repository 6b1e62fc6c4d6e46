"""What `Chat` promises, on the fake server and on the real ones. Nothing here knows which server it is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from cloudbot.adapters.irc import Channel
from cloudbot.core.ports import Permanent, Sent, Transient
from cloudbot.core.speech import Speaker, Venue
from tests.adapters.irc.world import TEAM, Bot, bot, run, settings
from tests.fakes.irc_server import FakeServer, Person, person, serving

Place = Callable[[], contextlib.AbstractAsyncContextManager[int]]


@contextlib.asynccontextmanager
async def _fake() -> AsyncIterator[int]:
    async with serving(FakeServer()) as server:
        yield server.port


def _somewhere(request: pytest.FixtureRequest) -> Place:
    if request.param == "fake":
        return _fake
    port: int = request.getfixturevalue(request.param).port

    @contextlib.asynccontextmanager
    async def real() -> AsyncIterator[int]:
        yield port

    return real


QUICK = ("fake", *(pytest.param(name, marks=pytest.mark.server) for name in ("ngircd", "hybrid")))


@pytest.fixture(params=QUICK)
def place(request: pytest.FixtureRequest) -> Place:
    """Every server but InspIRCd, which takes a second to welcome a client."""
    return _somewhere(request)


@pytest.fixture(params=[*QUICK, pytest.param("inspircd", marks=pytest.mark.server)])
def anyplace(request: pytest.FixtureRequest) -> Place:
    """Every server, for what capabilities may change."""
    return _somewhere(request)


@contextlib.asynccontextmanager
async def together(place: Place, channel: str = "#team") -> AsyncIterator[tuple[Bot, Person]]:
    """The bot and Alice in one channel."""
    async with (
        place() as port,
        person(port, "alice", channel) as alice,
        bot(settings(port, channels=(Channel(name=channel),))) as running,
    ):
        await alice.until("JOIN :?" + channel)
        yield running, alice


def test_a_line_of_a_person_is_heard_with_who_and_where(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace) as (running, alice):
            alice.say("#team", "cloudbot: héllo \x02there\x02")
            (heard,) = await running.hears()
            assert (heard.venue, heard.text, heard.me) == (TEAM, "cloudbot: héllo there", "cloudbot")
            assert heard.speaker.nick == "alice"
            assert (heard.old, heard.speaker.bot, heard.speaker.proof) == (False, False, None)

    run(story())


def test_a_query_is_heard_in_a_venue_of_its_own(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, alice):
            alice.say("cloudbot", "help")
            (heard,) = await running.hears()
            assert heard.venue == Venue("test", "alice")
            running.network.answer(heard.venue, ["here you are"])
            assert await alice.hears("alice") == "here you are"

    run(story())


def test_answers_keep_their_order(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, alice):
            running.network.answer(TEAM, [f"line {number}" for number in range(50)])
            assert [await alice.hears("#team") for _ in range(50)] == [f"line {number}" for number in range(50)]

    run(story())


def test_a_delivered_line_is_proved(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace) as (running, alice):
            assert await running.network.deliver(TEAM, "built", notice=True) == Sent()
            assert await running.network.deliver(TEAM, "done", notice=False) == Sent()
            assert [await alice.hears("#team") for _ in range(2)] == ["built", "done"]

    run(story())


@pytest.mark.parametrize("notice", [True, False])
def test_nobody_there_is_permanent(place: Place, *, notice: bool) -> None:
    async def story() -> None:
        async with together(place) as (running, _):
            assert isinstance(await running.network.deliver(Venue("test", "nobody9"), "x", notice=notice), Permanent)

    run(story())


def test_a_channel_that_we_are_not_in_is_transient(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, _):
            assert await running.network.deliver(Venue("test", "#other"), "x", notice=True) == Transient(
                "not in #other: not a configured channel"
            )

    run(story())


@pytest.mark.parametrize("notice", [True, False])
def test_a_moderated_channel_refuses_until_the_bot_has_voice(place: Place, *, notice: bool) -> None:
    channel = f"#moderated{int(notice)}"

    async def story() -> None:
        async with together(place, channel) as (running, alice):
            venue = Venue("test", channel)
            alice.send(f"MODE {channel} +m")
            await alice.until("MODE .*[+]m")
            assert isinstance(await running.network.deliver(venue, "x", notice=False), Transient)
            assert isinstance(await running.network.deliver(venue, "x", notice=notice), Transient)
            alice.send(f"MODE {channel} +v cloudbot")
            await alice.until("MODE .*[+]v")
            await alice.everything()  # the bot hears of its voice at about the same time as Alice
            async with asyncio.timeout(5):
                outcome = await running.network.deliver(venue, "x", notice=notice)
                while isinstance(outcome, Transient):
                    await asyncio.sleep(0.01)
                    outcome = await running.network.deliver(venue, "x", notice=notice)
            assert outcome == Sent()

    run(story())


def test_one_person_is_told_by_notice(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, alice):
            running.network.tell(TEAM, "alice", "no such command")
            assert " NOTICE alice :no such command" in await alice.until("NOTICE alice")

    run(story())


def test_a_long_line_arrives_whole_in_pieces(anyplace: Place) -> None:
    words = " ".join(f"wörd{number}" for number in range(200))

    async def story() -> None:
        async with together(anyplace) as (running, alice):
            assert await running.network.deliver(TEAM, words, notice=True) == Sent()
            pieces: list[str] = []
            while len(" ".join(pieces)) < len(words):
                pieces.append(await alice.hears("#team"))
            assert " ".join(pieces) == words

    run(story())


def test_a_kick_is_survived_and_the_bot_rejoins(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace, "#kicking") as (running, alice):
            alice.send("KICK #kicking cloudbot :out")
            await alice.until("JOIN :?#kicking")
            await running.in_channel("#kicking")
            assert running.network.health().missing == ()

    run(story())


def test_nobody_is_proved_without_services_account(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, _):
            assert await running.network.prove("alice") is None
            assert await running.network.prove("nobody9") is None

    run(story())


def test_stopping_says_quit_within_a_second(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, alice):
            assert running.task is not None
            began = asyncio.get_running_loop().time()
            running.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running.task
            assert asyncio.get_running_loop().time() - began < 1
            assert running.network.health().state == "stopped"
            await alice.until(":cloudbot!.* QUIT")

    run(story())


def test_lines_for_a_network_that_is_not_there_are_transient() -> None:
    async def story() -> None:
        running = Bot(settings(1))
        running.network.answer(TEAM, ["lost"])
        assert await running.network.deliver(TEAM, "x", notice=True) == Transient("not connected to test")
        assert await running.network.prove("alice") is None
        await running.stop()

    run(story())


def test_the_speaker_is_the_mask_that_the_server_shows(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, alice):
            alice.say("#team", "hello")
            (heard,) = await running.hears()
            alice.send("WHOIS alice")
            words = (await alice.until(" 311 ")).split(" ")
            assert heard.speaker == Speaker(nick="alice", user=words[4], host=words[5])

    run(story())
