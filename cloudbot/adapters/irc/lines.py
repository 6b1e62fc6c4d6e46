"""Bytes from a server into lines, whatever the server sends: never an exception, never more than a line's memory.

The removal of CR, LF, NUL and `^P` happens here, before any parser looks: the `irc` library would turn the two typed
characters `^P r` into a real CR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 16 * 1024
"The longest line believed, in bytes. IRCv3 message tags allow 8191 of tags and 512 of line; servers exceed both."

_FORBIDDEN = dict.fromkeys(map(ord, "\0\r\n\x10"))
_CUT_CHARACTER = 3  # a server that cuts at 512 bytes may leave up to three bytes of a character at the end


class Lines:
    """A buffer that is fed bytes and iterated for complete lines; a line over `LONGEST` is discarded whole."""

    def __init__(self) -> None:
        """Start empty."""
        self._rest = bytearray()
        self._discarding = False
        self._complete: list[str] = []

    def feed(self, data: bytes) -> None:
        """Take what the socket gave. Linear in the bytes, however they are portioned."""
        if b"\n" not in data:
            self._keep(data)
            return
        first, *others, rest = data.split(b"\n")
        self._keep(first)
        if not self._discarding:
            self._complete.append(decode(bytes(self._rest)))
        self._rest.clear()
        self._discarding = False
        self._complete += [decode(line) for line in others if len(line) <= LONGEST]
        self._keep(rest)

    def _keep(self, data: bytes) -> None:
        self._discarding = self._discarding or len(self._rest) + len(data) > LONGEST
        if self._discarding:
            self._rest.clear()
        else:
            self._rest += data

    def __iter__(self) -> Iterator[str]:
        """Give each complete line once."""
        complete, self._complete = self._complete, []
        return iter(complete)


def decode(raw: bytes) -> str:
    """Return the line as text: UTF-8, a character cut off at the end left out; anything else is read as Latin-1."""
    raw = raw.rstrip(b"\r")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and len(raw) - error.start <= _CUT_CHARACTER
        text = raw[: error.start].decode() if cut else raw.decode("latin-1")
    return text if text.isprintable() else text.translate(_FORBIDDEN)
