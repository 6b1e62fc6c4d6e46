"""A folder of records on disk: read as bytes by path, or made new. Links are named and not followed."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

from cloudbot.core.records.loading import largest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def enough(path: str) -> int:
    """Return how many bytes are read of a file: more than it may have, so that the check says it is too large."""
    return largest(path) + 1


def read_tree(directory: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files below a directory by their path in it, and why others were not read. Raises `OSError`."""
    files: dict[str, bytes] = {}
    unread: dict[str, str] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = _entries(directory / folder)
        except OSError as error:
            if not folder:
                raise
            unread[folder.rstrip("/")] = f"cannot be read: {error.strerror}"
            continue
        for name, mode in entries:
            path = folder + name
            if stat.S_ISDIR(mode):
                folders.append(f"{path}/")
            elif not stat.S_ISREG(mode):
                unread[path] = "is a symbolic link" if stat.S_ISLNK(mode) else "is no plain file"
            else:
                _read(f"{directory}/{path}", path, files, unread)
    return files, unread


def _entries(folder: Path) -> list[tuple[str, int]]:
    """Return name and mode of what is in a folder, without what git keeps for itself."""
    with os.scandir(folder) as entries:
        return [(one.name, one.stat(follow_symlinks=False).st_mode) for one in entries if one.name != ".git"]


def _read(place: str, path: str, files: dict[str, bytes], unread: dict[str, str]) -> None:
    try:
        with open(place, "rb", buffering=0) as file:  # noqa: PTH123 - ten thousand of them a second
            files[path] = file.read(enough(path))
    except OSError as error:
        unread[path] = f"cannot be read: {error.strerror}"


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
