"""The log that MeetBot publishes, `.log.html`: its raw log with marks around it, also as OpenDev and hcoop write it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.entries import Entry, Format, Read
from cloudbot.core.meetings.logs.meetbot import raw

if TYPE_CHECKING:
    from cloudbot.core.meetings.logs.entries import Said

_LINE = re.compile(r'(?:<pre>)?(?:<a [^<>]{0,200}>(?:</a>)?){0,3}<span class="tm">\d')
_MARK = re.compile(r"<[^<>]{0,2000}>")
_PAGE = re.compile(r"\s*(?:<!DOCTYPE|<html|<\?xml)", re.IGNORECASE)


def _begin() -> Read:
    """Make a reader that passes over what stands around the lines; of no page it understands nothing."""
    page = False

    def read(text: str) -> tuple[Entry, ...] | None:
        nonlocal page
        page = page or _PAGE.match(text) is not None
        if _LINE.match(text):
            line = _line(text)
            return None if line is None else (line,)
        return () if page and not text.startswith("<a ") else None

    return read


def _line(text: str) -> Said | None:
    return raw(html.unescape(_MARK.sub("", text)), telling=True)


meetbot_page = Format(
    name="meetbot-html",
    program="MeetBot's published log",
    example='<a name="l-1"></a><span class="tm">14:26:00</span><span class="nk"> &lt;ana&gt;</span> text',
    begin=_begin,
)
