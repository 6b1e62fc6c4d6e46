"""What the commands about records share: the day to look at, the folder, and how they end if it cannot be read."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cloudbot.cli.common import clock_of, end

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.records.checking import Checked

USAGE = 2


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write it as 2019-07-22") from None


def directory_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the folder of the records; without it, where one stands."""
    place = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("directory", type=place, default=Path())(command)


def date_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--date DAY`."""
    what = "The day to look at, instead of today (UTC)."
    return click.option("--date", "on", callback=_day, metavar="DAY", help=what)(command)


def without_collecting() -> None:
    """Let the collector of garbage rest until the command ends.

    A million objects live until the end: looking for garbage among them costs a third of the time.
    """
    gc.disable()
    click.get_current_context().call_on_close(gc.enable)


def days(on: date | None) -> tuple[date, date]:
    """Return the day to look at, and the day it is looked at."""
    today = clock_of(None)().date()
    return on or today, max(on or today, today)


def read(directory: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files of a folder and why others were not read, or end."""
    from cloudbot.adapters.records.tree import read_tree  # noqa: PLC0415 - the models, for these commands only

    try:
        return read_tree(directory)
    except OSError as error:
        end(USAGE, f"{directory} cannot be read: {error.strerror}")


def examined(directory: Path, on: date | None) -> Checked:
    """Return the records of a folder and what is found in them on a day, or end if there are none."""
    from cloudbot.core.records.checking import examine  # noqa: PLC0415

    day, today = days(on)
    files, unread = read(directory)
    done = examine(files, day, today=today, unread=unread)
    if not done.tree.filed and not done.findings:
        end(USAGE, f"{directory} holds no records; cloudbot records init DIRECTORY makes a repository")
    return done
