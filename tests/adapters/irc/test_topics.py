"""What a server answers to a topic, whatever else is on its way to the same channel."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from tests.adapters.irc.world import TEAM, bot, run, settings
from tests.fakes.irc_server import FakeServer, Reply, serving

if TYPE_CHECKING:
    from cloudbot.demo.ircd import Client


def answering(*words: str) -> Reply:
    """Refuse a TOPIC with a numeric."""

    def refuse(client: Client, params: list[str]) -> None:
        client.say(words[0], params[0], *words[1:])

    return refuse


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (("482", "You're not a channel operator"), Permanent("482 You're not a channel operator")),
        (("442", "You're not on that channel"), Permanent("442 You're not on that channel")),
        (("403", "No such channel"), Permanent("403 No such channel")),
        (("477", "Needs a registered nick"), Permanent("477 Needs a registered nick")),
        (("437", "Retry topic change later"), Transient("437 Retry topic change later")),
        (("263", "Please wait a while"), Transient("263 Please wait a while")),
    ],
)
def test_a_refusal_of_a_topic_means_what_it_says(words: tuple[str, ...], outcome: Outcome) -> None:
    async def story() -> None:
        async with (
            serving(FakeServer(replies={"TOPIC": answering(*words)})) as server,
            bot(settings(server.port)) as on,
        ):
            assert await on.network.set_topic(TEAM, "ours") == outcome

    run(story())


def test_a_refused_topic_is_not_taken_for_a_refused_line_nor_the_reverse() -> None:
    replies = {"TOPIC": answering("482", "no"), "PRIVMSG": answering("404", "no")}

    async def story() -> list[Outcome]:
        async with serving(FakeServer(replies=replies)) as server, bot(settings(server.port)) as on:
            line = on.network.deliver(TEAM, "a line", notice=False)
            return list(await asyncio.gather(line, on.network.set_topic(TEAM, "ours")))

    assert run(story()) == [Transient("404 no"), Permanent("482 no")]


def test_a_topic_that_stands_already_is_not_sent() -> None:
    async def story() -> list[str]:
        async with serving(FakeServer()) as server, bot(settings(server.port)) as on:
            assert await on.network.set_topic(TEAM, "ours") == Sent()
            assert await on.network.set_topic(TEAM, " ours\r\n") == Sent()
            return server.said("^TOPIC")

    assert run(story()) == ["TOPIC #team :ours"]


def test_a_topic_is_no_longer_than_the_server_says() -> None:
    async def story() -> list[str]:
        server = FakeServer(isupport=("CHANTYPES=#", "TOPICLEN=7"))
        async with serving(server), bot(settings(server.port)) as on:
            assert await on.network.set_topic(TEAM, "ab ööööö") == Sent()
            return server.said("^TOPIC")

    assert run(story()) == ["TOPIC #team :ab öö"]


def test_a_topic_can_be_emptied() -> None:
    async def story() -> list[str]:
        async with serving(FakeServer()) as server, bot(settings(server.port)) as on:
            assert await on.network.set_topic(TEAM, "ours") == Sent()
            assert await on.network.set_topic(TEAM, "") == Sent()
            return server.said("^TOPIC")

    assert run(story()) == ["TOPIC #team :ours", "TOPIC #team :"]


def test_a_connection_that_is_cut_while_a_topic_is_under_way_leaves_it_open() -> None:
    async def story() -> Outcome:
        async with serving(FakeServer()) as server, bot(settings(server.port)) as on:
            server.silent = {"TOPIC", "PING"}
            setting = asyncio.create_task(on.network.set_topic(TEAM, "ours"))
            while not server.said("^TOPIC"):  # noqa: ASYNC110 - the server does not know that it is waited for
                await asyncio.sleep(0.005)
            server.cut("cloudbot")
            return await setting

    assert isinstance(run(story()), Unknown)


def test_without_a_connection_a_topic_is_transient() -> None:
    async def story() -> None:
        async with bot(settings(1), joined=False) as on:
            assert await on.network.set_topic(TEAM, "x") == Transient("not connected to test")
            assert (on.network.topic(TEAM), on.network.has(TEAM, "alice")) == ("", False)

    run(story())
