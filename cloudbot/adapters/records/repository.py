"""The bot's own bare copy of the records: what is fetched, read, committed and pushed, and nothing of what it means.

Refs: `refs/cloudbot/fetched` is what the remote said last, `refs/cloudbot/remote` what we believe (the same, unless the
history was rewritten), `refs/cloudbot/good` the last commit without an error, `refs/cloudbot/told` up to where people's
commits were told. The branch itself is ours: it is ahead of the remote only between a commit and its push.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.adapters.records.plumbing import Git, GitFailed, contents
from cloudbot.adapters.records.settings import Settings
from cloudbot.adapters.records.tree import enough
from cloudbot.core.facts import RecordNews
from cloudbot.core.records.state import Entry
from cloudbot.core.records.wording import REQUEST_ID
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FETCHED = "refs/cloudbot/fetched"
REMOTE = "refs/cloudbot/remote"
GOOD = "refs/cloudbot/good"
TOLD = "refs/cloudbot/told"
NOTHING = "0" * 40
MOST_SEARCHED = 5000
"""Commits in which a Request-Id is looked for: weeks of the busiest team's."""
MOST_NEWS = 200
MOST_FILES = 100_000
"""Ten times what was measured; more is no repository of records but somebody's code."""
_PLAIN = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom a commit is by: a name and an address as git writes them."""

    name: str
    mail: str


@dataclass(slots=True, kw_only=True)
class Repository:
    """The bare copy."""

    git: Git
    settings: Settings
    committer: Person
    signing: tuple[str, ...] = ()
    "options for git, before its command, that say with which key; empty: commits are not signed"

    @property
    def branch(self) -> str:
        """The ref of our own branch."""
        return f"refs/heads/{self.settings.branch}"

    def prepare(self) -> None:
        """Make the copy if there is none."""
        if not (self.git.directory / "HEAD").exists():  # a clone cut short has none
            self.git.directory.parent.mkdir(parents=True, exist_ok=True)
            self.git("init", "--quiet", "--bare", str(self.git.directory), inside=False)
        stale = time.time() - self.settings.timeout
        for lock in self.git.directory.rglob("*.lock"):  # nobody but us writes here, and no git of ours runs so long
            with contextlib.suppress(OSError):
                if lock.stat().st_mtime < stale:
                    lock.unlink()

    def fetch(self) -> str:
        """Ask the remote; return the commit its branch is at. Nothing is believed yet."""
        self.git("fetch", "--quiet", "--no-tags", "--", self.settings.remote, f"+{self.branch}:{FETCHED}")
        return self.at(FETCHED)

    def at(self, ref: str) -> str:
        """Return the commit a ref is at, or nothing."""
        try:
            return self.git.line("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except GitFailed:
            return ""

    def point(self, ref: str, commit: str, *, was: str | None = None) -> None:
        """Move a ref; with `was`, only if it is there (compare and swap, git-update-ref(1))."""
        self.git("update-ref", ref, commit, *([] if was is None else [was or NOTHING]))

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether a commit contains another one."""
        try:
            self.git("merge-base", "--is-ancestor", ancestor, commit)
        except GitFailed:
            return False
        return True

    # --- reading

    def files(self, commit: str) -> tuple[dict[str, bytes], dict[str, str]]:
        """Return all files of a commit by path, and why others cannot be records."""
        rows = self.git("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
        named = [(meta.split(), path) for meta, _, path in (row.partition(b"\t") for row in rows) if path]
        return self._read((mode.decode(), blob.decode(), _text(path)) for (mode, _, blob), path in named)

    def changed(self, old: str, new: str) -> tuple[dict[str, bytes | None], dict[str, str]]:
        """Return the files that differ between two commits as the new one has them; None: gone."""
        rows = self.git("diff-tree", "-r", "-z", "--raw", "--no-renames", old, new).split(b"\0")
        pairs = [(meta.decode().split(), _text(path)) for meta, path in zip(rows[::2], rows[1::2], strict=False)]
        here = ((meta[1], meta[3], path) for meta, path in pairs if meta[4] != "D")
        files, odd = self._read(here)
        gone: dict[str, bytes | None] = {path: None for meta, path in pairs if meta[4] == "D"}
        return {**gone, **files}, odd

    def _read(self, rows: Iterable[tuple[str, str, str]]) -> tuple[dict[str, bytes], dict[str, str]]:
        plain: dict[str, str] = {}
        odd: dict[str, str] = {}
        for mode, blob, path in rows:
            if mode in _PLAIN:
                plain[path] = blob
            else:
                odd[path] = "is a symbolic link" if mode == "120000" else "is no plain file"
        if len(plain) > MOST_FILES:
            raise GitFailed("wrong", f"there are {len(plain):,} files in it, and records are {MOST_FILES:,} at most")
        return dict(zip(plain, self._blobs(plain), strict=True)), odd

    def _blobs(self, wanted: Mapping[str, str]) -> Iterator[bytes]:
        """Yield blobs in order (git-cat-file(1), `--batch`); of one that is too large, as much as shows that it is."""
        given = "".join(f"{name}\n" for name in wanted.values()).encode()
        sizes = map(int, self.git("cat-file", "--batch-check=%(objectsize)", given=given).split())
        rows = [(name, size, enough(path)) for (path, name), size in zip(wanted.items(), sizes, strict=True)]
        small = "".join(f"{name}\n" for name, size, most in rows if size < most).encode()
        read = contents(self.git("cat-file", "--batch", given=small))
        return (next(read) if size < most else b" " * most for _, size, most in rows)

    # --- the history

    def requests(self, commit: str, since: str = "") -> dict[str, str]:
        """Return the first commit of each Request-Id in a history, up to `since`. Squashed and merged ones count."""
        span = [commit, *([f"^{since}"] if since else [])]
        form = f"--format=%H%x09%(trailers:key={REQUEST_ID},valueonly,separator=%x20)"
        rows = self.git("log", f"-{MOST_SEARCHED}", form, *span).decode("utf-8", "replace").splitlines()
        pairs = [row.partition("\t") for row in rows]
        return {one: name for name, _, ids in pairs for one in ids.split()}

    def subject(self, commit: str) -> str:
        """Return the first line of a commit's message."""
        return self.git.line("log", "-1", "--format=%s", commit)

    def past(self, commit: str, since: str, most: int) -> tuple[Entry, ...]:
        """Return the commits of a history up to `since`, newest first, with the files they touched; no merges."""
        span = [commit, *([f"^{since}"] if since else [])]
        form = "--format=%x1e%H%x1f%ct%x1f%an%x1f%s%x1f"
        out = self.git("log", f"-{most}", "--no-merges", "--name-only", "-z", form, *span).decode("utf-8", "replace")
        found = []
        for one in out.split("\x1e")[1:]:
            name, at, author, subject, paths = one.split("\x1f", 4)
            touched = frozenset(path.strip("\n") for path in paths.split("\0") if path.strip("\n"))
            when = datetime.fromtimestamp(int(at), UTC)
            found.append(Entry(commit=name, at=when, author=clean(author), subject=clean(subject), paths=touched))
        return tuple(found)

    def news(self, since: str, commit: str) -> tuple[RecordNews, ...]:
        """Return what people committed after a commit, oldest first; merges and the bot's own are left out."""
        form = "--format=%x1e%H%x1f%an%x1f%ce%x1f%s%x1f"
        out = self.git("log", f"-{MOST_NEWS}", "--no-merges", "--name-only", form, f"^{since}", commit)
        found: list[RecordNews] = []
        for entry in out.decode("utf-8", "replace").split("\x1e")[1:]:
            name, author, committer, subject, paths = entry.split("\x1f")
            if committer != self.committer.mail:
                found.append(
                    RecordNews(commit=name, author=clean(author), subject=clean(subject), files=len(paths.split()))
                )
        return tuple(reversed(found))

    # --- writing

    def commit(self, parent: str, files: Mapping[str, str | None], text: str, author: Person, at: datetime) -> str:
        """Make a commit out of a parent and changed files, without a working tree; it is on no branch yet."""
        place = self.git.directory / "cloudbot-index"
        index = {"GIT_INDEX_FILE": str(place)}
        for left in (place, place.with_name(f"{place.name}.lock")):  # of a git that was killed
            left.unlink(missing_ok=True)
        self.git("read-tree", f"{parent}^{{tree}}", env=index)
        rows = b"".join(self._index_row(path, content) for path, content in files.items())
        self.git("update-index", "-z", "--index-info", given=rows, env=index)
        tree = self.git.line("write-tree", env=index)
        when = f"{int(at.timestamp())} +0000"
        who = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.mail,
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": self.committer.name,
            "GIT_COMMITTER_EMAIL": self.committer.mail,
            "GIT_COMMITTER_DATE": when,
        }
        sign = ["-S"] if self.signing else []
        return self.git.line(*self.signing, "commit-tree", tree, "-p", parent, *sign, given=text.encode(), env=who)

    def _index_row(self, path: str, content: str | None) -> bytes:
        """Write a line for git-update-index(1), `--index-info`: mode 0 takes a path away."""
        if content is None:
            return f"0 {NOTHING}\t{path}\0".encode()
        blob = self.git.line("hash-object", "-w", "--stdin", given=content.encode())
        return f"100644 {blob}\t{path}\0".encode()

    def push(self, commit: str, *, dry: bool = False) -> None:
        """Bring a commit to the remote's branch, fast-forward only; `dry` only asks whether we would be let in."""
        only = ["--dry-run"] if dry else []
        self.git("push", "--quiet", "--porcelain", *only, "--", self.settings.remote, f"{commit}:{self.branch}")

    def remote_branch(self, branch: str) -> str:
        """Return the commit a branch of the remote is at, or nothing."""
        return self.git.line("ls-remote", "--", self.settings.remote, f"refs/heads/{branch}").partition("\t")[0]

    def forget(self, ref: str) -> None:
        """Take a ref away."""
        self.git("update-ref", "-d", ref)

    def propose(self, commit: str, branch: str, title: str, description: str) -> str:
        """Push a commit to a branch of its own and have GitLab open a merge request; return what GitLab said.

        By push options (docs.gitlab.com, Push options for merge requests), so that no token is needed.
        """
        options = {
            "create": "",
            "target": f"={self.settings.branch}",
            "title": f"={title}",
            "description": f"={description}",
            "remove_source_branch": "",
        }
        words = [f"--push-option=merge_request.{name}{value}" for name, value in options.items()]
        place = f"+{commit}:refs/heads/{branch}"
        return self.git.said("push", "--porcelain", *words, "--", self.settings.remote, place)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")
