"""`ready?` as a chair types it: who is there says so, and the meeting goes on when all did, or when nobody objects.

Nobody is asked for a command: `ready`, `yes` and `ok` are answers, `wait` and `not yet` objections. The bot is silent
until it is decided. Whoever said nothing has not objected: a chair who asks again after a minute goes on without them.
A topic in between is another question.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.meeting import Deed, Ready
from cloudbot.core.meetings.noting import say
from cloudbot.core.meetings.people import appearance
from cloudbot.core.meetings.walking import head, marked, next_item
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting, Step

PATIENCE = timedelta(minutes=1)
"How long who is silent has to object."
_ASKS = re.compile(r"#?\s*(?:(?:is )?every(?:one|body) )?ready(?: to (?:go|move) on)?\s*\?+", re.IGNORECASE)
_READY = frozenset(
    {"ready", "i am ready", "i'm ready", "yes", "y", "yep", "yeah", "ok", "okay", "+1", "go", "go on", "sure", "aye"}
)
_WAIT = frozenset(
    {"wait", "please wait", "no", "nope", "not yet", "not ready", "hold on", "one moment", "moment", "-1"}
)


def spoken(meeting: Meeting, line: Line, *, chair: bool) -> Step:
    """Take a question whether all are ready, and the answers to it; everything else is only said."""
    text = clean(line.text).rstrip(".! ").casefold()
    if chair and _ASKS.fullmatch(text):
        return _asked(meeting, line)
    asked = meeting.ready
    if asked is None or asked.topic != _topic(meeting) or text not in _READY | _WAIT:
        return meeting, ()
    if text in _WAIT:
        return replace(meeting, ready=None), (say("meeting_ready_wait", nick=line.nick),)
    said = replace(asked, said=asked.said | {folded(line.nick)})
    meeting = replace(meeting, ready=said)
    ready, here = _counted(meeting, said)
    return _gone_on(meeting, said, line) if ready == here else (meeting, ())


def _asked(meeting: Meeting, line: Line) -> Step:
    before = meeting.ready
    if before is not None and before.topic == _topic(meeting):
        return _gone_on(meeting, before, line) if line.at - before.at >= PATIENCE else (meeting, ())
    asked = Ready(
        at=line.at, nick=line.nick, account=line.account, topic=_topic(meeting), said=frozenset({folded(line.nick)})
    )
    return replace(meeting, ready=asked), ()


def _topic(meeting: Meeting) -> int:
    now = head(meeting)
    return 0 if now is None else now.id


def _counted(meeting: Meeting, asked: Ready) -> tuple[int, int]:
    here = [one for one in appearance(meeting) if one.here]
    return sum(any(folded(name) in asked.said for name in one.names) for one in here), len(here)


def _gone_on(meeting: Meeting, asked: Ready, line: Line) -> Step:
    """Take up the next item, in the name of the chair who asked; without one say how many are ready."""
    ready, here = _counted(meeting, asked)
    meeting = replace(meeting, ready=None)
    if not any(one.mark == "left" for one in marked(meeting)):
        return meeting, (say("meeting_ready", ready=ready, here=here),)
    asker = replace(line, nick=asked.nick, account=asked.account)
    return next_item(meeting, Deed(line=asker, number=meeting.said, argument="", chair=True, word="next"))
