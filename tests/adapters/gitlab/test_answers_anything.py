"""Whatever a GraphQL server answers, a team is read, or the answer is malformed or too much, and nothing else."""

from __future__ import annotations

import contextlib
import copy
from functools import cache
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.adapters.gitlab import voices
from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.graph import batch, queries
from cloudbot.adapters.gitlab.graph.ask import Graph, Lacking, TooMuch
from cloudbot.adapters.gitlab.graph.ladder import RUNGS, Rung
from cloudbot.adapters.gitlab.graph.team import Expected, Team
from cloudbot.adapters.gitlab.graph.words import Base, job, merge_request, nodes
from cloudbot.core.forge import Job, MergeRequest
from cloudbot.demo.salsa import graphql
from cloudbot.demo.salsa.big import NOW, big
from cloudbot.demo.salsa.nodes import View
from cloudbot.demo.salsa.sdl import NEWER

WRONG = (Malformed, TooMuch, Lacking)
Json = dict[str, Any]

simple = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("gid://gitlab/Project/1")
anything = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["nodes", "id", "username"]), inner),
    max_leaves=4,
)


class Replayed:
    """A server that answers as the simulated one does, but for one place in each answer."""

    has_token = True
    over = False

    def __init__(self, way: list[int], value: object) -> None:
        self._way, self._value = way, value

    def graphql(self, query: str, variables: Json) -> Json:
        told = copy.deepcopy(answer(query, tuple(sorted(variables.items()))))
        spoil(told, self._way, self._value)
        return told


@cache
def answer(query: str, variables: tuple[tuple[str, Any], ...]) -> Json:
    view = View(big(3), "http://salsa.example", NOW, member=True)
    return graphql.answer(view, query, dict(variables), has=NEWER, limit=250)


def spoil(told: Any, way: list[int], value: object) -> None:  # noqa: ANN401 - any JSON
    """Go down by the numbers, each choosing among what is there, and put the value at the end."""
    for step in way[:-1]:
        keys = list(told) if isinstance(told, dict) else list(range(len(told)))
        inner = told[keys[step % len(keys)]]
        if not isinstance(inner, dict | list) or not inner:
            break
        told = inner
    keys = list(told) if isinstance(told, dict) else list(range(len(told)))
    told[keys[way[-1] % len(keys)]] = value


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), anything, st.sampled_from([RUNGS[0], RUNGS[3]]))
def test_any_answer_is_read_or_refused(way: list[int], value: object, rung: Rung) -> None:
    graph = Graph(cast("Any", Replayed(way, value)))
    with contextlib.suppress(*WRONG):
        team = Team(graph, graph.known(), rung, Base("http://salsa.example"))
        team.read("team", NOW, Expected(3, 3))
        team.projects("team")
        team.open_requests("team")
        team.changed_requests("team", NOW)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), anything)
def test_any_answer_about_what_changed_is_read_or_refused(way: list[int], value: object) -> None:
    team = Team(Graph(cast("Any", Replayed(way, value))), NEWER, RUNGS[0], Base("http://salsa.example"))
    path = "team/project-0001"
    with contextlib.suppress(*WRONG):
        for found in batch.jobs(team, [(path, "102"), (path, "103")]):
            assert {type(job(one, path, team.base)) for one in found or ()} <= {Job}
        for node in batch.words(team, [(path, 2)]):
            assert node is None or voices.said(node, request()).updated_at == request().updated_at
        list(batch.schedules(team, [path]))
        list(batch.pipelines(team, [(path, "102")]))


@cache
def request() -> MergeRequest:
    told = answer(queries.group(queries.open_requests(NEWER, 20)).text, (("group", "team"),))
    return merge_request(next(nodes(told["data"]["group"]["opened"])))[1].value
