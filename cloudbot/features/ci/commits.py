"""What landed lately on the default branches, by title: what changed between the last good build and the first bad."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommitsSeen, Fact

WINDOW = timedelta(days=45)
MOST_KEPT = 200
"""Commits kept of one project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """One commit, without its author: this is about what changed and not about who did it."""

    at: datetime
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """The newest commits of each project, oldest first."""

    seen: datetime | None = None
    known: dict[str, tuple[Landed, ...]] = field(default_factory=dict)

    def between(self, project: str, after: datetime, until: datetime) -> tuple[Landed, ...] | None:
        """Return what landed after one instant until another; None where we do not know that far back."""
        known = self.known.get(project, ())
        if len(known) == MOST_KEPT and known[0].at > after:
            return None
        return tuple(one for one in known if after < one.at <= until)


def react(known: Commits, fact: Fact, _world: World) -> Reaction[Commits]:
    """Take over a look."""
    if not isinstance(fact, CommitsSeen) or (known.seen is not None and fact.at < known.seen):
        return Reaction(known)
    found: dict[str, list[Landed]] = {}
    for commit in fact.commits:
        if fact.at - commit.at <= WINDOW:
            found.setdefault(commit.project, []).append(Landed(at=commit.at, title=commit.title))
    newest = {
        project: tuple(sorted(landed, key=lambda one: one.at)[-MOST_KEPT:]) for project, landed in sorted(found.items())
    }
    return Reaction(Commits(seen=fact.at, known=newest))


commits = Feature(name="commits", document=Commits, react=react)
