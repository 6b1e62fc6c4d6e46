"""The watchers: look at a source every so often, and journal only what differs from the last look.

Level-triggered: each look brings the whole state, so a missed one changes nothing but the delay. A look that fails is
a fact once, when it begins to fail or fails in another way; the next whole look ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import structlog

from cloudbot.core.facts import Fact, LookFailed, LookSucceeded, TokenExpires
from cloudbot.core.ports import Source, SourceAway
from cloudbot.runtime.bell import Bell
from cloudbot.runtime.consumer import Consumer

log = structlog.get_logger()
LONGEST_PAUSE_SECONDS = 1800.0
LEAST_PAUSE_SECONDS = 20.0
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Watch:
    """Keeps looking at one source. `looked` is shared with the world: the instant of the last whole look by source."""

    source: Source
    every: timedelta
    consumer: Consumer
    clock: Callable[[], datetime]
    looked: MutableMapping[str, datetime]
    least_pause: float = LEAST_PAUSE_SECONDS
    "seconds after a look in which no hint starts the next, however many come"
    failures: int = 0
    _last: dict[type, Fact] = field(default_factory=dict)
    _stirred: bool = False
    _reason: str | None = None
    _bell: Bell = field(default_factory=Bell)

    def stir(self) -> None:
        """Look soon: a webhook came, or somebody asked. Many hints are one look; after a failed one, none hastens.

        What the hook told may differ from the last look, so the next one is journalled even if it equals that.
        """
        self._stirred = True
        self._bell.ring()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            self._bell.hush()
            seconds = await self.look()
            deaf = self.deaf_for(seconds)
            await asyncio.sleep(deaf)
            await self._bell.rest(seconds - deaf)

    def deaf_for(self, seconds: float) -> float:
        """Return how many seconds of a pause no hint ends: a few after a whole look, all of them after a failed one."""
        return seconds if self.failures else min(seconds, self.least_pause)

    async def look(self) -> float:
        """Look once; return the seconds to wait before the next look."""
        at, stirred = self.clock(), self._stirred
        self._stirred = False
        try:
            facts = await self.source.look(at)
        except SourceAway as away:
            self._stirred |= stirred
            return await self._failed(at, away)
        if stirred:
            self._last.clear()
        for fact in facts:
            await self._changed(fact)
        if self._reason is not None or self.source.name not in self.looked:
            await self.consumer.put(LookSucceeded(at=at, source=self.source.name), source=self.source.name)
        self._reason, self.failures = None, 0
        self.looked[self.source.name] = at
        return self.every.total_seconds()

    async def _changed(self, fact: Fact) -> None:
        """Journal a snapshot unless it equals the one before; which instant it was taken at does not count.

        That a token ends is no snapshot: the source says it once a day, and it is told as often.
        """
        last = None if isinstance(fact, TokenExpires) else self._last.get(type(fact))
        if last is not None and replace(fact, at=NEVER) == replace(last, at=NEVER):
            return
        await self.consumer.put(fact, source=self.source.name)
        self._last[type(fact)] = fact

    async def _failed(self, at: datetime, away: SourceAway) -> float:
        self.failures += 1
        log.warning("a look failed", source=self.source.name, reason=away.reason, detail=away.detail)
        if self._reason != away.reason:
            self._reason = away.reason
            fact = LookFailed(at=at, source=self.source.name, reason=away.reason, detail=away.detail)
            await self.consumer.put(fact, source=self.source.name)
        usual = self.every.total_seconds()
        longest = max(usual, LONGEST_PAUSE_SECONDS)
        return min(longest, max(usual * min(self.failures, 4), away.retry_after or 0.0))
