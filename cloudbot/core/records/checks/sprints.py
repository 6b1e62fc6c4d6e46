"""The gates of a sprint: who may book when, what is owed before and afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.sprints import Sprint, SprintAttendees
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View

_OFF = frozenset({"cancelled", "declined"})
_ANNOUNCED = frozenset({"announced", "confirmed", "running", "held", "reported", "claims-closed", "archived"})
_APPROVED = _ANNOUNCED | {"budget-approved"}
_SOON = timedelta(days=90)
"""Without a decision: how long before a sprint people begin to ask whether they may book."""
_CLOSING = timedelta(days=14)


def lacking(view: View, sprint: Sprint) -> list[str]:
    """Return what keeps booking shut: dates, decision, money."""
    lacks = []
    if sprint.dates.from_ is None or sprint.dates.to is None:
        lacks.append("no dates")
    elif not sprint.dates.final:
        lacks.append("provisional dates")
    decision = view.get(Decision, "decision", sprint.decision)
    if decision is not None and decision.state != "accepted":
        lacks.append("no accepted decision")
    if sprint.budget.needed and (sprint.budget.approved is None or sprint.budget.declined is not None):
        lacks.append("no budget approval")
    return lacks


def booking(view: View) -> Iterator[Hit]:
    """Nobody is told to book before dates are final and money is approved; once decided, it is not left open."""
    for one in view.all(Sprint):
        sprint, lacks = one.record, lacking(view, one.record)
        if not lacks or sprint.state in _OFF:
            continue
        what = "has " + " and ".join(lacks)
        if sprint.booking == "open":
            yield Hit(one, ("booking",), one.id, f"{what}, and booking is open", 'booking = "closed" until then', "E")
        elif _is_asked(view, sprint):
            yield Hit(
                one,
                ("booking",),
                one.id,
                f"{what}, so that nobody can book",
                "final = true and the approval, when they are there",
            )


def _is_asked(view: View, sprint: Sprint) -> bool:
    """Whether people wait for it: the decision's time is over, or without one the day is near."""
    first = sprint.dates.from_
    if first is not None and view.on >= first:
        return False
    decision = view.get(Decision, "decision", sprint.decision)
    if decision is not None:
        return decision.deadline.date() < view.on
    return first is not None and view.on >= first - _SOON


def budget(view: View) -> Iterator[Hit]:
    """A sprint whose money is said to be approved has the approval's day and proof."""
    for one in view.all(Sprint):
        money = one.record.budget
        proven = money.approved and (money.evidence.msgid or money.evidence.url) and not money.declined
        if one.record.state in _APPROVED and money.needed and not proven:
            what = f"is {one.record.state} without proof that its money is approved"
            yield Hit(one, ("budget",), one.id, what, "approved and evidence in [budget], or needed = false")


def final(view: View) -> Iterator[Hit]:
    """An announced sprint has final dates."""
    for one in view.all(Sprint):
        if one.record.state in _ANNOUNCED and not (one.record.dates.final and one.record.dates.from_):
            yield Hit(
                one,
                ("dates",),
                one.id,
                f"is {one.record.state} with provisional dates",
                "final = true, or an earlier state",
            )


def _over(view: View) -> Iterator[tuple[Filed[Sprint], date]]:
    for one in view.all(Sprint):
        last = one.record.dates.to
        if last is not None and last < view.on:
            yield one, last


def report(view: View) -> Iterator[Hit]:
    """A sprint that took place has its report in time."""
    for one, last in _over(view):
        paper = one.record.report
        due = last + timedelta(days=paper.due_days)
        sent = paper.url is not None or (paper.sent is not None and paper.sent <= view.on)
        if one.record.dates.final and one.record.state not in _OFF and view.on > due and not sent:
            yield Hit(one, ("report",), one.id, f"owes its report since {due}", "url in [report]")


def claims(view: View) -> Iterator[Hit]:
    """Open claims are brought before the window closes; a cancelled sprint's too."""
    for one, last in _over(view):
        end = last + timedelta(days=one.record.claims_close_days_after)
        if one.record.claims == "open" and view.on > end - _CLOSING:
            verb = "closed" if view.on > end else "closes"
            yield Hit(
                one,
                ("claims",),
                one.id,
                f"has open claims, and their time {verb} with {end}",
                'claims = "closed" when they are',
            )


def coverage(view: View) -> Iterator[Hit]:
    """Invited providers have answered a month before."""
    coming = {s.record.sprint: {p.represents for p in s.record.people} for s in view.all(SprintAttendees)}
    days = timedelta(days=view.policy(PolicyActivity).coverage_days)
    for one in view.all(Sprint):
        first = one.record.dates.from_
        if first is None or one.record.state in _OFF or not first - days <= view.on < first:
            continue
        told = {r.provider for r in one.record.replies if r.at <= view.on} | coming.get(one.id, set())
        for name in sorted(set(one.record.invited_providers) - told):
            yield Hit(
                one,
                ("invited_providers",),
                f"{one.id}/{name}",
                f"has no answer of {name}",
                f'replies with provider = "{name}"',
            )
