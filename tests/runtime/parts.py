"""The shell of the bot around one small feature, on a real state file, with an outside that remembers."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from cloudbot.core.commands import Commands
from cloudbot.core.effects import Effect, Say, SendMail, SetTimer
from cloudbot.core.engine import Engine, Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Delivered, Fact, TimerFired
from cloudbot.core.people import Team
from cloudbot.core.speech import Venue
from cloudbot.features import voice
from cloudbot.features.operator import operator
from cloudbot.features.voice import Settings as VoiceSettings
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.posting import Operator, Posting
from cloudbot.runtime.timers import Timers
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal
from tests.fakes.outside import MONDAY, Clock
from tests.features.builders import given

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping
    from pathlib import Path

    from cloudbot.store.journal import Transaction

CHANNEL = Venue("oftc", "#team")


PATIENCE = 60.0
"""Seconds after which a claim is taken to be false for ever; nothing here takes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """What the small feature was told, in order."""

    entries: tuple[str, ...] = ()


@dataclass(slots=True)
class Moods:
    """What the small feature does that no feature should; a test changes it under way."""

    raises: bool = True


def make_diary(moods: Moods) -> Feature[Diary]:
    """Return a feature that notes what it is told, and does as it is told."""

    def react(diary: Diary, fact: Fact, _world: World) -> Reaction[Diary]:
        match fact:
            case CommandGiven():
                if fact.command == "break" and moods.raises:
                    raise ValueError(f"cannot {fact.args['how']}")
                return Reaction(Diary(entries=(*diary.entries, fact.id)), _effects(fact))
            case TimerFired():
                return Reaction(Diary(entries=(*diary.entries, f"{fact.name} at {fact.at:%H:%M}")))
            case Delivered():
                return Reaction(Diary(entries=(*diary.entries, f"{fact.key} {fact.state}")))
            case _:
                return Reaction(diary)

    return Feature(name="diary", document=Diary, react=react)


def _effects(fact: CommandGiven) -> tuple[Effect, ...]:
    match fact.command:
        case "say" | "shout":
            to = Venue("oftc", fact.args.get("to", "#team"))
            return (Say(key=fact.id, to=to, words="words", values=fact.args, important=fact.command == "shout"),)
        case "mail":
            return (SendMail(key=fact.id, to=("list@example.org",), words="mail", values=fact.args),)
        case "wake":
            return (SetTimer(name=fact.id, due=MONDAY + timedelta(minutes=int(fact.args["minute"]))),)
        case "garble":
            return (Say(key=fact.id, to=CHANNEL, words="no such template"),)
        case _:
            return ()


def render(words: str, values: Mapping[str, object]) -> str:
    """Render as simply as can be; a template that is not there is an error, as with the real one."""
    return {
        "words": "{text}",
        "mail": "Subject of {text}\n\nBody of {text}",
        "mail/operator_bug": "bug\n\n{summary}",
        "mail/operator_dead": "dead\n\n{key}: {why}",
    }[words].format_map(values)


@dataclass(slots=True, kw_only=True)
class Parts:
    """A running bot without its outside."""

    writer: Writer
    consumer: Consumer
    clock: Clock
    timers: Timers
    moods: Moods
    logs: list[Any] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        """The journal, to look at while nothing else does."""
        return self.writer.journal

    @property
    def entries(self) -> tuple[str, ...]:
        diary = self.consumer.documents[Diary]
        assert isinstance(diary, Diary)
        return diary.entries

    async def give(self, number: str, command: str = "note", **args: str) -> int | None:
        """Bring a command as the network does; return the number it has in the journal."""
        fact = given(command, args, at=self.clock(), number=number)
        return (await self.consumer.put(fact, source="irc", external_id=number)).fact_id

    async def until(self, claim: Callable[[], bool]) -> None:
        """Let everybody else have a turn until something is true; a claim that never is fails the test."""
        async with asyncio.timeout(PATIENCE):
            while not claim():  # noqa: ASYNC110 - turns, not time: whoever makes it true has no event for it
                await asyncio.sleep(0)


def make_parts(journal: Journal, clock: Clock | None = None, *, features: tuple[Feature[Any], ...] = ()) -> Parts:
    moods = Moods()
    engine = Engine(features=(make_diary(moods), operator, *features), voice=voice.voice, admit=voice.admit)
    clock = clock or Clock()

    def world(at: datetime, documents: Mapping[type, object]) -> World:
        settings: dict[type, object] = {VoiceSettings: VoiceSettings(listen_first=False)}
        team = Team(name="Example Team", channels=(CHANNEL,))
        return World(at=at, team=team, documents=documents, settings=settings, commands=Commands(()))

    writer = Writer(journal)
    posting = Posting(render=render, operator=Operator(mail=("operator@example.org",)), mail_domain="example.org")
    consumer = Consumer(writer=writer, engine=engine, posting=posting, world=world, retry_seconds=0)
    consumer.load()
    timers = Timers(writer=writer, consumer=consumer, clock=clock)
    return Parts(writer=writer, consumer=consumer, clock=clock, timers=timers, moods=moods)


@contextlib.asynccontextmanager
async def running(
    path: Path,
    *,
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect,
    clock: Clock | None = None,
    features: tuple[Feature[Any], ...] = (),
) -> AsyncIterator[Parts]:
    """Run the consumer on a state file for the length of a block."""
    with capture_logs() as logs:
        parts = make_parts(Journal.open(path, connect=connect), clock, features=features)
        parts.logs = logs
        consumer = asyncio.create_task(parts.consumer.run())
        try:
            yield parts
        finally:
            consumer.cancel()
            await asyncio.gather(consumer, return_exceptions=True)
            parts.writer.close()


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Transaction]:
    """Write as the command line does, beside the running bot."""
    journal = Journal.open(path)
    try:
        with journal.transaction() as transaction:
            yield transaction
    finally:
        journal.close()
