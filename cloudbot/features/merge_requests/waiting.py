"""On whom an open merge request waits: one table, in the order of bedevere's states, read from GitLab's facts.

Pure: it knows no clock and remembers nothing. What is unknown never makes a better state, and what an author says of
their own work (an approval, a review, a comment) is nobody's answer to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cloudbot.core.forge import MergeRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

StateName = Literal["draft", "conflict", "red", "changes", "re-review", "review", "approved", "ready"]
Whom = Literal["author", "reviewers", "anybody"]

LABELS: dict[StateName, str] = {
    "draft": "draft",
    "conflict": "has conflicts",
    "red": "FAIL",
    "changes": "changes asked",
    "re-review": "re-review",
    "review": "needs review",
    "approved": "approved, not ready",
    "ready": "ready",
}
"""What people read; `red` is the status word of pipelines, which survives without colour."""

_DRAFT_TITLE = re.compile(r"\s*(?:\[(?:draft|wip)\]|\(draft\)|(?:draft|wip):)", re.IGNORECASE)
_CONFLICTS = frozenset({"conflict", "broken_status", "cannot_be_merged"})
_ASKED = frozenset({"requested_changes", "discussions_not_resolved"})
_UNDER_WAY = frozenset({"created", "preparing", "pending", "running", "waiting_for_resource"})
_REMARKS = {
    "need_rebase": "needs a rebase",
    "ci_must_pass": "CI must pass",
    "ci_still_running": "CI running",
    "blocked_status": "blocked by another",
    "merge_request_blocked": "blocked by another",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a merge request stands, and who can move it on."""

    name: StateName
    on: Whom
    who: tuple[str, ...] = ()
    "the reviewers waited for; empty unless `on` says reviewers"
    remarks: tuple[str, ...] = ()
    "what hinders without being a state: `CI running`, `needs a rebase`"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of the table ask about."""

    one: MergeRequest
    approved_before: tuple[str, ...]

    @property
    def approvers(self) -> tuple[str, ...]:
        """Only the list of approvals tells: a reviewer's `approved` may be of an earlier version."""
        return self._others(self.one.approved_by)

    @property
    def reviewers(self) -> tuple[str, ...]:
        return self._others((*self.one.reviewers, *(review.who for review in self.one.reviews)))

    @property
    def asked(self) -> bool:
        return bool(self.one.unresolved) or self.one.merge_status in _ASKED or bool(self.who("changes"))

    @property
    def answered(self) -> bool:
        """Whether the author moved after the newest word of another person; unknown is no."""
        moved = max(_known(self.one.pushed_at, self.one.author_at), default=None)
        return moved is not None and self.one.replied_at is not None and moved > self.one.replied_at

    @property
    def fell_away(self) -> bool:
        return bool(self.approved_before) and not self.approvers

    @property
    def enough(self) -> bool:
        """Whether the server lets it be merged; `mergeable` says so where approvals are not counted."""
        one = self.one
        if one.merge_status == "not_approved" or one.approvals_left:
            return False
        return one.merge_status == "mergeable" or (one.approvals_left == 0 and one.unresolved is not None)

    def who(self, *states: str) -> tuple[str, ...]:
        return self._others(review.who for review in self.one.reviews if review.state in states)

    def _others(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in names if name and name != self.one.author))


def _again(facts: _Facts) -> bool:
    looked = bool(facts.who("reviewed")) and not facts.approvers
    return facts.asked or facts.fell_away or (looked and facts.answered)


def _reviewed_before(facts: _Facts) -> tuple[str, ...]:
    return facts.who("changes", "reviewed") or facts._others(facts.approved_before)  # noqa: SLF001 - of this module


def _not_yet(facts: _Facts) -> tuple[str, ...]:
    return tuple(name for name in facts.who("requested") or facts.reviewers if name not in facts.approvers)


_ROWS: tuple[tuple[StateName, Callable[[_Facts], bool], Callable[[_Facts], tuple[str, ...]] | None], ...] = (
    ("draft", lambda facts: facts.one.draft or _DRAFT_TITLE.match(facts.one.title) is not None, None),
    ("conflict", lambda facts: facts.one.conflicts or facts.one.merge_status in _CONFLICTS, None),
    ("red", lambda facts: facts.one.pipeline_status == "failed", None),
    ("changes", lambda facts: facts.asked and not facts.answered, None),
    ("re-review", _again, _reviewed_before),
    ("review", lambda facts: not facts.approvers, _not_yet),
    ("approved", lambda facts: not facts.enough, _not_yet),
    ("ready", lambda _facts: True, lambda _facts: ()),
)
"""State, when it holds, and whom it waits for: None is the author, no names are anybody."""


def waiting(one: MergeRequest, approved_before: tuple[str, ...] = ()) -> State:
    """Decide where an open merge request stands: the first row that holds.

    | state     | holds when                                                                 | waits for         |
    | --------- | -------------------------------------------------------------------------- | ----------------- |
    | draft     | it is marked as a draft, or titled `Draft:` or `WIP:`                      | author            |
    | conflict  | it cannot be merged onto its target                                        | author            |
    | red       | the head pipeline failed                                                   | author            |
    | changes   | changes were asked for, or a discussion is unresolved, and the author has  | author            |
    |           | neither pushed nor written since                                           |                   |
    | re-review | the same, and the author has; or it was reviewed without an approval, and  | who reviewed,     |
    |           | the author has; or a push took the approvals away                          | else anybody      |
    | review    | nobody but the author has approved it                                      | reviewers, else   |
    |           |                                                                            | anybody           |
    | approved  | approvals are missing, or it is not known that they suffice                | reviewers who have|
    |           |                                                                            | not, else anybody |
    | ready     | else                                                                       | who may merge     |

    `approved_before` are the people whose approvals a push took away. A running pipeline, a rebase that is due and a
    blocking merge request are remarks: they change nothing about who is to move.
    """
    facts = _Facts(one, approved_before)
    name, names = next((name, names) for name, holds, names in _ROWS if holds(facts))
    who = () if names is None else names(facts)
    on: Whom = "author" if names is None else "reviewers" if who else "anybody"
    return State(name=name, on=on, who=who, remarks=_remarks(one))


def _remarks(one: MergeRequest) -> tuple[str, ...]:
    running = ("CI running",) if one.pipeline_status in _UNDER_WAY else ()
    blocked = _REMARKS.get(one.merge_status)
    return tuple(dict.fromkeys((*running, *((blocked,) if blocked else ()))))


def moved_at(one: MergeRequest) -> datetime:
    """Return when anybody last did anything that is known: made it, pushed, wrote, reviewed."""
    return max(_known(one.created_at, one.pushed_at, one.author_at, one.replied_at, one.first_reply_at))


def heard(one: MergeRequest) -> bool | None:
    """Whether anybody but the author ever said a word about it; None where the server does not tell.

    A count of comments alone does not tell: they may all be the author's. No comments at all do.
    """
    facts = _Facts(one, ())
    if _known(one.replied_at, one.first_reply_at) or facts.approvers or facts.who("reviewed", "approved", "changes"):
        return True
    return None if one.comments else False


def _known(*instants: datetime | None) -> list[datetime]:
    return [instant for instant in instants if instant is not None]
