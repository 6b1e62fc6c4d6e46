"""What stands on the merge request of a proposed change: what was found in it, and why it cannot be made any more.

Each finding is written once, however often the change is judged anew; where nothing can be written, nobody is told.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Comment
from cloudbot.core.facts import RecordsRefused, RecordsWait
from cloudbot.core.records.wording import link_in

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FINDINGS = 50
"""Findings in one comment; of more, how many."""
PATIENCE = timedelta(days=1)
"""How long a comment is tried while the server is away."""
_LINE = re.compile(r"(?<=\.toml):[0-9]+(?=: )")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that another person has to merge: its merge request, if known, and what was written there."""

    link: str = ""
    told: tuple[str, ...] = ()


def found(proposal: Proposal, fact: RecordsWait) -> tuple[Proposal, tuple[Comment, ...]]:
    """Write what is new among what was found.

    A finding that stands on another line of its file since somebody merged something is the same one.
    """
    link = link_in(fact.detail) or proposal.link
    new = {_same(note): note for note in fact.notes if _same(note) not in proposal.told}
    if not link or not new:
        return Proposal(link=link, told=proposal.told), ()
    return Proposal(link=link, told=(*proposal.told, *new)), (comment(fact, link, tuple(new.values())),)


def comment(fact: RecordsWait | RecordsRefused, link: str, findings: Sequence[str]) -> Comment:
    """Write findings on a merge request; the same ones have the same key, should the fact come twice."""
    refused = isinstance(fact, RecordsRefused)
    digest = hashlib.sha256("\n".join((str(refused), *findings)).encode(errors="surrogatepass")).hexdigest()[:12]
    return Comment(
        key=f"comment/{fact.key}/{digest}",
        link=link,
        words="gitlab/records_findings",
        values={"findings": tuple(findings), "refused": refused, "most": MOST_FINDINGS},
        expires=fact.at + PATIENCE,
    )


def _same(note: str) -> str:
    return _LINE.sub("", note)
