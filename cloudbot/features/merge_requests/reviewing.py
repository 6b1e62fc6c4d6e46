"""How a team answers its merge requests, in counts: nobody is named and nobody ranked. Pure.

Only people's words count, and none of the author's. What the server does not tell is counted apart, never as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.features.merge_requests.waiting import heard

if TYPE_CHECKING:
    from cloudbot.core.forge import MergeRequest
    from cloudbot.features.merge_requests.document import MergeRequests


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a window: those merged in it, and those open at its end."""

    merged: int
    answered: int
    "of the merged and the open ones, those whose first answer has a time"
    median_answer: timedelta | None
    longest_answer: timedelta | None
    unheard: int
    "merged by their author without anybody else's word"
    untold: int
    "merged by their author, and the server does not tell whether anybody else said a word"
    people: int
    "how many people reviewed, approved or merged something that was not their own"
    silent: int
    "open, no draft, and without any word but the author's"
    open: int


def figures(known: MergeRequests) -> Figures:
    """Count over everything known, drafts left out."""
    merged = [one for one in known.ended if one.state == "merged"]
    waiting = [one for one in known.open if known.standing(one).state != "draft"]
    answers = sorted(
        one.first_reply_at - one.created_at for one in (*merged, *waiting) if one.first_reply_at is not None
    )
    alone = [one for one in merged if one.merged_by == one.author]
    return Figures(
        merged=len(merged),
        answered=len(answers),
        median_answer=_median(answers) if answers else None,
        longest_answer=answers[-1] if answers else None,
        unheard=sum(heard(one) is False for one in alone),
        untold=sum(heard(one) is None for one in alone),
        people=len({who for one in (*merged, *waiting) for who in _others(one)}),
        silent=sum(heard(one) is False for one in waiting),
        open=len(waiting),
    )


def _median(lengths: list[timedelta]) -> timedelta:
    from statistics import median  # noqa: PLC0415 - a megabyte with what it brings, for a question asked now and then

    return timedelta(seconds=median(length.total_seconds() for length in lengths))


def _others(one: MergeRequest) -> set[str]:
    reviewed = {review.who for review in one.reviews if review.state != "requested"}
    merger = {one.merged_by} if one.merged_by else set()
    return (reviewed | set(one.approved_by) | merger) - {one.author}
