"""The clock of decisions: one timer for whatever ends next. It closes late if the bot was away, never early.

What decides is in `core.consensus`; here is what the clock is told: since when somebody listened, who steps back. Where
the bot was away over a deadline the grace for slow mail begins when it is back, and that is said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.consensus.acts import Replaced, Ticked
from cloudbot.core.consensus.clock import ALIVE, RUNNING, closes_at, lacking, next_look
from cloudbot.core.consensus.deadlines import told
from cloudbot.core.consensus.lifecycle import transition
from cloudbot.core.effects import Say, SetTimer
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.features.records.decisions.announcing import announced, recorded, venue_of
from cloudbot.features.records.decisions.changing import change_of, rules_of, zones
from cloudbot.features.records.decisions.recusing import members, needs_outside_view, stepping_back

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World
    from cloudbot.core.facts import TimerFired
    from cloudbot.core.records.operations import Change
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.features.records.decisions.document import Decisions

TIMER = "decisions/clock"
LATE = timedelta(minutes=15)
"""A timer that comes so late tells that the bot was away when it was due."""
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
AGAIN = timedelta(hours=1)
"""After which it is looked at again what should have ended and could not: other records, a list that was not read."""


def alive(view: View) -> list[Filed[Decision]]:
    """Return the decisions that are not closed."""
    return [one for one in view.all(Decision) if one.record.state in ALIVE]


def learnt(known: Decisions, view: View, at: datetime) -> Decisions:
    """Take over the decisions that are not closed, and forget those that are."""
    names = {one.id for one in alive(view)}
    kept = {
        "since": {name: known.since.get(name, at) for name in names},
        "said": {name: when for name, when in known.said.items() if name in names},
        "tried": {name: commit for name, commit in known.tried.items() if name in names},
        "tries": {name: number for name, number in known.tries.items() if name in names},
        "told": {name: when for name, when in known.told.items() if name.partition(" ")[0] in names},
    }
    return replace(known, **kept)  # type: ignore[arg-type]


def wound(known: Decisions, view: View, at: datetime, *, looked: bool = False) -> tuple[Decisions, list[Effect]]:
    """Set the timer to what ends next; what should have ended is looked at now or, if it just was, in an hour."""
    policy = view.policy(PolicyConsensus)
    overdue = {one.id: at + AGAIN if looked or one.id in known.asked else at for one in alive(view)}
    ends = [_next(known, one, policy, at, overdue[one.id]) for one in alive(view)]
    due = min((end for end in ends if end is not None), default=None)
    if due is None or due == known.due:
        return replace(known, due=due), []
    return replace(known, due=due), [SetTimer(name=TIMER, due=due)]


def _next(
    known: Decisions, one: Filed[Decision], policy: PolicyConsensus, at: datetime, overdue: datetime
) -> datetime | None:
    look = next_look(one.record, policy, known.since[one.id], at)
    waits = one.record.gate is not None and one.record.gate.state == "waiting"
    if look is None:
        return overdue if one.record.state in RUNNING and not waits else None
    return look if look > at else overdue


def struck(known: Decisions, fact: TimerFired, view: View, world: World) -> tuple[Decisions, list[Effect]]:
    """Look at every decision that runs: tell what was missed, say what stands nowhere, end what is over."""
    known = replace(_after_gap(learnt(known, view, fact.at), fact, view), due=None)
    if not _hears(world):
        known = _deaf(known, view, LONG_AGO, fact.at)
    effects: list[Effect] = []
    for one in alive(view):
        known, missed = _missed(known, one, view, world)
        known, lines = announced(known, one, view, world)
        known, ends = (known, []) if one.id in known.asked else _ended(known, one, view, world)
        effects += [*missed, *lines, *ends]
    known, timer = wound(known, view, fact.at, looked=True)
    return known, [*effects, *timer]


def _after_gap(known: Decisions, fact: TimerFired, view: View) -> Decisions:
    """Note for which decisions nobody listened at their deadline, because the timer came late."""
    if fact.at - fact.due <= LATE:
        return known
    return _deaf(known, view, fact.due - LATE, fact.at)


def _deaf(known: Decisions, view: View, since: datetime, until: datetime) -> Decisions:
    """Note for which decisions nobody listened at their deadline."""
    missed = {one.id: until for one in alive(view) if since <= one.record.deadline <= until}
    return replace(known, since={**known.since, **missed})


def _hears(world: World) -> bool:
    """Whether the bot is on the networks of the team's channels; where that is not known, it is."""
    networks = {venue.network for venue in world.team.channels}
    return all(one.state == "ready" for one in world.networks if one.network in networks)


def _missed(known: Decisions, one: Filed[Decision], view: View, world: World) -> tuple[Decisions, list[Effect]]:
    """Tell once that nobody listened at a deadline, and until when an objection still counts.

    It is said and not announced: it is part of the proof that everybody could object, and is not folded into news.
    """
    since, name = known.since[one.id], f"{one.id} missed {one.record.deadline:%Y-%m-%dT%H:%M}"
    venue = venue_of(world, one.record)
    runs = one.record.state in RUNNING and not lacking(one.record, rules_of(view, one.record).class_)
    if not runs or since <= one.record.deadline or name in known.told or venue is None:
        return known, []
    closes = closes_at(one.record, view.policy(PolicyConsensus), since)
    values = {"decision": one.record, "closes": told(closes, zones(view, one.record.proposer))}
    key = f"decision/{one.id}/missed/{one.record.deadline:%Y%m%dT%H%M}"
    line = Say(key=key, to=venue, words="irc/decision_missed", values=values, notice=True, important=True)
    return replace(known, told={**known.told, name: world.at}), [line]


def _ended(known: Decisions, one: Filed[Decision], view: View, world: World) -> tuple[Decisions, list[Effect]]:
    tick = Ticked(
        listening_since=known.since[one.id],
        recusals=stepping_back(view, one.record),
        members=members(view),
        needs_outside_view=needs_outside_view(view, one.record),
    )
    after = transition(one.record, tick, rules_of(view, one.record), world.at)
    verb = "close" if after.closed_at is not None else "look"
    return recorded(known, one, tick, verb, world.at, view, world, *_replaced(view, after, world.at))


def _replaced(view: View, after: Decision, at: datetime) -> list[Change]:
    """Return the end of the decision in whose place an accepted one comes, in the same commit."""
    old = next((one for one in view.all(Decision) if one.id == after.supersedes), None)
    if old is None or after.state != "accepted":
        return []
    ended = transition(old.record, Replaced(), rules_of(view, old.record), at)
    return [change_of(old, ended, "state")] if ended != old.record else []
