"""`records plan` and `records apply`: a change of one record by hand, through the same operations as one from chat."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import FINDINGS, end
from cloudbot.cli.records.options import USAGE, date_option, days, directory_argument, examined, without_collecting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path
    from typing import Any

    from cloudbot.core.records.applying import Applied
    from cloudbot.core.records.operations import Change, Edit, Operation
    from cloudbot.core.records.tree import Tree


def _edits(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says how a record is changed."""
    pair: dict[str, Any] = {"multiple": True, "nargs": 2, "metavar": "KEY VALUE"}
    options = (
        click.option("--new", is_flag=True, help="Make the record; an ID that ends with * is given the next number."),
        click.option("--set", "put", help="Set a key. VALUE is TOML; what is none is taken as text.", **pair),
        click.option("--add", help="Add an item to the list at a key.", **pair),
        click.option("--remove", help="Take items away from the list at a key.", **pair),
        click.option("--unset", multiple=True, metavar="KEY", help="Take a key away."),
        click.option("--by", metavar="PERSON", help="Whose change it is; then it is asked whether they may."),
        date_option,
        directory_argument,
        click.argument("identity", metavar="ID"),
        click.argument("kind"),
    )
    for option in options:
        command = option(command)
    return command


@click.command("plan")
@_edits
def records_plan(directory: Path, on: date | None, **words: Any) -> None:  # noqa: ANN401 - as click parsed them
    """Show what a change of the record ID of a KIND would do to its file, and what would be found; write nothing.

    A key below a table is written with dots: --set due.before s2019. An item of a list is named by one of its keys:
    --add accounts.@id=bb-1.custody bob. Exit code 1 if the change is refused.
    """
    before, _, done = _applied(directory, on, words)
    click.echo("\n".join(_shown(before, done)) or "nothing changes")


@click.command("apply")
@_edits
def records_apply(directory: Path, on: date | None, **words: Any) -> None:  # noqa: ANN401 - as above
    """Change the record ID of a KIND in the folder, as `plan` shows it. Nothing is committed: that is yours to do."""
    from cloudbot.core.records.wording import subject  # noqa: PLC0415 - the models, for these commands only

    before, operation, done = _applied(directory, on, words)
    for path, text in done.files.items():
        place = directory / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text or "", encoding="utf-8", newline="")
        except OSError as error:
            end(USAGE, f"{place} cannot be written: {error.strerror}")
    click.echo("\n".join(_shown(before, done)) or "nothing changes")
    if done.files:
        line = subject(operation, operation.changes[0].kind, done.ids)
        click.echo(f"written; to commit it: git add {' '.join(done.files)} && git commit -m '{line}'")


def _applied(directory: Path, on: date | None, words: dict[str, Any]) -> tuple[Tree, Operation, Applied]:
    from cloudbot.core.records.applying import Refused, apply  # noqa: PLC0415 - as above
    from cloudbot.core.records.operations import Operation  # noqa: PLC0415 - as above

    without_collecting()
    change = _change(words)
    tree = examined(directory, on).tree
    operation = Operation(verb="make" if change.make else "change", changes=(change,))
    day, today = days(on)
    try:
        return tree, operation, apply(tree, operation, day, today=today, person=words["by"])
    except Refused as refused:
        end(FINDINGS, "\n".join(refused.reasons))


def _change(words: Mapping[str, Any]) -> Change:
    from cloudbot.core.records.operations import Change, Edit  # noqa: PLC0415 - as above

    edits: list[Edit] = [Edit(how="set", at=_path(key), value=_value(value)) for key, value in words["put"]]
    edits += [Edit(how="add", at=_path(key), value=_value(value)) for key, value in words["add"]]
    edits += [Edit(how="remove", at=_path(key), value=_value(value)) for key, value in words["remove"]]
    edits += [Edit(how="unset", at=_path(key)) for key in words["unset"]]
    return Change(kind=words["kind"], id=words["identity"], edits=tuple(edits), make=words["new"])


def _path(key: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in key.split("."))


def _value(text: str) -> str:
    """Return TOML as it is, and anything else as a text: `2019-07-22` is a day, `ready` is words."""
    from cloudbot.core.records.operations import toml  # noqa: PLC0415 - as above
    from cloudbot.core.records.values import parsed  # noqa: PLC0415 - as above

    try:
        parsed(text)
    except ValueError:
        return toml(text)
    return text if "\n" not in text else toml(text)


def _shown(before: Tree, done: Applied) -> Iterator[str]:
    for path, text in done.files.items():
        old, new = before.texts.get(path, ""), text or ""
        names = (f"a/{path}" if old else "/dev/null", f"b/{path}" if new else "/dev/null")
        yield from difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="")
    yield from (str(note) for note in done.notes)
    yield from (f"a second person has to approve it: {why}" for why in done.second)
