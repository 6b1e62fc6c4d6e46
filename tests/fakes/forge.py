"""A forge in memory: it shows what is put into it, by the rules of the real one, and goes away when told to.

It passes `tests/contracts/test_forge.py` like the adapter does.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen
from cloudbot.core.forge import Commit, MergeRequest, Pipeline, Project
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.facts import AwayReason, Fact


class FakeForge:
    """Change the dictionaries at any time; the next look shows it. Keys keep one thing from being there twice."""

    def __init__(self, name: str = "salsa", *, history_days: int = 90) -> None:
        self._name = name
        self._history = timedelta(days=history_days)
        self._away: SourceAway | None = None
        self.projects: dict[str, Project] = {}
        self.pipelines: dict[int, Pipeline] = {}
        self.merge_requests: dict[tuple[str, int], MergeRequest] = {}
        self.commits: dict[str, Commit] = {}
        self.looks: list[datetime] = []

    @property
    def name(self) -> str:
        return self._name

    def put(self, *things: Project | Pipeline | MergeRequest | Commit) -> None:
        """Add things, or put them in the place of what had their identity."""
        for thing in things:
            match thing:
                case Project():
                    self.projects[thing.path] = thing
                case Pipeline():
                    self.pipelines[thing.id] = thing
                case MergeRequest():
                    self.merge_requests[thing.project, thing.iid] = thing
                case Commit():
                    self.commits[thing.sha] = thing

    def go_away(self, reason: AwayReason, detail: str = "", *, retry_after: float | None = None) -> None:
        """Fail every look from now on."""
        self._away = SourceAway(reason, detail or reason, retry_after=retry_after)

    def come_back(self) -> None:
        self._away = None

    async def look(self, at: datetime) -> tuple[Fact, ...]:
        self.looks.append(at)
        if self._away is not None:
            raise SourceAway(self._away.reason, self._away.detail, retry_after=self._away.retry_after)
        since = (at - self._history).replace(hour=0, minute=0, second=0, microsecond=0)
        live = {path for path, project in self.projects.items() if not project.archived}
        pipelines = [one for one in self.pipelines.values() if one.project in live]
        requests = [
            one
            for one in self.merge_requests.values()
            if one.project in live and (one.state == "opened" or one.updated_at >= since)
        ]
        commits = [one for one in self.commits.values() if one.project in self.projects and one.at >= since]
        return (
            ProjectsSeen(at=at, forge=self.name, projects=tuple(sorted(self.projects.values(), key=lambda p: p.path))),
            PipelinesSeen(
                at=at, forge=self.name, pipelines=tuple(sorted(pipelines, key=lambda one: (one.project, one.id)))
            ),
            MergeRequestsSeen(
                at=at,
                forge=self.name,
                since=since,
                merge_requests=tuple(sorted(requests, key=lambda one: (one.project, one.iid))),
            ),
            CommitsSeen(
                at=at,
                forge=self.name,
                since=since,
                commits=tuple(sorted(commits, key=lambda one: (one.project, one.at, one.sha))),
            ),
        )
