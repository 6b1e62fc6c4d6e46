"""Who steps back from a decision, and whether too many do: the one place at which the rules of conflicts are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.governance.explaining import why
from cloudbot.core.governance.recusals import outside_view, recused
from cloudbot.core.records.kinds.governance import Recusal
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.permissions import is_member

if TYPE_CHECKING:
    from cloudbot.core.records.kinds.governance import Decision
    from cloudbot.core.records.tree import View

LONGEST = 200


def members(view: View) -> frozenset[str]:
    """Return the people of the team on the day."""
    return frozenset(one.id for one in view.all(Person) if is_member(view, one.id))


def stepping_back(view: View, decision: Decision) -> tuple[Recusal, ...]:
    """Return who steps back by what the records know today, beside those whom the decision names itself.

    The words are public: of an interest that was declared privately they say no more than that.
    """
    named = {one.person for one in decision.recusals}
    found = recused(view, decision)
    return tuple(
        Recusal(person=person, why=why(view, one)[:LONGEST].strip())
        for person, one in found.items()
        if person not in named
    )


def needs_outside_view(view: View, decision: Decision) -> bool:
    """Whether so many step back that the team alone cannot decide."""
    return outside_view(view, decision) is not None
