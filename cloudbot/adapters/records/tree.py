"""A folder of records on disk: read as bytes by path, or made new. Links are named and not followed."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ENOUGH = 100_001
"""Bytes read of a file: more than a record may have, so that the check says it is too large."""


def read_tree(directory: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files below a directory by their path in it, and why others were not read. Raises `OSError`."""
    files: dict[str, bytes] = {}
    unread: dict[str, str] = {}
    for path, place, mode in _walk(str(directory), ""):
        if stat.S_ISREG(mode):
            try:
                with open(place, "rb", buffering=0) as file:  # noqa: PTH123 - ten thousand of them a second
                    files[path] = file.read(ENOUGH)
            except OSError as error:
                unread[path] = f"cannot be read: {error.strerror}"
        else:
            unread[path] = "is a symbolic link" if stat.S_ISLNK(mode) else "is no plain file"
    return files, unread


def _walk(directory: str, before: str) -> Iterator[tuple[str, str, int]]:
    """Yield path in the tree, path on disk and mode of everything but folders; not git's own."""
    with os.scandir(directory) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            path = before + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    yield from _walk(entry.path, path + "/")
            else:
                yield path, entry.path, entry.stat(follow_symlinks=False).st_mode


def make_tree(directory: Path, files: Mapping[str, str]) -> None:
    """Write new files and make the directory a git repository, if it is in none. Raises `OSError`.

    Nothing is committed: who commits is a person, with a name of their own.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        place = directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    inside = ["git", "-C", str(directory), "rev-parse", "--is-inside-work-tree"]
    if subprocess.run(inside, check=False, capture_output=True, timeout=60).returncode != 0:  # noqa: S603
        new = ["git", "init", "--quiet", "--initial-branch=main", str(directory)]
        subprocess.run(new, check=True, capture_output=True, timeout=60)  # noqa: S603
