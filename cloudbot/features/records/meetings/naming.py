"""Which action a line of a meeting names: `A-2019-001`, or shorter where only one open action can be meant: `a-17`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.records.dues import OPEN
from cloudbot.core.records.kinds.work import Action

if TYPE_CHECKING:
    from cloudbot.core.records.tree import Filed, View

NAME = re.compile(r"(?i)(?<![\w-])a-(?:(?P<year>\d{4})-)?(?P<number>\d{1,5})(?![\w-])|^\s*a(?P<first>\d{1,5})(?![\w-])")


def named(text: str, view: View) -> Filed[Action] | None:
    """Return the action that a text names; None where it names none, several, or one that is not there."""
    found = {one.id: one for match in NAME.finditer(text) for one in _meant(match, view)}
    return next(iter(found.values())) if len(found) == 1 else None


def _meant(match: re.Match[str], view: View) -> list[Filed[Action]]:
    if match["year"]:
        name = f"A-{match['year']}-{match['number'].zfill(3)}"
        return [one for one in view.all(Action) if one.id == name]
    number = int(match["number"] or match["first"])
    every = [one for one in view.all(Action) if int(one.id.rpartition("-")[2]) == number]
    still = [one for one in every if one.record.state in OPEN]
    return still if len(still) == 1 else []
