"""Lines of 72, broken at blanks only, so that no link is cut at a hyphen.

MeetBot 0.1.4 counts characters; the classic manner does too. Else columns are counted: a letter of Chinese or an emoji
takes two, a combining mark or a joiner none (Unicode TR11), so that a terminal shows what was meant.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

WIDTH = 72


def columns(text: str) -> int:
    """Return how many columns a terminal needs for a text."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


class _Word(str):
    """A word whose length is its columns: all that `textwrap` asks of one."""

    __slots__ = ()

    def __len__(self) -> int:
        return columns(str(self))


class _Characters(textwrap.TextWrapper):
    wordsep_simple_re = re.compile(r"(\s+)")


class _Columns(_Characters):
    def _split(self, text: str) -> list[str]:
        return [_Word(chunk) for chunk in super()._split(text)]


def wrapped(text: str, *, classic: bool, indent: int = 0, hanging: int = 0) -> str:
    """Return the text in lines; the first one indented, later ones by `hanging` more. A longer word stands alone."""
    kind = _Characters if classic else _Columns
    wrapper = kind(
        width=WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.fill(text)
