"""What would be if some people were delegates: asked before anybody is, and nothing is proposed or kept by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.governance.declared import WANTING, Declared, declared_on
from cloudbot.core.governance.eligibility import Breach, breaches, rules_on, sitting, ways_into
from cloudbot.core.governance.explaining import explained
from cloudbot.core.governance.limits import most_of_one
from cloudbot.core.records.kinds.policies import CoiVersion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.records.tree import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A rule and what the group that would be is by it."""

    version: CoiVersion
    most: int
    "how many of one group may be in it"
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """Some people beside the delegates of a team on a day."""

    team: str
    group: tuple[str, ...]
    rules: tuple[Told, ...]
    ways: Mapping[str, str]
    "of those over a limit, why they count"
    wanting: Mapping[str, Declared]
    "whose declaration is missing, old or contradicted, of those asked about"


def if_appointed(view: View, people: Iterable[str], team: str) -> Candidacy:
    """Reckon what would stand against these people as delegates of a team on the day of the view."""
    asked = frozenset(people)
    group = tuple(sorted(asked | sitting(view, view.on).get(team, frozenset())))
    rules = rules_on(view, view.on, team)
    told = [
        Told(version=one, most=most_of_one(one, len(group)), breaches=breaches(view, group, view.on, [one]))
        for one in rules
    ]
    ways = {
        person: explained(view, ways_into(view, breach.version, person, breach.group, view.on)[0])
        for one in told
        for breach in one.breaches
        for person in breach.people
    }
    declared = {person: declared_on(view, person, view.on) for person in sorted(asked)}
    wanting = {person: one for person, one in declared.items() if one.state in WANTING}
    return Candidacy(team=team, group=group, rules=tuple(told), ways=ways, wanting=wanting)
