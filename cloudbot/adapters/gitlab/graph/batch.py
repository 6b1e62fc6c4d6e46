"""What is asked of many things at once after a look has shown what changed: pipelines, jobs, words, schedules.

Each function gives one node for each thing asked for, in order, and None where there is none: then it is asked for one
by one over REST, or next time. A way of asking that is not GraphQL gives nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cloudbot.adapters.gitlab.graph import queries
from cloudbot.adapters.gitlab.graph import words as read
from cloudbot.adapters.gitlab.graph.ask import Answer, Lacking, TooMuch
from cloudbot.adapters.gitlab.graph.team import Team

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.adapters.gitlab.graph.shape import Query
    from cloudbot.adapters.gitlab.lists import Lists

Node = Mapping[str, Any]

_MOST_PAGES = 20


def words(lists: Lists, wanted: list[tuple[str, int]]) -> Iterator[Node | None]:
    """Ask for the words on merge requests, by project path and iid."""
    if isinstance(lists, Team):
        for node in _batches(lists, wanted, queries.words):
            yield _inner(node, "mergeRequest")


def pipelines(lists: Lists, wanted: list[tuple[str, str]]) -> Iterator[Node | None]:
    """Ask for pipelines each alone, by project path and iid; a project whose `pipeline` is null has it no more."""
    if isinstance(lists, Team):
        schema = lists.schema
        yield from _batches(lists, wanted, lambda some, limit: queries.single(schema, some, limit))


def jobs(lists: Lists, wanted: list[tuple[str, str]]) -> Iterator[list[Node] | None]:
    """Ask for all tries of all jobs of pipelines, by project path and iid."""
    if not isinstance(lists, Team):
        return
    schema = lists.schema

    def asked(some: list[tuple[str, str, str]], limit: int) -> tuple[Query, int]:
        return queries.jobs(schema, some, limit)

    for (path, iid), node in zip(
        wanted, _batches(lists, [(path, iid, "") for path, iid in wanted], asked), strict=False
    ):
        yield _all_jobs(lists, path, iid, _inner(node, "pipeline"), asked)


def schedules(lists: Lists, paths: list[str]) -> Iterator[list[Node] | None]:
    """Ask for the pipeline schedules of projects, where the server's GraphQL knows them."""
    if isinstance(lists, Team) and "Project.pipelineSchedules" in lists.schema:
        for node in _batches(lists, paths, queries.schedules):
            listed = _inner(node, "pipelineSchedules")
            yield None if listed is None else list(read.nodes(listed))


def _batches(lists: Team, wanted: list[Any], asked: Callable[[list[Any], int], tuple[Query, int]]) -> Iterator[Any]:
    """Ask in as many requests as the limits need; end early where the server does not bear it."""
    while wanted:
        query, count = asked(wanted, lists.graph.limit)
        try:
            answer = lists.graph.ask(query)
        except (TooMuch, Lacking):
            return
        for place in range(count):
            yield _project(answer, place)
        wanted = wanted[count:]


def _project(answer: Answer, place: int) -> Node | None:
    """Return one of the projects asked for; one with a hole in it is as good as none."""
    node = answer.data.get(f"a{place}")
    torn = any(hole.partition("/")[0] == f"a{place}" for hole in answer.holes)
    return node if isinstance(node, Mapping) and not torn else None


def _all_jobs(
    lists: Team, path: str, iid: str, pipeline: Node | None, asked: Callable[[list[Any], int], tuple[Query, int]]
) -> list[Node] | None:
    """Return the jobs of the first page and of those after it: a pipeline may have more than a hundred."""
    found: list[Node] = []
    for _ in range(_MOST_PAGES):
        listed = _inner(pipeline, "jobs")
        if listed is None:
            return None
        found += read.nodes(listed)
        info = read.inner(listed, "pageInfo")
        if info.get("hasNextPage") is not True:
            return found
        pipeline = _inner(next(_batches(lists, [(path, iid, str(info.get("endCursor")))], asked), None), "pipeline")
    return None


def _inner(node: Node | None, name: str) -> Node | None:
    inner = None if node is None else node.get(name)
    return inner if isinstance(inner, Mapping) else None
