"""`records`: check a repository of records, as its CI does, or make a new one."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import FINDINGS, clock_of, end

if TYPE_CHECKING:
    from cloudbot.core.records.checking import Checked

USAGE = 2
FORMAT = "cloudbot/findings/1"
"""What `--json` says it is. A key may be added to it; one that is taken away or changed makes it 2."""


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write it as 2019-07-22") from None


@click.group()
def records() -> None:
    """The records: check them, or make a repository for them."""


@records.command("check")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
@click.option("--date", "on", callback=_day, metavar="DAY", help="The day to check at, instead of today (UTC).")
@click.option("--json", "as_json", is_flag=True, help=f"A document of the form {FORMAT}.")
def records_check(directory: Path, on: date | None, *, as_json: bool) -> None:
    """Check every file of a repository of records: exit code 0 without an error, 1 with one, 2 for wrong usage.

    E refuses a change, W wants an acknowledgement, D is due on the day and turns no change red.
    """
    from cloudbot.adapters.records.tree import read_tree  # noqa: PLC0415 - the models, for this command only
    from cloudbot.core.records.checking import examine  # noqa: PLC0415

    gc.disable()  # a million objects that all live until the end: looking for garbage costs a third of the time
    click.get_current_context().call_on_close(gc.enable)
    today = clock_of(None)().date()
    try:
        files, unread = read_tree(directory)
    except OSError as error:
        end(USAGE, f"{directory} cannot be read: {error.strerror}")
    done = examine(files, on or today, today=max(on or today, today), unread=unread)
    if not done.tree.filed and not done.findings:
        end(USAGE, f"{directory} holds no records; cloudbot records init DIRECTORY makes a repository")
    click.echo(_document(done, on or today) if as_json else _lines(done, on or today))
    sys.exit(FINDINGS if done.count("E") else 0)


def _lines(done: Checked, on: date) -> str:
    if not done.findings:
        return f"{len(done.tree.filed)} records are fine on {on}"
    counts = f"{done.count('E')} error(s), {done.count('W')} to acknowledge, {done.count('D')} due"
    return "\n".join([*map(str, done.findings), f"{len(done.tree.filed)} records on {on}: {counts}"])


def _document(done: Checked, on: date) -> str:
    document = {
        "format": FORMAT,
        "date": on.isoformat(),
        "records": len(done.tree.filed),
        "counts": {severity: done.count(severity) for severity in "EWD"},
        "findings": [asdict(finding) for finding in done.findings],
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


@records.command("init")
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
