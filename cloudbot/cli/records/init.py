"""`records init`: a new repository of records, with policies, a README and the CI that checks every change."""

from __future__ import annotations

import subprocess
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import clock_of, end
from cloudbot.cli.records.options import USAGE

if TYPE_CHECKING:
    from datetime import date


@click.command("init")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--team", default="our team", show_default=True, help="What the team is called, for the README.")
def records_init(directory: Path, team: str) -> None:
    """Make a repository of records: policies, a README and the CI that checks every change."""
    from cloudbot.adapters.records.tree import make_tree  # noqa: PLC0415

    try:
        if directory.exists() and any(one.name != ".git" for one in directory.iterdir()):
            end(USAGE, f"{directory} is not empty; cloudbot records check {directory} checks what is there")
        make_tree(directory, _new_files(team, clock_of(None)().date()))
    except OSError as error:
        end(USAGE, f"{directory} cannot be made: {error.filename or 'git'}: {error.strerror}")
    except subprocess.SubprocessError as error:
        end(USAGE, f"the files are in {directory}, but git init failed there: {error}")
    click.echo(f"{directory} is made; read its README.md, add people/ and orgs/, then git add . and git commit there")


def _new_files(team: str, today: date) -> dict[str, str]:
    """Return the files of a new repository by path."""
    from cloudbot.adapters.render import template_folder  # noqa: PLC0415
    from cloudbot.core.text import clean  # noqa: PLC0415

    folder = template_folder() / "records"
    values = {"team": clean(team)[:80], "today": today.isoformat()}
    texts = {file.relative_to(folder): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.*"))}
    names = {Path("gitlab-ci.yml"): ".gitlab-ci.yml"}
    return {names.get(path, path.as_posix()): Template(text).substitute(values) for path, text in texts.items()}
