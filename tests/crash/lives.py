"""The lives of a bot on one state file: each ends at a crash point, and the next begins from what lay on the disk.

The journal, the consumer, the posting, the lanes, the timers and the watch are the real ones. Only the outside is made
up, and it remembers. One thing happens after the other, so that point number n is the same moment in every run.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from cloudbot.adapters.mail_out import Settings as MailSettings
from cloudbot.adapters.paper import Paper
from cloudbot.adapters.render import Words
from cloudbot.core.effects import Say, SetTimer
from cloudbot.core.engine import Engine, Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, TimerFired
from cloudbot.features import make_commands, make_engine
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.delivery import by_irc, by_mail, by_paper
from cloudbot.runtime.lanes import IRC_POLICY, MAIL_POLICY, PAPER_POLICY, REPEATED, Lane, Policy
from cloudbot.runtime.posting import MAIL, PAPER, Operator, Posting, irc_lane
from cloudbot.runtime.timers import Timers
from cloudbot.runtime.watch import Watch
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal, OutboxRow
from tests.crash.points import Crash, Points, connections
from tests.fakes.outside import MONDAY, Clock, FakeForge, IrcNetwork, Mail, MailServer
from tests.features.builders import TEAM, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.ports import Outcome
    from cloudbot.runtime.delivery import Deliver

MAIL_SETTINGS = MailSettings(sender="cloudbot@example.org")
OPERATOR = Operator(mail=("operator@example.org",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """What was agreed, each said as an important line, and reminded of by a timer."""

    agreed: tuple[str, ...] = ()
    reminded: int = 0


def _agree(known: Agreements, fact: Fact, _world: World) -> Reaction[Agreements]:
    match fact:
        case CommandGiven(command="agreed"):
            text = fact.args["text"]
            say = Say(key=f"agreed/{fact.id}", to=fact.venue, words="AGREED", values={"text": text}, important=True)
            timer = SetTimer(name="agreed", due=fact.at + timedelta(minutes=1))
            return Reaction(Agreements(agreed=(*known.agreed, text), reminded=known.reminded), (say, timer))
        case CommandGiven(command="poison"):
            raise ValueError("this feature cannot digest poison")
        case TimerFired(name="agreed"):
            return Reaction(Agreements(agreed=known.agreed, reminded=known.reminded + 1))
        case _:
            return Reaction(known)


ENGINE = make_engine()
ENGINE = Engine(
    features=(*ENGINE.features, Feature(name="agreements", document=Agreements, react=_agree)),
    voice=ENGINE.voice,
    admit=ENGINE.admit,
)
COMMANDS = make_commands(ENGINE)
SETTINGS = settings()
WORDS = Words()


def render(words: str, values: Mapping[str, object]) -> str:
    """Render as the bot does; the one feature of this test has its words here."""
    return f"AGREED: {values['text']}" if words == "AGREED" else WORDS.render(words, values)


@dataclass(slots=True, kw_only=True)
class Outside:
    """The world that goes on when the bot dies."""

    folder: Path
    points: Points
    clock: Clock = field(default_factory=Clock)
    irc: IrcNetwork = field(default_factory=IrcNetwork)
    mail: MailServer = field(default_factory=MailServer)
    forge: FakeForge = field(default_factory=FakeForge)
    lives: int = 0
    received: int = 0
    "how many stimuli the bot has acknowledged"
    left_beside: set[float] = field(default_factory=set)
    "the minutes at which the command line has left a fact in the state file"

    def __post_init__(self) -> None:
        self.irc.act = self.mail.act = self.reach

    def reach(self, moment: str) -> None:
        self.points.reach(moment)

    @property
    def state(self) -> Path:
        """The state file of the life that is lived now."""
        return self.folder / f"life-{self.lives}" / "state.db"

    @property
    def paper(self) -> Path:
        return self.folder / "would-say.txt"

    def left(self) -> bytes:
        """Sum up all that a crash at this moment would leave for the next life to find."""
        digest = hashlib.sha256()
        for file in (self.state, self.state.with_name("state.db-wal"), self.paper):
            digest.update(file.read_bytes() if file.exists() else b"")
        digest.update(self._remembered())
        return digest.digest()

    def found(self) -> bytes:
        """Sum up what the next life will find: as `left`, but of two runs, whose files differ in random salts."""
        digest = hashlib.sha256(self.paper.read_bytes() if self.paper.exists() else b"")
        if self.state.exists():
            reader = Journal.peek(self.state)
            digest.update("\n".join(reader._connection.iterdump()).encode())
            digest.update(repr(reader._connection.execute("PRAGMA user_version").fetchone()[0]).encode())
            reader.close()
        digest.update(self._remembered())
        return digest.digest()

    def _remembered(self) -> bytes:
        return repr((self.clock.now, self.received, self.left_beside, self.irc, self.mail, self.forge)).encode()

    def next_life(self) -> None:
        """Give the next life the bytes that the last one left on the disk, its write-ahead log included."""
        before, self.lives = self.state, self.lives + 1
        self.state.parent.mkdir(parents=True)
        for left in (before, before.with_name("state.db-wal")):
            if left.exists():
                shutil.copy(left, self.state.parent / left.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """What a mutant replaces."""

    journal: type[Journal] = Journal
    lane: type[Lane] = Lane
    irc_policy: Policy = IRC_POLICY


@dataclass(slots=True, kw_only=True)
class Life:
    """One life of the bot, from opening the state file to its end."""

    outside: Outside
    make: Make
    writer: Writer
    consumer: Consumer
    timers: Timers
    watch: Watch
    lanes: tuple[Lane, ...]

    @classmethod
    def begin(cls, outside: Outside, make: Make) -> Life:
        journal = make.journal.open(outside.state, connect=connections(outside.points))
        writer, clock, looked = Writer(journal), outside.clock, dict[str, datetime]()

        def world(at: datetime, documents: Mapping[type, object]) -> World:
            return World(at=at, team=TEAM, documents=documents, settings=SETTINGS, commands=COMMANDS, looked=looked)

        posting = Posting(render=render, operator=OPERATOR, mail_domain="example.org")
        consumer = Consumer(writer=writer, engine=ENGINE, posting=posting, world=world)
        consumer.load()
        deliveries: tuple[tuple[str, Policy, Deliver], ...] = (
            (irc_lane("oftc"), make.irc_policy, by_irc("oftc", outside.irc)),
            (MAIL, MAIL_POLICY, by_mail(MAIL_SETTINGS, outside.mail)),
            (PAPER, PAPER_POLICY, _on_paper(outside)),
        )
        return cls(
            outside=outside,
            make=make,
            writer=writer,
            consumer=consumer,
            timers=Timers(writer=writer, consumer=consumer, clock=clock),
            watch=Watch(
                source=outside.forge, every=timedelta(minutes=5), consumer=consumer, clock=clock, looked=looked
            ),
            lanes=tuple(
                make.lane(name=name, policy=policy, deliver=deliver, writer=writer, consumer=consumer, clock=clock)
                for name, policy, deliver in deliveries
            ),
        )

    async def give(self, fact: Fact, *, source: str, external_id: str) -> None:
        """Bring a fact as a sender does that brings it again, under the same id, until it is acknowledged."""
        await self.consumer.put(fact, source=source, external_id=external_id)

    async def settle(self) -> None:
        """Do everything that can be done at this instant."""
        await self.timers.step()
        while any([await lane.step() for lane in self.lanes]):
            pass

    async def live(self, script: tuple[Stimulus, ...]) -> None:
        """Recover, look, then go through what of the script the bot has not acknowledged yet."""
        for lane in self.lanes:
            await lane.recover()
        await self.consumer.retry_waiting()
        await self.watch.look()
        await self.settle()
        for number in range(self.outside.received, len(script)):
            stimulus = script[number]
            self.outside.clock.now = MONDAY + timedelta(minutes=stimulus.minute)
            stimulus.happens(self.outside)
            await stimulus.brings(self)
            self.outside.received = number + 1
            await self.settle()


def _on_paper(outside: Outside) -> Deliver:
    write = by_paper(Paper(outside.paper))

    async def deliver(row: OutboxRow) -> Outcome:
        outside.reach("before writing on paper")
        outcome = await write(row)
        outside.reach("after writing on paper")
        return outcome

    return deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulus:
    """Something happens outside at a minute of the story, and the bot is brought something, or left to find it."""

    minute: float
    happens: Callable[[Outside], None]
    brings: Callable[[Life], Awaitable[object]]


ORDINARY = Make()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
FOLDERS = MEMORY if MEMORY.is_dir() else None
"""Thousands of lives are lived; where the machine has a file system in memory, they do not wait for a disk."""


def crash(script: tuple[Stimulus, ...], *fatal: int, make: Make = ORDINARY) -> Remains:
    """Play a script, crashing in the first life at the first number, in the second at the next; return what remains."""
    with TemporaryDirectory(dir=FOLDERS) as folder:
        outside = _outside(Path(folder), Points(fatal=fatal[0]))
        for number in (*fatal[1:], None):
            if play(outside, script, make):
                break
            outside.points = Points(fatal=number)
        else:
            assert play(outside, script, make), "nothing kills the last life"
        return _ended(outside, script, make)


def broken_promises(script: tuple[Stimulus, ...], expected: Remains, moments: list[str]) -> dict[str, list[str]]:
    """Crash at every moment; return what breaks.

    The bot really dies at each. What it leaves is compared, and of crashes that left the same one future is lived: the
    next life knows nothing else.
    """
    futures: dict[bytes, list[str]] = {}
    broken: dict[str, list[str]] = {}
    for number, moment in enumerate(moments):
        with TemporaryDirectory(dir=FOLDERS) as folder:
            outside = _outside(Path(folder), Points(fatal=number))
            assert not play(outside, script, ORDINARY), "it was to die"
            found = outside.found()
            if found not in futures:
                outside.points = Points()
                assert play(outside, script, ORDINARY)
                futures[found] = violations(expected, _ended(outside, script, ORDINARY), crashes=1)
        if futures[found]:
            broken[f"{number}: {moment}"] = futures[found]
    return broken


def survey(script: tuple[Stimulus, ...], *fatal: int, make: Make = ORDINARY) -> tuple[Remains, Points]:
    """Play a script, crashing as `crash` does but not in the last life; return its moments too."""
    with TemporaryDirectory(dir=FOLDERS) as folder:
        outside = _outside(Path(folder), Points())
        for number in fatal:
            outside.points = Points(fatal=number)
            assert not play(outside, script, make)
        points = outside.points = Points(left=outside.left)
        assert play(outside, script, make)
        return _ended(outside, script, make), points


def _outside(folder: Path, points: Points) -> Outside:
    outside = Outside(folder=folder, points=points)
    outside.state.parent.mkdir(parents=True)
    return outside


def _ended(outside: Outside, script: tuple[Stimulus, ...], make: Make) -> Remains:
    """Let every story, one without a crash too, end with a new life an hour later, whose first look is the last."""
    outside.clock.now = MONDAY + timedelta(minutes=script[-1].minute + 60)
    outside.points = Points()
    assert play(outside, script, make)
    return remains(outside)


def play(outside: Outside, script: tuple[Stimulus, ...], make: Make) -> bool:
    """Live one life; return whether it reached the end of the script. What is left on the disk is the next one's."""
    try:
        with capture_logs():
            asyncio.run(_one_life(outside, script, make))
    except Crash:
        return False
    return True


async def _one_life(outside: Outside, script: tuple[Stimulus, ...], make: Make) -> None:
    try:
        life = Life.begin(outside, make)
    except Crash:
        outside.next_life()
        raise
    parts = [asyncio.create_task(life.consumer.run()), asyncio.create_task(life.live(script))]
    try:
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            part.result()
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        outside.points.dead = True
        outside.next_life()  # before the file is closed: a process that is killed does not close it either
        life.writer.close()


@dataclass(frozen=True, slots=True)
class Remains:
    """What can be seen when all is over: what the outside remembers, and what the state file holds."""

    said: Counter[tuple[str, str]]
    mails: tuple[Mail, ...]
    paper: tuple[str, ...]
    documents: dict[str, str]
    rows: dict[str, OutboxRow]
    timers: tuple[tuple[str, datetime], ...]
    parked: tuple[str, ...]


def remains(outside: Outside) -> Remains:
    journal = Journal.open(outside.state)
    try:
        return Remains(
            said=Counter((one.venue, one.text) for one in outside.irc.said),
            mails=tuple(_without_numbers(mail) for mail in outside.mail.mails),
            paper=tuple(outside.paper.read_text().splitlines()) if outside.paper.exists() else (),
            documents=dict(journal.documents()),
            rows={row.key: row for row in journal.rows()},
            timers=tuple(journal.timers()),
            parked=tuple(row.kind for row in journal.facts("parked")),
        )
    finally:
        journal.close()


def _without_numbers(mail: Mail) -> Mail:
    """Leave out the number of a parked fact: it depends on how many looks came before."""
    return replace(mail, text=re.sub(r"\b(fact|show|retry|drop) \d+", r"\1 N", mail.text))


def violations(expected: Remains, found: Remains, *, crashes: int) -> list[str]:
    """Name every promise that is broken, each as `promise: evidence`; empty is what the project promises."""
    return [
        *(f"lost: {one}" for one in _lost(expected, found)),
        *(f"invented: {one}" for one in _invented(expected, found)),
        *(f"doubled: {one}" for one in _doubled(expected, found, crashes)),
        *(f"unfinished: {row.key} is {row.state}" for row in found.rows.values() if row.state in UNFINISHED),
        *(
            f"document: {name} differs"
            for name, body in expected.documents.items()
            if found.documents.get(name) != body
        ),
        *(["timers: differ"] if found.timers != expected.timers else []),
        *(["parked: differ"] if found.parked != expected.parked else []),
    ]


UNFINISHED = {"pending", "sending", "retry"}


def _lost(expected: Remains, found: Remains) -> Iterator[str]:
    heard = {(venue, text.removeprefix(REPEATED)) for venue, text in found.said}
    mailed = set(found.mails)
    for key, row in expected.rows.items():
        mine = found.rows.get(key)
        if mine is None:
            yield f"{key} was never decided"
            continue
        body = json.loads(row.body)
        if row.lane == PAPER:
            there = any(line.endswith(f"[{key}]") for line in found.paper)
        elif row.lane == MAIL:
            there = any(mail.message_id == body["message_id"] for mail in mailed)
        else:
            there = (row.destination, body["text"].removeprefix(REPEATED)) in heard
        honest = mine.state == "unknown" and row.lane.startswith("irc/") and not body["important"]
        if not there and not honest:
            yield f"{key} is {mine.state}"


def _invented(expected: Remains, found: Remains) -> Iterator[object]:
    known = {(venue, text.removeprefix(REPEATED)) for venue, text in expected.said}
    yield from (line for line in found.said if (line[0], line[1].removeprefix(REPEATED)) not in known)
    yield from (mail for mail in found.mails if mail not in expected.mails)
    yield from (key for key in found.rows if key not in expected.rows)
    yield from set(found.paper) - set(expected.paper)


def _doubled(expected: Remains, found: Remains, crashes: int) -> Iterator[object]:
    for (venue, text), times in found.said.items():
        if times > (crashes + expected.said[venue, text] if text.startswith(REPEATED) else 1):
            yield f"{times} times on {venue}: {text}"
    for message_id in {mail.message_id for mail in found.mails}:
        copies = [mail for mail in found.mails if mail.message_id == message_id]
        if len(set(copies)) > 1 or len(copies) > crashes + sum(m.message_id == message_id for m in expected.mails):
            yield f"{len(copies)} mails under {message_id}"
    yield from (line for line, times in Counter(found.paper).items() if times > 1)
