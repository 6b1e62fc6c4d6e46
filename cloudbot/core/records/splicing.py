"""One key of a TOML text changed, and not one byte of the rest: comments, order and layout are the writer's.

The text is cut at the places that `places` finds. Whether the cut was right is not believed: the new text is parsed,
and what it says must be what the old one said but for the change.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from cloudbot.core.records.cutting import Cut
from cloudbot.core.records.values import CannotSplice, bare, edited, resolved, shown

if TYPE_CHECKING:
    from cloudbot.core.records.operations import Edit


def splice(text: str, edit: Edit, *, place: int | None = None) -> str:
    """Return the text with one edit made. `place` is where in a list an item is added, its end by default.

    Raises `CannotSplice`.
    """
    before = tomllib.loads(text)
    at = resolved(before, edit.at)
    wanted = edited(before, edit, at, place)
    if wanted == before:
        return text
    after = Cut(text).edited(edit, at, before, place)
    try:
        right = after != text and bare(tomllib.loads(after)) == bare(wanted)
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise CannotSplice(f"{shown(at)} is written in a way that I cannot change; change it by hand")
    return after
