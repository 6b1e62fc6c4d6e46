"""What a person has a GitLab do: retry a job or pipeline, cancel a pipeline, play a schedule. One POST, never repeated.

What counts is whether the request left: an answer that was lost leaves open whether GitLab did it, and is `Unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from gitlab.exceptions import GitlabAuthenticationError, GitlabError
from urllib3.exceptions import HTTPError, MaxRetryError

from cloudbot.adapters.gitlab.away import away, wait_asked
from cloudbot.adapters.gitlab.client import client
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown

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
NO_TOKEN = "there is no token; the operator writes token_credential in [gitlab.{0}], with scope api"  # noqa: S105 - advice
CURES: Mapping[int, str] = {
    0: "an answer leads to another address; is url in [gitlab.NAME] the server's own?",
    403: "refused (403): it can no longer be done, or the token lacks scope api or its account the role Developer",
    404: "not there (404): it is gone, or hidden from the token",
}
_NO_WAITING: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False, "max_retries": 0}
_TOO_MANY, _SERVER_ERROR, _GATEWAY_TIMEOUT = 429, 500, 504


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
                "post", PATHS[action].format(project=project, number=number), **_NO_WAITING
            )
        except GitlabError as error:
            return self._refused(error, at)
        except (requests.RequestException, HTTPError) as error:
            why = away(error, self._session.last_headers, at).detail
            if isinstance(error, requests.exceptions.InvalidSchema):
                return Permanent(why)
            return Transient(why) if _never_left(error) else Unknown(why)
        if "json" not in answer.headers.get("Content-Type", ""):
            return Unknown("an answer that is not GitLab's")
        return Sent()

    def _refused(self, error: GitlabError, at: datetime) -> Outcome:
        status = error.response_code or 0
        why = CURES.get(status) or away(error, self._session.last_headers, at).detail
        if status == _GATEWAY_TIMEOUT:
            return Unknown(why)  # the proxy stopped waiting; GitLab may still be at it
        if not isinstance(error, GitlabAuthenticationError) and (status == _TOO_MANY or status >= _SERVER_ERROR):
            return Transient(why, wait_asked(self._session.last_headers, at))
        return Permanent(why)


def _never_left(error: Exception) -> bool:
    """Whether no connection came to stand, or the pause before the request was ended: then nothing was asked."""
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ConnectTimeout):
        return True
    if type(error) is requests.exceptions.Timeout:
        return True  # our own, before the request; while reading it is a ReadTimeout
    # urllib3 tries nothing again here, so it gives up trying only where it could not connect.
    return isinstance(error, requests.exceptions.ConnectionError) and any(
        isinstance(one, MaxRetryError) for one in error.args
    )
