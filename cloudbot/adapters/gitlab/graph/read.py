"""The rung that bears: from the whole team at once down to list by list, within one look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab.graph.ask import Graph, Lacking, TooMuch, is_closed
from cloudbot.adapters.gitlab.graph.ladder import RUNGS, UP_AFTER
from cloudbot.adapters.gitlab.graph.team import Expected, Team
from cloudbot.adapters.gitlab.graph.words import Base
from cloudbot.adapters.gitlab.lists import Lists, OneByOne
from cloudbot.adapters.gitlab.memory import OVERLAP

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.graph.ladder import Rung
    from cloudbot.adapters.gitlab.graph.queries import Schema
    from cloudbot.adapters.gitlab.look import Look

log = structlog.get_logger(__name__)

LAST = len(RUNGS) - 1


def lists(look: Look) -> tuple[Lists, int]:
    """Read by the first rung that bears, and say which it was. The last rung reads nothing yet.

    The place is for `stood`, once the look has shown that the server is there.
    """
    place = look.memory.ladder.first(look.at) if look.settings.graphql else LAST
    while place < LAST:
        try:
            return _team(look, RUNGS[place]), place
        except (TooMuch, Lacking) as error:
            log.debug("gitlab_bears_less", forge=look.settings.name, asked=str(RUNGS[place]), why=str(error))
            place = LAST if isinstance(error, Lacking) else place + 1
        except GitlabError as error:
            if not is_closed(error):
                raise
            place = LAST
    return OneByOne(look.asks), LAST


def stood(look: Look, place: int) -> None:
    """Remember the rung: the next look begins there."""
    if look.settings.graphql and look.memory.ladder.stood(place, look.at):
        log.info("gitlab_asked_by", forge=look.settings.name, rung=str(RUNGS[place]))


def _team(look: Look, rung: Rung) -> Team:
    graph = Graph(look.asks)
    team = Team(graph, _schema(look, graph), rung, Base(look.settings.url))
    for path in look.settings.groups:
        _read(look, team, path)
    look.memory.iids |= team.iids
    return team


def _read(look: Look, team: Team, path: str) -> None:
    """Read one group; a field that the server said it had and has not is left out from now on."""
    mark = look.memory.groups[path].watermark
    since = look.since if mark is None else mark - OVERLAP
    try:
        team.read(path, since, _expected(look, path))
    except Lacking as lacking:
        if lacking.field not in team.schema:
            raise
        team.schema = look.memory.schema = team.schema - {lacking.field}
        _read(look, team, path)


def _expected(look: Look, path: str) -> Expected | None:
    """Return how much the group showed last time; None if it has not been seen."""
    projects = look.memory.groups[path].projects
    if projects is None:
        return None
    requests = look.memory.requests.items()
    opened = sum(key[0] in projects and one.value.state == "opened" for key, one in requests)
    return Expected(len(projects), opened)


def _schema(look: Look, graph: Graph) -> Schema:
    """Return the newer fields that the server has, asked for once a day: it may have been upgraded."""
    asked = look.memory.schema_asked_at
    if look.memory.schema is None or asked is None or look.at - asked >= UP_AFTER:
        look.memory.schema, look.memory.schema_asked_at = graph.known(), look.at
    return look.memory.schema
