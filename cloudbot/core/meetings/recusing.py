"""Who steps back: people whose recusal is declared, at topics, agenda items and votes that touch that provider.

A provider is touched where an item of the agenda says so, or where its name is a word of the text. It is said in words
that blame nobody, noted with the topic, and a ballot of theirs is not taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.people import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Item, Meeting, Rules
    from cloudbot.core.meetings.planned import Known


def known(rules: Rules, account: str, names: Iterable[str]) -> Known | None:
    """Return who of the team somebody is: by account, and only where there is none by what they are called."""
    if account:
        wanted = folded(account)
        return next((one for one in rules.known if wanted in map(folded, one.accounts)), None)
    called = {form.lower() for name in names for form in (name, plain(name))}
    return next((one for one in rules.known if called & {name.lower() for name in (one.person, *one.names)}), None)


def touched(rules: Rules, text: str) -> tuple[str, ...]:
    """Return the providers that a text names."""
    return tuple(
        name for name in rules.providers
        if name and name.lower() in text.lower()
        and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    )  # fmt: skip


def stepping_back(rules: Rules, providers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return who steps back, each with at which of these providers, but for those who are not there anyway."""
    every = tuple(dict.fromkeys(providers))
    found = ((one.person, [name for name in every if name in one.recused]) for one in rules.known)
    return tuple((person, ", ".join(at)) for person, at in found if at and person not in rules.regrets)


def at_hand(meeting: Meeting) -> tuple[str, ...]:
    """Return the providers that the topic, its subtopic and the open vote touch."""
    if not any(one.recused for one in meeting.rules.known):
        return ()
    texts = [] if meeting.vote is None else [meeting.vote.question]
    planned: list[str] = []
    for item in _headings(meeting):
        texts.append(item.text)
        planned += [name for one in meeting.agenda if one.id == item.planned for name in one.providers]
    return tuple(dict.fromkeys((*planned, *(name for text in texts for name in touched(meeting.rules, text)))))


def _headings(meeting: Meeting) -> list[Item]:
    found: list[Item] = []
    for item in reversed(meeting.items):
        if item.kind == "topic":
            return [*found, item]
        if item.kind == "subtopic" and not found:
            found.append(item)
    return found


def recused(meeting: Meeting) -> frozenset[str]:
    """Return the persons who step back at what is at hand."""
    return frozenset(person for person, _ in stepping_back(meeting.rules, at_hand(meeting)))


def steps_back(meeting: Meeting, line: Line) -> bool:
    """Whether whoever said a line steps back at what is at hand."""
    one = known(meeting.rules, line.account, (line.nick,))
    return one is not None and one.person in recused(meeting)
