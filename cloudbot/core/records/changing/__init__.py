"""What a change of the records may not do, whoever makes it: the bot for a person, or a merge request.

Both states are compared and the rights of the state before are asked. What is wrong with the state after is for
`checking`; `brought_in` says which of that is the change's fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.changing import amount, interests, lasting, rights
from cloudbot.core.records.changing.alteration import Alteration, By
from cloudbot.core.records.changing.differences import Difference, brought_in, differences
from cloudbot.core.records.checking import finding_of
from cloudbot.core.records.findings import Finding, Severity
from cloudbot.core.records.tree import Hit, View

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.records.tree import Tree

__all__ = ["RULES", "By", "Difference", "brought_in", "differences", "judge"]


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """One rule of changes: its name, how grave a breach is, and the function that looks for breaches."""

    name: str
    severity: Severity
    look: Callable[[Alteration], Iterator[Hit]]

    @property
    def sentence(self) -> str:
        """What is right."""
        return (self.look.__doc__ or "").strip().partition("\n")[0]


RULES = (
    ChangeRule("R-DELETE", "E", lasting.deletion),
    ChangeRule("T-IMMUT", "E", lasting.immutable),
    ChangeRule("C-DECL-AUTHOR", "E", rights.declaring),
    ChangeRule("C-FORBIDDEN", "E", interests.eligible),
    ChangeRule("C-MAX", "E", interests.within_limit),
    ChangeRule("C-DECL-MISSING", "E", interests.declared),
    ChangeRule("C-DECL-STALE", "E", interests.declared_lately),
    ChangeRule("C-RECUSE", "E", interests.closing),
    ChangeRule("L-QUORUM", "E", interests.counted),
    ChangeRule("H-PERM", "E", rights.permitted),
    ChangeRule("H-PERM", "E", rights.own_standing),
    ChangeRule("H-PERM", "E", rights.moderation),
    ChangeRule("H-BLAST", "W", amount.blast),
)
"""Every rule about a change; those about a state are in `checks`."""


def judge(before: Tree, after: Tree, by: By | None, on: date, today: date) -> tuple[Finding, ...]:
    """Return what a change from one state to another may not do, by the rights that hold on a day before it.

    Without `by`, only what nobody may do is found, and that nobody is named is said once.
    """
    change = Alteration(View(before, on, today), View(after, on, today), by)
    found = {finding_of(rule.name, hit.severity or rule.severity, hit) for rule in RULES for hit in rule.look(change)}
    return tuple(sorted(found))
