"""What became of a request that changes something, by what GitLab or the network answered to it.

What counts is whether the request left: an answer that was lost leaves open whether GitLab did it, and is `Unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from gitlab.exceptions import GitlabAuthenticationError, GitlabError, GitlabParsingError
from urllib3.exceptions import MaxRetryError

from cloudbot.adapters.gitlab.away import away, wait_asked
from cloudbot.core.ports import Permanent, Transient, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NO_TOKEN = "there is no token; the operator writes token_credential in [gitlab.{0}], with scope api"  # noqa: S105 - advice
ELSEWHERE = "an answer leads to another address; is url in [gitlab.NAME] the server's own?"
NOT_GITLABS = "an answer that is not GitLab's"
NO_WAITING: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False, "max_retries": 0}
"""Nothing is repeated by the library; whether to try again is decided from the outcome."""
_TOO_MANY, _SERVER_ERROR, _GATEWAY_TIMEOUT = 429, 500, 504


def of_trouble(
    error: Exception, headers: Mapping[str, str], at: datetime, cures: Mapping[int, str]
) -> Transient | Permanent | Unknown:
    """Say what an error means; `headers` are the last answer's, `cures` the words for statuses people can mend."""
    if isinstance(error, GitlabError) and not isinstance(error, GitlabParsingError):
        return _of_answer(error, headers, at, cures)
    why = away(error, headers, at).detail
    if isinstance(error, requests.exceptions.InvalidSchema):
        return Permanent(why)
    return Transient(why) if _never_left(error) else Unknown(why)


def _of_answer(
    error: GitlabError, headers: Mapping[str, str], at: datetime, cures: Mapping[int, str]
) -> Transient | Permanent | Unknown:
    status = error.response_code or 0
    why = cures.get(status) or away(error, headers, at).detail
    if status == _GATEWAY_TIMEOUT:
        return Unknown(why)  # the proxy stopped waiting; GitLab may still be at it
    if not isinstance(error, GitlabAuthenticationError) and (status == _TOO_MANY or status >= _SERVER_ERROR):
        return Transient(why, wait_asked(headers, at))
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
