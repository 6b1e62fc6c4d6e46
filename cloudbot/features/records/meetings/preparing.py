"""What is known of a meeting when it begins: the series of the channel and its rules, agenda, people, whose turn it is.

It is put together once, when somebody types #startmeeting. A channel without a series still has people and delegates.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.governance.recusals import bound_to
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.planned import Known
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.permissions import is_member
from cloudbot.core.records.standing import delegates_on
from cloudbot.features.meetings.settings import Settings
from cloudbot.features.records.meetings.announced import Announced
from cloudbot.features.records.meetings.meant import series_of
from cloudbot.features.records.meetings.planning import is_extraordinary, plan, rhythm_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.engine import World
    from cloudbot.core.records.kinds.meetings import Series
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.core.speech import Venue


def prepared(world: World, venue: Venue) -> Prepared:
    """Return what is known of a meeting that is about to begin in a channel, all but the bot's nick."""
    settings = world.setting(Settings)
    if world.records is None:
        return Prepared(rules=Rules(takeover=settings.takeover), idle=settings.idle)
    view = world.records.at(world.at)
    names = _providers(view)
    people = tuple(known(view, venue.network, names))
    series = series_of(view, venue)
    called = tuple(dict.fromkeys(name for both in names.items() for name in both))
    if series is None:
        return Prepared(rules=Rules(takeover=settings.takeover, providers=called), people=people, idle=settings.idle)
    return _of_series(world, view, series, people, called)


def _of_series(
    world: World, view: View, series: Filed[Series], people: tuple[Known, ...], called: tuple[str, ...]
) -> Prepared:
    planned, record = plan(world, view, series), series.record
    extra = is_extraordinary(rhythm_of(record), world.at)  # who cannot come, or chairs, on the planned day is for then
    rules = Rules(
        w3c=record.grammar == "w3c",
        hides=frozenset(record.hides),
        takeover=timedelta(minutes=record.takeover),
        voters=record.voters,
        providers=called,
    )
    return Prepared(
        rules=rules,
        series=series.id,
        title=record.title,
        topic=record.title,
        name=record.name or "",
        agenda=planned.agenda,
        people=people,
        regrets=() if extra else planned.regrets,
        quorum=record.quorum,
        chair="" if extra and planned.said else planned.chair,
        following=planned.at if extra else planned.following,
        duration=timedelta(minutes=record.duration),
        idle=timedelta(minutes=record.idle),
        publish_log=record.publish_log,
        mail=record.lists,
        thread="" if extra or planned.at is None else world.document(Announced).thread(series.id, planned.at),
    )


def known(view: View, network: str, providers: Mapping[str, str]) -> list[Known]:
    """Return the people of the team by their accounts on a network, and at which providers each steps back."""
    delegates = {person for standing in delegates_on(view, view.on).values() for person in standing.active}
    found = []
    for one in view.all(Person):
        if not is_member(view, one.id):
            continue
        person = one.record
        accounts = {its.account for its in person.accounts if its.net == network and its.holds(view.on)}
        bound = sorted(bound_to(view, one.id, view.on))
        found.append(
            Known(
                person=one.id,
                accounts=frozenset(accounts),
                names=tuple(dict.fromkeys((one.id, person.name, *sorted(accounts)))),
                delegate=one.id in delegates,
                recused=tuple(dict.fromkeys(name for each in bound for name in (each, providers.get(each, each)))),
            )
        )
    return found


def _providers(view: View) -> dict[str, str]:
    """Return the providers' names by their ids; the same word in another case is one name."""
    named = {one.id: one.record.name for one in view.all(Provider)}
    return {each: each if name.casefold() == each else name for each, name in named.items()}
