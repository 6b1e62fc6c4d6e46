"""What is known of a meeting before it begins: its series and rules, its agenda, its people and who may step back.

Made when somebody types #startmeeting, and kept as it was then: what is changed meanwhile counts for the next meeting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from cloudbot.core.meetings.meeting import Rules

Source = Literal["standing", "left over", "actions", "added", "state", "merge request", "mail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One item of an agenda."""

    id: str
    "stable from one meeting to the next: what is left over is found again by it"
    text: str
    source: Source
    minutes: int = 5
    "the time it may take"
    owner: str = ""
    "who brought it"
    link: str = ""
    lines: tuple[str, ...] = ()
    "what belongs to it, a line each: open actions, what was found in the state"
    providers: tuple[str, ...] = ()
    "providers that it touches, for who has to step back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody of the team: by which accounts on the meeting's network, and by which names actions may mean them."""

    person: str
    accounts: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    delegate: bool = False
    recused: tuple[str, ...] = ()
    "providers at whose business they step back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A meeting before it begins. Without a series there are only the defaults."""

    rules: Rules = field(default_factory=Rules)
    series: str = ""
    "the id of the record; empty for a meeting that belongs to none"
    title: str = ""
    topic: str = ""
    "of the whole meeting, unless #startmeeting gives one"
    name: str = ""
    agenda: tuple[Planned, ...] = ()
    people: tuple[Known, ...] = ()
    regrets: tuple[str, ...] = ()
    "people who said that they cannot come"
    quorum: int = 0
    "delegates without whom nothing is decided; 0: not asked for"
    chair: str = ""
    "the person whose turn it is"
    duration: timedelta = timedelta(hours=1)
    idle: timedelta = timedelta(minutes=30)
    "how long nobody has said anything before the bot asks whether it is over"
    publish_log: bool = True
    mail: tuple[str, ...] = ()
    "where the minutes are sent"
    thread: str = ""
    "the key of the mail that announced the meeting, which the minutes are a reply to"
