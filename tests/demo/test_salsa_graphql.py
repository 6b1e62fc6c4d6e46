"""The simulated GitLab's GraphQL: it shows what REST shows, to whom REST shows it, and refuses as GitLab refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudbot.demo.salsa import ProjectStory, World, graphql
from cloudbot.demo.salsa.big import NOW, big
from cloudbot.demo.salsa.nodes import View
from cloudbot.demo.salsa.sdl import ENTERPRISE, NEWER

TEAM = '{ group(fullPath: "team") { projects(first: 2) { nodes { fullPath } pageInfo { endCursor hasNextPage } } } }'


def asked(query: str, world: World | None = None, *, member: bool = False, has: frozenset[str] = NEWER) -> Any:  # noqa: ANN401
    view = View(world or big(3), "http://salsa.example", NOW, member)
    return graphql.answer(view, query, {}, has=has, limit=250 if member else 200)


def test_a_page_says_where_the_next_one_begins() -> None:
    told = asked(f"query Team {TEAM}")["data"]["group"]["projects"]
    assert told == {
        "nodes": [{"fullPath": "team/project-0001"}, {"fullPath": "team/project-0002"}],
        "pageInfo": {"endCursor": "2", "hasNextPage": True},
    }
    query = "query Team " + TEAM.replace("first: 2", 'first: 2, after: "2"')
    rest = asked(query)["data"]["group"]["projects"]
    assert rest["pageInfo"] == {"endCursor": "3", "hasNextPage": False}


@pytest.mark.parametrize(("member", "shown"), [(False, 1), (True, 2)])
def test_what_is_private_is_shown_to_members_alone(shown: int, *, member: bool) -> None:
    world = World(
        groups=("team",),
        projects=(ProjectStory(id=1, path="team/a"), ProjectStory(id=2, path="team/b", visibility="private")),
    )
    assert len(asked(f"query Team {TEAM}", world, member=member)["data"]["group"]["projects"]["nodes"]) == shown


@pytest.mark.parametrize(("member", "shown"), [(False, False), (True, True)])
def test_a_restricted_group_is_null_to_strangers(*, member: bool, shown: bool) -> None:
    world = replace(big(3), restricted=frozenset({"team"}))
    assert (asked(f"query Team {TEAM}", world, member=member)["data"]["group"] is not None) is shown


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ nothing }", "Field 'nothing' doesn't exist on type 'Query'"),
        ("{ project(fullPath: 1) { id nothing } }", "Field 'nothing' doesn't exist on type 'Project'"),
        ("{ " + "a" * 10_000 + " }", "Query too large. Maximum length is 10000"),
        (
            '{ group(fullPath: "team") { projects(first: 100) { nodes { ' + "id " * 100 + "} } } }",
            "Query has complexity of 205, which exceeds max complexity of 200",
        ),
        ("{ a " + "{ a " * 15 + "}" * 16, "Query has depth of 16, which exceeds max depth of 15"),
    ],
)
def test_what_is_refused_is_refused_in_gitlabs_words(query: str, words: str) -> None:
    told = asked(f"query Bad {query}")
    assert (told["errors"][0]["message"], "data" in told) == (words, False)


def test_fields_that_a_server_lacks_do_not_exist_there() -> None:
    query = 'query Old { project(fullPath: "team/project-0001") { pipelineSchedules { nodes { id } } } }'
    told = asked(query, has=NEWER - {"Project.pipelineSchedules"})
    assert told["errors"][0]["message"] == "Field 'pipelineSchedules' doesn't exist on type 'Project'"
    assert "errors" not in asked(query)


@pytest.mark.parametrize(("has", "known"), [(NEWER, False), (NEWER | ENTERPRISE, True)])
def test_a_type_tells_its_fields(has: frozenset[str], *, known: bool) -> None:
    told = asked('query Types { __type(name: "MergeRequest") { fields { name } } }', has=has)
    assert ({"name": "approvalsLeft"} in told["data"]["__type"]["fields"]) is known


def test_a_hole_is_null_and_said() -> None:
    told = graphql.with_hole(asked(f"query Team {TEAM}"), "group/projects/nodes/1")
    assert told["data"]["group"]["projects"]["nodes"] == [{"fullPath": "team/project-0001"}, None]
    assert told["errors"] == [{"message": "Internal server error", "path": ["group", "projects", "nodes", 1]}]


def test_a_hole_where_nothing_is_changes_nothing() -> None:
    told = asked(f"query Team {TEAM}")
    assert graphql.with_hole(told, "group/projects/nodes/9/id") == told
