"""Who comes to the next meeting and who takes its chair: `!regrets` and `!chair`. Why somebody cannot is not kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.records.days import HOW, day_of
from cloudbot.core.records.operations import add, drop, put
from cloudbot.features.records.meetings.agenda_orders import change_of
from cloudbot.features.records.meetings.meant import NO, named_first, prefix, series_meant
from cloudbot.features.records.meetings.planning import is_too_early, plan
from cloudbot.features.records.orders import NotSo, somebody

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.operations import Edit, Operation
    from cloudbot.features.records.meetings.planning import Plan
    from cloudbot.features.records.orders import Order

CHANGED = "irc/agenda_coming"
BACK = frozenset({"none", "off", "back", "no", "coming"})
"""What takes regrets back."""
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}([-./]\d{1,4})?")
NOBODY = frozenset({"none", "nobody", "off"})


def _meeting(order: Order, text: str) -> tuple[Plan, str]:
    named, rest = named_first(order.view, text)
    return plan(order.world, order.view, series_meant(order.view, order.fact.venue, named)), rest


def _told(order: Order, planned: Plan, operation: Operation, what: str, **values: str) -> Effect:
    day = f"{planned.at:%a %Y-%m-%d}" if planned.at is not None else ""
    typed = prefix(order.view, planned.series, order.fact.venue)
    return order.to(operation, CHANGED, what=what, title=planned.series.record.title, day=day, before=typed, **values)


def regrets(order: Order) -> Effect:
    """Carry out `!regrets [SERIES] [DAY] [words]`: only of the next meeting, and only one's own."""
    planned, rest = _meeting(order, order.arg("text"))
    word = rest.split(maxsplit=1)[0].casefold().strip(".,;:") if rest else ""
    noted = order.person in planned.regrets
    if word in BACK:
        if not noted:
            raise NotSo(NO, why="no regrets")
        edit = drop("regrets", value={"person": order.person})
        return _told(order, planned, change_of(planned, "regrets", [edit]), "comes")
    _check_day(order, planned, word)
    if noted:
        raise NotSo(NO, why="regrets")
    if is_too_early(planned, order.view.on):
        raise NotSo(NO, why="today", next=planned.at)
    said_before = planned.record is not None and any(one.person == order.person for one in planned.record.regrets)
    again = [drop("regrets", value={"person": order.person})] if said_before else []
    chairs = planned.said and planned.chair == order.person
    edit = add("regrets", value={"person": order.person, "at": order.view.on})
    edits = [*again, edit, *(_no_chair(planned) if chairs else [])]
    return _told(order, planned, change_of(planned, "regrets", edits), "regrets", chair="yes" if chairs else "")


def _check_day(order: Order, planned: Plan, word: str) -> None:
    """Let a day through only if the next meeting is on it. Words that are no days are why, and are not kept."""
    day = day_of(word, order.view.on) if word[:1].isdigit() or word in {"today", "tomorrow"} else None
    if day is None and _DATE.fullmatch(word):
        raise NotSo(NO, why="no such day", word=word, how=HOW)
    if day is not None and (planned.at is None or planned.at.date() != day):
        raise NotSo(NO, why="day", day=day, next=planned.at, how=HOW)


def chair(order: Order) -> Effect:
    """Carry out `!chair [SERIES] me|NAME|none`."""
    planned, rest = _meeting(order, order.arg("who"))
    chosen = planned.chair if planned.said else None
    if not rest:
        raise NotSo(NO, why="who chairs")
    if rest.casefold() in NOBODY:
        if chosen is None:
            raise NotSo(NO, why="no chair")
        return _told(order, planned, change_of(planned, "chair", _no_chair(planned), "chair"), "nobody")
    person = somebody(order, rest)
    if person in planned.regrets:
        raise NotSo(NO, why="cannot come", person=person)
    if person == chosen:
        raise NotSo(NO, why="chairs", person=person)
    if is_too_early(planned, order.view.on):
        raise NotSo(NO, why="today", next=planned.at)
    edits = [put("chair", value=person), put("chair_at", value=order.view.on)]
    return _told(order, planned, change_of(planned, "chair", edits, "chair"), "chair", person=person)


def _no_chair(planned: Plan) -> list[Edit]:
    said = planned.record is not None and planned.record.chair_at is not None
    return [drop("chair"), *([drop("chair_at")] if said else [])]
