"""How far a sprint is on a day, and the gates that are still shut: what each lacks, and what opens it.

States and their order are those of section 3.7 of the records' description; what is only a date is reckoned, not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.checks.sprints import lacking
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.sprints import Sprint, SprintAttendees, SprintState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudbot.core.records.kinds.sprints import Attendee
    from cloudbot.core.records.tree import Filed, View

OFF: Final = frozenset({"cancelled", "declined"})
HELD: Final = frozenset({"held", "reported", "claims-closed", "archived"})
NEXT: Final[Mapping[SprintState, tuple[SprintState, ...]]] = {
    "idea": ("proposed", "cancelled"),
    "proposed": ("agreed", "cancelled"),
    "agreed": ("budget-requested", "announced", "cancelled"),
    "budget-requested": ("budget-approved", "declined", "cancelled"),
    "budget-approved": ("announced", "declined", "cancelled"),
    "declined": ("budget-requested", "cancelled"),
    "announced": ("confirmed", "budget-approved", "agreed", "running", "cancelled"),
    "confirmed": ("running", "budget-approved", "agreed", "cancelled"),
    "running": ("held",),
    "held": ("reported",),
    "reported": ("claims-closed",),
    "claims-closed": ("archived",),
    "archived": (),
    "cancelled": (),
}
"""Which state a sprint may go to from each. Back from `announced` is for dates that move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate that is shut: its name, what is lacking, and what to type or to do."""

    name: str
    lacks: str
    opens: str


def is_over(view: View, sprint: Sprint) -> bool:
    """Whether its last day has passed, or it is said to have been held."""
    last = sprint.dates.to
    return sprint.state in HELD or (last is not None and last < view.on)


def ahead(view: View, sprint: Sprint) -> bool:
    """Whether it is still to come or under way."""
    return sprint.state not in OFF and not is_over(view, sprint)


def next_sprint(view: View) -> Filed[Sprint] | None:
    """Return the next one that has days, else one that has none yet, else the last one that was."""
    every = view.all(Sprint)
    coming = [one for one in every if ahead(view, one.record)]
    if coming:
        return min(coming, key=lambda one: (one.record.dates.from_ or date.max, one.id))
    return max(every, key=lambda one: (one.record.dates.to or date.min, one.id), default=None)


def attendees(view: View, sprint: str) -> tuple[Attendee, ...]:
    """Return who agreed to be named as coming."""
    found = (one.record for one in view.all(SprintAttendees) if one.record.sprint == sprint)
    return tuple(person for one in found for person in one.people if person.consent_public)


def gates(view: View, filed: Filed[Sprint]) -> tuple[Gate, ...]:
    """Return the gates that are shut on the day, in the order in which they open."""
    if filed.record.state in OFF:
        return tuple(_claims(view, filed))
    if is_over(view, filed.record):
        return (*_report(view, filed), *_claims(view, filed))
    return (
        *_dates(filed),
        *_decision(view, filed),
        *_budget(filed),
        *_booking(view, filed),
        *_host(view, filed),
        *_answers(view, filed),
    )


def _dates(one: Filed[Sprint]) -> Iterator[Gate]:
    dates = one.record.dates
    if dates.from_ is None or dates.to is None:
        yield Gate(name="dates", lacks="no dates", opens=f"!sprint {one.id} dates FIRST LAST [final]")
    elif not dates.final:
        yield Gate(
            name="dates", lacks="dates are provisional", opens=f"!sprint {one.id} dates {dates.from_} {dates.to} final"
        )


def _decision(view: View, one: Filed[Sprint]) -> Iterator[Gate]:
    name = one.record.decision
    decision = view.get(Decision, "decision", name)
    if name is None:
        yield Gate(name="decision", lacks="no decision to hold it", opens=f"!sprint {one.id} decision D-YEAR-NUMBER")
    elif decision is not None and decision.state != "accepted":
        until = f", {decision.state} until {decision.deadline:%Y-%m-%d}" if decision.deadline.date() >= view.on else ""
        state = until or f" is {decision.state}"
        yield Gate(name="decision", lacks=f"{name}{state}", opens="its acceptance")


def _budget(one: Filed[Sprint]) -> Iterator[Gate]:
    money = one.record.budget
    if not money.needed:
        return
    if money.declined is not None:
        yield Gate(
            name="budget", lacks=f"money declined {money.declined}", opens=f"!sprint {one.id} budget requested, again"
        )
    elif money.approved is None and money.requested is not None:
        yield Gate(
            name="budget",
            lacks=f"money asked for {money.requested}, no DPL approval",
            opens=f"!sprint {one.id} budget approved MAIL",
        )
    elif money.approved is None:
        yield Gate(name="budget", lacks="no money asked for", opens=f"!sprint {one.id} budget requested")


def _booking(view: View, one: Filed[Sprint]) -> Iterator[Gate]:
    if one.record.booking == "closed" and not lacking(view, one.record):
        yield Gate(name="booking", lacks="booking is closed", opens=f"!sprint {one.id} booking open")


def _host(view: View, one: Filed[Sprint]) -> Iterator[Gate]:
    host = one.record.host
    if host.org is None and host.contact is None:
        yield Gate(name="host", lacks="no host", opens=f"!sprint {one.id} host ORG contact PERSON backup PERSON")
        return
    for role, person in (("contact", host.contact), ("backup", host.backup)):
        if person is None or has_left(view, person):
            lacks = f"no {role} at the host" if person is None else f"{role} {person} has left"
            yield Gate(name=role, lacks=lacks, opens=f"!sprint {one.id} host {role} PERSON")


def _answers(view: View, one: Filed[Sprint]) -> Iterator[Gate]:
    sprint = one.record
    told = {reply.provider for reply in sprint.replies if reply.at <= view.on and reply.answer != "thinking"}
    told |= {person.represents for person in attendees(view, one.id) if person.represents is not None}
    silent = sorted(set(sprint.invited_providers) - told)
    if silent:
        lacks = f"no answer of {', '.join(silent)}"
        yield Gate(name="providers", lacks=lacks, opens=f"!sprint {one.id} reply PROVIDER coming")


def report_due(sprint: Sprint) -> date | None:
    """Return the last day on which the report is in time."""
    return None if sprint.dates.to is None else sprint.dates.to + timedelta(days=sprint.report.due_days)


def _report(view: View, one: Filed[Sprint]) -> Iterator[Gate]:
    paper, due = one.record.report, report_due(one.record)
    if due is not None and paper.url is None and (paper.sent is None or paper.sent > view.on):
        word = "owed since" if view.on > due else "due"
        yield Gate(name="report", lacks=f"report {word} {due}", opens=f"!sprint {one.id} report URL")


def claims_end(sprint: Sprint) -> date | None:
    """Return the last day for claims. How many days they have stays what it was when the sprint was agreed."""
    return None if sprint.dates.to is None else sprint.dates.to + timedelta(days=sprint.claims_close_days_after)


def _claims(view: View, one: Filed[Sprint]) -> Iterator[Gate]:
    end = claims_end(one.record)
    if one.record.claims == "open":
        until = "" if end is None else f" until {end}" if view.on <= end else f", and their time closed with {end}"
        yield Gate(name="claims", lacks=f"claims are open{until}", opens=f"!sprint {one.id} claims closed")
