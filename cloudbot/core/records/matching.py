"""Which records people mean by a few words: those in whose names most of the words stand. No guessing beyond that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_EMPTY = frozenset({
    "a", "about", "an", "and", "are", "at", "by", "can", "could", "do", "does", "find", "for", "from", "get",
    "has", "have", "how", "i", "in", "is", "it", "its", "me", "my", "of", "on", "one", "our", "please",
    "should", "that", "the", "their", "them", "there", "these", "they", "this", "to", "us", "was", "we", "were",
    "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "you", "your",
})  # fmt: skip


def words_of(*texts: str) -> frozenset[str]:
    """Return the words of texts: case and plurals do not matter, and words that say nothing are left out.

    Of a text that holds only such words, they are kept: `where` alone is a question too.
    """
    found = [word.casefold() for text in texts for word in _WORD.findall(text)]
    telling = [word for word in found if word not in _EMPTY] or found
    return frozenset(map(_singular, telling))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("xes", "shes", "ches", "sses")):  # noqa: PLR2004 - "axes"
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004


def matching(asked: frozenset[str], texts: Iterable[str]) -> int:
    """Count how many of the words asked stand in the names of something."""
    return len(asked & words_of(*texts))
