"""Votes in a meeting: opening, ballots, closing. What a ballot means and how it is counted is in `votes`.

`#vote` never opens anything: at OpenDev and hcoop it casts a ballot, at Ubuntu it opens a vote. While none is open a
chair is told the three ways to open one, and everybody else that none is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings import votes
from cloudbot.core.meetings.identity import folded, person
from cloudbot.core.meetings.meeting import Deed
from cloudbot.core.meetings.noting import added, say, tell
from cloudbot.core.meetings.votes import Ballot, Vote

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting, Step

_BETWEEN = re.compile(r"[,\s]+")
IN_PRIVATE = "in private"
"Shown instead of the nick of a ballot that was cast in a query."
WAYS = ("#motion TEXT", "#startvote QUESTION? Yes, No", "#startvote QUESTION? a, b, c")


def _opened(meeting: Meeting, deed: Deed, vote: Vote) -> Step:
    if meeting.vote is not None:
        return meeting, (tell(deed, "meeting_vote_open", question=meeting.vote.question),)
    vote = replace(vote, voters=meeting.votes.voters, required=meeting.votes.required)
    return replace(meeting, vote=vote), (say("meeting_vote_begins", vote=vote),)


def motion(meeting: Meeting, deed: Deed) -> Step:
    """Put a motion to the vote."""
    made = votes.motion(deed.argument, at=deed.line.at, line=deed.number, nick=deed.line.nick)
    return _opened(meeting, deed, made)


def start_vote(meeting: Meeting, deed: Deed) -> Step:
    """Open a vote between options."""
    question, options = votes.question(deed.argument)
    vote = Vote(question=question, options=options, at=deed.line.at, line=deed.number, nick=deed.line.nick)
    return _opened(meeting, deed, vote)


def ballot(meeting: Meeting, deed: Deed) -> Step:
    """Take a ballot. Nothing is said in the channel about one that counts."""
    vote = meeting.vote
    if vote is None:
        return meeting, (tell(deed, "meeting_vote_how", ways=WAYS) if deed.chair else tell(deed, "meeting_vote_none"),)
    meant = votes.choice(vote, deed.argument)
    if meant is None:
        return meeting, (tell(deed, "meeting_vote_options", options=vote.options),)
    refusal = _refusal(meeting, vote, deed)
    if refusal:
        return meeting, (tell(deed, refusal),)
    who, nick = person(deed.line), folded(deed.line.nick)
    others = {key: one for key, one in vote.ballots.items() if key != nick}  # they may have identified since
    nick_shown = IN_PRIVATE if deed.line.kind == "ballot" else deed.line.nick
    cast = Ballot(nick=nick_shown, choice=meant[0], line=deed.number, why="" if nick_shown == IN_PRIVATE else meant[1])
    return replace(meeting, vote=votes.cast(replace(vote, ballots=others), person=who, ballot=cast)), ()


def private_ballot(text: str) -> tuple[str, str] | None:
    """Return the ballot and the channel of `vote +1 #debian-cloud`, as it is typed in a query; None for other lines."""
    words = text.split()
    least = 3
    if len(words) < least or words[0].lower().lstrip("#") != "vote" or not words[-1].startswith("#"):
        return None
    return " ".join(words[1:-1]), words[-1]


def private(meeting: Meeting, line: Line) -> Step:
    """Take a ballot that was cast in a query: counted like any other, and its nick is not shown."""
    deed = Deed(line=line, number=meeting.said, argument=line.text, chair=False, word="vote")
    after, said = ballot(meeting, deed)
    return after, said or (tell(deed, "meeting_vote_taken", private=True),)


def _refusal(meeting: Meeting, vote: Vote, deed: Deed) -> str:
    if folded(deed.line.nick) in meeting.claimed and not deed.line.account:
        return "meeting_vote_unproven"
    voters = {folded(nick) for nick in vote.voters}
    accounts = {meeting.claimed[nick] for nick in voters if nick in meeting.claimed}
    may = not voters or folded(deed.line.nick) in voters or deed.line.account in accounts
    return "" if may else "meeting_vote_not_yours"


def show_vote(meeting: Meeting, deed: Deed) -> Step:
    """Say how the vote stands, and which of the voters were not heard yet."""
    vote = meeting.vote
    if vote is None:
        return meeting, (tell(deed, "meeting_vote_none"),)
    silent = tuple(nick for nick in vote.voters if not _has_voted(meeting, vote, nick))
    return meeting, (say("meeting_vote_stands", vote=vote, outcome=votes.counted(vote), silent=silent),)


def _has_voted(meeting: Meeting, vote: Vote, nick: str) -> bool:
    account = meeting.claimed.get(folded(nick), "")
    return folded(nick) in vote.ballots or (account != "" and f"={account}" in vote.ballots)


def closed(meeting: Meeting, deed: Deed) -> Step:
    """Count the vote and note its outcome."""
    vote = meeting.vote
    if vote is None:
        return meeting, (tell(deed, "meeting_vote_none"),)
    noted = added(replace(meeting, vote=None), deed, "vote", votes.described(vote))
    return noted, (say("meeting_vote_ends", vote=vote, outcome=votes.counted(vote)),)


def voters(meeting: Meeting, deed: Deed) -> Step:
    """Say who may vote from now on, in an open vote too; `all` and nothing mean everybody."""
    nicks = tuple(nick for nick in _BETWEEN.split(deed.argument.strip()) if nick)
    chosen = () if [nick.lower() for nick in nicks] == ["all"] else nicks
    vote = None if meeting.vote is None else replace(meeting.vote, voters=chosen)
    changed = replace(meeting, votes=replace(meeting.votes, voters=chosen), vote=vote)
    return changed, (say("meeting_voters", voters=chosen),)


def required(meeting: Meeting, deed: Deed) -> Step:
    """Say by how many votes a motion must be ahead."""
    number = deed.argument.strip()
    if not (number.isascii() and number.isdigit() and len(number) < 4):  # noqa: PLR2004 - nobody has 1000 voters
        return meeting, (tell(deed, "meeting_votes_number"),)
    vote = None if meeting.vote is None else replace(meeting.vote, required=int(number))
    return replace(meeting, votes=replace(meeting.votes, required=int(number)), vote=vote), ()
