"""The words of `!offer`: what is offered, from whom, whom to ask, who else knows, when to come back to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cloudbot.core.records.days import HOW, day_of
from cloudbot.features.records.edits import org_of, usage, words
from cloudbot.features.records.orders import NotSo, person_called, somebody

if TYPE_CHECKING:
    from cloudbot.features.records.orders import Order

NO = "irc/offer_no"
_CLAUSE = re.compile(
    r"(?P<rest>.*?)[\s,;]+(?P<what>from|until|follow[ -]?up(?: on)?|contact|backup)[\s:]+(?P<value>.+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What somebody offers, as it was typed."""

    what: str
    org: str | None = None
    follow_up: date | None = None
    role: str | None = None
    backup: str | None = None


def made_of(order: Order, text: str) -> Made:
    """Read `WHAT from ORG [contact ROLE] [backup PERSON] [follow up DAY]`, clause by clause from the end."""
    found = Made(what=text)
    while (clause := _last(found.what)) is not None:
        read = _read(order, found, clause[1].casefold(), clause[2].strip(" ,;"))
        if read is None:
            break
        found = replace(read, what=clause[0])
    what = words(order, found.what, most=160)
    if not what or found.org is None:
        raise usage("offer", "WHAT from ORG [contact ROLE] [backup PERSON] [follow up DAY]")
    return replace(found, what=what)


def _last(text: str) -> tuple[str, str, str] | None:
    """Return what is before the last clause, its word and its value; None where there is none."""
    found = None
    start = 0
    while (clause := _CLAUSE.fullmatch(text, start)) is not None:
        found = (text[: clause.end("rest")], clause["what"], clause["value"])
        start = clause.start("value")
    return found


def _read(order: Order, found: Made, what: str, value: str) -> Made | None:
    """Take in a clause; None for what belongs to the thing itself: a second one of a kind, a contact before `from`."""
    match what:
        case "from":
            return replace(found, org=org_of(order, value).id) if found.org is None else None
        case "contact":
            return replace(found, role=role_of(order, value)) if found.org is None and found.role is None else None
        case "backup":
            return replace(found, backup=somebody(order, value)) if found.org is None and not found.backup else None
        case _ if found.follow_up is not None or (found.org is not None and _day(order, value) is None):
            return None
        case _:
            return replace(found, follow_up=day_to_come(order, value))


def role_of(order: Order, text: str) -> str:
    """Read whom to ask, by role. Raises `NotSo` for the name of somebody."""
    if person_called(order.view, text) is not None:
        raise NotSo(NO, why="role")
    return words(order, text, most=80)


def day_to_come(order: Order, text: str) -> date:
    """Read a day to come. Raises `NotSo`."""
    day = _day(order, text)
    if day is None:
        raise NotSo(NO, why="day", day=text, how=HOW)
    if day <= order.view.on:
        raise NotSo(NO, why="over", day=f"{day}")
    return day


def _day(order: Order, text: str) -> date | None:
    return day_of(re.sub(r"(?i)^(?:on|until)\s+", "", text), order.view.on)
