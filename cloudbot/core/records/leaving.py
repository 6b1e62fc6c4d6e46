"""What would be lost if some people left: a question about the team, asked before it happens. It proposes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import covering, has_left
from cloudbot.core.records.checks.providers import accounts_of, live
from cloudbot.core.records.kinds.images import Image, Service
from cloudbot.core.records.kinds.meetings import Series
from cloudbot.core.records.kinds.policies import PolicyCoi
from cloudbot.core.records.kinds.providers import Offer, Provider
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.kinds.work import Action, Area
from cloudbot.core.records.standing import Standing, delegates_on
from cloudbot.core.records.tree import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OVER = frozenset({"held", "reported", "claims-closed", "archived", "cancelled", "declined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What would be without anybody, each by the name of its record, in the order of paths."""

    areas_lost: tuple[str, ...]
    areas_single: tuple[str, ...]
    "areas of which one person would be left; those with one now are among them"
    single_now: frozenset[str]
    accounts: tuple[str, ...]
    in_their_name: tuple[str, ...]
    "accounts that are held in the name of somebody who leaves"
    images: tuple[str, ...]
    series: tuple[str, ...]
    actions: tuple[str, ...]
    offers: tuple[str, ...]
    providers: tuple[str, ...]
    services: tuple[str, ...]
    sprints: tuple[str, ...]
    delegates: Mapping[str, Standing]
    "by team, who would be left"
    fewest: int
    "below how many delegates the team wants to be told"


def if_they_leave(view: View, people: frozenset[str]) -> Loss:
    """Reckon what nobody of the team could do, use, run or answer for without these people, on the day of the view.

    What has nobody already is not lost by their leaving. A second person who stays is enough.
    """
    stays = _Staying(view, people)
    areas = [(one.id, (now := covering(view, one.record)), now - people) for one in view.all(Area)]
    accounts = [account for _, _, account in accounts_of(view)]
    delegates = {
        team: Standing(active=held.active - people, unknown=held.unknown - people)
        for team, held in delegates_on(view, view.on).items()
    }
    return Loss(
        areas_lost=tuple(name for name, now, then in areas if now and not then),
        areas_single=tuple(name for name, _, then in areas if len(then) == 1),
        single_now=frozenset(name for name, now, then in areas if len(now) == len(then) == 1),
        accounts=tuple(one.id for one in accounts if stays.lost(one.custody)),
        in_their_name=tuple(one.id for one in accounts if one.holder.person in people),
        images=tuple(_images(view, stays)),
        series=tuple(_series(view, stays)),
        actions=tuple(_actions(view, people)),
        offers=tuple(_offers(view, stays)),
        providers=tuple(_providers(view, stays)),
        services=tuple(_services(view, stays)),
        sprints=tuple(_sprints(view, stays)),
        delegates=delegates,
        fewest=view.policy(PolicyCoi).min_delegates.warn,
    )


@dataclass(frozen=True, slots=True)
class _Staying:
    view: View
    leaving: frozenset[str]

    def lost(self, names: Iterable[str | None]) -> bool:
        """Whether some of these leave and nobody else of them is of the team."""
        there = {name for name in names if name is not None and not has_left(self.view, name)}
        return bool(there) and there <= self.leaving


def _images(view: View, stays: _Staying) -> Iterator[str]:
    for one in view.all(Image):
        account = one.record.external_account
        if account is not None and stays.lost((account.custodian, account.backup)):
            yield one.id


def _series(view: View, stays: _Staying) -> Iterator[str]:
    for one in view.all(Series):
        if one.record.holds(view.on) and stays.lost((one.record.facilitator, one.record.backup)):
            yield one.id


def _actions(view: View, people: frozenset[str]) -> Iterator[str]:
    for one in view.all(Action):
        if one.record.state in {"open", "blocked"} and one.record.owner in people:
            yield one.id


def _offers(view: View, stays: _Staying) -> Iterator[str]:
    for one in view.all(Offer):
        if one.record.state in {"open", "accepted"} and stays.lost((one.record.contact.backup,)):
            yield one.id


def _providers(view: View, stays: _Staying) -> Iterator[str]:
    for one in view.all(Provider):
        if live(view, one.record) and stays.lost((one.record.contacts.backup,)):
            yield one.id


def _services(view: View, stays: _Staying) -> Iterator[str]:
    for one in view.all(Service):
        if one.record.state != "retired" and stays.lost((one.record.owner, one.record.backup)):
            yield one.id


def _sprints(view: View, stays: _Staying) -> Iterator[str]:
    for one in view.all(Sprint):
        host, last = one.record.host, one.record.dates.to
        ahead = one.record.state not in _OVER and (last is None or view.on <= last)
        if ahead and stays.lost((host.contact, host.backup)):
            yield one.id
