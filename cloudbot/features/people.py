"""How many people carry the work: counts, never a ranking, never a name.

Whether a project rests on one person is a fact about the project. The document holds digests that tell authors apart
and cannot be read back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommitsSeen, Fact
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from cloudbot.core.records.census import Census

WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """Commits of the window: when, and by which author digest."""

    forge: str = ""
    seen: datetime | None = None
    since: datetime | None = None
    commits: tuple[tuple[datetime, str], ...] = ()


def react(known: Landed, fact: Fact, _world: World) -> Reaction[Landed]:
    """Take over a look."""
    if not isinstance(fact, CommitsSeen) or (known.seen is not None and fact.at < known.seen):
        return Reaction(known)
    commits = tuple(sorted((commit.at, commit.author) for commit in fact.commits))
    return Reaction(Landed(forge=fact.forge, seen=fact.at, since=fact.since, commits=commits))


def count(landed: Landed, at: datetime) -> Counter[str]:
    """Count the commits of each author in the 90 days up to `at`."""
    return Counter(author for when, author in landed.commits if at - WINDOW <= when <= at)


def concentration(_ask: Ask, world: World) -> Answer:
    """Answer `!people`: commits and people of 90 days, and how many by one; how many the records have."""
    landed = world.document(Landed)
    authors = count(landed, world.at)
    week = {author for when, author in landed.commits if world.at - timedelta(days=7) <= when <= world.at}
    values = {
        "commits": authors.total(),
        "people": len(authors),
        "most": max(authors.values(), default=0),
        "week": len(week),
        "seen": landed.seen,
        "note": age_note(world, landed.forge, landed.seen),
        "team": _census(world),
    }
    return Answer(words="irc/people", values=values)


def _census(world: World) -> Census | None:
    """Count the people of the records, where there are any."""
    if world.records is None:
        return None
    from cloudbot.core.records.census import count as count_people  # noqa: PLC0415 - the models, only with records

    return count_people(world.records.at(world.at))


people = Feature(
    name="people",
    document=Landed,
    react=react,
    commands=(
        Command(
            name="people",
            help="how many people landed commits in 90 days, how many are one person's, and how many the team has",
            answer=concentration,
            examples=("!people",),
        ),
    ),
)
