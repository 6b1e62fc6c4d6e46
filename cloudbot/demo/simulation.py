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
from cloudbot.core.speech import Heard, Moved, Proof, Speaker, Venue
from cloudbot.demo.remote import example_on, make_remote
from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.week import recorded
from cloudbot.demo.sheet import CHANNEL, FIRST, NETWORK, Sheet
from cloudbot.demo.team import BUILD_RULES
from cloudbot.features import make_commands, make_engine
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.roster import Roster
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.conversation import Conversation
from cloudbot.runtime.delivery import by_irc, by_site
from cloudbot.runtime.lanes import IRC_POLICY, SITE_POLICY, Lane
from cloudbot.runtime.ledger import Ledger
from cloudbot.runtime.minuting import Minuting
from cloudbot.runtime.posting import SITE, Operator, Posting, irc_lane
from cloudbot.runtime.timers import Timers
from cloudbot.runtime.watch import Watch
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.ports import Outcome
    from cloudbot.core.records.state import Records
    from cloudbot.runtime.delivery import Deliver
    from cloudbot.runtime.lanes import Policy

SAID = re.compile(r"<(?P<nick>[^>\s]+)> (?P<text>.*)")
ASKED = re.compile(r"\[(?P<nick>[^\]\s]+)\] (?P<text>.*)")
DONE = re.compile(r"\* (?P<nick>\S+) (?P<text>.*)")
RENAMED = re.compile(r"(?P<nick>\S+) is now (?P<now>\S+)")
LEFT = re.compile(r"(?P<nick>\S+) leaves")
BOT_LINE = re.compile(r"(<bot>|-bot-|\[bot|\*bot\*|\|)")
INSTANT = re.compile(r"= (\d{4}-\d\d-\d\d \d\d:\d\d)")
COMMIT = re.compile(r"\b[0-9a-f]{8}\b")
SITE_URL = "https://cloud.example.org"
RECORDS_SITE = "https://salsa.example.org/cloud-team/records"


class BadTranscript(ValueError):  # noqa: N818 - told to the author as it is
    """A line of a transcript that means nothing."""


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
    pages: dict[str, str] = field(default_factory=dict)
    "what was published, by path"

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
        running = [asyncio.create_task(one.run()) for one in (parts.consumer, parts.minuting)]
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
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
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

        def lane(name: str, policy: Policy, deliver: Deliver) -> Lane:
            return Lane(name=name, policy=policy, deliver=deliver, writer=writer, consumer=consumer, clock=clock)

        minuting = Minuting(
            chats={NETWORK: self.sheet},
            consumer=consumer,
            world=lambda: world(self.instant, consumer.documents),
            clock=clock,
        )

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
                spoken=minuting.spoken,
            ),
            minuting=minuting,
            site=lane(SITE, SITE_POLICY, by_site(self._publish)),
            irc=lane(irc_lane(NETWORK), IRC_POLICY, by_irc(NETWORK, self.sheet, minuting.spoken)),
            timers=Timers(writer=writer, consumer=consumer, clock=clock),
            ledger=Ledger(archive=archive, writer=writer, consumer=consumer, clock=clock),
            forge=watch(forge),
            records=watch(archive),
        )

    async def _act(self, line: str, number: int, parts: _Parts) -> None:
        """Carry out one line of the script, and everything that follows from it."""
        if not line.strip() or line.startswith("# "):
            return
        if not self._speak(line, parts) and not self._move(line, parts) and not await self._happen(line, number, parts):
            raise BadTranscript(f"line {number} is no line of a transcript: {line!r}; see docs/transcripts.md")
        await parts.conversation.idle()
        await parts.minuting.idle()
        await parts.timers.step()
        while await parts.ledger.step() or await parts.site.step() or await parts.irc.step():
            await parts.minuting.idle()

    def _speak(self, line: str, parts: _Parts) -> bool:
        """Let somebody say something; False for a line that says nothing of the kind, and so below."""
        said, asked = SAID.fullmatch(line), ASKED.fullmatch(line)
        if said is not None:
            self._hear(parts, said["nick"], said["text"], CHANNEL)
        elif asked is not None:
            self._hear(parts, asked["nick"], asked["text"], Venue(NETWORK, asked["nick"]))
        return any((said, asked))

    async def _happen(self, line: str, number: int, parts: _Parts) -> bool:
        """Let time pass, or something happen outside of the channel."""
        instant = INSTANT.fullmatch(line)
        if instant is not None:
            self.instant = _instant(instant[1], number)
        elif line == "look":
            await parts.records.look()
            await parts.forge.look()
        elif line == "minutes":
            self._minutes(parts, number)
        elif line == "go-live":
            await parts.consumer.put(WentLive(at=self.instant), source="operator")
        elif line.startswith("account ") and len(line.split()) == len(("account", "nick", "name")):
            _, nick, account = line.split()
            self.sheet.accounts[nick] = account
        else:
            return False
        return True

    def _move(self, line: str, parts: _Parts) -> bool:
        """Let somebody do something other than to speak."""
        done, renamed, left = DONE.fullmatch(line), RENAMED.fullmatch(line), LEFT.fullmatch(line)
        if done is not None:
            self._hear(parts, done["nick"], done["text"], CHANNEL, does=True)
        elif renamed is not None:
            moved = Moved(at=self.instant, venue=CHANNEL, nick=renamed["nick"], how="is now", now=renamed["now"])
            parts.minuting.moved(moved)
            self.sheet.rename(renamed["nick"], renamed["now"])
        elif left is not None:
            self.sheet.present.discard(left["nick"])
            parts.minuting.moved(Moved(at=self.instant, venue=CHANNEL, nick=left["nick"], how="leaves"))
        return any((done, renamed, left))

    def _publish(self, path: str, text: str) -> Outcome:
        self.pages[path] = text
        return Sent()

    def _minutes(self, parts: _Parts, number: int) -> None:
        """Write down the minutes of the meeting that ended last, as they were published."""
        past = cast("Meetings", parts.consumer.documents[Meetings]).past
        text = self.pages.get(f"meetings/{past[-1].stem}.txt") if past else None
        if text is None:
            raise BadTranscript(f"line {number}: no meeting has ended; write <alice> #endmeeting before")
        self.sheet.lines += [f"| {line}".rstrip() for line in text.splitlines()]

    def _hear(self, parts: _Parts, nick: str, text: str, venue: Venue, *, does: bool = False) -> None:
        account = self.sheet.accounts.get(nick)
        proof = None if account is None else Proof(account, "account-tag")
        speaker = Speaker(nick=nick, user=nick, host="example.org", proof=proof)
        if venue.is_channel:
            self.sheet.present.add(nick)
        heard = Heard(at=self.instant, venue=venue, speaker=speaker, text=text, me="bot", does=does)
        if parts.minuting.cast(heard):
            return
        parts.minuting.hear(heard)
        parts.conversation.hear(heard)


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
    return Team(name="Debian Cloud Team", people=people, channels=(CHANNEL,), site=SITE_URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    archive: GitRecords
    consumer: Consumer
    conversation: Conversation
    minuting: Minuting
    irc: Lane
    site: Lane
    ledger: Ledger
    timers: Timers
    forge: Watch
    records: Watch
