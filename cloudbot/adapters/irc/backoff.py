"""How long to stay away after a connection ended. Pure: the randomness is given.

Full jitter between the shortest pause and a bound that doubles, so that a server that comes back is not met by all
its clients at once. What the server said in ERROR can demand a longer pause.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LONG = re.compile(
    r"[KGDZX]-?lined?|\bAKILL|\bbanned\b|not (?:authori[sz]ed|welcome)|no more connections"
    r"|too many (?:host )?connections|throttl|reconnect(?:ing)? too fast|session limit|trying to reconnect",
    re.IGNORECASE,
)
_FORGIVEN = 6
_PATIENCE = 4  # how many times the shortest pause an ERROR of this kind costs at least


class Backoff:
    """The pauses of one network."""

    def __init__(
        self, shortest: float, longest: float, stable_after: float, random: Callable[[float, float], float]
    ) -> None:
        """Take seconds, and a function that returns a number between two."""
        self._shortest = shortest
        self._longest = max(shortest, longest)
        self._stable_after = stable_after
        self._random = random
        self._failures = 0
        self._forgiven = 0

    def pause(self, *, connected_for: float, said: str = "") -> float:
        """Return the seconds to wait now. `said` is the server's ERROR or our own reason.

        `connected_for` counts from the welcome and is 0 without one. A few connections that were welcomed start the
        pauses again, as a server under repair makes them; many of them without a stable one do not.
        """
        if connected_for >= self._stable_after:
            self._failures = self._forgiven = 0
        elif connected_for > 0 and self._forgiven < _FORGIVEN:
            self._failures = 0
            self._forgiven += 1
        unwelcome = _LONG.search(said) is not None
        bound = min(self._longest, self._shortest * 2**self._failures)
        self._failures = min(self._failures + (2 if unwelcome else 1), 16)
        if unwelcome:
            floor = min(self._longest, max(bound, self._shortest * _PATIENCE))
            return self._random(floor, min(self._longest, 2 * floor))
        return self._random(self._shortest, max(self._shortest, bound))
