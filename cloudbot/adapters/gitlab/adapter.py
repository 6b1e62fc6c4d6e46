"""The `Source` port on a real GitLab: a synchronous client in one worker thread, with a deadline that holds.

Whatever goes wrong leaves as `SourceAway`; the thread is never left sleeping, and two looks never run at once.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from cloudbot.adapters.gitlab.asks import Asks
from cloudbot.adapters.gitlab.away import TROUBLE, away
from cloudbot.adapters.gitlab.commits import to_paths
from cloudbot.adapters.gitlab.facts import take
from cloudbot.adapters.gitlab.look import Look
from cloudbot.adapters.gitlab.memory import Memory
from cloudbot.adapters.gitlab.outcomes import NO_TOKEN
from cloudbot.adapters.gitlab.probe import Probe, probe
from cloudbot.adapters.gitlab.session import Pinned
from cloudbot.core.ports import Outcome, Permanent, SourceAway, Transient, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cloudbot.adapters.gitlab.hooks.asking import HookAsks
    from cloudbot.adapters.gitlab.settings import Settings
    from cloudbot.core.effects import Action
    from cloudbot.core.facts import Fact
    from cloudbot.core.forge import Commit, Project

T = TypeVar("T")

GRACE = 5.0
"""Seconds from closing the sockets until the worker must be back; only a name lookup can take longer."""

TURN = 60.0
"""Seconds that an act waits for the look under way; then it is tried later, as long as it is wanted."""


class GitLab:
    """One GitLab server. Make it once: it remembers, so that every look after the first is cheap."""

    def __init__(self, settings: Settings, token: str | None = None) -> None:
        """Prepare the session and the worker; nothing is asked yet."""
        self._settings = settings
        self._token = token
        self._session = Pinned(settings)
        self._asks = Asks(settings, self._session, token)
        self._turn = asyncio.Lock()
        self._errand = False
        self._memory = Memory()
        self._probe: Probe | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"gitlab-{settings.name}")
        self._running: Future[Any] | None = None

    @property
    def name(self) -> str:
        """Return the name people call it by: `salsa`."""
        return self._settings.name

    async def look(self, at: datetime) -> tuple[Fact, ...]:
        """Read projects, pipelines, merge requests and commits once, whole, in that order of facts.

        Raises:
            SourceAway: it could not be read whole, or not believed. Jobs and commits read until then are kept, so that
                a first look cut short by the deadline is not begun anew.

        """
        look = Look(self._asks, self._settings, self._memory, at)
        return await self._in_worker(partial(take, look), at)

    async def probe(self, at: datetime) -> Probe:
        """Ask the server about itself and our token, once; later calls return what was found."""
        if self._probe is None:
            has_token = self._token is not None
            self._probe = await self._in_worker(
                lambda: probe(self._asks, self._session, self._settings, has_token=has_token), at
            )
        return self._probe

    async def errand(self, work: Callable[[HookAsks], T], at: datetime) -> T:
        """Do something with the hooks of projects, between looks. Raises `SourceAway`, and fails no look by it."""
        from cloudbot.adapters.gitlab.hooks.asking import HookAsks  # noqa: PLC0415 - few keep hooks

        asks = HookAsks(self._settings, self._session, self._token)
        async with self._turn:
            return await self._on_errand(partial(work, asks), at)

    async def commits_to(
        self, places: Sequence[tuple[Project, str]], since: datetime, at: datetime
    ) -> tuple[Commit, ...]:
        """Read the commits to paths of projects since, whole, between looks. Raises `SourceAway`."""
        async with self._turn:
            return await self._on_errand(lambda: to_paths(self._asks, places, since), at)

    async def act(self, action: Action, *, project: int, number: int, at: datetime) -> Outcome:
        """Do what a person asked for, between looks; `Unknown` where it was begun and no answer came."""
        from cloudbot.adapters.gitlab.acts import Acts  # noqa: PLC0415 - few let it act

        if self._token is None:
            return Permanent(NO_TOKEN.format(self.name))
        acts = Acts(self._settings, self._session, self._token)
        return await self._change(lambda: acts.perform(action, project, number, at), at)

    async def comment(self, project: str, merge_request: int, *, text: str, mark: str, at: datetime) -> Outcome:
        """Comment on a merge request between looks, unless a note of it has the mark."""
        from cloudbot.adapters.gitlab.comments import Comments  # noqa: PLC0415 - few propose changes

        if self._token is None:
            return Permanent(NO_TOKEN.format(self.name))
        comments = Comments(self._settings, self._session, self._token)
        return await self._change(lambda: comments.write(project, merge_request, text, mark, at), at)

    async def _change(self, work: Callable[[], Outcome], at: datetime) -> Outcome:
        """Do what changes something, between looks; `Unknown` where it was begun and not ended."""
        begun = Event()

        def noted() -> Outcome:
            begun.set()
            return work()

        try:
            async with asyncio.timeout(TURN):
                await self._turn.acquire()
        except TimeoutError:
            return Transient("a look is under way")
        try:
            return await self._on_errand(noted, at)
        except SourceAway as trouble:
            return Unknown(trouble.detail) if begun.is_set() else Transient(trouble.detail)
        finally:
            self._turn.release()

    async def _on_errand(self, work: Callable[[], T], at: datetime) -> T:
        """Run what is no look, so that a look that comes meanwhile waits for it."""
        self._errand = True
        try:
            return await self._run(work, at)
        finally:
            self._errand = False

    async def close(self) -> None:
        """End what is going on and let the worker go. The object is of no use afterwards."""
        self._session.abort()
        await asyncio.to_thread(self._worker.shutdown)
        self._session.close()

    async def _in_worker(self, work: Callable[[], T], at: datetime) -> T:
        """Look in the worker, after the errand that is under way; two looks at once are a mistake."""
        if self._turn.locked() and not self._errand:
            raise SourceAway("unreachable", "the look before has not ended yet")
        async with self._turn:
            return await self._run(work, at)

    async def _run(self, work: Callable[[], T], at: datetime) -> T:
        if self._running is not None and not self._running.done():
            raise SourceAway("unreachable", "the look before has not ended yet")
        self._session.begin(self._settings.deadline)
        running = self._worker.submit(self._guarded, work, at)
        self._running = running
        answer = asyncio.wrap_future(running)
        try:
            await asyncio.wait({answer}, timeout=self._settings.deadline)
            if not answer.done():
                self._session.abort()
                await asyncio.wait({answer}, timeout=GRACE)
        finally:
            if not answer.done():  # we are being cancelled, or the worker hangs in a name lookup
                self._session.abort()
                answer.cancel()
        if answer.cancelled():
            raise SourceAway("unreachable", "the look does not end")
        return answer.result()

    def _guarded(self, work: Callable[[], T], at: datetime) -> T:
        """Run in the worker: the world's trouble becomes `SourceAway`, a bug of ours stays what it is."""
        try:
            return work()
        except TROUBLE as error:
            if self._session.over:
                late = f"the look took longer than {self._settings.deadline:g} s"
                raise SourceAway("unreachable", late) from error
            raise away(error, self._session.last_headers, at, path=self._session.last_path) from error
