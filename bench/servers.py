"""ircd-hybrid for measurements: on loopback, on free ports, in a directory of its own, never as root.

The start script is the tests' own; `FLOOD=open` lifts the server's limits, `FLOOD=default` keeps the distribution's,
which are near a public network's.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).parent.parent / "tests" / "irc_servers" / "hybrid" / "start.sh"
_START = 20.0
_STOP = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server and the command that starts it again on the same port."""

    port: int
    command: str


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged() -> list[str]:
    """Return the words that make a command nobody's, where we are root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@contextlib.contextmanager
def directory(name: str) -> Iterator[Path]:
    """Give a directory that the unprivileged user may write, for as long as the block lasts."""
    made = Path(tempfile.mkdtemp(prefix=f"cloudbot-bench-{name}-"))
    if os.geteuid() == 0:
        shutil.chown(made, "nobody", "nogroup")
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def hybrid(run: Path, *, flood: str = "open") -> Server:
    """Describe a server in a directory; nothing runs yet."""
    ports = [str(free_port()) for _ in range(3)]
    words = ["env", f"FLOOD={flood}", "THROTTLE=100", *unprivileged(), str(SCRIPT), str(run), *ports]
    return Server(int(ports[0]), shlex.join(words))


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run a server until the end of the block."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(shlex.split(server.command), stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        wait_for_port(server.port, process)
        yield server
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one program that we started."""
    process.terminate()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens."""
    end = time.monotonic() + _START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with status {process.returncode} instead of listening")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise SystemExit(f"nothing listens on {port} after {_START:.0f} s")
