"""What the forge newly tells of one merge request, laid over what was known of it. Pure.

GitLab's hook leaves out reviews, replies and much else; what it leaves out is kept, and the next look brings the rest.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import TYPE_CHECKING, Any

from cloudbot.core.forge import MergeRequest

if TYPE_CHECKING:
    from cloudbot.core.facts import MergeRequestReported

_STATES = {"open": "opened", "reopen": "opened", "close": "closed", "merge": "merged"}
_BEING_WORKED_OUT = frozenset({"", "approvals_syncing", "checking", "preparing", "unchecked"})
_WORDS = ("first_reply_at", "replied_at", "author_at", "pushed_at", "unresolved")
_WITHDRAWN = frozenset({"unapproved", "unapproval"})
_ALWAYS_TOLD = frozenset({"draft"})
_DEFAULTS = {
    field.name: field.default
    for field in fields(MergeRequest)
    if field.default is not MISSING and field.name not in _ALWAYS_TOLD
}


def is_older(one: MergeRequest, known: MergeRequest) -> bool:
    """Whether `one` tells of an earlier moment than what is known; to the second, as some of GitLab's answers do."""
    return one.updated_at.replace(microsecond=0) < known.updated_at.replace(microsecond=0)


def settled(one: MergeRequest, known: MergeRequest) -> MergeRequest:
    """Return `one` with what is known besides, where it only seems to have become unknown.

    GitLab works the merge status out anew whenever the target branch moves: until it has, that of before counts for
    the same head. And who said what is not asked in every look; of one that nobody touched since, it is what it was.
    """
    names = _WORDS if one.updated_at == known.updated_at else ()
    kept: dict[str, Any] = {
        name: getattr(known, name) for name in names if getattr(one, name) is None and getattr(known, name) is not None
    }
    if one.merge_status in _BEING_WORKED_OUT and one.merge_status != known.merge_status and one.sha == known.sha:
        kept["merge_status"] = known.merge_status
    return replace(one, **kept) if kept else one


def taken_over(known: MergeRequest | None, fact: MergeRequestReported) -> MergeRequest:
    """Return the merge request as it is after a hook, which may be late: an older one changes nothing."""
    new = _as_told(fact)
    if known is None:
        return new
    if is_older(new, known):
        return known
    untold = {name: getattr(known, name) for name, default in _DEFAULTS.items() if getattr(new, name) == default}
    if new.merge_status == "mergeable":
        untold.pop("conflicts", None)  # the one way in which a hook says that there is none
    if new.author in {"", "?"}:
        untold["author"] = known.author
    whole = replace(new, **untold)
    return _without_approval(whole, new) if fact.action in _WITHDRAWN else settled(whole, known)


def _as_told(fact: MergeRequestReported) -> MergeRequest:
    told = fact.merge_request
    state = _STATES.get(fact.action, told.state)
    ended = told.merged_at or told.updated_at
    return replace(
        told, project=fact.project.path, state=state, merged_at=ended if state == "merged" else told.merged_at
    )


def _without_approval(whole: MergeRequest, told: MergeRequest) -> MergeRequest:
    """Forget what a withdrawn approval may have made true; of several approvals the hook does not say whose it was."""
    several = len(whole.approved_by) > 1
    return replace(
        whole,
        approved_by=told.approved_by or (whole.approved_by if several else ()),
        approvals_left=told.approvals_left,
        merge_status=told.merge_status,
    )
