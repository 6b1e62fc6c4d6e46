"""The folder the web is read from: each file is there whole or not at all, and never anywhere but in the folder.

A path is decided by features from outside text in the end, so it is judged here once more: plain parts only, and no
part of the way may be a symbolic link. Writing the same again does no harm.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path, PurePosixPath

from cloudbot.core.ports import Outcome, Permanent, Sent, Transient

LONGEST_PART = 200
"""Bytes of a name: file systems take 255, and a file is written under a longer name first."""


class NoPlace(ValueError):  # noqa: N818 - what is wrong with a path
    """A path that is none below the folder."""


def parts_of(path: str) -> tuple[str, ...]:
    """Split a relative path. Raises `NoPlace` for one that is absolute, or has an empty, hidden or endless part."""
    parts = tuple(path.split("/"))
    for part in parts:
        if not part or part[0] == "." or "\\" in part or not part.isprintable() or len(part.encode()) > LONGEST_PART:
            raise NoPlace(f"{path[:100]!r} is no path of a file of the site")
    return parts


class Site:
    """One folder; made when the first file is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, text: str) -> Outcome:
        """Put a file in its place; what the disk refuses is tried again, a path that is none is not."""
        try:
            target = self._place(path)
            self._replace(target, text.encode())
        except NoPlace as wrong:
            return Permanent(str(wrong))
        except OSError as error:
            return Transient(f"{path} cannot be written below {self.folder}: {error.strerror}")
        return Sent()

    def _place(self, path: str) -> Path:
        """Return where a file belongs, its folders made; `NoPlace` if a link stands in the way."""
        *folders, name = parts_of(path)
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        here = self.folder
        for part in folders:
            here /= part
            with suppress(FileExistsError):
                here.mkdir(mode=0o755)
            if here.is_symlink() or not here.is_dir():
                raise NoPlace(f"{PurePosixPath(path).parent} holds something that is no folder")
        target = here / name
        if target.is_symlink() or target.is_dir():
            raise NoPlace(f"{path} is no plain file")
        return target

    @staticmethod
    def _replace(target: Path, body: bytes) -> None:
        scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with open(scratch, "xb", opener=_readable) as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(target)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise


def _readable(path: str, flags: int) -> int:
    """Open a file that everybody may read, whatever the umask of the process is."""
    opened = os.open(path, flags | os.O_NOFOLLOW, 0o644)
    os.fchmod(opened, 0o644)
    return opened
