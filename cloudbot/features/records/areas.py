"""`!bus`: how many people can do what, by area: the claims of the records, and what git says of the area's paths.

Counts and names of who can be asked, never a ranking of people; of git only counts are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import PathCommitsSeen
from cloudbot.core.records.checks import areas as rules
from cloudbot.core.records.checks.areas import covering, employers, fresh, has_left
from cloudbot.core.records.concentration import concentration
from cloudbot.core.records.kinds.work import Area
from cloudbot.features.records.answering import age, from_records, meant, none_such

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.facts import Fact
    from cloudbot.core.records.kinds.work import Skill
    from cloudbot.core.records.tree import Filed, View

_LEVELS = ("leads", "can", "knows", "trainee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The commits to the paths of one area, by author, without names."""

    at: datetime
    since: datetime
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What git says, by area."""

    areas: dict[str, Measure] = field(default_factory=dict)


def react(known: Measured, fact: Fact, world: World) -> Reaction[Measured]:
    """Take over a look at the paths of an area; areas that the records no longer have are forgotten."""
    if not isinstance(fact, PathCommitsSeen):
        return Reaction(known)
    before = known.areas.get(fact.area)
    if before is not None and fact.at < before.at:
        return Reaction(known)
    there = None if world.records is None else {one.id for one in world.records.at(fact.at).all(Area)}
    kept = {name: one for name, one in known.areas.items() if there is None or name in there}
    measure = Measure(at=fact.at, since=fact.since, counts=fact.counts)
    return Reaction(Measured(areas={**kept, fact.area: measure}))


def bus(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!bus` over all areas, or of one."""
    every, wanted = view.all(Area), ask.args.get("area")
    if wanted is None:
        return Answer(words="irc/bus", values=_overview(every, world, view))
    found = meant(wanted, every, lambda area: (area.title, *area.was))
    if isinstance(found, tuple):
        return none_such("area", wanted, found, every)
    return Answer(words="irc/bus_area", values=_of_one(found, world, view))


def _overview(every: Iterable[Filed[Area]], world: World, view: View) -> dict[str, object]:
    counts = {one.id: (len(covering(view, one.record)), one.record.target) for one in every}
    measured = {name: concentration(one.counts) for name, one in world.document(Measured).areas.items()}
    return {
        "areas": len(counts),
        "nobody": [name for name, (count, _) in counts.items() if count == 0],
        "single": [name for name, (count, _) in counts.items() if count == 1],
        "below": [name for name, (count, target) in counts.items() if count < target],
        "one_employer": [hit.subject for hit in rules.one_employer(view)],
        "stale": sorted({hit.subject.partition("/")[0] for hit in rules.stale(view)}),
        "mostly": [(name, one) for name, one in measured.items() if name in counts and one.half == 1],
    }


def _of_one(one: Filed[Area], world: World, view: View) -> dict[str, object]:
    area, can = one.record, covering(view, one.record)
    there = [skill for skill in area.people if not has_left(view, skill.person)]
    holders = {access.person: access.to for access in area.access if not has_left(view, access.person)}
    learning = [t.person for t in area.trainees] + [s.person for s in there if s.level == "trainee"]
    measure = world.document(Measured).areas.get(one.id)
    return {
        "id": one.id,
        "area": area,
        "can": [(skill, age(view, skill.last_evidence)) for skill in _in_order(there, can) if skill.last_evidence],
        "old": [skill for skill in there if skill.level in {"can", "leads"} and not fresh(view, skill)],
        "knows": [skill.person for skill in there if skill.level == "knows"],
        "learning": [name for name in dict.fromkeys(learning) if not has_left(view, name)],
        "holders": holders,
        "no_access": sorted(can - holders.keys()) if holders else [],
        "no_skill": sorted(holders.keys() - can),
        "behind": sorted({org for name in can for org in employers(view, name)}),
        "alone": next((hit.subject for hit in rules.one_employer(view) if hit.subject == one.id), None),
        "measure": measure,
        "counted": world.at - measure.at if measure is not None else None,
        "git": concentration(measure.counts) if measure is not None else None,
    }


def _in_order(skills: Iterable[Skill], can: frozenset[str]) -> list[Skill]:
    """Put who can do it by level and by the age of evidence."""
    by_age = sorted((one for one in skills if one.person in can), key=lambda one: str(one.last_evidence), reverse=True)
    return sorted(by_age, key=lambda one: _LEVELS.index(one.level))


areas = Feature(
    name="areas",
    document=Measured,
    react=react,
    commands=(
        Command(
            name="bus",
            help="which areas of the work rest on nobody, one person or fewer than wanted; who can do one of them",
            params=(Param(name="area", kind="rest", optional=True),),
            answer=from_records(bus),
            examples=("!bus", "!bus publish"),
        ),
    ),
)
