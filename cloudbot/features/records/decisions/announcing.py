"""A draft is said in the channel by the bot: that the line went out is the proof, and when it did is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.consensus.acts import Announced
from cloudbot.core.consensus.clock import lacking
from cloudbot.core.consensus.deadlines import told
from cloudbot.core.consensus.lifecycle import NotNow, transition
from cloudbot.core.effects import CommitRecords, Say
from cloudbot.core.records.operations import Author, Operation
from cloudbot.core.records.permissions import is_member
from cloudbot.features.records.decisions.changing import CHANGED, change_of, rules_of, zones
from cloudbot.features.voice import Settings, Voice

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.consensus.acts import Act
    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World
    from cloudbot.core.records.kinds.governance import Decision
    from cloudbot.core.records.operations import Change
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.core.speech import Venue
    from cloudbot.features.records.decisions.document import Decisions

MOST_TRIES = 5
"""How often a line or a change is tried, until somebody changes the decision."""


def venue_of(world: World, decision: Decision) -> Venue | None:
    """Return the channel in which a decision is told: where it was announced, else the team's first one."""
    if world.setting(Settings).listen_first and not world.document(Voice).live:
        return None
    named = {one.channel for one in decision.announced if one.venue == "irc"}
    channels = world.team.channels
    return next((one for one in channels if one.name in named), channels[0] if channels else None)


def announced(known: Decisions, one: Filed[Decision], view: View, world: World) -> tuple[Decisions, list[Effect]]:
    """Say what stands in no channel yet, and record that it was said."""
    if "irc" not in lacking(one.record, rules_of(view, one.record).class_) or one.id in known.asked:
        return known, []
    venue = venue_of(world, one.record)
    said = known.said.get(one.id)
    if venue is None or (said is None and one.id in known.saying.values()):
        return known, []
    if said is None:
        number = known.tries.get(one.id, 0)
        if number >= MOST_TRIES:
            return known, []
        line = _line(one, view, venue, f"/{number + 1}" if number else "")
        return replace(known, saying={**known.saying, line.key: one.id}), [line]
    return recorded(known, one, Announced(venue="irc", channel=venue.name), "announce", said, view, world)


def _line(one: Filed[Decision], view: View, venue: Venue, again: str) -> Say:
    record = one.record
    rules = rules_of(view, record).class_
    values = {
        "decision": record,
        "class_": record.class_.replace("_", " "),
        "quorum": rules.quorum,
        "gate": rules.external_gate or "",
        "recused": [each.person for each in record.recusals],
        "until": told(record.deadline, zones(view, record.proposer)),
    }
    key = f"decision/{one.id}/announced/{venue}{again}"
    return Say(key=key, to=venue, words="irc/decision_announced", values=values, notice=True, important=True)


def recorded(  # noqa: PLR0913, PLR0917 - what happened to which decision, and all there is to know
    known: Decisions, one: Filed[Decision], act: Act, verb: str, at: datetime, view: View, world: World, *more: Change
) -> tuple[Decisions, list[Effect]]:
    """Ask for a change that nobody typed, on behalf of the proposer; a refusal is tried again on other records."""
    commit = world.records.commit if world.records is not None else ""
    number = known.tries.get(one.id, 0)
    author = author_of(view, one.record)
    if known.tried.get(one.id) == commit or number >= MOST_TRIES or author is None:
        return known, []
    try:
        after = transition(one.record, act, rules_of(view, one.record), at)
    except NotNow:
        return known, []
    if after == one.record:
        return known, []
    again = f"/{number + 1}" if number else ""
    key = f"decision/{one.id}/{verb}/{after.state}/{one.record.deadline:%Y%m%dT%H%M}{again}"
    venue = venue_of(world, after)
    effect = CommitRecords(
        key=key,
        operation=Operation(verb=verb, changes=(change_of(one, after, *_KNOWN), *more)),
        author=Author(
            person=author, account="", via="clock" if venue is None or verb != "announce" else f"irc {venue.name}"
        ),
        to=venue,
        words=CHANGED,
        values=_values(one.record, after, verb, at, view),
    )
    return known.asking(one.id, key, commit), [effect]


_KNOWN = ("state", "deadline", "announced", "revisions", "support", "objections", "recusals", "gate", "text", "title")
"""Keys on which the clock's word rests."""


def _values(before: Decision, after: Decision, verb: str, at: datetime, view: View) -> dict[str, str]:
    rules = rules_of(view, after)
    late = at - before.deadline
    return {
        "what": verb,
        "decision": after.id,
        "title": after.title,
        "state": after.state,
        "until": told(after.deadline, zones(view, after.proposer)),
        "wants": ", ".join(_PLACES[each] for each in lacking(after, rules.class_)),
        "moved": "yes" if (after.state, after.deadline) != (before.state, before.deadline) else "",
        "gate": after.gate.who if after.gate is not None else "",
        "quorum": str(rules.class_.quorum),
        "late": f"{late.days} d" if late.days else "",
        "days": str(rules.policy.revert_days),
    }


_PLACES = {"list": "the mail to the list", "irc": "the line in the channel"}


def author_of(view: View, decision: Decision) -> str | None:
    """Return for whom the bot acts: the proposer or, if gone from the team, somebody of it who supported it."""
    out = {one.person for one in decision.recusals}
    every = (decision.proposer, *(one.person for one in decision.support if one.person not in out))
    return next((person for person in every if is_member(view, person)), None)
