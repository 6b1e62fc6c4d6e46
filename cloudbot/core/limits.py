"""How often one may ask: token buckets per account (or host) and per channel. Pure: the caller brings the time.

Whoever asks too much is told once and then met with silence until a bucket has filled again, so that two bots that
answer each other fall quiet after a few lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["fine", "warn", "silent"]
MOST_BUCKETS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`burst` at once, then `per_minute`. A burst of 0 is no limit."""

    burst: int
    per_minute: float


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    warned: bool = False


@dataclass(slots=True, kw_only=True)
class Limits:
    """Judges commands. Instants are seconds of any clock that never goes back."""

    person: Rate = field(default_factory=lambda: Rate(burst=8, per_minute=12))
    channel: Rate = field(default_factory=lambda: Rate(burst=15, per_minute=30))
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def judge(self, person: str, venue: str, now: float) -> Verdict:
        """Count one command and decide: answer it, warn once, or be silent."""
        mine = self._take(f"p {person}", self.person, now)
        if mine != "fine":
            return mine
        everybody = self._take(f"v {venue}", self.channel, now)
        return "fine" if everybody == "fine" else everybody

    def _take(self, name: str, rate: Rate, now: float) -> Verdict:
        if rate.burst == 0:
            return "fine"
        bucket = self._buckets.get(name)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[name] = _Bucket(rate.burst, now)
        bucket.tokens = min(rate.burst, bucket.tokens + (now - bucket.at) * rate.per_minute / 60)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.warned = False
            return "fine"
        if bucket.warned:
            return "silent"
        bucket.warned = True
        return "warn"

    def _forget(self, now: float) -> None:
        """Keep memory bounded: whoever said nothing for ten minutes has a full bucket again anyway."""
        if len(self._buckets) >= MOST_BUCKETS:
            self._buckets = {name: bucket for name, bucket in self._buckets.items() if now - bucket.at < 600}  # noqa: PLR2004 - said above
