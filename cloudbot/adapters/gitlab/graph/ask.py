"""Asking by GraphQL: a POST through the session, token, deadline and limits that REST uses.

python-gitlab's own GraphQL client is not used: it brings two more HTTP stacks, sleeps while it waits, has no timeout.
What comes back is data, perhaps with holes that the errors explain, or one of two ways to refuse: `TooMuch` for this
much at once, `Lacking` for a field the server does not have. Everything else is trouble as with REST.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from gitlab.exceptions import GitlabError, GitlabHttpError, RedirectError
from urllib3.exceptions import ReadTimeoutError

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.graph import queries
from cloudbot.adapters.gitlab.graph.shape import ANONYMOUS, SIGNED_IN
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.adapters.gitlab.asks import Asks
    from cloudbot.adapters.gitlab.graph.shape import Query

Json = dict[str, Any]

ALIVE = queries.alive().name
_CLOSED = frozenset({403, 404, 405, 422})
_OVERLOADED = frozenset({500, 502, 503, 504, 520, 524})
_TOO_MUCH = re.compile(r"complexity|depth|timeout|timed out|too (?:large|many)|query is too", re.IGNORECASE)
_LACKING = re.compile(
    r"(?:Field|Argument) '(?P<field>\w+)' (?:doesn't exist on|is not defined on) type '(?P<type>\w+)'"
)
_OLDER = re.compile(r"doesn't accept argument|is not (?:defined|a defined)|isn't a defined", re.IGNORECASE)
_LONGEST_LINE = 160


class TooMuch(Exception):  # noqa: N818 - the state of a question, not a bug
    """The server does not bear so much at once; it is there otherwise."""


class Lacking(Exception):  # noqa: N818 - as above
    """The server is older than the query: `field` is `Type.field`."""

    def __init__(self, field: str) -> None:
        """Carry the field."""
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `holes` are the paths in it that the server could not fill: `group/projects/nodes/3`."""

    data: Json
    holes: frozenset[str]


class Graph:
    """The GraphQL of one server."""

    def __init__(self, asks: Asks) -> None:
        """Use the client that REST uses."""
        self._asks = asks

    @property
    def limit(self) -> int:
        """Return the complexity that the server allows us by default."""
        return SIGNED_IN if self._asks.has_token else ANONYMOUS

    def ask(self, query: Query, variables: Mapping[str, object] | None = None) -> Answer:
        """Ask once.

        Raises:
            TooMuch: it is too much at once for a server that is there.
            Lacking: the server does not have a field of it.
            GitlabError: as with REST; 429 and 401 among them.

        """
        try:
            told = self._asks.graphql(query.text, dict(variables or {}))
        except GitlabError as error:
            if error.response_code in _OVERLOADED and query.name != ALIVE:
                raise self._after_all(error) from error
            raise
        except (requests.Timeout, requests.ConnectionError) as error:
            if not _took_too_long(error) or self._asks.over or query.name == ALIVE:
                raise
            raise self._after_all(error) from error
        return _answer(told)

    def known(self) -> queries.Schema:
        """Return which of the probed fields the server has; none where it does not tell."""
        try:
            answer = self.ask(queries.types())
        except (TooMuch, Lacking):
            return frozenset()
        kinds = {kind: one.get("fields") for kind, one in answer.data.items() if isinstance(one, dict)}
        listed = [(kind, one) for kind, found in kinds.items() if isinstance(found, list) for one in found]
        return queries.PROBED & {f"{kind}.{one.get('name')}" for kind, one in listed if isinstance(one, dict)}

    def _after_all(self, error: Exception) -> Exception:
        """Say whether the server answers something small: then the question was too much, else it is away."""
        try:
            self.ask(queries.alive())
        except (GitlabError, requests.RequestException, TooMuch, Lacking):
            return error
        return TooMuch(clean(str(error))[:_LONGEST_LINE])


def _took_too_long(error: requests.RequestException) -> bool:
    """Whether a server fell silent, before its answer or inside it. No connection in time is another thing."""
    inside = bool(error.args) and isinstance(error.args[0], ReadTimeoutError)
    return isinstance(error, requests.exceptions.ReadTimeout) or inside


def is_closed(error: GitlabError) -> bool:
    """Whether the server has no GraphQL for us: then the lists are asked for one by one."""
    if isinstance(error, RedirectError):  # a redirected POST arrives as a GET, and python-gitlab refuses it
        return True
    return isinstance(error, GitlabHttpError) and error.response_code in _CLOSED


def _answer(told: Json) -> Answer:
    errors = told.get("errors") or []
    data = told.get("data")
    if not isinstance(errors, list):
        raise Malformed("GraphQL errors that are no list")
    if data is None or not isinstance(data, dict):
        raise _refusal(errors)
    return Answer(data, frozenset(_path(error) for error in errors))


def _refusal(errors: list[Any]) -> Exception:
    """Say what a whole refusal means. The server's words are read and never repeated."""
    said = [str(error.get("message", "")) for error in errors if isinstance(error, dict)]
    for words in said:
        if found := _LACKING.search(words):
            return Lacking(f"{found['type']}.{found['field']}")
    if any(_OLDER.search(words) for words in said):
        return Lacking("an argument")
    if any(_TOO_MUCH.search(words) for words in said):
        return TooMuch(clean(said[0])[:_LONGEST_LINE])
    return Malformed("a GraphQL answer without data") if not said else TooMuch(clean(said[0])[:_LONGEST_LINE])


def _path(error: object) -> str:
    path = error.get("path") if isinstance(error, dict) else None
    return "/".join(map(str, path)) if isinstance(path, list) else ""
