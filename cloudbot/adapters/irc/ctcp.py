"""CTCP: what a client may ask of ours, answered by NOTICE and rarely. No DCC, and ACTION is never a command.

Source: https://modern.ircdocs.horse/ctcp.html. One answer in ten seconds for everybody together: OFTC's CTCPServ asks
once, whoever asks twenty times a second wants us killed for flooding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot import __version__

if TYPE_CHECKING:
    from datetime import datetime

MARK = "\x01"
PAUSE = 10.0
_LONGEST = 100
_KNOWN = "ACTION CLIENTINFO PING SOURCE TIME VERSION"


def is_ctcp(text: str) -> bool:
    """Whether a message is CTCP. Only the first character decides: nothing embedded in a text is ever extracted."""
    return text.startswith(MARK)


def action(text: str) -> str | None:
    """Return what somebody does with `/me`, or None for every other CTCP; the mark at the end may be missing."""
    word, blank, argument = text[len(MARK) :].partition(" ")
    return argument.rstrip(MARK) if blank and word.upper() == "ACTION" else None


class Ctcp:
    """The answers of one network."""

    def __init__(self, *, source: str) -> None:
        """Take where the program's source is to be had."""
        self._source = source
        self._last: float | None = None

    def answer(self, text: str, *, at: datetime, now: float) -> str | None:
        """Return the text of the NOTICE to send back, or None. `at` is told to who asks for TIME."""
        word, _, argument = text.strip(MARK).partition(" ")
        match word.upper():
            case "VERSION":
                reply = f"VERSION cloudbot {__version__}"
            case "SOURCE":
                reply = f"SOURCE {self._source}"
            case "CLIENTINFO":
                reply = f"CLIENTINFO {_KNOWN}"
            case "TIME":
                reply = f"TIME {at:%a %Y-%m-%d %H:%M:%S} UTC"
            case "PING":
                reply = f"PING {argument[:_LONGEST]}"
            case _:
                return None
        if self._last is not None and now - self._last < PAUSE:
            return None
        self._last = now
        return f"{MARK}{reply.replace(MARK, '')}{MARK}"
