"""The two bots that take hooks: cloudbot, and kgb-bot as Debian packages it, each with a configuration and a URL."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.bots import CHANNEL, hand_over
from tests.irc_servers.programs import unprivileged

NICK = {"cloudbot": "cloudbot", "kgb-bot": "kgb"}
SECRET = "bench-secret"  # noqa: S105 - of a bot that lives for a minute on loopback
SIGNING = "whsec_YmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ggISE="

CLOUDBOT = """\
[state]
directory = "{home}/state"
[team]
name = "Bench"
channels = ["bench/{channel}"]
[irc.bench]
server = "127.0.0.1"
port = {irc}
tls = false
channels = [{{ name = "{channel}" }}]
min_delay = 0.2
[gitlab.salsa]
url = "http://127.0.0.1:{salsa}"
groups = ["cloud-team"]
pause = 0
every = 3600
[gitlab.salsa.hooks]
token_credentials = ["hook"]
signing_credentials = ["signing"]
instances = ["salsa.debian.org"]
[web]
port = {door}
[features.voice]
listen_first = false
lines_a_day = 100
"""
KGB = """\
---
soap:
  server_addr: 127.0.0.1
  server_port: {door}
  service_name: KGB
queue_limit: 150
log_file: "{home}/kgb.log"
repositories: {{}}
networks:
  bench:
    nick: kgb
    ircname: KGB bot
    username: kgb
    server: 127.0.0.1
    port: {irc}
    use_ssl: 0
    flood: {flood}
channels:
  - name: '{channel}'
    network: bench
    broadcast: no
webhook:
  enabled: 1
  allowed_networks:
    - 127.0.0.1
pid_dir: {home}
min_protocol_ver: 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where everything listens."""

    irc: int
    salsa: int
    door: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HookBot:
    """One bot: how it is started, and where it takes hooks."""

    name: str
    command: tuple[str, ...]
    url: str
    home: Path

    @property
    def nick(self) -> str:
        return NICK[self.name]

    def kept(self) -> set[int]:
        """Return the numbers of the pipelines in cloudbot's journal, while it is not running."""
        connection = sqlite3.connect(f"file:{self.home}/state/state.db?mode=ro", uri=True)
        try:
            rows = connection.execute("SELECT body FROM fact WHERE kind = 'PipelineReported'").fetchall()
        finally:
            connection.close()
        return {int(json.loads(body)["pipeline"]["id"]) for (body,) in rows}


def cloudbot(home: Path, ports: Ports) -> HookBot:
    config = home / "config"
    (config / "secrets").mkdir(parents=True)
    text = CLOUDBOT.format(home=home, channel=CHANNEL, irc=ports.irc, salsa=ports.salsa, door=ports.door)
    (config / "cloudbot.toml").write_text(text, encoding="utf-8")
    for name, secret in (("hook", SECRET), ("signing", SIGNING)):
        path = config / "secrets" / name
        path.write_text(secret, encoding="utf-8")
        path.chmod(0o600)
    hand_over(home)
    words = (*unprivileged(), sys.executable, "-m", "cloudbot", "run", "--config", str(config))
    return HookBot(
        name="cloudbot",
        command=("env", f"HOME={home}", *words),
        url=f"http://127.0.0.1:{ports.door}/hooks/gitlab/salsa",
        home=home,
    )


def kgb(home: Path, ports: Ports, *, flood: bool = True) -> HookBot:
    """Make kgb-bot; `flood` says whether its own flood control is on, as it is by default."""
    config = home / "kgb.conf"
    config.write_text(
        KGB.format(home=home, channel=CHANNEL, irc=ports.irc, door=ports.door, flood=0 if flood else 1),
        encoding="utf-8",
    )
    config.chmod(0o600)
    hand_over(home)
    query = f"channel={CHANNEL.removeprefix('#')}&network=bench&private=1"
    return HookBot(
        name="kgb-bot",
        command=("env", f"HOME={home}", *unprivileged(), "kgb-bot", "--foreground", "--config", str(config)),
        url=f"http://127.0.0.1:{ports.door}/webhook/?{query}",
        home=home,
    )


def kgb_is_installed() -> bool:
    return shutil.which("kgb-bot") is not None


def payload() -> dict[str, Any]:
    """Return a pipeline hook of four jobs, as GitLab builds it."""
    jobs = [
        {
            "id": 900 + number,
            "stage": "build",
            "name": name,
            "status": "success",
            "created_at": "2026-11-20 11:00:00 UTC",
            "started_at": "2026-11-20 11:01:00 UTC",
            "finished_at": "2026-11-20 11:09:00 UTC",
            "allow_failure": False,
            "failure_reason": None,
            "runner": {"id": 2, "description": "runner one"},
        }
        for number, name in enumerate(("lint", "unit", "build", "deploy"))
    ]
    attributes = {
        "id": 1,
        "iid": 1,
        "ref": "main",
        "tag": False,
        "source": "push",
        "status": "success",
        "detailed_status": "passed",
        "stages": ["build"],
        "created_at": "2026-11-20 11:00:00 UTC",
        "finished_at": "2026-11-20 11:09:00 UTC",
        "duration": 540,
        "variables": [],
    }
    return {
        "object_kind": "pipeline",
        "object_attributes": attributes,
        "merge_request": None,
        "user": {"id": 3, "name": "Anna", "username": "anna"},
        "project": {"visibility_level": 20, "default_branch": "main", "name": "x", "path_with_namespace": "x/x"},
        "builds": jobs,
    }
