"""How much is asked for at once: as much as the server bears, found out once and remembered. Pure.

Down at once when a question was too much and something smaller was answered; one rung up again after a day, for a
server may have been busy or upgraded. After a restart it is found out anew, which costs a request for each rung.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

UP_AFTER = timedelta(days=1)

Way = Literal["nested", "aliased", "rest"]


@dataclass(frozen=True, slots=True)
class Rung:
    """A way to ask, and the number of things asked for at once."""

    way: Way
    page: int

    def __str__(self) -> str:
        """Return it for the log."""
        return f"{self.way} {self.page}" if self.page else self.way


RUNGS = (Rung("nested", 100), Rung("nested", 50), Rung("nested", 20), Rung("aliased", 25), Rung("rest", 0))


@dataclass(slots=True)
class Ladder:
    """The rung we stand on, and when we got there."""

    place: int = 0
    since: datetime | None = None

    def first(self, at: datetime) -> int:
        """Return the rung to try first: ours, or one above after a long while."""
        if self.place and self.since is not None and at - self.since >= UP_AFTER:
            return self.place - 1
        return self.place

    def stood(self, place: int, at: datetime) -> bool:
        """Note the rung that bore; return whether it is another one than before."""
        tried = self.first(at) != self.place
        moved = place != self.place
        if moved or tried:
            self.place, self.since = place, at
        return moved
