"""How a decision ends by time alone: what the clock finds when it looks at one. It never closes early."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.consensus.clock import RUNNING, closes_at, lacking, last_moved, length
from cloudbot.core.consensus.counting import blocking, is_as_proposed, supporters
from cloudbot.core.records.kinds.governance import Gate

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.consensus.acts import Ticked
    from cloudbot.core.records.kinds.governance import Decision
    from cloudbot.core.records.kinds.policies import DecisionClass, PolicyConsensus


def ended(decision: Decision, tick: Ticked, rules: DecisionClass, policy: PolicyConsensus, at: datetime) -> Decision:
    """Return a decision after time has passed: accepted, one more period, without quorum, stalled; or the same."""
    if _is_stalled(decision, tick, policy, at):
        return decision.model_copy(update={"state": "stalled", "closed_at": at})
    if decision.state in RUNNING and _may_close(decision, tick, rules, policy, at):
        return _closed(with_recusals(decision, tick), tick, rules, at)
    return decision


def _is_stalled(decision: Decision, tick: Ticked, policy: PolicyConsensus, at: datetime) -> bool:
    """Whether an objection has been left alone for the days of the policy, or the end itself has: nobody looked."""
    days = timedelta(days=policy.stalled_days)
    if decision.state == "objected":
        return at - last_moved(decision) >= days
    return decision.state in RUNNING and tick.listening_since - decision.deadline > days


def _closed(decision: Decision, tick: Ticked, rules: DecisionClass, at: datetime) -> Decision:
    """Return what a decision of which the time is over has come to."""
    if blocking(decision, rules, tick.members):
        return decision.model_copy(update={"state": "objected"})
    if decision.state != "needs-outside-view" and tick.needs_outside_view:
        return decision.model_copy(update={"state": "needs-outside-view"})
    if len(supporters(decision)) < rules.quorum:
        return _without_quorum(decision, rules, at)
    return _agreed(decision, rules, at)


def _may_close(decision: Decision, tick: Ticked, rules: DecisionClass, policy: PolicyConsensus, at: datetime) -> bool:
    """Whether everybody could have objected: it was announced, its text is that text, and somebody listened."""
    closes = closes_at(decision, policy, tick.listening_since)
    read = tick.list_read_until is None or tick.list_read_until >= decision.deadline + length(policy.mail_grace)
    return not lacking(decision, rules) and is_as_proposed(decision) and read and at >= closes


def with_recusals(decision: Decision, tick: Ticked) -> Decision:
    """Add who steps back by what is known now to those whom the record names."""
    named = {one.person for one in decision.recusals}
    new = tuple(one for one in tick.recusals if one.person not in named)
    return decision.model_copy(update={"recusals": (*decision.recusals, *new)}) if new else decision


def _without_quorum(decision: Decision, rules: DecisionClass, at: datetime) -> Decision:
    """Give one more period, once; after that, or where nobody answers the outside's view, it lapses or waits."""
    if decision.state == "needs-outside-view":
        return decision
    if decision.extended is None:
        deadline = at + length(rules.min_period)
        return decision.model_copy(update={"state": "no-quorum", "extended": at, "deadline": deadline})
    return decision.model_copy(update={"state": "lapsed", "closed_at": at})


def _agreed(decision: Decision, rules: DecisionClass, at: datetime) -> Decision:
    """Accept it, or wait for the approval from outside."""
    who = rules.external_gate or ("outside view" if decision.state == "needs-outside-view" else None)
    gate = decision.gate
    if who is not None and (gate is None or gate.state != "approved"):
        return decision if gate is not None else decision.model_copy(update={"gate": Gate(who=who, state="waiting")})
    return decision.model_copy(update={"state": "accepted", "closed_at": at})
