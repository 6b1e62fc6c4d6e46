"""A meeting is made again from the journal at every start; a line of a long one costs what one of a short one does."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.adapters.render import Words
from cloudbot.config.settings import Features
from cloudbot.core.engine import World
from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.core.people import Team
from cloudbot.core.speech import Venue
from cloudbot.features import make_commands, make_engine
from cloudbot.features.meetings.document import Meetings
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.posting import Operator, Posting
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal
from tests.fakes.outside import MONDAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cloudbot.core.facts import Fact

TEAM, OTHER = Venue("oftc", "#team"), Venue("oftc", "#other")
MEMBERS = Team(name="Example Team", channels=(TEAM, OTHER), site="https://cloud.example.org")


@contextlib.contextmanager
def life(path: Path) -> Iterator[Consumer]:
    """One life of a bot on a state file."""
    engine = make_engine(records=False)
    commands, settings = make_commands(engine), {type(value): value for _, value in Features()}

    def world(at: Any, documents: Any) -> World:  # noqa: ANN401 - as the consumer asks for it
        return World(at=at, team=MEMBERS, documents=documents, settings=settings, commands=commands)

    writer = Writer(Journal.open(path))
    posting = Posting(render=Words().render, operator=Operator(), mail_domain="example.org")
    consumer = Consumer(writer=writer, engine=engine, posting=posting, world=world)
    consumer.load()
    try:
        yield consumer
    finally:
        writer.close()


async def take(consumer: Consumer, facts: Sequence[Fact]) -> None:
    """Commit facts in order, all that there are at once."""
    running = asyncio.create_task(consumer.run())
    receipts = [await consumer.hand(fact, source="test") for fact in facts]
    assert not any([(await receipt).parked for receipt in receipts])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def meetings(consumer: Consumer) -> Meetings:
    document = consumer.documents[Meetings]
    assert isinstance(document, Meetings)
    return document


def said(second: int, text: str, nick: str = "alice", venue: Venue = TEAM, **changes: Any) -> LineSaid:  # noqa: ANN401 - of a line
    at = MONDAY + timedelta(seconds=second)
    return LineSaid(at=at, venue=venue, nick=nick, text=text, me="cloudbot", **changes)


STORY: tuple[LineSaid | ChannelEntered | ChannelLeft, ...] = (
    said(0, "#startmeeting Team", account="alice_", topic="before"),
    said(1, "#startmeeting Other", "bob", OTHER),
    said(2, "#topic Images"),
    said(3, "#chair bob", absent=("bob",)),
    said(4, "bobby", "bob", kind="is now"),
    said(5, "waves", "bobby", kind="does"),
    ChannelLeft(at=MONDAY + timedelta(seconds=6), venue=TEAM, why="kicked"),
    ChannelEntered(at=MONDAY + timedelta(seconds=60), venue=TEAM),
    said(61, "", "bobby", kind="logs in", account="bob_"),
    said(62, "#motion ship it", "bobby", account="bob_"),
    said(63, "+1"),
    said(64, "#undo"),
    said(65, "", "bobby", kind="leaves"),
    said(66, "#endmeeting", "bob", OTHER),
    said(67, "#action carol to look"),
    said(68, "#endmeeting"),
    said(69, "thanks"),
)


@pytest.mark.parametrize("cut", range(len(STORY) + 1))
def test_after_a_restart_anywhere_a_meeting_is_what_it_was(tmp_path: Path, cut: int) -> None:
    with life(tmp_path / "state.db") as before:
        asyncio.run(take(before, STORY[:cut]))
        as_it_was = meetings(before)
    with life(tmp_path / "state.db") as after:
        assert (meetings(after), meetings(after).folded) == (as_it_was, as_it_was.folded)


def test_what_comes_after_restarts_is_what_would_have_come_without(tmp_path: Path) -> None:
    with life(tmp_path / "whole.db") as whole:
        asyncio.run(take(whole, STORY))
    for fact in STORY:
        with life(tmp_path / "cut.db") as cut:
            asyncio.run(take(cut, [fact]))
    assert (meetings(cut), meetings(cut).folded) == (meetings(whole), meetings(whole).folded)


def written(consumer: Consumer) -> dict[str, int]:
    """Return the bytes of what is stored of meetings: the document, the facts."""
    journal = consumer.writer.journal
    facts = sum(len(row.body) for row in journal.facts(limit=100_000) if row.kind == "LineSaid")
    return {"document": len(journal.documents()["meetings"]), "facts": facts}


def test_a_line_of_a_long_meeting_costs_what_one_of_a_short_one_does(tmp_path: Path) -> None:
    async def costs(bot: Consumer) -> list[dict[str, int]]:
        found = []
        await take(bot, [said(0, "#startmeeting")])
        for first in (1000, 2000):
            before = written(bot)
            await take(bot, [said(first, "#info the same words")])
            after = written(bot)
            found.append({what: after[what] - before[what] for what in after})
            await take(bot, [said(first + number, f"#info {number}") for number in range(1, 900)])
        return found

    with life(tmp_path / "state.db") as bot:
        short, long = asyncio.run(costs(bot))
    assert (short["document"], long) == (0, short)
