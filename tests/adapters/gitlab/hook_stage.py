"""A receiver with a journal that is a list: what was told, by which name, and how often we were asked to look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab.hooks.meaning import Ours
from cloudbot.adapters.gitlab.hooks.receiver import Receiver
from cloudbot.adapters.gitlab.hooks.senders import Ring, Senders
from cloudbot.core.facts import Fact
from tests.adapters.gitlab.hook_bodies import AT, ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.adapters.gitlab.hooks.senders import Headers


@dataclass
class HookStage:
    """`full` is a disk that takes nothing; `broken` raises."""

    senders: Senders = field(default_factory=lambda: Senders(Ring.of(["secret"], []), age_seconds=300))
    ours: Ours = field(default_factory=ours)
    now: datetime = AT
    told: dict[str, Fact] = field(default_factory=dict)
    rings: int = 0
    reads: int = 0
    full: bool = False
    broken: Exception | None = None
    committed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.committed.set()
        self.receiver = Receiver(
            senders=self.senders,
            ours=self.ours,
            put=self._put,
            ring=self._ring,
            clock=lambda: self.now,
            patience=0.05,
        )

    async def post(self, body: bytes, headers: Headers, *more: bytes) -> tuple[int, str]:
        async def read() -> Sequence[bytes]:
            self.reads += 1
            return (body, *more)

        return await self.receiver.receive(headers, read)

    async def _put(self, fact: Fact, external_id: str) -> bool:
        if self.broken is not None:
            raise self.broken
        if self.full:
            await asyncio.Event().wait()
        await self.committed.wait()
        new = external_id not in self.told
        self.told.setdefault(external_id, fact)
        return new

    def _ring(self) -> None:
        self.rings += 1
