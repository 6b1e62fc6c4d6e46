"""A clock that runs through a recorded stretch of time, the same in every process that is given the same words.

It stands at the beginning until somebody starts it, which is a file with the epoch second in it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self


@dataclass(slots=True, kw_only=True)
class Replay:
    """From `begin` to `end` (aware UTC) in `seconds` of real time after the start that `file` tells of; then still."""

    begin: datetime
    end: datetime
    seconds: float
    file: Path
    _started: float | None = None

    @classmethod
    def parse(cls, words: str) -> Self:
        """Read what `str` writes."""
        begin, end, seconds, file = words.split(",", 3)
        return cls(
            begin=datetime.fromisoformat(begin).astimezone(UTC),
            end=datetime.fromisoformat(end).astimezone(UTC),
            seconds=float(seconds),
            file=Path(file),
        )

    def __str__(self) -> str:
        return f"{self.begin.isoformat()},{self.end.isoformat()},{self.seconds!r},{self.file}"

    def start(self) -> None:
        """Let the time run, in every process that has this clock."""
        part = self.file.with_suffix(".part")
        part.write_text(repr(time.time()), encoding="ascii")
        part.replace(self.file)

    def now(self) -> datetime:
        """Return the recorded instant that it is now."""
        if self._started is None:
            if not self.file.exists():
                return self.begin
            self._started = float(self.file.read_text(encoding="ascii"))
        share = min(1.0, max(0.0, (time.time() - self._started) / self.seconds))
        return self.begin + timedelta(seconds=share * (self.end - self.begin).total_seconds())
