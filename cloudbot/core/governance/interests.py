"""The interest set of a person on a day: what binds them, by which way, with the days of every part of it.

Source of the rules: the team's specification of conflict of interest, "interest set". Cycles, diamonds and any depth
end at a fixed point; of each organisation the shortest way is told. What a family of companies reaches without a
contract is of the tie's own kind; what only a contract reaches is an interest by contract.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudbot.core.governance.facts import Running, Step, Tie, declared_tie, facts_of
from cloudbot.core.governance.graph import Graph, graph_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from cloudbot.core.governance.facts import Facts
    from cloudbot.core.records.kinds.governance import Declaration
    from cloudbot.core.records.tree import View

WORK = frozenset({"employment", "self_employed", "contract", "ownership", "other_commercial"})
"""Ties of work and money: over a contract of the organisation they are interests by contract."""


def kind_over_contract(kind: str) -> str:
    """Return the kind of an interest that a tie of a kind is where only a contract leads to it."""
    return "contract" if kind in WORK else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one person is bound to one organisation or provider."""

    tie: Tie
    steps: tuple[Step, ...] = ()
    running: Running | None = None

    @property
    def kind(self) -> str:
        """What kind of interest it is."""
        by_contract = any(step.relation == "contract" for step in self.steps)
        return kind_over_contract(self.tie.kind) if by_contract else self.tie.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """Everything a person is bound to on a day, as far as the records tell."""

    person: str
    ties: tuple[Tie, ...]
    graph: Graph
    private: bool = False
    "an interest was declared privately: in what, only the person can say"
    unlinked: tuple[str, ...] = ()
    "employers without a record: whom they work for is not known"

    def providers(self, kinds: Collection[str] | None = None) -> frozenset[str]:
        """Return the providers in which there is an interest, of these kinds or of any."""
        found = {tie.provider for tie in self.ties if tie.provider and (kinds is None or tie.kind in kinds)}
        for family in self._families(kinds):
            found |= self.graph.providers(family)
        return frozenset(found)

    def orgs(self, kinds: Collection[str] | None = None) -> frozenset[str]:
        """Return the organisations in which there is an interest, of these kinds or of any."""
        return frozenset(org for family in self._families(kinds) for org in self.graph.orgs(family))

    def reaches(self, org: str) -> bool:
        """Whether there is any interest in an organisation."""
        return self.graph.of(org) in self._families(None)

    def _families(self, kinds: Collection[str] | None) -> set[str]:
        found: set[str] = set()
        for tie in self.ties:
            if tie.org is None:
                continue
            home = self.graph.of(tie.org)
            if kinds is None or tie.kind in kinds:
                found.add(home)
            if kinds is None or kind_over_contract(tie.kind) in kinds:
                found |= self.graph.works_for(home)
        return found


def interests_of(view: View, person: str, day: date, *, coming: bool = False) -> Interests:
    """Reckon what somebody is bound to on a day; with `coming`, also by who will run a provider later."""
    facts = facts_of(view.tree)
    made = in_force(facts.declarations.get(person, ()), day)
    return Interests(
        person=person,
        ties=tuple(_ties(facts, person, made, day)),
        graph=graph_on(view.tree, day, coming=coming),
        private=any(i.subject.private for one in made for i in one.interests if i.holds(day)),
        unlinked=tuple(name for one, name in facts.unlinked.get(person, ()) if one.holds(day)),
    )


def in_force(made: Iterable[Declaration], day: date) -> tuple[Declaration, ...]:
    """Return the declarations that speak on a day: made by then, and not said anew since for the same roles.

    Those of one day stand together. A stale one still speaks; that it is stale is another question.
    """
    known = [one for one in made if one.date_ <= day]
    return tuple(one for one in known if not any(_replaces(other, one) for other in known))


def _replaces(newer: Declaration, older: Declaration) -> bool:
    covered = not newer.covers or (bool(older.covers) and set(older.covers) <= set(newer.covers))
    return newer.date_ > older.date_ and covered


def _ties(facts: Facts, person: str, made: Iterable[Declaration], day: date) -> Iterator[Tie]:
    """Yield what binds a person directly; an affiliation that was declared too stands once, with that day."""
    declared = [
        tie
        for one in made
        for interest in one.interests
        if (tie := declared_tie(person, one.date_, interest)) is not None and tie.holds(day)
    ]
    for tie in facts.affiliations.get(person, ()):
        if tie.holds(day):
            same = [one for one in declared if not one.hidden and (one.org, one.kind) == (tie.org, tie.kind)]
            declared = [one for one in declared if one not in same]
            yield replace(tie, declared=same[0].declared) if same else tie
    yield from declared


def ways_to_provider(view: View, its: Interests, provider: str, day: date) -> tuple[Way, ...]:
    """Return how somebody is bound to a provider on a day, what may be told first, then the shortest."""
    running = [one for ones in facts_of(view.tree).running.values() for one in ones if one.provider == provider]
    found = [Way(tie=tie) for tie in its.ties if tie.provider == provider]
    for one in running:
        if one.holds(day):
            found += [replace(way, running=one) for way in _ways(view, its, one.org, day)]
    return _in_order(found)


def ways_to_org(view: View, its: Interests, org: str, day: date) -> tuple[Way, ...]:
    """Return how somebody is bound to an organisation on a day, in the same order."""
    return _in_order(_ways(view, its, org, day))


def _in_order(ways: Iterable[Way]) -> tuple[Way, ...]:
    return tuple(sorted(ways, key=lambda way: (way.tie.hidden, len(way.steps), not way.tie.affiliation)))


def _ways(view: View, its: Interests, org: str, day: date) -> Iterator[Way]:
    for tie in its.ties:
        steps = None if tie.org is None else path(facts_of(view.tree).steps, tie.org, org, day)
        if steps is not None:
            yield Way(tie=tie, steps=steps)


def path(steps: Mapping[str, Collection[Step]], start: str, end: str, day: date) -> tuple[Step, ...] | None:
    """Return the shortest way from one organisation to another on a day, one without contracts before any with them."""
    inside = _path(steps, start, end, day, contracts=False)
    return inside if inside is not None else _path(steps, start, end, day, contracts=True)


def _path(
    steps: Mapping[str, Collection[Step]], start: str, end: str, day: date, *, contracts: bool
) -> tuple[Step, ...] | None:
    by: dict[str, Step | None] = {start: None}
    todo = [start]
    for here in todo:  # grows while it is walked: breadth first, so the first way found is a shortest one
        if here == end:
            return _back(by, end)
        for step in steps.get(here, ()):
            if step.end not in by and (contracts or step.relation != "contract") and step.holds(day):
                by[step.end] = step
                todo.append(step.end)
    return None


def _back(by: Mapping[str, Step | None], end: str) -> tuple[Step, ...]:
    way: list[Step] = []
    step = by[end]
    while step is not None:
        way.append(step)
        step = by[step.start]
    return tuple(reversed(way))
