"""How much one person is answered in a minute: who types #info a thousand times must not keep the bot from the rest.

Chairs are answered always. What was said counts as ever, only nothing is answered; none of this is stored.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded, is_chair

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting, Reply
    from cloudbot.features.meetings.document import Meetings

MINUTE = timedelta(minutes=1)
MOST = 6


def limited(
    document: Meetings, meeting: Meeting, line: Line, replies: tuple[Reply, ...]
) -> tuple[Meetings, tuple[Reply, ...]]:
    """Return the replies that are still given, and the document that knows how many there were."""
    if not replies or is_chair(meeting, line):
        return document, replies
    who = (meeting.channel, f"={line.account}" if line.account else folded(line.nick))
    recent = {key: (since, count) for key, (since, count) in document.answered.items() if line.at - since < MINUTE}
    since, count = recent.get(who, (line.at, 0))
    counted = replace(document, answered={**recent, who: (since, count + len(replies))})
    return counted, replies[: max(0, MOST - count)]
