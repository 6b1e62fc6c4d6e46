"""A text that the bot writes again and a person has changed meanwhile: what the person did stands, whatever it was.

Lines are merged as git merges them, from what the bot wrote last, what is there and what the bot would write now. Where
both changed the same lines the person's stay, and it is told that ours were left out; no markers are put into a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from merge3 import Merge3


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text, and the lines of ours for which there was no place because a person had changed the same ones."""

    text: str
    left_out: tuple[str, ...] = ()


def merged(was: str, theirs: str, ours: str) -> Merged:
    """Merge what a person made of a text, and what we would make of it now. What theirs changed is in the result."""
    if was in {theirs, ours} or theirs == ours:
        return Merged(theirs if was != theirs else ours)
    if not was:  # a person was first: there is nothing in common that lines could be put between
        there = set(theirs.split("\n"))
        return Merged(theirs, tuple(line for line in ours.split("\n") if line not in there))
    lines: list[str] = []
    left_out: list[str] = []
    for what, *groups in Merge3(was.split("\n"), theirs.split("\n"), ours.split("\n")).merge_groups():
        if what != "conflict":
            lines += groups[0]
            continue
        base, a, b = groups
        lines += a
        left_out += [line for line in b if line not in {*base, *a}]
    return Merged("\n".join(lines), tuple(left_out))
