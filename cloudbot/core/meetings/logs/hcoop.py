"""The JSON log of hcoop-meetbot: an object with `messages`, each with sender, payload, action and timestamp.

Read message by message, so that a long log costs no more than a short one.
"""

from __future__ import annotations

import json
import re

from cloudbot.core.meetings.logs.bodies import said
from cloudbot.core.meetings.logs.entries import Entry, Format, Passed
from cloudbot.core.meetings.logs.stamps import split_stamp

LONGEST_MESSAGE = 262_144
_MESSAGES = re.compile(r'"messages"\s*:\s*\[')
_FIELD = re.compile(r'"(?:founder|channel|chairs?|messages|original_topic|start_time)"\s*:')
_CHANNEL = re.compile(r'"channel"\s*:\s*"([#&][^"\s]{1,64})"')
_DECODER = json.JSONDecoder()


class _Messages:
    """Before the list, in it, after it: what is held is a tail of the first, or one message of the second."""

    def __init__(self) -> None:
        self._state = "start"
        self._held = ""

    def read(self, text: str) -> tuple[Entry, ...] | None:
        """Read a row or a piece of one: the messages that end in it."""
        if self._state == "start":
            if not text.lstrip().startswith("{"):
                return None if text.strip() else (Passed(),)
            self._state = "before"
        if self._state == "after":
            return (Passed(),)
        self._held += text
        before = self._skip_head() if self._state == "before" else ()
        return before if self._state == "before" else self._take(before)

    def _skip_head(self) -> tuple[Entry, ...]:
        match = _MESSAGES.search(self._held)
        head = self._held[: match.start()] if match is not None else self._held
        channel = _CHANNEL.search(head)
        if match is not None:
            self._state, self._held = "in", self._held[match.end() :]
        else:
            self._held = self._held[-256:]
        telling = match is not None or _FIELD.search(head) is not None
        return (Passed(channel=channel[1] if channel is not None else "", telling=True),) if telling else ()

    def _take(self, found: tuple[Entry, ...]) -> tuple[Entry, ...] | None:
        entries = list(found)
        understood = True
        while self._state == "in":
            held = self._held = self._held.lstrip(" \t\r\n,")
            if held.startswith("]"):
                self._state, self._held = "after", ""
            elif "}" not in held:
                understood &= self._holds()
                break
            else:
                message, end = _first(held)
                if not end:
                    understood &= self._holds()
                    break
                self._held = held[end:]
                entry = _line(message)
                understood &= entry is not None
                entries += [entry] if entry is not None else []
        return tuple(entries) if understood or entries else None

    def _holds(self) -> bool:
        """Whether what is held may still become a message; what cannot is given up."""
        if len(self._held) <= LONGEST_MESSAGE:
            return not self._held or self._held[0] == "{"
        self._state, self._held = "after", ""
        return False


def _first(held: str) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(held)
    except (ValueError, RecursionError):
        return None, 0


def _line(message: object) -> Entry | None:
    match message:
        case {"sender": str(nick), "payload": str(text), "timestamp": str(at), **others}:
            parted = split_stamp(at)
            kind = "does" if others.get("action") is True else "says"
            return (
                None
                if parted is None
                else said(parted[0], nick, text, "does" if kind == "does" else "says", telling=True)
            )
    return None


hcoop = Format(
    name="hcoop",
    program="hcoop-meetbot's JSON log",
    example='{"messages": [{"sender": "ana", "payload": "text", "timestamp": "2026-03-04T14:26:00"}]}',
    begin=lambda: _Messages().read,
    in_pieces=True,
)
