"""What the records ask a meeting: decisions that end, delegations that do, gates of sprints, old images, open offers.

Dates and facts, as the records have them on the day. What an action owes is an item of its own, in `reviewing`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from cloudbot.core.records.checks import delegations as ends
from cloudbot.core.records.checks.images import stale
from cloudbot.core.records.gates import gates
from cloudbot.core.records.kinds.governance import Decision, Declaration, DelegationAct
from cloudbot.core.records.kinds.images import Image
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.policies import PolicyCoi
from cloudbot.core.records.kinds.providers import Offer
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import Filed, View

LIVE = frozenset({"open", "objected", "needs-outside-view", "stalled"})
"""States of a decision in which a meeting may say something to it."""


def _due(view: View, until: date) -> list[Filed[Decision]]:
    found = [one for one in view.all(Decision) if one.record.state in LIVE and one.record.deadline.date() <= until]
    return sorted(found, key=lambda one: (one.record.deadline, one.id))


def decisions(view: View, until: date) -> tuple[str, ...]:
    """Say which decisions end before the meeting after this one, or should have."""
    return tuple(_decision(one, view) for one in _due(view, until))


def _decision(one: Filed[Decision], view: View) -> str:
    decision = one.record
    ends_on = decision.deadline.date()
    when = f"until {ends_on}" if ends_on >= view.on else f"was to end {ends_on}, {(view.on - ends_on).days} d ago"
    objections = sum(each.resolved_at is None for each in decision.objections)
    met = f"; {objections} open objection{'s' if objections > 1 else ''}" if objections else ""
    return f"{one.id} {decision.title}; {decision.state}, {when}; proposed by {decision.proposer}{met}"


def touched(view: View, until: date) -> tuple[str, ...]:
    """Return the providers that these decisions are about, for who has to step back."""
    return tuple(sorted({name for one in _due(view, until) for name in one.record.topics.providers}))


def delegations(view: View) -> tuple[str, ...]:
    """Say what ends, has ended or was announced of delegations, and which delegates' declarations do not count."""
    return (*_acts(view), *_declared(view))


def _acts(view: View) -> Iterator[str]:
    acts = {act.path: act for act in view.all(DelegationAct)}
    for rule in (ends.lapsed, ends.expiring, ends.resigning):
        for hit in rule(view):
            act = acts[hit.filed.path]
            yield f"{act.id} {hit.what}{f' {act.record.evidence.url}' if act.record.evidence.url else ''}"


def _declared(view: View) -> Iterator[str]:
    """Say until when the newest declaration of a delegate counted; that there is none is said as it is."""
    months = view.policy(PolicyCoi).declaration_valid_months
    delegates = {person for standing in delegates_on(view, view.on).values() for person in standing.active}
    for person in sorted(delegates):
        last = [_last_day(one.record, months) for one in view.all(Declaration) if _counts(one.record, person, view)]
        if not last:
            yield f"{person}: no declaration of interests"
        elif max(last) < view.on:
            yield f"{person}: declaration of interests counted until {max(last)}"


def _counts(one: Declaration, person: str, view: View) -> bool:
    return one.person == person and one.date_ <= view.on


def _last_day(one: Declaration, months: int) -> date:
    """Return the last day a declaration counts: its own, else the policy's months after it was made."""
    return one.valid_until or one.date_ + relativedelta(months=months)


def sprints(view: View) -> tuple[str, ...]:
    """Say which gates of sprints are shut: of those to come, and of those that still owe something."""
    every = sorted(view.all(Sprint), key=lambda one: (one.record.dates.from_ or date.max, one.id))
    lines = []
    for one in every:
        lacking = [gate.lacks for gate in gates(view, one)]
        if lacking and one.record.state != "archived":
            when = one.record.dates.from_
            begins = f", {when}" if when is not None else ""
            lines.append(f"{one.id} {one.record.title}{begins}: {'; '.join(lacking)}")
    return tuple(lines)


def images(view: View) -> tuple[str, ...]:
    """Say which images are older than their record allows, and who answers for them."""
    lines = []
    for hit in stale(view):
        image = view.get(Image, "image", hit.subject)
        people = ", ".join(image.responsible.people) if image is not None else ""
        whose = people or (image.responsible.team if image is not None else "") or "nobody answers for it"
        lines.append(f"{hit.subject} {hit.what}; {whose}")
    return tuple(lines)


def offers(view: View) -> tuple[str, ...]:
    """Say which offers stand without an answer: those to come back to by now, and those without a day for it."""
    lines = []
    for one in sorted(view.all(Offer), key=lambda each: (each.record.made, each.id)):
        offer = one.record
        if offer.state == "open" and (offer.follow_up is None or offer.follow_up <= view.on):
            org = view.get(Org, "org", offer.org)
            of = f" of {org.name}" if org is not None else ""
            due = f"; to come back to since {offer.follow_up}" if offer.follow_up is not None else ""
            lines.append(f"{one.id} {offer.what}{of}; made {offer.made}, {(view.on - offer.made).days} d ago{due}")
    return tuple(lines)
