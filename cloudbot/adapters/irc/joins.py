"""Which configured channels to join, when, and when to stop trying. Pure; time is given.

A refusal is tried again after a pause that doubles up to an hour, a kick likewise and at most three times an hour.
It never joins what is not configured.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.settings import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


REFUSALS = frozenset({"403", "405", "437", "449", "470", "471", "473", "474", "475", "476", "477", "479", "480", "489"})
"Numerics that refuse a JOIN: full, invite only, banned, key, registered only, TLS only, forwarded, no such channel ..."
_HOUR = 3600.0
_KICKS = 3
_UNANSWERED = 30.0


@dataclass(slots=True)
class Wish:
    """One configured channel. `next_try` is None while we are in it or have given up."""

    channel: Channel
    next_try: float | None = 0.0
    inside: bool = False
    why: str = ""
    refusals: int = 0
    kicks: deque[float] = field(default_factory=deque)


class Joins:
    """The configured channels of one network. It lives longer than a connection, so that kicks are remembered."""

    def __init__(self, channels: Iterable[Channel], *, retry: float, after_kick: float) -> None:
        """Take the channels and two pauses in seconds."""
        self._wishes = [Wish(channel) for channel in channels]
        self._retry = retry
        self._after_kick = after_kick
        self.fold: Callable[[str], str] = str.lower

    def _find(self, name: str) -> Wish | None:
        folded = self.fold(name)
        return next((wish for wish in self._wishes if self.fold(wish.channel.name) == folded), None)

    def is_wanted(self, name: str) -> bool:
        """Whether a channel is configured."""
        return self._find(name) is not None

    def connected(self, now: float) -> None:
        """Begin anew on a new connection, except with a channel that kicks us."""
        for wish in self._wishes:
            wish.inside, wish.refusals = False, 0
            if not self._is_hopeless(wish, now):
                wish.next_try, wish.why = now, "joining"

    def due(self, now: float) -> list[Channel]:
        """Return the channels to JOIN now; each is asked again if no answer comes."""
        due = [wish for wish in self._wishes if wish.next_try is not None and wish.next_try <= now]
        for wish in due:
            wish.next_try = now + max(_UNANSWERED, self._retry)
        return [wish.channel for wish in due]

    def now(self, names: Iterable[str], now: float) -> None:
        """Try these at once: we were identified, invited or unbanned."""
        for name in names:
            wish = self._find(name)
            if wish is not None and not wish.inside:
                wish.next_try = now

    def joined(self, name: str) -> None:
        """Note that we are in."""
        wish = self._find(name)
        if wish is not None:
            wish.inside, wish.next_try, wish.why, wish.refusals = True, None, "", 0

    def refused(self, name: str, why: str, now: float) -> None:
        """Note a refusal of a JOIN."""
        wish = self._find(name)
        if wish is not None and not wish.inside:
            wish.why = why
            wish.next_try = now + min(_HOUR, self._retry * 2**wish.refusals)
            wish.refusals = min(wish.refusals + 1, 16)

    def removed(self, name: str, why: str, now: float) -> str:
        """Note that somebody kicked or parted us. Returns a note for the operator if this is where it ends."""
        wish = self._find(name)
        if wish is None:
            return ""
        wish.inside, wish.why = False, why
        wish.kicks.append(now)
        if self._is_hopeless(wish, now):
            wish.next_try = None
            return f"{name}: {why} {len(wish.kicks)} times in an hour; not rejoining until restarted or invited"
        wish.next_try = now + self._after_kick * 2 ** (len(wish.kicks) - 1)
        return ""

    @staticmethod
    def _is_hopeless(wish: Wish, now: float) -> bool:
        while wish.kicks and now - wish.kicks[0] > _HOUR:
            wish.kicks.popleft()
        return len(wish.kicks) > _KICKS

    @property
    def missing(self) -> tuple[str, ...]:
        """List the channels we should be in and are not, each with the reason."""
        return tuple(f"{wish.channel.name} ({wish.why})" for wish in self._wishes if not wish.inside)

    def why(self, name: str) -> str:
        """Say why we are not in a channel."""
        wish = self._find(name)
        return (wish.why or "not joined yet") if wish is not None else "not a configured channel"
