"""What commits, a branch and the title of a merge request may not say: they are public too, and git never forgets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.changing.alteration import File
from cloudbot.core.records.checking import finding_of
from cloudbot.core.records.checks import privacy
from cloudbot.core.records.findings import Severity
from cloudbot.core.records.tree import Hit, Tree, View

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cloudbot.core.records.findings import Finding

_TRAILER = re.compile(r"^(?P<key>[A-Za-z][A-Za-z0-9-]*): *(?P<value>\S.*)$")
_MSGID = re.compile(r"(?m)^(?:Evidence|Message-I[Dd]):[ ]*<[^<>\s]*>")
NEEDED = ("On-behalf-of", "Via", "Request-Id")
"""The trailers that every commit of the bot has, once each (spec, section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit: its name, the addresses of author and committer, its message."""

    id: str
    author: str
    committer: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said around a change: its commits, and texts by what they are, as `the title`."""

    commits: tuple[Commit, ...]
    texts: Mapping[str, str]
    bot: str = ""
    "the address with which the bot commits, if it is known"


@dataclass(frozen=True, slots=True)
class MessageRule:
    """One rule about what is said: its name, how grave a breach is, and the function that looks for breaches."""

    name: str
    severity: Severity
    look: Callable[[Said, View], Iterator[Hit]]

    @property
    def sentence(self) -> str:
        """What is right."""
        return (self.look.__doc__ or "").strip().partition("\n")[0]


def personal(said: Said, view: View) -> Iterator[Hit]:
    """A commit message, a branch and a title hold nothing personal; who made the commits is in git anyway."""
    yield from privacy.personal(_texts(said, view))


def secrets(said: Said, view: View) -> Iterator[Hit]:
    """A commit message, a branch and a title hold no secret."""
    yield from privacy.secrets(_texts(said, view))


def trailers(said: Said, _view: View) -> Iterator[Hit]:
    """A commit of the bot says once for whom it is, by which way it came, and which request it carries out."""
    for commit in said.commits:
        if not said.bot or commit.committer != said.bot:
            continue
        has = Counter(_keys(commit.message))
        lacks = [key for key in NEEDED if has[key] != 1]
        if lacks:
            name = _name(commit)
            yield Hit(File(name), (), name, f"does not say {', '.join(lacks)} once", "the trailers as the bot does")


RULES = (
    MessageRule("X-PII", "E", personal),
    MessageRule("G-KEY-SECRET", "E", secrets),
    MessageRule("H-TRAILER", "E", trailers),
)
"""Every rule about what is said around a change."""


def judge_said(said: Said, tree: Tree, on: date, today: date) -> tuple[Finding, ...]:
    """Return what commits, branch and title say that they may not. What is found is not repeated."""
    view = View(tree, on, today)
    found = {
        finding_of(rule.name, hit.severity or rule.severity, hit) for rule in RULES for hit in rule.look(said, view)
    }
    return tuple(sorted(found))


def _texts(said: Said, view: View) -> View:
    """Return a view in which what is said stands in the place of files; authors' addresses are no news in it."""
    known = {mail for commit in said.commits for mail in (commit.author, commit.committer)} - {""}
    texts = dict(said.texts)
    for commit in said.commits:
        message = _MSGID.sub("", commit.message)
        for mail in known:
            message = message.replace(mail, "")
        texts[_name(commit)] = message
    return View(Tree(view.tree.filed, frozenset(), texts), view.on, view.today)


def on_behalf_of(commits: Sequence[Commit], bot: str) -> str | None:
    """Return for whom the bot made a change: the one person that all its commits name; None if others made some."""
    named = {
        value if commit.committer == bot else None
        for commit in commits
        for value in [dict(_pairs(commit.message)).get("On-behalf-of")]
    }
    return named.pop() if bot and len(named) == 1 else None


def _name(commit: Commit) -> str:
    return f"commit {commit.id[:12]}"


def _keys(message: str) -> Iterator[str]:
    return (key for key, _ in _pairs(message))


def _pairs(message: str) -> Iterator[tuple[str, str]]:
    """Yield the trailers: the last paragraph, if all of it is trailers (git-interpret-trailers(1))."""
    lines = message.strip().split("\n\n")[-1].split("\n")
    found = [_TRAILER.match(line) for line in lines]
    if all(found):
        yield from ((one["key"], one["value"].strip()) for one in found if one)
