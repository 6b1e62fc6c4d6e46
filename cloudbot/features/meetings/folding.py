"""A meeting from the journal: the one function by which a line counts, when it is said and at every start after it.

What is published may hold no address of a machine and no telephone number, so the fold never sees one: a line is masked
before it is folded, and nothing that is made of the meeting can forget it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.core.meetings.fold import step
from cloudbot.core.meetings.identity import folded as same_nick
from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.logs.privacy import published
from cloudbot.core.meetings.meeting import Meeting, Reply
from cloudbot.features.meetings.closing import closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cloudbot.core.facts import Fact
    from cloudbot.features.meetings.document import FactOfMeeting, Held, Meetings

Folded = tuple["Meetings", tuple[Reply, ...]]


def fresh(held: Held) -> Meeting:
    """Return a meeting before its first line."""
    prepared = held.prepared
    return Meeting(channel=held.venue.name, rules=prepared.ruled(), topic=prepared.topic, name=prepared.name)


def line_of(fact: LineSaid) -> Line:
    """Return what was said as a line of the log. Our own lines are a bot's, also after a change of our nick."""
    return Line(
        at=fact.at,
        nick=fact.nick,
        text=fact.text if fact.kind == "is now" else published(fact.text),
        kind=fact.kind,
        account=fact.account,
        bot=fact.bot or is_ours(fact),
    )


def is_ours(fact: LineSaid) -> bool:
    """Whether we said it ourselves. Somebody with the nick that we are configured to have is not us by that."""
    return fact.me != "" and same_nick(fact.nick) == same_nick(fact.me)


def _as_we_are(meeting: Meeting, me: str) -> Meeting:
    if not me or same_nick(me) == same_nick(meeting.rules.bot):
        return meeting
    return replace(meeting, rules=replace(meeting.rules, bot=me))


def folded(document: Meetings, number: int, fact: FactOfMeeting) -> Folded:
    """Return the document after one fact more of a channel, and what the bot does about it."""
    held = document.concerned(fact.venue, number)
    if held is None:
        return document, ()
    meeting = cast("Mapping[int, Meeting]", document.folded).get(held.began) or fresh(held)
    match fact:
        case LineSaid():
            return _said(document, held, meeting, number, fact)
        case ChannelLeft():
            return document.with_meeting(replace(held, away=held.away or fact.at), meeting), ()
        case ChannelEntered():
            return _entered(document, held, meeting, fact)


def _said(document: Meetings, held: Held, meeting: Meeting, number: int, fact: LineSaid) -> Folded:
    meeting, replies = step(_as_we_are(meeting, fact.me), line_of(fact))
    if fact.absent and any(reply.words == "meeting_chairs" for reply in replies):
        values = {"command": "chair", "nicks": fact.absent}
        replies = (*replies, Reply(how="tell", words="meeting_absent", values=values, to=fact.nick))
    if meeting.phase == "ended" and held.ended is None:
        held = replace(held, ended=number)
    return document.with_meeting(held, meeting), replies


def _entered(document: Meetings, held: Held, meeting: Meeting, fact: ChannelEntered) -> Folded:
    """Note since when nobody listened: since we left, or since the last line where nobody knows when we did.

    The instant of a gap is its begin. Two absences between which nothing was heard are one, and told once.
    """
    last = meeting.lines.last
    again = last is not None and last.kind == "gap"
    if last is not None and again:
        since, meeting = last.at, replace(meeting, lines=meeting.lines.before)
    else:
        since = held.away or (held.started if last is None else last.at)
    text = _span(since, fact.at)
    meeting, _ = step(meeting, Line(at=since, nick=meeting.rules.bot, text=text, kind="gap"))
    told = () if again or meeting.quiet else (Reply(how="say", words="meeting_back", values={"gap": text}),)
    return document.with_meeting(replace(held, away=None), meeting), told


def _span(since: datetime, until: datetime) -> str:
    shown = "%H:%M" if f"{since:%H:%M}" != f"{until:%H:%M}" else "%H:%M:%S"
    return f"{since:{shown}} to {until:{shown}}"


def again(document: Meetings, facts: Iterable[tuple[int, Fact]]) -> Meetings:
    """Fold every meeting again. One whose first line is no longer in the journal is forgotten."""
    stored = {one.began: one for one in document.held}
    now = replace(document, held=tuple(replace(one, away=None) for one in document.held), folded={})
    for number, fact in facts:
        now, _ = folded(now, number, cast("FactOfMeeting", fact))
    whole = {number: meeting for number, meeting in now.folded.items() if meeting.started is not None}
    meetings = {number: closed(meeting, stored[number].closed) for number, meeting in whole.items()}
    kept = tuple(one for one in now.held if one.began in meetings)
    return replace(now, held=kept, folded=meetings)
