"""What counts in a decision: which version, whose support, which objections are open, who steps back.

Silence is never counted. The proposer has said yes by proposing and is not counted; the recused may speak and object,
but their yes does not count.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudbot.core.records.kinds.governance import Decision, Objection
    from cloudbot.core.records.kinds.policies import DecisionClass


def digest(title: str, text: str | None) -> str:
    """Return the hash of what is decided about: the text or, where there is none, the title."""
    return hashlib.sha256((text or title).encode()).hexdigest()


def is_as_proposed(decision: Decision) -> bool:
    """Whether the text is that of the last version: what was edited otherwise was never announced."""
    last = decision.revisions[-1].sha256 if decision.revisions else None
    return last is None or last == digest(decision.title, decision.text)


def version(decision: Decision) -> int:
    """Return the number of the newest version whose change was more than spelling."""
    return max((one.n for one in decision.revisions if not one.typo), default=1)


def out(decision: Decision) -> frozenset[str]:
    """Return who is not counted: the proposer and the recused."""
    return frozenset({decision.proposer, *(one.person for one in decision.recusals)})


def supporters(decision: Decision) -> frozenset[str]:
    """Return whose support counts: explicit, of this version, each person once, the proposer and the recused not."""
    newest = version(decision)
    return frozenset(one.person for one in decision.support if one.revision is None or one.revision >= newest) - out(
        decision
    )


def asked_again(decision: Decision) -> frozenset[str]:
    """Return who supported an older version only: their yes was to something else."""
    return frozenset(one.person for one in decision.support) - supporters(decision) - out(decision)


def blocking(decision: Decision, rules: DecisionClass, members: frozenset[str]) -> tuple[tuple[int, Objection], ...]:
    """Return the open objections that block, numbered from 1 as people see them.

    By default everybody's does; where the class says `member`, only those of people of the team.
    """
    return tuple(
        (number, one)
        for number, one in enumerate(decision.objections, start=1)
        if one.resolved_at is None and (rules.objectors == "anyone" or one.by in members)
    )
