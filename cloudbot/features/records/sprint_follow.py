"""What is said unasked of a sprint that is over: once what became of its promises, once that its report is owed.

A sprint of long ago is not told: what the bot first hears of when it is late already is learnt in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import RecordsCommitted, RecordsSeen, TimerFired
from cloudbot.core.records.gates import OFF, report_due
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.features.records.mornings import LATEST, next_morning
from cloudbot.features.records.sprint_list import figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import Filed, View

TIMER = "sprints/morning"
WINDOW = timedelta(days=14)
"""How long after its day a line may still come, if the bot was away on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was told of which sprint."""

    due: datetime | None = None
    "when it is looked at next; None before the records were first seen"
    told: dict[str, datetime] = field(default_factory=dict)
    "by sprint and news: `s2019 promises`"


def react(known: Followed, fact: Fact, world: World) -> Reaction[Followed]:
    """Begin to look when there are records; look every morning."""
    match fact:
        case RecordsSeen() | RecordsCommitted() if world.records is not None and known.due is None:
            due = next_morning(fact.at)
            return Reaction(replace(known, due=due), (SetTimer(name=TIMER, due=due),))
        case TimerFired(name=name) if name == TIMER:
            return _morning(known, fact, world)
        case _:
            return Reaction(known)


def _morning(known: Followed, fact: TimerFired, world: World) -> Reaction[Followed]:
    due = next_morning(fact.at)
    timer = SetTimer(name=TIMER, due=due)
    if world.records is None or fact.at - fact.due > LATEST:
        return Reaction(replace(known, due=due), (timer,))
    view = world.records.at(fact.at)
    news = [(name, line) for name, line in _news(view, fact.at) if name not in known.told]
    told = {**known.told, **{name: fact.at for name, _ in news}}
    return Reaction(Followed(due=due, told=told), (timer, *(line for _, line in news)))


def _news(view: View, at: datetime) -> Iterator[tuple[str, Announce]]:
    after = timedelta(days=view.policy(PolicyActivity).followup_days)
    for one in view.all(Sprint):
        last, owed = one.record.dates.to, report_due(one.record)
        if last is None or owed is None or one.record.state in OFF or not one.record.dates.final:
            continue
        shown = figures(view, one)
        if shown["promised"] and _is_news(view.on, last + after):
            gist = f"{one.id}: {shown['done']} of {shown['promised']} promises done"
            yield f"{one.id} promises", _line(one, "promises", {"at": at, "shown": shown, "gist": gist})
        sent = one.record.report.url is not None or one.record.report.sent is not None
        if not sent and _is_news(view.on, owed + timedelta(days=1)):
            gist = f"{one.id}: report owed since {owed}"
            yield f"{one.id} report", _line(one, "report", {"at": at, "shown": shown, "gist": gist})


def _is_news(on: date, day: date) -> bool:
    return day <= on <= day + WINDOW


def _line(one: Filed[Sprint], what: str, values: dict[str, object]) -> Announce:
    return Announce(
        key=f"sprint/{one.id}/{what}",
        words=f"irc/sprint_{what}",
        values=values,
        gist=str(values["gist"]),
        event="sprint",
        about=f"sprint/{one.id}/{what}",
    )


sprint_follow = Feature(name="sprint_follow", document=Followed, react=react)
