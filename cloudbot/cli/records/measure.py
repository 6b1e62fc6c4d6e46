"""`records measure`: what the history of a clone says of each area, beside what the records claim. Counts, no names."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import end
from cloudbot.cli.records.options import USAGE, date_option, days, directory_argument, examined, without_collecting

if TYPE_CHECKING:
    from cloudbot.core.records.concentration import Concentration
    from cloudbot.core.records.kinds.work import Area
    from cloudbot.core.records.tree import Filed, View


@click.command("measure")
@click.argument("repository", type=click.Path(exists=True, file_okay=False, path_type=Path))
@directory_argument
@click.option("--since", metavar="DAY", help="Commits since this day, instead of the days that evidence counts.")
@click.option("--project", metavar="NAME", help="What the areas' paths call the clone, if not by its folder's name.")
@date_option
def records_measure(repository: Path, directory: Path, since: str | None, project: str | None, on: date | None) -> None:
    """Count the commits in REPOSITORY, a clone, to each area's paths by the records in DIRECTORY.

    Says how many are the busiest one's and how many people made half, beside how many can do it by the records.
    """
    from cloudbot.core.records.kinds.policies import PolicyActivity  # noqa: PLC0415 - the models, for this command only
    from cloudbot.core.records.kinds.work import Area  # noqa: PLC0415
    from cloudbot.core.records.tree import View  # noqa: PLC0415

    without_collecting()
    view = View(examined(directory, on).tree, *days(on))
    first = _day(since) or view.on - timedelta(days=view.policy(PolicyActivity).evidence_days)
    name = project or repository.resolve().name
    lines = [_line(one, view, repository, name, first) for one in view.all(Area)]
    told = [line for line in lines if line]
    if not told:
        end(USAGE, f'no area has a path in {name}; write paths = ["{name}:FOLDER/"] in areas/, or --project NAME')
    click.echo("\n".join([*told, f"since {first}; {len(lines) - len(told)} area(s) without a path in {name}"]))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it as 2019-07-22", param_hint="--since") from None


def _line(one: Filed[Area], view: View, repository: Path, project: str, since: date) -> str:
    """Return the line of an area; empty if it has no path there."""
    from cloudbot.adapters.records.history import NoHistory, commits_by_author  # noqa: PLC0415
    from cloudbot.core.records.area_paths import paths_in  # noqa: PLC0415
    from cloudbot.core.records.checks.areas import covering  # noqa: PLC0415
    from cloudbot.core.records.concentration import concentration  # noqa: PLC0415

    paths = paths_in(one.record, project)
    if not paths:
        return ""
    try:
        found = concentration(commits_by_author(repository, paths, since))
    except NoHistory as error:
        end(USAGE, f"{repository} has no history to read: {error}")
    claim = f"{len(covering(view, one.record))} can do it by the records, {one.record.target} wanted"
    return f"{one.id}: {_measured(found)}; {claim}"


def _measured(found: Concentration) -> str:
    if not found.commits:
        return "no commit"
    made = f"{found.commits} commit(s) by {found.people}"
    return f"{made}, {found.most} by one ({found.share} %), {found.half} made half"
