"""Merge requests: which are open, in which state and since when, and what became of those that ended.

A look is the truth; a hook hastens it. Neither may take back what a later word of the forge said, and of projects that
could not be read what was known stays. What people ask of this is answered in `mrs`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.engine import Reaction, World
from cloudbot.core.facts import Fact, MergeRequestReported, MergeRequestsSeen
from cloudbot.core.forge import MergeRequest
from cloudbot.features.mr_news import news
from cloudbot.features.reported import is_older, taken_over
from cloudbot.features.standing import Standing, after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_KEPT = 2000
"""Ended merge requests kept for `!mr`; the oldest go first."""
_OPEN = frozenset({"opened", "locked"})
"""`locked` is what GitLab calls the moments in which it merges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequests:
    """All open merge requests, and the ended ones seen since `since`."""

    forge: str = ""
    seen: datetime | None = None
    since: datetime | None = None
    open: tuple[MergeRequest, ...] = ()
    "oldest first"
    ended: tuple[MergeRequest, ...] = ()
    standings: dict[str, Standing] = field(default_factory=dict)
    "where each open one stands, by reference (`group/name!7`)"

    def standing(self, one: MergeRequest) -> Standing:
        """Return where an open one stands; one of an earlier version's document is judged as if just seen."""
        return self.standings.get(one.reference) or after(one, None, None, at=one.updated_at, seen=None)

    def numbered(self, number: str) -> list[MergeRequest]:
        """Return all that have that number, written `7`, `!7` or `#7`; open ones first."""
        digits = number.lstrip("!#")
        return [one for one in (*self.open, *self.ended) if str(one.iid) == digits]


def react(known: MergeRequests, fact: Fact, world: World) -> Reaction[MergeRequests]:
    """Take over a look or a hook; say what changed, for those who want to hear it."""
    match fact:
        case MergeRequestsSeen() if known.seen is None or fact.at >= known.seen:
            now = _seen(known, fact)
        case MergeRequestReported():
            now = _reported(known, fact)
        case _:
            return Reaction(known)
    return Reaction(now, news(known, now, fact.at, world))


def _seen(known: MergeRequests, fact: MergeRequestsSeen) -> MergeRequests:
    before = _by_reference((*known.ended, *known.open))
    found = _by_reference(fact.merge_requests)
    for name, one in before.items():
        if name in found:
            found[name] = one if is_older(found[name], one) else found[name]
        elif one.state in _OPEN and (one.project in fact.missing or _told_later(known, name, fact.at)):
            found[name] = one
    now = replace(known, forge=fact.forge, since=min(known.since or fact.since, fact.since), open=())
    return replace(_with(now, found, before, at=fact.at), seen=fact.at)


def _told_later(known: MergeRequests, name: str, at: datetime) -> bool:
    """Whether a hook told of it after the look began: then its absence from the look says nothing."""
    told = known.standings[name].told if name in known.standings else None
    return told is not None and told > at


def _reported(known: MergeRequests, fact: MergeRequestReported) -> MergeRequests:
    before = _by_reference((*known.ended, *known.open))
    name = f"{fact.project.path}!{fact.merge_request.iid}"
    one = taken_over(before.get(name), fact)
    if one == before.get(name):
        return known
    now = _with(replace(known, forge=known.forge or fact.forge), {name: one}, before, at=fact.at)
    if name not in now.standings:
        return now
    stands, stood = replace(now.standings[name], told=fact.at), known.standings.get(name)
    if stood is not None and not fact.merge_request.approved_by:
        stands = replace(stands, approved_sha=stood.approved_sha)  # which head is approved was not told
    return replace(now, standings={**now.standings, name: stands})


def _with(
    known: MergeRequests,
    found: Mapping[str, MergeRequest],
    before: Mapping[str, MergeRequest],
    *,
    at: datetime,
) -> MergeRequests:
    """Put what was found over what is known; what is open again has not ended."""
    open_now = {name: one for name, one in {**_by_reference(known.open), **found}.items() if one.state in _OPEN}
    ended = _by_reference(known.ended) | {name: one for name, one in found.items() if one.state in {"merged", "closed"}}
    kept = sorted((one for name, one in ended.items() if name not in open_now), key=ended_at)
    standings = {
        name: after(one, before.get(name), known.standings.get(name), at=at, seen=known.seen)
        if name in found
        else known.standings[name]
        for name, one in open_now.items()
    }
    since = ended_at(kept[-MOST_KEPT]) if len(kept) > MOST_KEPT else known.since
    return replace(
        known,
        since=since,
        open=tuple(sorted(open_now.values(), key=_age)),
        ended=tuple(kept[-MOST_KEPT:]),
        standings=standings,
    )


def ended_at(one: MergeRequest) -> datetime:
    """Return when an ended one ended, as far as it is told: a closed one may have been spoken of later."""
    return one.merged_at or one.updated_at


def _by_reference(many: Iterable[MergeRequest]) -> dict[str, MergeRequest]:
    return {one.reference: one for one in many}


def _age(one: MergeRequest) -> tuple[datetime, str, int]:
    return (one.created_at, one.project, one.iid)
