"""`records`: check a repository of records or a change of it, make a new one, show and publish what is in it."""

from __future__ import annotations

import click

from cloudbot.cli.records.check import records_check
from cloudbot.cli.records.edit import records_apply, records_plan
from cloudbot.cli.records.export import records_export, records_schema
from cloudbot.cli.records.history import records_adopt, records_history
from cloudbot.cli.records.init import records_init
from cloudbot.cli.records.measure import records_measure
from cloudbot.cli.records.show import records_show


@click.group()
def records() -> None:
    """The records: check them or a change of them, show and export them, make a repository for them."""


for command in (
    records_adopt,
    records_apply,
    records_check,
    records_export,
    records_history,
    records_init,
    records_measure,
    records_plan,
    records_schema,
    records_show,
):
    records.add_command(command)
