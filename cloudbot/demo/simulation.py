"""Playing a transcript: lines of people in, the bot's lines out, with the recorded salsa and a clock set by hand.

Everything between is the production code: conversation, consumer, journal, lanes, templates. Only the network is a
sheet of paper. A transcript may hold the bot's lines too; then what it says is compared with what is written.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cloudbot import __version__
from cloudbot.adapters.gitlab.adapter import GitLab
from cloudbot.adapters.gitlab.settings import Settings as GitlabSettings
from cloudbot.adapters.records import GitRecords
from cloudbot.adapters.records import Settings as RecordsSettings
from cloudbot.adapters.render import Words
from cloudbot.config.settings import Features
from cloudbot.core.engine import World
from cloudbot.core.facts import WentLive
from cloudbot.core.limits import Limits, Rate
from cloudbot.core.people import Team
from cloudbot.core.ports import Sent
from cloudbot.core.speech import Heard, NetworkHealth, Proof, Speaker, Venue
from cloudbot.demo.remote import example_on, make_remote
from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.week import recorded
from cloudbot.demo.team import BUILD_RULES
from cloudbot.features import make_commands, make_engine
from cloudbot.features.roster import Roster
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.conversation import Conversation
from cloudbot.runtime.delivery import by_irc
from cloudbot.runtime.lanes import IRC_POLICY, Lane
from cloudbot.runtime.ledger import Ledger
from cloudbot.runtime.posting import Operator, Posting, irc_lane
from cloudbot.runtime.timers import Timers
from cloudbot.runtime.watch import Watch
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.ports import Outcome
    from cloudbot.core.records.state import Records

NETWORK = "oftc"
CHANNEL = Venue(NETWORK, "#debian-cloud")
SAID = re.compile(r"<(?P<nick>[^>\s]+)> (?P<text>.*)")
ASKED = re.compile(r"\[(?P<nick>[^\]\s]+)\] (?P<text>.*)")
BOT_LINE = re.compile(r"(<bot>|-bot-|\[bot)")
INSTANT = re.compile(r"= (\d{4}-\d\d-\d\d \d\d:\d\d)")
COMMIT = re.compile(r"\b[0-9a-f]{8}\b")
FIRST = datetime(2019, 7, 15, tzinfo=UTC)
RECORDS_SITE = "https://salsa.example.org/cloud-team/records"


class BadTranscript(ValueError):  # noqa: N818 - told to the author as it is
    """A line of a transcript that means nothing."""


@dataclass(slots=True)
class Sheet:
    """The network as a sheet of paper: everything said ends up on it. Accounts are whose the script says."""

    lines: list[str] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    renamed: tuple[str, str] = ("", "")
    "the recorded server's address of today, and the one to write instead"

    async def run(self) -> None:
        """A sheet of paper is always connected."""
        await asyncio.Event().wait()

    async def deliver(self, venue: Venue, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        """Write a line down; on paper nobody rings."""
        del rings
        self._write(venue, text, notice=notice)
        return Sent()

    def answer(self, venue: Venue, lines: Sequence[str]) -> None:
        """Write an answer down."""
        for line in lines:
            self._write(venue, line, notice=False)

    def tell(self, venue: Venue, nick: str, line: str) -> None:
        """Write a line for one person down."""
        del venue
        self.lines.append(f"-bot- (to {nick}) {line}")

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        """Write a topic down, unless it is that already."""
        if self.topics.get(venue.name, "") != text:
            self.topics[venue.name] = text
            self.lines.append(f"*bot* topic: {text}")
        return Sent()

    def topic(self, venue: Venue) -> str:
        """Return the topic that was set last."""
        return self.topics.get(venue.name, "")

    def has(self, venue: Venue, nick: str) -> bool:
        """Whether somebody has said or done something in the channel."""
        return venue.is_channel and nick in self.present

    async def prove(self, nick: str) -> Proof | None:
        """Vouch for whom the script vouched for."""
        account = self.accounts.get(nick)
        return None if account is None else Proof(account, "account-tag")

    def health(self) -> NetworkHealth:
        """All is well on paper."""
        return NetworkHealth(network=NETWORK, state="ready", since=FIRST, nick="bot", channels=(CHANNEL.name,))

    def _write(self, venue: Venue, text: str, *, notice: bool) -> None:
        who = "-bot-" if notice else "<bot>"
        text = text.replace(*self.renamed) if self.renamed[0] else text
        self.lines.append(f"{who} {text}" if venue.is_channel else f"[bot to {venue.name}] {text}")


@dataclass(frozen=True, slots=True)
class Played:
    """A transcript as it came out."""

    text: str
    as_written: bool
    "whether the bot's lines are those of the file; true where the file has none and nothing was to be compared"


@dataclass(slots=True)
class Simulation:
    """One play."""

    instant: datetime = FIRST
    looked: dict[str, datetime] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)

    async def play(self, transcript: str) -> Played:
        """Play a transcript from its first line to its last. Raises `BadTranscript`.

        The records are those of the example team as it was known at the first instant of the transcript.
        """
        self.instant = _first_instant(transcript)
        salsa = Salsa(recorded(), lambda: self.instant)
        url = await salsa.start()
        self.sheet.renamed = (url.rstrip("/"), "https://salsa.example.org")
        forge = GitLab(GitlabSettings(name="salsa", url=url, groups=("cloud-team",), pause=0))
        try:
            with tempfile.TemporaryDirectory(prefix="cloudbot-") as folder:
                archive = _archive(Path(folder), self.instant)
                writer = Writer(Journal.open(Path(folder) / "state.db"))
                return await self._play(transcript, self._parts(forge, archive, writer))
        finally:
            await forge.close()
            await salsa.stop()

    async def _play(self, transcript: str, parts: _Parts) -> Played:
        running = asyncio.create_task(parts.consumer.run())
        out: list[str] = []
        try:
            await parts.records.look()
            for number, line in enumerate(transcript.splitlines(), start=1):
                if BOT_LINE.match(line):
                    continue
                out.append(line)
                await self._act(line, number, parts)
                out += _numbered(self.sheet.lines, parts.archive.current)
                self.sheet.lines.clear()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await parts.archive.close()
            parts.consumer.writer.close()
        text = "\n".join(out) + "\n"
        written = [line for line in transcript.splitlines() if BOT_LINE.match(line)]
        return Played(text, not written or text.rstrip() == transcript.rstrip())

    def _parts(self, forge: GitLab, archive: GitRecords, writer: Writer) -> _Parts:
        engine = make_engine()
        commands, words = make_commands(engine), Words()
        settings = Features.model_validate({"builds": {"rules": BUILD_RULES}})
        kinds = {type(value): value for _, value in settings}

        def world(at: datetime, documents: Mapping[type, object]) -> World:
            return World(
                at=at,
                team=_team(documents),
                documents=documents,
                settings=kinds,
                commands=commands,
                looked=self.looked,
                networks=(self.sheet.health(),),
                version=__version__,
                records=archive.current,
            )

        clock = lambda: self.instant  # noqa: E731 - the one line that makes the parts live in the script's time
        consumer = Consumer(
            writer=writer,
            engine=engine,
            posting=Posting(render=words.render, operator=Operator(), mail_domain="localhost"),
            world=world,
        )
        consumer.load()

        def watch(source: GitLab | GitRecords) -> Watch:
            every = timedelta(minutes=5)
            return Watch(source=source, every=every, consumer=consumer, clock=clock, looked=self.looked)

        return _Parts(
            archive=archive,
            consumer=consumer,
            conversation=Conversation(
                commands=commands,
                chats={NETWORK: self.sheet},
                consumer=consumer,
                world=lambda: world(self.instant, consumer.documents),
                render=words.render,
                limits=Limits(person=Rate(burst=0, per_minute=1), channel=Rate(burst=0, per_minute=1)),
                seconds=self.instant.timestamp,
            ),
            lane=Lane(
                name=irc_lane(NETWORK),
                policy=IRC_POLICY,
                deliver=by_irc(NETWORK, self.sheet),
                writer=writer,
                consumer=consumer,
                clock=clock,
            ),
            timers=Timers(writer=writer, consumer=consumer, clock=clock),
            ledger=Ledger(archive=archive, writer=writer, consumer=consumer, clock=clock),
            forge=watch(forge),
            records=watch(archive),
        )

    async def _act(self, line: str, number: int, parts: _Parts) -> None:
        """Carry out one line of the script, and everything that follows from it."""
        if not line.strip() or line.startswith("# "):
            return
        said, asked, instant = SAID.fullmatch(line), ASKED.fullmatch(line), INSTANT.fullmatch(line)
        if said is not None:
            self._hear(parts, said["nick"], said["text"], CHANNEL)
        elif asked is not None:
            self._hear(parts, asked["nick"], asked["text"], Venue(NETWORK, asked["nick"]))
        elif instant is not None:
            self.instant = _instant(instant[1], number)
        elif line == "look":
            await parts.records.look()
            await parts.forge.look()
        elif line == "go-live":
            await parts.consumer.put(WentLive(at=self.instant), source="operator")
        elif line.startswith("account ") and len(line.split()) == len(("account", "nick", "name")):
            _, nick, account = line.split()
            self.sheet.accounts[nick] = account
        else:
            raise BadTranscript(f"line {number} is no line of a transcript: {line!r}; see docs/transcripts.md")
        await parts.conversation.idle()
        await parts.timers.step()
        while await parts.ledger.step() or await parts.lane.step():
            pass

    def _hear(self, parts: _Parts, nick: str, text: str, venue: Venue) -> None:
        account = self.sheet.accounts.get(nick)
        proof = None if account is None else Proof(account, "account-tag")
        speaker = Speaker(nick=nick, user=nick, host="example.org", proof=proof)
        parts.conversation.hear(Heard(at=self.instant, venue=venue, speaker=speaker, text=text, me="bot"))


def _instant(text: str, number: int) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadTranscript(f"line {number}: {text} is no instant ({error}); write = 2019-07-22 17:00") from None


def _numbered(lines: Sequence[str], records: Records | None) -> list[str]:
    """Write c0000001 for the first commit that was made and so on: the ids change with every file of the example."""
    past = () if records is None else records.past
    names = {one.commit[:8]: f"c{number:07}" for number, one in enumerate(reversed(past))}
    return [COMMIT.sub(lambda found: names.get(found[0], found[0]), line) for line in lines]


def _first_instant(transcript: str) -> datetime:
    """Return what the transcript sets its clock to first."""
    for number, line in enumerate(transcript.splitlines(), start=1):
        if (instant := INSTANT.fullmatch(line)) is not None:
            return _instant(instant[1], number)
    return FIRST


def _archive(folder: Path, at: datetime) -> GitRecords:
    """Make the remote, with what the example team knew at an instant, and what reads and changes it."""
    make_remote(folder / "remote.git", example_on(at.date()), at)
    return GitRecords(RecordsSettings(remote=str(folder / "remote.git"), site=RECORDS_SITE), folder / "records.git")


def _team(documents: Mapping[type, object]) -> Team:
    """Return the team, whose people are those of the records."""
    people = cast("Roster", documents[Roster]).people
    return Team(name="Debian Cloud Team", people=people, channels=(CHANNEL,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    archive: GitRecords
    consumer: Consumer
    conversation: Conversation
    lane: Lane
    ledger: Ledger
    timers: Timers
    forge: Watch
    records: Watch
