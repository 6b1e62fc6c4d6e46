"""How many deliveries came and what became of them: for the metrics and the status page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import structlog

log = structlog.get_logger(__name__)
REFUSALS_APART = 60.0


@dataclass(slots=True)
class Tally:
    """Counts of one server's deliveries since the start, and when the last proven one came."""

    outcomes: Counter[str] = field(default_factory=Counter)
    last: datetime | None = None
    _refused: datetime | None = None

    def count(self, outcome: str, at: datetime) -> None:
        """Count a delivery whose sender was proved."""
        self.outcomes[outcome] += 1
        self.last = at

    def refuse(self, forge: str, why: str, at: datetime) -> None:
        """Count a delivery of nobody we know; logged once a minute at most, or a stranger could fill the log."""
        self.outcomes["refused"] += 1
        if self._refused is None or abs((at - self._refused).total_seconds()) >= REFUSALS_APART:
            self._refused = at
            log.warning("a hook was refused", forge=forge, why=why, so_far=self.outcomes["refused"])
