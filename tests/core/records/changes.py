"""Changes of the example team, as edits of its files, and what the rules of a change find in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.changing import By, judge
from cloudbot.core.records.loading import amended, load
from tests.core.records.trees import ON, TODAY, example

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.records.findings import Finding
    from cloudbot.core.records.tree import Tree

Edits = dict[str, tuple[str, str] | str | None]
"""By path: a text and what stands in its place, a whole new file, or None for a file that is taken away."""


def tree_of(files: dict[str, str] | None = None) -> Tree:
    """Return the example team, or other files, as a tree."""
    content = example() if files is None else {path: text.encode() for path, text in files.items()}
    return load(content, {})[0]


def edited(before: Tree, edits: Edits) -> Tree:
    """Return a tree with edits. An edit that finds nothing to replace is a mistake of the test."""
    texts: dict[str, str | None] = {}
    for path, edit in edits.items():
        if isinstance(edit, tuple):
            old, new = edit
            assert old in before.texts[path], f"{path} does not say {old!r}"
            texts[path] = before.texts[path].replace(old, new, 1) if old else before.texts[path] + new
        else:
            texts[path] = edit
    return amended(before, texts)[0]


def judged(edits: Edits, by: By | str | None = None, on: date = ON, before: Tree | None = None) -> list[Finding]:
    """Return what is found in edits of the example team by a person."""
    start = before or tree_of()
    author = By(person=by) if isinstance(by, str) else by
    return list(judge(start, edited(start, edits), author, on, max(on, TODAY)))


def told(edits: Edits, by: By | str | None = None, on: date = ON, before: Tree | None = None) -> list[str]:
    """Return severity, rule and subject of what is found."""
    return [f"{one.severity} {one.key}" for one in judged(edits, by, on, before)]
