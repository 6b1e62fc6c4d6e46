"""`records history`: what happened to a record, from git; `records adopt`: a rewritten history believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import AWAY, FINDINGS, config_option, end, installation_of
from cloudbot.cli.records.options import USAGE, directory_argument

if TYPE_CHECKING:
    from pathlib import Path

    from cloudbot.adapters.records.repository import Repository

MOST_LOST = 20


@click.command("history")
@click.argument("path")
@directory_argument
@click.option("--most", default=20, show_default=True, help="How many commits.")
def records_history(path: str, directory: Path, most: int) -> None:
    """Show what happened to a file of the records, newest first: day, commit, author, what, by which way it came."""
    from cloudbot.adapters.records.revisions import NoRevisionError, history  # noqa: PLC0415 - git, for this command

    try:
        rows = history(directory, path, most)
    except NoRevisionError as error:
        end(USAGE, f"{directory}: {error}")
    if not rows:
        end(FINDINGS, f"no commit has touched {path}; name a file, as actions/A-2019-001.toml")
    click.echo("\n".join(rows))


@click.command("adopt")
@config_option
@click.option("--yes", is_flag=True, help="Believe it; without, only say what would be lost.")
def records_adopt(directory: Path, *, yes: bool) -> None:
    """Believe a history of the records that was rewritten: the bot stops writing until somebody has looked.

    What the bot was asked for meanwhile is applied to the new history afterwards.
    """
    from cloudbot.adapters.records.git import repository_of  # noqa: PLC0415 - the models, for this command only
    from cloudbot.adapters.records.plumbing import GitFailed  # noqa: PLC0415 - as above
    from cloudbot.adapters.records.repository import REMOTE  # noqa: PLC0415 - as above
    from cloudbot.config import MissingSecret, Secrets  # noqa: PLC0415 - the configuration, for this command

    chosen = installation_of(directory)
    if chosen.records is None:
        end(USAGE, f"{directory} names no records; add a section [records]")
    try:
        keys = Secrets(directory / "secrets").path
        repository = repository_of(chosen.records, chosen.state.directory / "records.git", keys)
        repository.prepare()
        old, new = repository.at(REMOTE), repository.fetch()
        if yes and old and not repository.descends(new, old):
            repository.point(REMOTE, new)
        click.echo(_adopted(repository, old, new, yes=yes))
    except MissingSecret as missing:
        end(USAGE, str(missing))
    except GitFailed as failed:
        end(AWAY, failed.detail)


def _adopted(repository: Repository, old: str, new: str, *, yes: bool) -> str:
    if not old or repository.descends(new, old):
        return f"nothing was rewritten: the records are at {new[:8]}"
    lost = repository.past(old, new, MOST_LOST)
    lines = [f"{one.at:%Y-%m-%d} {one.commit[:8]} {one.author}: {one.subject}" for one in lost]
    if not yes:
        return "\n".join(
            [f"{old[:8]} was the newest commit, {new[:8]} is now; not in the new history:", *lines,
             "to believe it: cloudbot records adopt --yes"]
        )  # fmt: skip
    return (
        f"the records are at {new[:8]}; {len(lost)} commit(s) are no longer in them. The bot goes on at its next look."
    )
