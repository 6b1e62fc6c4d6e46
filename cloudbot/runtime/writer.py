"""The one thread that touches the state file, so that a slow disk never holds up the channel.

Every statement runs here, one after the other; that is what `one writer` means inside the process.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.store.journal import Journal

P = ParamSpec("P")
R = TypeVar("R")


class Writer:
    """The journal and its thread."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def call(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work that uses the journal. What it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Let the current statement end, then close the file. There is nothing to save."""
        self._thread.submit(self.journal.close).result()
        self._thread.shutdown()
