"""`!providers`, `!provider`, `!accounts`: who publishes where with which account, and what of it is known.

What is assumed, stale, against parity or held by the wrong one is what the rules of the check say, on the day.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.checks import providers as rules
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.checks.providers import accounts_of, live
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.providers import Migration, Provider, ProviderAccount
from cloudbot.features.records.answering import age, from_records, meant, none_such

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, Hit, View

MODES = ("push", "webhook", "feed", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known of one release at one provider, and how well."""

    provider: str
    release: str
    known: str
    "`verified`, `stale`, `assumed`, or the state as it is recorded"
    since: timedelta | None
    by: str
    alone: bool
    "whether who looked is the only custodian there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """One account: in whose name, who pays, who of the team can use it."""

    account: ProviderAccount
    holder: str
    wrong: str
    "`person` or `contractor`, where the account should be somebody else's; `left`: a person who has left"
    payer: str
    custodians: tuple[str, ...]
    move: Migration | None
    moving: timedelta | None
    still: bool
    "whether the move stands still"


def statuses(view: View) -> Iterator[Status]:
    """Yield what is known of every release at every provider, in the order of paths."""
    assumed, stale = _subjects(view, rules.assumed), _subjects(view, rules.stale)
    keepers: defaultdict[str, set[str]] = defaultdict(set)
    for name, custody in _custody(view):
        keepers[name].update(custody.custodians)
    for one in view.all(Provider):
        for release, status in one.record.status.items():
            key = f"{one.id}/{release}"
            known = "assumed" if key in assumed else "stale" if key in stale else status.state
            seen = None if status.verified_at is None else age(view, status.verified_at)
            by = status.verified_by or ""
            yield Status(
                provider=one.id,
                release=release,
                known=known,
                since=seen,
                by=by,
                alone=bool(by) and keepers[one.id] == {by},
            )


def _subjects(view: View, rule: Callable[[View], Iterator[Hit]]) -> frozenset[str]:
    return frozenset(hit.subject for hit in rule(view))


def _custody(view: View) -> Iterator[tuple[str, Custody]]:
    """Yield the accounts of the day, each with its provider."""
    persons, contractors = _subjects(view, rules.personal_holders), _subjects(view, rules.contractor_holders)
    still = _subjects(view, rules.migrations)
    for one, _, account in accounts_of(view):
        move = account.migration
        open_move = move if move is not None and move.state != "closed" else None
        yield (
            one.id,
            Custody(
                account=account,
                holder=account.holder.person or _name(view, account.holder.org),
                wrong=_wrong(view, account, persons, contractors),
                payer=_name(view, account.paid_by),
                custodians=tuple(name for name in account.custody if not has_left(view, name)),
                move=open_move,
                moving=age(view, open_move.started) if open_move is not None and open_move.started else None,
                still=account.id in still,
            ),
        )


def _wrong(view: View, account: ProviderAccount, persons: frozenset[str], contractors: frozenset[str]) -> str:
    if account.id in persons:
        return "left" if has_left(view, account.holder.person) else "person"
    return "contractor" if account.id in contractors else ""


def _name(view: View, org: str | None) -> str:
    found = view.get(Org, "org", org)
    return found.name if found is not None else org or ""


def providers(_ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!providers`: by mode of delivery who gets images, through whom, and what is not known."""
    every = [one for one in view.all(Provider) if live(view, one.record)]
    hands: dict[str, list[str]] = {one.id: [] for one in every}
    for name, custody in _custody(view):
        hands.setdefault(name, []).extend(custody.custodians)
    found = list(statuses(view))
    values = {
        "modes": [(mode, [(one.id, sorted(set(hands[one.id]))) for one in _with(every, mode)]) for mode in MODES],
        "count": len(every),
        "asleep": [one.id for one in view.all(Provider) if not live(view, one.record)],
        "unequal": [hit.subject for hit in rules.parity(view)],
        "assumed": [f"{one.provider} {one.release}" for one in found if one.known == "assumed"],
        "stale": [f"{one.provider} {one.release}" for one in found if one.known == "stale"],
        "no_backup": [hit.subject for hit in rules.backup_contact(view)],
    }
    return Answer(words="irc/providers", values=values)


def _with(every: list[Filed[Provider]], mode: str) -> list[Filed[Provider]]:
    return [one for one in every if one.record.delivery.mode == mode]


def provider(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!provider NAME`: operators, delivery, contacts, releases, accounts."""
    every, wanted = view.all(Provider), ask.args["name"]
    found = meant(wanted, every, lambda one: (one.name, *(o.org for o in one.operators)))
    if isinstance(found, tuple):
        return none_such("provider", wanted, found, every)
    values = {
        "id": found.id,
        "one": found.record,
        "operators": [_name(view, o.org) for o in found.record.operators if o.holds(view.on)],
        "unequal": next((hit.what for hit in rules.parity(view) if hit.subject == found.id), ""),
        "no_backup": found.id in _subjects(view, rules.backup_contact),
        "statuses": [one for one in statuses(view) if one.provider == found.id],
        "accounts": [custody for name, custody in _custody(view) if name == found.id],
        "today": view.on,
    }
    return Answer(words="irc/provider", values=values)


def accounts(_ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!accounts`: which are in the wrong hands, in few, without a way back, or on the move."""
    every = [custody for _, custody in _custody(view)]
    values = {
        "count": len(every),
        "persons": [one.account.id for one in every if one.wrong in {"person", "left"}],
        "contractors": [one.account.id for one in every if one.wrong == "contractor"],
        "nobody": [one.account.id for one in every if not one.custodians],
        "single": [one.account.id for one in every if len(one.custodians) == 1],
        "no_recovery": [one.account.id for one in every if one.account.recovery is None],
        "moves": [one for one in every if one.move is not None],
        "today": view.on,
    }
    return Answer(words="irc/accounts", values=values)


def account(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!account ID`: in whose name, who pays, who can use it, where it goes; or all of them."""
    wanted = ask.args.get("text")
    if wanted is None:
        return accounts(ask, world, view)
    every = {custody.account.id: (name, custody) for name, custody in _custody(view)}
    if wanted.casefold() not in every:
        near = difflib.get_close_matches(wanted.casefold(), every, n=3, cutoff=0.6)
        return Answer(words="irc/account_which", values={"wanted": wanted, "near": near, "known": sorted(every)})
    name, found = every[wanted.casefold()]
    return Answer(words="irc/account", values={"provider": name, "each": found, "today": view.on})


COMMANDS = (
    Command(
        name="providers",
        help="who gets images by push, webhook, feed or not at all, through whom; what is assumed, stale or unequal",
        answer=from_records(providers),
        examples=("!providers",),
    ),
    Command(
        name="provider",
        help="one provider: operator, delivery, whom to ask, what is known of each release, accounts",
        params=(Param(name="name", kind="rest"),),
        answer=from_records(provider),
        examples=("!provider rainforest",),
    ),
    Command(
        name="accounts",
        help="accounts with providers: in the wrong hands, in few hands, without a way back, on the move",
        answer=from_records(accounts),
        examples=("!accounts",),
    ),
)
