"""`!sprint` and `!sprints`: when and where, what is still shut and what opens it, what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer
from cloudbot.core.records.dues import OPEN, of_sprint, standing
from cloudbot.core.records.gates import ahead, attendees, claims_end, gates, is_over, next_sprint, report_due
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.features.records.answering import meant, none_such

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.commands import Ask
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View


def sprint(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!sprint`: the next one, or the one named."""
    wanted, every = ask.args.get("text", "").strip(), view.all(Sprint)
    if not wanted:
        found = next_sprint(view)
        return Answer(words="irc/sprint_none") if found is None else _one(view, found)
    named = meant(wanted, every, lambda each: (each.title,))
    return none_such("sprint", wanted, named, every) if isinstance(named, tuple) else _one(view, named)


def _one(view: View, found: Filed[Sprint]) -> Answer:
    return Answer(words="irc/sprint", values=figures(view, found))


def figures(view: View, one: Filed[Sprint]) -> Mapping[str, object]:
    """Reckon what a line or a page tells of a sprint on the day."""
    record = one.record
    first, last = record.dates.from_, record.dates.to
    promised = of_sprint(view, one.id)
    return {
        "id": one.id,
        "sprint": record,
        "on": view.on,
        "first": first,
        "last": last,
        "ahead": ahead(view, record),
        "over": is_over(view, record),
        "off": record.state in {"cancelled", "declined"},
        "to_go": None if first is None else (first - view.on).days,
        "since": None if last is None else (view.on - last).days,
        "gates": gates(view, one),
        "people": attendees(view, one.id),
        "promised": len(promised),
        "done": sum(each.record.state == "done" for each in promised),
        "open": [standing(view, each) for each in promised if each.record.state in OPEN],
        "promises": [standing(view, each) for each in promised],
        "report_due": report_due(record),
        "claims_end": claims_end(record),
    }


def page(world: World, name: str) -> Mapping[str, object] | None:
    """Collect what the page of a sprint shows, of the next one without a name; None if there is none."""
    if world.records is None:
        return None
    view = world.records.at(world.at)
    found = next_sprint(view) if not name else next((one for one in view.all(Sprint) if one.id == name), None)
    if found is None:
        return None
    others = tuple(one for one in view.all(Sprint) if one.id != found.id)
    more = {"team": world.team.name, "at": world.at, "commit": world.records.short, "others": others}
    return {**figures(view, found), **more}


def sprints(_ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!sprints`: all of them, the newest first."""
    every = sorted(view.all(Sprint), key=lambda one: (str(one.record.dates.from_ or "9"), one.id), reverse=True)
    return Answer(words="irc/sprints", values={"sprints": every})
