"""The page that RRSAgent keeps of a channel's day: `<dt>14:26:00 [ana]</dt><dd>text</dd>`, on one row or on two."""

from __future__ import annotations

import html
import re

from cloudbot.core.meetings.logs.entries import DayTurned, Entry, Format, Read, Stamp
from cloudbot.core.meetings.logs.meetbot import spoken
from cloudbot.core.meetings.logs.stamps import day_in, split_stamp

_HEADING = re.compile(r"(?:<title>|<h1[^<>]{0,200}>)\s*(?:IRC log of|\S{1,64} IRC log for) ", re.IGNORECASE)
_WHO = re.compile(r"\s*<dt[^<>]{0,200}>(?P<time>\d\d:\d\d:\d\d) \[(?P<nick>[^<>]{1,80}?)\]\s*(?:</dt>|(?=<dd|$))")
_WHAT = re.compile(r"\s*<dd[^<>]{0,200}>(?P<text>.*?)(?:</dd>.*)?$", re.DOTALL)
_PAGE = re.compile(r"\s*(?:<!DOCTYPE|<html|<\?xml)", re.IGNORECASE)
_MARK = re.compile(r"<[^<>]{0,2000}>")


def _begin() -> Read:
    """Make a reader that remembers who speaks until what they say has come."""
    page = False
    who: tuple[Stamp, str] | None = None

    def read(text: str) -> tuple[Entry, ...] | None:
        nonlocal page, who
        page = page or _PAGE.match(text) is not None
        heading = _HEADING.search(text)
        day = None if heading is None else day_in(text[heading.start() :])
        if day is not None:
            return (DayTurned(day=day, opens=True),)
        named = _WHO.match(text)
        if named is not None:
            parted = split_stamp(named["time"])
            who, text = (None if parted is None else (parted[0], html.unescape(named["nick"]))), text[named.end() :]
        what = _WHAT.match(text)
        if who is None or what is None:
            return () if page else None
        (stamp, nick), who = who, None
        entry = spoken(stamp, nick, html.unescape(_MARK.sub("", what["text"])), telling=True)
        return () if entry is None else (entry,)

    return read


rrsagent_page = Format(
    name="rrsagent-html",
    program="RRSAgent's page",
    example='<dt id="T14-26-00">14:26:00 [ana]</dt><dd>text</dd>',
    begin=_begin,
)
