"""A whole team in as few requests as its pages need: projects with pipelines, open and changed merge requests.

The lists of a group that are still to be read go into one request as long as the server's limit of complexity allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.graph import queries, words
from cloudbot.adapters.gitlab.graph.ask import Answer, Graph, TooMuch
from cloudbot.adapters.gitlab.graph.ladder import Rung
from cloudbot.adapters.gitlab.graph.shape import LARGEST_PAGE, Field
from cloudbot.adapters.gitlab.lists import Listed, Newest

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.adapters.gitlab.memory import Key, Known, Request

Json = Mapping[str, Any]

QUIET_PAGE = 20
"""Merge requests that changed since the last look: few, so that everything fits into one request."""

BUILDS = frozenset({"pipelines", "scheduled"})
"""What may be missing of a project without its being unknown altogether."""

TORN = ""
"""Under this name, which no field has, a project says that an error stood where its pipelines were due."""

_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Expected:
    """How much a group showed last time. Smaller pages cost less, so that one request may hold all lists."""

    projects: int
    opened: int


def room(expected: int, page: int) -> int:
    """Return the page for a list of about so many: a tenth more, in tens, at least twenty and at most a whole page."""
    return min(page, max(QUIET_PAGE, -(-expected * 11 // 100) * 10))


@dataclass(slots=True)
class Part:
    """One list of a group while its pages are read."""

    name: str
    asked: Field
    more: Field
    "what to ask for once there is more than one page"
    nodes: list[Json] = field(default_factory=list)
    cursor: str | None = None
    pages: int = 0
    done: bool = False
    whole: bool = True

    def take(self, told: Json, holes: frozenset[str]) -> None:
        """Take one page. What the server could not tell in full is left out, and the list is not whole."""
        listed = told.get(self.name)
        if not isinstance(listed, Mapping):
            self.whole, self.done = False, True
            return
        torn = _torn(self.name, holes)
        for place, one in enumerate(_items(listed)):
            inside = torn.get(place, set())
            if isinstance(one, Mapping) and inside <= BUILDS:
                self.nodes.append({**one, **dict.fromkeys(inside), TORN: bool(inside)})
            else:
                self.whole = False
        self._turn(words.inner(listed, "pageInfo"))

    def _turn(self, info: Json) -> None:
        self.pages += 1
        self.asked = self.more
        after = info.get("endCursor")
        self.done = info.get("hasNextPage") is not True
        if not self.done and (not after or after == self.cursor or self.pages >= _MOST_PAGES):
            raise Malformed("a list whose pages never end")
        self.cursor = after

    def again(self) -> None:
        """Begin anew: the list was read before another that must come first."""
        self.nodes, self.cursor, self.pages, self.done, self.whole = [], None, 0, False, True


@dataclass(slots=True)
class Team:
    """The `Lists` of one look by GraphQL."""

    graph: Graph
    schema: queries.Schema
    rung: Rung
    base: words.Base
    groups: dict[str, dict[str, Part] | None] = field(default_factory=dict)
    builds: dict[int, Newest] = field(default_factory=dict)
    iids: dict[int, str] = field(default_factory=dict)

    def read(self, group: str, since: datetime, expected: Expected | None = None) -> None:
        """Read one group whole, or as whole as the server could tell it.

        Raises:
            TooMuch, Lacking: the server does not bear this rung.

        """
        parts = self._parts(expected)
        fixed: dict[str, object] = {"group": group, "since": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
        while waiting := _waiting(parts):
            if self._ask(self._that_fit(waiting), fixed) is None:
                self.groups[group] = None
                return
            if not parts["opened"].done:
                parts["changed"].again()
        self.groups[group] = parts
        self._read_pipelines(parts["projects"])

    def projects(self, group: str) -> Listed[Known] | None:
        """Return a group's projects; None where the group is null: closed to us or not there."""
        parts = self.groups[group]
        if parts is None:
            return None
        part = parts["projects"]
        return Listed([words.project(node) for node in part.nodes], part.whole)

    def open_requests(self, group: str) -> Listed[tuple[Key, Request]]:
        """Return the open merge requests."""
        return self._requests(group, "opened")

    def changed_requests(self, group: str, since: datetime) -> Listed[tuple[Key, Request]]:
        """Return those that changed since the instant they were asked for with."""
        del since
        return self._requests(group, "changed")

    def newest(self, project: int) -> Newest | None:
        """Return the newest pipelines of a project; none were asked for where nothing can be."""
        return self.builds.get(project, Newest(whole=False))

    def _requests(self, group: str, name: str) -> Listed[tuple[Key, Request]]:
        parts = self.groups[group]
        if parts is None:
            return Listed(whole=False)
        return Listed([words.merge_request(node) for node in parts[name].nodes], parts[name].whole)

    def _parts(self, expected: Expected | None) -> dict[str, Part]:
        page = self.rung.page if self.rung.way == "nested" else LARGEST_PAGE
        many = self._asked(page, page, page)
        if expected is None:
            return {name: Part(name, asked, asked) for name, asked in many.items()}
        few = self._asked(room(expected.projects, page), room(expected.opened, page), min(page, QUIET_PAGE))
        return {name: Part(name, few[name], asked) for name, asked in many.items()}

    def _asked(self, projects: int, opened: int, changed: int) -> dict[str, Field]:
        nested = self.rung.way == "nested"
        return {
            "projects": queries.projects(self.schema, projects) if nested else queries.bare_projects(projects),
            "opened": queries.open_requests(self.schema, opened),
            "changed": queries.changed_requests(self.schema, changed),
        }

    def _that_fit(self, waiting: list[Part]) -> list[Part]:
        """Choose as many of the waiting lists as one request may hold, the first of them in any case."""
        chosen = waiting[:1]
        for part in waiting[1:]:
            if queries.group(*(one.asked for one in (*chosen, part))).cost <= self.graph.limit:
                chosen.append(part)
        return chosen

    def _ask(self, now: list[Part], fixed: dict[str, object]) -> Json | None:
        query = queries.group(*(part.asked for part in now))
        cursors: dict[str, object] = {part.name: part.cursor for part in now}
        declared = {name: value for name, value in (fixed | cursors).items() if f"${name}:" in query.declared}
        answer = self.graph.ask(query, declared)
        told = answer.data.get("group")
        if not isinstance(told, Mapping):
            if answer.holes:
                raise TooMuch("the server could not tell the group")
            return None
        if "projects" in cursors and not isinstance(told.get("projects"), Mapping):
            raise TooMuch("the server could not tell the group's projects")
        for part in now:
            part.take(told, answer.holes)
        return told

    def _read_pipelines(self, part: Part) -> None:
        if self.rung.way == "nested":
            for node in part.nodes:
                self._take_pipelines(node, words.number(node.get("id")), words.project(node).value.path)
            return
        found = [words.project(node) for node in part.nodes]
        waiting = [(one.value.id, one.value.path) for one in found if one.has_ci and not one.value.archived]
        while waiting:
            query, count = queries.aliased(self.schema, [path for _, path in waiting], self.graph.limit)
            answer = self.graph.ask(query)
            for place, (ident, path) in enumerate(waiting[:count]):
                self._take_aliased(answer, f"a{place}", ident, path)
            waiting = waiting[count:]

    def _take_aliased(self, answer: Answer, alias: str, ident: int, path: str) -> None:
        """Take one project. Under its path may be another one since the list was read: then it is not told."""
        node = answer.data.get(alias)
        if isinstance(node, Mapping) and words.number(node.get("id")) == ident:
            torn = any(hole.partition("/")[0] == alias for hole in answer.holes)
            self._take_pipelines({**node, TORN: torn}, ident, path)

    def _take_pipelines(self, node: Json, ident: int, path: str) -> None:
        torn = node.get(TORN) is True
        newest, scheduled = node.get("pipelines"), node.get("scheduled", {"nodes": []})
        whole = all(isinstance(listed, Mapping) and _has_no_null(listed) for listed in (newest, scheduled))
        by_schedule = {words.number(one.get("id")) for one in words.nodes(scheduled)}
        for one in (*words.nodes(newest), *words.nodes(scheduled)):
            self.iids[words.number(one.get("id"))] = words.iid(one)
        lists = [
            tuple(
                words.pipeline(one, path, self.base, scheduled=words.number(one.get("id")) in by_schedule)
                for one in words.nodes(listed)
            )
            for listed in (newest, scheduled)
        ]
        full = len(lists[0]) >= queries.NEWEST
        self.builds[ident] = Newest(lists[0], lists[1], full=full, whole=whole, closed=newest is None and not torn)


def _waiting(parts: dict[str, Part]) -> list[Part]:
    """Return what is still to be read: what changed only with the last of what is open, or after it.

    A merge request that changes while pages are turned moves to the front of a list that was begun: missed there.
    """
    later = parts["opened"].pages > 0 and not parts["opened"].done
    return [part for part in parts.values() if not part.done and not (later and part.name == "changed")]


def _torn(name: str, holes: frozenset[str]) -> dict[int, set[str]]:
    """Return which fields of which items of a list could not be told; an item that is a hole itself has a field ``."""
    torn: dict[int, set[str]] = defaultdict(set)
    for hole in holes:
        steps = [*hole.split("/"), ""]
        if steps[1:3] == [name, "nodes"] and steps[3].isdigit():
            torn[int(steps[3])].add(steps[4])
    return torn


def _has_no_null(listed: Json) -> bool:
    return all(isinstance(one, Mapping) for one in _items(listed))


def _items(listed: Json) -> list[object]:
    found = listed.get("nodes")
    if not isinstance(found, list):
        raise Malformed("a list of GraphQL without items")
    return found
