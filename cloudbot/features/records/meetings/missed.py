"""A meeting that did not happen: said once, two hours after its time. Its agenda and its actions stay as they are.

What tells that it happened is a meeting of the series in the state, or its minutes in the records. A bot that was away
for longer than half a day says nothing: it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, CancelTimer, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import RecordsCommitted, RecordsSeen, TimerFired
from cloudbot.core.meetings.when import BadRule, next_time
from cloudbot.core.records.kinds.meetings import Minutes, Series
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.records.meetings.meant import going_on
from cloudbot.features.records.meetings.planning import PATIENCE, is_extraordinary, plan, planned_at, rhythm_of

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import Filed, View

TIMER = "meetings/missed/"
AROUND = timedelta(hours=3)
"""How far from its planned time a meeting that was held is that one."""
LATEST = timedelta(hours=12)
"""How long after that the line may still come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The meetings that are waited for: by series, when the next one is planned."""

    planned: dict[str, datetime] = field(default_factory=dict)


def react(known: Missed, fact: Fact, world: World) -> Reaction[Missed]:
    """Wait for each series' next meeting; tell of one that was not held, and wait for the next."""
    if world.records is None:
        return Reaction(known)
    view = world.records.at(fact.at)
    match fact:
        case RecordsSeen() | RecordsCommitted():
            return _armed(known, view, fact.at)
        case TimerFired(name=name) if name.startswith(TIMER):
            line = _line(known, name.removeprefix(TIMER), fact, view, world)
            armed = _armed(known, view, fact.at)
            return Reaction(armed.document, (*line, *armed.effects))
        case _:
            return Reaction(known)


def _armed(known: Missed, view: View, at: datetime) -> Reaction[Missed]:
    """Set a timer for each series whose next meeting is another one than was known."""
    planned = {one.id: when for one in going_on(view) if (when := _next(one.record, at)) is not None}
    effects: list[Effect] = [CancelTimer(name=TIMER + name) for name in known.planned.keys() - planned.keys()]
    for name, when in planned.items():
        if known.planned.get(name) != when:
            effects.append(SetTimer(name=TIMER + name, due=when + PATIENCE))
    return Reaction(replace(known, planned=planned) if planned != known.planned else known, tuple(effects))


def _next(series: Series, at: datetime) -> datetime | None:
    """Return when the meeting is planned that is still waited for."""
    try:
        return next_time(rhythm_of(series), at - PATIENCE)
    except BadRule:
        return None


def _line(known: Missed, name: str, fact: TimerFired, view: View, world: World) -> tuple[Announce, ...]:
    when = known.planned.get(name)
    series = next((one for one in going_on(view) if one.id == name), None)
    if when is None or series is None or fact.at < when + PATIENCE or fact.at > when + PATIENCE + LATEST:
        return ()
    if was_held(series, when, view, world):
        return ()
    return (_announce(series, when, view, world),)


def was_held(series: Filed[Series], when: datetime, view: View, world: World) -> bool:
    """Whether a meeting of the series began near the planned time, or earlier in its place."""
    seen = world.document(Meetings)
    begun = [one.started for one in seen.held if one.prepared.series == series.id]
    begun += [one.started for one in seen.past if one.series == series.id]
    begun += [one.record.started for one in view.all(Minutes) if one.record.series == series.id]
    rhythm = rhythm_of(series.record)

    def is_that_one(started: datetime) -> bool:
        early = planned_at(rhythm, started) == when and not is_extraordinary(rhythm, started)
        return early or abs(started - when) <= AROUND

    return any(is_that_one(started) for started in begun)


def _announce(series: Filed[Series], when: datetime, view: View, world: World) -> Announce:
    following = next_time(rhythm_of(series.record), world.at)
    count = len(plan(world, view, series).agenda)
    return Announce(
        key=f"meetings/missed/{series.id}/{when:%Y-%m-%dT%H:%M}",
        words="irc/agenda_missed",
        values={"title": series.record.title, "when": when, "next": following, "count": count},
        gist=f"{series.record.title} was not held",
        event="meeting",
        about=f"meetings/missed/{series.id}",
        expires=world.at + LATEST,
    )


missed = Feature(name="missed_meetings", document=Missed, react=react)
