"""Who is who among those who speak: the services account where the network vouched for one, else the nick.

A connection that was vouched for is so under every nick it takes, until it leaves or nobody listened for a time: not
every network says with each line whose it is. That is remembered by the nick as the server writes it: networks do not
agree on which letters are one, and `{ken}` may be somebody else than `[ken]`. A nick that was an account's proves
nothing after that: an unidentified person who takes a chair's nick is no chair. Logs have no accounts; there nicks
decide, and changes of nick are followed. The classic manner compares nicks letter by letter, as MeetBot does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.meeting import Meeting, Seat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Item
    from cloudbot.core.meetings.votes import Vote

_RFC1459 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", "abcdefghijklmnopqrstuvwxyz{}|^")


def folded(nick: str) -> str:
    """Return the form in which equal nicks are equal (RFC 1459 section 2.2; letters outside ASCII keep their case)."""
    return nick.translate(_RFC1459)


def person(line: Line) -> str:
    """Return whose line it is: `=account`, or the folded nick; no nick begins with `=`."""
    return f"={line.account}" if line.account else folded(line.nick)


def author(item: Item) -> str:
    """Return who noted an item, as `person` has it."""
    return f"={item.account}" if item.account else folded(item.nick)


def proven(meeting: Meeting, line: Line) -> Line:
    """Return the line with the account that its connection was vouched for by, where the line itself says none."""
    known = "" if line.account or meeting.rules.manner == "classic" else meeting.accounts.get(line.nick, "")
    return replace(line, account=known) if known else line


def seat(meeting: Meeting, nick: str) -> Seat:
    """Return a seat for a nick, held by its account where one was ever vouched for in this meeting."""
    account = "" if meeting.rules.manner == "classic" else meeting.claimed.get(folded(nick), "")
    return Seat(nick=nick, account=account)


def is_chair(meeting: Meeting, line: Line) -> bool:
    """Whether whoever said this may do what chairs do."""
    return any(_holds(meeting, one, line) for one in (meeting.owner, *meeting.chairs))


def _holds(meeting: Meeting, held: Seat, line: Line) -> bool:
    if meeting.rules.manner == "classic":
        return held.nick == line.nick
    return held.account == line.account if held.account else folded(held.nick) == folded(line.nick)


def same_seat(meeting: Meeting, one: Seat, other: Seat) -> bool:
    """Whether two seats are one person's."""
    if meeting.rules.manner == "classic":
        return one.nick == other.nick
    return folded(one.nick) == folded(other.nick) or (one.account != "" and one.account == other.account)


def vouched(meeting: Meeting, line: Line) -> Meeting:
    """Remember the account of a line; a seat given to a bare nick is its holder's account's from then on."""
    nick = folded(line.nick)
    if not line.account or meeting.accounts.get(line.nick) == line.account or meeting.rules.manner == "classic":
        return meeting

    def bound(held: Seat) -> Seat:
        return held if held.account or folded(held.nick) != nick else replace(held, account=line.account)

    return replace(
        meeting,
        accounts={**meeting.accounts, line.nick: line.account},
        claimed={**meeting.claimed, nick: line.account},
        owner=bound(meeting.owner),
        chairs=tuple(bound(one) for one in meeting.chairs),
    )


def forgotten(meeting: Meeting, line: Line) -> Meeting:
    """Forget who somebody who left is, or, where nobody listened for a time, who anybody is."""
    if line.kind == "gap":
        return replace(meeting, accounts={}) if meeting.accounts else meeting
    if line.nick not in meeting.accounts:
        return meeting
    return replace(meeting, accounts=_without(meeting.accounts, line.nick))


def _without(accounts: Mapping[str, str], *nicks: str) -> Mapping[str, str]:
    return {nick: account for nick, account in accounts.items() if nick not in nicks}


def renamed(meeting: Meeting, line: Line) -> Meeting:
    """Let seats and ballots follow a change of nick from `line.nick` to `line.text`."""
    old, new = folded(line.nick), line.text.strip()
    if meeting.rules.manner == "classic" or not new:
        return meeting

    def moved(held: Seat) -> Seat:
        return replace(held, nick=new) if folded(held.nick) == old else held

    account = line.account or meeting.accounts.get(line.nick, "")
    return replace(
        meeting,
        accounts={**_without(meeting.accounts, line.nick, new), **({new: account} if account else {})},
        claimed={**_without(meeting.claimed, old), **({folded(new): account} if account else {})},
        owner=moved(meeting.owner),
        chairs=tuple(moved(one) for one in meeting.chairs),
        vote=None if meeting.vote is None else _voter_moved(meeting.vote, old, new),
        votes=replace(meeting.votes, voters=_moved(meeting.votes.voters, old, new)),
    )


def _voter_moved(vote: Vote, old: str, new: str) -> Vote:
    ballots = {folded(new) if who == old else who: ballot for who, ballot in vote.ballots.items()}
    return replace(vote, ballots=ballots, voters=_moved(vote.voters, old, new))


def _moved(nicks: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if folded(one) == old else one for one in nicks)
