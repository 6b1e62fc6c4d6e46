"""`records show`: one record as the bot understands it on a day, what is found in it, and what names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cloudbot.cli.common import end
from cloudbot.cli.records.options import USAGE, date_option, days, directory_argument, examined, without_collecting
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from cloudbot.core.records.checking import Checked
    from cloudbot.core.records.tree import Filed
    from cloudbot.core.records.words import Part


@click.command("show")
@click.argument("kind")
@click.argument("identity", metavar="ID")
@directory_argument
@date_option
def records_show(kind: str, identity: str, directory: Path, on: date | None) -> None:
    """Show the record ID of a KIND: every value, defaults too, what does not hold on the day, findings, who names it.

    The ID of a policy is its kind's: cloudbot records show policy-coi policy.
    """
    without_collecting()
    done = examined(directory, on)
    filed = done.tree.by_identity.get((kind, identity))
    if filed is None:
        end(USAGE, _missing(done, kind, identity))
    day, _ = days(on)
    click.echo("\n".join(_shown(done, filed, day)))


def _missing(done: Checked, kind: str, identity: str) -> str:
    there = sorted(one for name, one in done.tree.by_identity if name == kind)
    if (kind, identity) in done.tree.broken:
        return f"{kind} {clean(identity)} cannot be read; cloudbot records check says why"
    if not there:
        kinds = sorted({name for name, _ in done.tree.by_identity})
        return f"there is no {clean(kind)} here; write one of {', '.join(kinds)}"
    return f"there is no {kind} {clean(identity)}; write one of {', '.join(there[:20])}{', ...' if there[20:] else ''}"


def _shown(done: Checked, filed: Filed[Part], on: date) -> Iterator[str]:
    from cloudbot.core.records.describing import described, naming  # noqa: PLC0415 - the models, for this command only

    yield f"{filed.kind.name} {filed.id}, {filed.path}, on {on}"
    yield from (f"  {line}" for line in described(filed.record, on))
    named = sorted({f"{one.kind.name} {one.id}: {key}" for one, key in naming(done.tree, filed.kind.name, filed.id)})
    yield from ["named by", *(f"  {line}" for line in named)] if named else ["named by no other record"]
    found = [str(finding) for finding in done.findings if finding.file == filed.path]
    yield from ["found", *(f"  {line}" for line in found)] if found else ["nothing is found in it"]
