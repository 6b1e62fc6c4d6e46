"""All formats, and which of them a log is: judged by many rows, not guessed from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.bracketed import irccloud, mirc, quassel, znc
from cloudbot.core.meetings.logs.entries import Entry, Format, Passed, Said
from cloudbot.core.meetings.logs.hcoop import hcoop
from cloudbot.core.meetings.logs.irssi import irssi
from cloudbot.core.meetings.logs.iso import bip, iso
from cloudbot.core.meetings.logs.meetbot import meetbot, rrsagent
from cloudbot.core.meetings.logs.meetbot_page import meetbot_page
from cloudbot.core.meetings.logs.plain import pidgin, plain
from cloudbot.core.meetings.logs.rrsagent_page import rrsagent_page
from cloudbot.core.meetings.logs.weechat import weechat
from cloudbot.core.meetings.logs.wire import wire
from cloudbot.core.meetings.logs.xchat import xchat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudbot.core.meetings.logs.rows import Row

FORMATS: tuple[Format, ...] = (
    meetbot,
    rrsagent,
    meetbot_page,
    rrsagent_page,
    weechat,
    irccloud,
    znc,
    quassel,
    mirc,
    irssi,
    xchat,
    iso,
    bip,
    pidgin,
    hcoop,
    wire,
    plain,
)
"""Where two fit a log equally well, the earlier is taken."""

HEAD = 300
"""Rows by which a log is judged."""

_TELLING, _FITTING, _MISSED = 2, 1, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a log is: a format, or none and the one that came nearest, with how many rows of the head it understood."""

    format: Format | None
    nearest: Format
    understood: int
    rows: int


def named(name: str) -> Format:
    """Return a format by its name; KeyError where there is none."""
    return {one.name: one for one in FORMATS}[name]


def recognise(head: Sequence[Row]) -> Judged:
    """Judge by the first rows of a log: of the formats that understand half of them the one they speak for most.

    A row that only one program writes counts double, one that is not understood against it; so does a speaker before a
    colon without any time, since mail and configuration look so. Empty rows do not count. The nearest of what
    is none understands a quarter, or it is `plain`, which whoever mends the log by hand will want.
    """
    rows = [row for row in head if row.text.strip()]
    whole = sum(not row.continued for row in rows)
    scored = [(*_score(one, rows), one) for one in FORMATS]
    fitting = [each for each in scored if each[0] > 0 and 2 * each[1] >= whole]
    _, understood, best = max(fitting or scored, key=lambda each: each[:2])
    if not fitting and 4 * understood < whole:
        understood, best = _score(plain, rows)[1], plain
    return Judged(format=best if fitting else None, nearest=best, understood=understood, rows=whole)


def _score(one: Format, rows: Sequence[Row]) -> tuple[int, int]:
    weight = understood = 0
    for row, entries in readings(one, rows):
        if entries is None:
            weight -= _MISSED
        else:
            worth = max(map(_weight, entries), default=0)
            understood += worth >= 0 and not row.continued
            weight += worth
    return weight, understood


def readings(one: Format, rows: Sequence[Row]) -> Iterator[tuple[Row, tuple[Entry, ...] | None]]:
    """Read rows from the beginning of a log by a format."""
    read = one.begin()
    for row in rows:
        if one.in_pieces or not row.continued:
            yield row, read(row.text)


def _weight(entry: Entry) -> int:
    match entry:
        case Said(doubtful=True):
            return -_MISSED
        case Said() | Passed():
            return _TELLING if entry.telling else _FITTING
        case _:
            return _TELLING
