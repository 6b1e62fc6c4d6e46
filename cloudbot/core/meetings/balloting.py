"""Votes in a meeting: opening, ballots, closing. What a ballot means is in `votes`, whose counts in `electorate`.

`#vote` never opens anything: at OpenDev and hcoop it casts a ballot, at Ubuntu it opens a vote. While none is open a
chair is told the three ways to open one, and everybody else that none is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings import electorate, votes
from cloudbot.core.meetings.identity import folded, person
from cloudbot.core.meetings.meeting import Deed, Voted
from cloudbot.core.meetings.noting import added, say, tell
from cloudbot.core.meetings.recusing import recused
from cloudbot.core.meetings.votes import Ballot, Vote

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting, Step

IN_PRIVATE = "in private"
"Shown instead of the nick of a ballot that was cast in a query."
WAYS = ("#motion TEXT", "#startvote QUESTION? Yes, No", "#startvote QUESTION? a, b, c")


def _opened(meeting: Meeting, deed: Deed, vote: Vote) -> Step:
    if meeting.vote is not None:
        return meeting, (tell(deed, "meeting_vote_open", question=meeting.vote.question),)
    coming = meeting.votes
    whose = coming.whose or meeting.rules.voters
    opened = replace(meeting, vote=replace(vote, voters=coming.voters, whose=whose, required=coming.required))
    return opened, (say("meeting_vote_begins", vote=opened.vote, recused=sorted(recused(opened))),)


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
    refusal = electorate.refusal(meeting, vote, deed.line)
    if refusal:
        return meeting, (tell(deed, refusal),)
    who, nick = person(deed.line), folded(deed.line.nick)
    others = {key: one for key, one in vote.ballots.items() if key != nick}  # they may have identified since
    nick_shown = IN_PRIVATE if deed.line.kind == "ballot" else deed.line.nick
    cast = Ballot(nick=nick_shown, choice=meant[0], line=deed.number, why="" if nick_shown == IN_PRIVATE else meant[1])
    return replace(meeting, vote=votes.cast(replace(vote, ballots=others), person=who, ballot=cast)), ()


def private(meeting: Meeting, line: Line) -> Step:
    """Take a ballot that was cast in a query: counted like any other, and its nick is not shown."""
    deed = Deed(line=line, number=meeting.said, argument=line.text, chair=False, word="vote")
    after, said = ballot(meeting, deed)
    return after, said or (tell(deed, "meeting_vote_taken", private=True),)


def show_vote(meeting: Meeting, deed: Deed) -> Step:
    """Say how the vote stands, and which of the voters were not heard yet."""
    vote = meeting.vote
    if vote is None:
        return meeting, (tell(deed, "meeting_vote_none"),)
    unheard = electorate.silent(meeting, vote)
    return meeting, (say("meeting_vote_stands", vote=vote, outcome=votes.counted(vote), silent=unheard),)


def closed(meeting: Meeting, deed: Deed) -> Step:
    """Count the vote and note its outcome, with whose ballot is missing and whether enough were there."""
    vote = meeting.vote
    if vote is None:
        return meeting, (tell(deed, "meeting_vote_none"),)
    outcome = electorate.without_quorum(meeting, votes.counted(vote))
    text = votes.described(vote, outcome, electorate.notes(meeting, vote))
    unheard = electorate.silent(meeting, vote)
    voted = Voted(item=meeting.next_id, vote=vote, outcome=outcome, silent=unheard)
    noted = added(replace(meeting, vote=None, voted=(*meeting.voted, voted)), deed, "vote", text)
    return noted, (say("meeting_vote_ends", vote=vote, outcome=outcome, silent=unheard),)
