"""Since when an open merge request stands where it does. Pure; the state itself is decided in `waiting`.

Two things cannot be read from one look and are remembered here: since when the state holds, and whose approvals a push
took away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.features.merge_requests.waiting import StateName, moved_at, waiting

if TYPE_CHECKING:
    from cloudbot.core.forge import MergeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one open merge request stands."""

    state: StateName
    since: datetime
    "when the state began; of one first seen in it, when anybody last moved it"
    ready_since: datetime | None = None
    "since when it is no draft; None while it is one"
    approved_before: tuple[str, ...] = ()
    "whose approvals a push took away"
    approved_sha: str = ""
    "the head that was approved"
    told: datetime | None = None
    "when a hook last told of it"


def after(
    one: MergeRequest, was: MergeRequest | None, stood: Standing | None, *, at: datetime, seen: datetime | None
) -> Standing:
    """Decide where it stands now, from how it was and stood.

    `at` is when it was told, `seen` the look before: a change happened between the two, and where a push or a word
    fell between them it is taken to have brought it about.
    """
    fell = _fallen(one, was, stood)
    state = waiting(one, fell).name
    reopened = was is not None and was.state in {"closed", "merged"}
    begun = at if reopened else one.created_at
    return Standing(
        state=state,
        since=_since(one, state, stood, at=at, seen=seen) if stood else max(begun, min(moved_at(one), at)),
        ready_since=None if state == "draft" else _ready_since(stood, begun, at),
        approved_before=fell,
        approved_sha=(one.sha if one.approved_by else stood.approved_sha if stood else ""),
        told=stood.told if stood else None,
    )


def _since(one: MergeRequest, state: StateName, stood: Standing, *, at: datetime, seen: datetime | None) -> datetime:
    if state == stood.state:
        return stood.since
    moved = min(moved_at(one), at)
    return max(moved, stood.since) if seen is not None and moved > seen else at


def _ready_since(stood: Standing | None, begun: datetime, at: datetime) -> datetime:
    if stood is None:
        return begun
    return stood.ready_since or at


def _fallen(one: MergeRequest, was: MergeRequest | None, stood: Standing | None) -> tuple[str, ...]:
    """Return whose approvals a push took away; without a push they were withdrawn, which asks nobody again."""
    if one.approved_by or was is None or stood is None:
        return ()
    if not was.approved_by:
        return stood.approved_before
    other_head = bool(stood.approved_sha and one.sha) and one.sha != stood.approved_sha
    pushed = one.pushed_at is not None and was.replied_at is not None and one.pushed_at > was.replied_at
    return was.approved_by if other_head or pushed else ()
