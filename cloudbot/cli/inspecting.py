"""`journal`, `outbox`, `health` and `go-live`: what the operator looks at and mends, beside a running bot or without.

These write row states and leave facts; they never handle one. The running bot notices within a second.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cloudbot import app
from cloudbot.cli.common import AWAY, FINDINGS, clock_of, config_option, end, installation_of
from cloudbot.core.facts import CommandGiven, WentLive
from cloudbot.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cloudbot.store.journal import FactRow

STATES = ["pending", "sending", "sent", "retry", "dead", "expired", "unknown", "dropped"]
DOWN = 2


@contextmanager
def _state(directory: Path, *, write: bool = False) -> Iterator[Journal]:
    installation = installation_of(directory)
    path = installation.state.directory / app.STATE_FILE
    if not path.exists():
        end(AWAY, f"there is no state in {path.parent} yet; cloudbot run makes it")
    try:
        journal = Journal.open(path) if write else Journal.peek(path)
        try:
            yield journal
        finally:
            journal.close()
    except sqlite3.Error as error:
        end(AWAY, f"the state in {path.parent} cannot be used: {error}")


@click.group()
def journal() -> None:
    """What happened: list facts, show one, retry or drop a parked one."""


@journal.command("list")
@config_option
@click.option("--parked", is_flag=True, help="Only those whose handling failed.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
def journal_list(directory: Path, *, parked: bool, limit: int) -> None:
    """List the newest facts, or the parked ones."""
    with _state(directory) as store:
        rows = store.facts("parked", limit=limit) if parked else store.facts(limit=limit)
    for row in rows:
        error = (row.error or "").strip().splitlines()
        click.echo(
            f"{row.id:>7} {row.at:%Y-%m-%d %H:%M:%S}Z {row.state:<7} {row.kind} from {row.source}{_order(row)}"
            + (f": {error[-1]}" if error else "")
        )
    if not rows:
        click.echo("nothing is parked" if parked else "the journal is empty")


def _order(row: FactRow) -> str:
    """Say of a command who gave it, and by which account that the network vouched for: the audit line."""
    if row.kind != CommandGiven.__name__:
        return ""
    body = json.loads(row.body)
    words = " ".join((body["command"], *body["args"].values()))
    account = body["proof"]["account"] if body["proof"] else "none"
    return f": {words} (by {body['person'] or body['nick']}, account {account})"


@journal.command("show")
@config_option
@click.argument("number", type=int)
def journal_show(directory: Path, number: int) -> None:
    """Show one fact whole, with its traceback if it is parked."""
    with _state(directory) as store:
        row = store.fact(number)
    if row is None:
        end(FINDINGS, f"there is no fact {number}; cloudbot journal list names them")
    click.echo(f"{row.id} {row.kind} from {row.source}, {row.at:%Y-%m-%d %H:%M:%S} UTC, {row.state}")
    click.echo(json.dumps(json.loads(row.body), indent=1, ensure_ascii=False))
    if row.error:
        click.echo(row.error.rstrip())


@journal.command("retry")
@config_option
@click.argument("number", type=int)
def journal_retry(directory: Path, number: int) -> None:
    """Handle a parked fact again."""
    _judge_fact(directory, number, drop=False)


@journal.command("drop")
@config_option
@click.argument("number", type=int)
def journal_drop(directory: Path, number: int) -> None:
    """Set a parked fact aside for ever."""
    _judge_fact(directory, number, drop=True)


def _judge_fact(directory: Path, number: int, *, drop: bool) -> None:
    with _state(directory, write=True) as store, store.transaction() as transaction:
        done = transaction.set_fact_state(number, "dropped" if drop else "waiting")
    if not done:
        end(FINDINGS, f"fact {number} is not parked; cloudbot journal list --parked names those that are")
    click.echo(f"fact {number} is dropped" if drop else f"fact {number} will be handled again by the running bot")


@click.group()
def outbox() -> None:
    """What was decided to be said: list messages, show one, retry or drop one."""


@outbox.command("list")
@config_option
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these states.")
@click.option("--lane", help="Only this lane: irc/NETWORK, mail, would-say.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def outbox_list(directory: Path, states: tuple[str, ...], lane: str | None, limit: int) -> None:
    """List messages, oldest first."""
    with _state(directory) as store:
        rows = store.rows(*states, lane=lane, limit=1_000_000)[-limit:]  # type: ignore[arg-type]  # click checked them
    for row in rows:
        click.echo(f"{row.state:<8} {row.lane} {row.destination} {row.key}" + (f": {row.why}" if row.why else ""))
    if not rows:
        click.echo("no such message")


@outbox.command("show")
@config_option
@click.argument("key")
def outbox_show(directory: Path, key: str) -> None:
    """Show one message whole."""
    with _state(directory) as store:
        row = store.row(key)
    if row is None:
        end(FINDINGS, f"there is no message {key}; cloudbot outbox list names them")
    click.echo(f"{row.key}\n{row.lane} to {row.destination}: {row.state}, {row.tries} tries, made {row.created}")
    if row.why:
        click.echo(row.why)
    if row.body:
        click.echo(json.dumps(json.loads(row.body), indent=1, ensure_ascii=False))


@outbox.command("retry")
@config_option
@click.argument("key")
def outbox_retry(directory: Path, key: str) -> None:
    """Send a message again that was given up, expired, or may have been lost."""
    _judge_row(directory, key, drop=False)


@outbox.command("drop")
@config_option
@click.argument("key")
def outbox_drop(directory: Path, key: str) -> None:
    """Never send a message."""
    _judge_row(directory, key, drop=True)


def _judge_row(directory: Path, key: str, *, drop: bool) -> None:
    with _state(directory, write=True) as store, store.transaction() as transaction:
        done = transaction.set_row_state(key, "dropped" if drop else "pending", app.wall_clock())
    if not done:
        end(FINDINGS, f"{key} is not waiting, dead, expired or unknown; cloudbot outbox show {key}")
    click.echo(f"{key} is dropped" if drop else f"{key} will be sent again by the running bot")


@click.command("go-live")
@config_option
@click.option("--replay", hidden=True, help="Live in a recorded time: for the demo.")
def go_live(directory: Path, replay: str | None) -> None:
    """End listen-only mode: from now on the bot says unasked lines itself."""
    with _state(directory, write=True) as store, store.transaction() as transaction:
        transaction.leave(WentLive(at=clock_of(replay)()), source="operator")
    click.echo("cloudbot will speak from now on, within a second if it runs; !quiet 2d in a channel is the way back")


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="The figures of /readyz.")
def health(directory: Path, *, as_json: bool) -> None:
    """Say how the running bot is: exit code 0 well, 1 degraded, 2 down."""
    import urllib.error  # noqa: PLC0415 - an HTTP client, for this command only
    import urllib.request  # noqa: PLC0415

    web = installation_of(directory).web
    if not web.port:
        end(DOWN, "the bot has no HTTP door to ask; set web.port")
    url = f"http://{web.host}:{web.port}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            figures = json.load(answer)
    except urllib.error.HTTPError as error:
        figures = json.load(error)
    except (OSError, ValueError) as error:
        end(DOWN, f"down: {url} does not answer ({error})")
    click.echo(json.dumps(figures, indent=1) if as_json else "\n".join(figures["lacks"]) or "all is well")
    sys.exit(0 if figures["ok"] else FINDINGS)
