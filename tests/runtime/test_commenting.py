"""From an order in the channel to the comment on its merge request: real git, a simulated GitLab, one state file."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.gitlab import GitLab
from cloudbot.adapters.gitlab.settings import Settings as GitlabSettings
from cloudbot.adapters.records import GitRecords, Settings
from cloudbot.adapters.render import Words
from cloudbot.app.lanes import commenting
from cloudbot.config import load
from cloudbot.core.effects import CommitRecords
from cloudbot.core.engine import World
from cloudbot.core.people import Team
from cloudbot.core.records.operations import Author, Change, Operation, add
from cloudbot.demo.salsa import MergeRequestStory, ProjectStory, Salsa
from cloudbot.demo.salsa import World as SalsaWorld
from cloudbot.demo.salsa.server import API_TOKEN, TOKEN
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.delivery import by_gitlab
from cloudbot.runtime.lanes import GITLAB_POLICY, Lane
from cloudbot.runtime.ledger import Ledger
from cloudbot.runtime.posting import Operator, Posting, gitlab_lane
from cloudbot.runtime.writer import Writer
from cloudbot.store.codec import encode
from cloudbot.store.journal import Journal, NewRow
from tests.adapters.records.remotes import GITLAB, Remote, protect
from tests.fakes.outside import Clock
from tests.features.builders import CHANNEL, COMMANDS, ENGINE, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PROJECT = "team/records"
REQUEST = MergeRequestStory(
    id=50, project_id=7, iid=5, title="org armco: change", author="bob", created_at=AT, source_branch="cloudbot/org/x"
)
WORLD = SalsaWorld(groups=("team",), projects=(ProjectStory(id=7, path=PROJECT),), merge_requests=(REQUEST,))
ALONE = "orgs/armco.toml is changed in parents by bob alone"
WANTED = CommitRecords(
    key="records/oftc/m1",
    operation=Operation(
        verb="change", changes=(Change(kind="org", id="armco", edits=(add("parents", value={"org": "trustorg"}),)),)
    ),
    author=Author(person="bob", account="oftc/bob", via="irc #debian-cloud"),
    to=CHANNEL,
)


@dataclass(slots=True, kw_only=True)
class Stage:
    """A bot with records that are on a simulated GitLab."""

    salsa: Salsa
    remote: Remote
    consumer: Consumer
    ledger: Ledger
    lane: Lane
    clock: Clock

    @property
    def journal(self) -> Journal:
        return self.consumer.writer.journal

    @property
    def comments(self) -> list[str]:
        """What stands on the merge request, without what nobody sees."""
        return [note.body.partition("\n\n<!-- cloudbot ")[0] for note in self.salsa.world.merge_requests[0].notes]

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [(row.state, row.destination) for row in self.journal.rows(lane="gitlab/salsa")]

    @property
    def operator(self) -> list[str]:
        return [row.key for row in self.journal.rows(lane="mail")]

    async def propose(self) -> None:
        """Have somebody ask for what takes two people, and the change judged."""
        with self.journal.transaction() as transaction:
            row = NewRow(key=WANTED.key, lane="repo", destination="org armco", body=encode(WANTED))
            transaction.enqueue(row, self.clock())
        assert await self.ledger.step()

    async def later(self) -> None:
        """Let the change be judged anew, and all be written that may be."""
        self.clock.step(minutes=6)
        await self.ledger.step()
        while await self.lane.step():
            pass


@contextlib.asynccontextmanager
async def standing(folder: Path, token: str | None, *, elsewhere: bool = False) -> AsyncIterator[Stage]:
    clock, remote = Clock(AT), Remote.made(folder / "records.git")
    salsa = Salsa(WORLD, clock)
    url = await salsa.start()
    protect(remote)
    remote.hook(GITLAB if elsewhere else GITLAB.replace("https://salsa.example.org", url))
    records = GitRecords(Settings(remote=remote.url, timeout=10), folder / "copy.git")
    records.open(clock().date())
    forge = GitLab(GitlabSettings(url=url, groups=("team",), pause=0), token)

    def world(at: datetime, documents: Mapping[type, object]) -> World:
        team = Team(name="Example Team", channels=(CHANNEL,))
        return World(
            at=at, team=team, documents=documents, settings=settings(), commands=COMMANDS, records=records.current
        )

    writer = Writer(Journal.open(folder / "state.db"))
    posting = Posting(
        render=Words().render,
        operator=Operator(mail=("op@example.org",)),
        mail_domain="example.org",
        commenting={} if token is None else {url: gitlab_lane("salsa")},
    )
    consumer = Consumer(writer=writer, engine=ENGINE, posting=posting, world=world)
    consumer.load()
    ledger = Ledger(archive=records, writer=writer, consumer=consumer, clock=clock, retry_seconds=0)
    lane = Lane(
        name=gitlab_lane("salsa"),
        policy=GITLAB_POLICY,
        deliver=by_gitlab(forge, clock),
        writer=writer,
        consumer=consumer,
        clock=clock,
    )
    running = asyncio.create_task(consumer.run())
    try:
        for fact in await records.look(AT):
            await consumer.put(fact, source="records")
        yield Stage(salsa=salsa, remote=remote, consumer=consumer, ledger=ledger, lane=lane, clock=clock)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await forge.close()
        await records.close()
        await salsa.stop()
        writer.close()


def play(
    folder: Path,
    scene: Callable[[Stage], Awaitable[None]],
    *,
    token: str | None = API_TOKEN,
    elsewhere: bool = False,
) -> None:
    async def run() -> None:
        async with standing(folder, token, elsewhere=elsewhere) as bot:
            await scene(bot)

    asyncio.run(run())


def found(*findings: str) -> str:
    return "\n".join(("Found when this change was checked:\n", "```text", *findings, "```"))


def test_what_was_found_is_a_comment_once_however_often_the_change_is_judged_anew(tmp_path: Path) -> None:
    async def scene(bot: Stage) -> None:
        await bot.propose()
        for _ in range(4):
            await bot.later()
        assert (bot.rows, bot.comments) == ([("sent", f"{PROJECT}!5")], [found(ALONE)])

    play(tmp_path, scene)


def test_a_newer_main_that_leaves_it_as_it_was_brings_no_second_comment(tmp_path: Path) -> None:
    async def scene(bot: Stage) -> None:
        await bot.propose()
        await bot.later()
        (bot.remote.directory / "hooks" / "pre-receive").rename(tmp_path / "hook")
        bot.remote.human().write({"README.md": "something else\n"})
        (tmp_path / "hook").rename(bot.remote.directory / "hooks" / "pre-receive")
        await bot.later()
        await bot.later()
        assert bot.comments == [found(ALONE)]

    play(tmp_path, scene)


def test_what_a_newer_main_forbids_is_told_on_the_merge_request_and_to_whoever_asked(tmp_path: Path) -> None:
    async def scene(bot: Stage) -> None:
        await bot.propose()
        await bot.later()
        (bot.remote.directory / "hooks" / "pre-receive").unlink()
        bot.remote.human().write({"orgs/armco.toml": None}, "away with it")
        await bot.later()
        first, second = bot.comments
        assert first == found(ALONE)
        assert second.startswith("This change can no longer be made as it was asked for:\n\n```text\n")
        (row,) = bot.journal.rows(lane="repo")
        assert (row.state, row.why) == ("dropped", f"refused: {second.splitlines()[3]}")
        said = [one.body for one in bot.journal.rows(lane="irc/oftc") if one.key == "records/oftc/m1/no"]
        assert f"not done ({bot.salsa.base}/{PROJECT}/-/merge_requests/5): " in said[0]

    play(tmp_path, scene)


@pytest.mark.parametrize(("kind", "value"), [("reset", ""), ("status", "504"), ("status", "503"), ("login page", "")])
def test_when_an_answer_is_lost_there_is_one_comment_in_the_end(tmp_path: Path, kind: str, value: str) -> None:
    async def scene(bot: Stage) -> None:
        bot.salsa.faults.inject(kind, value, path="/notes", method="POST", times=1)  # type: ignore[arg-type]
        await bot.propose()
        await bot.later()
        await bot.later()
        assert (bot.rows, bot.comments) == ([("sent", f"{PROJECT}!5")], [found(ALONE)])

    play(tmp_path, scene)


@pytest.mark.parametrize("written", [False, True])
def test_after_a_crash_in_the_middle_the_mark_is_looked_up(tmp_path: Path, *, written: bool) -> None:
    async def scene(bot: Stage) -> None:
        await bot.propose()
        (row,) = bot.journal.rows(lane="gitlab/salsa")
        if written:
            await bot.lane.deliver(row)
        with bot.journal.transaction() as transaction:
            transaction.claim(row.id, bot.clock())
        await bot.lane.recover()
        await bot.later()
        assert (bot.rows, bot.comments) == ([("sent", f"{PROJECT}!5")], [found(ALONE)])

    play(tmp_path, scene)


def test_a_server_that_stays_away_for_a_day_costs_the_comment_and_nobody_a_mail(tmp_path: Path) -> None:
    async def scene(bot: Stage) -> None:
        bot.salsa.faults.inject("status", "503", path="/notes")
        await bot.propose()
        await bot.later()
        bot.clock.now += timedelta(days=1)
        await bot.later()
        assert (bot.rows, bot.comments, bot.operator) == ([("expired", f"{PROJECT}!5")], [], [])

    play(tmp_path, scene)


def test_a_token_that_may_only_read_costs_the_comment_and_nobody_a_mail(tmp_path: Path) -> None:
    async def scene(bot: Stage) -> None:
        await bot.propose()
        await bot.later()
        assert (bot.rows, bot.comments, bot.operator) == ([("dead", f"{PROJECT}!5")], [], [])

    play(tmp_path, scene, token=TOKEN)


@pytest.mark.parametrize(("token", "elsewhere"), [(None, False), (API_TOKEN, True)])
def test_without_a_token_or_on_another_server_nothing_is_tried(
    tmp_path: Path, token: str | None, *, elsewhere: bool
) -> None:
    async def scene(bot: Stage) -> None:
        await bot.propose()
        await bot.later()
        assert (bot.rows, bot.operator, bot.salsa.requests) == ([], [], [])

    play(tmp_path, scene, token=token, elsewhere=elsewhere)


@pytest.mark.parametrize(
    ("line", "lanes"),
    [("", {}), ('token_credential = "salsa-token"', {"https://salsa.example.org": "gitlab/salsa"})],
)
def test_what_is_configured_with_a_token_is_commented_on(tmp_path: Path, line: str, lanes: dict[str, str]) -> None:
    text = f"""\
[state]
directory = "state"
[team]
name = "Example Team"
[gitlab.salsa]
url = "https://salsa.example.org"
groups = ["team"]
{line}
"""
    (tmp_path / "cloudbot.toml").write_text(text, encoding="utf-8")
    assert commenting(load(tmp_path)) == lanes


def test_a_merge_request_that_is_gone_ends_it_without_a_mail(tmp_path: Path) -> None:
    async def scene(bot: Stage) -> None:
        bot.salsa.world = replace(WORLD, merge_requests=())
        await bot.propose()
        await bot.later()
        assert (bot.rows, bot.operator) == ([("dead", f"{PROJECT}!5")], [])

    play(tmp_path, scene)
