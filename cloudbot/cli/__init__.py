"""The command line.

Exit codes are 0 fine, 1 findings, 2 usage, 69 a service is away, 78 bad configuration (the last two from sysexits.h).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

import cloudbot.cli.lean  # noqa: F401 - first
from cloudbot import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "agenda": "agenda",
    "ask": "trying",
    "check-config": "running",
    "demo": "trying",
    "go-live": "inspecting",
    "health": "inspecting",
    "irc-server": "trying",
    "journal": "inspecting",
    "meeting": "meeting",
    "outbox": "inspecting",
    "records": "records",
    "run": "running",
    "simulate": "trying",
}
"""Every command and its module in this package, where it is called the same with `_` for `-`."""


class Commands(click.Group):
    """Loads the module of a command when that is asked for: a check of records needs nothing of IRC."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            module = import_module(f"cloudbot.cli.{COMMANDS[cmd_name]}")
            self.add_command(getattr(module, cmd_name.replace("-", "_")), cmd_name)
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="cloudbot")
def main() -> None:
    """cloudbot: the secretary of a volunteer team, on IRC and on its mailing list."""
