"""What a change brings in: the findings of the tree after it that the tree before it had not.

Rules that ask one file alone are asked of the changed files; the others of the whole tree, before and after. What was
wrong before is not the change's fault, and what is due on the day turns no change red.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cloudbot.core.records.changing.differences import brought_in
from cloudbot.core.records.checking import findings_of
from cloudbot.core.records.checks import RULES
from cloudbot.core.records.tree import Tree, View

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudbot.core.records.findings import Finding

_OF_THE_WHOLE = tuple(rule for rule in RULES if rule.worst != "D" and not rule.alone)
_OF_ONE_FILE = tuple(rule for rule in RULES if rule.worst != "D" and rule.alone)


def new_findings(before: Tree, after: Tree, paths: frozenset[str], on: date, today: date) -> tuple[Finding, ...]:
    """Return errors and warnings that `after` has and `before` had not; they differ in the files at `paths` alone."""
    everywhere = any(path.startswith("policy/") for path in paths)  # what one file may say, policies decide
    old, new = (tree if everywhere else _part(tree, paths) for tree in (before, after))
    return brought_in(
        [*_found(before, on, today), *_alone(old, on, today)], [*_found(after, on, today), *_alone(new, on, today)]
    )


def errors_of(tree: Tree, on: date) -> tuple[Finding, ...]:
    """Return the errors of a whole tree on a day, but for those of files that could not be read."""
    found = (*_found(tree, on, on), *_alone(tree, on, on))
    return tuple(sorted(finding for finding in found if finding.severity == "E"))


@lru_cache(maxsize=4)
def _found(tree: Tree, on: date, today: date) -> tuple[Finding, ...]:
    """The tree after one change is the tree before the next, so each is asked once."""
    return tuple(_graver(findings_of(View(tree, on, today), _OF_THE_WHOLE)))


def _alone(tree: Tree, on: date, today: date) -> Iterator[Finding]:
    return _graver(findings_of(View(tree, on, today), _OF_ONE_FILE))


def _graver(findings: Iterator[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.severity != "D")


def _part(tree: Tree, paths: frozenset[str]) -> Tree:
    """Return the changed files and the policies of a tree."""
    chosen = {path for path in tree.texts if path in paths or path.startswith("policy/")}
    filed = tuple(one for one in tree.filed if one.path in chosen)
    return Tree(filed, frozenset(), {path: tree.texts[path] for path in chosen})
