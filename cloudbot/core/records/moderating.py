"""Who may judge what a provider asks for: delegates without an interest in it, as far as the records tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.governance import Declaration
from cloudbot.core.records.kinds.people import Org, Person
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from cloudbot.core.records.tree import View


def may_judge(view: View, provider: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the delegates of the day who may judge a registration of a provider, and those with an interest in it.

    An interest is an affiliation or declaration that holds on the day and leads to an organisation that operates the
    provider, now or later: directly, by a contract, or through whom it belongs to. The longer ways are the conflict
    engine's.
    """
    there = [one.active for one in delegates_on(view, view.on).values()]
    delegates = sorted(name for name in frozenset[str]().union(*there) if not has_left(view, name))
    barred = tuple(name for name in delegates if _is_interested(view, name, provider))
    return tuple(name for name in delegates if name not in barred), barred


def _is_interested(view: View, name: str, provider: str) -> bool:
    found = view.get(Provider, "provider", provider)
    person = view.get(Person, "person", name)
    held = () if person is None else person.affiliations
    orgs = {one.org for one in held if one.org and one.holds(view.on)}
    for declaration in view.all(Declaration):
        if declaration.record.person == name and declaration.record.date_ <= view.on:
            interests = [one.subject for one in declaration.record.interests if one.holds(view.on)]
            if any(subject.provider == provider for subject in interests):
                return True
            orgs |= {subject.org for subject in interests if subject.org}
    operators = {o.org for o in found.operators if o.to is None or view.on < o.to} if found is not None else set()
    return any(operators & _reach(view, org) for org in orgs)


def _reach(view: View, name: str) -> set[str]:
    """Return an organisation, those it works for and those it belongs to on the day."""
    org = view.get(Org, "org", name)
    edges = () if org is None else (*org.parents, *org.contracts_for)
    return {name, *(edge.org for edge in edges if edge.holds(view.on))}
