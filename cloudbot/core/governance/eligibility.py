"""Who may be a delegate: the rules in force on a day over the group that would be, with who is over which limit.

The rule is data with dates: of `policy/coi.toml` every version that holds on the day is applied, and nothing is applied
on days without one. Nothing follows by itself: nobody is removed, a break is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.governance.interests import interests_of, ways_to_org, ways_to_provider
from cloudbot.core.governance.limits import over_limit
from cloudbot.core.records.kinds.policies import CoiVersion, PolicyCoi
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cloudbot.core.governance.interests import Interests, Way
    from cloudbot.core.records.tree import View

DIRECT = frozenset({"employer", "organisation", "primary_affiliation"})
FAMILIES = frozenset({"coi_group", "related_entities", "related_companies"})
DELEGATES = "delegates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that a group of people does not keep on a day."""

    version: CoiVersion
    group: str
    people: tuple[str, ...]
    most: int
    last_day: date | None = None
    "the last day on which it may be so, where the rule gives days of grace and they are not over"

    @property
    def rule(self) -> str:
        """The name of the rule in findings."""
        return "C-FORBIDDEN" if self.version.form == "forbid" else "C-MAX"

    @property
    def subjects(self) -> tuple[str, ...]:
        """What findings of it are about: each person and group where any is too many, else the group and the count."""
        if self.version.form == "forbid":
            return tuple(f"{person}/{self.group}" for person in self.people)
        return (f"{self.group}/{len(self.people)}",)


def rules_on(view: View, day: date, team: str) -> tuple[CoiVersion, ...]:
    """Return the versions of the policy that hold on a day for the delegates of a team."""
    every = view.policy(PolicyCoi).versions
    return tuple(one for one in every if one.holds(day) and one.scope in {DELEGATES, team})


def breaches(
    view: View, people: Iterable[str], day: date, rules: Iterable[CoiVersion], *, appointing: bool = True
) -> tuple[Breach, ...]:
    """Say which of these rules a group would not keep on a day.

    Without `appointing` they sit already: what is looked at on an appointment only is left out, and what has days of
    grace and is not over them says the last of them.
    """
    held = {person: interests_of(view, person, day) for person in people}
    found: list[Breach] = []
    for rule in rules:
        if appointing or rule.when == "any_time":
            found += _over(rule, held)
    if appointing:
        return tuple(found)
    return tuple(_with_grace(view, frozenset(held), day, one) for one in found)


def _over(rule: CoiVersion, held: Mapping[str, Interests]) -> Iterator[Breach]:
    """Yield the breaches of one rule; of groups that the same people are in, the first by name stands for all."""
    said: set[tuple[str, ...]] = set()
    for over in over_limit(rule, {person: groups(rule, its) for person, its in held.items()}):
        if rule.group_by not in FAMILIES or over.people not in said:
            said.add(over.people)
            yield Breach(version=rule, group=over.group, people=over.people, most=over.most)


def groups(rule: CoiVersion, its: Interests) -> frozenset[str]:
    """Return the groups of the rule in which somebody is."""
    counted = frozenset(rule.interests)
    if rule.group_by in DIRECT:
        ties = (tie for tie in its.ties if tie.kind in counted and (tie.main or rule.group_by != "primary_affiliation"))
        return frozenset(tie.org for tie in ties if tie.org is not None)
    return its.orgs(counted) if rule.group_by in FAMILIES else its.providers(counted)


def ways_into(view: View, rule: CoiVersion, person: str, group: str, day: date) -> tuple[Way, ...]:
    """Return the ways by which somebody is in a group of the rule, that to be told first."""
    its = interests_of(view, person, day)
    by_org = rule.group_by in DIRECT | FAMILIES
    ways = ways_to_org(view, its, group, day) if by_org else ways_to_provider(view, its, group, day)
    return tuple(way for way in ways if way.kind in rule.interests and not (way.steps and rule.group_by in DIRECT))


def _with_grace(view: View, people: frozenset[str], day: date, one: Breach) -> Breach:
    """Say until when a break may last, if its days of grace are not over: counted from the first day of the break."""
    if not one.version.grace_days:
        return one
    since = day
    for back in range(1, one.version.grace_days + 2):
        before = day - timedelta(days=back)
        held = {person: interests_of(view, person, before) for person in people}
        if not any(each.group == one.group for each in _over(one.version, held)):
            break
        since = before
    else:
        return one
    last = since + timedelta(days=one.version.grace_days)
    return Breach(version=one.version, group=one.group, people=one.people, most=one.most, last_day=last)


def sitting(view: View, day: date) -> Mapping[str, frozenset[str]]:
    """Return the delegates of each team on a day, of whom the acts are sure."""
    return {team: standing.active for team, standing in delegates_on(view, day).items()}
