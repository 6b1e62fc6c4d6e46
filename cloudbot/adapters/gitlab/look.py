"""One look at a GitLab: asks in a fixed order, and returns four facts, or raises and returns nothing.

Its parts are in `projects`, `pipelines`, `merge_requests` and `commits`; this module holds what they share and says
what one closed project means for the rest: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters.gitlab import commits, merge_requests, pipelines, projects
from cloudbot.adapters.gitlab.asks import Asks
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.memory import Memory
from cloudbot.adapters.gitlab.settings import Settings
from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen

if TYPE_CHECKING:
    from gitlab.exceptions import GitlabError

    from cloudbot.adapters.gitlab.projects import Known
    from cloudbot.core.forge import Project

log = structlog.get_logger(__name__)

Seen = tuple[ProjectsSeen, PipelinesSeen, MergeRequestsSeen, CommitsSeen]


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `at` is its instant by our clock; watermarks in the memory are by the server's."""

    asks: Asks
    settings: Settings
    memory: Memory
    at: datetime

    @property
    def since(self) -> datetime:
        """The start of the history that the team is shown: a midnight, so that a day's looks can be equal."""
        start = self.at - timedelta(days=self.settings.history_days)
        return start.replace(hour=0, minute=0, second=0, microsecond=0)

    def take(self) -> Seen:
        """Read everything; raise `SourceAway`, or what the client raises, and then nothing was seen."""
        name = self.settings.name
        found = projects.read(self)
        builds = pipelines.read(self, found)
        requests = merge_requests.read(self, found)
        work = commits.read(self, found)
        self._forget(found)
        return (
            ProjectsSeen(at=self.at, forge=name, projects=_by_path(found)),
            PipelinesSeen(at=self.at, forge=name, pipelines=builds),
            MergeRequestsSeen(at=self.at, forge=name, since=self.since, merge_requests=requests),
            CommitsSeen(at=self.at, forge=name, since=self.since, commits=work),
        )

    def leave_out(self, project: Project, error: GitlabError) -> None:
        """Leave one closed project out of a list; anything but 403 and 404 is the whole server's trouble."""
        if not refused(error):
            raise error
        log.debug("project_left_out", forge=self.settings.name, project=project.path, status=error.response_code)

    def _forget(self, found: dict[int, Known]) -> None:
        """Drop what belongs to nothing shown any more, so that memory does not grow with the years."""
        for store in (self.memory.builds, self.memory.lines):
            for number in [number for number in store if number not in found]:
                del store[number]
        shown = {number for builds in self.memory.builds.values() for number in builds.pipelines}
        self.memory.jobs = {number: jobs for number, jobs in self.memory.jobs.items() if number in shown}


def _by_path(found: dict[int, Known]) -> tuple[Project, ...]:
    return tuple(sorted((known.value for known in found.values()), key=lambda one: one.path))
