"""A long line that a client cut in two: the rest comes as the next line, and the item ends in the middle of a sentence.

Nothing is joined by itself, since people also go on talking right after a long item. Whoever typed it is told once,
with the way to say it whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import author, person
from cloudbot.core.meetings.meeting import Reply

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting, Step

LONG = 350
"Bytes of an item from which on its line may have been cut: IRC has 512 for a line with what is before its text."
SOON = timedelta(seconds=5)
"How fast the rest of a cut line comes: a client sends it at once, and a slow server a little later."
_ENDS = (".", "!", "?", ":", ")")


def offered(meeting: Meeting, line: Line) -> Step:
    """Tell who may have lost the end of an item how to note it."""
    item = meeting.items.last
    if item is None or len(item.text.encode()) < LONG or item.text.endswith(_ENDS) or line.at - item.at > SOON:
        return meeting, ()
    key = (person(line), f"cut {item.id}")
    if author(item) != person(line) or key in meeting.told:
        return meeting, ()
    told = Reply(how="tell", words="meeting_cut", values={"item": item}, to=line.nick)
    return replace(meeting, told=meeting.told | {key}), (told,)
