"""How many people can do what: the bus factor of each area, by evidence of the last year. Counts, never rankings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.work import Area, Skill
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View

_COUNTS = frozenset({"can", "leads"})
_TRAIN = 'somebody under people with level = "can" and evidence, or a trainee'


def fresh(view: View, skill: Skill) -> bool:
    """Whether there is evidence of a skill of the last year."""
    days = timedelta(days=view.policy(PolicyActivity).evidence_days)
    return skill.last_evidence is not None and view.on - days <= skill.last_evidence <= view.on


def covering(view: View, area: Area) -> frozenset[str]:
    """Return who can do it alone: `can` and above, with evidence of the last year, and still of the team."""
    return frozenset(
        s.person for s in area.people if s.level in _COUNTS and fresh(view, s) and not has_left(view, s.person)
    )


def has_left(view: View, name: str | None) -> bool:
    """Whether a person is no longer of the team on the day."""
    person = view.get(Person, "person", name)
    return person is not None and person.left is not None and person.left <= view.on


def below_target(view: View) -> Iterator[Hit]:
    """As many people can do it as the team wants. That one or nobody is left of a target of two, the next rules say."""
    for area, count in _counted(view):
        if count < area.record.target and not (count <= 1 and area.record.target == 2):  # noqa: PLR2004 - two is "not single"
            what = f"has {count} who can do it, and {area.record.target} are wanted"
            yield Hit(area, ("target",), area.id, what, _TRAIN)


def single(view: View) -> Iterator[Hit]:
    """More than one person can do it."""
    for area, count in _counted(view):
        if count == 1:
            (name,) = covering(view, area.record)
            yield Hit(area, ("people",), area.id, f"would have nobody without {name}", _TRAIN)


def nobody(view: View) -> Iterator[Hit]:
    """Somebody can do it: who merely knows about it, or is learning, does not count."""
    for area, count in _counted(view):
        if count == 0:
            yield Hit(area, ("people",), area.id, "has nobody who can do it", _TRAIN)


def _counted(view: View) -> Iterator[tuple[Filed[Area], int]]:
    return ((area, len(covering(view, area.record))) for area in view.all(Area))


def one_employer(view: View) -> Iterator[Hit]:
    """Not all who can do it work for one organisation."""
    for area in view.all(Area):
        names = covering(view, area.record)
        orgs = [employers(view, name) for name in names]
        common = frozenset.intersection(*orgs) if len(orgs) > 1 else frozenset()
        if common:
            yield Hit(area, ("people",), area.id, f"is done by people of {min(common)} alone", "somebody of elsewhere")


def employers(view: View, name: str) -> frozenset[str]:
    """Return the organisations a person works for on the day, employed or by contract."""
    person = view.get(Person, "person", name)
    held = () if person is None else person.affiliations
    return frozenset(a.org for a in held if a.org and a.kind in {"employment", "contract"} and a.holds(view.on))


def stale(view: View) -> Iterator[Hit]:
    """Evidence that somebody can do it is of the last year; without, the level does not count."""
    for area in view.all(Area):
        for number, skill in enumerate(area.record.people):
            seen = skill.last_evidence
            if skill.level in _COUNTS and not fresh(view, skill) and not (seen and seen > view.on):
                what = f"has no evidence of the last year for {skill.person}" + (
                    f", the last is of {seen}" if seen else ""
                )
                at = ("people", number)
                yield Hit(
                    area, at, f"{area.id}/{skill.person}", what, 'last_evidence = a newer day, or level = "knows"'
                )
