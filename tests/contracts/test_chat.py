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


def test_what_somebody_does_is_heard_as_done(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace) as (running, alice):
            alice.say("#team", "\x01ACTION waves\x01")
            alice.say("#team", "\x01VERSION\x01")
            alice.say("#team", "said")
            await running.hears(2)
            assert [(one.does, one.text) for one in running.heard] == [(True, "waves"), (False, "said")]

    run(story())


def test_who_comes_goes_and_changes_the_nick_is_told(anyplace: Place) -> None:
    async def story() -> None:
        async with anyplace() as port, bot(settings(port)) as running:
            async with person(port, "alice", "#team") as alice:
                alice.send("NICK alice2")
                await alice.until(" NICK ")
                alice.send("PART #team :lunch")
                await alice.until(" PART ")
                await alice.join("#team")
            await running.until(lambda bot: len(bot.moved) == 6)
            assert [one[:4] for one in running.movements] == [
                ("cloudbot", "joins", "", True),
                ("alice", "joins", "", False),
                ("alice", "is now", "alice2", False),
                ("alice2", "leaves", "", False),
                ("alice2", "joins", "", False),
                ("alice2", "leaves", "", False),
            ]
            assert {one.venue for one in running.moved} == {TEAM}

    run(story())


def test_who_quits_leaves_each_channel_that_we_share(anyplace: Place) -> None:
    both = (Channel(name="#team"), Channel(name="#other"))

    async def story() -> None:
        async with anyplace() as port, bot(settings(port, channels=both)) as running:
            async with person(port, "alice", "#team") as alice:
                await alice.join("#other")
                await alice.join("#elsewhere")
            await running.until(lambda bot: len([one for one in bot.moved if one.how == "leaves"]) == 2)
            left = {(one.venue.name, one.nick) for one in running.moved if one.how == "leaves"}
            assert left == {("#team", "alice"), ("#other", "alice")}

    run(story())


def test_the_topic_is_known_when_it_is_told_that_we_came(anyplace: Place) -> None:
    async def story() -> None:
        async with anyplace() as port, person(port, "alice", "#topical") as alice:
            alice.send("TOPIC #topical :Clöud \x02images\x02")
            await alice.until(" TOPIC ")
            async with bot(settings(port, channels=(Channel(name="#topical"),))) as running:
                await running.until(lambda bot: bot.topics)
                assert running.topics == ["Clöud images"]
                alice.send("TOPIC #topical :")
                await running.until(lambda bot: bot.network.topic(Venue("test", "#topical")) == "")

    run(story())


def test_a_kick_is_told_and_so_is_that_we_are_back(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace, "#kicked") as (running, alice):
            alice.send("KICK #kicked cloudbot :out")
            await running.until(lambda bot: sum(one.us for one in bot.moved) == 3)
            assert [(one.how, one.why) for one in running.moved if one.us] == [
                ("joins", ""),
                ("leaves", "kicked"),
                ("joins", ""),
            ]

    run(story())


def test_the_end_of_the_connection_is_a_departure_from_every_channel(place: Place) -> None:
    async def story() -> None:
        async with place() as port:
            both = (Channel(name="#team"), Channel(name="#other"))
            async with bot(settings(port, channels=both)) as running:
                pass
            left = {(one.venue.name, one.us, one.why) for one in running.moved if one.how == "leaves"}
            assert left == {("#team", True, "the connection ended"), ("#other", True, "the connection ended")}

    run(story())


def test_a_topic_is_set_by_who_may_and_the_same_is_not_set_again(anyplace: Place) -> None:
    venue = Venue("test", "#topical")

    async def story() -> None:
        async with together(anyplace, "#topical") as (running, alice):
            alice.send("MODE #topical +t", "MODE #topical +o cloudbot")
            await alice.everything()
            assert await running.network.set_topic(venue, "Clöud\nQUIT \u202eteam") == Sent()
            assert (await alice.until(" TOPIC ")).endswith(" TOPIC #topical :Clöud QUIT team")
            assert running.network.topic(venue) == "Clöud QUIT team"
            assert await running.network.set_topic(venue, "Clöud QUIT team") == Sent()
            assert [line for line in await alice.everything() if " TOPIC " in line] == []

    run(story())


def test_a_topic_that_we_may_not_set_is_permanent(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace, "#guarded") as (running, alice):
            alice.send("MODE #guarded +t")
            await alice.everything()
            assert isinstance(await running.network.set_topic(Venue("test", "#guarded"), "ours"), Permanent)
            assert await running.network.deliver(Venue("test", "#guarded"), "said instead", notice=False) == Sent()

    run(story())


def test_a_topic_is_cut_between_characters_to_what_the_server_keeps(anyplace: Place) -> None:
    venue, wanted = Venue("test", "#topical"), "ö" * 2000

    async def story() -> None:
        async with together(anyplace, "#topical") as (running, alice):
            alice.send("MODE #topical -t")
            await alice.everything()
            assert await running.network.set_topic(venue, wanted) == Sent()
            shown = (await alice.until(" TOPIC ")).partition(" :")[2]
            assert (shown, len(shown) > 50) == ("ö" * len(shown), True)
            assert running.network.topic(venue) == shown
            assert await running.network.set_topic(venue, wanted) == Sent()

    run(story())


def test_who_is_there_is_known_however_the_nick_is_spelled(anyplace: Place) -> None:
    async def story() -> None:
        async with together(anyplace) as (running, alice):
            spelled = [running.network.has(TEAM, nick) for nick in ("alice", "ALICE", "cloudbot", "bob", "")]
            assert spelled == [True, True, True, False, False]
            assert not running.network.has(Venue("test", "#elsewhere"), "alice")
            alice.send("PART #team")
            await running.until(lambda bot: not bot.network.has(TEAM, "alice"))

    run(story())


def test_a_topic_of_a_channel_that_we_are_not_in_is_transient_and_unknown(place: Place) -> None:
    async def story() -> None:
        async with together(place) as (running, _):
            venue = Venue("test", "#other")
            assert await running.network.set_topic(venue, "x") == Transient("not in #other: not a configured channel")
            assert running.network.topic(venue) == ""

    run(story())
