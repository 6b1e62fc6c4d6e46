"""A log read by its format, row by row, into lines. Holds nothing but where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.logs.days import Calendar
from cloudbot.core.meetings.logs.entries import DayTurned, Entry, Passed, Said
from cloudbot.core.meetings.people import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from cloudbot.core.meetings.logs.entries import Format
    from cloudbot.core.meetings.logs.rows import Row

_NAMED = re.compile(r"(?:^|[./_\s-])([#&][^\s./,:]{1,64}?)(?=[._](?:\d{4}|log|weechatlog|txt)|$)")
_DEBIAN_NAME = re.compile(r"(?P<channel>[a-z0-9][a-z0-9_+-]{0,63})\.\d{4}-\d\d-\d\d-\d\d\.\d\d")


class LogReading:
    """One log from its first row on. `day` is the day of that row, `zone` where the log's clock stood.

    A log of several channels is read for one: for `channel`, else for the one that is spoken in first. Rows that were
    not understood are counted in `misread`, the first of them is kept; rows of other channels are in `elsewhere`.
    """

    def __init__(self, format_: Format, *, day: date, zone: tzinfo, channel: str = "") -> None:
        self._read = format_.begin()
        self._in_pieces = format_.in_pieces
        self._calendar = Calendar(day, zone)
        self.channel = channel
        self.rows = 0
        self.misread = 0
        self.elsewhere = 0
        self.first_misread: Row | None = None
        self._own = ""
        self._heard: dict[str, str] = {}

    def read(self, row: Row) -> Iterator[Line]:
        """Yield the lines of one row."""
        self.rows += not row.continued
        if (row.continued and not self._in_pieces) or (not row.text.strip() and not self._in_pieces):
            return
        entries = self._read(row.text)
        if entries is None:
            self._miss(row)
            return
        for entry in entries:
            line = self._line(entry, row)
            if line is not None:
                yield line

    def _line(self, entry: Entry, row: Row) -> Line | None:
        match entry:
            case DayTurned(day=day):
                self._calendar.turn(day)
            case Passed(channel=channel):
                self.channel = self.channel or channel
            case Said() if self._is_elsewhere(entry.channel):
                self.elsewhere += 1
            case Said(stamp=stamp, nick=nick, text=text, kind=kind):
                at = self._calendar.at(stamp)
                nick = nick or self._owner(text)
                if at is not None and nick:
                    self._heard[plain(nick).lower()] = nick
                    return Line(at=at, nick=nick, text=text, kind=kind)
                if at is None:
                    self._miss(row)
        return None

    def _owner(self, new: str) -> str:
        """Return the nick that whoever wrote the log had until now: told before, or the one that the new is like."""
        old, self._own = self._own or self._heard.get(plain(new).lower(), ""), new
        return old

    def _is_elsewhere(self, channel: str) -> bool:
        self.channel = self.channel or channel
        return bool(channel) and channel.lower() != self.channel.lower()

    def _miss(self, row: Row) -> None:
        self.misread += 1
        self.first_misread = self.first_misread or row


def channel_named(name: str) -> str:
    """Return the channel that the name of a log file holds: `#chan_20200610.log`, `chan.2020-06-10-14.10.log.txt`."""
    match = _NAMED.search(name)
    if match is not None:
        return match[1]
    debian = _DEBIAN_NAME.match(name)
    return f"#{debian['channel']}" if debian is not None else ""
