"""Real IRC servers for tests: each in a directory and on ports of its own, on loopback, stopped by its own pid.

A program that is not installed skips the test and names the Debian package. As root the servers are run by nobody,
because InspIRCd and ircd-hybrid refuse to be root.

ngircd and ircd-hybrid cannot be installed side by side: unpack one with `dpkg -x` and name its programs' directory in
CLOUDBOT_TEST_PATH (for ngircd, with libident unpacked beside it), or the unpacked root of ircd-hybrid in HYBRID_ROOT.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudbot.demo.stage import free_port
from tests.irc_servers.programs import HERE, START_SECONDS, directory, stop, unprivileged, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    tls_port: int = 0
    run: Path = Path()
    services_host: str = ""

    @property
    def ca_file(self) -> Path:
        """The certificate it shows, which signs itself."""
        return self.run / f"{self.name}.test.pem"


def _path() -> str:
    return os.pathsep.join(
        filter(None, (os.environ.get("CLOUDBOT_TEST_PATH"), os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"))
    )


def need(program: str, package: str) -> None:
    """Skip the test unless a program is there."""
    root = os.environ.get("HYBRID_ROOT", "")
    if shutil.which(program, path=_path()) is None and not (root and Path(root, "usr/sbin", program).exists()):
        pytest.skip(f"{program} is not installed: apt-get install {package}")


@contextlib.contextmanager
def started(script: str, *arguments: object, knobs: Mapping[str, str] = {}) -> Iterator[subprocess.Popen[bytes]]:
    """Run a start script until the end of the block."""
    environment = dict(os.environ, PATH=_path(), **knobs)
    unpacked = [
        str(path.parent) for part in _path().split(os.pathsep) for path in Path(part, "../lib").glob("*/libident.so.0")
    ]
    if unpacked:
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(unpacked)
    process = subprocess.Popen(
        [*unprivileged(), str(HERE / script), *map(str, arguments)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        stop(process)


def wait_for_services(port: int) -> None:
    """Return when NickServ is there."""
    end = time.monotonic() + START_SECONDS
    with socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as link, link.makefile("rwb") as lines:
        lines.write(b"NICK waiting\r\nUSER waiting 0 * :waiting\r\n")
        lines.flush()
        for line in lines:
            words = line.split()
            if words[0] == b"PING":
                lines.write(b"PONG " + words[1] + b"\r\n")
            elif words[1] == b"303" and b"NickServ" in line:
                return
            elif words[1] in {b"376", b"422", b"303"} and time.monotonic() < end:
                time.sleep(0.05)
                lines.write(b"ISON NickServ\r\n")
            lines.flush()
    pytest.fail("the services did not link")


@contextlib.contextmanager
def run_ngircd(**knobs: str) -> Iterator[Server]:
    """Run ngIRCd: plain, no services."""
    need("ngircd", "ngircd")
    with directory("irc") as run:
        port = free_port()
        with started("ngircd/start.sh", run, port, knobs=knobs) as process:
            wait_for_port(port, process)
            yield Server("ngircd", port, run=run)


@contextlib.contextmanager
def run_hybrid(*, services: bool = False, **knobs: str) -> Iterator[Server]:
    """Run ircd-hybrid, whose family OFTC's server is of; with Anope on request."""
    need("ircd-hybrid", "ircd-hybrid")
    with contextlib.ExitStack() as stack:
        run = stack.enter_context(directory("irc"))
        port, tls_port, link_port = free_port(), free_port(), free_port()
        process = stack.enter_context(started("hybrid/start.sh", run, port, tls_port, link_port, knobs=knobs))
        wait_for_port(port, process)
        if services:
            _run_anope(stack, link_port, port, "hybrid")
        yield Server("hybrid", port, tls_port, run, "services.test" if services else "")


@contextlib.contextmanager
def run_inspircd(**knobs: str) -> Iterator[Server]:
    """Run InspIRCd with Anope: SASL and accounts."""
    need("inspircd", "inspircd")
    with contextlib.ExitStack() as stack:
        run = stack.enter_context(directory("irc"))
        port, tls_port, link_port = free_port(), free_port(), free_port()
        process = stack.enter_context(
            started("inspircd-anope/start-inspircd.sh", run, port, tls_port, link_port, knobs=knobs)
        )
        wait_for_port(port, process)
        _run_anope(stack, link_port, port, "inspircd3")
        yield Server("insp", port, tls_port, run, "services.test")


def _run_anope(stack: contextlib.ExitStack, link_port: int, port: int, protocol: str) -> None:
    need("anope", "anope")
    run = stack.enter_context(directory("irc"))
    stack.enter_context(started("inspircd-anope/start-anope.sh", run, link_port, knobs={"PROTOCOL": protocol}))
    wait_for_services(port)


@pytest.fixture(scope="session")
def ngircd() -> Iterator[Server]:
    """ngIRCd without flood limits."""
    with run_ngircd() as server:
        yield server


@pytest.fixture(scope="session")
def hybrid() -> Iterator[Server]:
    """ircd-hybrid with Anope and without flood limits."""
    with run_hybrid(services=True) as server:
        yield server


@pytest.fixture(scope="session")
def inspircd() -> Iterator[Server]:
    """InspIRCd with Anope."""
    with run_inspircd() as server:
        yield server
