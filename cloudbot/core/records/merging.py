"""A text that the bot writes again and a person has changed meanwhile: what the person did stands, whatever it was.

Lines are merged as git merges them, from what the bot wrote last, what is there and what the bot would write now. Where
that finds a conflict, changes of neighbouring lines are told apart, for in minutes every line is an item of its own; of
what changes the same lines the person's stays, and it is told that ours was left out. No markers are put into a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text, and the lines of ours for which there was no place because a person had changed the same ones."""

    text: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class _Hunk:
    """The lines of a text from one number up to another, and what one side has in their place."""

    start: int
    end: int
    lines: tuple[str, ...]

    def touches(self, other: _Hunk) -> bool:
        """Whether both change the same lines, or put something at the same place."""
        if self.start == self.end or other.start == other.end:
            here, there = (self, other) if self.start == self.end else (other, self)
            return there.start < here.start < there.end or (here.start, here.end) == (there.start, there.end)
        return self.start < other.end and other.start < self.end


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
        found, lost = _both(groups[0], groups[1], groups[2]) if what == "conflict" else (groups[0], ())
        lines += found
        left_out += lost
    return Merged("\n".join(lines), tuple(left_out))


def _both(base: Lines, theirs: Lines, ours: Lines) -> tuple[list[str], list[str]]:
    """Return the lines with all that theirs changed and what of ours is elsewhere, and what of ours is left out."""
    chosen, wanted = _hunks(base, theirs), _hunks(base, ours)
    refused = [hunk for hunk in wanted if any(hunk.touches(other) for other in chosen)]
    lines, at = list[str](), 0
    for hunk in sorted((*chosen, *(one for one in wanted if one not in refused))):
        lines += (*base[at : hunk.start], *hunk.lines)
        at = hunk.end
    known = {*base, *theirs, *lines}
    return [*lines, *base[at:]], [line for hunk in refused for line in hunk.lines if line not in known]


def _hunks(base: Lines, changed: Lines) -> list[_Hunk]:
    codes = SequenceMatcher(None, base, changed, autojunk=False).get_opcodes()
    return [_Hunk(start, end, tuple(changed[a:b])) for what, start, end, a, b in codes if what != "equal"]
