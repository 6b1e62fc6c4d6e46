r"""The IRC protocol: `<:ana!a@host PRIVMSG #chan :text` in, `>PRIVMSG #chan :text` out, as tests of bots have it.

Hosts stay behind. Rust's escapes (`\u{1}`) are undone. The time, if any, is a `time` tag of IRCv3.
"""

from __future__ import annotations

import re

from cloudbot.core.meetings.logs.bodies import nick_of, said
from cloudbot.core.meetings.logs.entries import UNTIMED, Entry, Format, Passed, Said, Stamp
from cloudbot.core.meetings.logs.stamps import split_stamp

_ROW = re.compile(
    r"(?P<way>[<>]?) ?(?:@(?P<tags>\S{1,4096}) )?(?::(?P<from>\S{1,256}) )?(?P<verb>[A-Z]{3,12}|\d{3})"
    r"(?: (?P<rest>.*))?$",
    re.DOTALL,
)
_SPOKEN = re.compile(r"(?P<to>[^\s:]\S{0,63}) :?(?P<text>.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u\{(?P<code>[0-9A-Fa-f]{1,6})\}|(?P<plain>['\"\\]))")
_TIME = re.compile(r"(?:^|;)time=([^;]{1,40})")
_HIGHEST = 0x10FFFF
_EXPECTED = "!"
"""Begins a row of what a test expects the bot to post elsewhere."""


class _Wire:
    def __init__(self) -> None:
        self._own = "bot"

    def read(self, text: str) -> tuple[Entry, ...] | None:
        """Read one row; an invitation and a welcome tell the bot's own nick."""
        if text.startswith(_EXPECTED):
            return (Passed(),)
        match = _ROW.match(text)
        if match is None or not (match["way"] or match["from"]):
            return None
        entry = self._entry(match, match["rest"] or "")
        return None if entry is None else (entry,)

    def _entry(self, match: re.Match[str], rest: str) -> Entry | None:
        nick = nick_of(match["from"] or self._own)
        stamp = _stamp(match["tags"] or "")
        match match["verb"]:
            case "PRIVMSG" | "NOTICE":
                return _spoken(stamp, nick, rest)
            case "NICK":
                return said(stamp, nick, rest.removeprefix(":"), "is now", telling=True)
            case "INVITE" | "001":
                self._own = nick_of(rest.split(" ", 1)[0]) or self._own
        return Passed(telling=True)


def _spoken(stamp: Stamp, nick: str, rest: str) -> Entry | None:
    match = _SPOKEN.match(rest)
    line = said(stamp, nick, _unescaped(match["text"])) if match is not None else None
    if match is None or line is None:
        return None
    if match["to"][0] not in "#&+!":
        return Passed(telling=True)  # a query is nobody else's business
    return Said(stamp=stamp, nick=line.nick, text=line.text, kind=line.kind, channel=match["to"], telling=True)


def _stamp(tags: str) -> Stamp:
    match = _TIME.search(tags)
    parted = split_stamp(match[1]) if match is not None else None
    return UNTIMED if parted is None else parted[0]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if match["plain"]:
        return str(match["plain"])
    code = int(match["code"], 16)
    return chr(code) if code <= _HIGHEST else ""


wire = Format(
    name="wire",
    program="the IRC protocol, as in tests of wgmeeting-github-ircbot",
    example="<:ana!a@host PRIVMSG #chan :text",
    begin=lambda: _Wire().read,
)
