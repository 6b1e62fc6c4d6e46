"""A bot without records carries none of what reads, judges or changes them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from cloudbot.demo.remote import make_remote, member
from tests.e2e.test_records import BOF

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[state]
directory = "{home}/state"

[team]
name = "Example Team"
channels = ["demo/#team"]

[irc.demo]
server = "127.0.0.1"
nick = "cloudbot"
channels = [{{ name = "#team" }}]
"""
ASSEMBLE = """\
import asyncio, json, sys
from pathlib import Path
from cloudbot.app.parts import assemble
from cloudbot.app.setting import Setting, wall_clock
from cloudbot.config import Secrets, load

async def main():
    home = Path(sys.argv[1])
    (home / "state").mkdir()
    parts = assemble(Setting(home, load(home)), Secrets(home / "secrets"), clock=wall_clock)
    print(json.dumps(sorted(name for name in sys.modules if "records" in name or "ledger" in name)))
    parts.writer.close()

asyncio.run(main())
"""
SMALL = [
    "cloudbot.adapters.records",
    "cloudbot.adapters.records.settings",
    "cloudbot.core.records",
    "cloudbot.core.records.operations",
]
"""What the configuration and the codec of the outbox need: no models, no rules, no git."""


def loaded(home: Path, more: str = "") -> list[str]:
    (home / "cloudbot.toml").write_text(CONFIG.format(home=home) + more, encoding="utf-8")
    words = [sys.executable, "-c", ASSEMBLE, str(home)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout)
    return names


def test_without_records_nothing_of_them_is_loaded_but_their_settings(tmp_path: Path) -> None:
    assert loaded(tmp_path) == SMALL


def test_with_records_all_of_it_is(tmp_path: Path) -> None:
    make_remote(tmp_path / "records.git", member("anna", "demo"), BOF)
    every = loaded(tmp_path, f'\n[records]\nremote = "{tmp_path}/records.git"\n')

    assert set(every) >= {
        *SMALL,
        "cloudbot.adapters.records.git",
        "cloudbot.core.records.checks",
        "cloudbot.core.records.kinds.people",
        "cloudbot.features.records",
        "cloudbot.runtime.ledger",
    }
