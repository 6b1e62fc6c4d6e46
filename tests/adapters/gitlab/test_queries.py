"""Every query that can be sent: within the limits, valid for the real schema, and answered by the simulated server."""

from __future__ import annotations

import gzip
import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_client_schema, get_named_type, parse, validate

from cloudbot.adapters.gitlab.graph import queries
from cloudbot.adapters.gitlab.graph.ladder import RUNGS
from cloudbot.adapters.gitlab.graph.shape import (
    ANONYMOUS,
    DEEPEST,
    LARGEST_PAGE,
    LONGEST,
    SIGNED_IN,
    Field,
    Query,
    connection,
    fields,
    fits,
)
from cloudbot.demo.salsa import graphql as simulated
from cloudbot.demo.salsa.sdl import ENTERPRISE, NEWER, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

INTROSPECTION = Path(__file__).parents[4] / "shared/data/gitlab/graphql/gitlab-introspection-2022-05.schema.json.gz"
real = pytest.mark.skipif(not INTROSPECTION.is_file(), reason="no introspection answer here")

LONG = "cloud-team/a-subgroup-with-a-long-name/another-one/a-project-whose-name-is-long-as-well"
OLD: frozenset[str] = frozenset()
NEWER_VALUES = {
    "CiJobStatus": {"CANCELING", "WAITING_FOR_CALLBACK"},
    "MergeRequestReviewState": {"APPROVED", "REQUESTED_CHANGES", "REVIEW_STARTED", "UNAPPROVED"},
    "PipelineStatusEnum": {"CANCELING", "WAITING_FOR_CALLBACK"},
}
NEWER_TYPES = {"DetailedMergeStatus", "PipelineSchedule", "PipelineScheduleConnection"}


def sendable(known: queries.Schema, limit: int) -> Iterator[Query]:
    """Yield every shape of query for a server that knows these fields, the largest of each."""
    yield from (queries.types(), queries.alive())
    for rung in RUNGS[:-1]:
        nested, bare = queries.projects(known, rung.page), queries.bare_projects(rung.page)
        opened, changed = queries.open_requests(known, rung.page), queries.changed_requests(known, rung.page)
        for parts in ((nested,), (bare,), (opened,), (changed,), (nested, opened), (bare, opened)):
            yield queries.group(*parts)
    many = range(200)
    yield queries.aliased(known, [LONG for _ in many], limit)[0]
    yield queries.single(known, [(LONG, "123456789") for _ in many], limit)[0]
    yield queries.jobs(known, [(LONG, "123456789", "eyJpZCI6IjEyMzQ1Njc4OSJ9") for _ in many], limit)[0]
    yield queries.words([(LONG, 123456) for _ in many], limit)[0]
    if "Project.pipelineSchedules" in known:
        yield queries.schedules([LONG for _ in many], limit)[0]


@pytest.mark.parametrize(("known", "limit"), [*product((OLD, NEWER), (ANONYMOUS, SIGNED_IN)), (queries.PROBED, 250)])
def test_no_query_breaks_a_limit_of_the_server(known: queries.Schema, limit: int) -> None:
    for query in sendable(known, limit):
        assert (query.name, query.cost <= limit) == (query.name, True)
        assert (query.name, query.depth <= DEEPEST, len(query.text) <= LONGEST) == (query.name, True, True)


@pytest.mark.parametrize(("known", "limit"), [*product((OLD, NEWER), (ANONYMOUS, SIGNED_IN)), (queries.PROBED, 250)])
def test_the_estimate_of_the_tree_is_the_estimate_of_the_text(known: queries.Schema, limit: int) -> None:
    for query in sendable(known, limit):
        document = parse(query.text)
        assert (query.cost, query.depth) == (simulated.complexity(document), simulated.depth(document))


@pytest.mark.parametrize("known", [OLD, NEWER, NEWER | ENTERPRISE])
def test_every_query_is_valid_on_the_simulated_server(known: queries.Schema) -> None:
    for query in sendable(known, SIGNED_IN):
        assert (query.name, validate(schema(known), parse(query.text))) == (query.name, [])


def test_our_simulated_server_is_newer_in_nothing_but_what_is_probed() -> None:
    assert NEWER | ENTERPRISE == queries.PROBED


@pytest.fixture(scope="module")
def gitlab() -> GraphQLSchema:
    told = json.loads(gzip.decompress(INTROSPECTION.read_bytes()))
    return build_client_schema(told.get("data", told), assume_valid=True)


@real
@pytest.mark.real
def test_every_query_is_valid_on_a_gitlab_of_2022_that_is_asked_only_for_what_it_has(gitlab: GraphQLSchema) -> None:
    has = frozenset(one for one in queries.PROBED if is_field(gitlab, one))
    assert has == {"MergeRequest.approvalsLeft"}
    for query in sendable(has, SIGNED_IN):
        assert (query.name, validate(gitlab, parse(query.text))) == (query.name, [])


@real
@pytest.mark.real
def test_the_simulated_schema_is_a_part_of_the_real_one_but_for_what_is_probed(gitlab: GraphQLSchema) -> None:
    ours = schema(NEWER | ENTERPRISE)
    strange = [
        f"{name}.{field}"
        for name, kind in ours.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__") and name not in NEWER_TYPES
        for field in kind.fields
        if f"{name}.{field}" not in queries.PROBED and differs(ours, gitlab, name, field)
    ]
    assert strange == []


@real
@pytest.mark.real
def test_the_simulated_words_are_real_words_but_for_the_newest(gitlab: GraphQLSchema) -> None:
    ours = schema(NEWER)
    enums = {name: set(kind.values) for name, kind in ours.type_map.items() if hasattr(kind, "values")}
    strange = {
        name: words - set(getattr(gitlab.type_map.get(name), "values", words))
        for name, words in enums.items()
        if not name.startswith("__") and name not in NEWER_TYPES
    }
    assert {name: words for name, words in strange.items() if words} == NEWER_VALUES


def is_field(known: GraphQLSchema, name: str) -> bool:
    kind, _, field = name.partition(".")
    found = known.type_map.get(kind)
    return isinstance(found, GraphQLObjectType) and field in found.fields


def differs(ours: GraphQLSchema, theirs: GraphQLSchema, name: str, field: str) -> bool:
    """Whether a field is missing there, is of another type, or lacks an argument."""
    if not is_field(theirs, f"{name}.{field}"):
        return True
    mine, real_one = (found(one, name).fields[field] for one in (ours, theirs))
    same = str(get_named_type(mine.type)) == str(get_named_type(real_one.type))
    return not same or not set(mine.args) <= set(real_one.args)


def found(known: GraphQLSchema, name: str) -> GraphQLObjectType:
    kind: Any = known.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind


@pytest.mark.parametrize(
    ("field", "cost", "depth", "text"),
    [
        (Field(name="id"), 1, 1, "id"),
        (Field(name="author", of=fields("username bot")), 3, 2, "author { username bot }"),
        (Field(name="group", args="fullPath: $group", of=fields("id")), 2, 2, "group(fullPath: $group) { id }"),
        (connection("nodesOf", 0, *fields("id")), 3, 3, "nodesOf { nodes { id } }"),
        (connection("jobs", 100, *fields("id name")), 8, 3, "jobs(first: 100) { nodes { id name } }"),
        (connection("jobs", 101, *fields("id")), 6, 3, "jobs(first: 100) { nodes { id } }"),
        (connection("mrs", 100, *fields("id"), args="sort: X"), 8, 3, "mrs(first: 100, sort: X) { nodes { id } }"),
        (connection("mrs", 100, *fields("id"), args="search: X"), 16, 3, "mrs(first: 100, search: X) { nodes { id } }"),
        (Field(name="tree", git=True, of=fields("id")), 3, 2, "tree { id }"),
        (Field(name="notes", page=40, last=True, of=fields("id")), 2, 2, "notes(last: 40) { id }"),
    ],
)
def test_a_field_is_weighed_by_the_rule_of_gitlabs_source(field: Field, cost: int, depth: int, text: str) -> None:
    assert (field.cost, field.depth, field.text) == (cost, depth, text)


@pytest.mark.parametrize(
    ("cost", "one", "limit", "most", "expected"),
    [(0, 10, 250, 25, 25), (0, 12, 250, 25, 20), (100, 50, 250, 25, 3), (0, 300, 250, 25, 1), (0, 1, 250, 7, 7)],
)
def test_as_many_as_fit_and_at_least_one(cost: int, one: int, limit: int, most: int, expected: int) -> None:
    assert fits(cost, one, limit, most) == expected


def test_a_page_is_never_larger_than_gitlab_gives() -> None:
    assert max(rung.page for rung in RUNGS) == LARGEST_PAGE
