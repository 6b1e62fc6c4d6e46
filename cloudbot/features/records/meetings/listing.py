"""`!agenda`: when the next meeting is, who takes the chair, what is on it and whether that fits; or one item of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer
from cloudbot.core.meetings.agenda import found
from cloudbot.features.records.meetings.meant import NO, named_first, prefix, series_meant
from cloudbot.features.records.meetings.planning import plan
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from cloudbot.core.commands import Ask
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View
    from cloudbot.features.records.meetings.planning import Plan


def agenda(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!agenda [SERIES] [N|ID]`."""
    named, wanted = named_first(view, ask.args.get("text", ""))
    try:
        planned = plan(world, view, series_meant(view, ask.venue, named))
    except NotSo as no:
        return Answer(words=no.words, values=no.values)
    if not wanted:
        return _whole(planned, world, prefix(view, planned.series, ask.venue))
    place = found(planned.agenda, wanted)
    if place is None:
        return Answer(words=NO, values={"why": "item", "wanted": wanted, "count": len(planned.agenda)})
    values = {"number": place + 1, "count": len(planned.agenda), "item": planned.agenda[place]}
    return Answer(words="irc/agenda_item", values=values)


def _whole(planned: Plan, world: World, before: str) -> Answer:
    values = {
        "series": planned.series.record,
        "when": planned.at,
        "to_go": None if planned.at is None else planned.at - world.at,
        "items": planned.agenda,
        "budget": planned.budget,
        "chair": planned.chair,
        "said": planned.said,
        "regrets": planned.regrets,
        "before": before,
    }
    return Answer(words="irc/agenda", values=values)
