"""`records check`: all that is wrong in a repository of records, or what a change brings in, as its CI does."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from cloudbot.cli.common import FINDINGS
from cloudbot.cli.records.options import date_option, days, directory_argument, examined, without_collecting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from cloudbot.core.records.findings import Finding

FORMAT = "cloudbot/findings/1"
"""What `--json` says it is. A key may be added to it; one that is taken away or changed makes it 2."""


@click.command("check")
@directory_argument
@date_option
@click.option("--json", "as_json", is_flag=True, help=f"A document of the form {FORMAT}.")
@click.option("--base", metavar="REV", help="Judge the change since this git revision: origin/main.")
@click.option("--login", metavar="NAME", help="With --base: the login at the forge of who makes the change.")
@click.option("--uid", metavar="NUMBER", type=int, help="With --login: the number of that account, which stays.")
@click.option("--net", metavar="NET", help="With --base: the network that logins are of, salsa. Otherwise any.")
@click.option("--by", metavar="PERSON", help="With --base: the id of who makes the change.")
@click.option("--approved-by", metavar="NAME", multiple=True, help="With --base: the login or id of who approves it.")
@click.option("--title", metavar="TEXT", default="", help="With --base: the title of the merge request.")
@click.option("--branch", metavar="NAME", default="", help="With --base: the name of the branch.")
@click.option("--bot-email", metavar="MAIL", default="", help="With --base: the address with which the bot commits.")
@click.option(
    "--bot-login", metavar="NAME", default="", help="With --bot-email: its login; then whom its commits name."
)
def records_check(directory: Path, on: date | None, *, as_json: bool, base: str | None, **who: Any) -> None:  # noqa: ANN401 - the options of Change
    """Check every file of a repository of records: exit code 0 without an error, 1 with one, 2 for wrong usage.

    E refuses a change, W wants an acknowledgement, D is due on the day and turns no change red.

    With --base only what the change brings in is said, and whether whoever makes it may: by the permissions of that
    revision.
    """
    from cloudbot.cli.records.change import Change, judged  # noqa: PLC0415 - the models, for this command only

    without_collecting()
    day, _ = days(on)
    if base is None:
        if any(who.values()):
            raise click.UsageError("--login and its like say whose a change is; add --base, as --base origin/main")
        done = examined(directory, on)
        findings, count = done.findings, len(done.tree.filed)
    else:
        findings, count = judged(directory, Change(base=base, **who), on)
    click.echo(_document(findings, count, day, base) if as_json else _lines(findings, count, day, base))
    sys.exit(FINDINGS if _count(findings, "E") else 0)


def _count(findings: Sequence[Finding], severity: str) -> int:
    return sum(finding.severity == severity for finding in findings)


def _lines(findings: Sequence[Finding], count: int, on: date, base: str | None) -> str:
    if not findings:
        return f"{count} records are fine on {on}" if base is None else f"the change since {base} is fine on {on}"
    counts = f"{_count(findings, 'E')} error(s), {_count(findings, 'W')} to acknowledge, {_count(findings, 'D')} due"
    total = f"{count} records on {on}: {counts}" if base is None else f"the change since {base}, on {on}: {counts}"
    return "\n".join([*map(str, findings), total])


def _document(findings: Sequence[Finding], count: int, on: date, base: str | None) -> str:
    document = {
        "format": FORMAT,
        "date": on.isoformat(),
        "records": count,
        "counts": {severity: _count(findings, severity) for severity in "EWD"},
        "findings": [asdict(finding) for finding in findings],
    }
    if base is not None:
        document["base"] = base
    return json.dumps(document, indent=1, ensure_ascii=False)
