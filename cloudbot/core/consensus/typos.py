"""Whether a change of words is one of spelling: who calls it one may be mistaken, and the clock would go on."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

MOST_CHANGED: Final = 2
_ALIKE: Final = 0.7
_WORD = re.compile(r"\w+")
_WEIGHTY: Final = frozenset(
    {"no", "not", "never", "none", "only", "all", "any", "without", "with", "must", "may", "and", "or", "now", "nor"}
)
"""Words of which one letter turns the sense."""


def is_spelling(old: str, new: str) -> bool:
    """Whether at most two words are spelled otherwise: as many words, each like its old self, no number among them."""
    before, after = (_WORD.findall(text.casefold()) for text in (old, new))
    if len(before) != len(after):
        return False
    changed = [(was, now) for was, now in zip(before, after, strict=True) if was != now]
    return len(changed) <= MOST_CHANGED and all(_is_alike(was, now) for was, now in changed)


def _is_alike(was: str, now: str) -> bool:
    if {was, now} & _WEIGHTY or any(one.isdigit() for one in was + now):
        return False
    return SequenceMatcher(None, was, now).ratio() >= _ALIKE
