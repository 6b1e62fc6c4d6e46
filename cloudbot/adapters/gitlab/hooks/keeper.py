"""Keeps our hook in every project of the team: makes it, repairs it, arms it again, takes it away from projects left.

It needs Maintainer rights; a project where we have none is polled only, which is a fact to be told once and no failure.
The secret of a hook can be set and never read: it is set anew once after every start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import structlog
from gitlab.exceptions import GitlabAuthenticationError, GitlabError

from cloudbot.core.facts import HooksKept
from cloudbot.core.forge import Project
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.hooks.asking import HookAsks

log = structlog.get_logger(__name__)
T = TypeVar("T")
Item = dict[str, Any]
State = Literal["sending", "refused", "disabled"]

BATCH = 5
"""Projects of one errand: between two of them a look has its turn."""

SOON = 5.0
"""Seconds until the next try while no project is known yet."""

EVENTS: Item = {
    "push_events": True,
    "tag_push_events": True,
    "merge_requests_events": True,
    "note_events": True,
    "job_events": True,
    "pipeline_events": True,
    "issues_events": False,
    "confidential_issues_events": False,
    "confidential_note_events": False,
    "enable_ssl_verification": True,
}
"""What our hook is: the events that hasten something, and none that the channel may not see."""

_SWITCHED_OFF = frozenset({"disabled", "temporarily_disabled"})
_TOO_MANY = 429


class Errand(Protocol):
    """Runs work in the forge's own thread, between looks. Raises `SourceAway`."""

    def __call__(self, work: Callable[[HookAsks], dict[str, State]], at: datetime) -> Awaitable[dict[str, State]]:
        """Run it."""


@dataclass(slots=True, kw_only=True)
class Keeper:
    """Keeps the hooks of one server. `secrets` gives what a project's hook is to prove itself by."""

    forge: str
    url: str
    secrets: Callable[[str], Item]
    errand: Errand
    known: Callable[[], Iterable[Project]]
    tell: Callable[[HooksKept], Awaitable[object]]
    clock: Callable[[], datetime]
    every: float
    _kept: dict[int, str] = field(default_factory=dict)
    "paths by number of the projects of the last round: who is missing in the next has left"
    _armed: set[int] = field(default_factory=set)
    "numbers of the hooks that were given our secret since the start"
    _told: HooksKept | None = None

    async def run(self) -> None:
        """Go round for ever."""
        while True:
            seconds = self.every if await self.round() else SOON
            await asyncio.sleep(seconds)

    async def round(self) -> bool:
        """Go round once; False where there was nothing to go round. What could not be asked is left for the next."""
        projects = [one for one in self.known() if not one.archived]
        if not projects:
            return False
        states: dict[str, State] = {}
        try:
            for some in _batches(projects):
                states |= await self.errand(partial(self._keep, some), self.clock())
            await self._leave({one.id for one in projects})
        except SourceAway as away:
            log.warning("hooks could not be kept", forge=self.forge, reason=away.reason, detail=away.detail)
            return True
        self._kept = {one.id: one.path for one in projects}
        await self._tell(states)
        return True

    async def _leave(self, now: set[int]) -> None:
        for some in _batches([number for number in self._kept if number not in now]):
            await self.errand(partial(self._take_away, some), self.clock())

    async def _tell(self, states: dict[str, State]) -> None:
        def having(*wanted: State) -> tuple[str, ...]:
            return tuple(sorted(path for path, state in states.items() if state in wanted))

        fact = HooksKept(
            at=self.clock(),
            forge=self.forge,
            sending=having("sending", "disabled"),
            refused=having("refused"),
            disabled=having("disabled"),
        )
        if self._told is None or _differ(fact, self._told):
            await self.tell(fact)
        self._told = fact

    # Below runs in the forge's thread.

    def _keep(self, projects: Iterable[Project], asks: HookAsks) -> dict[str, State]:
        return {project.path: self._keep_one(asks, project) for project in projects}

    def _keep_one(self, asks: HookAsks, project: Project) -> State:
        try:
            return self._put_right(asks, project)
        except GitlabError as error:
            if not _is_refusal(error):
                raise
            log.debug("hook not ours to keep", forge=self.forge, project=project.path, status=error.response_code)
            return "refused"

    def _put_right(self, asks: HookAsks, project: Project) -> State:
        """Leave one hook of ours. One that was switched off is replaced: a new one has no failures behind it."""
        mine = self._mine(asks.hooks(project.id))
        off = [one for one in mine if one.get("alert_status") in _SWITCHED_OFF]
        good = [one for one in mine if one not in off]
        wanted = EVENTS | {"url": self.url} | self.secrets(project.path)
        if not good:
            self._armed.add(asks.add(project.id, wanted))
        elif good[0]["id"] not in self._armed or any(good[0].get(key, on) != on for key, on in EVENTS.items()):
            asks.change(project.id, good[0]["id"], wanted)
            self._armed.add(good[0]["id"])
        for one in (*off, *good[1:]):
            asks.delete(project.id, one["id"])
        return "disabled" if off else "sending"

    def _take_away(self, numbers: Iterable[int], asks: HookAsks) -> dict[str, State]:
        for number in numbers:
            try:
                for one in self._mine(asks.hooks(number)):
                    asks.delete(number, one["id"])
            except GitlabError as error:
                if not _is_refusal(error):
                    raise
        return {}

    def _mine(self, hooks: Iterable[Item]) -> list[Item]:
        return [one for one in hooks if one.get("url") == self.url]


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def _differ(fact: HooksKept, before: HooksKept) -> bool:
    parts = ("sending", "refused", "disabled")
    return any(getattr(fact, part) != getattr(before, part) for part in parts)


def _is_refusal(error: GitlabError) -> bool:
    """Whether it is this project that does not let us, by 403, 404 or another 4xx; 401 and 429 are the server's."""
    status = error.response_code or 0
    return status // 100 == 4 and status != _TOO_MANY and not isinstance(error, GitlabAuthenticationError)  # noqa: PLR2004 - 4xx
