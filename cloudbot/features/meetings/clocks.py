"""The timers of a meeting: set when it begins, forgotten when it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import SetTimer
from cloudbot.core.meetings import walking
from cloudbot.features.meetings.saying import TIMER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.features.meetings.document import Held

BEFORE_END = timedelta(minutes=5)
"""How long before its end the time that is left is told."""
OFTEN = timedelta(minutes=1)
"""How often the log of a running meeting is published, if anything was said."""


def timers(held: Held) -> tuple[str, ...]:
    """Return the names of a meeting's timers."""
    return tuple(f"{TIMER}{held.began}/{what}" for what in ("idle", "clock", "log", "item"))


def begun(held: Held, world: World) -> Iterator[SetTimer]:
    """Set the timers of a meeting that begins."""
    idle, clock, log, _ = timers(held)
    yield SetTimer(name=idle, due=held.started + held.prepared.idle)
    planned = held.prepared.series != "" or held.prepared.agenda != ()
    if planned and held.prepared.duration > BEFORE_END:
        yield SetTimer(name=clock, due=held.started + held.prepared.duration - BEFORE_END)
    if world.team.site and held.prepared.publish_log:
        yield SetTimer(name=log, due=held.started + OFTEN)


def item(held: Held, meeting: Meeting) -> Iterator[SetTimer]:
    """Set the clock of the agenda's item that was taken up."""
    now = walking.clock(meeting)
    if now is not None:
        yield SetTimer(name=timers(held)[3], due=now.due)
