"""Whether minutes agree with themselves, and whether those who are to chair a series are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.meetings import Agenda, Minutes, Series
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View


def items(view: View) -> Iterator[Hit]:
    """What minutes tell of an item, they tell of one they have, and a meeting ends after it began."""
    for one in view.all(Minutes):
        record = one.record
        known = {item.id for item in record.items}
        gone = {fix.item for fix in record.fixes}
        named = [(("decisions", number), item) for number, item in enumerate(record.decisions)]
        named += [(("actions", number), promised.item) for number, promised in enumerate(record.actions)]
        for at, item in named:
            if item not in known | gone:
                yield Hit(one, at, f"{one.id}/{item}", f"names the item {item}, which is not there", "one that is")
        if record.ended < record.started:
            yield Hit(one, ("ended",), one.id, "ends before it began", "when it ended")


def chairing(view: View) -> Iterator[Hit]:
    """Who is to chair a meeting is of the team."""
    for series in view.all(Series):
        for number, person in enumerate(series.record.rota):
            if series.record.holds(view.on) and has_left(view, person):
                what = f"has {person} in its rota, who has left"
                yield Hit(series, ("rota", number), f"{series.id}/{person}", what, "the others only")
    for agenda in view.all(Agenda):
        chair = agenda.record.chair
        if chair is not None and has_left(view, chair):
            yield Hit(agenda, ("chair",), agenda.id, f"is to be chaired by {chair}, who has left", "somebody else")
