"""Where writing systems forbid a cut or need an invisible character; with the Unicode properties that `re` lacks.

Loaded by `core.text` at the first text that needs it: hardly one in a thousand, and its tables are two megabytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]  # ships no types; every result used is a str

if TYPE_CHECKING:
    from collections.abc import Iterator

# A joiner stays only where writing needs it: inside an emoji, between Arabic letters, after an Indic virama.
_JOINER_NEEDED = regex.compile(
    r"(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})"
    r"|(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})"
    r"|(?<=\p{Canonical_Combining_Class=9})[\u200C\u200D]"
)
_CLUSTERS = regex.compile(r"\X")


def needed_joiners(text: str) -> frozenset[int]:
    """Return where in `text` a zero-width joiner or non-joiner belongs to the writing (Unicode chapter 23.2)."""
    return frozenset(match.start() for match in _JOINER_NEEDED.finditer(text))


def clusters(text: str) -> Iterator[str]:
    """Yield the extended grapheme clusters of `text`, in order (Unicode Annex 29)."""
    for match in _CLUSTERS.finditer(text):
        yield match[0]
