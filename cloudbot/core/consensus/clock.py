"""The clock of a decision: from when it runs, when it ends at the earliest, when it is closed. All instants are UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cloudbot.core.records.kinds.governance import Announcement, Decision
    from cloudbot.core.records.kinds.policies import DecisionClass, PolicyConsensus

RUNNING: Final = frozenset({"open", "no-quorum", "needs-outside-view"})
"""States in which time brings a decision to an end. `no-quorum` is the one extension."""
ALIVE: Final = RUNNING | {"draft", "objected"}
"""States in which a decision is not closed."""


def length(span: str) -> timedelta:
    """Return the length of `72h` or `7d` (the form of spans in records)."""
    number = int(span[:-1])
    return timedelta(hours=number) if span.endswith("h") else timedelta(days=number)


def is_proof(one: Announcement) -> bool:
    """Whether an announcement can be read again: a mail by its Message-ID or link, a line by its channel."""
    return bool(one.channel if one.venue == "irc" else one.msgid or one.url)


def lacking(decision: Decision, rules: DecisionClass) -> tuple[str, ...]:
    """Return where the class wants it announced and no proof of that is there."""
    proven = {one.venue for one in decision.announced if is_proof(one)}
    return tuple(venue for venue in rules.announce if venue not in proven)


def announced_at(decision: Decision, rules: DecisionClass) -> datetime | None:
    """Return when it stood everywhere that the class wants: the last of the first proofs; None while one lacks."""
    if lacking(decision, rules):
        return None
    first = [
        min(one.at for one in decision.announced if one.venue == venue and is_proof(one)) for venue in rules.announce
    ]
    return max(first, default=decision.opened)


def earliest(decision: Decision, rules: DecisionClass) -> datetime | None:
    """Return the earliest end: the period of the class after the announcement and after each change of substance."""
    start = announced_at(decision, rules)
    if start is None:
        return None
    changes = [one.at for one in decision.revisions if one.n > 1 and not one.typo]
    return max([start, *changes]) + length(rules.min_period)


def last_moved(decision: Decision) -> datetime:
    """Return when anything was last said about it."""
    times = [
        decision.opened,
        *(one.at for part in (decision.announced, decision.revisions, decision.support) for one in part),
        *(when for one in decision.objections for when in (one.at, one.resolved_at) if when is not None),
    ]
    return max(times)


def closes_at(decision: Decision, policy: PolicyConsensus, listening_since: datetime) -> datetime:
    """Return when it may be closed: the grace for slow mail after the deadline or, if nobody listened then, after that.

    So what could not be said to a bot that was away can be said again.
    """
    return max(decision.deadline, listening_since) + length(policy.mail_grace)


def next_look(decision: Decision, policy: PolicyConsensus, listening_since: datetime, at: datetime) -> datetime | None:
    """Return when time alone may change something next; None if only people can."""
    if decision.state == "objected":
        return last_moved(decision) + timedelta(days=policy.stalled_days)
    if decision.state not in RUNNING or (decision.gate is not None and decision.gate.state == "waiting"):
        return None
    closes = closes_at(decision, policy, listening_since)
    return decision.deadline if at < decision.deadline else closes if at < closes else None
