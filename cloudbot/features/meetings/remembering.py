"""What is remembered of a meeting for good, and how long the meeting itself stays in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.meetings.minutes.markdown import DECIDED
from cloudbot.core.meetings.minutes.outline import title
from cloudbot.features.meetings.document import Past
from cloudbot.features.meetings.settings import Settings

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.meetings.minutes.reading import Reading
    from cloudbot.core.speech import Venue
    from cloudbot.features.meetings.document import Held, Meetings

KEPT = timedelta(days=14)
MOST = 5
"""Ended meetings of a channel that stay in memory."""
MOST_PAST = 2000
"""Meetings in the index: forty years of one a week."""


def past(held: Held, reading: Reading) -> Past:
    """Return what is remembered of a meeting for good."""
    meeting = reading.meeting
    return Past(
        stem=held.stem,
        venue=held.venue,
        title=title(meeting),
        started=held.started,
        ended=meeting.ended or held.started,
        people=sum(one.lines > 0 for one in reading.people),
        decisions=sum(item.kind in DECIDED for item in meeting.items),
        actions=sum(item.kind == "action" for item in meeting.items),
        topics=tuple(item.text for item in meeting.items if item.kind == "topic"),
        series=held.prepared.series,
    )


def remembered(document: Meetings, held: Held, reading: Reading, world: World) -> Meetings:
    """Return the document with a meeting that ended, and without those that ended long ago."""
    known = (*document.past, past(held, reading))[-MOST_PAST:]
    return kept(replace(document, past=known), world)


def kept(document: Meetings, world: World) -> Meetings:
    """Return the document without meetings that ended long ago, or that many ended after in their channel."""
    longest = min(KEPT, timedelta(days=world.setting(Settings).keep_lines_days))
    ended = [one for one in document.held if one.ended is not None]
    newest = {one.began for venue in {one.venue for one in ended} for one in _newest(ended, venue)}
    recent = {one.began for one in ended if world.at - one.started < longest}
    held = tuple(one for one in document.held if one.ended is None or one.began in newest & recent)
    numbers = {one.began for one in held}
    folded = {number: meeting for number, meeting in document.folded.items() if number in numbers}
    return replace(document, held=held, folded=folded)


def _newest(ended: list[Held], venue: Venue) -> list[Held]:
    return [one for one in ended if one.venue == venue][-MOST:]
