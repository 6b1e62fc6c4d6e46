"""Records that are numbered by their year, as `A-2019-001`: how people type their names."""

from __future__ import annotations

import re


def pattern_of(letter: str) -> re.Pattern[str]:
    """Return what such a name looks like: its letter may be left out, and zeros before a short number."""
    return re.compile(rf"(?:{letter}-)?(?P<year>\d{{4}})-(?P<number>\d{{1,5}})", re.IGNORECASE)


def identity_of(letter: str, text: str) -> str:
    """Write a name as its file has it: `a-2019-1` is `A-2019-001`. What is no such name stays as it is."""
    found = pattern_of(letter).fullmatch(text.strip(" .,:"))
    return f"{letter}-{found['year']}-{found['number'].zfill(3)}" if found else text
