"""What is remembered of decisions beside the records: what is under way, since when one could object."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Everything else is in the records. All is by the identity of a decision, but for what is by a key."""

    due: datetime | None = None
    "when the clock is looked at next; None while nothing runs"
    since: dict[str, datetime] = field(default_factory=dict)
    "since when objections to it would have been heard without a gap"
    saying: dict[str, str] = field(default_factory=dict)
    "by the key of a line that announces it, until it is known whether it was said"
    said: dict[str, datetime] = field(default_factory=dict)
    "when that line was said, until the records have it"
    asked: dict[str, str] = field(default_factory=dict)
    "the key of a change of our own that has no end yet"
    tried: dict[str, str] = field(default_factory=dict)
    "the commit of the records that such a change was last made from: only others are worth another try"
    tries: dict[str, int] = field(default_factory=dict)
    "how often a change was refused or a line did not go out, since a change of it was made"
    told: dict[str, datetime] = field(default_factory=dict)
    "news that were told, by their names"

    def asking(self, identity: str, key: str, commit: str) -> Decisions:
        """Return it with a change under way, made from a commit."""
        return replace(self, asked={**self.asked, identity: key}, tried={**self.tried, identity: commit})

    def with_said(self, key: str, at: datetime | None) -> Decisions:
        """Return it with the end of a line: said at an instant, or not said."""
        name = self.saying[key]
        rest = replace(self, saying={each: one for each, one in self.saying.items() if each != key})
        return rest.failed(name) if at is None else replace(rest, said={**self.said, name: at})

    def ended(self, key: str, *, made: bool) -> Decisions:
        """Return it with the end of a change."""
        name = next((each for each, one in self.asked.items() if one == key), None)
        if name is None:
            return self
        rest = replace(self, asked={each: one for each, one in self.asked.items() if each != name})
        return rest.moved((name,)) if made else rest.failed(name)

    def moved(self, names: Collection[str]) -> Decisions:
        """Return it after changes of decisions, by whomever: what failed before is worth a try."""
        return replace(
            self,
            tried={each: commit for each, commit in self.tried.items() if each not in names or each in self.asked},
            tries={each: number for each, number in self.tries.items() if each not in names},
        )

    def failed(self, name: str) -> Decisions:
        """Return it with one more try that came to nothing."""
        return replace(self, tries={**self.tries, name: self.tries.get(name, 0) + 1})
