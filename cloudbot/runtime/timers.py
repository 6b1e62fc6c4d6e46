"""The clock as an adapter: turns timers that are due into facts, in the order they were due.

It waits by the monotonic clock and asks the wall clock again at least every half minute, so a clock that is stepped
forwards or back delays a timer by that much at the most, and never fires one twice: a timer's name and due instant are
its external id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cloudbot.core.facts import TimerFired
from cloudbot.runtime.bell import Bell
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.writer import Writer

LONGEST_WAIT_SECONDS = 30.0


@dataclass(slots=True, kw_only=True)
class Timers:
    """Fires what is due."""

    writer: Writer
    consumer: Consumer
    clock: Callable[[], datetime]
    _bell: Bell = field(default_factory=Bell)

    def stir(self) -> None:
        """A timer may have been set."""
        self._bell.ring()

    async def run(self) -> None:
        """Fire timers for ever."""
        while True:
            self._bell.hush()
            await self._bell.rest(await self.step())

    async def step(self) -> float:
        """Fire every timer that is due now; return the seconds until it is worth looking again.

        The list is read again after each, because what one causes may cancel or move the next.
        """
        now = self.clock()
        while timers := await self.writer.call(self.writer.journal.timers):
            name, due = timers[0]
            if due > now:
                return min(LONGEST_WAIT_SECONDS, (due - now).total_seconds())
            fact = TimerFired(at=now, name=name, due=due)
            await self.consumer.put(fact, source="timer", external_id=f"{name}@{due.isoformat()}")
        return LONGEST_WAIT_SECONDS
