"""What the bot knows of the records: the last good state, at a commit, and what of it may be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.records.tree import Tree, View

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One commit of the records, as their history tells it."""

    commit: str
    at: datetime
    author: str
    subject: str
    paths: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The records at a commit. Replaced as a whole, never changed."""

    commit: str
    tree: Tree
    good: str = ""
    "the last commit at which every kind could be read: `closed` kinds are answered from there"
    closed: frozenset[str] = frozenset()
    "kinds that somebody pushed with errors: read-only until they are mended"
    site: str = ""
    "where the repository can be looked at, for links; empty if nowhere"
    past: tuple[Entry, ...] = ()
    "the newest commits, newest first, merges left out"

    def history(self, path: str) -> tuple[Entry, ...]:
        """Return the commits that touched a file, newest first, as far back as is known."""
        return tuple(one for one in self.past if path in one.paths)

    def at(self, moment: datetime) -> View:
        """Return the records as seen on the day of an instant (UTC)."""
        return View(self.tree, moment.date(), moment.date())

    def on(self, day: date, moment: datetime) -> View:
        """Return the records as seen on another day than that of the instant."""
        return View(self.tree, day, max(day, moment.date()))

    @property
    def short(self) -> str:
        """The commit as people quote it."""
        return self.commit[:8]
