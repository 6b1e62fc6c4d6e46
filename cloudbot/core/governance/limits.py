"""How many of one group may sit together, by the four forms of a rule. Pure numbers: who is in which group is given.

The forms are those found in thirteen rules (Debian's cloud team, PEP 13, Nix, Kubernetes, OpenStack, Rust, W3C, CNCF,
IETF). Whoever is in no group is never counted: three independent people are no cluster.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cloudbot.core.records.kinds.policies import CoiVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """More people of one group than the rule allows."""

    group: str
    people: tuple[str, ...]
    most: int


def most_of_one(rule: CoiVersion, size: int) -> int:
    """Return how many of one group may be in a body of so many people.

    A fraction of seats does not shrink with vacancies. A table of sizes names from how many people on a limit holds.
    """
    match rule.form:
        case "forbid":
            return 0
        case "max_count":
            return rule.max or 0
        case "max_fraction":
            base = size if rule.base == "members" else rule.seats or size
            share = (rule.num or 0) * base
            return (share if rule.inclusive else share - 1) // (rule.den or 1)
        case "size_table":
            table = {int(least): most for least, most in (rule.sizes or {}).items()}
            return table[max(fitting)] if (fitting := [least for least in table if least <= size]) else 0


def over_limit(rule: CoiVersion, members: Mapping[str, Collection[str]]) -> tuple[Over, ...]:
    """Return the groups of which too many sit together, by name. `members` says of each person in which groups."""
    most = most_of_one(rule, len(members))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for person, groups in sorted(members.items()):
        for group in groups:
            found[group].append(person)
    return tuple(
        Over(group=group, people=tuple(people), most=most)
        for group, people in sorted(found.items())
        if len(people) > most
    )
