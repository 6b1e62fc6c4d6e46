"""ircd-hybrid for measurements: on loopback, on free ports, in a directory of its own, never as root.

The start script is the tests' own; `FLOOD=open` lifts the server's limits, `FLOOD=default` keeps the distribution's,
which are near a public network's.
"""

from __future__ import annotations

import contextlib
import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.demo.stage import free_port
from tests.irc_servers.programs import HERE, stop, unprivileged, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = HERE / "hybrid" / "start.sh"


@dataclass(frozen=True, slots=True)
class Server:
    """A server and the command that starts it again on the same port."""

    port: int
    command: str


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
