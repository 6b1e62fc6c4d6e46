"""The folder the web is read from: each file is there whole or not at all, and nothing outside of it is ever touched.

Paths come from outside text in the end, and from who asks by HTTP, so each is judged here once more: plain parts only,
and no part of the way is followed where it is a symbolic link. The folder itself may be one, that is the operator's.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.core.ports import Outcome, Permanent, Sent, Transient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_PART = 200
"""Bytes of a name: file systems take 255, and a file is first written under a longer name."""
INDEX = "index.html"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class NoPlace(ValueError):  # noqa: N818 - what is wrong with a path
    """A path that is none below the folder."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is now."""

    body: bytes
    changed: datetime


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
            *folders, name = parts_of(path)
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            with self._inside(folders, make=True) as inside:
                _replace(inside, name, text.encode())
        except NoPlace as wrong:
            return Permanent(str(wrong))
        except (NotADirectoryError, IsADirectoryError):
            return Permanent(f"{path} is in the way of something that is no folder or no file")
        except OSError as error:
            return Transient(f"{path} cannot be written below {self.folder}: {error.strerror}")
        return Sent()

    def read(self, path: str) -> File | None:
        """Return a file, of a path that ends in a slash its index; None for everything that is none of ours."""
        try:
            *folders, name = parts_of(path + INDEX if path.endswith("/") else path)
            with self._inside(folders, make=False) as inside:
                return _read(inside, name)
        except (NoPlace, OSError, UnicodeError):
            return None

    @contextmanager
    def _inside(self, folders: list[str], *, make: bool) -> Iterator[int]:
        """Open a folder by walking to it; each step is taken from the one before and follows no link."""
        here = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in folders:
                if make:
                    _make(here, part)
                inner = os.open(part, _FOLDER, dir_fd=here)
                os.close(here)
                here = inner
            yield here
        finally:
            os.close(here)


def _make(where: int, name: str) -> None:
    try:
        os.mkdir(name, dir_fd=where)
    except FileExistsError:
        return
    os.chmod(name, 0o755, dir_fd=where)  # noqa: S103 - published, whatever the umask of the process is


def _replace(where: int, name: str, body: bytes) -> None:
    """Write beside and rename; one lane writes, so what a crash left beside is simply written over."""
    beside = f".{name}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(beside, flags, 0o644, dir_fd=where), "wb") as file:
        file.write(body)
        file.flush()
        os.fchmod(file.fileno(), 0o644)
        os.fsync(file.fileno())
    os.replace(beside, name, src_dir_fd=where, dst_dir_fd=where)
    os.fsync(where)


def _read(where: int, name: str) -> File | None:
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=where), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            return None
        return File(file.read(), datetime.fromtimestamp(int(found.st_mtime), UTC))
