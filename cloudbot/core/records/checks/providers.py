"""Who publishes what with which account: holders, custody, contacts, status, parity, keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.providers import (
    Migration,
    Offer,
    Provider,
    ProviderAccount,
    Registration,
    ReleaseStatus,
)
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View

_BEST = ("push", "webhook", "feed", "none")


def live(view: View, provider: Provider) -> bool:
    """Whether somebody operates it on the day: before that it is no provider yet."""
    return any(operator.holds(view.on) for operator in provider.operators)


def accounts_of(view: View) -> Iterator[tuple[Filed[Provider], int, ProviderAccount]]:
    """Yield the accounts that exist on the day: provider, place in its list, account."""
    for one in view.all(Provider):
        for number, account in enumerate(one.record.accounts):
            if account.holds(view.on):
                yield one, number, account


def personal_holders(view: View) -> Iterator[Hit]:
    """An account belongs to an organisation, not to a person."""
    for one, number, account in accounts_of(view):
        if account.holder.person is not None:
            what = f"has the account {account.id} in the name of {account.holder.person}"
            at = ("accounts", number, "holder")
            yield Hit(one, at, account.id, what, "holder.org, when it was moved; until then [accounts.migration]")


def contractor_holders(view: View) -> Iterator[Hit]:
    """An account does not belong to a contractor of the provider."""
    for one, number, account in accounts_of(view):
        org = view.get(Org, "org", account.holder.org)
        operators = {o.org for o in one.record.operators if o.holds(view.on)}
        if org is not None and any(edge.org in operators and edge.holds(view.on) for edge in org.contracts_for):
            what = f"has the account {account.id} with {org.id}, a contractor of its operator"
            yield Hit(
                one, ("accounts", number, "holder"), account.id, what, "holder.org = an organisation the team trusts"
            )


def single_custody(view: View) -> Iterator[Hit]:
    """As many people can use an account as the team wants."""
    least = view.policy(PolicyActivity).custodians
    for one, number, account in accounts_of(view):
        count = sum(not has_left(view, name) for name in account.custody)
        if count < least:
            what = f"has the account {account.id}, which {count or 'nobody'} can use, and {least} are wanted"
            yield Hit(one, ("accounts", number, "custody"), account.id, what, "who else can in custody")


def no_recovery(view: View) -> Iterator[Hit]:
    """There is a way back into every account when its custodians are gone."""
    if view.policy(PolicyActivity).recovery:
        for one, number, account in accounts_of(view):
            if account.recovery is None:
                what = f"has no way back into the account {account.id}"
                yield Hit(one, ("accounts", number), account.id, what, "recovery = the way, without any secret")


def backup_contact(view: View) -> Iterator[Hit]:
    """Two people of the team know whom to ask at a provider to which images go."""
    used = {one.id for one, _, _ in accounts_of(view)}
    for one in view.all(Provider):
        backup = one.record.contacts.backup
        if not live(view, one.record) or not (one.record.delivery.mode != "none" or one.id in used):
            continue
        if backup is None or has_left(view, backup):
            yield Hit(one, ("contacts",), one.id, "has no second person who knows whom to ask", "backup in [contacts]")


def offer_contacts(view: View) -> Iterator[Hit]:
    """Two people know whom to ask about an open offer; who speaks with the host of a sprint is still there."""
    for offer in view.all(Offer):
        backup = offer.record.contact.backup
        if offer.record.state in {"open", "accepted"} and (backup is None or has_left(view, backup)):
            what = "is open, and no second person knows whom to ask"
            yield Hit(offer, ("contact",), offer.id, what, "backup in [contact]")
    for sprint in view.all(Sprint):
        host, last = sprint.record.host, sprint.record.dates.to
        ahead = sprint.record.state not in {"cancelled", "declined"} and (last is None or view.on <= last)
        if ahead and has_left(view, host.contact) and (host.backup is None or has_left(view, host.backup)):
            what = f"has {host.contact} to speak with the host, who has left"
            yield Hit(sprint, ("host", "contact"), sprint.id, what, "contact and backup in [host]")


def _statuses(view: View) -> Iterator[tuple[Filed[Provider], str, ReleaseStatus]]:
    for one in view.all(Provider):
        for release, status in one.record.status.items():
            yield one, release, status


def assumed(view: View) -> Iterator[Hit]:
    """Somebody has looked: what is assumed is not known."""
    for one, release, status in _statuses(view):
        if status.state == "assumed" or (status.state == "verified" and status.verified_at is None):
            what = f"has {release} assumed, and nobody looked"
            write = 'state = "verified" with verified_at and verified_by'
            yield Hit(one, ("status", release), f"{one.id}/{release}", what, write)


def stale(view: View) -> Iterator[Hit]:
    """Somebody has looked lately."""
    days = timedelta(days=view.policy(PolicyActivity).verified_days)
    for one, release, status in _statuses(view):
        if status.state == "verified" and status.verified_at is not None and view.on - status.verified_at > days:
            what = f"has {release} verified on {status.verified_at}, which is long ago"
            yield Hit(
                one, ("status", release), f"{one.id}/{release}", what, "verified_at = the day somebody looks again"
            )


def migrations(view: View) -> Iterator[Hit]:
    """The move of an account goes on, and users of the old one are told while both live."""
    days = timedelta(days=view.policy(PolicyActivity).migration_days)
    for one, number, account in accounts_of(view):
        move = account.migration
        if move is None or move.state == "closed":
            continue
        at = ("accounts", number, "migration")
        last = max((day for day in (move.started, move.updated) if day is not None), default=None)
        if last is not None and view.on - last > days:
            what = f"moves {account.id} to {move.to}, {move.state} and untouched since {last}"
            yield Hit(one, at, account.id, what, "updated = the day something moves")
        elif _unannounced(move):
            what = f"has {account.id} and {move.to} both live, and users are told nothing"
            yield Hit(one, at, account.id, what, "redirect = what they are told, and sunset")


def _unannounced(move: Migration) -> bool:
    return move.state == "both-live" and move.redirect is None


def parity(view: View) -> Iterator[Hit]:
    """Where one provider is served better than another, a decision explains it."""
    served = [one for one in view.all(Provider) if live(view, one.record)]
    best = min((_BEST.index(one.record.delivery.mode) for one in served), default=0)
    for one in served:
        delivery = one.record.delivery
        if _BEST.index(delivery.mode) > best and delivery.decision is None:
            what = f"gets {delivery.mode}, where others get {_BEST[best]}, and no decision says why"
            yield Hit(one, ("delivery",), one.id, what, "decision in [delivery]")


def expired_keys(view: View) -> Iterator[Hit]:
    """The key of an active registration is still valid."""
    for one in view.all(Registration):
        key = one.record.key
        if key is not None and one.record.state == "active" and key.expires <= view.on:
            yield Hit(
                one, ("key",), one.id, f"has a key that expired on {key.expires}", 'a new key, or state = "expired"'
            )
