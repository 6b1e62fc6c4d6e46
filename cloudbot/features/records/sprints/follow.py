"""What is said unasked of a sprint that is over: once what became of its promises, once that its report is owed.

A sprint of long ago is not told: what the bot first hears of when it is late already is learnt in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.records.gates import OFF, report_due
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.features.records.mornings import Told, is_news, told_once
from cloudbot.features.records.sprints.listing import figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import Filed, View

TIMER = "sprints/morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(Told):
    """What was told of which sprint, by sprint and news: `s2019 promises`."""


def react(known: Followed, fact: Fact, world: World) -> Reaction[Followed]:
    """Look every morning."""
    return told_once(known, fact, world, TIMER, _news)


def _news(view: View, at: datetime) -> Iterator[tuple[str, Announce]]:
    after = timedelta(days=view.policy(PolicyActivity).followup_days)
    for one in view.all(Sprint):
        last, owed = one.record.dates.to, report_due(one.record)
        if last is None or owed is None or one.record.state in OFF or not one.record.dates.final:
            continue
        shown = figures(view, one)
        if shown["promised"] and is_news(view.on, last + after):
            gist = f"{one.id}: {shown['done']} of {shown['promised']} promises done"
            yield f"{one.id} promises", _line(one, "promises", {"at": at, "shown": shown, "gist": gist})
        sent = one.record.report.url is not None or one.record.report.sent is not None
        if not sent and is_news(view.on, owed + timedelta(days=1)):
            gist = f"{one.id}: report owed since {owed}"
            yield f"{one.id} report", _line(one, "report", {"at": at, "shown": shown, "gist": gist})


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
