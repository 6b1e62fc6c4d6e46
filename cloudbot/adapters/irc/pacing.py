"""When a line may go: token buckets in lines and bytes, for the connection and for each target. Pure; time is given.

Answers go before announcements, but not more than three in a row. What does not fit the bounded queue is refused and
counted, so that it can be confessed once when there is room again. It never drops a line it accepted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.fences import Fence

if TYPE_CHECKING:
    from cloudbot.adapters.irc.settings import Pacing

_ROW = 3
_REMEMBERED_TARGETS = 256
_MINUTE = 60.0


@dataclass(slots=True, eq=False)
class Item:
    """A line that wants to go out. Compared by identity: two equal lines are two."""

    line: str
    target: str = ""
    "folded; empty for lines to the server, which no target limit concerns"
    unasked: bool = False
    fence: Fence | None = None
    closes: bool = False
    "whether the fence's PING follows this line"

    @property
    def size(self) -> int:
        """Bytes with CR LF."""
        return len(self.line.encode()) + 2


class Bucket:
    """Tokens that grow with time up to a bound. May be overdrawn by what must go."""

    __slots__ = ("_at", "_bound", "_level", "_rate")

    def __init__(self, bound: float, rate: float) -> None:
        """Start full."""
        self._bound = self._level = bound
        self._rate = rate
        self._at: float | None = None

    def level(self, now: float) -> float:
        """Return the tokens there are now."""
        if self._at is not None and now > self._at:
            self._level = min(self._bound, self._level + (now - self._at) * self._rate)
        self._at = now
        return self._level

    def take(self, tokens: float, now: float) -> None:
        """Take tokens, into debt if need be, but never deeper than the bound."""
        self._level = max(-self._bound, self.level(now) - tokens)

    def wait(self, tokens: float, now: float) -> float:
        """Return the seconds until that many are there; more than the bound counts as the bound."""
        missing = min(tokens, self._bound) - self.level(now)
        return missing / self._rate if missing > 1e-9 else 0.0  # noqa: PLR2004 - rounding of floats

    def is_full(self, now: float) -> bool:
        """Whether nothing is missing."""
        return self.level(now) >= self._bound


class Pacer:
    """The queue of one connection."""

    def __init__(self, settings: Pacing) -> None:
        """Start with full buckets."""
        self._settings = settings
        self._lines = Bucket(settings.lines, settings.lines_per_second)
        self._bytes = Bucket(settings.size, settings.bytes_per_second)
        self._targets: dict[str, Bucket] = {}
        self._asked: deque[Item] = deque()
        self._unasked: deque[Item] = deque()
        self._row = 0
        self._dropped: dict[str, int] = {}

    def __len__(self) -> int:
        """Count the lines that wait."""
        return len(self._asked) + len(self._unasked)

    def offer(self, item: Item) -> bool:
        """Queue a line, or refuse and count it where the queue is full."""
        if len(self) >= self._settings.queue:
            self._dropped[item.target] = self._dropped.get(item.target, 0) + 1
            return False
        (self._unasked if item.unasked else self._asked).append(item)
        return True

    def withdraw(self, item: Item) -> None:
        """Take a line back that has not gone yet."""
        for queue in (self._asked, self._unasked):
            if item in queue:
                queue.remove(item)

    def take(self, now: float) -> list[Item]:
        """Return the lines that may go now, in their order, and account for them."""
        ready: list[Item] = []
        while (item := self._next(now)) is not None:
            ready.append(item)
        return ready

    def _next(self, now: float) -> Item | None:
        for queue in self._by_turn():
            item = self._first_free(queue, now)
            if item is None:
                continue
            if self._connection_wait(item, now):
                return None
            queue.remove(item)
            self._row = self._row + 1 if queue is self._asked else 0
            self._charge(item, now)
            return item
        return None

    def _by_turn(self) -> tuple[deque[Item], deque[Item]]:
        if self._row >= _ROW and self._unasked:
            return self._unasked, self._asked
        return self._asked, self._unasked

    def _first_free(self, queue: deque[Item], now: float) -> Item | None:
        blocked: set[str] = set()
        for item in queue:
            if item.target not in blocked:
                if not self._target_wait(item, now):
                    return item
                blocked.add(item.target)
        return None

    def _connection_wait(self, item: Item, now: float) -> float:
        if self._settings.open:
            return 0.0
        return max(self._lines.wait(1 + item.closes, now), self._bytes.wait(item.size, now))

    def _target_wait(self, item: Item, now: float) -> float:
        if self._settings.open or not item.target or item.target not in self._targets:
            return 0.0
        return self._targets[item.target].wait(1, now)

    def _charge(self, item: Item, now: float) -> None:
        self.charge(item.size, now, lines=1 + item.closes)
        if item.target and not self._settings.open:
            if len(self._targets) > _REMEMBERED_TARGETS:
                self._targets = {name: it for name, it in self._targets.items() if not it.is_full(now)}
            bucket = self._targets.setdefault(
                item.target, Bucket(self._settings.target_lines, self._settings.target_lines_per_second)
            )
            bucket.take(1, now)

    def charge(self, size: int, now: float, *, lines: int = 1) -> None:
        """Account for lines that went without asking: PONG, CAP, AUTHENTICATE, the PING of a fence."""
        self._lines.take(lines, now)
        self._bytes.take(size, now)

    def wait(self, now: float) -> float | None:
        """Return the seconds until something may go, or None where nothing waits."""
        waits = [
            max(self._connection_wait(item, now), self._target_wait(item, now))
            for queue in (self._asked, self._unasked)
            for item in self._heads(queue)
        ]
        return min(waits, default=None)

    @staticmethod
    def _heads(queue: deque[Item]) -> list[Item]:
        heads: dict[str, Item] = {}
        for item in queue:
            heads.setdefault(item.target, item)
        return list(heads.values())

    def confess(self) -> dict[str, int]:
        """Return once, when the queue has room again, how many lines each target did not get."""
        if not self._dropped or 4 * len(self) > self._settings.queue:
            return {}
        dropped, self._dropped = self._dropped, {}
        return dropped


class Repeats:
    """Tells equal lines apart, because OFTC's FloodServ bans for the fifth equal line in a minute in one channel.

    It also counts over all channels, where ten are a network ban.
    """

    def __init__(self, settings: Pacing) -> None:
        """Start having said nothing."""
        self._settings = settings
        self._said: deque[tuple[float, str, str]] = deque()
        self._counts: dict[tuple[str, str], int] = {}

    def vary(self, target: str, text: str, now: float) -> str:
        """Return the text as it is, or with a number behind it if it was said too often within the last minute."""
        while self._said and now - self._said[0][0] > _MINUTE:
            _, *old = self._said.popleft()
            self._count((old[0], old[1]), -1)
            self._count(("", old[1]), -1)
        self._said.append((now, target, text))
        here = self._count((target, text), 1)
        everywhere = self._count(("", text), 1)
        if here > self._settings.repeats or everywhere > self._settings.repeats_everywhere:
            return f"{text} ({everywhere})"
        return text

    def _count(self, key: tuple[str, str], step: int) -> int:
        count = self._counts.get(key, 0) + step
        if count > 0:
            self._counts[key] = count
        else:
            self._counts.pop(key, None)
        return count
