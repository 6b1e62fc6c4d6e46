"""A simulated GitLab and our adapter on it, for one scenario: `play(scenario, world)`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen
from cloudbot.core.ports import SourceAway
from cloudbot.demo.salsa import Salsa
from cloudbot.demo.salsa.big import NOW

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cloudbot.core.facts import AwayReason
    from cloudbot.demo.salsa import World


@dataclass(frozen=True)
class Seen:
    """The four facts of one look by their names."""

    projects: ProjectsSeen
    pipelines: PipelinesSeen
    merge_requests: MergeRequestsSeen
    commits: CommitsSeen

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
        return Seen(*cast("Any", await self.forge.look(self.now)))

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
        url = await salsa.start()
        forge = GitLab(Settings.model_validate({"url": url, "groups": groups, "pause": 0} | settings), token)
        stage = Stage(salsa, forge, now, server_ahead)
        try:
            await scenario(stage)
        finally:
            await forge.close()
            await salsa.stop()

    asyncio.run(run())
