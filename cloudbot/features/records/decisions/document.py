"""What is remembered of decisions beside the records: what is under way, since when one could object."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime


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
    refused: dict[str, str] = field(default_factory=dict)
    "the commit of the records that refused one: only others are worth another try"
    tries: dict[str, int] = field(default_factory=dict)
    "how often one was refused"
    told: dict[str, datetime] = field(default_factory=dict)
    "news that were told, by their names"

    def asking(self, identity: str, key: str) -> Decisions:
        """Return it with a change under way."""
        return replace(self, asked={**self.asked, identity: key})

    def with_said(self, key: str, at: datetime | None) -> Decisions:
        """Return it with the end of a line: said, or not."""
        name = self.saying[key]
        rest = {each: one for each, one in self.saying.items() if each != key}
        return replace(self, saying=rest, said={**self.said, name: at} if at is not None else self.said)

    def ended(self, key: str, refused_by: str | None) -> Decisions:
        """Return it with the end of a change: made, or refused by a commit."""
        name = next((each for each, one in self.asked.items() if one == key), None)
        if name is None:
            return self
        rest = replace(self, asked={each: one for each, one in self.asked.items() if each != name})
        if refused_by is None:
            return replace(rest, tries={each: n for each, n in self.tries.items() if each != name})
        tries = {**self.tries, name: self.tries.get(name, 0) + 1}
        return replace(rest, refused={**self.refused, name: refused_by}, tries=tries)
