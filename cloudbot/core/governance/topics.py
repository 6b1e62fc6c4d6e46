"""What a decision is about: what it tags, and what it names without tagging, so that no tag left out hides anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.governance.facts import WORD, facts_of
from cloudbot.core.records.kinds.sprints import Sprint

if TYPE_CHECKING:
    from cloudbot.core.records.kinds.governance import Decision
    from cloudbot.core.records.tree import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The providers, organisations and persons that something is about."""

    providers: frozenset[str] = frozenset()
    orgs: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()


def touched_by(view: View, decision: Decision) -> Touched:
    """Return what a decision is about: its tags, the hosts of its sprints, and the names in its title and text."""
    hosts = (view.get(Sprint, "sprint", name) for name in decision.topics.sprints)
    named = named_in(view, f"{decision.title}\n{decision.text or ''}")
    return Touched(
        providers=named.providers | frozenset(decision.topics.providers),
        orgs=named.orgs | frozenset(decision.topics.orgs) | {one.host.org for one in hosts if one and one.host.org},
        persons=named.persons | frozenset(decision.topics.persons),
    )


def named_in(view: View, text: str) -> Touched:
    """Return the providers, organisations and persons whose names stand in a text as whole words, in any case."""
    folded = text.casefold()
    known = facts_of(view.tree).names
    found: dict[str, set[str]] = {"providers": set(), "orgs": set(), "persons": set()}
    for word in set(WORD.findall(folded)) & known.keys():
        for name, key, identity in known[word]:
            if name in folded and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded):
                found[key].add(identity)
    return Touched(
        providers=frozenset(found["providers"]), orgs=frozenset(found["orgs"]), persons=frozenset(found["persons"])
    )
