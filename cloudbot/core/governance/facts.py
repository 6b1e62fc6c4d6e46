"""What the records say about ties, indexed once for a state of the records: every fact with its own days.

Organisations are followed from a person outwards: to who controls them and whom they control, and to whom they work
for; never from a client to its contractors, who gain nothing by the client.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from cloudbot.core.records.kinds.governance import Declaration
from cloudbot.core.records.kinds.people import Org, Person
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.words import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.kinds.governance import Interest
    from cloudbot.core.records.kinds.people import Affiliation
    from cloudbot.core.records.tree import Tree

WORD = re.compile(r"\w+")
Relation = Literal["belongs", "controls", "contract"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Holds on the days of `[since, until)`; None is an open end."""

    since: date | None
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Dated):
    """From one organisation to another that its people are bound to as well."""

    relation: Relation
    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running(Dated):
    """An organisation runs a provider."""

    org: str
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie(Dated):
    """What binds a person directly: an affiliation, or an interest that the person declared."""

    person: str
    kind: str
    org: str | None = None
    provider: str | None = None
    main: bool = False
    declared: date | None = None
    "the day of the declaration in which it stands"
    affiliation: bool = True
    hidden: bool = False
    "of which no more is said than that it is declared: private, of a family, or without consent"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """All ties of one state of the records. Affiliations and declarations are apart: a declaration has its own day."""

    steps: Mapping[str, tuple[Step, ...]]
    running: Mapping[str, tuple[Running, ...]]
    affiliations: Mapping[str, tuple[Tie, ...]]
    unlinked: Mapping[str, tuple[tuple[Interval, str], ...]]
    "employers of whom there is no record: nothing is known of whom they work for"
    declarations: Mapping[str, tuple[Declaration, ...]]
    "by person, the oldest first"
    names: Mapping[str, tuple[tuple[str, str, str], ...]]
    "by its first word, each name of a provider, organisation or person with what it names"


class _Same:
    """The records that ties are read from, equal to those of another state where the very same objects stand."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._ids = tuple(id(one) for model in (Person, Org, Provider, Declaration) for one in tree.all(model))

    def __hash__(self) -> int:
        return hash(self._ids)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._ids == other._ids


@lru_cache(maxsize=8)
def facts_of(tree: Tree) -> Facts:
    """Index a state of the records; states that differ in other records only have the same index."""
    return _facts(_Same(tree))


@lru_cache(maxsize=4)
def _facts(same: _Same) -> Facts:
    tree = same.tree  # is kept with the key, so that no identity in it is given to another object
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    for step in _steps(tree):
        steps[step.start].append(step)
    running: defaultdict[str, list[Running]] = defaultdict(list)
    for one in tree.all(Provider):
        for its in one.record.operators:
            running[its.org].append(Running(org=its.org, provider=one.id, since=its.from_, until=its.to))
    declarations: defaultdict[str, list[Declaration]] = defaultdict(list)
    for made in sorted((one.record for one in tree.all(Declaration)), key=lambda one: (one.date_, one.id)):
        declarations[made.person].append(made)
    people = [one.record for one in tree.all(Person)]
    return Facts(
        steps={org: tuple(sorted(ones, key=lambda one: (one.end, one.relation))) for org, ones in steps.items()},
        running={org: tuple(ones) for org, ones in running.items()},
        affiliations={one.id: tuple(_tie(one.id, each) for each in one.affiliations if each.org) for one in people},
        unlinked={
            one.id: tuple((each, each.employer) for each in one.affiliations if each.employer and not each.org)
            for one in people
        },
        declarations={person: tuple(ones) for person, ones in declarations.items()},
        names=_names(tree),
    )


def _names(tree: Tree) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    names: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    every = [
        *((p.record.name, "providers", p.id) for p in tree.all(Provider)),
        *((name, "orgs", o.id) for o in tree.all(Org) for name in (o.record.name, *o.record.aka)),
        *((p.record.name, "persons", p.id) for p in tree.all(Person)),
    ]
    for name, key, identity in every:
        words = WORD.findall(name.casefold())
        if words:
            names[words[0]].append((name.casefold(), key, identity))
    return {word: tuple(ones) for word, ones in names.items()}


def _steps(tree: Tree) -> Iterator[Step]:
    for one in tree.all(Org):
        for edge in one.record.parents:
            yield Step(relation="belongs", start=one.id, end=edge.org, since=edge.from_, until=edge.to)
            yield Step(relation="controls", start=edge.org, end=one.id, since=edge.from_, until=edge.to)
        for edge in one.record.contracts_for:
            yield Step(relation="contract", start=one.id, end=edge.org, since=edge.from_, until=edge.to)


def _tie(person: str, one: Affiliation) -> Tie:
    return Tie(
        person=person,
        kind=one.kind,
        org=one.org,
        main=one.share == "main",
        since=one.from_,
        until=one.to,
        hidden=one.consent_public is False,
    )


def declared_tie(person: str, made: date, interest: Interest) -> Tie | None:
    """Return what a declared interest binds to, or None if only that it exists is public."""
    subject = interest.subject
    if subject.org is None and subject.provider is None:
        return None
    return Tie(
        person=person,
        kind=interest.kind,
        org=subject.org,
        provider=subject.provider,
        since=interest.from_,
        until=interest.to,
        declared=made,
        affiliation=False,
        hidden=subject.private or interest.kind in {"family", "declared"},
    )
