"""How much of a piece of work rests on how few people: from counts of commits alone, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Commits, the people who made them, how many are the busiest one's, how many people make half."""

    commits: int
    people: int
    most: int
    half: int
    "the fewest people whose commits together are at least half; 0 where there is no commit"

    @property
    def share(self) -> int:
        """The busiest one's part in percent, rounded down, so that 100 means everything."""
        return 100 * self.most // self.commits if self.commits else 0


def concentration(counts: Iterable[int]) -> Concentration:
    """Reckon from the number of commits of each author, in any order; an author without commits is none."""
    ordered = sorted((count for count in counts if count > 0), reverse=True)
    total, reached, half = sum(ordered), 0, 0
    for count in ordered:
        if 2 * reached >= total:
            break
        reached += count
        half += 1
    return Concentration(commits=total, people=len(ordered), most=max(ordered, default=0), half=half)
