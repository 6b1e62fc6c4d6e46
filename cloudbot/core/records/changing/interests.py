"""What an appointment and the end of a decision may not bring in, whoever makes them.

An act is looked at on the day it takes effect, by the rules as they were before the change; nothing is asked where none
was in force. Facts about people and organisations are never refused for what follows from them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cloudbot.core.governance.declared import declared_on
from cloudbot.core.governance.eligibility import breaches, rules_on, sitting, ways_into
from cloudbot.core.governance.explaining import explained, why
from cloudbot.core.governance.recusals import counted_support, outside_view, recused
from cloudbot.core.records.kinds.governance import Decision, DelegationAct
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.changing.alteration import Alteration
    from cloudbot.core.records.changing.differences import Difference
    from cloudbot.core.records.findings import Severity
    from cloudbot.core.records.words import Part

_OPEN = frozenset({"draft", "open", "objected"})


def eligible(change: Alteration) -> Iterator[Hit]:
    """Nobody is appointed whom the rule in force on that day forbids."""
    return _ineligible(change, "C-FORBIDDEN")


def within_limit(change: Alteration) -> Iterator[Hit]:
    """No appointment binds more people of a team to one group than the rule in force on that day allows."""
    return _ineligible(change, "C-MAX")


def _ineligible(change: Alteration, name: str) -> Iterator[Hit]:
    for filed, act, day, people in _appointments(change):
        group = sitting(change.after, day).get(act.team, frozenset()) | people
        rules = rules_on(change.before, day, act.team)
        for breach in breaches(change.after, group, day, rules):
            if breach.rule != name:
                continue
            ways = {
                one: explained(change.after, ways_into(change.after, breach.version, one, breach.group, day)[0])
                for one in breach.people
            }
            appointed = [one for one in breach.people if one in people]
            if name == "C-FORBIDDEN":
                for one in appointed:
                    what = f"appoints {one}, bound to {breach.group}: {ways[one]}"
                    yield Hit(filed, ("members",), f"{one}/{breach.group}", what, "somebody whom the rule allows")
            elif appointed:
                told = " | ".join(f"{one}: {way}" for one, way in ways.items())
                what = f"would bind {len(ways)} to {breach.group}, and {breach.most} may be: {told}"
                subject = f"{breach.group}/{len(ways)}"
                yield Hit(filed, ("members",), subject, what, "somebody whom the rule allows")


def declared(change: Alteration) -> Iterator[Hit]:
    """Who is appointed has declared what interests there are, or that there are none."""
    for filed, one, severity in _undeclared(change, "missing"):
        yield Hit(
            filed, ("members",), one, f"appoints {one}, who has declared nothing", f"a declaration by {one}", severity
        )


def declared_lately(change: Alteration) -> Iterator[Hit]:
    """The declaration of who is appointed is not older than the policy's months."""
    for filed, one, severity in _undeclared(change, "stale"):
        what = f"appoints {one}, whose declaration is older than the policy allows"
        yield Hit(filed, ("members",), one, what, f"a new declaration by {one}", severity)


def _undeclared(change: Alteration, state: str) -> Iterator[tuple[Filed[Part], str, Severity]]:
    """Yield who is appointed with a declaration in a state, on the day and now; history is not refused for it."""
    for filed, act, day, people in _appointments(change):
        if rules_on(change.before, day, act.team):
            for one in sorted(people):
                states = [declared_on(change.after, one, each).state for each in (day, change.after.on)]
                if states[0] == state and states[1] in {"missing", "stale"}:
                    yield filed, one, "W" if act.imported else "E"


def _appointments(change: Alteration) -> Iterator[tuple[Filed[Part], DelegationAct, date, frozenset[str]]]:
    """Yield the new acts that appoint people by name, with the day they take effect."""
    for one in change.differences:
        act = one.after.record if one.before is None and one.after is not None else None
        if not isinstance(act, DelegationAct) or act.act not in {"appoint", "renew"} or act.members == "all":
            continue
        day = act.effective or act.issued
        if isinstance(day, date):
            yield one.filed, act, day, frozenset(act.members)


def closing(change: Alteration) -> Iterator[Hit]:
    """Who closes a decision has no interest in what it is about."""
    for one, record in _closed(change):
        person = record.closed_by  # without one it is the clock that closes, for whoever proposed it
        conflict = recused(change.after, record, [person]).get(person) if person is not None else None
        if conflict is not None:
            what = f"is closed by {person}, who steps back from {conflict.topic}: {why(change.after, conflict)}"
            yield Hit(one.filed, one.first_key, f"{record.id}/{person}", what, "somebody without an interest in it")


def counted(change: Alteration) -> Iterator[Hit]:
    """A decision is accepted with enough support of people who do not step back, or with a view from outside."""
    for one, record in _closed(change):
        rules = change.before.policy(PolicyConsensus).classes.get(record.class_)
        if record.state != "accepted" or rules is None:
            continue
        count, away = len(counted_support(change.after, record)), recused(change.after, record)
        if away and count < rules.quorum:
            what = f"is accepted with {count} of {rules.quorum} supporters, without {', '.join(away)}, who step back"
            yield Hit(one.filed, ("state",), record.id, what, 'the missing support, or state = "no-quorum"')
        asked = outside_view(change.after, record)
        if asked is not None and (record.gate is None or record.gate.state != "approved"):
            what = (
                f"is accepted though {len(asked.out)} of {asked.delegates} delegates step back ({asked.left} are left)"
            )
            yield Hit(one.filed, ("state",), f"{record.id}/outside", what, 'state = "needs-outside-view"')


def _closed(change: Alteration) -> Iterator[tuple[Difference, Decision]]:
    """Yield the decisions that a change brings to an end."""
    for one in change.differences:
        after = one.after.record if one.after is not None else None
        before = one.before.record if one.before is not None else None
        was_open = not isinstance(before, Decision) or before.state in _OPEN
        if isinstance(after, Decision) and after.state not in _OPEN | {"withdrawn"} and was_open:
            yield one, after
