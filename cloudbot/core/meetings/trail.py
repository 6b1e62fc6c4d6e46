"""A sequence that grows at its end without being copied: a line of a long meeting costs what one of a short one does.

A chain from the newest value to the oldest. Every earlier state stays what it was, and shares what it has with later
ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Trail(Generic[T]):
    """An immutable sequence: `added`, `last` and `before` take constant time, and it is iterated from the oldest."""

    __slots__ = ("_before", "_last", "_length")

    def __init__(self, before: Trail[T] | None = None, last: T | None = None) -> None:
        """Make an empty trail; `added` makes the others."""
        self._before = before
        self._last = last
        self._length: int = 0 if before is None else len(before) + 1

    def added(self, value: T) -> Trail[T]:
        """Return this trail with one value more."""
        return Trail(self, value)

    @property
    def last(self) -> T | None:
        """Return the newest value."""
        return self._last

    @property
    def before(self) -> Trail[T]:
        """Return the trail without its newest value."""
        return self if self._before is None else self._before

    def __len__(self) -> int:
        return self._length

    def __reversed__(self) -> Iterator[T]:
        now: Trail[T] | None = self
        while now is not None and now._length:  # noqa: SLF001 - its own, ten thousand times
            yield cast("T", now._last)  # noqa: SLF001 - as above
            now = now._before  # noqa: SLF001 - as above

    def __iter__(self) -> Iterator[T]:
        values = list(reversed(self))
        values.reverse()
        return iter(values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trail):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(reversed(self), reversed(other), strict=True))

    def __hash__(self) -> int:
        return hash((self._length, self._last))

    def __repr__(self) -> str:
        return f"Trail({list(self)!r})"
