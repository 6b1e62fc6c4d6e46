"""What was promised and stands still. People are nagged elsewhere, as they agreed; here it is only found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View


def _open(view: View) -> Iterator[Filed[Action]]:
    return (one for one in view.all(Action) if one.record.state in {"open", "blocked"})


def unowned(view: View) -> Iterator[Hit]:
    """What is to be done has somebody who does it."""
    for one in _open(view):
        owner = one.record.owner
        if owner is None:
            effort = f", {one.record.effort} of work" if one.record.effort else ""
            yield Hit(one, ("id",), one.id, f"has no owner{effort}", "owner = whoever says yes")
        elif has_left(view, owner):
            yield Hit(one, ("owner",), one.id, f"is owned by {owner}, who has left", "another owner, or none")


def unaccepted(view: View) -> Iterator[Hit]:
    """Who was given something has said yes; nobody is volunteered in passing."""
    days = timedelta(days=view.policy(PolicyActivity).accept_days)
    for one in _open(view):
        action = one.record
        if (
            action.owner is None
            or (action.accepted is not None and action.accepted <= view.on)
            or has_left(view, action.owner)
        ):
            continue
        if action.assigned is None or view.on - action.assigned > days:
            since = f" since {action.assigned}" if action.assigned else ""
            yield Hit(
                one,
                ("owner",),
                one.id,
                f"waits{since} for {action.owner} to say yes",
                "accepted = the day, or no owner",
            )


def overdue(view: View) -> Iterator[Hit]:
    """What is due is done, or has a new day."""
    for one in _open(view):
        due = one.record.due
        if due is None:
            continue
        if isinstance(due, date):
            if view.on > due:
                yield Hit(one, ("due",), one.id, f"was due on {due}", 'a new day, or state = "done" with evidence')
            continue
        sprint = view.get(Sprint, "sprint", due.before)
        if sprint is None:
            continue
        first = sprint.dates.from_
        if sprint.state == "cancelled":
            yield Hit(one, ("due",), one.id, f"is due before {due.before}, which is cancelled", "due = a day")
        elif first is not None and view.on >= first - timedelta(days=due.days):
            what = f"was due before {due.before}, which begins on {first}"
            yield Hit(one, ("due",), one.id, what, 'due = a day, or state = "done" with evidence')


def blocked_long(view: View) -> Iterator[Hit]:
    """What waits for somebody does not wait for half a year unseen."""
    days = timedelta(days=view.policy(PolicyActivity).blocked_days)
    for one in _open(view):
        block = one.record.blocked_by
        if block is not None and view.on - block.since > days:
            whom = block.party or block.action or "nobody named"
            yield Hit(
                one, ("blocked_by",), one.id, f"waits for {whom} since {block.since}", "what was agreed, or another way"
            )


def no_evidence(view: View) -> Iterator[Hit]:
    """What is done can be seen: a link, a merged request, a published image."""
    for one in view.all(Action):
        seen = one.record.evidence
        if one.record.state == "done" and not (seen and seen.counts):
            yield Hit(
                one,
                ("state",),
                one.id,
                "is done and nobody can see it",
                "url, merged, published or resolves in [evidence]",
            )
