"""Decisions and rules in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cloudbot.core.consensus.acts import Act, Announced, Ticked
from cloudbot.core.consensus.counting import digest
from cloudbot.core.consensus.lifecycle import Rules, transition
from cloudbot.core.records.kinds.governance import Decision, Revision
from cloudbot.core.records.kinds.policies import DecisionClass, PolicyConsensus

AT = datetime(2019, 7, 22, 21, 17, tzinfo=UTC)
"A Monday; the room said: until the end of the week."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEAM = frozenset({"alice", "bob", "carol", "dan", "grace"})
LIST = Announced(venue="list", msgid="<m1@example.org>")
CHANNEL = Announced(venue="irc", channel="#debian-cloud")
TITLE = "Meet each month"


def rules(**of_class: object) -> Rules:
    class_ = DecisionClass.model_validate({"min_period": "72h", "quorum": 0, **of_class})
    return Rules(class_=class_, policy=PolicyConsensus(), members=TEAM)


def draft(asked: timedelta = 3 * DAY, **keys: object) -> Decision:
    return Decision.model_validate(
        {
            "schema": "cloudbot/decision/1",
            "id": "D-2019-003",
            "title": TITLE,
            "class": "routine",
            "proposer": "grace",
            "opened": AT,
            "deadline": AT + asked,
            "revisions": (Revision(n=1, at=AT, sha256=digest(TITLE, None)),),
            "state": "draft",
            **keys,
        }
    )


def after(decision: Decision, *acts: tuple[timedelta, Act], by: Rules | None = None) -> Decision:
    """Return a decision after acts, each so long after it was opened."""
    for since, act in acts:
        decision = transition(decision, act, by or rules(), AT + since)
    return decision


def opened(by: Rules | None = None, **keys: Any) -> Decision:  # noqa: ANN401 - of a model
    """Return a decision that was announced everywhere an hour after it was proposed."""
    return after(draft(**keys), (HOUR, LIST), (HOUR, CHANNEL), by=by)


def tick(since: timedelta = timedelta(), **keys: Any) -> Ticked:  # noqa: ANN401 - of a model
    return Ticked(listening_since=AT + since, members=TEAM, **keys)
