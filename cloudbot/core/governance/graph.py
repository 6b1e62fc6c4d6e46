"""The organisations of a span of days in which nothing between them changes: families, clients, what they run.

Control counts in both directions, so organisations fall into families; contracts lead from family to family. Both are
closed once for each span, which makes cycles, diamonds and depth harmless and a question a look-up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cloudbot.core.governance.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudbot.core.governance.facts import Dated, Facts, Step
    from cloudbot.core.records.tree import Tree

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Graph:
    """Families by the name of one of their organisations; an organisation of which nothing is known is its own."""

    family: Mapping[str, str]
    members: Mapping[str, frozenset[str]]
    clients: Mapping[str, frozenset[str]]
    "families that a family works for, directly or over others, without itself"
    runs: Mapping[str, frozenset[str]]
    "providers that a family runs"

    def of(self, org: str) -> str:
        """Return the family of an organisation."""
        return self.family.get(org, org)

    def orgs(self, family: str) -> frozenset[str]:
        """Return the organisations of a family."""
        return self.members.get(family, frozenset({family}))

    def works_for(self, family: str) -> frozenset[str]:
        """Return the families that a contract leads to."""
        return self.clients.get(family, NONE)

    def providers(self, family: str) -> frozenset[str]:
        """Return the providers that a family runs."""
        return self.runs.get(family, NONE)


def graph_on(tree: Tree, day: date, *, coming: bool = False) -> Graph:
    """Return the organisations as they are on a day; with `coming`, with who will run a provider later."""
    facts = facts_of(tree)
    return _graph(facts, bisect_right(_days(facts), day), coming)


def change_days(tree: Tree) -> tuple[date, ...]:
    """Return the days on which anything between organisations and providers begins or has ended, in order."""
    return _days(facts_of(tree))


@lru_cache(maxsize=4)
def _days(facts: Facts) -> tuple[date, ...]:
    dated = [one for every in (facts.steps, facts.running) for ones in every.values() for one in ones]
    return tuple(sorted({day for one in dated for day in (one.since, one.until) if day is not None}))


@lru_cache(maxsize=64)
def _graph(facts: Facts, number: int, coming: bool) -> Graph:  # noqa: FBT001 - a key of the cache
    """Make the graph of the span before the change day of that number: nothing changes inside it."""
    days = _days(facts)
    day = days[number - 1] if number else None

    def holds(one: Dated, *, later: bool = False) -> bool:
        begun = later or one.since is None or (day is not None and one.since <= day)
        return begun and (one.until is None or day is None or day < one.until)

    steps = [one for ones in facts.steps.values() for one in ones if holds(one)]
    family, members = _families(steps)
    runs: defaultdict[str, set[str]] = defaultdict(set)
    for org, ones in facts.running.items():
        runs[family.get(org, org)].update(its.provider for its in ones if holds(its, later=coming))
    return Graph(
        family=family,
        members=members,
        clients=_clients(family, steps),
        runs={name: frozenset(its) for name, its in runs.items()},
    )


def _families(steps: list[Step]) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    near: defaultdict[str, list[str]] = defaultdict(list)
    for step in steps:
        if step.relation != "contract":
            near[step.start].append(step.end)
    family: dict[str, str] = {}
    members: dict[str, frozenset[str]] = {}
    for org in near:
        if org not in family:
            found = frozenset(_spread(near, org))
            members[org] = found
            family |= dict.fromkeys(found, org)
    return family, members


def _clients(family: dict[str, str], steps: list[Step]) -> dict[str, frozenset[str]]:
    near: defaultdict[str, list[str]] = defaultdict(list)
    for step in steps:
        if step.relation == "contract":
            near[family.get(step.start, step.start)].append(family.get(step.end, step.end))
    return {name: frozenset(_spread(near, name)) - {name} for name in list(near)}


def _spread(near: Mapping[str, list[str]], start: str) -> Iterator[str]:
    """Yield everything that is reached from a start, the start first, each once."""
    found = {start}
    todo = [start]
    while todo:
        here = todo.pop()
        yield here
        new = set(near.get(here, ())) - found
        found |= new
        todo += new
