"""What is planned for a meeting, and who is known: the items of its agenda and the people of the team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
