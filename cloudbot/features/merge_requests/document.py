"""Merge requests: which are open, in which state and since when, and what became of those that ended.

A look is the truth; a hook hastens it. Neither may take back what a later word of the forge said, and of projects that
could not be read what was known stays. What people ask of this is answered in `mrs`.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.engine import Reaction, World
from cloudbot.core.facts import Fact, MergeRequestReported, MergeRequestsSeen
from cloudbot.core.forge import MergeRequest
from cloudbot.features.merge_requests.news import Change, news
from cloudbot.features.merge_requests.reported import is_older, settled, taken_over
from cloudbot.features.merge_requests.standing import Standing, after

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_KEPT = 2000
"""Ended merge requests kept for `!mr`; the oldest go first."""
_OPEN = frozenset({"opened", "locked"})
"""`locked` is what GitLab calls the moments in which it merges."""
_ENDED = frozenset({"merged", "closed"})


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

    def find(self, project: str, iid: int) -> MergeRequest | None:
        """Return the one of that project and number, open or ended."""
        found = (one for one in (*self.open, *self.ended) if one.iid == iid and one.project == project)
        return next(found, None)

    def numbered(self, number: str) -> list[MergeRequest]:
        """Return all that have that number, written `7`, `!7` or `#7`; open ones first."""
        digits = number.lstrip("!#")
        return [one for one in (*self.open, *self.ended) if str(one.iid) == digits]


def react(known: MergeRequests, fact: Fact, world: World) -> Reaction[MergeRequests]:
    """Take over a look or a hook; say what changed, for those who want to hear it."""
    match fact:
        case MergeRequestsSeen() if known.seen is None or fact.at >= known.seen:
            now, changes = _seen(known, fact)
        case MergeRequestReported():
            now, changes = _reported(known, fact)
        case _:
            return Reaction(known)
    return Reaction(now, news(changes, known.seen, fact.at, world))


def _seen(known: MergeRequests, fact: MergeRequestsSeen) -> tuple[MergeRequests, list[Change]]:
    before = _by_reference((*known.ended, *known.open))
    found = _by_reference(fact.merge_requests)
    for name, one in before.items():
        if name in found:
            found[name] = one if is_older(found[name], one) else settled(found[name], one)
        elif one.state in _OPEN and (one.project in fact.missing or _told_later(known, name, fact.at)):
            found[name] = one
    changes = [
        Change(was=before.get(name), now=one, stood=stood, stands=_stands(known, one, before.get(name), stood, fact.at))
        for name, one in found.items()
        for stood in (known.standings.get(name),)
    ]
    standings = {change.now.reference: change.stands for change in changes if change.stands is not None}
    ended = {**before, **found}.values()
    now = replace(known, forge=fact.forge, seen=fact.at, since=min(known.since or fact.since, fact.since))
    open_now = tuple(sorted((one for one in found.values() if one.state in _OPEN), key=_age))
    return _bounded(
        now, open_now, sorted((one for one in ended if one.state in _ENDED), key=ended_at), standings
    ), changes


def _told_later(known: MergeRequests, name: str, at: datetime) -> bool:
    """Whether a hook told of it after the look began: then its absence from the look says nothing."""
    told = known.standings[name].told if name in known.standings else None
    return told is not None and told > at


def _reported(known: MergeRequests, fact: MergeRequestReported) -> tuple[MergeRequests, list[Change]]:
    """Put one in its place. Hooks come in hundreds, so nothing is made anew that one of them does not touch."""
    was = known.find(fact.project.path, fact.merge_request.iid)
    one = taken_over(was, fact)
    if one == was or one.state not in _OPEN | _ENDED:
        return known, []
    stood = known.standings.get(one.reference)
    stands = _stands(known, one, was, stood, fact.at)
    if stands is not None:
        stands = replace(stands, told=fact.at)
        if stood is not None and not fact.merge_request.approved_by:  # which head is approved was not told
            stands = replace(stands, approved_sha=stood.approved_sha)
    open_now = [each for each in known.open if each is not was]
    ended = [each for each in known.ended if each is not was]
    if stands is None:
        insort(ended, one, key=ended_at)
    else:
        insort(open_now, one, key=_age)
    others = {name: each for name, each in known.standings.items() if name != one.reference}
    standings = others if stands is None else {**others, one.reference: stands}
    now = replace(known, forge=known.forge or fact.forge)
    return _bounded(now, tuple(open_now), ended, standings), [Change(was=was, now=one, stood=stood, stands=stands)]


def _stands(
    known: MergeRequests, one: MergeRequest, was: MergeRequest | None, stood: Standing | None, at: datetime
) -> Standing | None:
    return after(one, was, stood, at=at, seen=known.seen) if one.state in _OPEN else None


def _bounded(
    known: MergeRequests, open_now: tuple[MergeRequest, ...], ended: list[MergeRequest], standings: dict[str, Standing]
) -> MergeRequests:
    since = ended_at(ended[-MOST_KEPT]) if len(ended) > MOST_KEPT else known.since
    return replace(known, since=since, open=open_now, ended=tuple(ended[-MOST_KEPT:]), standings=standings)


def ended_at(one: MergeRequest) -> datetime:
    """Return when an ended one ended, as far as it is told: a closed one may have been spoken of later."""
    return one.merged_at or one.updated_at


def _by_reference(many: Iterable[MergeRequest]) -> dict[str, MergeRequest]:
    return {one.reference: one for one in many}


def _age(one: MergeRequest) -> tuple[datetime, str, int]:
    return (one.created_at, one.project, one.iid)
