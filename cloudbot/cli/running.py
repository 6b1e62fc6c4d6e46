"""`cloudbot run` and `cloudbot check-config`: the bot itself, and whether it would start."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from typing import TYPE_CHECKING

import click

from cloudbot import app
from cloudbot.adapters.gitlab.hooks import making
from cloudbot.adapters.irc import tls
from cloudbot.cli.common import AWAY, BAD_CONFIGURATION, FINDINGS, clock_of, config_option, end, installation_of
from cloudbot.cli.logs import log_to_stderr
from cloudbot.config import MissingSecret, Secrets
from cloudbot.core.ports import SourceAway
from cloudbot.store.lock import StateInUse
from cloudbot.store.migrations import NewerState

if TYPE_CHECKING:
    from pathlib import Path

    from cloudbot.config import Installation


@click.command()
@config_option
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info")
@click.option("--replay", "replay", hidden=True, help="Live in a recorded time: for the demo.")
def run(directory: Path, log_level: str, replay: str | None) -> None:
    """Run the bot until SIGTERM. SIGHUP reads configuration and templates again without leaving a channel."""
    log_to_stderr(log_level)
    setting = app.Setting(directory, installation_of(directory))
    try:
        asyncio.run(app.serve(setting, Secrets(directory / "secrets"), clock=clock_of(replay)))
    except (StateInUse, NewerState) as error:
        end(AWAY, str(error))
    except MissingSecret as error:
        end(BAD_CONFIGURATION, str(error))
    except sqlite3.Error as error:
        end(AWAY, f"the state in {setting.installation.state.directory} cannot be used: {error}")
    except OSError as error:
        end(AWAY, f"cannot start: {error}")


@click.command("check-config")
@config_option
@click.option("--online", is_flag=True, help="Also ask the servers: GitLab, its token and groups.")
def check_config(directory: Path, *, online: bool) -> None:
    """Say everything that is wrong with the configuration, where, and what to write instead."""
    installation = installation_of(directory)
    secrets = Secrets(directory / "secrets")
    findings = _unreadable_secrets(installation, secrets) + _unusable_certificates(installation)
    findings += _unusable_site(installation)
    for finding in findings:
        click.echo(finding)
    if online and not findings:
        findings = asyncio.run(_probe(installation, secrets))
    if findings:
        sys.exit(FINDINGS)
    for line in _certificates(installation):
        click.echo(line)
    networks, servers = len(installation.irc), len(installation.gitlab)
    click.echo(f"{directory} is fine: {networks} IRC network(s), {servers} GitLab server(s)")


def _unreadable_secrets(installation: Installation, secrets: Secrets) -> list[str]:
    names = [one.token_credential for one in installation.gitlab.values() if one.token_credential]
    for network in installation.irc.values():
        names += [one for one in (network.password_credential, network.server_password_credential) if one]
    if installation.mail is not None and installation.mail.password_credential:
        names.append(installation.mail.password_credential)
    if installation.records is not None:
        keys = installation.records
        names += [one for one in (keys.ssh_credential, keys.https_credential, keys.signing_credential) if one]
    findings = _useless_keys(installation, secrets)
    for name in names:
        try:
            secrets(name)
        except MissingSecret as error:
            findings.append(str(error))
    return findings


def _useless_keys(installation: Installation, secrets: Secrets) -> list[str]:
    """Find secrets of hooks that cannot be read, or that prove nothing."""
    findings = []
    for name, forge in installation.gitlab.items():
        if forge.hooks is not None:
            try:
                making.senders(forge.hooks, secrets)
            except (MissingSecret, making.BadKey) as error:
                findings.append(f"gitlab.{name}.hooks: {error}")
    return findings


def _unusable_certificates(installation: Installation) -> list[str]:
    """Find client certificates that cannot be read, and those that end soon."""
    findings = []
    for name, network in installation.irc.items():
        if network.certificate is None:
            continue
        try:
            ending = tls.ending(network.certificate, app.wall_clock())
        except (OSError, tls.TlsTrouble, ValueError) as error:
            findings.append(f"irc.{name}.certificate cannot be used: {error}")
        else:
            findings += [f"irc.{name}.certificate: {ending}"] if ending else []
    return findings


def _unusable_site(installation: Installation) -> list[str]:
    """Find out whether minutes can be published; the folder is made at the first ones, if it is not there."""
    folder = installation.site_folder
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not there.is_dir():
        return [f"web.site: {there} is no folder; minutes are published below {folder}"]
    if installation.web.site is not None and not os.access(there, os.W_OK | os.X_OK):
        return [f"web.site: this user cannot write to {there}; minutes are published below {folder}"]
    return []


def _certificates(installation: Installation) -> list[str]:
    """Say what to tell the services, so that they know the bot by its certificate (CertFP)."""
    lines = []
    for name, network in installation.irc.items():
        if network.certificate is not None:
            prints = tls.fingerprints(network.certificate)
            lines.append(f"{name}: /msg {network.services} CERT ADD {prints['sha1']}   (SHA-1, as OFTC wants it)")
            lines += [f"{name}: elsewhere {kind.upper()} {prints[kind]}" for kind in ("sha256", "sha512")]
    return lines


async def _probe(installation: Installation, secrets: Secrets) -> list[str]:
    findings = []
    for name, chosen in installation.gitlab.items():
        forge = app.make_forge(chosen, secrets)
        try:
            probe = await forge.probe(app.wall_clock())
        except SourceAway as away:
            findings.append(f"{name}: {away.detail} ({away.reason})")
            click.echo(findings[-1])
        else:
            for line in probe.lines():
                click.echo(f"{name}: {line}")
        finally:
            await forge.close()
    if installation.records is not None:
        lines, trouble = await app.try_records(installation.records, secrets)
        findings += trouble
        for line in (*lines, *trouble):
            click.echo(line)
    return findings
