"""What the commands share: the option that names the configuration, and how a failure ends."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from cloudbot.demo.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cloudbot.config import Installation

FINDINGS = 1
AWAY = 69
"""EX_UNAVAILABLE of sysexits.h"""
BAD_CONFIGURATION = 78
"""EX_CONFIG of sysexits.h"""


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--config DIRECTORY`."""
    return click.option(
        "--config",
        "directory",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("/etc/cloudbot"),
        show_default=True,
        envvar="CLOUDBOT_CONFIG",
        help="The directory with the *.toml files.",
    )(command)


def installation_of(directory: Path) -> Installation:
    """Read the configuration, or end with every problem in it and exit code 78."""
    from cloudbot.config import BadConfiguration, load  # noqa: PLC0415 - a quarter of a second that checks do without

    try:
        return load(directory)
    except BadConfiguration as bad:
        end(BAD_CONFIGURATION, f"{bad}\n{len(bad.problems)} problem(s) in {directory}")


def clock_of(replay: str | None) -> Callable[[], datetime]:
    """Return the clock to live by: the wall's, or a recorded time's."""
    return _wall_clock if replay is None else Replay.parse(replay).now


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def end(code: int, message: str) -> NoReturn:
    """Say why on standard error and end."""
    click.echo(message, err=True)
    sys.exit(code)
