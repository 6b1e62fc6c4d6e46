"""A simulated GitLab and our adapter on it, for one scenario: `play(scenario, world)`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.core.facts import CommitsSeen, Fact, MergeRequestsSeen, PipelinesSeen, ProjectsSeen
from cloudbot.core.ports import SourceAway
from cloudbot.demo.salsa import Salsa
from cloudbot.demo.salsa.big import NOW

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cloudbot.core.facts import AwayReason
    from cloudbot.demo.salsa import World


RUNGS = {"nested 100": 100, "nested 50": 50, "nested 20": 20, "aliased 25": 0, "rest": -1}
"""The rungs of the ladder, with what a server bears that makes us stand on them."""

BEARS = [RUNGS["nested 100"]]
"""What the server of the next `play` bears; the fixture `rung` sets it."""

over_rest = pytest.mark.parametrize("rung", ["rest"], indirect=True)
"""For a test of what is asked over REST alone."""

by_graphql = pytest.mark.parametrize("rung", [name for name in RUNGS if name != "rest"], indirect=True)


@dataclass(frozen=True)
class Seen:
    """The facts of one look by their names."""

    projects: ProjectsSeen
    pipelines: PipelinesSeen
    merge_requests: MergeRequestsSeen
    commits: CommitsSeen
    others: tuple[Fact, ...] = ()

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.projects.projects]


@dataclass
class Stage:
    """`now` is our clock; the server's is ahead by `server_ahead`."""

    salsa: Salsa
    forge: GitLab
    now: datetime
    server_ahead: timedelta

    async def look(self) -> Seen:
        """Look, and remember only the requests of this look."""
        self.salsa.requests.clear()
        facts = await self.forge.look(self.now)
        return Seen(*cast("Any", (*facts[:4], facts[4:])))

    async def away(self) -> tuple[AwayReason, str, float | None]:
        """Look, and return how it failed."""
        try:
            await self.forge.look(self.now)
        except SourceAway as away:
            return (away.reason, away.detail, away.retry_after)
        raise AssertionError("the look succeeded")

    def asked(self, part: str) -> list[str]:
        """Return the paths of the last look's requests that contain `part`."""
        return [one.path.removeprefix("/api/v4") for one in self.salsa.requests if part in one.path]

    def queries(self) -> list[str]:
        """Return the names of the last look's GraphQL queries."""
        paths = [one.path for one in self.salsa.requests]
        return [path.removeprefix("/api/graphql/") for path in paths if path.startswith("/api/graphql/")]


def play(
    scenario: Callable[[Stage], Awaitable[None]],
    world: World,
    *,
    now: datetime = NOW,
    server_ahead: timedelta = timedelta(),
    token: str | None = None,
    groups: tuple[str, ...] = ("team",),
    **settings: object,
) -> None:
    """Run a scenario on a fresh server and a fresh adapter, without pauses between requests."""

    async def run() -> None:
        stage: Stage
        salsa = Salsa(world, lambda: stage.now + stage.server_ahead)
        salsa.bears = BEARS[0]
        url = await salsa.start()
        forge = GitLab(Settings.model_validate({"url": url, "groups": groups, "pause": 0} | settings), token)
        stage = Stage(salsa, forge, now, server_ahead)
        try:
            await scenario(stage)
        finally:
            await forge.close()
            await salsa.stop()

    asyncio.run(run())
