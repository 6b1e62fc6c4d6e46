"""The bytes of a log as numbered rows of text. Where the bytes come in pieces the rows are the same as at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 65_536
"""Bytes of a row that are held; what goes on after them is another piece of the same row."""

# Bold, reverse, underline and the like, colours of mIRC, escape sequences of terminals; a tab separates columns
# and stays. `core.text.clean` takes the rest out of what was said.
_PAINT = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x1b\[[0-9;]{0,16}[A-Za-z]|[\x00\x02\x0f\x11\x16\x1d-\x1f]")
_CONTINUATION = 0b1000_0000
_CONTINUATION_MASK = 0b1100_0000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row and its number, counted from 1; `continued` is a later piece of a very long one."""

    number: int
    text: str
    continued: bool = False


class Rows:
    """Rows of a stream of bytes: fed in chunks of any size, ended once. Holds no more than one piece of a row."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._number = 1
        self._continued = False

    def feed(self, chunk: bytes) -> Iterator[Row]:
        """Yield the rows that are complete with this chunk."""
        self._held += chunk
        start = 0
        while True:
            end = self._held.find(b"\n", start, start + LONGEST + 1)
            if end >= 0:
                yield self._row(bytes(self._held[start:end]))
                self._number, self._continued, start = self._number + 1, False, end + 1
            elif len(self._held) - start > LONGEST:
                end = _whole_characters(self._held, start)
                yield self._row(bytes(self._held[start:end]))
                self._continued, start = True, end
            else:
                break
        del self._held[:start]

    def end(self) -> Iterator[Row]:
        """Yield what stands after the last line end."""
        if self._held:
            yield self._row(bytes(self._held))
            self._held.clear()

    def _row(self, raw: bytes) -> Row:
        if self._number == 1 and not self._continued:
            raw = raw.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
        text = decoded(raw).removesuffix("\r").removeprefix("\ufeff")
        return Row(number=self._number, text=_PAINT.sub("", text), continued=self._continued)


def _whole_characters(held: bytearray, start: int) -> int:
    """Return where to cut so that no character of UTF-8 is cut; bytes that are none are cut anywhere."""
    for end in range(start + LONGEST, start + LONGEST - 4, -1):
        if held[end] & _CONTINUATION_MASK != _CONTINUATION:
            return end
    return start + LONGEST


def decoded(raw: bytes) -> str:
    """Decode a row by itself: UTF-8, else the bytes of old Windows and Latin-1 clients, which mix in one log."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
