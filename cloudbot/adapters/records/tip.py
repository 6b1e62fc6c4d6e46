"""The records at the tip of the branch, read once and then only where they changed.

What somebody pushed with errors is kept out of the answers: kinds with an error are answered from the last commit
without one, and not changed until they are mended; the other kinds go on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cloudbot.core.records.findings import Finding
from cloudbot.core.records.judging import errors_of
from cloudbot.core.records.loading import amended, kind_of, load
from cloudbot.core.records.state import Entry, Records
from cloudbot.core.records.tree import Tree

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.adapters.records.repository import Repository


MOST_PAST = 2000
"""Commits that are kept to be asked about: some years of a team's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tip:
    """The branch at a commit: its tree as it is, and what is answered from it."""

    commit: str
    tree: Tree
    site: str
    unread: tuple[Finding, ...] = ()
    "errors of single files, found when they were read"
    errors: tuple[Finding, ...] = ()
    "every error of the whole"
    good: Tip | None = None
    "the last tip without an error, where it is known"
    past: tuple[Entry, ...] = ()
    "the newest commits, newest first"

    @cached_property
    def closed(self) -> frozenset[str]:
        """The kinds that have an error."""
        return frozenset(kind for one in self.errors if (kind := kind_of(one.file)) is not None)

    @cached_property
    def records(self) -> Records:
        """What is answered: the tree, or of the kinds that have an error what the last good commit says."""
        if not self.closed:
            return Records(commit=self.commit, tree=self.tree, good=self.commit, site=self.site, past=self.past)
        shown, good = self.tree, self.good
        if good is not None:
            paths = {path for path in (*self.tree.texts, *good.tree.texts) if kind_of(path) in self.closed}
            shown, _ = amended(self.tree, {path: good.tree.texts.get(path) for path in paths})
        sound = "" if good is None else good.commit
        return Records(commit=self.commit, tree=shown, good=sound, closed=self.closed, site=self.site, past=self.past)

    def after(self, entry: Entry, tree: Tree) -> Tip:
        """Return the tip after a commit of ours: what was wrong before still is, and nothing else."""
        good = self.good if self.closed else replace(self, good=None)
        past = (entry, *self.past[: MOST_PAST - 1])
        return replace(self, commit=entry.commit, tree=tree, good=good, past=past)


def read_tip(repository: Repository, commit: str, before: Tip | None, on: date, *, good: Tip | None = None) -> Tip:
    """Read the branch at a commit, from what was read of it before if that is given. Raises `GitFailed`."""
    tree, unread = _tree(repository, commit, before)
    errors = tuple(sorted({*unread, *errors_of(tree, on)}))
    since = before.commit if before is not None else ""
    newer = repository.past(commit, since, MOST_PAST)
    past = (*newer, *(before.past if before is not None else ()))[:MOST_PAST]
    return Tip(
        commit=commit, tree=tree, site=repository.settings.site_url, unread=unread, errors=errors, good=good, past=past
    )


def _tree(repository: Repository, commit: str, before: Tip | None) -> tuple[Tree, tuple[Finding, ...]]:
    if before is None:
        files, odd = repository.files(commit)
        tree, found = load(dict(sorted(files.items())), odd)
        return tree, _errors(found)
    changed, odd = repository.changed(before.commit, commit)
    tree, found = amended(before.tree, changed, odd)
    kept = [one for one in before.unread if one.file not in changed and one.file not in odd]
    return tree, _errors([*kept, *found])


def _errors(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(one for one in findings if one.severity == "E"))
