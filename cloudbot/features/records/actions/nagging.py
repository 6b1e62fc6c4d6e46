"""Reminders of actions, only as agreed: an owner who asked is reminded, by name, and nobody else ever is.

`weekly` comes a week after it was asked for and every week after that, `once` on the day the action is due or, without
one, a week after it was asked for. Who is away is left alone, and who has handed the action over.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, Effect, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import RecordsCommitted, RecordsSeen, TimerFired
from cloudbot.core.records.dues import Standing, still_open
from cloudbot.core.records.kinds.people import Person
from cloudbot.features.records.mornings import LATEST, next_morning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import View

TIMER = "nagging/morning"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nagging:
    """Who was reminded of what when."""

    due: datetime | None = None
    "when it is looked at next; None before the records were first seen"
    since: dict[str, datetime] = field(default_factory=dict)
    "by action and wish (`A-2019-001 weekly`): when it was last named or, before that, seen to be wished"
    over: dict[str, datetime] = field(default_factory=dict)
    "wishes for one reminder that were met"


def react(known: Nagging, fact: Fact, world: World) -> Reaction[Nagging]:
    """Learn what is wished; remind of it in the morning."""
    match fact:
        case RecordsSeen() | RecordsCommitted() if world.records is not None:
            learnt = _learnt(known, world.records.at(fact.at), fact.at)
            if learnt.due is not None:
                return Reaction(learnt)
            due = next_morning(fact.at)
            return Reaction(replace(learnt, due=due), (SetTimer(name=TIMER, due=due),))
        case TimerFired(name=name) if name == TIMER:
            return _morning(known, fact, world)
        case _:
            return Reaction(known)


def _wish(one: Standing) -> str:
    return f"{one.id} {one.action.nag}"


def _learnt(known: Nagging, view: View, at: datetime) -> Nagging:
    """Take over new wishes, and forget those that are no more."""
    wishes = {_wish(one) for one in _wished(view)}
    since = {name: known.since.get(name, at) for name in wishes}
    over = {name: when for name, when in known.over.items() if name in wishes}
    return replace(known, since=since, over=over)


def _wished(view: View) -> Iterator[Standing]:
    """Yield the open actions of which somebody who said yes to them wants to be reminded."""
    return (one for one in still_open(view) if one.action.nag is not None and one.hold == "yes")


def _morning(known: Nagging, fact: TimerFired, world: World) -> Reaction[Nagging]:
    due = next_morning(fact.at)
    timer = SetTimer(name=TIMER, due=due)
    rested = replace(known, due=due)
    if world.records is None or fact.at - fact.due > LATEST:
        return Reaction(rested, (timer,))
    view = world.records.at(fact.at)
    rested = _learnt(rested, view, fact.at)
    reminded: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in _wished(view):
        if one.action.owner is not None and not _is_away(view, one) and _is_time(rested, one, view):
            reminded[one.action.owner].append(one)
    named = {_wish(one): fact.at for many in reminded.values() for one in many}
    once = {name: at for name, at in named.items() if name.endswith(" once")}
    told = replace(rested, since={**rested.since, **named}, over={**rested.over, **once})
    return Reaction(told, (timer, *_lines(reminded, fact.at)))


def _is_time(known: Nagging, one: Standing, view: View) -> bool:
    name = _wish(one)
    if name in known.over:
        return False
    in_a_week = (known.since[name] + WEEK).date()
    if one.action.nag == "once" and one.due is not None:
        return view.on >= one.due
    return view.on >= in_a_week


def _is_away(view: View, one: Standing) -> bool:
    person = view.get(Person, "person", one.action.owner)
    return person is not None and person.away_until is not None and view.on < person.away_until


def _lines(reminded: Mapping[str, list[Standing]], at: datetime) -> Iterator[Effect]:
    for owner, many in sorted(reminded.items()):
        yield Announce(
            key=f"nag/{owner}/{at:%Y-%m-%d}",
            words="irc/action_nag",
            values={"owner": owner, "actions": many},
            gist=f"{owner}: {', '.join(one.id for one in many)}",
            expires=at + LATEST,
            event="action",
            about=f"action/{owner}",
            rings=(owner,),
        )


nagging = Feature(name="nagging", document=Nagging, react=react)
