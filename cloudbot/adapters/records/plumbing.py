"""git as a program: run without a terminal to ask on, without the settings of whoever started us, and with an end.

What went wrong is told apart by what can be done about it: the repository is away, the disk is full, the push was
refused because others were faster, or for a reason of the server's own.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cloudbot.core.text import clean

Trouble = Literal["away", "full", "behind", "protected", "refused", "wrong"]
_TROUBLES: tuple[tuple[re.Pattern[str], Trouble, str], ...] = (
    (re.compile(r"(?i)protected branch|GH006|not allowed to push code"), "protected", ""),
    (re.compile(r"\((?:fetch first|non-fast-forward|stale info|needs force)\)"), "behind", "others were faster"),
    (re.compile(r"cannot lock ref|failed to update ref"), "behind", "others were faster"),
    (re.compile(r"No space left|Disk quota exceeded|File too large|Read-only file system"), "full", ""),
    (re.compile(r"unable to write|write error|Out of disk"), "full", ""),
    (re.compile(r"(?i)write access|permission to \S+ denied|marked read.?only"), "refused", ""),
    (re.compile("does not support push options"), "refused", "it takes no merge requests from here (push options)"),
    (re.compile(r"\[remote rejected\]|hook declined"), "refused", ""),
    (
        re.compile("couldn't find remote ref"),
        "away",
        "the remote has no such branch; push one, or name another as branch in [records]",
    ),
)
"""What git and the servers say of a trouble, in the order in which they are looked for, and better words for some."""
_TELLING = re.compile(r"protected|declined|rror")
_USER = re.compile(r"(?<=://)[^/@\s]+@")
"""Who signs in at an address: the name of an account, or a token in its place."""
_GENERAL = ("fatal: Could not read from remote", "Please make sure you have the correct", "and the repository exists")
_OPERATORS = frozenset({"GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "GIT_SSL_CAINFO", "GIT_TRACE"})
"""Of git's own variables, those that an operator sets for the bot; others would be of a hook or a shell around us."""


class GitFailed(Exception):  # noqa: N818 - told to people as it is
    """What git could not do, and of which kind that is."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        """Carry the kind and one line."""
        super().__init__(detail)
        self.trouble: Trouble = trouble
        self.detail = detail


@dataclass(slots=True, kw_only=True)
class Git:
    """git in one bare repository."""

    directory: Path
    timeout: float
    ssh: str = "ssh -oBatchMode=yes -oConnectTimeout=20"
    environment: Mapping[str, str] = field(default_factory=dict)
    "what every command gets besides"
    _child: subprocess.Popen[bytes] | None = None
    _stopped: bool = False

    def __call__(
        self,
        *words: str,
        given: bytes = b"",
        env: Mapping[str, str] | None = None,
        inside: bool = True,
    ) -> bytes:
        """Run one command and return what it wrote. Raises `GitFailed`."""
        return self._run(words, given, env, inside=inside).stdout

    def said(self, *words: str) -> str:
        """Run one command and return what the other side said meanwhile."""
        return self._run(words, b"", None).stderr.decode("utf-8", "replace")

    def line(self, *words: str, given: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """Run one command that writes one line."""
        return self(*words, given=given, env=env).decode("utf-8", "replace").strip()

    def _run(
        self, words: tuple[str, ...], given: bytes, env: Mapping[str, str] | None, *, inside: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        place = ("--git-dir", str(self.directory)) if inside else ()
        command = next((word for word in words if not word.startswith("-") and "=" not in word), words[0])
        if self._stopped:
            raise GitFailed("away", "the bot is ending")
        try:
            done = self._ended(("git", *place, *words), given, self._environment() | dict(env or {}))
        except subprocess.TimeoutExpired:
            raise GitFailed("away", f"git {command} took longer than {self.timeout:.0f} s") from None
        except OSError as error:
            raise GitFailed("wrong", f"git cannot be run: {error.strerror}") from None
        if done.returncode == -signal.SIGXFSZ:
            raise GitFailed("full", f"git {command}: a file may not grow any more")
        if done.returncode:
            raise _failed(command, (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace"))
        return done

    def _ended(
        self, words: tuple[str, ...], given: bytes, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end, in a session of its own: its ssh ends with it, and finds no terminal to ask on."""
        pipe = subprocess.PIPE
        with subprocess.Popen(  # noqa: S603 - git, with words of our own and a checked remote
            words, env=env, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        ) as child:
            self._child = child
            try:
                out, err = child.communicate(given, self.timeout)
            except subprocess.TimeoutExpired:
                _kill(child)
                child.communicate()
                raise
            finally:
                self._child = None
        return subprocess.CompletedProcess(words, child.returncode, out, err)

    def stop(self) -> None:
        """End what runs and start nothing more: a push cut short is found out about at the next start."""
        self._stopped = True
        child = self._child
        if child is not None:
            _kill(child)

    def _environment(self) -> dict[str, str]:
        kept = {name: one for name, one in os.environ.items() if not name.startswith("GIT_") or name in _OPERATORS}
        return {"GIT_SSH_COMMAND": self.ssh, **kept, **self.environment, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a command with everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def contents(said: bytes) -> Iterator[bytes]:
    """Take apart what `git cat-file --batch` says: a line with the size, the content, a newline, and again."""
    at = 0
    while at < len(said):
        end = said.index(b"\n", at)
        size = int(said[at:end].rsplit(b" ", 1)[1])
        yield said[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _failed(command: str, said: str) -> GitFailed:
    lines = [_USER.sub("", line.strip()) for line in said.splitlines() if line.strip()]
    for pattern, trouble, detail in _TROUBLES:
        if pattern.search(said):
            return GitFailed(trouble, detail or _told(lines))
    lines = [line for line in lines if not line.startswith(_GENERAL)] or lines  # ssh said it better, a line above
    detail = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "no word")
    trouble = "away" if command in {"fetch", "push", "ls-remote"} else "wrong"
    return GitFailed(trouble, clean(f"git {command}: {detail.removeprefix('fatal: ')}")[:200])


def _told(lines: list[str]) -> str:
    """Return what the other side said, which it writes as `remote: ...`, or else the line that tells of the failure."""
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    telling = (line for line in lines if _TELLING.search(line))
    return clean(" ".join(one for one in remote if one) or next(telling, lines[0]))[:200]
