"""Who sits against a rule on eligibility, who has to declare, whose support of a decision does not count, by time.

Facts are never refused for what follows from them: all of this is reported. What an appointment may not bring in, and
who may not close a decision, is among the rules of a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.governance.declared import WANTING, declared_on
from cloudbot.core.governance.eligibility import breaches, rules_on, sitting, ways_into
from cloudbot.core.governance.explaining import explained, why
from cloudbot.core.governance.recusals import recused
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.policies import PolicyCoi
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudbot.core.governance.declared import Declared
    from cloudbot.core.governance.eligibility import Breach
    from cloudbot.core.records.tree import View

SETTLE = "other facts if these are wrong; else it is for the people concerned to settle"


def forbidden(view: View) -> Iterator[Hit]:
    """No delegate has an interest that the rule in force forbids."""
    yield from _sitting(view, "C-FORBIDDEN")


def too_many(view: View) -> Iterator[Hit]:
    """No more delegates are bound to one group than the rule in force allows."""
    yield from _sitting(view, "C-MAX")


def _sitting(view: View, rule: str) -> Iterator[Hit]:
    for team, people in sitting(view, view.on).items():
        rules = rules_on(view, view.on, team)
        for breach in breaches(view, people, view.on, rules, appointing=False):
            if breach.rule == rule:
                yield from said(view, breach, team)


def said(view: View, breach: Breach, team: str) -> Iterator[Hit]:
    """Yield what is said of a breach: of each person where none may be bound, else once."""
    grace = f"; it may last until {breach.last_day}" if breach.last_day is not None else ""
    for subject in breach.subjects:
        person = subject.partition("/")[0] if breach.rule == "C-FORBIDDEN" else breach.people[0]
        if breach.rule == "C-FORBIDDEN":
            what = f"names {person} for {team}, bound to {breach.group}: {_way(view, breach, person)}"
        else:
            ways = " | ".join(f"{one}: {_way(view, breach, one)}" for one in breach.people)
            what = f"has {len(breach.people)} for {team} bound to {breach.group}, and {breach.most} may be: {ways}"
        filed = view.all(PolicyCoi)[0]
        number = filed.record.versions.index(breach.version)
        yield Hit(filed, ("versions", number), subject, what + grace, SETTLE)


def _way(view: View, breach: Breach, person: str) -> str:
    return explained(view, ways_into(view, breach.version, person, breach.group, view.on)[0])


def undeclared(view: View) -> Iterator[Hit]:
    """Every delegate has declared what interests there are, or that there are none."""
    for person, one in _wanting(view).items():
        if one.state == "missing":
            filed = view.tree.by_identity.get(("person", person)) or view.all(PolicyCoi)[0]
            what = f"has no declaration of {person}, who is a delegate"
            yield Hit(filed, (), person, what, f"declarations/{person}-{view.on.year}.toml, which only {person} makes")


def outdated(view: View) -> Iterator[Hit]:
    """The declaration of a delegate is not older than the policy's months."""
    for person, one in _wanting(view).items():
        if one.state == "stale" and one.record is not None:
            filed = view.tree.by_identity["declaration", one.record.id]
            what = f"counted until {one.until}, and {person} is a delegate"
            yield Hit(filed, ("date",), person, what, f"a new one, which only {person} makes")


def _wanting(view: View) -> Mapping[str, Declared]:
    """Return the delegates who have something to declare, where a rule is in force, by name."""
    found: dict[str, Declared] = {}
    for team, people in sitting(view, view.on).items():
        if rules_on(view, view.on, team):
            found |= {person: declared_on(view, person, view.on) for person in people}
    return {person: one for person, one in sorted(found.items()) if one.state in WANTING}


def supporting(view: View) -> Iterator[Hit]:
    """Who supports or closes a decision has no interest in what it is about."""
    for one in view.all(Decision):
        record = one.record
        if record.opened.date() > view.on or not (record.support or record.closed_by):
            continue
        spoke = {each.person for each in record.support if each.at.date() <= view.on}
        closed = (
            {record.closed_by}
            if record.closed_by and record.closed_at and record.closed_at.date() <= view.on
            else set()
        )
        for person, conflict in recused(view, record, spoke | closed).items():
            verb = "is closed by" if person in closed else "has the support of"
            what = f"{verb} {person}, who steps back from {conflict.topic}: {why(view, conflict)}"
            at = ("closed_by",) if person in closed else ("support",)
            yield Hit(one, at, f"{one.id}/{person}", what, "nothing there; the support does not count")
