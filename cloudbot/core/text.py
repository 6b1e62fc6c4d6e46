"""Outside text made safe to repeat: one line, no invisible bytes, nothing another bot would obey, cut to size.

Pure functions on strings. They never decide where text goes and never shorten it; `cut` returns all of it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MARK = "· "
"Put before a line that another bot might obey. Visible: an invisible one would be stripped by channel mode +c."

_COLOURS = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
_JOINERS = frozenset("\u200c\u200d")
_SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
# Letters, digits and opening quotes begin no command of any bot we know; `word:` and `word,` address somebody,
# `s/a/b/` is the correction of a previous line, `[off]` and `[nolog]` speak to loggers.
_OPENING = frozenset("\"'(“„«")
_COMMAND_CHARACTERS = frozenset("!#/.@&+~$%^\\`\x01")
_ADDRESS = re.compile(r"\S{1,64}[:,](?:\s|$)|[sy]/")
_WORDS = re.compile(r"(\s*)(\S+)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S")
_LONGEST_CHARACTER = 4


def clean(text: str) -> str:
    """Return `text` as one line of visible characters.

    Line ends, tabs and every kind of space become a space. Control characters (CR, LF, NUL, `^P`), colour codes,
    bidirectional controls, zero-width characters and lone surrogates go; a joiner inside an emoji, Arabic or Indic
    word stays. The ends are stripped. Unicode TR36 section 3 lists what is unsafe.
    """
    if text.isprintable():  # true for nearly every line, and this is on the way of each
        return text.strip()
    text = _COLOURS.sub("", text)
    needed = _needed_joiners(text)
    return "".join(_seen(character, needed=place in needed) for place, character in enumerate(text)).strip()


def _needed_joiners(text: str) -> frozenset[int]:
    if _JOINERS.isdisjoint(text):
        return frozenset()
    from cloudbot.core.graphemes import needed_joiners  # noqa: PLC0415 - two megabytes, for a text in a thousand

    return needed_joiners(text)


def _seen(character: str, *, needed: bool) -> str:
    if needed or character.isprintable():
        return character
    category = unicodedata.category(character)
    if category not in _UNSEEN:
        return character
    return " " if character in _SPACES or category[0] == "Z" else ""


def is_harmless_start(text: str) -> bool:
    """Whether a line may begin with this text: no bot's command, nobody's nick with a colon or comma."""
    return not text or (_is_opening(text[0]) and _ADDRESS.match(text) is None)


def _is_opening(character: str) -> bool:
    return character in _OPENING or unicodedata.category(character)[0] in "LN"


def harmless_start(text: str) -> str:
    """Return `text`, marked if a line that begins with it could command a bot or call a person.

    For outside text (a title, a topic) that stands first on a line: `#topic x`, `!op`, `/me`, `@all`, `KGB-0: x`.
    """
    return text if is_harmless_start(text) else MARK + text


def unobeyed(text: str) -> str:
    """Return `text`, marked if it begins with a character by which bots, services or clients know commands.

    The last guard before a line leaves, for text of every origin; `nick: ` passes, since an answer may call somebody.
    """
    return MARK + text if text[:1] in _COMMAND_CHARACTERS and text else text


def unhighlight(text: str, is_nick: Callable[[str], bool]) -> str:
    """Return `text` with a zero-width joiner in every word that is somebody's nick, so that no client rings.

    Links are left alone. For announcements; an answer may name whom it answers.
    """
    return str(_NICK.sub(lambda match: _broken(match[0]) if is_nick(match[0]) else match[0], text))


# RFC 2812 section 2.3.1 nickname characters; a link is matched first so that nothing inside one is looked at.
_NICK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S+|[\w\[\]\\`^{|}-]+")


def _broken(nick: str) -> str:
    return nick if len(nick) < 2 or "://" in nick else f"{nick[0]}\u200d{nick[1:]}"  # noqa: PLR2004 - one letter


def cut(text: str, max_bytes: int) -> list[str]:
    """Split `text` into lines of at most `max_bytes` bytes of UTF-8, in linear time.

    Between words where possible, else between grapheme clusters, else between characters; a link is kept whole if a
    line can hold it. A line after the first never begins with something `harmless_start` would mark.
    """
    if max_bytes < 2 * _LONGEST_CHARACTER:
        raise ValueError(f"a line of {max_bytes} bytes cannot hold a character and its mark")
    if len(text.encode()) <= max_bytes:
        return [text]
    lines = _Lines(max_bytes)
    for gap, word in _WORDS.findall(text):
        lines.add(gap, word)
    return lines.done()


class _Lines:
    """The lines of one text while it is being cut."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._later = limit - len(MARK.encode())
        self._done: list[str] = []
        self._now: list[str] = []
        self._size = 0

    def add(self, gap: str, word: str) -> None:
        size = len(word.encode())
        if self._fits(len(gap.encode()) + size):
            self._put(gap + word)
        elif size <= self._later or _URL.match(word):
            self._break()
            self._put_in_pieces(word)
        else:  # a word that no line can hold: use up what is left of this one
            if self._fits(len(gap.encode()) + 2 * _LONGEST_CHARACTER):
                self._put(gap)
            else:
                self._break()
            self._put_in_pieces(word)

    def _put_in_pieces(self, word: str) -> None:
        for piece in [word] if self._fits(len(word.encode())) else _pieces(word, self._later):
            if not self._fits(len(piece.encode())):
                self._break()
            self._put(piece)

    def _fits(self, size: int) -> bool:
        return self._size + size <= (self._later if self._done else self._limit)

    def _put(self, piece: str) -> None:
        self._now.append(piece)
        self._size += len(piece.encode())

    def _break(self) -> None:
        line = "".join(self._now).rstrip()
        if line:
            self._done.append(harmless_start(line) if self._done else line)
        self._now, self._size = [], 0

    def done(self) -> list[str]:
        self._break()
        return self._done


def _pieces(word: str, limit: int) -> Iterator[str]:
    """Yield the grapheme clusters of a word, a monstrous one (a letter under a thousand accents) by characters."""
    for cluster in _clusters(word):
        if len(cluster.encode()) <= limit:
            yield cluster
        else:
            yield from cluster


def _clusters(word: str) -> Iterable[str]:
    if word.isascii():
        return word
    from cloudbot.core.graphemes import clusters  # noqa: PLC0415 - as for the joiners

    return clusters(word)
