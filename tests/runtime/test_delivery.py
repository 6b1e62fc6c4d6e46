"""What a row of the outbox does on the outside: lines, topics, files."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.site import Site
from cloudbot.core.effects import Effect, Publish, Say, SetTopic
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient
from cloudbot.core.speech import Venue
from cloudbot.runtime.delivery import by_irc, by_site
from cloudbot.runtime.lanes import IRC_POLICY, SITE_POLICY, Lane
from cloudbot.runtime.posting import SITE, Operator, Posting
from tests.fakes.outside import MONDAY, IrcNetwork
from tests.runtime.parts import Parts, render, running

if TYPE_CHECKING:
    from pathlib import Path

    from cloudbot.runtime.delivery import Deliver
    from cloudbot.runtime.lanes import Policy

TEAM, OTHER = Venue("oftc", "#team"), Venue("oftc", "#other")
POSTING = Posting(render=render, operator=Operator(), mail_domain="example.org")
Told = list[tuple[Venue, str]]


def say(key: str, text: str, to: Venue = TEAM) -> Say:
    return Say(key=key, to=to, words="words", values={"text": text})


def enqueue(bot: Parts, *effects: Effect) -> None:
    with bot.journal.transaction() as transaction:
        POSTING.post(effects, transaction, MONDAY)


def lane(bot: Parts, name: str, policy: Policy, deliver: Deliver) -> Lane:
    return Lane(
        name=name,
        policy=policy,
        deliver=deliver,
        writer=bot.writer,
        consumer=bot.consumer,
        clock=bot.clock,
        retry_seconds=0,
    )


def states(bot: Parts) -> dict[str, str]:
    """What became of each row, but for what the operator is told of it."""
    return {row.key: row.state for row in bot.journal.rows() if not row.key.startswith("operator/")}


def sent(path: Path, irc: IrcNetwork, *effects: Effect, minutes: int = 0) -> tuple[dict[str, str], Told]:
    """Post effects, let the lane do what it can now and after so many minutes; return the rows' states."""

    async def story() -> tuple[dict[str, str], Told]:
        told: Told = []
        async with running(path / "state.db") as bot:
            mine = lane(
                bot, "irc/oftc", IRC_POLICY, by_irc("oftc", irc, lambda venue, text: told.append((venue, text)))
            )
            await mine.recover()
            enqueue(bot, *effects)
            for _ in range(minutes + 1):
                while await mine.step():
                    pass
                bot.clock.now += timedelta(minutes=1)
            return states(bot), told

    return asyncio.run(story())


def test_a_topic_is_set_and_is_nothing_that_was_said(tmp_path: Path) -> None:
    irc = IrcNetwork()
    assert sent(tmp_path, irc, SetTopic(key="t", to=TEAM, text="Images")) == ({"t": "sent"}, [])
    assert (irc.topics, irc.said) == ({"#team": "Images"}, [])


def test_what_was_said_in_a_channel_is_told_and_a_query_or_a_refused_line_is_not(tmp_path: Path) -> None:
    irc = IrcNetwork(refusals={"#closed": "banned"})
    closed, alice = Venue("oftc", "#closed"), Venue("oftc", "alice")
    found = sent(tmp_path, irc, say("a", "one"), say("b", "two", closed), say("c", "three", alice), say("d", "four"))
    assert found == ({"a": "sent", "b": "dead", "c": "sent", "d": "sent"}, [(TEAM, "one"), (TEAM, "four")])


def test_a_topic_that_we_may_not_set_is_dead_at_once(tmp_path: Path) -> None:
    irc = IrcNetwork(refusals={"#team": "482 no operator"})
    assert sent(tmp_path, irc, SetTopic(key="t", to=TEAM, text="x"))[0] == {"t": "dead"}


class TooSoon(IrcNetwork):
    """A server that takes a topic only after some tries."""

    tries = 3

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        self.tries -= 1
        return Transient("437 later") if self.tries >= 0 else await IrcNetwork.set_topic(self, venue, text)


def test_lines_do_not_wait_for_a_topic_that_is_set_too_soon_and_the_last_topic_stands(tmp_path: Path) -> None:
    irc = TooSoon()
    effects = (SetTopic(key="t1", to=TEAM, text="one"), say("a", "said"), SetTopic(key="t2", to=TEAM, text="two"))
    assert sent(tmp_path, irc, *effects)[0] == {"t1": "retry", "a": "sent", "t2": "pending"}
    assert sent(tmp_path, irc, minutes=5)[0] == {"t1": "sent", "a": "sent", "t2": "sent"}
    assert irc.topics == {"#team": "two"}


def test_a_topic_that_nobody_proved_is_set_again_a_few_times(tmp_path: Path) -> None:
    irc = IrcNetwork(pongs=False)
    assert sent(tmp_path, irc, SetTopic(key="t", to=TEAM, text="x"), minutes=9)[0] == {"t": "unknown"}


@pytest.mark.parametrize(
    ("path", "state", "files"),
    [("meetings/a.txt", "sent", ["meetings/a.txt"]), ("../a.txt", "dead", []), ("/a.txt", "dead", [])],
)
def test_a_file_is_put_below_the_folder_of_the_site_or_nowhere(
    tmp_path: Path, path: str, state: str, files: list[str]
) -> None:
    folder = tmp_path / "below" / "site"

    async def story() -> dict[str, str]:
        async with running(tmp_path / "state.db") as bot:
            mine = lane(bot, SITE, SITE_POLICY, by_site(Site(folder).write))
            enqueue(bot, Publish(key="f", path=path, text="minutes"))
            await mine.step()
            return states(bot)

    assert asyncio.run(story()) == {"f": state}
    found = [file for file in tmp_path.rglob("*.txt") if file.is_file()]
    assert [(file.relative_to(folder).as_posix(), file.read_text()) for file in found] == [
        (name, "minutes") for name in files
    ]


def test_a_file_found_half_sent_after_a_crash_is_written_again(tmp_path: Path) -> None:
    written: list[str] = []

    def write(path: str, text: str) -> Outcome:
        written.append(f"{path} {text}")
        return Sent()

    async def story() -> dict[str, str]:
        async with running(tmp_path / "state.db") as bot:
            enqueue(bot, Publish(key="f", path="a.txt", text="minutes"))
            with bot.journal.transaction() as transaction:
                assert transaction.claim(bot.journal.rows()[0].id, MONDAY)
            mine = lane(bot, SITE, SITE_POLICY, by_site(write))
            await mine.recover()
            await mine.step()
            return states(bot)

    assert (asyncio.run(story()), written) == ({"f": "sent"}, ["a.txt minutes"])


def test_a_disk_that_refuses_a_file_is_asked_again(tmp_path: Path) -> None:
    outcomes: list[Outcome] = [Transient("full"), Sent()]

    async def story() -> list[dict[str, str]]:
        async with running(tmp_path / "state.db") as bot:
            mine = lane(bot, SITE, SITE_POLICY, by_site(lambda _path, _text: outcomes.pop(0)))
            enqueue(bot, Publish(key="f", path="a.txt", text="minutes"))
            found = []
            for _ in range(2):
                await mine.step()
                found.append(states(bot))
                bot.clock.now += timedelta(minutes=1)
            return found

    assert asyncio.run(story()) == [{"f": "retry"}, {"f": "sent"}]


def test_a_refusal_is_the_end_of_a_file(tmp_path: Path) -> None:
    async def story() -> dict[str, str]:
        async with running(tmp_path / "state.db") as bot:
            mine = lane(bot, SITE, SITE_POLICY, by_site(lambda _path, _text: Permanent("no place")))
            enqueue(bot, Publish(key="f", path="a.txt", text="minutes"))
            await mine.step()
            return states(bot)

    assert asyncio.run(story()) == {"f": "dead"}


def test_a_line_waits_for_the_files_decided_before_it_but_not_for_ever(tmp_path: Path) -> None:
    irc = IrcNetwork()

    async def story() -> list[dict[str, str]]:
        async with running(tmp_path / "state.db") as bot:
            mine = lane(bot, "irc/oftc", IRC_POLICY, by_irc("oftc", irc))
            mine.behind = SITE
            enqueue(bot, say("a", "before"), Publish(key="f", path="a.txt", text="x"), say("b", "a link", OTHER))
            found = []
            for _ in range(2):
                await mine.step()
                await mine.step()
                found.append(states(bot))
                bot.clock.now += timedelta(seconds=11)
            return found

    assert asyncio.run(story()) == [
        {"a": "sent", "f": "pending", "b": "pending"},
        {"a": "sent", "f": "pending", "b": "sent"},
    ]
