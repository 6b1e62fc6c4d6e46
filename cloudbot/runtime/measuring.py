"""The daily measure: how the commits to each area's paths spread over their authors, read from the forge.

It is in no hurry. An area that cannot be read is tried again in an hour; nobody is told, for `!bus` says how old its
figures are. Which areas are due is decided by the feature; what was measured is in its document, so that a restart
measures nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import structlog

from cloudbot.core.engine import World
from cloudbot.core.facts import Fact
from cloudbot.core.ports import SourceAway
from cloudbot.features.records.measuring import due, measured

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.forge import Commit, Project

log = structlog.get_logger(__name__)

PAUSE = 3600.0
"""Seconds between two rounds."""

SOON = 60.0
"""Seconds until the first round: the first looks at the forge and the records come first."""


class History(Protocol):
    """The commits to paths of projects since an instant, each once. Raises `SourceAway`."""

    def __call__(
        self, places: Sequence[tuple[Project, str]], since: datetime, at: datetime
    ) -> Awaitable[tuple[Commit, ...]]:
        """Read them."""


@dataclass(slots=True, kw_only=True)
class Measuring:
    """Measures the areas of the records from the history of one forge."""

    history: History
    world: Callable[[], World]
    put: Callable[[Fact], Awaitable[object]]

    async def run(self) -> None:
        """Measure for ever."""
        await asyncio.sleep(SOON)
        while True:
            await self.round()
            await asyncio.sleep(PAUSE)

    async def round(self) -> None:
        """Measure every area that is due, one after the other."""
        world = self.world()
        for wanted in due(world):
            try:
                commits = await self.history(wanted.places, wanted.since, world.at)
            except SourceAway as away:
                log.warning("area_not_measured", area=wanted.area, reason=away.reason, detail=away.detail)
                continue
            await self.put(measured(wanted, commits, world.at))
