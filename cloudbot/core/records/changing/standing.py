"""Who gains by a change: whom it appoints, who is given access, whose conflict of interest it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.changing.asked import comes_back
from cloudbot.core.records.kinds.governance import DelegationAct
from cloudbot.core.records.kinds.people import Org, Person
from cloudbot.core.records.kinds.providers import Operator, Provider

if TYPE_CHECKING:
    from cloudbot.core.records.changing.alteration import Alteration
    from cloudbot.core.records.changing.differences import Difference
    from cloudbot.core.records.tree import View

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
    """Return which of those who make or approve a change are no longer bound to a provider by it."""
    if not difference.keys & {"operators", "parents", "contracts_for"} or change.by is None:
        return frozenset()
    people = {change.by.person, *(change.by.approvers or ())} - {None}
    return frozenset(p for p in people if p is not None and ties(change.before, p) - ties(change.after, p))


def ties(view: View, person: str) -> frozenset[str]:
    """Return the providers whose operators, or those to come, a person is bound to on the day, by affiliations.

    Parents count in both directions, contracts towards the client; what else makes a conflict is the policy's.
    """
    record = view.get(Person, "person", person)
    reached = {a.org for a in record.affiliations if a.org and a.holds(view.on)} if record else set()
    if not reached:
        return frozenset()
    todo = list(reached)
    edges = _edges(view)
    while todo:
        for org in edges.get(todo.pop(), ()):
            if org not in reached:
                reached.add(org)
                todo.append(org)
    return frozenset(p.id for p in view.all(Provider) if any(_reaches(o, reached, view) for o in p.record.operators))


def _reaches(operator: Operator, orgs: set[str], view: View) -> bool:
    return operator.org in orgs and (operator.to is None or view.on < operator.to)


def _edges(view: View) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for one in view.all(Org):
        for edge in one.record.parents:
            if edge.holds(view.on):
                edges.setdefault(one.id, set()).add(edge.org)
                edges.setdefault(edge.org, set()).add(one.id)
        for edge in one.record.contracts_for:
            if edge.holds(view.on):
                edges.setdefault(one.id, set()).add(edge.org)
    return edges
