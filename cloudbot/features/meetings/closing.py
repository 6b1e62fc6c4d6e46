"""A meeting that nobody ended: when it is over, and where it ended.

It ends at its last spoken line, so that what is said in the channel afterwards is nobody's business. Where people talk
on without a chair after the meeting's time, it ends at the last line of a chair or the last item, whichever is later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.meetings import opening
from cloudbot.core.meetings.identity import folded as same_nick
from cloudbot.core.meetings.meeting import Deed, Item
from cloudbot.features.meetings.document import Lull

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.features.meetings.document import Held

_SPOKEN = frozenset({"says", "does"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Since when, and who is silent."""

    since: datetime
    who: Lull


def last_spoken(meeting: Meeting) -> Line | None:
    """Return the last line that somebody said; the bot is nobody."""
    bot = same_nick(meeting.rules.bot)
    spoken = (line for line in reversed(meeting.lines) if line.kind in _SPOKEN)
    return next((line for line in spoken if not line.bot and same_nick(line.nick) != bot), None)


def pause(held: Held, meeting: Meeting, at: datetime) -> Pause | None:
    """Return why a meeting seems to be over, or None while it goes on."""
    last, idle = last_spoken(meeting), held.prepared.idle
    since = held.started if last is None else last.at
    if at - since >= idle:
        return Pause(since=since, who="nobody")
    led = meeting.chair_at or held.started
    if at - held.started >= held.prepared.duration and at - led >= idle:
        return Pause(since=led, who="no chair")
    return None


def next_look(held: Held, meeting: Meeting) -> datetime:
    """Return when a meeting that goes on may seem to be over, if nothing more is said."""
    last, idle = last_spoken(meeting), held.prepared.idle
    silent = (held.started if last is None else last.at) + idle
    led = (meeting.chair_at or held.started) + idle
    return min(silent, max(held.started + held.prepared.duration, led))


def closed(meeting: Meeting, why: Lull | None) -> Meeting:
    """Return the meeting as the bot ended it; one that was ended by a person is as it was."""
    if why is None:
        return meeting
    meeting = _cut(meeting, why)
    last = last_spoken(meeting)
    if last is None:
        return meeting
    noted = replace(meeting, items=meeting.items.added(_note(meeting, last, why)), next_id=meeting.next_id + 1)
    deed = Deed(line=replace(last, nick=meeting.rules.bot), number=meeting.said, argument="", chair=True)
    ended, _ = opening.end(noted, replace(deed, word="endmeeting"))
    return ended


def _cut(meeting: Meeting, why: Lull) -> Meeting:
    """Drop what came after the last line that counts: our own question, changes of nick, and private talk."""
    item = meeting.items.last
    ends = [at for at in (meeting.chair_at, None if item is None else item.at) if at is not None]
    until = max(ends) if why == "no chair" and ends else None
    last = last_spoken(meeting)
    while last is not None and until is not None and last.at > until and len(meeting.lines):
        meeting = _without_last(meeting, last)
        last = last_spoken(meeting)
    return meeting if last is None else _without_last(meeting, last, keep=True)


def _without_last(meeting: Meeting, last: Line, *, keep: bool = False) -> Meeting:
    """Drop the lines after one, and that one unless it is kept."""
    lines, said = meeting.lines, meeting.said
    while len(lines) and lines.last is not last:
        said -= lines.last is not None and lines.last.kind in _SPOKEN
        lines = lines.before
    return replace(meeting, lines=lines, said=said) if keep else replace(meeting, lines=lines.before, said=said - 1)


def _note(meeting: Meeting, last: Line, why: Lull) -> Item:
    text = f"closed by the bot: {_WHY[why]} after {last.at:%H:%M} UTC"
    return Item(id=meeting.next_id, kind="info", text=text, nick=meeting.rules.bot, at=last.at, line=meeting.said)


_WHY: dict[Lull, str] = {"nobody": "nobody said anything", "no chair": "no chair said anything"}
