"""Whether each image has somebody who answers for it, rules it is made by, and is as fresh as it should be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.images import Image
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View


def no_responsible(view: View) -> Iterator[Hit]:
    """Somebody answers for every image."""
    for one in view.all(Image):
        people = [name for name in one.record.responsible.people if not has_left(view, name)]
        if one.record.responsible.team is None and not people:
            yield Hit(one, ("responsible",), one.id, "has nobody who answers for it", "team or people in [responsible]")


def policy_gap(view: View) -> Iterator[Hit]:
    """An image in the scope of a delegation is made by an adopted policy, reviewed every year."""
    days = timedelta(days=view.policy(PolicyActivity).policy_review_days)
    for one in view.all(Image):
        image = one.record
        if image.in_scope_of is None:
            continue
        if image.policy is None or image.policy.state in {"unowned", "proposed"}:
            what = f"is in the scope of {image.in_scope_of} and has no adopted policy"
            yield Hit(one, ("in_scope_of",), one.id, what, '[policy] with state = "adopted" and its decision')
        elif image.policy.reviewed is not None and view.on - image.policy.reviewed > days:
            what = f"has a policy last reviewed on {image.policy.reviewed}"
            yield Hit(one, ("policy", "reviewed"), one.id, what, "reviewed = the day of the next review")


def stale(view: View) -> Iterator[Hit]:
    """An image is published as often as it promises."""
    for one in view.all(Image):
        fresh = one.record.freshness
        if fresh is None or (fresh.last_published is not None and fresh.last_published > view.on):
            continue
        if fresh.last_published is None:
            yield Hit(one, ("freshness",), one.id, "has no day of publication", "last_published in [freshness]")
        elif (age := (view.on - fresh.last_published).days) > fresh.max_age_days:
            what = f"is {age} days old, and {fresh.max_age_days} are allowed"
            yield Hit(one, ("freshness", "last_published"), one.id, what, "last_published = the day of the next one")


def no_custodian(view: View) -> Iterator[Hit]:
    """Somebody of the team can use the account under which an image is published."""
    for one in view.all(Image):
        account = one.record.external_account
        if account is not None and (account.custodian is None or has_left(view, account.custodian)):
            what = f"is published as {account.name} on {account.site}, and nobody is known who can sign in"
            yield Hit(one, ("external_account",), one.id, what, "custodian in [external_account]")


def unknown_criteria(view: View) -> Iterator[Hit]:
    """An image that is called official was judged by every criterion."""
    for one in view.all(Image):
        criteria = one.record.criteria
        unknown = [name for name in "ABCDE" if getattr(criteria, name) == "unknown"]
        if one.record.official == "yes" and unknown:
            what = f"is called official and was not judged by {', '.join(unknown)}"
            yield Hit(one, ("criteria",), one.id, what, '"yes" or "no" in [criteria], with evidence')


def no_digest(view: View) -> Iterator[Hit]:
    """Users of an official image can check what they loaded."""
    for one in view.all(Image):
        if one.record.official == "yes" and not one.record.digest.published:
            yield Hit(
                one,
                ("digest",),
                one.id,
                "is called official and has no published digest",
                "published and url in [digest]",
            )
