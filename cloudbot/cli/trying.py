"""`demo`, `ask`, `simulate` and `irc-server`: the bot without a network, for whoever wants to see or test it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import sys
from pathlib import Path

import click

from cloudbot import app
from cloudbot.cli.common import AWAY, FINDINGS, config_option, end, installation_of
from cloudbot.cli.logs import log_to_stderr
from cloudbot.config import Installation, MissingSecret, Secrets
from cloudbot.core.ports import SourceAway
from cloudbot.runtime.offline import Offline
from cloudbot.store.journal import Journal


@click.command()
@click.option("--keep/--no-keep", default=None, help="Stay up afterwards; the default where there is a terminal.")
@click.option("--port", type=click.IntRange(0, 65535), default=6667, show_default=True, help="For IRC clients.")
@click.option("--quick", is_flag=True, help="Play the week in a few seconds.")
def demo(*, keep: bool | None, port: int, quick: bool) -> None:
    """Play the week of the 2019 BoF: a real bot on a real IRC connection, everything else embedded, nothing leaves."""
    from cloudbot.demo.show import Show  # noqa: PLC0415 - `cloudbot run` starts without the embedded world

    stay = sys.stdout.isatty() if keep is None else keep
    sys.exit(asyncio.run(Show(irc_port=port, stay=stay, seconds=10.0 if quick else 20.0).run()))


@click.command()
@config_option
@click.argument("line")
@click.option("--look", is_flag=True, help="Look at GitLab now instead of reading what the bot has seen.")
def ask(directory: Path, line: str, *, look: bool) -> None:
    """Ask what one would ask on IRC: cloudbot ask '!status'."""
    log_to_stderr("error")
    lines, understood = offline_of(directory, look=look).ask(line)
    for answer in lines:
        click.echo(answer)
    sys.exit(0 if understood else FINDINGS)


def offline_of(directory: Path, *, look: bool = False) -> Offline:
    """Return what the bot of a configuration knows: from its state or, to look, from the servers now; or end."""
    installation = installation_of(directory)
    settings, has_records = installation.feature_settings, installation.records is not None
    offline = Offline(installation.make_team(), settings, app.wall_clock, with_records=has_records)
    path = installation.state.directory / app.STATE_FILE
    try:
        if look:
            asyncio.run(_look(installation, directory, offline))
        elif path.exists():
            store = Journal.peek(path)
            offline.load(store.documents())
            store.close()
        else:
            end(AWAY, f"there is no state in {path.parent} yet; add --look to ask GitLab now")
        if installation.records is not None:
            secrets = Secrets(directory / "secrets")
            known = app.known_records(installation.records, path.parent, secrets, look=look)
            offline.records = asyncio.run(known)
    except (SourceAway, MissingSecret) as error:
        end(AWAY, str(error))
    except sqlite3.Error as error:
        end(AWAY, f"the state in {path.parent} cannot be used: {error}")
    return offline


async def _look(installation: Installation, directory: Path, offline: Offline) -> None:
    for chosen in installation.gitlab.values():
        forge = app.make_forge(chosen.model_copy(update={"pause": 0.2}), Secrets(directory / "secrets"))
        click.echo(f"looking at {forge.name}...", err=True)
        try:
            for fact in await forge.look(app.wall_clock()):
                offline.feed(fact)
        finally:
            await forge.close()


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Exit 1 unless the bot says just what the file says it says.")
def simulate(file: Path, *, check: bool) -> None:
    """Play a transcript: `<alice> !status` in, the bot's lines out. See docs/transcripts.md for the directives."""
    from cloudbot.demo.simulation import BadTranscript, Simulation  # noqa: PLC0415 - as above

    log_to_stderr("error")
    try:
        said = asyncio.run(Simulation().play(file.read_text(encoding="utf-8")))
    except (BadTranscript, UnicodeDecodeError) as error:
        end(FINDINGS, f"{file}: {error}")
    click.echo(said.text, nl=False)
    if check and not said.as_written:
        end(FINDINGS, f"{file}: the bot says something else than is written")


@click.command("irc-server")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=6667, show_default=True)
def irc_server(host: str, port: int) -> None:
    """Run the embedded IRC server, to play against."""
    try:
        asyncio.run(_serve_irc(host, port))
    except OSError as error:
        end(AWAY, f"cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}; try --port 0")


async def _serve_irc(host: str, port: int) -> None:
    from cloudbot.demo.ircd import Ircd  # noqa: PLC0415 - as above

    server = Ircd()
    port = await server.start(host, port)
    click.echo(f"IRC on {host} port {port}; Ctrl-C ends it")
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    finally:
        await server.stop()
