"""Keeps the parts running: what ends or raises is started again after a growing pause, and the rest goes on.

There is no save-on-exit: stopping is cancelling, in an order that lets what was begun end and says goodbye on IRC.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Part = Callable[[], Awaitable[None]]

log = structlog.get_logger()
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
CALM_SECONDS = 300.0


@dataclass(slots=True)
class Supervisor:
    """A set of named parts, each a coroutine that is meant to run for ever."""

    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)

    def start(self, name: str, part: Part) -> None:
        """Run a part for ever."""
        self._tasks[name] = asyncio.get_running_loop().create_task(self._keep(name, part), name=name)

    async def stop(self, *prefixes: str, within: float = 5.0) -> None:
        """Cancel the parts whose names begin so, and wait until they are gone, or `within` seconds."""
        mine = [task for name, task in self._tasks.items() if name.startswith(prefixes)]
        for task in mine:
            task.cancel()
        if mine:
            _, late = await asyncio.wait(mine, timeout=within)
            for task in late:
                log.warning("a part did not stop in time", part=task.get_name())
        self._tasks = {name: task for name, task in self._tasks.items() if task not in mine}

    async def _keep(self, name: str, part: Part) -> None:
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            try:
                await part()
                log.error("a part ended that should not; starting it again", part=name, pause=pause)
            except Exception:
                log.exception("a part failed; starting it again", part=name, pause=pause)
            self.restarts[name] = self.restarts.get(name, 0) + 1
            if loop.time() - begun > CALM_SECONDS:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
