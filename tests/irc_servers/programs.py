"""Programs that tests and measurements start: on loopback, as nobody where we are root, stopped by their own pid."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
START_SECONDS = 20.0
STOP_SECONDS = 5.0


class NotListening(Exception):  # noqa: N818 - what it is
    """A program that was started does not listen."""


def unprivileged() -> list[str]:
    """Return the words that make a command nobody's, where we are root: InspIRCd and ircd-hybrid refuse to be."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@contextlib.contextmanager
def directory(name: str) -> Iterator[Path]:
    """Give a directory that the unprivileged user may write, for as long as the block lasts."""
    made = Path(tempfile.mkdtemp(prefix=f"cloudbot-{name}-"))
    if os.geteuid() == 0:
        shutil.chown(made, "nobody", "nogroup")
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one program that we started."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens, or raise `NotListening`."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NotListening(f"{process.args!r} ended with status {process.returncode} instead of listening")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise NotListening(f"nothing listens on {port} after {START_SECONDS:.0f} s")
