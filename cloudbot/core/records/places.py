"""Where the keys of a TOML text stand: the line of every key, table and list item, and what of the text is its value.

The standard library reads TOML without positions. This scan follows the grammar of TOML 1.0 (toml.io/en/v1.0.0) just
far enough to step over values; what it means is the library's to say, and text that is no TOML ends the scan early.
"""

from __future__ import annotations

import collections
import contextlib
import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_VALUE = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^\s,\[\]{}#\"'=][^,\]}#\n]*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of one key or item: where it begins (a key before its `=`), and its value `[value, end)`."""

    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """One `[table]` or `[[item]]`: its path, and offsets of its brackets."""

    path: Path
    start: int
    end: int


@dataclass(slots=True)
class Layout:
    """A text taken apart: every pair and item by its path, every header in order."""

    spans: dict[Path, Span] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)


class _LostError(Exception):
    """The text is no TOML from here on."""


class _Scan:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [place for place, character in enumerate(text) if character == "\n"]
        self.lists: dict[Path, int] = {}
        self.layout = Layout()

    def line(self) -> int:
        return bisect_left(self.ends, self.at) + 1

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _LostError
        self.at = found.end()
        return found[0]

    def sees(self, sign: str) -> bool:
        """Step over `sign` if it comes next."""
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def need(self, sign: str) -> None:
        if not self.sees(sign):
            raise _LostError

    def key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self.take(_BLANKS)
            part = self.take(_PART)
            parts.append(_unquoted(part) if part[0] in "\"'" else part)
            self.take(_BLANKS)
            if not self.sees("."):
                return tuple(parts)

    def keys(self) -> Iterator[tuple[Path, int]]:
        """Yield the path and the line of every table, key and item, in the order of the text."""
        table: Path = ()
        while self.take(_GAP) is not None and self.at < len(self.text):
            line = self.line()
            if self.sees("["):
                table = self.header()
                yield table, line
            else:
                yield from self.pair(table)

    def header(self) -> Path:
        start = self.at - 1
        many = self.sees("[")
        path = self.inside(self.key(), many=many)
        self.need("]]" if many else "]")
        if many:
            self.lists[path] = self.lists.get(path, -1) + 1
            path = (*path, self.lists[path])
        self.layout.headers.append(Header(path, start, self.at))
        return path

    def inside(self, parts: tuple[str, ...], *, many: bool) -> Path:
        """Return the path that a header names: inside the newest item of every list of tables on the way."""
        path: Path = ()
        for depth, part in enumerate(parts, start=1):
            path = (*path, part)
            if path in self.lists and not (many and depth == len(parts)):
                path = (*path, self.lists[path])
        return path

    def pair(self, table: Path) -> Iterator[tuple[Path, int]]:
        line, start = self.line(), self.at
        path = (*table, *self.key())
        self.need("=")
        self.take(_BLANKS)
        yield path, line
        yield from self.measured(path, start)

    def measured(self, path: Path, start: int) -> Iterator[tuple[Path, int]]:
        begin = self.at
        yield from self.value(path)
        end = begin + len(self.text[begin : self.at].rstrip())
        self.layout.spans[path] = Span(start, begin, end)

    def value(self, path: Path) -> Iterator[tuple[Path, int]]:
        if self.sees("["):
            yield from self.items(path)
        elif self.sees("{"):
            yield from self.pairs(path)
        else:
            self.take(_VALUE)

    def items(self, path: Path) -> Iterator[tuple[Path, int]]:
        number = 0
        while self.take(_GAP) is not None and not self.sees("]"):
            yield (*path, number), self.line()
            yield from self.measured((*path, number), self.at)
            number += 1
            self.take(_GAP)
            if not self.sees(","):
                self.need("]")
                return

    def pairs(self, path: Path) -> Iterator[tuple[Path, int]]:
        while self.take(_BLANKS) is not None and not self.sees("}"):
            yield from self.pair(path)
            self.take(_BLANKS)
            if not self.sees(","):
                self.need("}")
                return


def _unquoted(part: str) -> str:
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except tomllib.TOMLDecodeError:
        raise _LostError from None


def _places(text: str) -> Iterator[tuple[Path, int]]:
    try:
        yield from _Scan(text).keys()
    except (_LostError, RecursionError):
        return


@lru_cache(maxsize=64)
def lines_of(text: str) -> dict[Path, int]:
    """Return the line of every path, counted from 1; a table that only dotted keys or headers imply has its first's."""
    lines: dict[Path, int] = {}
    for path, line in _places(text):
        for depth in range(1, len(path) + 1):
            lines.setdefault(path[:depth], line)
    return lines


def layout_of(text: str) -> Layout:
    """Take a text apart. What is no TOML is taken apart as far as it goes."""
    scan = _Scan(text)
    with contextlib.suppress(_LostError, RecursionError):
        collections.deque(scan.keys(), maxlen=0)
    return scan.layout


def line_of(text: str, path: Path) -> int:
    """Return the line of a path, or of the nearest thing around it, or 1."""
    lines = lines_of(text)
    return next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), 1)


def repeated(text: str) -> tuple[str, int, int] | None:
    """Return the first key that a text gives twice, with both lines; None if the scan finds none."""
    seen: dict[Path, int] = {}
    for path, line in _places(text):
        if path in seen:
            return ".".join(str(part) for part in path), seen[path], line
        seen[path] = line
    return None
