"""`records`: check a repository of records or a change of it, make a new one, show and publish what is in it."""

from __future__ import annotations

import click

from cloudbot.cli.records.check import records_check
from cloudbot.cli.records.init import records_init


@click.group()
def records() -> None:
    """The records: check them, or make a repository for them."""


for command in (records_check, records_init):
    records.add_command(command)
