"""`agenda`: the mail that announces the next meeting, printed. Nothing is sent by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import FINDINGS, clock_of, config_option, end
from cloudbot.cli.logs import log_to_stderr
from cloudbot.cli.records.options import date_option
from cloudbot.cli.trying import offline_of

if TYPE_CHECKING:
    from pathlib import Path

    from cloudbot.core.effects import SendMail
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View


@click.command()
@config_option
@click.argument("series", default="")
@date_option
@click.option("--look", is_flag=True, help="Look at GitLab and the records now instead of at what the bot has seen.")
@click.option("--dry-run", is_flag=True, help="Only print it. Without it nothing is sent either: the running bot does.")
def agenda(directory: Path, series: str, on: date | None, *, look: bool, dry_run: bool) -> None:
    """Print the mail that announces the next meeting, of SERIES where there are several.

    It is made from the records and from what the bot last saw. With --date: the next meeting from that day on.
    """
    from cloudbot.features.records.orders import NotSo  # noqa: PLC0415 - the models, for this command only

    del dry_run
    log_to_stderr("error")
    offline = offline_of(directory, look=look)
    at = clock_of(None)() if on is None else datetime.combine(on, time(), UTC)
    world = offline.world(at)
    if world.records is None:
        end(FINDINGS, "there are no records here: [records] in the configuration says where they are")
    try:
        mail = _mail(world, world.records.at(at), series)
    except NotSo as no:
        end(FINDINGS, offline.render(no.words, no.values).strip())
    subject, _, text = offline.render(mail.words, mail.values).partition("\n\n")
    head = [f"To: {', '.join(mail.to)}"] if mail.to else []
    click.echo("\n".join([*head, f"Subject: {subject}", "", text.strip("\n")]))


def _mail(world: World, view: View, series: str) -> SendMail:
    """Return the mail. Raises `NotSo` where there is no such series, or no day on which it meets."""
    from cloudbot.core.speech import Venue  # noqa: PLC0415 - as above
    from cloudbot.features.records.meetings.announcing import announcement  # noqa: PLC0415
    from cloudbot.features.records.meetings.meant import NO, series_meant  # noqa: PLC0415
    from cloudbot.features.records.meetings.planning import plan  # noqa: PLC0415
    from cloudbot.features.records.orders import NotSo  # noqa: PLC0415

    planned = plan(world, view, series_meant(view, Venue("local", "you"), series))
    if planned.at is None:
        raise NotSo(NO, why="no day", series=planned.series.id)
    return announcement(planned, planned.at, world, view)
