"""Lines take turns: one that waits for something holds up what comes after it in its channel, and no other channel.

Nothing is held up for longer than `PATIENCE`, whoever types what: each waits from when it was said, not from its turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import FactOfMeeting

if TYPE_CHECKING:
    from cloudbot.core.facts import LineSaid

PATIENCE = 3.0
"""Seconds that a line waits; then it goes as it is."""


@dataclass(slots=True, eq=False)
class Turn:
    """A fact in its row."""

    fact: FactOfMeeting
    external_id: str | None
    settled: bool = True


@dataclass(slots=True, kw_only=True)
class Turns:
    """The rows of all channels. There is one only while something in it waits."""

    go: Callable[[FactOfMeeting, str | None], None]
    "takes each fact when its turn has come"
    _rows: dict[Venue, deque[Turn]] = field(default_factory=dict)
    _settling: set[asyncio.Task[None]] = field(default_factory=set)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def take(self, fact: FactOfMeeting, external_id: str | None) -> None:
        """Take a fact that waits for nothing but its turn."""
        row = self._rows.get(fact.venue)
        if row is None:
            self.go(fact, external_id)
        else:
            row.append(Turn(fact, external_id))

    def take_later(self, said: LineSaid, external_id: str | None, whole: Coroutine[None, None, LineSaid]) -> None:
        """Take a line that goes as what `whole` makes of it, or, where that takes too long, as it is."""
        turn = Turn(said, external_id, settled=False)
        self._rows.setdefault(said.venue, deque()).append(turn)
        task = asyncio.get_running_loop().create_task(self._settle(turn, whole))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def _settle(self, turn: Turn, whole: Coroutine[None, None, LineSaid]) -> None:
        try:
            turn.fact = await asyncio.wait_for(whole, PATIENCE)
        except TimeoutError:
            pass
        finally:
            turn.settled = True
            self._advance(turn.fact.venue)

    def _advance(self, venue: Venue) -> None:
        row = self._rows[venue]
        while row and row[0].settled:
            turn = row.popleft()
            self.go(turn.fact, turn.external_id)
        if not row:
            del self._rows[venue]
