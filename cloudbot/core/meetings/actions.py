"""Whose an action is, from its words. Every action is listed: with people, with a role, or as nobody's.

A name counts as a whole word where a nick ends: "ed, please", "ed's", "@ed", "ed/max" are ed's, `ana-ben` is not ben's,
and siretart`, [ken] and `foo^` are found. A nick that is an ordinary word ("will", "notes") counts only where it is
addressed. The classic manner finds what MeetBot 0.1.4 finds: every nick as a regular expression between word borders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.meeting import Item
from cloudbot.core.meetings.people import Attendee, appearance, plain
from cloudbot.core.meetings.recusing import known as member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudbot.core.meetings.meeting import Meeting, Rules

_IN_NICK = r"[\w\[\]\\`^{}|-]"
_ORDINARY_WORDS = """
a all an and any bug can chair do done fix for he info it link may me mark new next no note notes
now of on one or should so somebody someone team test that the them they this to todo topic up us we
what who will with you
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
_ROLE = re.compile(r"\s*@?(?P<role>everyone|everybody|the (?:delegates|chairs?|team|others))\b", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@./-])@(?P<nick>[A-Za-z\[\]\\`^{}|_][\w\[\]\\`^{}|-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """The actions of a meeting: by name in alphabetical order, and those that are nobody's."""

    by_name: tuple[tuple[str, tuple[Item, ...]], ...]
    unassigned: tuple[Item, ...]


def duties(meeting: Meeting, roster: Iterable[str] = (), people: Sequence[Attendee] | None = None) -> Duties:
    """Return whose every action is. `roster` are names of the team that mean somebody though they were not there.

    `people` are those of `appearance`, where they are known.
    """
    actions = [item for item in meeting.items if item.kind == "action"]
    people = appearance(meeting) if people is None else people
    if meeting.rules.manner == "classic":
        found = [(one.name, [item for item in actions if _classic(one.name, item.text)]) for one in people]
    else:
        found = _ours(actions, people, roster, meeting.rules)
    assigned = {item.id for _, items in found for item in items}
    return Duties(
        by_name=tuple((name, tuple(items)) for name, items in sorted(found, key=lambda one: one[0].lower()) if items),
        unassigned=tuple(item for item in actions if item.id not in assigned),
    )


def _classic(nick: str, text: str) -> bool:
    return re.match(rf".*\b{re.escape(nick)}\b.*", text, re.IGNORECASE) is not None


def _ours(
    actions: list[Item], people: Iterable[Attendee], roster: Iterable[str], rules: Rules
) -> list[tuple[str, list[Item]]]:
    known: dict[str, set[str]] = {}
    away = {one.person: one for one in rules.known}
    for one in people:
        known.setdefault(one.name, set()).update(map(_compared, (*one.names, *map(plain, one.names))))
        person = member(rules, one.account, one.names)
        if person is not None and away.pop(person.person, None) is not None:
            known[one.name].update(map(_compared, (person.person, *person.names)))
    for person in away.values():
        known.setdefault(person.person, set()).update(map(_compared, (person.person, *person.names)))
    taken = {name for names in known.values() for name in names}
    known |= {name: {_compared(name)} for name in roster if _compared(name) not in taken}
    taken |= {_compared(name) for name in known}
    said = [(item, _compared(item.text)) for item in actions]
    found = {
        name: [item for item, text in said if any(_means(one, text) for one in names)] for name, names in known.items()
    }
    for item in actions:
        for name in _others(item.text):
            if _compared(name) not in taken:
                found.setdefault(name, []).append(item)
    return list(found.items())


def _others(text: str) -> tuple[str, ...]:
    role = _ROLE.match(text)
    mentioned = tuple(dict.fromkeys(found["nick"] for found in _MENTION.finditer(text)))
    return mentioned if role is None else (role["role"].lower(),)


def means(nick: str, text: str) -> bool:
    """Whether a text speaks of that nick."""
    return _means(_compared(nick), _compared(text))


def _compared(text: str) -> str:
    return folded(text).lower()


def _means(nick: str, text: str) -> bool:
    if not nick or nick not in text:  # so for nearly all; expressions for a thousand nicks would take their time
        return False
    name = re.escape(nick)
    if nick in _ORDINARY:
        addressed = rf"(?:^\s*@?{name}(?:[:,]| to\b| and\b)|(?<![\w@./-])@{name}(?!{_IN_NICK}))"
        return re.search(addressed, text) is not None
    return re.search(rf"(?<!{_IN_NICK}){name}(?!{_IN_NICK})", text) is not None
