"""What people do to an agenda: add an item, take one off or back, move one, give it time; regrets, and the chair.

Each is one operation on the agenda's record, by the rights of who gives it. What is made from the state or stands on
every agenda is not deleted but hidden, this time.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from cloudbot.core.meetings.agenda import ACTIONS, budget, found, identity, moved, same
from cloudbot.core.meetings.agenda_words import LONGEST, MOST_MINUTES, NoItem, asked, minutes_in
from cloudbot.core.meetings.planned import Planned
from cloudbot.core.records.operations import Change, Operation, add, drop, expect, put
from cloudbot.features.records.meetings.drafting import NAMES
from cloudbot.features.records.meetings.meant import NO, named_first, prefix, series_meant
from cloudbot.features.records.meetings.planning import plan
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.operations import Edit
    from cloudbot.features.records.meetings.planning import Plan
    from cloudbot.features.records.orders import Order

CHANGED = "irc/agenda_changed"
IN_RECORD = frozenset({"added", "left over", "merge request", "mail"})
"""Where items are from that stand in the agenda's record."""


def change_agenda(order: Order) -> Effect:
    """Carry out `!agenda [SERIES] VERB ...`."""
    named, text = named_first(order.view, order.arg("text"))
    verb, _, rest = text.partition(" ")
    carry = VERBS.get(verb.casefold())
    if carry is None:
        raise NotSo(NO, why="usage")
    planned = plan(order.world, order.view, series_meant(order.view, order.fact.venue, named))
    return carry(order, planned, rest.strip())


def change_of(planned: Plan, verb: str, edits: Sequence[Edit], *known: str) -> Operation:
    """Return the change of an agenda as it is `known`, by keys; the first one makes its file."""
    name = planned.series.id
    if planned.held is None:
        return Operation(verb=verb, changes=(Change(kind="agenda", id=name, edits=tuple(edits), make=True),))
    file = tomllib.loads(planned.held.text)
    otherwise = f"the agenda of {name} changed meanwhile; look at it (!agenda) and say it again"
    expects = tuple(expect(key, value=file.get(key), otherwise=otherwise) for key in known)
    return Operation(verb=verb, changes=(Change(kind="agenda", id=name, edits=tuple(edits), expects=expects),))


def _told(order: Order, planned: Plan, operation: Operation, what: str, /, **values: object) -> Effect:
    said = {key: str(value) for key, value in values.items()}
    before = prefix(order.view, planned.series, order.fact.venue)
    return order.to(operation, CHANGED, what=what, title=planned.series.record.title, before=before, **said)


def _add(order: Order, planned: Plan, text: str) -> Effect:
    try:
        item = asked(order.free(text))
    except NoItem as no:
        raise NotSo(NO, why=str(no), most=LONGEST if str(no) == "long" else MOST_MINUTES) from None
    there = same(planned.agenda, item.text)
    if there is not None:
        raise NotSo(NO, why="there", number=planned.agenda.index(there) + 1, text=there.text)
    name = identity(item.text.replace(item.link, " ") if item.link else item.text, _taken(planned))
    new = Planned(id=name, text=item.text, source="added", minutes=item.minutes)
    after = planned.together_with(new)
    fits = budget(after, planned.budget.of)
    value = {"id": name, "text": item.text, "minutes": item.minutes, "owner": order.person, "added": order.view.on}
    operation = change_of(planned, "add", [add("items", value=value | ({"link": item.link} if item.link else {}))])
    number = next(number for number, one in enumerate(after, start=1) if one.id == name)
    figures = {"number": number, "minutes": item.minutes, "planned": fits.planned, "of": fits.of, "over": fits.over}
    return _told(order, planned, operation, "added", id=name, text=item.text, **figures)


def _taken(planned: Plan) -> set[str]:
    """Return the ids that mean something on this agenda, also what is not shown now."""
    gathered = planned.gathered
    every = (*gathered.left, *gathered.standing, *gathered.added, *gathered.closing)
    hidden = planned.record.hidden if planned.record is not None else ()
    return {ACTIONS, *NAMES, *hidden, *(one.id for one in every)}


def _item(planned: Plan, word: str) -> Planned:
    place = found(planned.agenda, word)
    if place is None:
        raise NotSo(NO, why="item", wanted=word, count=len(planned.agenda))
    return planned.agenda[place]


def _drop(order: Order, planned: Plan, text: str) -> Effect:
    one = _item(planned, text)
    if one.source in IN_RECORD:
        edit, what = drop("items", value={"id": one.id}), "dropped"
    else:
        edit, what = add("hidden", value=one.id), "hidden"
    rest = tuple(each for each in planned.agenda if each.id != one.id)
    fits = budget(rest, planned.budget.of)
    operation = change_of(planned, "drop", [edit])
    return _told(order, planned, operation, what, id=one.id, text=one.text, planned=fits.planned, of=fits.of)


def _back(order: Order, planned: Plan, text: str) -> Effect:
    hidden = planned.record.hidden if planned.record is not None else ()
    name = text.casefold()
    if name not in hidden:
        raise NotSo(NO, why="not hidden", hidden=hidden)
    return _told(order, planned, change_of(planned, "restore", [drop("hidden", value=name)]), "back", id=name)


_PLACE = re.compile(r"(?i)(?P<item>\S+)\s+(?:to\s+)?(?P<where>first|last|(?P<side>before|after)\s+(?P<other>\S+))")


def _move(order: Order, planned: Plan, text: str) -> Effect:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise NotSo(NO, why="move")
    one = _item(planned, match["item"])
    place = _place(planned, one, match)
    ids = moved(planned.agenda, one, place)
    operation = change_of(planned, "move", [put("order", value=ids)], "order")
    return _told(order, planned, operation, "moved", id=one.id, text=one.text, number=min(place + 1, len(ids)))


def _place(planned: Plan, one: Planned, match: re.Match[str]) -> int:
    """Return the place to put an item at, counted from 0 among the others."""
    if match["side"] is None:
        return 0 if match["where"].casefold() == "first" else len(planned.agenda) - 1
    other = _item(planned, match["other"])
    others = [each.id for each in planned.agenda if each.id != one.id]
    if other.id == one.id:
        raise NotSo(NO, why="move")
    return others.index(other.id) + (match["side"].casefold() == "after")


def _time(order: Order, planned: Plan, text: str) -> Effect:
    word, _, rest = text.partition(" ")
    one, minutes = _item(planned, word), minutes_in(rest)
    if minutes is None:
        raise NotSo(NO, why="minutes", most=MOST_MINUTES)
    times = dict(planned.record.times) if planned.record is not None else {}
    operation = change_of(planned, "time", [put("times", value={**times, one.id: minutes})], "times")
    total = planned.budget.planned - one.minutes + minutes
    over = max(0, total - planned.budget.of)
    figures = {"minutes": minutes, "planned": total, "of": planned.budget.of, "over": over}
    return _told(order, planned, operation, "timed", id=one.id, text=one.text, **figures)


VERBS: Mapping[str, Callable[[Order, Plan, str], Effect]] = {
    "add": _add,
    "drop": _drop,
    "remove": _drop,
    "back": _back,
    "move": _move,
    "time": _time,
}
"""What `!agenda` does, by its first word."""
