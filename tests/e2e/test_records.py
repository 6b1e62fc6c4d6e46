"""The records of a real bot: a line in the channel becomes a commit at the remote, whatever happens on the way."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.demo.guest import Guest
from cloudbot.demo.stage import BOT, CHANNEL, MEMBER
from tests.adapters.records.remotes import ACTION, Remote
from tests.e2e.stage import SECONDS, Stand, standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

BOF = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
ID = "A-2019-001"
LINK = "https://images.example.org/publish"
FAQ = 'schema = "cloudbot/link/1"\nid = "faq"\ntitle = "Questions"\nurl = "https://faq.example.org"\nask = ["faq"]\n'
FORM = "%an <%ae>%n%cn <%ce>%n%(trailers:only,key=On-behalf-of,key=Irc-Account,key=Via,key=Request-Id)"
ONCE = """\
if mkdir '{flag}' 2>/dev/null; then sleep 2; fi
"""
"""A hook that keeps the first push waiting, and no other."""


@dataclass(slots=True)
class Channel:
    """A running bot with records, a person of the team in its channel, and people who push."""

    stand: Stand
    member: Guest
    remote: Remote

    @property
    def said(self) -> list[str]:
        """All that the bot said in the channel, asked or not."""
        return [one.text for one in self.stand.stage.guest.lines if (one.nick, one.target) == (BOT, CHANNEL)]

    def told(self, words: str) -> list[str]:
        return [line for line in self.said if words in line]

    async def give(self, text: str) -> str:
        """Say something as the member, and return the answer."""
        answer = await self.member.ask(BOT, CHANNEL, text, SECONDS)
        assert answer is not None, self.stand.stage.log
        return answer

    def type(self, text: str) -> None:
        """Say something as the member without waiting."""
        self.member.send(f"PRIVMSG {CHANNEL} :{text}")

    async def hears(self, words: str) -> str:
        """Wait until the bot says something in the channel."""
        assert await self.stand.stage.guest.wait(lambda: bool(self.told(words)), SECONDS), self.said
        return self.told(words)[-1]

    async def slowed(self, name: str) -> Path:
        """Have the server keep the next push waiting in a hook; return what is there when it does."""
        flag = self.stand.stage.home / "held"
        self.remote.hook(ONCE.format(flag=flag), name)
        return flag

    async def human(self, files: dict[str, str], subject: str) -> None:
        """Push as a person does."""
        await asyncio.to_thread(self.remote.human().write, files, subject)


async def there(path: Path) -> None:
    for _ in range(400):
        if await asyncio.to_thread(path.exists):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(path)


@asynccontextmanager
async def channel(home: Path) -> AsyncIterator[Channel]:
    async with standing(home, BOF) as stand:
        member = Guest(MEMBER)
        await member.enter(stand.stage.irc_port, CHANNEL)
        await stand.start()
        await stand.until("!actions unowned", ID)
        try:
            yield Channel(stand, member, Remote(stand.stage.remote, str(stand.stage.remote)))
        finally:
            await member.leave()


def play(home: Path, scene: Callable[[Channel], Awaitable[None]]) -> None:
    async def run() -> None:
        async with channel(home) as here:
            await scene(here)

    asyncio.run(run())


def test_a_line_in_the_channel_is_a_commit_by_who_said_it_and_the_answer_names_it(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        answer = await here.give(f"!accept {ID}")
        author, committer, *trailers = here.remote.log(FORM)[:6]
        assert answer == f'{ID} is yours: "Copy CI images to the publish host" ({here.remote.head[:8]}).'
        assert (author, committer) == ("Anna <anna@users.noreply.localhost>", "cloudbot <cloudbot@localhost>")
        assert [one.partition(": ")[0] for one in trailers] == ["On-behalf-of", "Irc-Account", "Via", "Request-Id"]
        assert trailers[:3] == ["On-behalf-of: anna", "Irc-Account: demo/anna", "Via: irc #debian-cloud"]
        assert here.remote.record(ACTION)["owner"] == "anna"

    play(tmp_path, scene)


def test_what_a_person_pushes_meanwhile_and_what_the_bot_was_asked_for_are_both_there(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        held = await here.slowed("pre-receive")
        here.type(f"!accept {ID}")
        await there(held)
        await here.human({"links/faq.toml": FAQ}, "Where the questions are")
        answer = await here.hears(f"{ID} is yours")
        assert here.remote.head[:8] in answer
        assert here.remote.log()[:2] == [f"action {ID}: accept", "Where the questions are"]
        assert (here.remote.record(ACTION)["owner"], here.remote.record("links/faq.toml")["id"]) == ("anna", "faq")

    play(tmp_path, scene)


@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_killed_while_the_server_takes_the_push_it_makes_one_commit_and_gives_one_answer(
    tmp_path: Path, hook: str
) -> None:
    async def scene(here: Channel) -> None:
        held, before = await here.slowed(hook), len(here.remote.log())
        here.type(f"!accept {ID}")
        await there(held)
        await here.stand.end(signal.SIGKILL)
        assert here.told(f"{ID} is yours") == []
        await here.stand.start()
        answer = await here.hears(f"{ID} is yours")
        await here.stand.until("!actions unowned", "nothing")
        await asyncio.sleep(2.5)  # the push of the life before, if it is still held, ends too
        assert here.remote.log()[: len(here.remote.log()) - before] == [f"action {ID}: accept"]
        assert here.told(f"{ID} is yours") == [answer]
        assert here.remote.head[:8] in answer

    play(tmp_path, scene)


def test_while_the_remote_is_away_the_change_waits_which_is_said_once(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        place, away = here.stand.stage.remote, here.stand.stage.home / "away.git"
        place.rename(away)
        first = await here.give(f"!accept {ID}")
        await asyncio.sleep(6)
        away.rename(place)
        await here.hears(f"{ID} is yours")
        assert "yours is kept" in first
        assert here.told("cannot be reached") == [first]
        assert here.remote.log()[0] == f"action {ID}: accept"

    play(tmp_path, scene)


def test_a_kind_that_somebody_broke_is_read_only_and_told_once_until_it_is_mended(tmp_path: Path) -> None:
    slip = "action cannot be changed: actions/A-2019-001.toml:5: E S-SCHEMA"

    async def scene(here: Channel) -> None:
        good = here.remote.file(ACTION)
        before = (await here.give("!actions unowned")).splitlines()
        await here.human({ACTION: good.replace('state = "open"', 'state = "opne"')}, "A slip")
        await here.hears(slip)
        refused = await here.give(f"!accept {ID}")
        assert refused.startswith("not done: action is read-only until this is mended: actions/A-2019-001.toml:5: ")
        assert (await here.give("!actions unowned")).splitlines()[1:] == before
        assert "you stand on the public list" in await here.give("!sprint s2019 join remote")
        await here.human({ACTION: good}, "Mended")
        await here.hears("can be changed again")
        assert "is yours" in await here.give(f"!accept {ID}")
        assert len(here.told(slip)) == 1
        assert len(here.told("can be changed again")) == 1

    play(tmp_path, scene)


def test_who_may_not_by_the_policy_of_the_remote_is_refused(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        policy = here.remote.file("policy/permissions.toml").replace('"action", ', "")
        policy = policy.replace('may = ["image policy"', 'may = ["action", "image policy"')
        await here.human({"policy/permissions.toml": policy}, "Actions are for delegates")
        await here.hears("Actions are for delegates")
        head = here.remote.head
        answer = await here.give("!drop A-2018-001 it went away")
        assert answer.startswith("not done: actions/A-2018-001.toml:7: E H-PERM ")
        assert "by anna, who is not a delegate" in answer
        assert here.remote.head == head

    play(tmp_path, scene)


def test_a_stranger_changes_nothing(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        head = here.remote.head
        assert await here.stand.ask(f"!accept {ID}") == "accept is for people of the team; log in to services first"
        assert here.remote.head == head

    play(tmp_path, scene)


MEETING = ("#startmeeting", "#topic Builds", "#info arm64 is red", "#action anna to mend the runner", "#endmeeting")


async def meets(here: Channel) -> None:
    """Hold a meeting as soon as the services have said who begins it."""
    here.type(MEETING[0])
    await here.hears("Meeting started")
    await asyncio.sleep(0.5)
    for line in MEETING[1:]:
        here.type(line)


def records_of_minutes(remote: Remote) -> list[str]:
    """Return what the history says of minutes, oldest first."""
    return [line for line in reversed(remote.log()) if line.startswith("minutes ")]


def test_a_meeting_is_a_commit_with_its_texts_and_its_actions(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await meets(here)
        told = await here.hears("the minutes are in the records")
        name = told.split("records: ")[1].split(",")[0]
        record = here.remote.record(f"minutes/{name}.toml")
        assert [(one["kind"], one["text"], one["person"]) for one in record["items"]] == [
            ("topic", "Builds", "anna"),
            ("info", "arm64 is red", "anna"),
            ("action", "anna to mend the runner", "anna"),
        ]
        (promised,) = record["actions"]
        action = here.remote.record(f"actions/{promised['action']}.toml")
        assert (action["owner"], action["from"], "accepted" in action) == ("anna", {"meeting": name}, True)
        assert "* arm64 is red" in here.remote.file(f"minutes/{name}.txt")
        assert "<anna> #info arm64 is red" in here.remote.file(f"minutes/{name}.log.txt")

    play(tmp_path, scene)


def test_killed_at_the_end_of_a_meeting_with_a_hand_push_in_between_its_minutes_are_there_once(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await here.give(f"!accept {ID}")
        held = await here.slowed("pre-receive")
        await meets(here)
        await there(held)
        await here.stand.end(signal.SIGKILL)
        await asyncio.sleep(2.5)  # the push of the life before, which the hook holds, ends
        await here.human({"links/faq.toml": FAQ}, "Where the questions are")
        await here.stand.start()
        told = await here.hears("the minutes are in the records")
        assert len(records_of_minutes(here.remote)) == 1
        made = [line for line in here.remote.log() if "Where the questions are" in line]
        assert made == ["Where the questions are"]
        name = told.split("records: ")[1].split(",")[0]
        assert len(here.remote.record(f"minutes/{name}.toml")["actions"]) == 1
        assert len(here.told("the minutes are in the records")) == 1

    play(tmp_path, scene)


def test_a_correction_after_the_end_keeps_what_somebody_edited_by_hand(tmp_path: Path) -> None:
    async def scene(here: Channel) -> None:
        await meets(here)
        told = await here.hears("the minutes are in the records")
        name = told.split("records: ")[1].split(",")[0]
        path = f"minutes/{name}.txt"
        await here.human({path: here.remote.file(path).replace("* Builds", "* The builds")}, "By hand")
        here.type("!minutes fix 2 arm64 is green")
        await here.hears("the correction is in the records")
        text = here.remote.file(path)
        assert ("* The builds" in text, "* arm64 is green" in text) == (True, True)
        (fix,) = here.remote.record(f"minutes/{name}.toml")["fixes"]
        assert (fix["was"], fix["now"]) == ("arm64 is red", "arm64 is green")

    play(tmp_path, scene)
