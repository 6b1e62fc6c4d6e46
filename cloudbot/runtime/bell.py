"""A bell beside each part that rests: rung when there may be work before the part would look by itself."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Silent until it is rung. Whoever rests hushes it before looking for work, so that no ring is lost between."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever rests, or whoever rests next."""
        self._rung.set()

    def hush(self) -> None:
        """Forget earlier rings: what they were about is looked at now."""
        self._rung.clear()

    async def rest(self, seconds: float | None) -> None:
        """Return when it is rung, or after so many seconds; None is for ever."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
