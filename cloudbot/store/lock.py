"""One process per state directory: the lock that makes `one writer` true.

The kernel holds the lock (flock(2)), so it ends with the process however it ends; the pid inside is for people.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StateInUse(Exception):  # noqa: N818 - a state of affairs, told to the operator
    """Another process has this state; `pid` is that process, or 0 where it could not be read."""

    def __init__(self, directory: Path, pid: int) -> None:
        super().__init__(f"{directory} is in use by the cloudbot with pid {pid}; stop that one first")
        self.pid = pid


@contextmanager
def only_process(directory: Path) -> Iterator[None]:
    """Hold the state directory for as long as the context lasts, or raise `StateInUse`."""
    path = directory / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = os.read(descriptor, 20)
            raise StateInUse(directory, int(written) if written.isdigit() else 0) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
