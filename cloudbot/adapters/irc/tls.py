"""TLS: whom to trust, our own certificate, and what the operator has to know about both.

Verified by default and never below TLS 1.2. With pins, the server's certificate must match one of them and no
authority is asked. It opens no connection.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import ssl
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WARN_BEFORE = timedelta(days=30)
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class TlsTrouble(Exception):  # noqa: N818 - named as the operator will call it
    """A certificate cannot be used or believed; the text says which and why."""


def context(*, ca_file: Path | None, certificate: Path | None, pinned: bool) -> ssl.SSLContext:
    """Make the context for one network, or raise `TlsTrouble` where a file cannot be read."""
    try:
        made = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise TlsTrouble(f"{ca_file}: not a readable file of certificates ({error})") from error
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if pinned:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        try:
            made.load_cert_chain(certificate)
        except (OSError, ssl.SSLError) as error:
            raise TlsTrouble(f"{certificate}: no readable certificate with its key ({error})") from error
    return made


def check_pins(der: bytes | None, pins: Iterable[str]) -> None:
    """Raise `TlsTrouble` unless the server's certificate has one of the pinned fingerprints."""
    shown = []
    for pin in pins:
        algorithm, _, digest = pin.partition(":")
        actual = hashlib.new(algorithm, der or b"").hexdigest()
        if der and hmac.compare_digest(actual, digest.lower()):
            return
        shown.append(f"{algorithm}:{actual}")
    if shown:
        raise TlsTrouble(f"the server's certificate matches no pin; it is {shown[0]}")


def fingerprints(certificate: Path) -> dict[str, str]:
    """Return SHA-1, SHA-256 and SHA-512 of our certificate for `CERT ADD`; OFTC wants the SHA-1."""
    der = _der(certificate)
    return {name: hashlib.new(name, der, usedforsecurity=False).hexdigest() for name in ("sha1", "sha256", "sha512")}


def ending(certificate: Path, at: datetime) -> str:
    """Return a warning if our certificate ends within thirty days or has ended, else the empty string."""
    end = ends(certificate)
    if end <= at:
        return f"{certificate.name} ended on {end:%Y-%m-%d}: the services do not recognise the bot by it"
    if end - at <= WARN_BEFORE:
        return f"{certificate.name} ends in {(end - at).days} days, on {end:%Y-%m-%d}"
    return ""


def ends(certificate: Path) -> datetime:
    """Return when our certificate ends (RFC 5280 section 4.1.2.5), which the standard library tells of no own one."""
    from cryptography import x509  # noqa: PLC0415 - megabytes that only an own certificate is worth

    try:
        return x509.load_der_x509_certificate(_der(certificate)).not_valid_after_utc
    except ValueError as error:
        raise TlsTrouble(f"{certificate}: not a certificate") from error


def _der(certificate: Path) -> bytes:
    try:
        match = _PEM.search(certificate.read_text(encoding="ascii", errors="replace"))
        if match is None:
            raise TlsTrouble(f"{certificate}: no certificate in it")
        return ssl.PEM_cert_to_DER_cert(match[0])
    except (OSError, ValueError) as error:
        raise TlsTrouble(f"{certificate}: {error}") from error
