"""The meetings of the records: those that ended, however new the bot's state is, and the next one of each series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.meetings.minutes.markdown import DECIDED
from cloudbot.core.meetings.minutes.names import channel
from cloudbot.core.meetings.when import BadRule, next_time
from cloudbot.core.records.kinds.meetings import Minutes
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import Past
from cloudbot.features.meetings.sources import Coming, Sources, remembered
from cloudbot.features.records.meetings.meant import going_on
from cloudbot.features.records.meetings.planning import rhythm_of
from cloudbot.features.records.meetings.searching import search

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.engine import World
    from cloudbot.core.records.kinds.meetings import Series

LOG = ".log.html"


def past(world: World) -> tuple[Past, ...]:
    """Return the meetings that ended, oldest first: as the state remembers them, else as the records have them."""
    known = remembered(world)
    if world.records is None:
        return known
    names = {one.stem.rpartition("/")[2] for one in known}
    every = world.records.at(world.at).all(Minutes)
    recorded = (_past(one.record) for one in every if one.id not in names)
    return tuple(sorted((*known, *recorded), key=lambda one: one.started))


def _past(record: Minutes) -> Past:
    network, _, name = record.channel.partition("/")
    log = record.log or ""
    return Past(
        stem=f"{channel(name)}/{record.started:%Y}/{record.id}",
        venue=Venue(network, name),
        title=f"{name}: {record.title}" if record.title else f"{name} Meeting",
        started=record.started,
        ended=record.ended,
        people=sum(one.lines > 0 for one in record.present),
        decisions=len(record.decisions),
        actions=sum(one.kind == "action" for one in record.items),
        topics=tuple(one.text for one in record.items if one.kind == "topic"),
        series=record.series or "",
        decided=tuple(one.text for one in record.items if one.kind in DECIDED),
        url=f"{log.removesuffix(LOG)}.html" if log.endswith(LOG) else log,
    )


def coming(world: World) -> tuple[Coming, ...]:
    """Return the next meeting of each series, the nearest first."""
    if world.records is None:
        return ()
    every = (one.record for one in going_on(world.records.at(world.at)))
    found = [
        Coming(title=one.title, at=at, channel=one.channel.rpartition("/")[2])
        for one in every
        if (at := _next(one, world.at)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.title)))


def _next(series: Series, at: datetime) -> datetime | None:
    try:
        return next_time(rhythm_of(series), at)
    except BadRule:
        return None


SOURCES = Sources(search=search, past=past, coming=coming)
