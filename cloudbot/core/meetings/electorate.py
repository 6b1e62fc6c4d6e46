"""Who may vote, who of them was not heard, and whether enough were there: everybody, the delegates, or those named.

By services account where one was vouched for. Whoever comes by a nick that was an account's has to prove it, and who
steps back at what is voted on has no ballot.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.noting import say, tell
from cloudbot.core.meetings.recusing import recused, steps_back
from cloudbot.core.meetings.roll import roll

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Deed, Meeting, Step
    from cloudbot.core.meetings.votes import Outcome, Vote, Whose

_BETWEEN = re.compile(r"[,\s]+")


def refusal(meeting: Meeting, vote: Vote, line: Line) -> str:
    """Return the word to somebody who may not vote, or nothing."""
    if folded(line.nick) in meeting.claimed and not line.account:
        return "meeting_vote_unproven"
    if steps_back(meeting, line):
        return "meeting_vote_recused"
    return "" if _may(meeting, vote, line) else "meeting_vote_not_yours"


def _may(meeting: Meeting, vote: Vote, line: Line) -> bool:
    if vote.whose == "delegates":
        return line.account in meeting.rules.deciding
    nicks = {folded(nick) for nick in vote.voters}
    accounts = {meeting.claimed[nick] for nick in nicks if nick in meeting.claimed}
    return vote.whose == "everybody" or folded(line.nick) in nicks or line.account in accounts


def silent(meeting: Meeting, vote: Vote) -> tuple[str, ...]:
    """Return who may vote and was not heard; nobody where everybody may."""
    if vote.whose == "named":
        return tuple(nick for nick in vote.voters if not _has_voted(meeting, vote, nick))
    if vote.whose == "everybody":
        return ()
    heard = {who.removeprefix("=") for who in vote.ballots if who.startswith("=")}
    people = {account: one.person for one in meeting.rules.known if one.delegate for account in one.accounts}
    names = {people.get(account, account) for account in meeting.rules.deciding}
    return tuple(sorted(names - {people.get(account, account) for account in heard} - recused(meeting)))


def _has_voted(meeting: Meeting, vote: Vote, nick: str) -> bool:
    account = meeting.claimed.get(folded(nick), "")
    return folded(nick) in vote.ballots or (account != "" and f"={account}" in vote.ballots)


def without_quorum(meeting: Meeting, outcome: Outcome) -> Outcome:
    """Return the outcome, saying so where too few delegates are there for it to decide anything."""
    found = roll(meeting) if meeting.rules.quorum else None
    if found is None or found.reached:
        return outcome
    here = f"{found.deciding} of {found.needed} delegates there"
    return replace(outcome, verdict=f"no quorum ({here}); by the ballots: {outcome.verdict}", quorum=False)


def notes(meeting: Meeting, vote: Vote) -> str:
    """Return what the minutes say of those without a ballot."""
    unheard, back = silent(meeting, vote), sorted(recused(meeting))
    parts = (("Not heard", unheard), ("Stepped back", back))
    return "".join(f" {label}: {', '.join(names)}." for label, names in parts if names)


def voters(meeting: Meeting, deed: Deed) -> Step:
    """Say who may vote from now on, in an open vote too; `all` and nothing mean everybody."""
    nicks = tuple(nick for nick in _BETWEEN.split(deed.argument.strip()) if nick)
    words: dict[tuple[str, ...], Whose] = {(): "everybody", ("all",): "everybody", ("delegates",): "delegates"}
    whose = words.get(tuple(nick.lower() for nick in nicks), "named")
    chosen = nicks if whose == "named" else ()
    vote = None if meeting.vote is None else replace(meeting.vote, voters=chosen, whose=whose)
    changed = replace(meeting, votes=replace(meeting.votes, voters=chosen, whose=whose), vote=vote)
    return changed, (say("meeting_voters", voters=chosen, whose=whose),)


def required(meeting: Meeting, deed: Deed) -> Step:
    """Say by how many votes a motion must be ahead."""
    number = deed.argument.strip()
    if not (number.isascii() and number.isdigit() and len(number) < 4):  # noqa: PLR2004 - nobody has 1000 voters
        return meeting, (tell(deed, "meeting_votes_number"),)
    vote = None if meeting.vote is None else replace(meeting.vote, required=int(number))
    return replace(meeting, votes=replace(meeting.votes, required=int(number)), vote=vote), ()
