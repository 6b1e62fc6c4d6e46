"""Secrets by name. A configuration file holds the name of a credential and never the credential."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path


class MissingSecret(Exception):  # noqa: N818 - told to the operator as it is
    """A credential that is named and cannot be read."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Reads credentials by name: from systemd's directory (systemd.exec(5), LoadCredential=), else from 0600 files."""

    fallback: Path
    "the directory `secrets` beside the configuration"

    def __call__(self, name: str) -> str:
        """Return a secret without its newline. Raises `MissingSecret`, never with the secret in it."""
        path = self.path(name)
        try:
            return path.read_text(encoding="utf-8").strip("\r\n")
        except OSError as error:
            raise MissingSecret(f"the credential {name} cannot be read: {error.strerror}") from None

    def path(self, name: str) -> Path:
        """Return the file of a secret, for programs that read it themselves. Raises `MissingSecret`."""
        given = os.environ.get("CREDENTIALS_DIRECTORY")
        if given and (Path(given) / name).is_file():
            return Path(given) / name
        path = self.fallback / name
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            raise MissingSecret(f"there is no credential {name}; put it in {path}, mode 0600") from None
        if mode & 0o077:
            raise MissingSecret(f"{path} can be read by others (mode {mode:04o}); chmod 600 {path}")
        return path
