"""Whether the other end is alive. Pure; time is given.

Any line counts as life. After a silence the server is asked, and after further silence the link is dead. TCP alone
notices a vanished peer only after a quarter of an hour.
"""

from __future__ import annotations

from typing import Literal


class Watchdog:
    """Watches one connection."""

    def __init__(self, *, silence: float, dead_after: float, now: float) -> None:
        """Take the two silences in seconds."""
        self._silence = silence
        self._dead_after = dead_after
        self._heard = now
        self._asked: float | None = None

    def heard(self, at: float) -> None:
        """Note when the last sign of life came; an older one changes nothing."""
        if at > self._heard:
            self._heard = at
            self._asked = None

    def verdict(self, now: float) -> Literal["alive", "ask", "dead"]:
        """Say what to do; `ask` is said once a silence."""
        if self._asked is not None:
            return "dead" if now - self._asked >= self._dead_after else "alive"
        if now - self._heard >= self._silence:
            self._asked = now
            return "ask"
        return "alive"
