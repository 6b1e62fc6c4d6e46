"""What of a channel goes to the journal: the lines of meetings and nothing else, in order, and nobody waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.commands import Commands
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.core.meetings.meeting import Meeting, Seat
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.core.people import Person, Team
from cloudbot.core.speech import Heard, Moved, Proof, Speaker, Venue
from cloudbot.features.meetings.document import Held, Meetings
from cloudbot.runtime import minuting as module
from cloudbot.runtime import turns
from cloudbot.runtime.minuting import Minuting
from tests.fakes.outside import MONDAY, IrcNetwork
from tests.runtime.parts import Parts, running

if TYPE_CHECKING:
    from pathlib import Path

    from cloudbot.core.facts import Fact

TEAM = Venue("oftc", "#team")
OTHER = Venue("oftc", "#other")
ALICE = Proof("alice_", "status")
MEMBERS = Team(name="Example Team", channels=(TEAM,), people=(Person(name="Alice", accounts={"oftc": ("alice_",)}),))
OF_MEETINGS = LineSaid | ChannelEntered | ChannelLeft


def _held(meetings: Meetings, fact: Fact, world: World) -> Reaction[Meetings]:
    """Hold meetings as simply as can be: they begin and end."""
    match fact:
        case LineSaid(text="#startmeeting") if not fact.bot and meetings.running(fact.venue) is None:
            began = Held(venue=fact.venue, began=world.number, started=fact.at, prepared=Prepared(), stem="x")
            owner = Seat(nick=fact.nick, account=fact.account)
            folded = {**meetings.folded, world.number: Meeting(channel=fact.venue.name, owner=owner)}
            return Reaction(replace(meetings, held=(*meetings.held, began), folded=folded))
        case LineSaid(text="#endmeeting"):
            over = (replace(one, ended=one.ended or world.number) for one in meetings.held if one.venue == fact.venue)
            others = (one for one in meetings.held if one.venue != fact.venue)
            return Reaction(replace(meetings, held=(*others, *over)))
        case _:
            return Reaction(meetings)


HOLDING = Feature(name="meetings", document=Meetings, react=_held)


@dataclass(slots=True, kw_only=True)
class Channel:
    """A bot, its outside, and what people do there."""

    bot: Parts
    irc: IrcNetwork
    minuting: Minuting
    seconds: int = 0

    def say(self, nick: str, text: str, venue: Venue = TEAM, **changes: Any) -> None:  # noqa: ANN401 - of a line
        self.seconds += 1
        speaker = Speaker(nick=nick, proof=changes.pop("proof", None), bot=changes.pop("bot", False))
        at = MONDAY + timedelta(seconds=self.seconds)
        self.minuting.hear(Heard(at=at, venue=venue, speaker=speaker, text=text, me="cloudbot", **changes))

    def move(self, nick: str, how: Any, venue: Venue = TEAM, **changes: Any) -> None:  # noqa: ANN401 - as above
        at = MONDAY + timedelta(hours=1)
        self.minuting.moved(Moved(at=at, venue=venue, nick=nick, how=how, **changes))

    async def start(self, venue: Venue = TEAM) -> None:
        """Begin a meeting and wait until it runs."""
        self.say("chair", "#startmeeting", venue)
        await self.minuting.idle()

    @property
    def facts(self) -> list[LineSaid | ChannelEntered | ChannelLeft]:
        """What is in the journal of what was said, oldest first."""
        facts = [row.fact for row in reversed(self.bot.journal.facts(limit=100_000))]
        return [fact for fact in facts if isinstance(fact, OF_MEETINGS)]

    @property
    def lines(self) -> list[LineSaid]:
        return [one for one in self.facts if isinstance(one, LineSaid)]

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.lines]


Scene = Callable[[Channel], Awaitable[None]]


def play(path: Path, scene: Scene, irc: IrcNetwork | None = None, **changes: Any) -> None:  # noqa: ANN401 - of the parts
    """Run a scene in a channel; it looks at what came of it by itself."""

    irc = irc or IrcNetwork()

    async def story() -> None:
        async with running(path / "state.db", features=(HOLDING,), **changes) as bot:

            def world() -> World:
                return World(
                    at=MONDAY, team=MEMBERS, documents=bot.consumer.documents, settings={}, commands=Commands(())
                )

            minuting = Minuting(
                chats={"oftc": irc}, consumer=bot.consumer, world=world, clock=lambda: MONDAY + timedelta(hours=2)
            )
            worker = asyncio.create_task(minuting.run())
            try:
                await scene(Channel(bot=bot, irc=irc, minuting=minuting))
            finally:
                worker.cancel()
                await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(story())


def test_where_no_meeting_runs_nothing_is_written_down(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        here.say("alice", "hello")
        here.say("alice", "#info a fact")
        here.say("alice", "#endmeeting")
        here.say("alice", "+1", Venue("oftc", "alice"))
        here.say("alice", "#startmeeting", Venue("oftc", "alice"))
        here.move("alice", "leaves")
        here.move("cloudbot", "joins", us=True)
        here.minuting.spoken(TEAM, "26 of 27 builds ok")
        await here.minuting.idle()
        assert here.facts == []

    play(tmp_path, scene)


def test_a_line_that_begins_a_meeting_carries_the_topic_and_who_said_it(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        here.irc.topics["#team"] = "Cloud | https://example.org"
        here.say("alice", "#startmeeting", proof=ALICE)
        await here.minuting.idle()
        assert here.facts == [
            LineSaid(
                at=MONDAY + timedelta(seconds=1),
                venue=TEAM,
                nick="alice",
                text="#startmeeting",
                account="alice_",
                person="Alice",
                me="cloudbot",
                topic="Cloud | https://example.org",
            )
        ]

    play(tmp_path, scene)


def test_a_paste_that_begins_a_meeting_loses_no_line_and_keeps_its_order(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        pasted = ["#startmeeting", *(f"#info {number}" for number in range(39))]
        for text in pasted:
            here.say("alice", text)
        await here.minuting.idle()
        assert here.texts == pasted

    play(tmp_path, scene)


def test_a_paste_costs_a_few_transactions_and_not_one_for_each_line(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        before = here.bot.consumer.batches
        for number in range(200):
            here.say("alice", str(number))
        await here.minuting.idle()
        assert here.bot.consumer.batches - before <= 4

    play(tmp_path, scene)


def test_after_the_end_nothing_is_written_down_but_an_end_that_comes_too_late(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        here.say("chair", "#endmeeting")
        await here.minuting.idle()
        here.say("alice", "thanks")
        here.say("chair", "#endmeeting")
        await here.minuting.idle()
        assert here.texts == ["#startmeeting", "#endmeeting", "#endmeeting"]

    play(tmp_path, scene)


def test_a_meeting_in_one_channel_is_not_about_another(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        here.say("alice", "elsewhere", OTHER)
        here.say("alice", "to the operators", Venue("oftc", "@#team"))
        here.say("alice", "to those with voice", Venue("oftc", "+#team"))
        here.say("alice", "here")
        await here.minuting.idle()
        assert here.texts == ["#startmeeting", "here"]

    play(tmp_path, scene)


def test_what_is_done_replayed_or_said_by_a_bot_is_what_it_is(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        here.say("alice", "#startmeeting", does=True)
        here.say("zwiebelbot", "#startmeeting", bot=True)
        here.say("alice", "#startmeeting", old=True)
        await here.start()
        here.say("alice", "waves", does=True)
        here.say("alice", "was said before", old=True)
        here.say("zwiebelbot", "#endmeeting is what you type", bot=True)
        await here.minuting.idle()
        assert [(one.kind, one.bot, one.text) for one in here.lines] == [
            ("says", False, "#startmeeting"),
            ("does", False, "waves"),
            ("says", True, "#endmeeting is what you type"),
        ]

    play(tmp_path, scene)


def test_one_line_that_comes_twice_with_one_msgid_counts_once(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        here.say("alice", "once", msgid="x1")
        here.say("alice", "once", msgid="x1")
        here.say("alice", "twice")
        here.say("alice", "twice")
        await here.minuting.idle()
        assert here.texts == ["#startmeeting", "once", "twice", "twice"]

    play(tmp_path, scene)


def test_who_is_named_a_chair_and_is_not_there_is_told_of(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        here.irc.members["#team"] = {"alice", "Bob"}
        await here.start()
        here.say("chair", "#chair alice, bob carol")
        here.say("chair", "#addchair dave")
        here.say("chair", "#info carol is away")
        await here.minuting.idle()
        assert [one.absent for one in here.lines] == [(), ("carol",), ("dave",), ()]

    play(tmp_path, scene)


def test_movements_are_lines_but_for_who_comes(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        here.move("carol", "joins")
        here.move("alice", "is now", now="alice_away")
        here.move("alice_away", "leaves", why="Read error: 192.0.2.1")
        await here.minuting.idle()
        assert [(one.nick, one.kind, one.text) for one in here.lines[1:]] == [
            ("alice", "is now", "alice_away"),
            ("alice_away", "leaves", ""),
        ]

    play(tmp_path, scene)


def test_our_own_absence_is_told_with_its_reason_and_the_topic_found_afterwards(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        here.move("cloudbot", "leaves", us=True, why="kicked")
        here.irc.topics["#team"] = "changed meanwhile"
        here.move("cloudbot", "joins", us=True)
        await here.minuting.idle()
        at = MONDAY + timedelta(hours=1)
        assert here.facts[1:] == [
            ChannelLeft(at=at, venue=TEAM, why="kicked"),
            ChannelEntered(at=at, venue=TEAM, topic="changed meanwhile"),
        ]

    play(tmp_path, scene)


def test_what_we_say_is_a_line_of_ours(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        here.minuting.spoken(TEAM, "26 of 27 builds ok")
        here.minuting.spoken(OTHER, "elsewhere")
        await here.minuting.idle()
        assert [(one.nick, one.me, one.text) for one in here.lines[1:]] == [
            ("cloudbot", "cloudbot", "26 of 27 builds ok")
        ]

    play(tmp_path, scene)


@dataclass(slots=True)
class SlowToVouch(IrcNetwork):
    """A network whose services take their time."""

    asked: list[str] = field(default_factory=list)
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    async def prove(self, nick: str) -> Proof | None:
        self.asked.append(nick)
        await self.awake.wait()
        return self.proofs.get(nick)


def test_who_the_network_says_nothing_of_is_asked_about_once_and_no_talk_waits(tmp_path: Path) -> None:
    slow = SlowToVouch(proofs={"alice": ALICE})

    async def scene(here: Channel) -> None:
        here.say("chair", "#startmeeting", proof=Proof("chair", "account-tag"))
        here.say("alice", "one")
        here.say("bob", "two")
        await here.bot.until(lambda: len(here.bot.journal.facts()) == 3)
        slow.awake.set()
        await here.minuting.idle()
        here.say("alice", "three")
        here.say("bob", "four")
        await here.minuting.idle()
        assert slow.asked == ["alice", "bob"]
        assert [(one.nick, one.kind, one.account, one.person) for one in here.lines[1:]] == [
            ("alice", "says", "", None),
            ("bob", "says", "", None),
            ("alice", "logs in", "alice_", "Alice"),
            ("alice", "says", "alice_", "Alice"),
            ("bob", "says", "", None),
        ]

    play(tmp_path, scene, slow)


def test_a_paste_that_begins_a_meeting_waits_for_services_and_is_its_typers_from_the_first_line(tmp_path: Path) -> None:
    slow = SlowToVouch(proofs={"alice": ALICE})
    pasted = ["#startmeeting", "#topic one", *(f"#info {number}" for number in range(38))]

    async def scene(here: Channel) -> None:
        for text in pasted:
            here.say("alice", text)
        await here.bot.give("somebody else's")
        assert here.facts == []
        slow.awake.set()
        await here.minuting.idle()
        assert [one.text for one in here.lines if one.kind == "says"] == pasted
        assert (here.lines[0].account, here.lines[0].person) == ("alice_", "Alice")

    play(tmp_path, scene, slow)


def test_one_channel_does_not_wait_for_the_services_of_another(tmp_path: Path) -> None:
    slow = SlowToVouch()

    async def scene(here: Channel) -> None:
        here.say("chair", "#startmeeting", proof=ALICE)
        here.say("bob", "#startmeeting", OTHER)
        here.say("bob", "there", OTHER)
        here.say("chair", "here")
        await here.bot.until(lambda: len(here.bot.journal.facts()) == 2)
        assert here.texts == ["#startmeeting", "here"]
        slow.awake.set()
        await here.minuting.idle()
        assert [one.text for one in here.lines if one.venue == OTHER] == ["#startmeeting", "there"]

    play(tmp_path, scene, slow)


def test_where_services_do_not_answer_a_line_goes_on_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    slow = SlowToVouch(proofs={"alice": ALICE})

    async def scene(here: Channel) -> None:
        here.say("alice", "#startmeeting")
        here.say("alice", "hello")
        await here.bot.until(lambda: len(here.bot.journal.facts()) == 2)
        slow.awake.set()
        await here.minuting.idle()
        assert [(one.kind, one.text, one.account) for one in here.lines] == [
            ("says", "#startmeeting", ""),
            ("says", "hello", ""),
            ("logs in", "", "alice_"),
        ]

    play(tmp_path, scene, slow)


@pytest.mark.parametrize(("how", "now"), [("leaves", ""), ("is now", "alice2")])
def test_who_goes_before_services_answer_is_nobody_and_nothing_overtakes(tmp_path: Path, how: str, now: str) -> None:
    slow = SlowToVouch(proofs={"alice": ALICE})

    async def scene(here: Channel) -> None:
        here.say("alice", "#startmeeting")
        here.move("alice", how, now=now)
        here.say("bob", "hm")
        await here.bot.until(lambda: len(here.bot.journal.facts()) == 3)
        slow.awake.set()
        await here.minuting.idle()
        assert [(one.nick, one.kind, one.account) for one in here.lines] == [
            ("alice", "says", ""),
            ("alice", how, ""),
            ("bob", "says", ""),
        ]

    play(tmp_path, scene, slow)


def test_a_chair_is_asked_about_when_we_come_back_and_a_command_waits_for_that(tmp_path: Path) -> None:
    slow = SlowToVouch(proofs={"alice": ALICE}, members={"#team": {"alice", "bob"}})

    async def scene(here: Channel) -> None:
        here.say("alice", "#startmeeting", proof=ALICE)
        await here.minuting.idle()
        here.move("cloudbot", "leaves", us=True)
        here.move("cloudbot", "joins", us=True)
        here.say("bob", "hello")
        here.say("alice", "#topic next")
        here.say("bob", "wait")
        await here.bot.until(lambda: slow.asked == ["alice", "bob"])
        slow.awake.set()
        await here.minuting.idle()
        assert [(one.text, one.account) for one in here.lines if one.kind == "says"] == [
            ("#startmeeting", "alice_"),
            ("hello", ""),
            ("#topic next", "alice_"),
            ("wait", ""),
        ]

    play(tmp_path, scene, slow)


def test_who_is_not_there_is_not_asked_about_when_we_come_back(tmp_path: Path) -> None:
    slow = SlowToVouch(members={"#team": {"bob"}})

    async def scene(here: Channel) -> None:
        here.say("alice", "#startmeeting", proof=ALICE)
        await here.minuting.idle()
        here.move("cloudbot", "leaves", us=True)
        here.move("cloudbot", "joins", us=True)
        await here.minuting.idle()
        assert slow.asked == []

    play(tmp_path, scene, slow)


def test_what_was_known_of_a_chair_is_forgotten_however_the_nick_was_spelled(tmp_path: Path) -> None:
    irc = IrcNetwork(proofs={"Alice": ALICE}, members={"#team": {"alice"}})

    async def scene(here: Channel) -> None:
        here.say("Alice", "#startmeeting", proof=ALICE)
        await here.minuting.idle()
        here.move("cloudbot", "leaves", us=True)
        here.move("cloudbot", "joins", us=True)
        await here.minuting.idle()
        irc.proofs.clear()
        here.move("alice", "leaves")
        here.say("Alice", "#topic mine now")
        await here.minuting.idle()
        assert [(one.kind, one.account) for one in here.lines] == [
            ("says", "alice_"),
            ("logs in", "alice_"),
            ("leaves", ""),
            ("says", ""),
        ]

    play(tmp_path, scene, irc)


def test_who_was_refused_may_log_in_and_try_again_half_a_minute_later(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        for proofs, seconds in (({}, 0), ({"alice": ALICE}, 10), ({"alice": ALICE}, 30)):
            here.seconds += seconds
            here.irc.proofs = dict(proofs)
            here.say("alice", "#startmeeting and be refused")
            await here.minuting.idle()
        assert [one.account for one in here.lines if one.kind == "says"] == ["", "", "alice_"]

    play(tmp_path, scene)


@pytest.mark.parametrize(("how", "now"), [("leaves", ""), ("is now", "alice2")])
def test_who_left_or_changed_the_nick_is_nobody_until_asked_again(tmp_path: Path, how: str, now: str) -> None:
    async def scene(here: Channel) -> None:
        here.irc.proofs["alice"] = ALICE
        await here.start()
        here.say("alice", "me")
        await here.minuting.idle()
        del here.irc.proofs["alice"]
        here.move("alice", how, now=now)
        here.say("alice", "somebody else")
        await here.minuting.idle()
        assert [(one.text, one.account) for one in here.lines if one.kind == "says"][-1] == ("somebody else", "")
        assert [one.account for one in here.lines if one.kind == "logs in"] == ["alice_"]

    play(tmp_path, scene)


def test_who_logs_in_later_is_found_after_a_while_and_who_logs_out_too(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        for proofs in ({}, {"alice": ALICE}, {}):
            here.irc.proofs = dict(proofs)
            here.say("alice", "hello")
            await here.minuting.idle()
            here.seconds += 600
        assert [(one.kind, one.account) for one in here.lines if one.nick == "alice"] == [
            ("says", ""),
            ("says", ""),
            ("logs in", "alice_"),
            ("says", "alice_"),
            ("logs in", ""),
        ]

    play(tmp_path, scene)


def test_a_flood_of_lines_leaves_the_consumer_to_others_too(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        for number in range(5000):
            here.say("joiner", f"#info {number}")
        await here.bot.give("somebody else's")
        assert here.bot.entries == ("somebody else's",)
        assert len(here.facts) <= 3 * module.AT_ONCE
        await here.minuting.idle()
        assert here.texts == ["#startmeeting", *(f"#info {number}" for number in range(5000))]

    play(tmp_path, scene)


class FullDisk(sqlite3.Connection):
    """A disk that is full when a test says so."""

    full = False

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
        if FullDisk.full and sql.startswith("BEGIN"):
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *args)


def test_what_no_disk_takes_is_a_gap_that_is_told_and_memory_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 20)
    monkeypatch.setattr(FullDisk, "full", False)

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:  # noqa: ANN401 - as above
        return sqlite3.connect(*args, factory=FullDisk, **kwargs)

    async def scene(here: Channel) -> None:
        await here.start()
        monkeypatch.setattr(FullDisk, "full", True)
        for number in range(1000):
            here.say("alice", str(number))
        assert len(here.minuting._waiting) == 21
        monkeypatch.setattr(FullDisk, "full", False)
        await here.minuting.idle()
        here.say("alice", "after")
        await here.minuting.idle()
        assert here.texts == ["#startmeeting", *map(str, range(20)), "after"]
        assert [type(one).__name__ for one in here.facts[-3:]] == ["ChannelLeft", "ChannelEntered", "LineSaid"]

    play(tmp_path, scene, connect=connect)


QUERY = Venue("oftc", "alice")


@pytest.mark.parametrize(
    ("text", "venue", "taken"),
    [
        ("vote +1 #team", QUERY, True),
        ("VOTE -1 #team", QUERY, True),
        ("vote +1 #TEAM", QUERY, True),
        ("vote +1 #other", QUERY, False),
        ("vote +1", QUERY, False),
        ("status", QUERY, False),
        ("vote +1 #team", TEAM, False),
    ],
)
def test_a_ballot_in_a_query_is_a_fact_of_the_meeting(tmp_path: Path, text: str, venue: Venue, taken: bool) -> None:  # noqa: FBT001 - expected
    async def scene(here: Channel) -> None:
        await here.start()
        heard = Heard(at=MONDAY, venue=venue, speaker=Speaker(nick="alice", proof=ALICE), text=text, me="cloudbot")
        assert here.minuting.cast(heard) is taken
        await here.minuting.idle()
        found = [(one.venue, one.kind, one.text, one.account, one.person) for one in here.lines[1:]]
        assert found == ([(TEAM, "ballot", text.split()[1], "alice_", "Alice")] if taken else [])

    play(tmp_path, scene, irc=IrcNetwork(members={"#team": {"alice"}}))


@pytest.mark.parametrize("changes", [{"old": True}, {"does": True}, {"speaker": Speaker(nick="bob")},
                                     {"speaker": Speaker(nick="alice", bot=True)}])  # fmt: skip
def test_only_who_is_there_and_a_person_votes_in_a_query(tmp_path: Path, changes: dict[str, Any]) -> None:
    async def scene(here: Channel) -> None:
        await here.start()
        heard = Heard(at=MONDAY, venue=QUERY, speaker=Speaker(nick="alice"), text="vote +1 #team", me="cloudbot")
        assert here.minuting.cast(replace(heard, **changes)) is False

    play(tmp_path, scene, irc=IrcNetwork(members={"#team": {"alice"}}))
