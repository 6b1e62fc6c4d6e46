"""WeeChat: time, prefix and text in columns parted by tabs. The prefix is a nick, or says who speaks instead."""

from __future__ import annotations

import re

from cloudbot.core.meetings.logs.bodies import happened, said
from cloudbot.core.meetings.logs.entries import Entry, Format, Passed, Stamp, by_row
from cloudbot.core.meetings.logs.stamps import split_stamp

_PROGRAM = frozenset({"-->", "<--", "--", "=!=", "<->", "***", "⚠", "="})
_NOTICE = re.compile(r"Notice\((?P<nick>[^)\s]{1,64})\)(?: -> \S{1,64})?: (?P<text>.*)", re.DOTALL)
_ACTED = re.compile(r"[@+%&~]{0,3}(?P<nick>\S{1,80})(?: (?P<text>.*))?", re.DOTALL)
_IN_NICK = re.compile(r"(?![\u2100-\u214f])[\w\[\]\\`^{}|*]")
"A prefix without any of these is a sign that somebody chose for the program's own rows."
_COLUMNS = 3


def _is_another(stamp: Stamp) -> bool:
    """Whether the time is one of `iso` or of Pidgin, whose rows may have tabs too."""
    return stamp.bracket == "(" or (stamp.bracket == "[" and stamp.zone is not None)


def _read(text: str) -> Entry | None:
    parted = split_stamp(text)
    columns = text.split("\t", 2)
    if parted is None or len(columns) < _COLUMNS or not parted[1].startswith("\t") or _is_another(parted[0]):
        return None
    stamp, prefix, words = parted[0], columns[1].strip(), columns[2]
    if prefix == "*":
        acted = _ACTED.match(words)
        return said(stamp, acted["nick"], acted["text"], "does", telling=True) if acted else Passed(telling=True)
    if prefix in _PROGRAM or (prefix and _IN_NICK.search(prefix) is None):
        notice = _NOTICE.match(words)
        if notice is not None:
            return said(stamp, notice["nick"], notice["text"], telling=True)
        return happened(stamp, words, telling=True, sure=True)
    if not prefix:
        return Passed(telling=True)
    return said(stamp, prefix.lstrip("@+%&~<").rstrip(">") or prefix, words, telling=True)


weechat = Format(name="weechat", program="WeeChat", example="2026-03-04 14:26:00⇥@ana⇥text", begin=by_row(_read))
