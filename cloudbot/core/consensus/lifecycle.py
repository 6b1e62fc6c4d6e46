"""The life of a decision: one function from a decision, what is done to it and an instant to the decision afterwards.

The rules, in this order:

1. Nothing runs before the proofs that the class wants are there: a mail to the list, a line in the channel.
2. A deadline is what was asked, and never earlier than the period of the class after announcement or change.
3. An objection stops it until who raised it, or a meeting with minutes, says that it is met; then the clock restarts.
4. A change of substance restarts the clock, and who supported the old text is asked again; spelling does neither.
5. After the deadline comes the grace for slow mail; nothing is closed that could not be objected to.
6. Silence passes only where the class asks for no support; it is never support. Who steps back is not counted.
7. Too little support gives one more period, once. What needs an approval from outside waits for it.
8. What is closed stays closed: an accepted one may be reverted for some days, or replaced by another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from cloudbot.core.consensus.acts import (
    Announced,
    Approved,
    Objected,
    Replaced,
    Resolved,
    Reverted,
    Revised,
    Supported,
    Ticked,
    Withdrawn,
)
from cloudbot.core.consensus.clock import ALIVE, RUNNING, earliest, lacking, length
from cloudbot.core.consensus.counting import blocking, digest, supporters, version
from cloudbot.core.consensus.ending import ended
from cloudbot.core.consensus.typos import is_spelling
from cloudbot.core.records.kinds.governance import Announcement, Gate, Objection, Proof, Revision, Support
from cloudbot.core.records.kinds.policies import DecisionClass, PolicyConsensus

if TYPE_CHECKING:
    from cloudbot.core.consensus.acts import Act
    from cloudbot.core.records.kinds.governance import Decision

EVERYBODY: frozenset[str] = frozenset()


class NotNow(Exception):  # noqa: N818 - told to the person as it is
    """Why something cannot be done to a decision, as one word that the words for people are chosen by."""

    def __init__(self, why: str) -> None:
        """Carry the reason."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for one decision: its class, the policy around it, and the people of the team."""

    class_: DecisionClass
    policy: PolicyConsensus
    members: frozenset[str] = EVERYBODY


def transition(decision: Decision, act: Act, rules: Rules, at: datetime) -> Decision:  # noqa: C901, PLR0911 - one line per act
    """Return a decision after what is done to it at an instant; the same one where nothing changes. Raises `NotNow`."""
    match act:
        case Ticked():
            return ended(decision, act, rules.class_, rules.policy, at)
        case Announced():
            return _announced(decision, act, rules, at)
        case Supported():
            return _supported(decision, act, at)
        case Objected():
            return _objected(decision, act, rules, at)
        case Resolved():
            return _resolved(decision, act, rules, at)
        case Revised():
            return _revised(decision, act, rules, at)
        case Withdrawn():
            return _withdrawn(decision, act, at)
        case Reverted():
            return _reverted(decision, rules, at)
        case Replaced():
            return _replaced(decision, at)
        case Approved():
            return _approved(decision, act, rules, at)
        case _:
            assert_never(act)


def _alive(decision: Decision) -> None:
    if decision.state not in ALIVE:
        raise NotNow("closed")


def _announced(decision: Decision, act: Announced, rules: Rules, at: datetime) -> Decision:
    """Take a proof; with the last one that the class wants the clock starts."""
    _alive(decision)
    proof = Announcement(venue=act.venue, msgid=act.msgid, channel=act.channel, url=act.url, at=at)
    if any(_same(one, proof) for one in decision.announced):
        raise NotNow("announced")
    lacked = lacking(decision, rules.class_)
    told = decision.model_copy(update={"announced": (*decision.announced, proof)})
    least = earliest(told, rules.class_)
    if not lacked or least is None:
        return told
    state = "open" if decision.state == "draft" else decision.state
    return told.model_copy(update={"state": state, "deadline": max(decision.deadline, least)})


def _same(one: Announcement, other: Announcement) -> bool:
    return (one.venue, one.msgid, one.channel, one.url) == (other.venue, other.msgid, other.channel, other.url)


def _supported(decision: Decision, act: Supported, at: datetime) -> Decision:
    """Take a yes to the newest version: once from each person."""
    _alive(decision)
    if act.person == decision.proposer:
        raise NotNow("proposer")
    if any(one.by == act.person and one.resolved_at is None for one in decision.objections):
        raise NotNow("own objection")
    newest = version(decision)
    if act.person in supporters(decision) or any(
        one.person == act.person and (one.revision or 1) >= newest for one in decision.support
    ):
        raise NotNow("supported")
    number = max((one.n for one in decision.revisions), default=1)
    one = Support(person=act.person, at=at, revision=number if decision.revisions else None)
    return decision.model_copy(update={"support": (*decision.support, one)})


def _objected(decision: Decision, act: Objected, rules: Rules, at: datetime) -> Decision:
    """Take a no, also one of a title that was resolved before; it stops the clock if it blocks."""
    _alive(decision)
    if any((one.by, one.title) == (act.by, act.title) and one.resolved_at is None for one in decision.objections):
        raise NotNow("objected")
    new = Objection(by=act.by, at=at, title=act.title, proof=act.proof)
    told = decision.model_copy(update={"objections": (*decision.objections, new)})
    stops = decision.state != "draft" and blocking(told, rules.class_, rules.members)
    return told.model_copy(update={"state": "objected"}) if stops else told


def _resolved(decision: Decision, act: Resolved, rules: Rules, at: datetime) -> Decision:
    """Close an objection; with the last that blocks the clock starts again: in full or, by class, for what was left."""
    _alive(decision)
    if not 1 <= act.number <= len(decision.objections):
        raise NotNow("no objection")
    one = decision.objections[act.number - 1]
    if one.resolved_at is not None:
        raise NotNow("resolved")
    if act.minutes is None and act.by != one.by:
        raise NotNow("not yours")
    by = "meeting" if act.minutes is not None else act.by
    update: dict[str, object] = {"resolved_at": at, "resolved_by": by}
    if act.minutes is not None:
        update["resolved_proof"] = Proof(note=f"minutes {act.minutes}")
    every = (*decision.objections[: act.number - 1], one.model_copy(update=update), *decision.objections[act.number :])
    told = decision.model_copy(update={"objections": every})
    if decision.state != "objected" or blocking(told, rules.class_, rules.members):
        return told
    return told.model_copy(update={"state": "open", "deadline": _restarted(decision, rules.class_, at)})


def _restarted(decision: Decision, rules: DecisionClass, at: datetime) -> datetime:
    full = length(rules.min_period)
    stopped = min(one.at for one in decision.objections if one.resolved_at is None)
    rest = max(decision.deadline - stopped, timedelta())
    return max(decision.deadline, at + (full if rules.restart == "full" else min(rest, full)))


def _revised(decision: Decision, act: Revised, rules: Rules, at: datetime) -> Decision:
    """Take other words of the proposer; a change of substance restarts the clock, whatever it is called."""
    _alive(decision)
    if act.by != decision.proposer:
        raise NotNow("not the proposer")
    old, new = decision.text or decision.title, act.text or act.title
    if old == new:
        raise NotNow("same words")
    if act.typo and not is_spelling(old, new):
        raise NotNow("no typo")
    number = max((one.n for one in decision.revisions), default=1) + 1
    revision = Revision(n=number, at=at, sha256=digest(act.title, act.text), typo=act.typo)
    first = decision.revisions or (Revision(n=1, at=decision.opened, sha256=digest(decision.title, decision.text)),)
    told = decision.model_copy(update={"title": act.title, "text": act.text, "revisions": (*first, revision)})
    if act.typo or decision.state == "draft":
        return told
    state = "open" if decision.state in RUNNING else decision.state
    gate = None if told.gate is None else Gate(who=told.gate.who, state="waiting")
    deadline = max(decision.deadline, at + length(rules.class_.min_period))
    return told.model_copy(update={"state": state, "deadline": deadline, "gate": gate, "extended": None})


def _withdrawn(decision: Decision, act: Withdrawn, at: datetime) -> Decision:
    _alive(decision)
    if act.by != decision.proposer:
        raise NotNow("not the proposer")
    return decision.model_copy(update={"state": "withdrawn", "closed_at": at})


def _reverted(decision: Decision, rules: Rules, at: datetime) -> Decision:
    """Take back what was accepted, while the days of the policy last, counted as the rule of changes counts them."""
    if decision.state != "accepted" or decision.closed_at is None:
        raise NotNow("not accepted")
    if (at.date() - decision.closed_at.date()).days > rules.policy.revert_days:
        raise NotNow("too late")
    return decision.model_copy(update={"state": "reverted", "closed_at": at})


def _replaced(decision: Decision, at: datetime) -> Decision:
    """End what another decision takes the place of, open or accepted."""
    if decision.state not in ALIVE | {"accepted"}:
        return decision
    return decision.model_copy(update={"state": "superseded", "closed_at": at})


def _approved(decision: Decision, act: Approved, rules: Rules, at: datetime) -> Decision:
    """Take the word from outside; a no ends it. What was approved is this text: another one is another version."""
    _alive(decision)
    if decision.state == "draft":
        raise NotNow("draft")
    if act.by in {one.person for one in decision.recusals}:
        raise NotNow("recused")
    who = rules.class_.external_gate or ("outside view" if decision.state == "needs-outside-view" else None)
    if who is None:
        raise NotNow("no gate")
    if decision.gate is not None and decision.gate.state != "waiting":
        raise NotNow("said")
    gate = Gate(who=who, state="approved" if act.yes else "declined", evidence=act.evidence)
    told = decision.model_copy(update={"gate": gate})
    return told if act.yes else told.model_copy(update={"state": "lapsed", "closed_at": at})
