"""Who steps back from a decision and why, and when so many do that the team alone cannot decide.

Who steps back may speak and object; their support does not count, and they neither close, moderate nor approve. An
interest counts if it was there when the question was opened or is there on the day: a declaration that is written anew
in between changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.governance.eligibility import sitting
from cloudbot.core.governance.interests import Interests, Way, interests_of, ways_to_org, ways_to_provider
from cloudbot.core.governance.topics import Touched, touched_by
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.permissions import is_member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from cloudbot.core.records.kinds.governance import Decision
    from cloudbot.core.records.tree import View

_EMPLOYING = frozenset({"employment", "contract", "ownership"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why one person steps back: by a way to a topic, because they are one, or because they say so."""

    person: str
    topic: str
    way: Way | None = None
    said: bool = False
    "recorded in the decision, for a reason that the records do not compute"


def conflict(view: View, person: str, touched: Touched, days: Iterable[date]) -> Conflict | None:
    """Return why somebody steps back from what touches these topics, on any of these days; None if nothing is known."""
    if person in touched.persons:
        return Conflict(person=person, topic=person)
    for day in days:
        its = interests_of(view, person, day)
        found = _to_providers(view, its, touched, day) or _to_orgs(view, its, touched, day)
        if found is not None:
            return found
    return None


def _to_providers(view: View, its: Interests, touched: Touched, day: date) -> Conflict | None:
    if not touched.providers:
        return None
    for provider in sorted(touched.providers & its.providers()):
        return Conflict(person=its.person, topic=provider, way=ways_to_provider(view, its, provider, day)[0])
    return None


def _to_orgs(view: View, its: Interests, touched: Touched, day: date) -> Conflict | None:
    """Look at organisations: the topics, those of persons who are topics, and those that run a declared provider."""
    of_persons = {org for person in touched.persons for org in _employers(view, person, day)}
    for org in sorted(touched.orgs | of_persons):
        if its.reaches(org):
            return Conflict(person=its.person, topic=org, way=ways_to_org(view, its, org, day)[0])
    for tie in its.ties:
        if tie.provider is not None and touched.orgs & _runners(view, tie.provider, day):
            return Conflict(person=its.person, topic=tie.provider, way=Way(tie=tie))
    return None


def _employers(view: View, person: str, day: date) -> frozenset[str]:
    found = view.get(Person, "person", person)
    held = () if found is None else found.affiliations
    return frozenset(one.org for one in held if one.org and one.kind in _EMPLOYING and one.holds(day))


def _runners(view: View, provider: str, day: date) -> frozenset[str]:
    found = view.get(Provider, "provider", provider)
    return frozenset(one.org for one in found.operators if one.holds(day)) if found is not None else frozenset()


def days_of(decision: Decision, on: date) -> tuple[date, ...]:
    """Return the days that count for a decision: its opening, and its end or the day it is looked at."""
    opened = decision.opened.date()
    last = decision.closed_at.date() if decision.closed_at is not None else on
    return (opened,) if last <= opened else (opened, last)


def recused(view: View, decision: Decision, people: Iterable[str] | None = None) -> Mapping[str, Conflict]:
    """Return who steps back from a decision, of these people or of the team, each with why.

    What the decision itself records of somebody stands where the records compute nothing.
    """
    touched, days = touched_by(view, decision), days_of(decision, view.on)
    team = [one.id for one in view.all(Person) if is_member(view, one.id)] if people is None else people
    found = {person: why for person in team if (why := conflict(view, person, touched, days)) is not None}
    said = {one.person: Conflict(person=one.person, topic=decision.id, said=True) for one in decision.recusals}
    return {person: why for person, why in sorted((said | found).items()) if people is None or person in team}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideView:
    """Why a decision cannot pass by the team alone. Then the DPL or members without interest are asked."""

    out: tuple[str, ...]
    "delegates who step back"
    delegates: int
    left: int
    "supporters who count"
    quorum: int


def outside_view(view: View, decision: Decision) -> OutsideView | None:
    """Say that a decision needs a view from outside: too many step back for the team alone to decide.

    More than a third of the delegates, exactly a third being not more; or so many of the team that fewer are left than
    the quorum asks for.
    """
    day = days_of(decision, view.on)[-1]
    delegates = frozenset[str]().union(*sitting(view, day).values())
    away = recused(view, decision)
    out = sorted(delegates & away.keys())
    rules = view.policy(PolicyConsensus).classes.get(decision.class_)
    quorum = rules.quorum if rules is not None else 0
    team = {one.id for one in view.all(Person) if is_member(view, one.id)}
    left = len(team - away.keys() - {decision.proposer})
    if len(out) * 3 > len(delegates) or (away and left < quorum):
        return OutsideView(out=tuple(out), delegates=len(delegates), left=left, quorum=quorum)
    return None


def counted_support(view: View, decision: Decision) -> frozenset[str]:
    """Return whose support counts: of the newest version of substance, without the proposer and who steps back."""
    newest = max((one.n for one in decision.revisions if not one.typo), default=1)
    said = {one.person for one in decision.support if one.revision is None or one.revision >= newest}
    return frozenset(said - {decision.proposer} - recused(view, decision, said).keys())


def bound_to(view: View, person: str, day: date, *, since: date | None = None) -> frozenset[str]:
    """Return the providers that somebody may not judge: bound on the day, or when asked, to who runs it or will."""
    days = [day] if since is None or since >= day else [day, since]
    return frozenset[str]().union(*(interests_of(view, person, each, coming=True).providers() for each in days))
