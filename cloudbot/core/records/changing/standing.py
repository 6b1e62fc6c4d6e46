"""Who gains by a change: whom it appoints, who is given access, whose conflict of interest it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.governance.recusals import bound_to
from cloudbot.core.records.changing.asked import comes_back
from cloudbot.core.records.kinds.governance import DelegationAct
from cloudbot.core.records.kinds.people import Edge, Org, Person
from cloudbot.core.records.kinds.providers import Operator, Provider

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.records.changing.alteration import Alteration
    from cloudbot.core.records.changing.differences import Difference

_IDENTITY = frozenset({"accounts", "debian", "key"})


def winners(change: Alteration, difference: Difference) -> frozenset[str]:
    """Return the people whose own standing a change of one record improves, or may."""
    record = difference.filed.record
    match record:
        case DelegationAct():
            gives = record.act in {"appoint", "renew", "correct"} and record.members != "all"
            return frozenset(record.members) if gives else frozenset()
        case Person():
            gains = bool(difference.keys & _IDENTITY) or comes_back(difference)
            return frozenset({record.id}) if gains else frozenset()
        case Provider():
            return _custodians(difference) | _freed(change, difference)
        case Org():
            return _freed(change, difference)
        case _:
            return frozenset()


def _custodians(difference: Difference) -> frozenset[str]:
    """Return who comes into the custody or the name of an account, or out of it."""
    before, after = (_in_custody(one.record) if one else set() for one in (difference.before, difference.after))
    return frozenset(person for person, _ in before ^ after)


def _in_custody(provider: object) -> set[tuple[str, str]]:
    accounts = provider.accounts if isinstance(provider, Provider) else ()
    held = {(account.holder.person, account.id) for account in accounts if account.holder.person is not None}
    return held | {(person, account.id) for account in accounts for person in account.custody}


def _freed(change: Alteration, difference: Difference) -> frozenset[str]:
    """Return which of those who make or approve a change are by it no longer bound to a provider, now or some day.

    The day of the change and every later day that the record names, before or after, are looked at, so that an end that
    is put on tomorrow is one too. Who will run a provider later counts from now on.
    """
    if not difference.keys & {"operators", "parents", "contracts_for"} or change.by is None:
        return frozenset()
    people = {change.by.person, *(change.by.approvers or ())} - {None}
    days = {change.after.on} | {day for day in _days(difference) if day > change.after.on}
    return frozenset(
        person
        for person in people
        if person is not None
        and any(bound_to(change.before, person, day) - bound_to(change.after, person, day) for day in days)
    )


def _days(difference: Difference) -> frozenset[date]:
    found: set[date | None] = set()
    for filed in (difference.before, difference.after):
        record = filed.record if filed is not None else None
        edges: tuple[Edge | Operator, ...] = ()
        if isinstance(record, Org):
            edges = (*record.parents, *record.contracts_for)
        elif isinstance(record, Provider):
            edges = record.operators
        found |= {day for edge in edges for day in (edge.from_, edge.to)}
    return frozenset(day for day in found if day is not None)
