"""The words of `!action`: what is to be done, for whom, until when, how much work. Forgiving in order and in words.

The ends of the line are read clause by clause, `for bob`, `due 2019-08-01`, `before s2019`, `effort 2d`; what is not
one of them belongs to the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.days import HOW, day_of, month_of
from cloudbot.core.records.gates import ahead, next_sprint
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.features.records.orders import NotSo, person_called, somebody

if TYPE_CHECKING:
    from cloudbot.core.records.tree import View
    from cloudbot.features.records.orders import Order

Due = date | str
"""A day, or the sprint before which."""
LONGEST_TITLE = 160
_FOR = re.compile(r"(?P<rest>.*?)[\s,;(]+(?:for|by|owner|owned by)[\s:]+(?P<name>@?[\w-]+)[\s).,;]*", re.IGNORECASE)
_DUE = re.compile(r"(?P<rest>.*?)[\s,;(]+(?:due|until|till|by)[\s:]+(?P<day>[\w-]+)[\s).,;]*", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?P<rest>.*?)[\s,;(]+(?:due\s+)?before\s+(?:the\s+)?(?:next\s+)?(?P<sprint>[\w-]+)[\s).,;]*", re.IGNORECASE
)
_EFFORT = re.compile(
    r"(?P<rest>.*?)(?:[\s,;(]+(?:effort|takes|about))+[\s:]+(?P<effort>\d{1,3}\s?[hdw])(?:\s+of\s+work)?[\s).,;]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants done."""

    title: str
    owner: str | None = None
    due: Due | None = None
    effort: str | None = None


def wanted(order: Order, text: str) -> Wanted:
    """Read the words of an action. Raises `NotSo` for no title, a day that is none or over, and private data."""
    order.free(text)
    found = Wanted(title=text.strip())
    while (shorter := _without_clause(order, found)) is not None:
        found = shorter
    title = " ".join(found.title.strip(" .,;:").strip("\"'“”").split())
    if not title:
        raise NotSo("irc/action_no", why="title")
    if len(title) > LONGEST_TITLE:
        raise NotSo("irc/action_no", why="long", most=LONGEST_TITLE)
    return replace(found, title=title)


def _without_clause(order: Order, found: Wanted) -> Wanted | None:
    """Take the last clause off, or return None where there is none."""
    text = found.title
    if (effort := _EFFORT.fullmatch(text)) and found.effort is None:
        return replace(found, title=effort["rest"], effort=effort["effort"].replace(" ", "").lower())
    if found.due is None:
        if (before := _BEFORE.fullmatch(text)) and (due := _before(order, before["sprint"])) is not None:
            return replace(found, title=before["rest"], due=due)
        if (until := _DUE.fullmatch(text)) and (day := _day(order, until["day"])) is not None:
            return replace(found, title=until["rest"], due=day)
    if found.owner is None and (whose := _FOR.fullmatch(text)) and _is_somebody(order, whose["name"]):
        return replace(found, title=whose["rest"], owner=somebody(order, whose["name"]))
    return None


def _is_somebody(order: Order, name: str) -> bool:
    return name.casefold() in {"me", "myself"} or person_called(order.view, name) is not None


def due_of(order: Order, text: str) -> Due | None:
    """Read what an action is due: a day, `before SPRINT`, or None for `none`. Raises `NotSo`."""
    plain = re.sub(r"(?i)^(?:on|due|until|till|by)\s+", "", text.strip())
    if plain.casefold() in {"none", "never", "off"}:
        return None
    before = re.fullmatch(r"(?i)before\s+(?:the\s+)?(?:next\s+)?(?P<sprint>[\w-]+)", plain)
    due = _before(order, before["sprint"]) if before else _day(order, plain)
    if due is None:
        raise NotSo("irc/action_no", why="day", day=text, how=HOW)
    return due


def _day(order: Order, text: str) -> date | None:
    """Read a day to come; None for what does not look like one."""
    day = day_of(text, order.view.on)
    if day is None and text[:1].isdigit():
        raise NotSo("irc/action_no", why="day", day=text, how=HOW)
    if day is not None and day < order.view.on:
        raise NotSo("irc/action_no", why="over", day=f"{day}")
    return day


def _before(order: Order, text: str) -> Due | None:
    """Read a sprint that is still to come, or a day before which it is due."""
    view = order.view
    known = {one.id for one in view.all(Sprint)}
    name = text.casefold()
    if name == "sprint":
        following = next_sprint(view)
        return following.id if following is not None and ahead(view, following.record) else None
    if name not in known:
        day = month_of(text, view.on) or _day(order, text)
        return None if day is None else max(day - timedelta(days=1), view.on)
    if not _is_ahead(view, name):
        raise NotSo("irc/action_no", why="sprint over", sprint=name)
    return name


def _is_ahead(view: View, name: str) -> bool:
    sprint = view.get(Sprint, "sprint", name)
    return sprint is not None and ahead(view, sprint)
