"""From an order in the channel to the simulated GitLab and back, with everything that can be lost on the way."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from cloudbot.adapters.gitlab import GitLab
from cloudbot.adapters.gitlab.acts import CURES
from cloudbot.adapters.gitlab.settings import Settings as GitlabSettings
from cloudbot.adapters.render import Words
from cloudbot.core.engine import World
from cloudbot.demo.salsa import Salsa, ScheduleStory
from cloudbot.demo.salsa.server import API_TOKEN, TOKEN
from cloudbot.demo.salsa.week import recorded
from cloudbot.demo.team import BUILD_RULES
from cloudbot.features.ci.acting import Settings as ActingSettings
from cloudbot.features.ci.builds import Builds
from cloudbot.features.ci.builds import Settings as BuildSettings
from cloudbot.features.ci.pipelines import Pipelines
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.delivery import by_gitlab
from cloudbot.runtime.lanes import GITLAB_POLICY, Lane
from cloudbot.runtime.posting import Operator, Posting, gitlab_lane
from cloudbot.runtime.watch import Watch
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal
from tests.fakes.outside import Clock
from tests.features.builders import COMMANDS, ENGINE, IMAGES, TEAM, given, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

AT = datetime(2019, 7, 22, 12, 0, tzinfo=UTC)
NUMBER = next(one.id for one in recorded().projects if one.path == IMAGES)
PLAN = ScheduleStory(id=7, project_id=NUMBER, description="daily", ref="master", cron="0 4 * * *")
BROKEN = "ec2 sid arm64"


@dataclass(slots=True, kw_only=True)
class Stage:
    """A bot that may act, on a GitLab that changes."""

    salsa: Salsa
    consumer: Consumer
    watch: Watch
    lane: Lane
    clock: Clock

    async def order(self, command: str, **args: str) -> None:
        await self.consumer.put(given(command, args, at=self.clock()), source="irc oftc")

    @property
    def row(self) -> tuple[str, str]:
        """The state of what was ordered, and why."""
        row = self.consumer.writer.journal.row("act/oftc/m1")
        assert row is not None
        return row.state, row.why or ""

    @property
    def said(self) -> list[str]:
        """What the bot says in the channel of the order."""
        rows = self.consumer.writer.journal.rows(lane="irc/oftc")
        return [row.key for row in rows if row.key.startswith("act/")]

    @property
    def posts(self) -> int:
        acts = ("/retry", "/cancel", "/play")
        return sum(one.path.endswith(acts) for one in self.salsa.requests)

    @property
    def build(self) -> tuple[str, int]:
        builds = self.consumer.documents[Builds]
        assert isinstance(builds, Builds)
        return builds.cells[BROKEN].state, builds.cells[BROKEN].flaky

    @property
    def under_way(self) -> list[str]:
        pipelines = self.consumer.documents[Pipelines]
        assert isinstance(pipelines, Pipelines)
        return sorted(pipelines.under_way)


@contextlib.asynccontextmanager
async def stage(token: str, at: datetime) -> AsyncIterator[Stage]:
    clock = Clock(at)
    salsa = Salsa(replace(recorded(), schedules=(PLAN,)), clock)
    forge = GitLab(GitlabSettings(url=await salsa.start(), groups=("cloud-team",), pause=0), token)
    chosen = settings(ActingSettings(enabled=True), BuildSettings(rules=BUILD_RULES))

    def world(instant: datetime, documents: Mapping[type, object]) -> World:
        return World(at=instant, team=TEAM, documents=documents, settings=chosen, commands=COMMANDS)

    writer = Writer(Journal.open(Path(":memory:")))
    posting = Posting(render=Words().render, operator=Operator(), mail_domain="example.org")
    consumer = Consumer(writer=writer, engine=ENGINE, posting=posting, world=world)
    consumer.load()
    watch = Watch(source=forge, every=timedelta(minutes=1), consumer=consumer, clock=clock, looked={})
    lane = Lane(
        name=gitlab_lane(forge.name),
        policy=GITLAB_POLICY,
        deliver=by_gitlab(forge, clock),
        writer=writer,
        consumer=consumer,
        clock=clock,
    )
    running = asyncio.create_task(consumer.run())
    try:
        await watch.look()
        yield Stage(salsa=salsa, consumer=consumer, watch=watch, lane=lane, clock=clock)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await forge.close()
        await salsa.stop()
        writer.close()


def play(scene: Callable[[Stage], Awaitable[None]], *, token: str = API_TOKEN, at: datetime = AT) -> None:
    async def run() -> None:
        async with stage(token, at) as bot:
            await scene(bot)

    asyncio.run(run())


def test_a_build_is_tried_again_told_of_and_seen_to_pass() -> None:
    async def scene(bot: Stage) -> None:
        assert bot.build == ("failed", 0)
        await bot.order("retry", what=BROKEN)
        assert await bot.lane.step()
        assert (bot.row, bot.said) == (("sent", ""), ["act/oftc/m1/sent"])
        bot.clock.step(minutes=10)
        await bot.watch.look()
        assert bot.build == ("ok", 1)

    play(scene)


def test_a_pipeline_under_way_is_cancelled() -> None:
    async def scene(bot: Stage) -> None:
        (number,) = bot.under_way
        await bot.order("cancel", project=IMAGES, ref=number)
        await bot.lane.step()
        bot.clock.step(minutes=1)
        await bot.watch.look()
        assert (bot.row, bot.under_way) == (("sent", ""), [])

    play(scene, at=AT.replace(hour=4, minute=5))


def test_a_schedule_is_run() -> None:
    async def scene(bot: Stage) -> None:
        assert bot.under_way == []
        await bot.order("run", project=IMAGES, schedule="daily")
        await bot.lane.step()
        bot.clock.step(minutes=1)
        await bot.watch.look()
        assert (bot.row, len(bot.under_way)) == (("sent", ""), 1)

    play(scene)


def test_each_try_is_a_line_of_the_log_with_who_asked() -> None:
    async def scene(bot: Stage) -> None:
        with capture_logs() as logs:
            await bot.order("retry", what=BROKEN)
            await bot.lane.step()
        (line,) = [one for one in logs if one["event"] == "acted on the forge"]
        assert (line["key"], line["by"], line["action"], line["project"], line["outcome"]) == (
            "act/oftc/m1",
            "Alex",
            "retry_job",
            NUMBER,
            "Sent",
        )

    play(scene)


def test_a_token_that_may_only_read_is_refused_and_the_person_told() -> None:
    async def scene(bot: Stage) -> None:
        await bot.order("retry", what=BROKEN)
        await bot.lane.step()
        assert (bot.row, bot.said) == (("dead", CURES[403]), ["act/oftc/m1/dead"])

    play(scene, token=TOKEN)


def test_a_job_that_is_gone_is_told_to_be_gone() -> None:
    async def scene(bot: Stage) -> None:
        await bot.order("retry", what=BROKEN)
        bot.salsa.world = replace(bot.salsa.world, pipelines=())
        await bot.lane.step()
        assert (bot.row, bot.said) == (("dead", CURES[404]), ["act/oftc/m1/dead"])

    play(scene)


def test_a_server_in_trouble_is_asked_again() -> None:
    async def scene(bot: Stage) -> None:
        await bot.order("retry", what=BROKEN)
        bot.salsa.faults.inject("status", "500", path="/retry", times=1)
        await bot.lane.step()
        assert (bot.row, bot.said) == (("retry", "the server answers 500"), [])
        bot.clock.step(seconds=5)
        await bot.lane.step()
        assert (bot.row, bot.said, bot.posts) == (("sent", ""), ["act/oftc/m1/sent"], 2)

    play(scene)


def test_after_ten_minutes_of_trouble_it_is_given_up() -> None:
    async def scene(bot: Stage) -> None:
        await bot.order("retry", what=BROKEN)
        bot.salsa.faults.inject("status", "503", path="/retry")
        while bot.row[0] not in {"expired", "sent"}:
            await bot.lane.step()
            bot.clock.step(minutes=1)
        assert (bot.row[0], bot.said, bot.clock() - AT) == (
            "expired",
            ["act/oftc/m1/expired"],
            timedelta(minutes=11),
        )

    play(scene)


def test_an_answer_that_was_lost_is_not_asked_for_again() -> None:
    async def scene(bot: Stage) -> None:
        await bot.order("retry", what=BROKEN)
        bot.salsa.faults.inject("reset", path="/retry", times=1)
        while await bot.lane.step():
            bot.clock.step(minutes=1)
        assert (bot.row[0], bot.said, bot.posts) == ("unknown", ["act/oftc/m1/unknown"], 1)

    play(scene)


def test_what_a_crash_left_half_sent_is_not_done_again_and_the_person_told() -> None:
    async def scene(bot: Stage) -> None:
        await bot.order("retry", what=BROKEN)
        journal = bot.consumer.writer.journal
        row = journal.row("act/oftc/m1")
        assert row is not None
        with journal.transaction() as transaction:
            transaction.claim(row.id, bot.clock())
        await bot.lane.recover()
        assert not await bot.lane.step()
        assert (bot.row[0], bot.said, bot.posts) == ("unknown", ["act/oftc/m1/unknown"], 0)

    play(scene)
