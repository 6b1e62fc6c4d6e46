"""Whole times in ISO 8601, bare or in brackets, `[2026-03-04T14:26:00Z]⇥<ana>⇥text`; and bip's, with the day first."""

from __future__ import annotations

import re

from cloudbot.core.meetings.logs.bodies import angled, happened, noticed, said, starred
from cloudbot.core.meetings.logs.entries import Entry, Format, by_row
from cloudbot.core.meetings.logs.stamps import split_stamp

_ISO = re.compile(r"\[?\d{4}-\d\d-\d\dT")
_BIP = re.compile(r" [<>] (?P<acts>\* )?(?P<nick>[^\s:!]{1,64})(?:![^\s:]{1,128})?(?P<says>:)? (?P<text>.*)", re.DOTALL)
_BIP_DAY = re.compile(r"\d\d-\d\d-\d{4} ")


def _iso(text: str) -> Entry | None:
    parted = split_stamp(text) if _ISO.match(text) else None
    if parted is None:
        return None
    stamp, rest = parted
    if rest.lstrip().startswith(("*** ", "-!- ")):
        return happened(stamp, rest.lstrip()[4:], sure=True)
    telling = stamp.bracket == "[" and stamp.zone is not None
    return angled(stamp, rest, telling=telling) or starred(stamp, rest, telling=telling) or noticed(stamp, rest)


def _bip(text: str) -> Entry | None:
    parted = split_stamp(text) if _BIP_DAY.match(text) else None
    if parted is None:
        return None
    stamp, rest = parted
    if rest.startswith(" -!- "):
        return happened(stamp, rest[5:], sure=True, telling=True)
    match = _BIP.match(rest)
    if match is None or (match["says"] is None) == (match["acts"] is None):
        return None
    return said(stamp, match["nick"], match["text"], "does" if match["acts"] else "says", telling=True)


iso = Format(name="iso", program="ISO 8601 times", example="[2026-03-04T14:26:00Z]⇥<ana>⇥text", begin=by_row(_iso))
bip = Format(name="bip", program="bip", example="04-03-2026 14:26:00 < ana!a@host: text", begin=by_row(_bip))
