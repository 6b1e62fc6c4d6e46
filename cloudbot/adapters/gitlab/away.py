"""Everything that can go wrong on the way to a GitLab, as one `SourceAway` with one line for people.

It never decides to try again and never waits: that is the supervisor's. A line never carries the server's own words,
which may be a page of HTML.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import requests
from gitlab.exceptions import GitlabAuthenticationError, GitlabError, GitlabParsingError
from urllib3.exceptions import HTTPError

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.session import LinkElsewhere, TooLarge
from cloudbot.core.ports import SourceAway
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

TROUBLE = (GitlabError, requests.RequestException, HTTPError, Malformed)
"""What a look may raise because of the world. Anything else is a bug of ours and stays one."""

LONGEST_WAIT = 3600.0
"""A server that asks for more is asked again after an hour anyway."""

_LONGEST_LINE = 200
_TOO_MANY = 429
_FORBIDDEN = 403
_NOT_FOUND = 404
_SERVER_ERROR = 500


def away(error: Exception, headers: Mapping[str, str], at: datetime, *, path: str = "") -> SourceAway:
    """Say what `error` means. `headers` and `path` are the last answer's; `at` stands in for a date it lacks."""
    match error:
        case GitlabAuthenticationError():
            return SourceAway("unauthorised", "the token is not accepted: expired, revoked or mistyped (401)")
        case GitlabParsingError():
            return SourceAway("unavailable", "an answer that is not JSON, or cut short")
        case GitlabError():
            return _of_status(error.response_code or 0, headers, at, path)
        case LinkElsewhere() | requests.exceptions.InvalidSchema():
            return SourceAway("unbelievable", "an answer leads to another host; not followed")
        case Malformed() | TooLarge():
            return SourceAway("unbelievable", _line(str(error)))
        case _:
            return SourceAway("unreachable", _line(_of_connection(error)))


def refused(error: GitlabError) -> bool:
    """Whether this one thing is closed to us (403) or not there (404), which says nothing about the rest."""
    return not isinstance(error, GitlabAuthenticationError) and error.response_code in (_FORBIDDEN, _NOT_FOUND)


def wait_asked(headers: Mapping[str, str], at: datetime) -> float | None:
    """Return the seconds of `Retry-After`, as number or as date (RFC 9110, 10.2.3), at most an hour.

    A date counts from the answer's own `Date`, so that a server whose clock is off is still understood. None when the
    header is absent or means nothing. `RateLimit-Reset` is not read: limits of the application are not in it.
    """
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:9]), LONGEST_WAIT)
    if (due := _http_date(said)) is None:
        return None
    now = _http_date(headers.get("Date", "")) or at
    return min(max((due - now).total_seconds(), 0.0), LONGEST_WAIT)


def _of_status(status: int, headers: Mapping[str, str], at: datetime, path: str) -> SourceAway:
    if status == _TOO_MANY:
        return SourceAway("limited", "too many requests (429)", retry_after=wait_asked(headers, at))
    if status in (_FORBIDDEN, _NOT_FOUND):
        return SourceAway("forbidden", _line(f"not open to us ({status}): {path}"))
    retry = wait_asked(headers, at) if status >= _SERVER_ERROR else None
    return SourceAway("unavailable", f"the server answers {status}", retry_after=retry)


def _of_connection(error: Exception) -> str:
    match error:
        case requests.exceptions.SSLError():
            return f"TLS: {_root(error)}"
        case requests.exceptions.ConnectTimeout():
            return "no connection in time"
        case requests.exceptions.Timeout():
            return "no answer in time"
        case requests.exceptions.TooManyRedirects():
            return "redirected in circles"
        case requests.exceptions.ChunkedEncodingError():
            return "the connection broke inside an answer"
        case _:
            return _root(error)


def _root(error: BaseException) -> str:
    """Find the operating system's or OpenSSL's words at the bottom: "Connection refused"."""
    seen: set[int] = set()
    deepest = error
    while id(deepest) not in seen:
        seen.add(id(deepest))
        inner = getattr(deepest, "reason", None) or (deepest.args[0] if deepest.args else None)
        deepest = next(
            (e for e in (inner, deepest.__cause__, deepest.__context__) if isinstance(e, BaseException)), deepest
        )
    if isinstance(deepest, OSError):
        return str(getattr(deepest, "verify_message", "") or deepest.strerror or deepest)
    return str(deepest) or type(deepest).__name__


def _line(text: str) -> str:
    return clean(text)[:_LONGEST_LINE]


def _http_date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
