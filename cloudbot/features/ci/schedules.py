"""Pipeline schedules, and the one thing nobody notices: a run that did not happen.

GitLab writes when a schedule runs next, and moves that on when it starts a run. A schedule whose next run lies well in
the past did not run. It is told once, and once when it runs again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, Effect, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, SchedulesSeen, TimerFired
from cloudbot.core.forge import Schedule
from cloudbot.features.projects import Projects
from cloudbot.features.sources import Sources

if TYPE_CHECKING:
    from cloudbot.core.forge import Pipeline

DUE = "schedules/due"
GRACE = timedelta(minutes=150)
"""After a run is due. Schedules are read hourly and a busy GitLab starts them late."""
EXPIRES = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """The schedules as last read, and those that were told of as late."""

    forge: str = ""
    seen: datetime | None = None
    known: tuple[Schedule, ...] = ()
    late: tuple[Schedule, ...] = ()
    "as they were when their run was missed"


def several_run(known: Schedules, pipeline: Pipeline) -> bool:
    """Whether a scheduled pipeline cannot be given to a line yet: several schedules run there, and which is unknown."""
    if pipeline.source != "schedule" or pipeline.schedule:
        return False
    here = (pipeline.project, pipeline.ref)
    return sum(one.active and (one.project, one.ref) == here for one in known.known) > 1


def react(known: Schedules, fact: Fact, world: World) -> Reaction[Schedules]:
    """Take over a look; ask for late ones when the first may be."""
    match fact:
        case SchedulesSeen() if known.seen is None or fact.at >= known.seen:
            return _looked(known, fact, world)
        case TimerFired(name=name) if name == DUE:
            return _ask(known, fact.at, world)
        case _:
            return Reaction(known)


def _looked(known: Schedules, fact: SchedulesSeen, world: World) -> Reaction[Schedules]:
    now = {one.id: one for one in fact.schedules}
    back = [one for one in known.late if _has_run(one, now.get(one.id))]
    late = tuple(one for one in known.late if one.id in now and now[one.id].active and one not in back)
    after = Schedules(forge=fact.forge, seen=fact.at, known=fact.schedules, late=late)
    effects: list[Effect] = [_announce(one, world, runs=True) for one in back]
    return Reaction(after, (*effects, *_timer(after, fact.at)))


def _has_run(late: Schedule, now: Schedule | None) -> bool:
    return now is not None and now.active and now.next_run_at != late.next_run_at


def _ask(known: Schedules, at: datetime, world: World) -> Reaction[Schedules]:
    """Tell of those that did not run, but never on the word of a source that is away."""
    if known.forge in world.document(Sources).away:
        return Reaction(known, (SetTimer(name=DUE, due=at + GRACE),))
    told = {one.id for one in known.late}
    missed = [one for one in known.known if one.id not in told and _is_late(one, at)]
    after = replace(known, late=(*known.late, *missed))
    return Reaction(after, (*(_announce(one, world, runs=False) for one in missed), *_timer(after, at)))


def _is_late(schedule: Schedule, at: datetime) -> bool:
    return schedule.active and schedule.next_run_at is not None and at - schedule.next_run_at >= GRACE


def _timer(known: Schedules, at: datetime) -> tuple[SetTimer, ...]:
    told = {one.id for one in known.late}
    due = [
        one.next_run_at + GRACE
        for one in known.known
        if one.active and one.id not in told and one.next_run_at is not None
    ]
    return (SetTimer(name=DUE, due=max(min(due), at)),) if due else ()


def _announce(schedule: Schedule, world: World, *, runs: bool) -> Announce:
    name = f"{world.document(Projects).short(schedule.project)} {schedule.description or schedule.ref}"
    return Announce(
        key=f"schedules/{schedule.id}/{schedule.next_run_at:%Y-%m-%dT%H:%M}/{'runs' if runs else 'missed'}",
        words="irc/schedule_runs" if runs else "irc/schedule_missed",
        values={"name": name, "schedule": schedule, "at": world.at},
        gist=f"{name} runs again" if runs else f"{name} did not run",
        expires=world.at + EXPIRES,
        event="missed",
        about=f"schedules/{schedule.id}",
        noun="" if runs else "schedule",
        name=name,
        project=schedule.project,
        ref=schedule.ref,
        kind="schedule",
    )


schedules = Feature(name="schedules", document=Schedules, react=react)
