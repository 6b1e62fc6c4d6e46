"""The records remote of the embedded world: a bare git repository with the example team as it was known on a day.

What the team only learnt later is left out, so that nothing in it is in the future, and what rests on that with it.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.core.records.judging import errors_of
from cloudbot.core.records.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

EXAMPLE = Path(__file__).parent / "records"
WHO = "Grace Novak <grace@example.org>"
_SUBJECT = "the records of the example team"

MEMBER_RECORD = """\
schema = "cloudbot/person/1"
id = "{name}"
name = "{title}"
accounts = [
    {{ net = "{network}", account = "{name}" }},
]
"""


@cache
def example_on(day: date) -> Mapping[str, bytes]:
    """Return the files of the example team that are without an error on a day: nothing in them is in its future."""
    files = {str(path.relative_to(EXAMPLE)): path.read_bytes() for path in sorted(EXAMPLE.rglob("*.toml"))}
    while wrong := {one.file for one in errors_of(load(files, {})[0], day)}:
        files = {path: content for path, content in files.items() if path not in wrong}
    return files


def member(name: str, network: str) -> dict[str, bytes]:
    """Return the record of one more person, whom a network knows by the same name."""
    text = MEMBER_RECORD.format(name=name, title=name.title(), network=network)
    return {f"people/{name}.toml": text.encode()}


def held_here(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the team's meetings in the channel of the demo, and their minutes sent to a list.

    Nothing is announced: what a demo shows does not depend on the day of the month.
    """
    said = b'channel = "oftc/#debian-cloud"'
    here = b'channel = "demo/#debian-cloud"\nlists = ["team@lists.example.org"]\nannounce_days = 0'
    return {path: text.replace(said, here) for path, text in files.items()}


def make_remote(path: Path, files: Mapping[str, bytes], at: datetime) -> str:
    """Make the repository with one commit and return that; the same files and instant give the same commit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _git("init", "--quiet", "--bare", "--initial-branch=main", str(path))
    return commit_to(path, files, at, _SUBJECT)


def commit_to(path: Path, files: Mapping[str, bytes | None], at: datetime, subject: str) -> str:
    """Commit files upon the branch as a person would who pushes, None takes one away; return the commit."""
    when = f"{WHO} {int(at.timestamp())} +0000"
    parent = _git("--git-dir", str(path), "rev-parse", "--verify", "--quiet", "main", check=False).strip().decode()
    stream = f"commit refs/heads/main\nauthor {when}\ncommitter {when}\n".encode() + _data(subject.encode())
    stream += f"from {parent}\n".encode() if parent else b""
    for name, content in sorted(files.items()):
        stream += f"D {name}\n".encode() if content is None else f"M 100644 inline {name}\n".encode() + _data(content)
    _git("--git-dir", str(path), "fast-import", "--quiet", given=stream)
    return _git("--git-dir", str(path), "rev-parse", "main").strip().decode()


def told_of_tip(path: Path, form: str) -> str:
    """Return what git says of the newest commit, in a form of git-log(1)."""
    return _git("--git-dir", str(path), "log", "-1", f"--format={form}", "main").decode().strip()


def subjects(path: Path) -> list[str]:
    """Return the first lines of all commits, newest first."""
    return _git("--git-dir", str(path), "log", "--format=%s", "main").decode().splitlines()


def clone(path: Path, place: Path) -> Path:
    """Clone the repository as a person does, and return where its files are."""
    _git("clone", "--quiet", str(path), str(place))
    return place


def _data(content: bytes) -> bytes:
    """Write content for git-fast-import(1)."""
    return b"data %d\n%s\n" % (len(content), content)


def _git(*words: str, given: bytes = b"", check: bool = True) -> bytes:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603 - git, with words of our own
        ["git", *words],  # noqa: S607 - git is what `make` asked for
        input=given,
        env=kept,
        check=check,
        capture_output=True,
    )
    return done.stdout
