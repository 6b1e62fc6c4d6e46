"""The command line.

Exit codes are 0 fine, 1 findings, 2 usage, 69 a service is away, 78 bad configuration (the last two from sysexits.h).
"""

from __future__ import annotations

import click

import cloudbot.cli.lean  # noqa: F401 - first
from cloudbot import __version__
from cloudbot.cli.agenda import agenda
from cloudbot.cli.inspecting import go_live, health, journal, outbox
from cloudbot.cli.meeting import meeting
from cloudbot.cli.records import records
from cloudbot.cli.running import check_config, run
from cloudbot.cli.trying import ask, demo, irc_server, simulate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="cloudbot")
def main() -> None:
    """cloudbot: the secretary of a volunteer team, on IRC and on its mailing list."""


for command in (
    agenda,
    ask,
    check_config,
    demo,
    go_live,
    health,
    irc_server,
    journal,
    meeting,
    outbox,
    records,
    run,
    simulate,
):
    main.add_command(command)
