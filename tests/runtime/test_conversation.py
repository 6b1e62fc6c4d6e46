"""From a line somebody said to an answer, on a chat that is a list of what was said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from cloudbot.adapters.render import Words
from cloudbot.core.commands import Answer, Command, Commands, Param
from cloudbot.core.engine import World
from cloudbot.core.facts import CommandGiven
from cloudbot.core.limits import Limits, Rate
from cloudbot.core.people import Person, Team
from cloudbot.core.ports import Sent
from cloudbot.core.speech import Heard, NetworkHealth, Proof, Speaker, Venue
from cloudbot.features import make_commands, make_engine
from cloudbot.runtime.conversation import Conversation
from tests.runtime_parts import figures_of_a_new_bot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudbot.core.commands import Ask
    from cloudbot.core.ports import Outcome

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
CHANNEL = Venue("oftc", "#team")
TEAM = Team(name="Example Team", people=(Person(name="alice", accounts={"oftc": ("alice",)}),), channels=(CHANNEL,))
ALICE = Proof("alice", "whois-307")


@dataclass(slots=True)
class ListedChat:
    """A chat that is a list; it vouches for whom it was told to."""

    said: list[str] = field(default_factory=list)
    vouched: dict[str, Proof] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def deliver(self, venue: Venue, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        del rings
        self.said.append(f"{venue.name} {'notice' if notice else 'says'} {text}")
        return Sent()

    def answer(self, venue: Venue, lines: Sequence[str]) -> None:
        self.said += [f"{venue.name} <- {line}" for line in lines]

    def tell(self, venue: Venue, nick: str, line: str) -> None:
        del venue
        self.said.append(f"{nick} <- {line}")

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        self.topics[venue.name] = text
        return Sent()

    def topic(self, venue: Venue) -> str:
        return self.topics.get(venue.name, "")

    def has(self, venue: Venue, nick: str) -> bool:
        del venue
        return nick in self.vouched

    async def prove(self, nick: str) -> Proof | None:
        return self.vouched.get(nick)

    def health(self) -> NetworkHealth:
        return NetworkHealth(network="oftc", state="ready", since=AT)


@dataclass(slots=True)
class Room:
    chat: ListedChat
    conversation: Conversation
    seconds: float = 0.0

    def hear(self, text: str, venue: Venue = CHANNEL, **changes: object) -> list[str]:
        speaker = Speaker(nick="alice", user="a", host="example.org")
        heard = Heard(at=AT, venue=venue, speaker=speaker, text=text, me="bot")
        self.conversation.hear(replace(heard, **changes))  # type: ignore[arg-type]  # the fields a test names
        said, self.chat.said = self.chat.said, []
        return said


def room(limits: Limits | None = None, extra: tuple[Command, ...] = ()) -> Room:
    consumer = figures_of_a_new_bot(AT).consumer
    chat, words = ListedChat(), Words()
    commands = Commands((*make_commands(make_engine()).all, *extra))

    def world() -> World:
        return World(at=AT, team=TEAM, documents=consumer.documents, settings={}, commands=commands, version="0")

    made = Room(
        chat,
        Conversation(
            commands=commands,
            chats={"oftc": chat},
            consumer=consumer,
            world=world,
            render=words.render,
            limits=limits or Limits(person=Rate(burst=0, per_minute=1), channel=Rate(burst=0, per_minute=1)),
            seconds=lambda: made.seconds,
            bang=lambda _network: True,
        ),
    )
    return made


def test_a_question_is_answered_where_it_was_asked() -> None:
    answer = 'no command "nosuch"; help lists them all.'
    here = room()
    assert here.hear("!help nosuch") == [f"#team <- {answer}"]
    assert here.hear("help nosuch", Venue("oftc", "alice")) == [f"alice <- {answer}"]
    assert here.hear("bot: help nosuch", Venue("oftc", "@#team")) == [f"@#team <- {answer}"]


def test_what_the_whole_channel_sees_is_told_and_nothing_else_is() -> None:
    here = room()
    told: list[tuple[Venue, str]] = []
    here.conversation.spoken = lambda venue, text: told.append((venue, text))
    here.hear("!help nosuch")
    here.hear("!help mrs and more")
    here.hear("help nosuch", Venue("oftc", "alice"))
    assert told == [(CHANNEL, 'no command "nosuch"; help lists them all.')]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("#startmeeting", ["alice <- meetings are held in a channel: type #startmeeting in #team"]),
        ("#startmeeting Cloud", ["alice <- meetings are held in a channel: type #startmeeting in #team"]),
        ("#topic x", ["alice <- meetings are held in a channel: type #topic in #team"]),
        ("#1078608 is fixed", []),
    ],
)
def test_a_command_of_meetings_in_a_query_is_sent_to_the_channel(text: str, answers: list[str]) -> None:
    here = room()
    assert (here.hear(text, Venue("oftc", "alice")), here.hear(text)) == (answers, [])


def test_a_line_to_the_operators_of_a_channel_is_no_query() -> None:
    assert room().hear("help", Venue("oftc", "@#team")) == []


@pytest.mark.parametrize(
    "changes",
    [{"old": True}, {"does": True}, {"speaker": Speaker(nick="KGB-0", bot=True)}],
    ids=["replayed by a bouncer", "done and not said", "said by a bot"],
)
def test_what_is_no_command_gets_silence(changes: dict[str, object]) -> None:
    assert room().hear("!help", CHANNEL, **changes) == []


@pytest.mark.parametrize("text", ["!nosuch", "#topic help", "just talk", "otherbot: help", "!", "", "!1"])
def test_what_is_somebody_elses_gets_silence(text: str) -> None:
    assert room().hear(text) == []


def test_a_mistake_is_told_to_the_person_alone() -> None:
    assert room().hear("bot: mrz") == ['alice <- "mrz" is no command of mine; did you mean mr?']


def test_whoever_asks_too_much_is_told_once_and_then_met_with_silence_until_time_has_passed() -> None:
    here = room(Limits(person=Rate(burst=2, per_minute=1), channel=Rate(burst=0, per_minute=1)))
    said = [here.hear("!help nosuch") for _ in range(5)]
    assert [len(lines) for lines in said] == [1, 1, 1, 0, 0]
    assert said[2] == ["alice <- that is a lot at once; I answer you again in a minute"]
    here.seconds = 61.0
    assert len(here.hear("!help nosuch")) == 1


def test_a_fault_in_answering_is_one_line_and_the_bot_goes_on() -> None:
    def broken(_ask: Ask, _world: World) -> Answer:
        raise RuntimeError("a bug")

    here = room(extra=(Command(name="broken", help="breaks", answer=broken),))
    assert here.hear("!broken") == ["alice <- I cannot answer that: a fault of mine, and the log has it."]
    assert len(here.hear("!help nosuch")) == 1


def carried_out(here: Room, run: Callable[[], object]) -> list[str]:
    """Let a command that changes something run to its end, with a consumer at work."""

    async def play() -> list[str]:
        consuming = asyncio.create_task(here.conversation.consumer.run())
        run()
        await here.conversation.idle()
        consuming.cancel()
        await asyncio.gather(consuming, return_exceptions=True)
        return here.chat.said

    return asyncio.run(play())


def test_without_a_proof_nothing_can_be_changed() -> None:
    here = room()
    assert carried_out(here, lambda: here.hear("!quiet 2h")) == [
        "alice <- quiet is for people of the team; log in to services first"
    ]


def test_an_account_that_is_not_of_the_team_cannot_change_anything() -> None:
    here = room()
    here.chat.vouched["alice"] = Proof("eve", "whois-307")
    assert carried_out(here, lambda: here.hear("!quiet 2h")) == [
        "alice <- quiet is for people of the team; the account eve is not known as one"
    ]


def test_a_nick_of_the_team_with_the_account_of_another_is_the_other() -> None:
    here = room()
    here.chat.vouched["mallory"] = ALICE
    carried_out(here, lambda: here.hear("!quiet 2h", speaker=Speaker(nick="mallory", host="example.org")))
    (row,) = here.conversation.consumer.writer.journal.facts()
    given = row.fact
    assert isinstance(given, CommandGiven)
    assert (given.command, given.args, given.nick, given.person) == ("quiet", {"span": "2h"}, "mallory", "alice")


def test_what_proved_the_person_is_in_the_log() -> None:
    here = room()
    here.chat.vouched["alice"] = ALICE
    with capture_logs() as logs:
        carried_out(here, lambda: here.hear("!quiet 2h"))
    assert [one for one in logs if one["event"] == "a command that changes something"] == [
        {
            "event": "a command that changes something",
            "log_level": "info",
            "command": "quiet",
            "person": "alice",
            "account": "alice",
            "proof": "whois-307",
        }
    ]


def test_a_line_delivered_twice_with_one_msgid_changes_something_once() -> None:
    here = room()
    here.chat.vouched["alice"] = ALICE

    def twice() -> None:
        for _ in range(2):
            here.hear("!quiet 2h", msgid="m1", at=AT + timedelta(seconds=1))

    carried_out(here, twice)
    rows = here.conversation.consumer.writer.journal.rows()
    assert [row.key for row in rows] == ["quiet/oftc/m1"]


def who_asks(ask: Ask, _world: World) -> Answer:
    return Answer(words="irc/no_project", values={"name": str(ask.person and ask.person.name), "names": [], "seen": AT})


@pytest.mark.parametrize(
    ("line", "vouched", "who"),
    [("!whose mine", True, "alice"), ("!whose mine", False, "None"), ("!whose", True, "None")],
)
def test_a_question_about_the_asker_waits_for_the_proof_and_no_other_does(
    line: str,
    vouched: bool,  # noqa: FBT001 - the column of the table
    who: str,
) -> None:
    async def ask() -> list[str]:
        param = Param(name="which", optional=True)
        here = room(extra=(Command(name="whose", help="", params=(param,), answer=who_asks, personal=("mine",)),))
        if vouched:
            here.chat.vouched["alice"] = ALICE
        said = here.hear(line)
        await here.conversation.idle()
        return [*said, *here.chat.said]

    (said,) = asyncio.run(ask())
    assert f'"{who}"' in said
