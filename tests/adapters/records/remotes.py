"""A team's repository as a server has it, people who push to it by themselves, and bots that change it."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudbot.adapters.records import GitRecords, Settings
from cloudbot.adapters.records.carrying_out import Later, Wanted
from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.operations import Author, Change, Operation, make, put
from tests.core.records.trees import example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.adapters.records.carrying_out import End
    from cloudbot.core.facts import Fact

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACTION = "actions/A-2019-001.toml"
IDENTITY = ("-c", "user.name=Human", "-c", "user.email=human@example.org", "-c", "commit.gpgsign=false")


def git(directory: Path, *words: str, given: str = "") -> str:
    """Run git as a person would."""
    done = subprocess.run(
        ["git", "-C", str(directory), *IDENTITY, *words], check=True, capture_output=True, text=True, input=given
    )
    return done.stdout.strip()


@dataclass(slots=True)
class Remote:
    """The bare repository that everybody pushes to."""

    directory: Path
    url: str = ""

    @classmethod
    def made(cls, directory: Path, files: Mapping[str, bytes | str] | None = None) -> Remote:
        """Make one with these files, or those of the example team."""
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(directory)], check=True)
        remote = cls(directory, str(directory))
        remote.human("first").write(example() if files is None else files, "the first records")
        return remote

    @property
    def head(self) -> str:
        return git(self.directory, "rev-parse", "main")

    def human(self, name: str = "human") -> Human:
        """Return a person with a clone of their own."""
        place = self.directory.parent / name
        if not place.exists():
            subprocess.run(["git", "clone", "-q", str(self.directory), str(place)], check=True, capture_output=True)
            git(place, "checkout", "-q", "-B", "main")
        return Human(place)

    def file(self, path: str) -> str:
        return git(self.directory, "show", f"main:{path}") + "\n"

    def record(self, path: str) -> dict[str, Any]:
        return tomllib.loads(self.file(path))

    def log(self, form: str = "%s", ref: str = "main") -> list[str]:
        """Return the history, newest first."""
        return git(self.directory, "log", f"--format={form}", ref).splitlines()

    def hook(self, script: str, name: str = "pre-receive") -> None:
        """Have the server run a script before it takes a push."""
        place = self.directory / "hooks" / name
        place.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        place.chmod(place.stat().st_mode | stat.S_IXUSR)


GITLAB = """\
while read old new ref; do
  if [ "$ref" = refs/heads/main ]; then
    echo "GitLab: You are not allowed to push code to protected branches on this project." >&2
    exit 1
  fi
done
i=0
while [ "$i" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do printenv GIT_PUSH_OPTION_$i >> options; i=$((i+1)); done
echo "To create or view the merge request, visit:" >&2
echo "  https://salsa.example.org/team/records/-/merge_requests/5" >&2
"""


def protect(remote: Remote) -> None:
    """Make the server one that protects its branch and takes merge requests by push options, as GitLab does."""
    git(remote.directory, "config", "receive.advertisePushOptions", "true")
    remote.hook(GITLAB)


@dataclass(slots=True)
class Human:
    """A person with a working tree."""

    place: Path

    def write(self, files: Mapping[str, bytes | str | None], subject: str = "by hand", *, force: bool = False) -> str:
        """Change files and push; None takes a file away. Returns the commit."""
        if git(self.place, "ls-remote", "origin", "main") and not force:
            git(self.place, "pull", "-q", "--rebase", "origin", "main")
        for path, content in files.items():
            file = self.place / path
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        git(self.place, "add", "-A")
        git(self.place, "commit", "-q", "-m", subject)
        git(self.place, "push", "-q", *(["-f"] if force else []), "origin", "main")
        return git(self.place, "rev-parse", "HEAD")


@dataclass(slots=True)
class Keeper:
    """A bot's records, one life of it: called from a test without a loop of its own."""

    remote: Remote
    directory: Path
    more: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, Path] = field(default_factory=dict)
    records: GitRecords = field(init=False)

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> None:
        """Begin another life with what is on the disk."""
        settings = Settings(remote=self.remote.url, **({"timeout": 10} | dict(self.more)))
        self.records = GitRecords(settings, self.directory, keys=lambda name: self.keys[name])
        self.records.open(AT.date())

    def look(self, at: datetime = AT) -> tuple[Fact, ...]:
        return asyncio.run(self.records.look(at))

    def do(self, *wanted: Wanted) -> list[End]:
        return asyncio.run(self.records.carry_out(wanted))

    def at_last(self, one: Wanted) -> End:
        """Try until others let us through, as the lane does."""
        for _ in range(20):
            (end,) = self.do(one)
            if not (isinstance(end, Later) and end.why == "behind"):
                return end
        raise AssertionError("others push for ever")


def wanted(
    key: str, *changes: Change, person: str = "bob", verb: str = "change", at: datetime = AT, note: str = ""
) -> Wanted:
    """Return a change that somebody asked for in the channel."""
    effect = CommitRecords(
        key=key,
        operation=Operation(verb=verb, changes=changes, note=note),
        author=Author(person=person, account=f"oftc/{person}", via="irc #debian-cloud"),
    )
    return Wanted(effect=effect, since=at)


def effort(days: str) -> Change:
    """Return a small change of the example's action."""
    return Change(kind="action", id="A-2019-001", edits=(put("effort", value=days),))


def new_action(title: str) -> Change:
    return make("action", "A-2019-*", {"title": title, "state": "open"})


def titles(remote: Remote, numbers: Sequence[int]) -> list[str]:
    return [remote.record(f"actions/A-2019-{number:03}.toml")["title"] for number in numbers]


def is_root() -> bool:
    return os.geteuid() == 0
