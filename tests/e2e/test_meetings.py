"""A meeting of six on a real server: two change their nick, one is split off, a paste, and the bot is killed twice."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from cloudbot.demo.ircd import Ircd
from tests.e2e.rooms import CHANNEL, LOGGED, Line, Room, meeting_room
from tests.irc_servers.fixtures import hybrid, ngircd  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from pathlib import Path

    from tests.irc_servers.fixtures import Server

POINTS = tuple(f"point {number} of forty" for number in range(1, 40))
"""Pasted behind #startmeeting: forty lines at once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left of a meeting: what was said to the bot, and its files."""

    wanted: list[Line]
    seen: list[str]
    log: str
    text: str
    markdown: str

    @property
    def logged(self) -> list[Line]:
        """What people said, as the log has it."""
        found = (LOGGED.fullmatch(line) for line in self.log.splitlines())
        return [(line["nick"], line["text"]) for line in found if line is not None and line["nick"] != "cloudbot"]


async def hold(room: Room) -> Outcome:
    """Hold the meeting."""
    room.watcher.send(f"MODE {CHANNEL} -t", f"TOPIC {CHANNEL} :Images for clouds")
    await room.start()
    await room.say("anna", "#startmeeting Cloud team", *(f"#info {point}" for point in POINTS))
    await room.say("ben", "hello")
    await room.say("carol", "\x01ACTION waves\x01", kept=False)
    await room.rename("ben", "ben_away")
    await room.say("ben_away", "#info back in a minute")
    await room.say("anna", "#topic Images")
    await room.kill()
    await room.say("dora", "said while nobody listened", kept=False)
    await room.start()
    await room.until("cloudbot.* PRIVMSG .*I am back")
    await room.say("dora", "#action emil to look at arm64")
    await room.split("finn")
    await room.rename("anna", "anna2")
    await room.enter("finn")
    await room.say("finn", "I am back")
    await room.say("anna2", "#topic Any other business")
    await room.kill()
    await room.say("emil", "said into the void", kept=False)
    await room.start()
    await room.until("cloudbot.* PRIVMSG .*I am back")
    await room.say("emil", "#info nothing was lost")
    await room.say("anna2", "#endmeeting")
    text = await room.fetch(r"Minutes \(text\)")
    await room.until("cloudbot.* PRIVMSG .*Log: ")
    return Outcome(room.wanted, room.seen, await room.file(".log.txt"), text, await room.file(".md"))


@pytest.fixture(scope="module", params=["demo", pytest.param("ngircd", marks=pytest.mark.server)])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Hold the meeting on the demo's server and on a real one."""
    home = tmp_path_factory.mktemp("meeting")
    real = 0 if request.param == "demo" else request.getfixturevalue(request.param).port

    async def play() -> Outcome:
        server = Ircd()
        port = real or await server.start()
        try:
            async with meeting_room(home, port) as room:
                return await hold(room)
        finally:
            await server.stop()

    return asyncio.run(play())


def test_the_log_has_what_was_said_while_the_bot_was_there_and_each_line_once(outcome: Outcome) -> None:
    assert outcome.logged == outcome.wanted


def test_what_was_noted_is_in_the_minutes_once_and_in_order(outcome: Outcome) -> None:
    noted = [*POINTS, "back in a minute", "nothing was lost"]
    assert re.findall(r"^ *\* (point .*|back .*|nothing .*)  \(", outcome.text, re.MULTILINE) == noted


def test_each_absence_is_one_gap_of_the_minutes_and_is_told_once(outcome: Outcome) -> None:
    told = [line for line in outcome.seen if re.search("cloudbot.* PRIVMSG .*I am back and did not hear", line)]
    assert (outcome.markdown.count("Nobody listened:"), len(told)) == (2, 2)


def test_who_changed_the_nick_or_was_split_off_is_one_person(outcome: Outcome) -> None:
    present = outcome.text.partition("People present (lines said)")[2]
    people = {nick: int(lines) for nick, lines in re.findall(r"^\* (\S+) \((\d+)\)$", present, re.MULTILINE)}
    assert people == {"anna": 43, "ben": 2, "carol": 1, "dora": 1, "finn": 1, "emil": 1}


def test_the_chair_kept_the_chair_and_the_action_is_its_owners(outcome: Outcome) -> None:
    assert "chair: anna2" in outcome.markdown
    owners = outcome.text.partition("Action items, by person")[2].partition("People present")[0]
    assert re.findall(r"\* (.*)", owners) == ["emil", "emil to look at arm64"]


def test_the_topic_is_that_of_the_meeting_and_then_as_before(outcome: Outcome) -> None:
    topics = [line.partition(" :")[2] for line in outcome.seen if re.match(":cloudbot!.* TOPIC ", line)]
    assert ("Any other business" in topics[-2], topics[-1]) == (True, "Images for clouds")


MEMBERS_ONLY = """
[features.meetings]
start = "member"

[[team.people]]
name = "Anna"
accounts = { test = ["anna"] }
"""
PASTED = ("#startmeeting", "#topic One", *(f"#info {number}" for number in range(38)))


async def registered(room: Room, nick: str) -> None:
    """Give somebody an account of the name of the nick."""
    room.people[nick].say("NickServ", f"REGISTER open-sesame {nick}@example.org")
    await room.people[nick].until("NOTICE .*registered")


@pytest.mark.server
def test_where_only_services_know_who_is_who_the_first_words_of_a_chair_count(
    tmp_path: Path,
    hybrid: Server,  # noqa: F811 - the fixture
) -> None:
    """Services are asked by WHOIS there. A paste begins a meeting, and after a kill the first command is obeyed."""

    async def story() -> tuple[str, set[tuple[str, str | None]]]:
        async with meeting_room(tmp_path, hybrid.port, MEMBERS_ONLY, ("anna", "ben")) as room:
            await registered(room, "anna")
            await room.start()
            await room.say("anna", *PASTED)
            begun = {(one.account, one.person) for one in room.facts() if one.text == "#startmeeting"}
            await room.kill()
            await room.start()
            await room.say("anna", "#topic Two", "#endmeeting")
            begun |= {(one.account, one.person) for one in room.facts() if one.text == "#topic Two"}
            return await room.fetch(r"Minutes \(text\)"), begun

    text, whose = asyncio.run(story())
    assert re.findall(r"(?m)^ *\* (\S.*?)  \(", text) == ["One", *map(str, range(38)), "Two"]
    assert whose == {("anna", "Anna")}
