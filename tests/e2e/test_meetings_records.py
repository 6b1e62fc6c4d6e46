"""What is left of a meeting in the records and in the mail: once, whole and by the right names, whatever happened.

Six people hold it on a server whose services vouch for them; two change their nick, one is split off and comes back,
and the bot is killed in the middle and again when #endmeeting was said and nothing was pushed or mailed yet.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.demo.ircd import fold
from cloudbot.demo.mailsink import MailSink
from cloudbot.demo.remote import member
from tests.adapters.records.remotes import Remote, git
from tests.e2e.rooms import CHANNEL, SECONDS, Room, meeting_room
from tests.fakes.irc_server import FakeServer, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

ACCOUNTS = {"anna": "anna", "ben": "ben", "carol": "carol", "ed": "ed", "[ken]": "ken", "siretart`": "siretart"}
"""Who is there, by nick."""
RENAMED = {"anna2": "anna", "ben_away": "ben"}
TEAM = (*ACCOUNTS.values(), "grace")
"""Whom the records know; grace is not there."""
MORE = """
[records]
remote = "{remote}"
every = 0.2

[mail]
server = "127.0.0.1"
port = {mail}
sender = "cloudbot@example.org"

[commands]
person_burst = 0
channel_burst = 0
"""
SERIES = """\
schema = "cloudbot/series/1"
id = "cloud"
title = "Cloud team"
channel = "test/{channel}"
rule = "FREQ=MONTHLY;BYDAY=2WE"
time = "19:00"
lists = ["team@lists.example.org"]
from = 2019-07-22
"""
HELD = "sleep 2\n"
"""A server that thinks about each push: whoever is killed right after #endmeeting has not heard of it."""
NOTED = (
    ("anna", "#topic Images"),
    ("ben_away", "#action siretart` to look at arm64"),
    ("carol", "#action [ken] writes the page"),
    ("anna", "#action ed, please ask the wiki team"),
    ("anna", "#action Grace tests the image"),
    ("anna", "#action somebody buys a cake"),
)
OWNED = {
    "siretart` to look at arm64": "siretart",
    "[ken] writes the page": "ken",
    "ed, please ask the wiki team": "ed",
    "Grace tests the image": "grace",
    "somebody buys a cake": None,
}


@dataclass(slots=True, kw_only=True)
class Left:
    """What is left of a meeting, first when it ended and then after a correction and a change by hand."""

    text: str
    log: str
    commits: list[str]
    "first lines, newest first, without that which was there before"
    files: list[str]
    "those that the commit of the meeting touched"
    records: dict[str, dict[str, Any]]
    actions: str
    last: str
    checked: str = ""
    fixed: list[str] = field(default_factory=list)
    "commits after the correction"
    markdown: str = ""
    "the text of the minutes in the records, at last"
    mails: list[EmailMessage] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """Return the name of the meeting in the records."""
        (record,) = (one["id"] for path, one in self.records.items() if path.startswith("minutes/"))
        return str(record)

    @property
    def year(self) -> str:
        return self.stem.split(".")[1][:4]


@dataclass(slots=True, kw_only=True)
class Hall:
    """A room, and what is around the bot."""

    room: Room
    remote: Remote
    sink: MailSink

    async def until(self, found: Callable[[], object]) -> None:
        """Wait for what other processes do."""
        async with asyncio.timeout(SECONDS):
            while not await asyncio.to_thread(found):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.05)

    async def ask(self, nick: str, question: str, answer: str) -> str:
        """Ask in the channel and return the answer that matches."""
        self.room.people[nick].say(CHANNEL, question)
        return (await self.room.until(f":cloudbot!.* PRIVMSG {CHANNEL} :.*(?:{answer})")).partition(" :")[2]

    async def records_read(self) -> None:
        """Wait until the bot knows the records: what a meeting begins with comes from them."""
        while "not read" in await self.ask("carol", "!actions", "."):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def hall(home: Path) -> AsyncIterator[Hall]:
    server, sink = FakeServer(), MailSink()
    server.accounts = {fold(nick): account for nick, account in {**ACCOUNTS, **RENAMED}.items()}
    people = {path: content for name in TEAM for path, content in member(name, "test").items()}
    remote = Remote.made(home / "records.git", {**people, "series/cloud.toml": SERIES.format(channel=CHANNEL)})
    more = MORE.format(remote=remote.url, mail=await sink.start())
    try:
        async with serving(server), meeting_room(home, server.port, more, tuple(ACCOUNTS)) as room:
            yield Hall(room=room, remote=remote, sink=sink)
    finally:
        await sink.stop()


async def hold(here: Hall) -> None:
    """Hold the meeting up to the moment in which its end was said and the bot died."""
    room = here.room
    await room.start()
    await here.records_read()
    await room.say("anna", "#startmeeting", "#chair ben")
    for nick in tuple(ACCOUNTS)[1:]:
        await room.say(nick, "hello")
    await room.rename("ben", "ben_away")
    for nick, text in NOTED:
        await room.say(nick, text)
    await room.kill()
    await room.say("carol", "said into the void", kept=False)
    await room.start()
    await room.say("anna", "#topic Publishing")
    await room.until("cloudbot.* PRIVMSG .*I am back")
    await room.split("carol")
    await room.rename("anna", "anna2")
    await room.enter("carol")
    await room.say("carol", "#info back from the other side")
    await room.say("anna2", "#agreed daily images are good enough")
    await room.say("anna2", "#motion publish on Fridays")
    for nick, ballot in (("ben_away", "+1"), ("carol", "+1"), ("[ken]", "-1")):
        await room.say(nick, ballot)
    await room.say("anna2", "#close")
    here.remote.hook(HELD)
    await room.say("anna2", "#endmeeting")
    await room.kill()


async def look(here: Hall) -> Left:
    """Start the bot again, wait for what is made of the meeting, and look at it; then correct it and look again."""
    room, remote = here.room, here.remote
    await room.start()
    text = await room.fetch(r"Minutes \(text\)")
    await room.until("cloudbot.* PRIVMSG .*Log: ")
    await here.until(lambda: len(remote.log()) > 1)
    await here.until(lambda: here.sink.mails)
    left = Left(
        text=text,
        log=await room.file(".log.txt"),
        commits=remote.log()[:-1],
        files=names(remote),
        records={path: remote.record(path) for path in names(remote) if path.endswith(".toml")},
        actions=await here.ask("carol", "!actions", r"\d+ open"),
        last=await here.ask("carol", "!lastmeeting", "good enough"),
    )
    left.checked = await check(remote, here.room.home / "clone")
    (page,) = (path for path in left.files if path.endswith(".md"))
    remote.human().write({page: remote.file(page) + "\nWritten by hand.\n"}, "a word by hand")
    await here.ask("anna2", "!minutes fix 2 siretart` to look at arm64 and riscv64", ".")
    await here.until(lambda: len(remote.log()) > 3)  # the first, the minutes, by hand, the correction
    left.fixed = remote.log()[:-2]
    left.markdown = remote.file(page)
    await here.ask("carol", "!meetings", "no meeting runs")
    left.mails, left.seen = here.sink.mails, room.seen
    return left


async def check(remote: Remote, place: Path) -> str:
    """Return what `cloudbot records check` says of a clone, with its exit code."""
    await asyncio.to_thread(git, remote.directory, "clone", "-q", str(remote.directory), str(place))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cloudbot", "records", "check", str(place)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return f"{process.returncode} {out.decode()}"


def names(remote: Remote) -> list[str]:
    return git(remote.directory, "show", "--format=", "--name-only", "main").split()


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Hold the meeting once, for all that is looked at."""

    async def story() -> Left:
        async with hall(tmp_path_factory.mktemp("records")) as here:
            await hold(here)
            return await look(here)

    return asyncio.run(story())


def test_the_meeting_is_one_commit_with_its_record_its_texts_and_its_actions(left: Left) -> None:
    assert left.commits == [f"minutes {left.stem}: record and 5 more"]
    texts = [f"minutes/{left.stem}{ending}" for ending in (".log.txt", ".md", ".toml", ".txt")]
    assert left.files == [*(f"actions/A-{left.year}-00{number}.toml" for number in range(1, 6)), *texts]


def test_actions_are_owned_by_who_is_meant_however_the_nick_is_written(left: Left) -> None:
    actions = [record for path, record in left.records.items() if path.startswith("actions/")]
    assert {one["title"]: one.get("owner") for one in actions} == OWNED


def test_the_record_knows_who_led_who_was_there_what_was_decided_and_when_nobody_listened(left: Left) -> None:
    record = left.records[f"minutes/{left.stem}.toml"]
    assert record["chairs"] == [{"nick": "anna2", "person": "anna"}, {"nick": "ben_away", "person": "ben"}]
    assert {one["name"]: (one["lines"], one["person"]) for one in record["present"]} == {
        "anna": (11, "anna"),
        "carol": (4, "carol"),
        "ben": (3, "ben"),
        "[ken]": (2, "ken"),
        "ed": (1, "ed"),
        "siretart`": (1, "siretart"),
    }
    assert [one["text"] for one in record["items"] if one["kind"] in {"topic", "info", "agreed"}] == [
        "Images",
        "Publishing",
        "back from the other side",
        "daily images are good enough",
    ]
    assert record["votes"][0]["counts"] == {"+1": ["ben_away", "carol"], "-1": ["[ken]"], "0": []}
    assert (len(record["votes"]), len(record["gaps"])) == (1, 1)


def test_the_records_are_clean(left: Left) -> None:
    assert left.checked.startswith("0 ")


def test_the_minutes_on_the_site_have_every_line_that_counts_and_none_of_the_void(left: Left) -> None:
    noted = re.findall(r"(?m)^ *\* (?:[A-Z]+: )?(.*?)(?:  \(|$)", left.text.partition("Action items")[0])
    assert noted[:7] == ["Images", *OWNED, "Publishing"]
    assert "said into the void" not in left.log
    assert left.log.count("back from the other side") == 1


def test_the_minutes_are_mailed_once_in_72_columns_and_under_a_name_of_their_own(left: Left) -> None:
    (mail,) = left.mails
    body = mail.get_content()
    assert [line for line in body.splitlines() if len(line) > 72 and "http" not in line] == []
    assert mail["To"] == "team@lists.example.org"
    name = rf"<meeting\.test\.cloud\.\d+\.{re.escape(left.stem)}\.mail\.\w+@example\.org>"
    assert re.fullmatch(name, mail["Message-ID"].strip())
    assert [title for title in OWNED if not any(line.endswith(title) for line in body.splitlines())] == []


def test_the_bot_repeats_nothing_that_it_does_not_mark_so(left: Left) -> None:
    said = re.findall(rf"(?m)^:cloudbot!\S+ (?:PRIVMSG|NOTICE) {CHANNEL} :(.*)$", "\n".join(left.seen))
    counted = Counter(line for line in said if "(again)" not in line and "have not read" not in line)
    assert [line for line, times in counted.items() if times > 1] == []


def test_questions_about_it_are_answered_from_it(left: Left) -> None:
    assert left.actions == "5 open: 0 late, 0 blocked, 1 unowned."
    assert "#cloud: Cloud team, 6 people, 2 decisions (daily images are good enough;" in left.last


def test_a_correction_is_a_second_commit_that_keeps_both_versions_and_what_was_written_by_hand(left: Left) -> None:
    assert left.fixed[1:] == ["a word by hand"]
    assert "look at arm64 and riscv64" in left.markdown
    assert "was: ACTION: siretart\\` to look at arm64]" in left.markdown.replace("\\]", "]").replace("\\[", "[")
    assert "Written by hand." in left.markdown
