"""`meeting`: minutes from anybody's log, for the meetings at which the bot was away.

The log is read as a stream. What is printed may be published: addresses of machines and telephone numbers are masked.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cloudbot.core.meetings.meeting import Rules


def _zone(_context: click.Context, _parameter: click.Parameter, written: str) -> tzinfo:
    """Read `UTC`, `Europe/Berlin` or `+02:00`."""
    try:
        if written[:1] in ("+", "-"):
            return timezone(datetime.strptime(written, "%z").utcoffset() or timedelta())
        return ZoneInfo(written)
    except (ValueError, KeyError, OSError):
        raise click.BadParameter(f'"{written}" is no zone; write UTC, Europe/Berlin or +02:00') from None


@click.group()
def meeting() -> None:
    """Meetings: minutes from anybody's log."""


@meeting.command("formats")
def meeting_formats() -> None:
    """List the formats that `parse` reads, with a line of each."""
    from cloudbot.cli.meeting_logs import list_formats  # noqa: PLC0415 - as below

    list_formats()


@meeting.command("parse")
@click.argument("log", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "form", help="Whose log it is; else found. See cloudbot meeting formats.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the first line; else found.")
@click.option("--zone", callback=_zone, default="UTC", show_default=True, help="Where the log's clock stood.")
@click.option("--channel", default="", help="The channel; else found. Of a log of several: the one to read.")
@click.option("--whole", is_flag=True, help="All of it is one meeting, for logs without #startmeeting.")
@click.option("--classic", is_flag=True, help="Exactly as MeetBot 0.1.4 replays its own log, but for what it loses.")
@click.option("--w3c", is_flag=True, help="Read W3C's words too (Topic: ACTION: s/old/new/); all of it is one meeting.")
@click.option("--lines", "as_lines", is_flag=True, help="Print what was said instead of the minutes.")
def meeting_parse(  # noqa: PLR0913 - one parameter for each option
    log: Path,
    *,
    form: str | None,
    day: datetime | None,
    zone: tzinfo,
    channel: str,
    whole: bool,
    classic: bool,
    w3c: bool,
    as_lines: bool,
) -> None:
    """Print the minutes of every meeting in LOG, as MeetBot would have; `-` is standard input.

    How it was read is on standard error. Addresses of machines and telephone numbers are masked.
    """
    from cloudbot.cli.meeting_logs import Asked, parse  # noqa: PLC0415 - expressions of all formats, for this command only

    if classic and w3c:
        raise click.UsageError("MeetBot knows no words of W3C's: --classic and --w3c exclude each other")
    rules = Rules(manner="classic" if classic else "replay", at_once=whole or w3c, w3c=w3c)
    parse(Asked(log=log, form=form, day=day, zone=zone, channel=channel, rules=rules, as_lines=as_lines))
