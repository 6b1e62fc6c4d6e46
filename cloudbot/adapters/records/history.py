"""How many commits each author made to some paths of a local clone, by `git log`: counts, and no name leaves here."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

TIME = 300
"""Seconds for a history; one of a million commits takes about a minute."""


class NoHistory(Exception):  # noqa: N818 - what it is, not that it is an error
    """The folder has no history that git can read; the text says why."""


def commits_by_author(repository: Path, paths: Sequence[str], since: date) -> tuple[int, ...]:
    """Count the commits to these paths since a day (UTC), merges left out, by author, the most first.

    Authors are told apart by name, after the clone's `.mailmap`. Paths mean themselves: `*` is a star.
    Raises `NoHistory`.
    """
    command = ["git", "-C", str(repository), "--literal-pathspecs", "log", "--no-merges", "--format=%aN"]
    command += [f"--since={since}T00:00:00Z", "--", *paths]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIME, check=True)  # noqa: S603 - git, after `--` paths
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NoHistory(said[0] if said else "git log failed") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoHistory(str(error)) from None
    authors = Counter(done.stdout.decode("utf-8", "replace").splitlines())
    return tuple(count for _, count in authors.most_common())
