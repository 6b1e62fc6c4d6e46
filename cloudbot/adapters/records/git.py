"""The team's records, read: a git repository of small TOML files, fetched and read by git's plumbing.

Nothing is checked out and nothing is written. What cannot be read as a whole is not read at all: then what was known
before goes on answering, and the reason names the file.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tomllib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from cloudbot.core.facts import RosterSeen
from cloudbot.core.people import Person
from cloudbot.core.ports import SourceAway
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from cloudbot.adapters.records.settings import Settings
    from cloudbot.core.facts import Fact

FOLDER = "people/"
LARGEST_FILE = 100_000


class _Account(BaseModel):
    net: str
    account: str


class _PersonFile(BaseModel):
    """What is read of a person's file; the rest of it is for other readers."""

    id: str = Field(min_length=1, max_length=60)
    accounts: tuple[_Account, ...] = ()


class GitRecords:
    """Reads the people of the records; the port of a watcher, as a forge is."""

    name = "records"

    def __init__(self, settings: Settings, directory: Path) -> None:
        """Take the settings and the directory of our own bare copy, made at the first look."""
        self._settings = settings
        self._directory = directory
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="records")

    async def look(self, at: datetime) -> tuple[Fact, ...]:
        """Fetch and read everything once. Raises `SourceAway`."""
        commit, people = await asyncio.get_running_loop().run_in_executor(self._worker, self._read)
        return (RosterSeen(at=at, commit=commit, people=people),)

    async def close(self) -> None:
        """Let the fetch under way end; start no other."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _read(self) -> tuple[str, tuple[Person, ...]]:
        branch = f"refs/heads/{self._settings.branch}"
        if not (self._directory / "HEAD").exists():
            self._git("init", "--quiet", "--bare", str(self._directory), inside=False)
        self._git("fetch", "--quiet", "--no-tags", "--", self._settings.remote, f"+{branch}:{branch}")
        commit = self._git("rev-parse", "--verify", f"{branch}^{{commit}}").decode().strip()
        people = [self._person(path, blob) for path, blob in self._files(commit)]
        return commit, tuple(sorted(people, key=lambda person: person.name))

    def _files(self, commit: str) -> Iterator[tuple[str, str]]:
        """Yield the path and the blob of each person's file at a commit (git-ls-tree(1), `-z`)."""
        for row in self._git("ls-tree", "-r", "-z", commit, FOLDER).split(b"\0"):
            meta, _, path = row.decode("utf-8", "replace").partition("\t")
            if path.endswith(".toml"):
                mode, kind, blob = meta.split()
                if (mode, kind) != ("120000", "blob"):  # a link out of the tree is nobody's record
                    yield path, blob

    def _person(self, path: str, blob: str) -> Person:
        text = self._git("cat-file", "blob", blob)
        if len(text) > LARGEST_FILE:
            raise _unreadable(path, f"is larger than {LARGEST_FILE} bytes")
        try:
            found = _PersonFile.model_validate(tomllib.loads(text.decode()))
        except ValidationError as error:
            detail = error.errors()[0]
            raise _unreadable(path, f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}") from None
        except ValueError as error:  # no TOML, or no UTF-8
            raise _unreadable(path, str(error)) from None
        if path != f"{FOLDER}{found.id}.toml":
            raise _unreadable(path, f"says that its id is {found.id}")
        accounts: defaultdict[str, list[str]] = defaultdict(list)
        for account in found.accounts:
            accounts[account.net].append(account.account)
        return Person(name=clean(found.id), accounts={net: tuple(names) for net, names in accounts.items()})

    def _git(self, *words: str, inside: bool = True) -> bytes:
        """Run git without a terminal to ask on, and without the settings of whoever started us."""
        place = ("--git-dir", str(self._directory)) if inside else ()
        environment = {
            **os.environ,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=20"),
            "LC_ALL": "C",
        }
        try:
            done = subprocess.run(  # noqa: S603 - git, with words of our own and a checked remote
                ["git", *place, *words],  # noqa: S607 - git is found where the operator has it
                env=environment,
                capture_output=True,
                check=True,
                stdin=subprocess.DEVNULL,
                timeout=self._settings.timeout,
            )
        except subprocess.TimeoutExpired:
            raise SourceAway("unreachable", f"git {words[0]} took longer than {self._settings.timeout:.0f} s") from None
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip().splitlines()
            raise SourceAway("unreachable", clean(f"git {words[0]}: {said[-1] if said else error}")[:200]) from None
        except OSError as error:
            raise SourceAway("unreachable", f"git cannot be run: {error.strerror}") from None
        return done.stdout


def _unreadable(path: str, why: str) -> SourceAway:
    return SourceAway("unbelievable", clean(f"{path}: {why}")[:200])
