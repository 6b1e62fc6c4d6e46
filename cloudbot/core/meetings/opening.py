"""How a meeting begins and ends, what it is called, and whether the bot speaks in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.actions import duties
from cloudbot.core.meetings.balloting import closed
from cloudbot.core.meetings.commands import COMMANDS
from cloudbot.core.meetings.noting import say, tell, topic_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.meetings.meeting import Deed, Meeting, Step


def start(meeting: Meeting, deed: Deed) -> Step:
    """Begin. One that is running is not begun again, except in MeetBot's replay, where time and topic are new."""
    classic = meeting.rules.manner == "classic"
    if meeting.started is not None and not classic:
        return meeting, (tell(deed, "meeting_runs", owner=meeting.owner.nick),)
    topic = deed.argument.strip() if deed.chair else ""
    meeting = replace(meeting, started=deed.line.at, topic=topic or meeting.topic)
    said = [say("meeting_started", at=deed.line.at, owner=deed.line.nick, topic=topic)]
    if topic:
        said.append(topic_reply(meeting))
    if meeting.agenda:
        minutes = sum(item.minutes for item in meeting.agenda)
        said.append(say("meeting_agenda_begins", items=[item.text for item in meeting.agenda], minutes=minutes))
    if meeting.rules.quorum:
        said.append(say("meeting_quorum", needed=meeting.rules.quorum))
    return meeting, tuple(said)


def end(meeting: Meeting, deed: Deed) -> Step:
    """End. A vote that is open is counted first, and for actions that are nobody's somebody is asked for, once."""
    meeting, voted = closed(meeting, deed) if meeting.vote is not None else (meeting, ())
    ended = replace(meeting, phase="ended", ended=deed.line.at)
    nobodys = duties(ended).unassigned if meeting.rules.manner == "live" else ()
    asked = (say("meeting_unassigned", items=nobodys),) if nobodys else ()
    return ended, (*voted, *asked, say("meeting_ended", at=deed.line.at))


def meeting_topic(meeting: Meeting, deed: Deed) -> Step:
    """Say what the whole meeting is about; nothing, `none` and `unset` unset it."""
    text = deed.argument.strip()
    meeting = replace(meeting, topic="" if text.lower() in {"none", "unset"} else text)
    return meeting, (topic_reply(meeting),)


def meeting_name(meeting: Meeting, deed: Deed) -> Step:
    """Give the meeting the name that its files may have, as MeetBot does: lower case, `_` for blanks.

    `minutes.names` makes a file name of it.
    """
    meeting = replace(meeting, name="_".join(deed.argument.lower().split()))
    return meeting, (say("meeting_named", name=meeting.name),)


def save(meeting: Meeting, deed: Deed) -> Step:
    """Have the minutes written as they are now; in MeetBot's replay that is also the time of the end."""
    classic = meeting.rules.manner == "classic"
    return (replace(meeting, ended=deed.line.at) if classic else meeting), (say("meeting_saved"),)


def lurking(*, quiet: bool) -> Callable[[Meeting, Deed], Step]:
    """Return what #lurk and #unlurk do."""

    def lurk(meeting: Meeting, deed: Deed) -> Step:
        del deed
        return replace(meeting, quiet=quiet), ()

    return lurk


def restrict(meeting: Meeting, deed: Deed) -> Step:
    """Have the log not published."""
    return replace(meeting, restricted=True), (tell(deed, "meeting_restricted"),)


def commands(meeting: Meeting, deed: Deed) -> Step:
    """Tell the commands."""
    return meeting, (tell(deed, "meeting_commands", names=sorted(f"#{one.name}" for one in COMMANDS)),)
