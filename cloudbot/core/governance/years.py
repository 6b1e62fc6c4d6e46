"""Rules over years: for every day of a span who would break them, looked at only where a fact begins or ends.

Between the days on which something changes nothing does, so each person is asked anew when a fact of theirs changes, or
one between organisations; the others keep what was found. A day is the same as `breaches` says of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.governance.declared import last_day
from cloudbot.core.governance.eligibility import groups, rules_on
from cloudbot.core.governance.facts import facts_of
from cloudbot.core.governance.graph import change_days, graph_on
from cloudbot.core.governance.interests import interests_of
from cloudbot.core.governance.limits import most_of_one
from cloudbot.core.records.kinds.policies import CoiVersion, PolicyCoi

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.core.governance.interests import Interests
    from cloudbot.core.records.tree import View

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days, the last one included, on which the same holds: by version and group, how many people are over a limit."""

    first: date
    last: date
    over: Mapping[tuple[int, str], int]


def over_years(view: View, people: Iterable[str], team: str, first: date, last: date) -> tuple[Span, ...]:
    """Return, for every day from the first to the last, which rules a group of people would break, in spans of days."""
    group = sorted(set(people))
    changes = _changes(view, group, first, last)
    found: list[Span] = []
    held: dict[str, Interests] = {}
    counts = _Counts(rules=())
    days = sorted(changes)
    for number, day in enumerate(days):
        rules = rules_on(view, day, team)
        if rules != counts.rules:
            counts = _Counts(rules=rules)
            for person, its in held.items():
                counts.put(person, its)
        graph = graph_on(view.tree, day)
        for person in group if day == first else sorted(changes[day]):
            its = interests_of(view, person, day)
            before = held.get(person)
            if before is None or before.ties != its.ties or before.graph is not graph:
                held[person] = its
                counts.put(person, its)
        until = days[number + 1] - _DAY if number + 1 < len(days) else last
        over = counts.over(len(group))
        if found and found[-1].over == over:
            found[-1] = Span(first=found[-1].first, last=until, over=over)
        else:
            found.append(Span(first=day, last=until, over=over))
    return tuple(found)


class _Counts:
    """How many people are in each group of each rule, as one person after the other is put in."""

    def __init__(self, rules: tuple[CoiVersion, ...]) -> None:
        self.rules = rules
        self._of: dict[str, tuple[frozenset[str], ...]] = {}
        self._counts: list[defaultdict[str, int]] = [defaultdict(int) for _ in rules]

    def put(self, person: str, its: Interests) -> None:
        now = tuple(groups(rule, its) for rule in self.rules)
        before = self._of.get(person, tuple(frozenset[str]() for _ in self.rules))
        for count, was, there in zip(self._counts, before, now, strict=True):
            for group in was - there:
                count[group] -= 1
            for group in there - was:
                count[group] += 1
        self._of[person] = now

    def over(self, size: int) -> dict[tuple[int, str], int]:
        found: dict[tuple[int, str], int] = {}
        for rule, counts in zip(self.rules, self._counts, strict=True):
            most = most_of_one(rule, size)
            found |= {(rule.v, group): count for group, count in sorted(counts.items()) if count > most}
        return found


def _changes(view: View, people: list[str], first: date, last: date) -> dict[date, set[str]]:
    """Return the days on which something may change, each with whom it may change it for; the first day is one."""
    found: defaultdict[date, set[str]] = defaultdict(set, {first: set()})
    facts = facts_of(view.tree)

    def add(days: Iterable[date | None], whose: Iterable[str]) -> None:
        for day in days:
            if day is not None and first < day <= last:
                found[day].update(whose)

    for version in view.policy(PolicyCoi).versions:
        add((version.from_, version.to), ())
    add(change_days(view.tree), people)
    for person in people:
        for tie in facts.affiliations.get(person, ()):
            add((tie.since, tie.until), (person,))
        for made in facts.declarations.get(person, ()):
            add((made.date_, last_day(view, made) + _DAY), (person,))
            add((day for one in made.interests for day in (one.from_, one.to)), (person,))
    return found


def on_day(spans: tuple[Span, ...], day: date) -> Mapping[tuple[int, str], int]:
    """Return what holds on a day of the years that were looked at."""
    return spans[bisect_right(spans, day, key=lambda span: span.first) - 1].over


def every_day(spans: tuple[Span, ...]) -> Iterator[tuple[date, Mapping[tuple[int, str], int]]]:
    """Yield each day with what holds on it."""
    for span in spans:
        for number in range((span.last - span.first).days + 1):
            yield span.first + number * _DAY, span.over
