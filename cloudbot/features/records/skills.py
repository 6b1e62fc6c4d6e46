"""`!can`, `!train`, `!untrain`: who can do what is said by themselves with evidence; learning begins with who can.

Nothing here takes a word for a deed: a trainee becomes one who can by a link to what they did, and nobody but they
themselves says so. The bot renews no evidence by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.checks.areas import covering, has_left
from cloudbot.core.records.operations import add, drop, put
from cloudbot.features.records.edits import area_of, changed, split_links, usage
from cloudbot.features.records.orders import NotSo, person_called, somebody

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.work import Area
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.orders import Order

_COUNTS = frozenset({"can", "leads"})
CHANGED = "irc/skill_changed"
NO = "irc/skill_no"


def can(order: Order) -> Effect:
    """Record that the person who types did it: level, day and link. Who leads goes on to lead."""
    links, words = split_links(order.free(order.arg("text")))
    if not words:
        raise usage("can", "AREA LINK, to what you did there")
    one = area_of(order, " ".join(words))
    before = "trainee" if _no_trainee(one, order.person) else _level(one.record, order.person)
    if not links:
        raise NotSo(NO, why="evidence", area=one.id, level=before)
    level = "leads" if _level(one.record, order.person) == "leads" else "can"
    link = links[0]
    edits = (*_skill(one, order, level, link), *_no_trainee(one, order.person))
    operation = changed(one, "can", edits, "people", "trainees", evidence=link)
    return order.to(operation, CHANGED, what="can", level=level, was=before, area=one.id)


def _level(area: Area, person: str) -> str:
    return next((skill.level for skill in area.people if skill.person == person), "")


def _skill(one: Filed[Area], order: Order, level: str, link: str) -> tuple[Edit, ...]:
    if not _level(one.record, order.person):
        line = {"person": order.person, "level": level, "last_evidence": order.view.on, "evidence": link}
        return (add("people", value=line),)
    at = ("people", f"@person={order.person}")
    return (
        put(*at, "level", value=level),
        put(*at, "last_evidence", value=order.view.on),
        put(*at, "evidence", value=link),
    )


def _no_trainee(one: Filed[Area], person: str) -> tuple[Edit, ...]:
    learning = any(each.person == person for each in one.record.trainees)
    return (drop("trainees", value={"person": person}),) if learning else ()


def train(order: Order) -> Effect:
    """Record that somebody learns: said by who can do it or, where nobody can, by anybody of the team."""
    name, one = _whom_and_where(order, "train")
    person = somebody(order, name)
    if _level(one.record, person) in _COUNTS:
        raise NotSo(NO, why="can already", area=one.id, person=person, level=_level(one.record, person))
    if any(each.person == person for each in one.record.trainees):
        raise NotSo(NO, why="learns already", area=one.id, person=person)
    _may_teach(order, one)
    line = {"person": person, "since": order.view.on}
    operation = changed(one, "train", (add("trainees", value=line),), "trainees", "people")
    return order.to(operation, CHANGED, what="train", person=person, area=one.id)


def untrain(order: Order) -> Effect:
    """Record that somebody does not learn any more: said by themself or by who can do it."""
    name, one = _whom_and_where(order, "untrain")
    person = order.person if name.casefold() in {"me", "myself"} else person_called(order.view, name)
    if person is None:
        raise NotSo("irc/order_nobody", name=name)
    if not _no_trainee(one, person):
        raise NotSo(NO, why="learns not", area=one.id, person=person, learning=[t.person for t in one.record.trainees])
    if person != order.person:
        _may_teach(order, one)
    operation = changed(one, "untrain", _no_trainee(one, person), "trainees")
    return order.to(operation, CHANGED, what="untrain", person=person, area=one.id)


def _whom_and_where(order: Order, verb: str) -> tuple[str, Filed[Area]]:
    """Read `PERSON [in] AREA`."""
    name, _, area = order.arg("text").partition(" ")
    area = re.sub(r"(?i)^(?:in|for|on)\s+", "", area.strip())
    if not area:
        raise usage(verb, "PERSON AREA")
    return name, area_of(order, area)


def _may_teach(order: Order, one: Filed[Area]) -> None:
    """Raise `NotSo` unless the person can do it, or nobody who is there can."""
    view, area = order.view, one.record
    named = {skill.person for skill in area.people if skill.level in _COUNTS and not has_left(view, skill.person)}
    able = covering(view, area) | named
    if able and order.person not in able:
        raise NotSo(NO, why="teach", area=one.id, able=sorted(able))


COMMANDS = (
    Command(
        name="can",
        help="you can do the work of an area: with a link to what you did; said anew it keeps for another year",
        params=(Param(name="text", kind="rest"),),
        who="member",
        examples=("!can publish https://example.org/uploads/1",),
    ),
    Command(
        name="train",
        help="somebody learns the work of an area; said by who can do it",
        params=(Param(name="text", kind="rest"),),
        who="member",
        examples=("!train erin publish",),
    ),
    Command(
        name="untrain",
        help="somebody does not learn the work of an area any more; said by themself or by who can do it",
        params=(Param(name="text", kind="rest"),),
        who="member",
        examples=("!untrain grace publish",),
    ),
)
ORDERS = {"can": can, "train": train, "untrain": untrain}
