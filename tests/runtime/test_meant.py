"""Which lines may mean nothing without the account of who says them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudbot.core.meetings.meeting import Meeting, Seat
from cloudbot.core.meetings.votes import Vote
from cloudbot.core.speech import Heard, Speaker, Venue
from cloudbot.runtime.meant import needs_account, typed_command
from tests.fakes.outside import MONDAY

RUNNING = Meeting(channel="#team", owner=Seat(nick="Alice[m]", account="alice_"), chairs=(Seat(nick="bob"),))
VOTING = replace(RUNNING, vote=Vote(question="?", options=("+1", "-1"), at=MONDAY, line=1, nick="bob", motion=True))


def needs(nick: str, text: str, meeting: Meeting | None, *, does: bool = False) -> bool:
    heard = Heard(
        at=MONDAY, venue=Venue("oftc", "#team"), speaker=Speaker(nick=nick), text=text, me="cloudbot", does=does
    )
    return needs_account(heard, typed_command(heard), meeting)


@pytest.mark.parametrize(
    ("nick", "text", "needed"),
    [
        ("dora", "#startmeeting", True),
        ("dora", "#startmeetings Cloud", True),
        ("dora", "#topic x", False),
        ("dora", "hello", False),
        ("alice{m}", "#info x", False),
    ],
)
def test_before_a_meeting_only_its_beginning_does(nick: str, text: str, needed: bool) -> None:  # noqa: FBT001 - expected
    assert needs(nick, text, None) is needed


@pytest.mark.parametrize(
    ("nick", "text", "needed"),
    [
        ("alice{m}", "#info x", True),
        ("bob", "#action x", True),
        ("bob", "hello", False),
        ("bob_", "#topic x", True),
        ("dora", "#chair dora", True),
        ("dora", "#info x", False),
        ("dora", "#startmeeting", False),
        ("dora", "+1", False),
        ("dora", "#vote +1", False),
    ],
)
def test_in_a_meeting_what_chairs_do_does(nick: str, text: str, needed: bool) -> None:  # noqa: FBT001 - expected
    assert needs(nick, text, RUNNING) is needed


@pytest.mark.parametrize(
    ("text", "needed"), [("+1", True), ("-1 because", True), ("#vote 0", True), ("#info x", False), ("+1000", False)]
)
def test_while_a_vote_is_open_ballots_do(text: str, needed: bool) -> None:  # noqa: FBT001 - expected
    assert needs("dora", text, VOTING) is needed


def test_what_is_done_does_not() -> None:
    assert (needs("bob", "#topic x", RUNNING, does=True), needs("dora", "+1", VOTING, does=True)) == (False, False)
