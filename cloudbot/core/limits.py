"""How often one may ask: token buckets per account (or host) and per channel. Pure: the caller brings the time.

Whoever asks too much is told once and then met with silence until a quarter of a burst is there again. So two bots that
answer each other fall quiet: fast ones after a few lines, slow ones, whom no rate would stop, by a bucket for the hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["fine", "warn", "silent"]
MOST_BUCKETS = 4000
FULL_AGAIN_SECONDS = 3600.0


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
    patience: Rate = field(default_factory=lambda: Rate(burst=60, per_minute=1))
    "with one person over a long time; it does not count where `person` has no limit"
    channel: Rate = field(default_factory=lambda: Rate(burst=15, per_minute=30))
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def judge(self, person: str, venue: str, now: float) -> Verdict:
        """Count one command and decide: answer it, warn once, or be silent."""
        buckets = [(f"p {person}", self.person), (f"v {venue}", self.channel)]
        if self.person.burst:
            buckets.insert(1, (f"h {person}", self.patience))
        verdicts = (self._take(name, rate, now) for name, rate in buckets)
        return next((verdict for verdict in verdicts if verdict != "fine"), "fine")

    def _take(self, name: str, rate: Rate, now: float) -> Verdict:
        if rate.burst == 0:
            return "fine"
        bucket = self._buckets.get(name)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[name] = _Bucket(rate.burst, now)
        bucket.tokens = min(rate.burst, bucket.tokens + (now - bucket.at) * rate.per_minute / 60)
        bucket.at = now
        if bucket.tokens >= (max(1.0, rate.burst / 4) if bucket.warned else 1):
            bucket.tokens -= 1
            bucket.warned = False
            return "fine"
        if bucket.warned:
            return "silent"
        bucket.warned = True
        return "warn"

    def _forget(self, now: float) -> None:
        """Keep memory bounded: a bucket not used for an hour is full again anyway; then the longest unused goes."""
        if len(self._buckets) >= MOST_BUCKETS:
            recent = sorted(self._buckets.items(), key=lambda item: item[1].at)[-MOST_BUCKETS // 2 :]
            self._buckets = {name: bucket for name, bucket in recent if now - bucket.at < FULL_AGAIN_SECONDS}
