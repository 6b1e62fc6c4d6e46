"""What `meeting parse` does: a stream of bytes to lines, and lines to minutes. Loaded by that command only."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from cloudbot.cli.common import FINDINGS, end
from cloudbot.core.meetings.fold import meetings
from cloudbot.core.meetings.logs.days import first_day
from cloudbot.core.meetings.logs.formats import FORMATS, HEAD, named, readings, recognise
from cloudbot.core.meetings.logs.privacy import published
from cloudbot.core.meetings.logs.reading import LogReading, channel_named
from cloudbot.core.meetings.logs.rows import Rows
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.minutes.names import stem
from cloudbot.core.meetings.minutes.text import text as minutes_text
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.logs.entries import Format
    from cloudbot.core.meetings.logs.rows import Row
    from cloudbot.core.meetings.meeting import Meeting

USAGE = 2
CHUNK = 1 << 16
TOLD_EVERY = 16 << 20
"""Bytes between two lines about how far the reading is."""
SHOWN = 80
"""Characters of a row that was not understood."""
PACKED = {
    b"\x1f\x8b": "zcat",
    b"BZh": "bzcat",
    b"\xfd7zXZ\x00": "xzcat",
    b"\x28\xb5\x2f\xfd": "zstdcat",
    b"PK\x03\x04": "unzip -p",
}
"""How a compressed file begins, and what unpacks it."""
DATABASE = b"SQLite format 3"
PAGE = re.compile(r"\s*(?:<!DOCTYPE html|<html|<\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was given on the command line; what was not is found in the log or in its name."""

    log: Path
    form: str | None
    day: datetime | None
    zone: tzinfo
    channel: str
    rules: Rules
    as_lines: bool


def list_formats() -> None:
    """Print each format with a line of it."""
    width = max(len(one.name) for one in FORMATS)
    for one in FORMATS:
        click.echo(f"{one.name:<{width}}  {one.program}: {one.example.replace('⇥', '<TAB>')}")


def parse(asked: Asked) -> None:
    """Print minutes or lines, and on standard error how the log was read."""
    with click.open_file(str(asked.log), "rb") as file:
        rows = _rows(file, asked.log)
        head = list(islice(rows, HEAD))
        form = _recognised(head, asked.log) if asked.form is None else _named(asked.form)
        day = _day(form, head, asked.log, asked.day)
        reading = LogReading(form, day=day, zone=asked.zone, channel=asked.channel)
        lines = _published(reading, chain(head, rows))
        if asked.as_lines:
            _print_lines(lines)
        else:
            _print_minutes(lines, asked.log, reading, asked.rules)
    _tell(asked.log, form, reading)


def _named(name: str) -> Format:
    try:
        return named(name)
    except KeyError:
        end(USAGE, f'there is no format "{name}"; cloudbot meeting formats lists them')


def _rows(file: IO[bytes], log: Path) -> Iterator[Row]:
    """Yield the rows; of a long log, say now and then how far it is."""
    rows, done = Rows(), 0
    size = f" of {log.stat().st_size >> 20}" if log.is_file() else ""
    while chunk := _chunk(file, log):
        if not done:
            _refuse_what_is_no_text(chunk, log)
        done += len(chunk)
        if done % TOLD_EVERY < len(chunk) and done >= TOLD_EVERY:
            click.echo(f"{log}: {done >> 20}{size} MB read", err=True)
        yield from rows.feed(chunk)
    yield from rows.end()


def _refuse_what_is_no_text(beginning: bytes, log: Path) -> None:
    for magic, unpacks in PACKED.items():
        if beginning.startswith(magic):
            end(FINDINGS, f"{log} is compressed: {unpacks} {log} | cloudbot meeting parse -")
    if beginning.startswith(DATABASE):
        end(FINDINGS, f"{log} is a database: let the client that keeps it export the channel as text, and parse that")


def _chunk(file: IO[bytes], log: Path) -> bytes:
    try:
        return file.read(CHUNK)
    except OSError as error:
        end(FINDINGS, f"{log} cannot be read: {error.strerror}")


def _recognised(head: list[Row], log: Path) -> Format:
    judged = recognise(head)
    if not judged.rows:
        end(FINDINGS, f"{log} is empty")
    if judged.format is None and any(PAGE.match(row.text) for row in head[:3]):
        end(
            FINDINGS,
            f"{log} is a web page of a kind that is not read (MeetBot's and RRSAgent's are): copy what it shows into a"
            " text file, and parse that",
        )
    if judged.format is None:
        near = judged.nearest.name
        end(
            FINDINGS,
            f"{log} is no log of a known format: the nearest, {near}, understands {judged.understood} of its first"
            f" {judged.rows} rows; --format {near} insists, cloudbot meeting formats lists all",
        )
    return judged.format


def _day(form: Format, head: list[Row], log: Path, given: datetime | None) -> date:
    if given is not None:
        return given.date()
    path = log.absolute()
    names = (path.name, path.parent.name) if log.is_file() else ()
    found = first_day((entry for _, entries in readings(form, head) for entry in entries or ()), names)
    if found is None:
        end(USAGE, f"{log} says no day, nor does its name; give the day of its first line: --date 2026-03-04")
    return found


def _published(reading: LogReading, rows: Iterable[Row]) -> Iterator[Line]:
    for row in rows:
        for line in reading.read(row):
            yield replace(line, text=published(line.text))


def _print_lines(lines: Iterable[Line]) -> None:
    marks = {"says": "<{}> {}", "does": "* {} {}", "is now": "* {} is now known as {}"}
    for line in lines:
        click.echo(f"{line.at:%H:%M:%S} " + marks[line.kind].format(line.nick, line.text))


def _print_minutes(lines: Iterable[Line], log: Path, reading: LogReading, rules: Rules) -> None:
    # The channel may stand below the first row, so that it is put in when all is read.
    found = meetings(lines, channel="", rules=rules)
    channel = reading.channel or channel_named(log.name) or channel_named(log.absolute().parent.name) or "#channel"
    if not found:
        end(
            FINDINGS,
            f"{log} has no #startmeeting in {reading.rows} rows ({_misread(reading)}); --whole takes all as one",
        )
    for number, one in enumerate(found):
        click.echo("\n" * 2 * (number > 0) + _minutes(replace(one, channel=channel)))


def _minutes(one: Meeting) -> str:
    return minutes_text(one, log_url=f"{stem(one)}.log.html")


def _tell(log: Path, form: Format, reading: LogReading) -> None:
    others = f", {reading.elsewhere} line(s) of other channels left out" if reading.elsewhere else ""
    click.echo(f"{log}: {form.program}, {reading.rows} rows, {_misread(reading)}{others}", err=True)


def _misread(reading: LogReading) -> str:
    first = reading.first_misread
    if first is None:
        return "all understood"
    return f"{reading.misread} not understood, the first is row {first.number}: {published(clean(first.text))[:SHOWN]}"
