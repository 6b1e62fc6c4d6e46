"""A state of the records in git, and the commits since: read by plumbing, from the repository one stands in.

Nothing is checked out and nothing is written. Paths are those below the directory, which may be a part of a repository.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from cloudbot.adapters.records.plumbing import contents
from cloudbot.adapters.records.tree import enough
from cloudbot.core.records.changing.messages import Commit
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from pathlib import Path

_PLAIN = ("100644", "100755")
_LINK = "120000"
_LONGEST = 120
"""Seconds one command may take; all of it is on this machine."""


class NoRevisionError(Exception):
    """Why git cannot say what was there, in one line for people."""


def branched(directory: Path, base: str) -> tuple[str, str]:
    """Return the commit that a revision names, and the one from which what is checked out here began to differ.

    Raises `NoRevisionError`.
    """
    commit = _line(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    return commit, _line(directory, "merge-base", commit, "HEAD")


def read_revision(directory: Path, commit: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files of a commit by their path below the directory, and why others were not read, as `read_tree`."""
    unread: dict[str, str] = {}
    blobs: list[tuple[str, str]] = []
    for row in _git(directory, "ls-tree", "-r", "-z", commit, "--", ".").split(b"\0")[:-1]:
        meta, _, name = row.partition(b"\t")
        mode, _, blob = meta.decode().split()
        path = os.fsdecode(name)
        if mode in _PLAIN:
            blobs.append((path, blob))
        else:
            unread[path] = "is a symbolic link" if mode == _LINK else "is no plain file"
    given = "".join(f"{blob}\n" for _, blob in blobs).encode()
    said = _git(directory, "cat-file", "--batch", given=given)
    pairs = zip((path for path, _ in blobs), contents(said), strict=True)
    return {path: content[: enough(path)] for path, content in pairs}, unread


def commits_since(directory: Path, base: str) -> tuple[Commit, ...]:
    """Return the commits that HEAD has and a commit has not, newest first."""
    said = _git(directory, "log", "-z", "--encoding=UTF-8", "--format=%H%n%ae%n%ce%n%B", f"{base}..HEAD")
    found = []
    for one in said.decode("utf-8", "replace").split("\0"):
        if one:
            name, author, committer, message = one.split("\n", 3)
            found.append(Commit(id=name, author=author, committer=committer, message=message))
    return tuple(found)


def history(directory: Path, path: str, most: int) -> list[str]:
    """Return a line for each commit that touched a file, newest first, over renames too. Raises `NoRevisionError`."""
    form = "--format=%cs %h %an: %s%x09%(trailers:key=Via,valueonly,separator=%x20)"
    said = _git(directory, "log", f"-{most}", "--follow", form, "--", path).decode("utf-8", "replace")
    rows = (line.partition("\t") for line in said.splitlines())
    return [clean(f"{row} [{via.strip()}]" if via.strip() else row) for row, _, via in rows]


def tracked(directory: Path) -> frozenset[str]:
    """Return the paths below a directory that git knows or is about to: what else lies there is no part of a change."""
    return frozenset(os.fsdecode(path) for path in _git(directory, "ls-files", "-z", "--", ".").split(b"\0")[:-1])


def _line(directory: Path, *words: str) -> str:
    return _git(directory, *words).decode().strip()


def _git(directory: Path, *words: str, given: bytes = b"") -> bytes:
    """Run git in a directory, without what a hook or a shell around us has set."""
    kept = {name: one for name, one in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - git, with words of our own
            ["git", "-C", str(directory), *words],  # noqa: S607 - git is found where the operator has it
            env=kept | {"LC_ALL": "C"},
            capture_output=True,
            check=False,
            input=given,
            timeout=_LONGEST,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoRevisionError(f"git {words[0]} cannot be run: {clean(str(error))[:100]}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NoRevisionError(clean(f"git {words[0]}: {said[-1] if said else 'nothing is known of it here'}")[:200])
    return done.stdout
