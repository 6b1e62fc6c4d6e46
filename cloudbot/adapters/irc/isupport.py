"""What the server says about itself in 005: how names compare, which modes and prefixes exist, how long things may be.

Values that make no sense are ignored, and everything has the default of RFC 1459 until the server says otherwise.
Source: https://modern.ircdocs.horse/#rplisupport-parameters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASCII = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_STRICT = _ASCII | str.maketrans("[]\\", "{}|")
_RFC1459 = _STRICT | str.maketrans("~", "^")
_TABLES = {"ascii": _ASCII, "rfc1459": _RFC1459, "strict-rfc1459": _STRICT, "rfc1459-strict": _STRICT}
_UNICODE = frozenset({"rfc7613", "rfc8265", "precis"})
_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")
_PREFIX = re.compile(r"\(([A-Za-z]*)\)(.*)")
LINE = 512
"Bytes of a line with its CR LF, RFC 1459 section 2.3."
_LONGEST_LINE = 16 * 1024


class Support:
    """The tokens of 005, kept as they come, with the questions cloudbot asks of them."""

    def __init__(self) -> None:
        """Start with what RFC 1459 promises."""
        self.tokens: dict[str, str] = {}
        self._table: dict[int, int] | None = _RFC1459
        self.prefixes: dict[str, str] = {"@": "o", "+": "v"}
        "status character to mode letter, highest first"

    def load(self, params: Sequence[str]) -> None:
        """Take one 005 line: our nick, tokens, and a sentence for people."""
        for token in params[1:-1] if len(params) > 1 and " " in params[-1] else params[1:]:
            name, _, value = token.partition("=")
            name = name.upper()
            if name.startswith("-"):
                self.tokens.pop(name[1:], None)
                name = name[1:]
            elif name:
                self.tokens[name] = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
            if name == "CASEMAPPING":
                self._set_casemapping(self.tokens.get(name, "rfc1459").lower())
            elif name == "PREFIX":
                self._set_prefixes(self.tokens.get(name, "(ov)@+"))

    def _set_casemapping(self, name: str) -> None:
        self._table = None if name in _UNICODE else _TABLES.get(name, _RFC1459)

    def _set_prefixes(self, value: str) -> None:
        match = _PREFIX.fullmatch(value)
        if match is None:
            self.prefixes = {}
        elif len(match[1]) == len(match[2]):
            self.prefixes = dict(zip(match[2], match[1], strict=True))

    def fold(self, name: str) -> str:
        """Return the form under which two spellings of a nick or channel are one (CASEMAPPING)."""
        if self._table is None:
            return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        return name.translate(self._table)

    def same(self, one: str, other: str) -> bool:
        """Whether two spellings mean the same nick or channel."""
        return one == other or self.fold(one) == self.fold(other)

    def split_status(self, target: str) -> tuple[str, str]:
        """Take the STATUSMSG characters off a target: `@#team` is `("@", "#team")`, a nick stays whole."""
        bare = target.lstrip(self.tokens.get("STATUSMSG", "@+"))
        return (target[: len(target) - len(bare)], bare) if bare[:1] in self.chantypes and bare else ("", target)

    def key(self, target: str) -> str:
        """Return what limits and refusals know a target by: folded, a STATUSMSG as its channel."""
        return self.fold(self.split_status(target)[1])

    def is_channel(self, target: str) -> bool:
        """Whether a target is a channel, with or without STATUSMSG characters."""
        return self.split_status(target)[1][:1] in self.chantypes and target != ""

    @property
    def chantypes(self) -> frozenset[str]:
        """Return the first characters of channels; a server may say that it has none."""
        return frozenset(self.tokens.get("CHANTYPES", "#&"))

    def takes_argument(self, letter: str, *, adding: bool) -> bool:
        """Whether a channel mode letter takes one of the arguments (CHANMODES types A, B, C; prefixes always)."""
        lists, always, setting, *_ = (*self.tokens.get("CHANMODES", "b,k,l,imnpst").split(","), "", "", "")
        return letter in self.prefixes.values() or letter in lists or letter in always or (adding and letter in setting)

    @property
    def line_length(self) -> int:
        """Return the bytes a line may have with CR LF and without tags; at least 512 (LINELEN)."""
        return min(max(self.number("LINELEN", LINE), LINE), _LONGEST_LINE)

    @property
    def nick_length(self) -> int | None:
        """Return the longest nick, if the server says."""
        return self.number("NICKLEN", 0) or None

    @property
    def bot_mode(self) -> str:
        """Return the user mode that marks a bot, and its letter in WHO; empty where there is none."""
        letter = self.tokens.get("BOT", "")
        return letter if len(letter) == 1 and letter.isalpha() else ""

    def has(self, token: str) -> bool:
        """Whether the server announced a token."""
        return token in self.tokens

    def number(self, token: str, default: int) -> int:
        """Return a token's number, or the default where it is missing or nonsense."""
        value = self.tokens.get(token, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else default  # noqa: PLR2004 - sane
