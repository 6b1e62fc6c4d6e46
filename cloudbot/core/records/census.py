"""How many people there are and in which ways: counts of a day, never a ranking, never a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.people import Newcomer, Person
from cloudbot.core.records.kinds.work import Area
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from cloudbot.core.records.tree import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The people of the team on a day. One person may stand in several counts."""

    people: int
    delegates: int | None
    "None where there is no act on a delegation by that day"
    perhaps: int
    "of whom the acts do not tell whether they are delegates"
    trainees: int
    newcomers: int
    away: int


def count(view: View) -> Census:
    """Count who is of the team on the day of the view, delegates of any team, learners, newcomers, and who is away."""
    people = {one.id: one.record for one in view.all(Person) if not has_left(view, one.id)}
    standings = delegates_on(view, view.on)
    active = frozenset[str]().union(*(one.active for one in standings.values()))
    unknown = frozenset[str]().union(*(one.unknown for one in standings.values())) - active
    learning = {trainee.person for one in view.all(Area) for trainee in one.record.trainees}
    learning |= {skill.person for one in view.all(Area) for skill in one.record.people if skill.level == "trainee"}
    coming = {one.record.person for one in view.all(Newcomer) if one.record.closed is None}
    coming |= {name for name, person in people.items() if person.newcomer is not None}
    return Census(
        people=len(people),
        delegates=len(active) if standings else None,
        perhaps=len(unknown),
        trainees=len(learning & people.keys()),
        newcomers=len(coming & people.keys()),
        away=sum(person.away_until is not None and view.on < person.away_until for person in people.values()),
    )
