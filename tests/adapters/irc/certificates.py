"""Certificates for tests, made by openssl: for any name, valid at any time."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG = """
[ca]
default_ca = own
[own]
dir = {directory}
new_certs_dir = {directory}
database = {directory}/index.txt
serial = {directory}/serial
default_md = sha256
policy = anything
x509_extensions = server
[anything]
commonName = supplied
[server]
subjectAltName = {names}
basicConstraints = critical,CA:TRUE
"""


def certificate(
    directory: Path,
    name: str,
    *,
    names: str = "IP:127.0.0.1",
    begins: str = "20260101000000Z",
    ends: str = "20560101000000Z",
) -> Path:
    """Make a certificate that signs itself and return one file with it and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: apt-get install openssl")
    work = directory / name
    work.mkdir()
    (work / "index.txt").touch()
    (work / "serial").write_text("01")
    (work / "ca.cnf").write_text(_CONFIG.format(directory=work, names=names))
    _openssl(
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        f"/CN={name}",
        "-keyout",
        work / "key",
        "-out",
        work / "csr",
    )
    _openssl(
        "ca",
        "-config",
        work / "ca.cnf",
        "-batch",
        "-selfsign",
        "-notext",
        "-in",
        work / "csr",
        "-keyfile",
        work / "key",
        "-out",
        work / "crt",
        "-startdate",
        begins,
        "-enddate",
        ends,
    )
    pem = directory / f"{name}.pem"
    pem.write_text((work / "crt").read_text() + (work / "key").read_text())
    return pem


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def server_context(pem: Path) -> ssl.SSLContext:
    """Return a server's context with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
