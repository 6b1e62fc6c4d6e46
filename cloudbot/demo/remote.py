"""The demo's records remote: a bare git repository with the file of one invented person."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PERSON = """\
schema = "cloudbot/person/1"
id = "{name}"
accounts = [{{ net = "{network}", account = "{name}" }}]
"""


def make_records(path: Path, *, name: str, network: str) -> str:
    """Make the repository and return its commit, by plumbing: there is no work tree."""
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", f"{name}@example.org"))
    }

    def git(*words: str, text: str = "") -> str:
        done = subprocess.run(  # noqa: S603 - git, with words of our own
            ["git", "--git-dir", str(path), *words],  # noqa: S607 - git is what `make` asked for
            input=text,
            env={**os.environ, **identity},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init", "--quiet", "--bare")
    blob = git("hash-object", "-w", "--stdin", text=PERSON.format(name=name, network=network))
    people = git("mktree", text=f"100644 blob {blob}\t{name}.toml\n")
    tree = git("mktree", text=f"040000 tree {people}\tpeople\n")
    commit = git("commit-tree", tree, "-m", f"{name} is of the team")
    git("update-ref", "refs/heads/main", commit)
    return commit
