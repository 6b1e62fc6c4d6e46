"""The next meeting of a series as it is planned: when, what is on its agenda, who takes the chair, who cannot come.

Everything is made anew from the records and the state; nothing of it is kept. So a meeting that did not happen leaves
its items where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cloudbot.core.meetings.agenda import Budget, Changed, Gathered, budget, compose
from cloudbot.core.meetings.planned import Planned
from cloudbot.core.meetings.when import BadRule, Rhythm, last_time, next_time
from cloudbot.core.records.kinds.meetings import Agenda, Minutes, Series
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.tree import Filed
from cloudbot.features.records.meetings.drafting import drafted
from cloudbot.features.records.meetings.reviewing import review

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cloudbot.core.engine import World
    from cloudbot.core.records.kinds.meetings import AgendaItem, Standing
    from cloudbot.core.records.tree import View

    Source = Literal["added", "left over", "merge request", "mail"]

PATIENCE = timedelta(hours=2)
"""How long after its planned time a meeting is still waited for, or going on."""
EARLY = timedelta(hours=36)
"""How long before its planned time a meeting is still that one: held a day earlier, but not in another week."""
MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next meeting of a series."""

    series: Filed[Series]
    at: datetime | None
    "when it begins; None where its rule gives no day, or cannot be read"
    agenda: tuple[Planned, ...]
    budget: Budget
    gathered: Gathered
    "what the agenda is made from, also what somebody took off"
    chair: str = ""
    "the record of the person"
    said: bool = False
    "whether the chair said so; else it is their turn"
    regrets: tuple[str, ...] = ()
    held: Filed[Agenda] | None = None
    "the agenda's record; None while nothing was put there"
    following: datetime | None = None
    "when the meeting after it begins"
    last: Minutes | None = None
    "of the last meeting that was held"

    @property
    def record(self) -> Agenda | None:
        """What people put on the agenda and changed of it."""
        return self.held.record if self.held is not None else None

    def together_with(self, one: Planned) -> tuple[Planned, ...]:
        """Return the agenda with one more item that somebody added."""
        added = (*self.gathered.added, one)
        return compose(replace(self.gathered, added=added), _changed(self.record))


def plan(world: World, view: View, series: Filed[Series]) -> Plan:
    """Put the next meeting of a series together, as of the instant of the world."""
    rhythm, filed = rhythm_of(series.record), next((one for one in view.all(Agenda) if one.id == series.id), None)
    held = filed.record if filed is not None else None
    at, last = planned_at(rhythm, world.at), last_held(view, series.id)
    gathered = _gathered(world, view, series.record, held, rhythm, at)
    agenda = compose(gathered, _changed(held))
    regrets = _sorry(held, before(rhythm, at), last)
    chosen = _chosen(held, regrets, before(rhythm, at), last)
    return Plan(
        series=series,
        at=at,
        agenda=agenda,
        budget=budget(agenda, series.record.duration),
        chair=chosen or turn(view, series.record, last, regrets, at.date() if at is not None else view.on),
        said=bool(chosen),
        regrets=regrets,
        gathered=gathered,
        held=filed,
        following=next_time(rhythm, at) if at is not None else None,
        last=last,
    )


def rhythm_of(series: Series) -> Rhythm:
    """Return when a series comes together."""
    return Rhythm(rule=series.rule, time=series.time, zone=series.zone, first=series.from_, end=series.to)


def planned_at(rhythm: Rhythm, at: datetime) -> datetime | None:
    """Return when the meeting begins, or began, that is the next one: one that may be going on is still it."""
    try:
        return next_time(rhythm, at - PATIENCE)
    except BadRule:
        return None


def is_extraordinary(rhythm: Rhythm, at: datetime) -> bool:
    """Whether a meeting that begins at an instant comes long before the planned one, which is still to come then."""
    planned = planned_at(rhythm, at)
    return planned is not None and planned - at > EARLY


def before(rhythm: Rhythm, at: datetime | None) -> date | None:
    """Return the day of the planned meeting before one."""
    earlier = last_time(rhythm, at - timedelta(minutes=1)) if at is not None else None
    return None if earlier is None else earlier.date()


def is_too_early(planned: Plan, day: date) -> bool:
    """Whether what is said on a day of the next meeting would be taken for the one before, that did not happen."""
    return _is_over(day, before(rhythm_of(planned.series.record), planned.at), planned.last)


def _sorry(held: Agenda | None, earlier: date | None, last: Minutes | None) -> tuple[str, ...]:
    """Return who cannot come. What was said for a meeting before, that did not happen, is over."""
    every = held.regrets if held is not None else ()
    return tuple(sorted({one.person for one in every if not _is_over(one.at, earlier, last)}))


def last_held(view: View, series: str) -> Minutes | None:
    """Return the minutes of the last meeting of a series; its date is not after today."""
    found = [
        one.record for one in view.all(Minutes) if one.record.series == series and one.record.ended.date() <= view.on
    ]
    return max(found, key=lambda one: (one.started, one.id), default=None)


def _gathered(
    world: World, view: View, series: Series, held: Agenda | None, rhythm: Rhythm, at: datetime | None
) -> Gathered:
    items = held.items if held is not None else ()
    last = last_held(view, series.id)
    return Gathered(
        left=tuple(_put(one) for one in items if one.source == "left over"),
        actions=review(view, None if last is None else last.started.date()),
        standing=tuple(_standing(one) for one in series.standing if not one.closes),
        added=tuple(_put(one) for one in items if one.source != "left over"),
        drafted=drafted(world, view, _following(rhythm, at, world.at)),
        closing=tuple(_standing(one) for one in series.standing if one.closes),
    )


def _following(rhythm: Rhythm, at: datetime | None, now: datetime) -> date:
    """Return the day of the meeting after the next one, before which that one has to decide."""
    after = next_time(rhythm, at) if at is not None else None
    return (after or (at or now) + MONTH).date()


def _put(one: AgendaItem) -> Planned:
    return Planned(
        id=one.id,
        text=one.text,
        source=one.source,
        minutes=one.minutes,
        owner=one.owner or one.by or "",
        link=one.link or "",
        lines=(f"left over {one.left} times",) if one.left > 1 else (),
        providers=one.providers,
    )


def _standing(one: Standing) -> Planned:
    return Planned(
        id=one.id,
        text=one.text,
        source="standing",
        minutes=one.minutes,
        owner=one.owner or "",
        providers=one.providers,
    )


def _changed(held: Agenda | None) -> Changed:
    if held is None:
        return Changed()
    return Changed(hidden=frozenset(held.hidden), order=held.order, minutes=held.times)


def _chosen(held: Agenda | None, regrets: Sequence[str], earlier: date | None, last: Minutes | None) -> str:
    """Return who said that they take the chair, for this meeting, and can still come."""
    chair = held.chair if held is not None and not _is_over(held.chair_at, earlier, last) else None
    return chair if chair is not None and chair not in regrets else ""


def _is_over(said: date | None, earlier: date | None, last: Minutes | None) -> bool:
    """Whether something was said for a meeting before, that did not happen; `earlier` is the day it was planned for.

    What was said for one that was held is taken out with its minutes: what is there from its day came after it.
    """
    if said is None or earlier is None:
        return False
    held = last is not None and last.started.date() == earlier
    return said < earlier or (said == earlier and not held)


def turn(view: View, series: Series, last: Minutes | None, regrets: Sequence[str], day: date) -> str:
    """Return whose turn it is to chair: who can come and is next in the rota after who chaired last.

    Where nobody of a rota can, the facilitator chairs, else the backup; empty where nobody can.
    """
    chaired = [chair.person for chair in last.chairs] if last is not None else []
    before = next((person for person in chaired if person in series.rota), None)
    start = series.rota.index(before) + 1 if before is not None else 0
    order = (*series.rota[start:], *series.rota[:start], series.facilitator, series.backup)
    return next((one for one in order if one is not None and one not in regrets and _comes(view, one, day)), "")


def _comes(view: View, name: str, day: date) -> bool:
    """Whether somebody is of the team and not away on a day."""
    person = view.get(Person, "person", name)
    return (
        person is not None
        and (person.left is None or day < person.left)
        and (person.away_until is None or person.away_until <= day)
    )
