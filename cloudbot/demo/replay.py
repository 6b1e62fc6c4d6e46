"""A clock that runs through a recorded stretch of time, the same in every process that is given the same words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """From `begin` to `end` (aware UTC) in `seconds` of real time from the epoch second `started`, then still."""

    begin: datetime
    end: datetime
    started: float
    seconds: float

    @classmethod
    def from_now(cls, begin: datetime, end: datetime, seconds: float, *, delay: float = 0.0) -> Self:
        """Start the recorded time `delay` seconds from now."""
        return cls(begin=begin, end=end, started=time.time() + delay, seconds=seconds)

    @classmethod
    def parse(cls, words: str) -> Self:
        """Read what `str` writes."""
        begin, end, started, seconds = words.split(",")
        return cls(
            begin=datetime.fromisoformat(begin).astimezone(UTC),
            end=datetime.fromisoformat(end).astimezone(UTC),
            started=float(started),
            seconds=float(seconds),
        )

    def __str__(self) -> str:
        return f"{self.begin.isoformat()},{self.end.isoformat()},{self.started!r},{self.seconds!r}"

    def now(self) -> datetime:
        """Return the recorded instant that it is now."""
        share = min(1.0, max(0.0, (time.time() - self.started) / self.seconds))
        return self.begin + timedelta(seconds=share * (self.end - self.begin).total_seconds())
