"""The speaker queue of W3C meetings: `q+`, `q+ to note`, `q-`, `q?`, `ack nick`; there is none unless somebody queues.

`q+` and `q-` are taken in silence, the log has them; `q?` and `ack` are answered.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.meeting import Waiting
from cloudbot.core.meetings.noting import say, tell

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Deed, Meeting, Step

_NOTED = re.compile(r"(?:(?P<nick>(?!to\b)\S+)\s*)?(?:\bto\s+(?P<note>.*))?")
LONGEST = 40
"Who can be waiting; more do not fit into a line, nor into a meeting."


def joining(meeting: Meeting, deed: Deed) -> Step:
    """Put somebody, or oneself, at the end of the queue, with what it is about; who is in it stays at their place."""
    found = _NOTED.fullmatch(deed.argument.strip())
    nick = (found and found["nick"]) or deed.line.nick
    one = Waiting(nick=nick, note=((found and found["note"]) or "").strip())
    if any(folded(other.nick) == folded(nick) for other in meeting.queue):
        queue = tuple(one if folded(other.nick) == folded(nick) and one.note else other for other in meeting.queue)
        return replace(meeting, queue=queue), ()
    return replace(meeting, queue=(*meeting.queue, one)[:LONGEST]), ()


def leaving(meeting: Meeting, deed: Deed) -> Step:
    """Take somebody, or oneself, out of the queue; `q- all` takes everybody out."""
    nick = deed.argument.strip() or deed.line.nick
    if nick.lower() in {"*", "all"}:
        return replace(meeting, queue=()), ()
    kept = tuple(one for one in meeting.queue if folded(one.nick) != folded(nick))
    return replace(meeting, queue=kept), ()


def shown(meeting: Meeting, deed: Deed) -> Step:
    """Say who is waiting."""
    del deed
    return meeting, (say("meeting_queue", queue=meeting.queue),)


def called(meeting: Meeting, deed: Deed) -> Step:
    """Give somebody the word, or with `next` the first: they leave the queue, and what they came for is said."""
    wanted = deed.argument.strip()
    first = wanted.lower() == "next"
    found = [one for one in meeting.queue if first or folded(one.nick) == folded(wanted)]
    if not found:
        return meeting, (tell(deed, "meeting_queue", queue=meeting.queue),)
    queue = tuple(one for one in meeting.queue if one is not found[0])
    return replace(meeting, queue=queue), (say("meeting_queue_called", called=found[0], queue=queue),)
