"""`records export` and `records schema`: what of the records is public, and their form, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cloudbot.cli.common import FINDINGS, end
from cloudbot.cli.records.options import USAGE, date_option, days, directory_argument, examined, without_collecting

if TYPE_CHECKING:
    from datetime import date


@click.command("export")
@directory_argument
@date_option
@click.option(
    "--to",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("public"),
    show_default=True,
    help="The folder to write to; other files in it are left alone.",
)
def records_export(directory: Path, on: date | None, out: Path) -> None:
    """Write what is public of the records as JSON: index.json and one file for each kind.

    Private keys are in no file, nor is what needs consent and has none. Records with errors are not exported.
    """
    from cloudbot.core.records.exporting import export  # noqa: PLC0415 - the models, for this command only
    from cloudbot.core.records.tree import View  # noqa: PLC0415

    without_collecting()
    done = examined(directory, on)
    if done.count("E"):
        end(FINDINGS, f"{done.count('E')} error(s): cloudbot records check {directory} says them; nothing is exported")
    documents = export(View(done.tree, *days(on)))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            (out / name).write_text(_json(document), encoding="utf-8", newline="\n")
    except OSError as error:
        end(USAGE, f"{error.filename or out} cannot be written: {error.strerror}")
    click.echo(f"{len(done.tree.filed)} records are in {len(documents)} files in {out}")


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@click.command("schema")
@click.argument("kind", required=False)
def records_schema(kind: str | None) -> None:
    """Print the JSON Schema of a KIND of records, or of all; docs/records.md says the same for people."""
    from cloudbot.core.records.kinds import KINDS  # noqa: PLC0415 - the models, for this command only
    from cloudbot.core.records.schemas import schema_of, schemas  # noqa: PLC0415

    known = {one.name: one for one in KINDS}
    if kind is not None and kind not in known:
        end(USAGE, f"there is no kind {kind!r}; write one of {', '.join(known)}")
    click.echo(_json(schemas() if kind is None else schema_of(known[kind])), nl=False)
