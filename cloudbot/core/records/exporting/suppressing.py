"""Somebody who does not want to be named any more: the name goes out of what is shown; out of git it cannot go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import PolicyRetention

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.records.tree import View

SOMEBODY = "somebody"


def suppressed(view: View) -> frozenset[str]:
    """Return who is not to be named, by the team's policy of retention."""
    return frozenset(view.policy(PolicyRetention).suppressed)


def suppressing(view: View) -> Callable[[Any], Any]:
    """Return what puts `somebody` for every name of those people in a document: identities, names, logins, accounts.

    It is done in every text, also inside longer words joined by hyphens, as in `alice-2018`.
    """
    names = {name for identity in suppressed(view) for name in _names(view, identity)}
    if not names:
        return lambda document: document
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?i)(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])")

    def without(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
        if isinstance(value, str):
            return pattern.sub(SOMEBODY, value)
        if isinstance(value, list):
            return [without(one) for one in value]
        if isinstance(value, dict):
            return {key: without(one) for key, one in value.items()}
        return value

    return without


def _names(view: View, identity: str) -> frozenset[str]:
    person = view.get(Person, "person", identity)
    if person is None:
        return frozenset({identity})
    logins = {person.debian.login} if person.debian and person.debian.login else set()
    return frozenset({identity, person.name, *logins, *(account.account for account in person.accounts)})
