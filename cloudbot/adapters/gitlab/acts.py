"""What a person has a GitLab do: retry a job or pipeline, cancel a pipeline, play a schedule. One POST, never repeated.

What counts is whether the request left: an answer that was lost leaves open whether GitLab did it, and is `Unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab.away import TROUBLE
from cloudbot.adapters.gitlab.client import client
from cloudbot.adapters.gitlab.outcomes import ELSEWHERE, NO_WAITING, NOT_GITLABS, of_trouble
from cloudbot.core.ports import Outcome, Sent, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cloudbot.adapters.gitlab.session import Pinned
    from cloudbot.adapters.gitlab.settings import Settings
    from cloudbot.core.effects import Action

PATHS: Mapping[Action, str] = {
    "retry_job": "/projects/{project}/jobs/{number}/retry",
    "retry_pipeline": "/projects/{project}/pipelines/{number}/retry",
    "cancel_pipeline": "/projects/{project}/pipelines/{number}/cancel",
    "play_schedule": "/projects/{project}/pipeline_schedules/{number}/play",
}
CURES: Mapping[int, str] = {
    0: ELSEWHERE,
    403: "refused (403): it can no longer be done, or the token lacks scope api or its account the role Developer",
    404: "not there (404): it is gone, or hidden from the token",
}


class Acts:
    """The orders of one errand, on the looks' own session: one host, one pace, one deadline."""

    def __init__(self, settings: Settings, session: Pinned, token: str) -> None:
        """Make a client beside the looks' own."""
        self._session = session
        self._gitlab = client(settings, session, token)

    def perform(self, action: Action, project: int, number: int, at: datetime) -> Outcome:
        """Do it, and say what came of it. Raises nothing that the world causes."""
        try:
            answer = self._gitlab.http_request(
                "post", PATHS[action].format(project=project, number=number), **NO_WAITING
            )
        except TROUBLE as error:
            return of_trouble(error, self._session.last_headers, at, CURES)
        if "json" not in answer.headers.get("Content-Type", ""):
            return Unknown(NOT_GITLABS)
        return Sent()
