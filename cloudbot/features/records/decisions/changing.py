"""What every change of a decision has in common: which one is meant, its rules, how its end is told."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from cloudbot.core.consensus.deadlines import told
from cloudbot.core.consensus.lifecycle import NotNow, Rules, transition
from cloudbot.core.consensus.writing import edits
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.core.records.operations import Change, Operation, expect
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.decisions.recusing import members
from cloudbot.features.records.numbers import identity_of
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.consensus.acts import Act
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.features.records.orders import Order

CHANGED = "irc/decision_changed"
NO = "irc/decision_no"
ALL = ("state", "deadline", "announced", "revisions", "support", "objections", "recusals", "gate")
"""Keys on which the clock's word rests."""


def one_of(order: Order) -> Filed[Decision]:
    """Return the decision that an order is about. Raises `NotSo` with what is near."""
    every = order.view.all(Decision)
    found = meant(identity_of("D", order.arg("id")), every, lambda one: (one.title,))
    if isinstance(found, tuple):
        raise NotSo.answered(none_such("decision", order.arg("id"), found, every))
    return found


def rules_of(view: View, decision: Decision) -> Rules:
    """Return what holds for a decision; a class that the policy does not have any more is held as the strictest."""
    policy = view.policy(PolicyConsensus)
    strictest = max(policy.classes.values(), key=lambda one: (one.quorum, one.external_gate is not None))
    return Rules(class_=policy.classes.get(decision.class_, strictest), policy=policy, members=members(view))


def done(order: Order, one: Filed[Decision], act: Act) -> Decision:
    """Return a decision after an act. Raises `NotSo` in words for people."""
    try:
        return transition(one.record, act, rules_of(order.view, one.record), order.fact.at)
    except NotNow as no:
        days = order.view.policy(PolicyConsensus).revert_days
        record = one.record
        values = {"id": one.id, "state": record.state, "proposer": record.proposer, "days": days}
        raise NotSo(NO, why=no.why, **values) from None


def change_of(one: Filed[Decision], after: Decision, *known: str) -> Change:
    """Return the change of a decision as it is `known`, by keys."""
    file = tomllib.loads(one.text)
    otherwise = f"{one.id} changed meanwhile; look at it (!decisions {one.id}) and say it again"
    seen = tuple(expect(key, value=file.get(key), otherwise=otherwise) for key in known)
    return Change(kind="decision", id=one.id, edits=edits(one.record, after), expects=seen)


def asked(
    order: Order,
    one: Filed[Decision],
    after: Decision,
    verb: str,
    *known: str,
    note: str = "",
    evidence: str = "",
    **values: str,
) -> Effect:
    """Ask for a change of a decision; its end is told in the words of the verb."""
    operation = Operation(verb=verb, changes=(change_of(one, after, *known),), note=note, evidence=evidence)
    said = {"what": verb, "decision": one.id, "title": after.title, "state": after.state}
    until = told(after.deadline, zones(order.view, after.proposer))
    return order.to(operation, CHANGED, **said, until=until, **values)


def zones(view: View, first: str) -> list[str]:
    """Return the zones that people of the team let stand in public, the proposer's first."""
    people = [view.get(Person, "person", name) for name in (first, *sorted(members(view) - {first}))]
    return [one.zone for one in people if one is not None and one.zone is not None and one.zone_consent]


def zone_of(view: View, person: str) -> str | None:
    """Return the zone in which somebody's words are meant, if it may stand in public."""
    record = view.get(Person, "person", person)
    return record.zone if record is not None and record.zone_consent else None


def period(start: datetime, end: datetime) -> str:
    """Say how long it is from one instant to another, in whole days or hours."""
    hours = round((end - start).total_seconds() / 3600)
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"
