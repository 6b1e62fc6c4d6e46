"""Who leads and who is known: chairs, nicks, presence, and taking over from chairs that are gone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded, same_seat, seat
from cloudbot.core.meetings.meeting import Deed, How, Meeting, Named, Reply, Seat, Step
from cloudbot.core.meetings.noting import added, say, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = re.compile(r"[,\s]+")
_CLASSIC = re.compile(r"[, ]+")
MOST = 256
"The nicks that one line may name; more do not fit in one of IRC."


def nicks(meeting: Meeting, argument: str) -> list[str]:
    """Return the nicks that a line names."""
    between = _CLASSIC if meeting.rules.manner == "classic" else _BETWEEN
    return [nick for nick in between.split(argument.strip()) if nick][:MOST]


def named(meeting: Meeting, names: Iterable[str], number: int, *, of: str = "", how: How = "known") -> Meeting:
    """Return the meeting in which these names are known from that line on."""
    trail = meeting.named
    for name in names:
        trail = trail.added(Named(name=name, line=number, of=of, how=how))
    return replace(meeting, named=trail)


def _current(meeting: Meeting) -> Reply:
    return say("meeting_chairs", chairs=sorted({meeting.owner.nick, *(one.nick for one in meeting.chairs)}))


def chair(meeting: Meeting, deed: Deed) -> Step:
    """Add chairs, whether they are there or not; the bot cannot be one."""
    if not deed.chair:
        return _taken_over(meeting, deed)
    wanted = [nick for nick in nicks(meeting, deed.argument) if folded(nick) != folded(meeting.rules.bot)]
    for nick in wanted:
        new = seat(meeting, nick)
        if not any(same_seat(meeting, new, one) for one in meeting.chairs):
            meeting = named(replace(meeting, chairs=(*meeting.chairs, new)), (nick,), deed.number)
    return meeting, (_current(meeting),)


def may_take_over(meeting: Meeting, deed: Deed) -> bool:
    """Whether a delegate types it and no chair has said anything for so long."""
    known = deed.line.account in meeting.rules.deciding
    return known and meeting.chair_at is not None and deed.line.at - meeting.chair_at >= meeting.rules.takeover


def _taken_over(meeting: Meeting, deed: Deed) -> Step:
    new = Seat(nick=deed.line.nick, account=deed.line.account)
    text = f"{new.nick} takes the chair: no chair has said anything since {meeting.chair_at:%H:%M} UTC"
    meeting = replace(meeting, chairs=(*meeting.chairs, new), chair_at=deed.line.at)
    return added(meeting, deed, "info", text), (_current(meeting),)


def unchair(meeting: Meeting, deed: Deed) -> Step:
    """Take chairs away; never the owner's."""
    classic = meeting.rules.manner == "classic"
    gone = [seat(meeting, nick) for nick in (deed.argument.split() if classic else nicks(meeting, deed.argument))]
    kept = tuple(one for one in meeting.chairs if not any(same_seat(meeting, one, other) for other in gone))
    meeting = replace(meeting, chairs=kept)
    if any(same_seat(meeting, meeting.owner, one) for one in gone) and not classic:
        return meeting, (tell(deed, "meeting_owner_stays", owner=meeting.owner.nick), _current(meeting))
    return meeting, (_current(meeting),)


def nick(meeting: Meeting, deed: Deed) -> Step:
    """Make nicks known, so that actions find them."""
    return named(meeting, nicks(meeting, deed.argument), deed.number), ()


def here(meeting: Meeting, deed: Deed) -> Step:
    """Note that somebody is here, under another name if they give one."""
    name = deed.argument.strip()
    return (named(meeting, (name,), deed.number, of=deed.line.nick) if name else meeting), ()
