"""The mail with the agenda, sent before each meeting of a series: when that is, and which meetings were announced.

It goes out `announce_days` before the planned time, once per meeting: under the day's key, so neither a restart nor
another hour of that day sends it again. A bot that was away then sends it late, while there is time enough to read it.
Nothing is sent while the bot only listens; what changes on the agenda afterwards is not mailed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import CancelTimer, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Delivered, RecordsCommitted, RecordsSeen, TimerFired, WentLive
from cloudbot.core.records.kinds.meetings import Series
from cloudbot.features.records.meetings.announcing import announcement, key_of
from cloudbot.features.records.meetings.missed import was_held
from cloudbot.features.records.meetings.planning import MONTH, PATIENCE, plan, planned_at, rhythm_of
from cloudbot.features.voice import Settings, Voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import Filed, View

TIMER = "meetings/announce/"
LEAST = timedelta(hours=6)
"""How long before a meeting its agenda is still worth a mail."""
AGAIN = timedelta(minutes=5)
"""When it is looked again where the records were not read yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One announcement."""

    planned: datetime
    "when the meeting begins, as the mail says"
    sent: bool = False
    "whether the mail server has taken it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """When each series is looked at again, and the announcements of the last weeks by their keys."""

    due: dict[str, datetime] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)

    def thread(self, series: str, at: datetime) -> str:
        """Return the key of the mail that announced a meeting; empty where none was sent."""
        key = key_of(series, at)
        return key if key in self.mails and self.mails[key].sent else ""

    def planned(self, key: str) -> datetime | None:
        """Return the time that stands in the subject of an announcement."""
        return self.mails[key].planned if key in self.mails else None


def react(known: Announced, fact: Fact, world: World) -> Reaction[Announced]:
    """Note what was sent; look at all series when the records change, at a timer, and when the bot goes live."""
    match fact:
        case Delivered(state="sent") if fact.key in known.mails:
            sent = replace(known.mails[fact.key], sent=True)
            return Reaction(replace(known, mails={**known.mails, fact.key: sent}))
        case TimerFired() if fact.name.startswith(TIMER) and world.records is None:
            return Reaction(known, (SetTimer(name=fact.name, due=fact.at + AGAIN),))
        case TimerFired() if not fact.name.startswith(TIMER):
            return Reaction(known)
        case RecordsSeen() | RecordsCommitted() | WentLive() | TimerFired() if world.records is not None:
            return _looked(known, world.records.at(fact.at), world, is_live=_is_live(fact, world))
        case _:
            return Reaction(known)


def _is_live(fact: Fact, world: World) -> bool:
    """Whether the bot may say what nobody asked for; the voice hears of a fact after this."""
    return not world.setting(Settings).listen_first or world.document(Voice).live or isinstance(fact, WentLive)


def _looked(known: Announced, view: View, world: World, *, is_live: bool) -> Reaction[Announced]:
    """Announce the meetings whose time has come, and wait for that of the others."""
    due: dict[str, datetime] = {}
    mails = {key: one for key, one in known.mails.items() if world.at - one.planned < MONTH}
    effects: list[Effect] = []
    for series, when in _planned(view, world.at):
        begins = when - timedelta(days=series.record.announce_days)
        due[series.id] = begins if world.at < begins else when + PATIENCE
        key = key_of(series.id, when)
        is_time = is_live and begins <= world.at <= when - LEAST and key not in mails
        if is_time and not was_held(series, when, view, world):
            effects.append(announcement(plan(world, view, series), when, world, view))
            mails[key] = Mail(planned=when)
    effects += [CancelTimer(name=TIMER + name) for name in sorted(known.due.keys() - due.keys())]
    effects += [SetTimer(name=TIMER + name, due=at) for name, at in due.items() if known.due.get(name) != at]
    after = Announced(due=due, mails=mails)
    return Reaction(known if after == known else after, tuple(effects))


def _planned(view: View, at: datetime) -> Iterator[tuple[Filed[Series], datetime]]:
    """Yield the series that announce their meetings, each with the time of the next one."""
    for series in view.all(Series):
        when = planned_at(rhythm_of(series.record), at)
        if when is not None and series.record.lists and series.record.announce_days:
            yield series, when


announced = Feature(name="announced_meetings", document=Announced, react=react)
