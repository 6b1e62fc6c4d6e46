"""The hour of the day at which what the records hold is looked at for something to say; every day, once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

HOUR = 8
LATEST = timedelta(hours=12)
"""How long after its hour a line of the morning may still come."""


def next_morning(at: datetime) -> datetime:
    """Return the next time it is eight in the morning, UTC."""
    today = datetime.combine(at.astimezone(UTC).date(), time(HOUR), UTC)
    return today if at < today else today + timedelta(days=1)
