"""How things stand with somebody's declaration on a day. Not declared is not "no interest", and private is neither."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from cloudbot.core.governance.facts import facts_of
from cloudbot.core.governance.interests import Interests, in_force, interests_of
from cloudbot.core.records.kinds.governance import Declaration
from cloudbot.core.records.kinds.policies import PolicyCoi

if TYPE_CHECKING:
    from cloudbot.core.records.tree import View

State = Literal["missing", "stale", "contradicting", "none", "declared", "private"]
"""The first three ask the person for something; the others are fine."""
WANTING: frozenset[State] = frozenset({"missing", "stale", "contradicting"})
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The newest declaration that speaks for a role on a day, and what can be said of it."""

    state: State
    record: Declaration | None = None
    until: date | None = None
    "the last day it counts"


def declared_on(view: View, person: str, day: date, role: str = "delegates") -> Declared:
    """Decide how somebody's declaration for a role stands on a day."""
    every = facts_of(view.tree).declarations.get(person, ())
    mine = [one for one in in_force(every, day) if not one.covers or role in one.covers]
    if not mine:
        return Declared(state="missing")
    newest = mine[-1]
    until = last_day(view, newest)
    its = interests_of(view, person, day)
    if day > until:
        state: State = "stale"
    elif newest.none:
        state = "contradicting" if contradicted(its) else "none"
    else:
        state = "private" if its.private else "declared"
    return Declared(state=state, record=newest, until=until)


def contradicted(its: Interests) -> tuple[str, str] | None:
    """Return an organisation of an affiliation and the provider it leads to, which "no interest" denies.

    Work for nothing as a volunteer denies it not.
    """
    for tie in its.ties:
        if tie.affiliation and tie.kind != "volunteer" and tie.org is not None:
            found = replace(its, ties=(tie,)).providers()
            if found:
                return tie.org, min(found)
    return None


def last_day(view: View, declaration: Declaration) -> date:
    """Return the last day a declaration counts: its own, or the same day after the policy's months."""
    if declaration.valid_until is not None:
        return declaration.valid_until
    made = declaration.date_
    months = made.month - 1 + view.policy(PolicyCoi).declaration_valid_months
    year, month = made.year + months // _MONTHS, months % _MONTHS + 1
    following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return min(date(year, month, 1) + timedelta(days=made.day - 1), following - timedelta(days=1))
