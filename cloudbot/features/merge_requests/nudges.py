"""Reminders of merge requests that wait for long: at most one line a working day, in the morning, nobody named in it.

Drafts are left out. A line comes when something newly crossed the limit, or when none came for a week; each is named
once per state and week. What was late at the first look is learnt in silence. `!snooze` keeps one out for a while.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from cloudbot.core.commands import Command, Param
from cloudbot.core.effects import Announce, Effect, Say, SetTimer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, MergeRequestsSeen, TimerFired
from cloudbot.core.forge import MergeRequest
from cloudbot.core.settings import Table
from cloudbot.core.times import is_working_day, parse_span, working_days
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.merge_requests.waiting import LABELS, StateName, moved_at
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMER = "nudges/morning"
LATEST = timedelta(hours=4)
"""How long after its hour the line may still come: a reminder of the morning is none in the evening."""
WEEK = 5
"""Working days."""
DEFAULT_SNOOZE = timedelta(weeks=2)
WAITS_FOR: Mapping[StateName, str] = {
    "conflict": "author",
    "red": "author",
    "changes": "author",
    "re-review": "review",
    "review": "review",
    "approved": "review",
    "ready": "merge",
}


class Settings(Table):
    """When the channel is reminded of merge requests."""

    hour: int = Field(default=8, ge=0, le=23, description="Hour in UTC of the line, on working days.")
    after_working_days: int = Field(
        default=5,
        ge=0,
        le=365,
        description="Working days in one state, without anything new, before a merge request is named; 0 is never.",
    )
    again_after_days: int = Field(default=7, ge=1, description="Days before one in the same state is named again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudges:
    """What was named when, and what is to be left alone."""

    due: datetime | None = None
    "when the next line may come; None before the first look"
    named: dict[str, datetime] = field(default_factory=dict)
    "by reference and state: `group/name!7 review`"
    snoozed: dict[str, datetime] = field(default_factory=dict)
    "until when, by reference"

    def snoozed_until(self, one: MergeRequest, at: datetime) -> datetime | None:
        """Return until when one is left alone, or None."""
        until = self.snoozed.get(one.reference)
        return until if until is not None and until > at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """One that has waited for too long, and since when nothing new was heard of it."""

    one: MergeRequest
    state: StateName
    since: datetime

    @property
    def key(self) -> str:
        """Name it together with its state: in another state it is news again."""
        return f"{self.one.reference} {self.state}"

    @property
    def label(self) -> str:
        """Name the state."""
        return LABELS[self.state]


def react(known: Nudges, fact: Fact, world: World) -> Reaction[Nudges]:
    """Learn what is overdue at first; then speak of a morning."""
    match fact:
        case MergeRequestsSeen() if known.due is None:
            due = _next_morning(fact.at, world.setting(Settings).hour)
            learnt = {each.key: fact.at for each in overdue(known, fact.at, world)}
            return Reaction(replace(known, due=due, named=learnt), (SetTimer(name=TIMER, due=due),))
        case TimerFired(name=name) if name == TIMER:
            return _morning(known, fact, world)
        case CommandGiven(command="snooze"):
            return _snooze(known, fact, world)
        case _:
            return Reaction(known)


def overdue(known: Nudges, at: datetime, world: World) -> list[Overdue]:
    """Return what has waited for more than the limit, longest first; none from a list that is old."""
    requests = world.document(MergeRequests)
    if world.setting(Settings).after_working_days == 0 or age_note(world, requests.forge, requests.seen):
        return []
    return waiting_long(known, at, world)


def waiting_long(known: Nudges, at: datetime, world: World) -> list[Overdue]:
    """Return what had waited for more than the limit when it was last read, longest first; without a limit, a week."""
    requests, limit = world.document(MergeRequests), world.setting(Settings).after_working_days or WEEK
    found = []
    for one in requests.open:
        standing = requests.standing(one)
        since = max(standing.since, min(moved_at(one), at))
        late = working_days(since.date(), at.date()) > limit
        if late and standing.state in WAITS_FOR and known.snoozed_until(one, at) is None:
            found.append(Overdue(one=one, state=standing.state, since=since))
    return sorted(found, key=lambda each: (each.since, each.one.reference))


def _morning(known: Nudges, fact: TimerFired, world: World) -> Reaction[Nudges]:
    settings, at = world.setting(Settings), fact.at
    due = _next_morning(at, settings.hour)
    timer = SetTimer(name=TIMER, due=due)
    snoozed = {name: until for name, until in known.snoozed.items() if until > at}
    rested = replace(known, due=due, snoozed=snoozed)
    if not is_working_day(at.date()) or at - fact.due > LATEST:
        return Reaction(rested, (timer,))
    late = overdue(known, at, world)
    named = _worth_naming(known, late, at, timedelta(days=settings.again_after_days))
    still = {each.key for each in late}
    recent = {
        key: when
        for key, when in known.named.items()
        if key in still or _days(when, at) < timedelta(days=settings.again_after_days)
    }
    after = replace(rested, named=recent | {each.key: at for each in named})
    return Reaction(after, (_line(named, at, world), timer) if named else (timer,))


def _worth_naming(known: Nudges, late: Sequence[Overdue], at: datetime, again: timedelta) -> list[Overdue]:
    """Choose what today's line names: what is newly late, and with it what was named long ago.

    Without anything new a line comes only when none has for that long: what waits for months must not make a line of
    its own every week.
    """
    due = [each for each in late if each.key not in known.named or _days(known.named[each.key], at) >= again]
    is_new = any(each.key not in known.named for each in due)
    last = max(known.named.values(), default=at - again)
    return due if is_new or _days(last, at) >= again else []


def _days(since: datetime, at: datetime) -> timedelta:
    return at.date() - since.date()


def _line(new: Sequence[Overdue], at: datetime, world: World) -> Announce:
    by_kind = {kind: [each for each in new if WAITS_FOR[each.state] == kind] for kind in ("review", "author", "merge")}
    projects = {each.one.project for each in new}
    count = len(new)
    return Announce(
        key=f"nudges/{at:%Y-%m-%d}",
        words="irc/mrs_nudge",
        values={
            "kinds": {kind: found for kind, found in by_kind.items() if found},
            "several": len({one.project for one in world.document(MergeRequests).open}) > 1,
            "short": world.document(Projects).short,
            "at": at,
        },
        gist=f"{count} merge request{'s' if count != 1 else ''} waiting for long",
        expires=at + LATEST,
        event="mr-nudge",
        project=projects.pop() if len(projects) == 1 else "",
        kind="merge_request",
    )


def _next_morning(at: datetime, hour: int) -> datetime:
    day = at.replace(hour=hour, minute=0, second=0, microsecond=0)
    while day <= at or not is_working_day(day.date()):
        day += timedelta(days=1)
    return day


def _snooze(known: Nudges, fact: CommandGiven, world: World) -> Reaction[Nudges]:
    number, span, named = fact.args["number"], fact.args.get("span", ""), fact.args.get("project")
    projects, requests = world.document(Projects), world.document(MergeRequests)
    project = projects.find(named) if named else None
    if named and project is None:
        answer = no_project(named, projects)
        return Reaction(known, (_reply(fact, answer.words, answer.values),))
    found = [one for one in requests.numbered(number) if one in requests.open]
    found = [one for one in found if project is None or one.project == project.path]
    if len(found) != 1:
        values = {"number": number, "span": span or "2w", "found": found, "short": projects.short}
        return Reaction(known, (_reply(fact, "irc/snooze_which", values),))
    until = None if span.lower() == "off" else fact.at + (parse_span(span) if span else DEFAULT_SNOOZE)
    rest = {name: end for name, end in known.snoozed.items() if name != found[0].reference}
    snoozed = rest if until is None else {**rest, found[0].reference: until}
    values = {"one": found[0], "until": until, "short": projects.short, "named": named is not None}
    return Reaction(replace(known, snoozed=snoozed), (_reply(fact, "irc/snoozed", values),))


def _reply(fact: CommandGiven, words: str, values: Mapping[str, object]) -> Effect:
    return Say(key=f"snooze/{fact.venue.network}/{fact.id}", to=fact.venue, words=words, values=values)


nudges = Feature(
    name="nudges",
    document=Nudges,
    react=react,
    settings=Settings,
    commands=(
        Command(
            name="snooze",
            help="no reminders of one merge request for a while (2 weeks unless said)",
            params=(
                Param(name="number", kind="number"),
                Param(name="span", kind="span", optional=True, choices=("off",)),
                Param(name="project", optional=True),
            ),
            who="member",
            examples=("!snooze 128", "!snooze 128 2d debian-cloud-images", "!snooze 128 off"),
        ),
    ),
)
