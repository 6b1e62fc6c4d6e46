"""What one look at a GitLab has in hand: whom to ask, what is remembered, the instant; and what a closed project means.

What is read with it is in `projects`, `pipelines`, `merge_requests`, `commits` and others; `facts` puts it together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters.gitlab.asks import Asks
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.memory import Memory
from cloudbot.adapters.gitlab.settings import Settings

if TYPE_CHECKING:
    from gitlab.exceptions import GitlabError

    from cloudbot.core.forge import Project

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `at` is its instant by our clock; watermarks in the memory are by the server's."""

    asks: Asks
    settings: Settings
    memory: Memory
    at: datetime
    missing: set[int] = field(default_factory=set)
    "projects that could not be read this time"
    missing_requests: set[int] = field(default_factory=set)
    "projects whose merge requests could not be read this time"

    @property
    def since(self) -> datetime:
        """The start of the history that the team is shown: a midnight, so that a day's looks can be equal."""
        start = self.at - timedelta(days=self.settings.history_days)
        return start.replace(hour=0, minute=0, second=0, microsecond=0)

    def leave_out(self, project: Project, error: GitlabError) -> None:
        """Pass one closed project over; anything but 403 and 404 is the whole server's trouble."""
        if not refused(error):
            raise error
        log.debug("project_left_out", forge=self.settings.name, project=project.path, status=error.response_code)
