"""What a number depends on: processor, memory, system, versions. No names and no paths."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.bots import PEERS
from cloudbot import __version__
from tests.irc_servers.programs import unprivileged

VERSIONS = """\
from importlib.metadata import version
for name in ("limnoria", "sopel", "errbot"):
    print(name, version(name))
"""


def described() -> dict[str, str]:
    """Describe this machine and what was measured on it."""
    return {
        "processor": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{_gibibytes():.0f} GiB",
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "Python": platform.python_version(),
        "server": _server(),
        "cloudbot": f"{__version__}, irc {version('irc')}",
        "peers": _peers() or "none installed",
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _gibibytes() -> float:
    found = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(found[1]) / 2**20 if found else 0.0


def _server() -> str:
    program = shutil.which("ircd-hybrid", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise SystemExit("ircd-hybrid is missing; on Debian: apt-get install ircd-hybrid")
    said = subprocess.run([*unprivileged(), program, "-version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"hybrid-(\S+)", said)
    return f"ircd-hybrid {found[1].rstrip('()')}" if found else "ircd-hybrid"


def _peers() -> str:
    python = PEERS / "bin/python"
    if not python.exists():
        return ""
    answer = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True)
    return ", ".join(answer.stdout.splitlines())
