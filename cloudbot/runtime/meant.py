"""What a line that is just heard means for a meeting, as far as that has to be known before it is written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings import votes
from cloudbot.core.meetings.grammar import recognise
from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.lines import Line

if TYPE_CHECKING:
    from cloudbot.core.meetings.grammar import Typed
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.core.ports import Chat
    from cloudbot.core.speech import Heard, Venue

BETWEEN_NICKS = re.compile(r"[,\s]+")


def typed_command(heard: Heard) -> Typed | None:
    """Return the meeting command of a line; nothing that is done, and nothing a bot says, is one."""
    if heard.does or heard.speaker.bot or heard.text[:1] != "#":
        return None
    return recognise(Line(at=heard.at, nick=heard.speaker.nick, text=heard.text), "live")


def absent(typed: Typed | None, venue: Venue, chat: Chat) -> tuple[str, ...]:
    """Return whom a #chair names that is not there."""
    if typed is None or typed.command.name != "chair":
        return ()
    return tuple(nick for nick in BETWEEN_NICKS.split(typed.argument) if nick and not chat.has(venue, nick))


def needs_account(heard: Heard, typed: Typed | None, meeting: Meeting | None) -> bool:
    """Whether a line may mean nothing without the account of who says it.

    That is the beginning of a meeting, what only chairs may do, which whoever holds a seat or takes one over does by
    account, anything that who holds a seat commands, and a ballot.
    """
    if meeting is None:
        return typed is not None and typed.command.name == "startmeeting"
    if typed is None:
        return meeting.vote is not None and not heard.does and votes.is_bare(heard.text)
    if typed.command.who == "chair" or (meeting.vote is not None and typed.command.name == "vote"):
        return True
    nick = folded(heard.speaker.nick)
    return any(folded(one.nick) == nick for one in (meeting.owner, *meeting.chairs))
