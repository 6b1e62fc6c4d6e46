"""Killed after any fact and started again: the same meeting, and the same minutes but for the one remark of the gap."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.core.meetings.logs.privacy import published
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.minutes.log import raw
from cloudbot.core.meetings.minutes.markdown import markdown
from cloudbot.core.meetings.minutes.text import text
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.features.meetings import folding
from cloudbot.features.meetings.document import FactOfMeeting, Held, Meetings
from tests.core.meetings.meeting_lines import meetbot_log
from tests.features.builders import CHANNEL, NOW
from tests.features.meetings.rooms import STEM, Room

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(__file__).parents[4] / "shared" / "data" / "meetings"
GAP = re.compile(r"\n\nNobody listened[^\n]*")
Journal = list[tuple[int, FactOfMeeting]]
HELD = Held(venue=CHANNEL, began=1, started=NOW, prepared=Prepared(rules=Rules(bot="cloudbot")), stem=STEM)
STORED = Meetings(held=(HELD,))
NICKS = st.sampled_from(["alex", "robin", "robin_", "eve", "cloudbot"])
ACCOUNTS = {"alex": "alex", "robin": "robin", "robin_": "robin"}
"Whom the network vouches for, whenever they say anything: what a gap takes away, the next line gives back."
TEXTS = st.sampled_from([
    "#topic Images", "#info two", "#action robin to ask", "#agreed yes", "#undo", "#motion we sprint", "+1", "-1 no",
    "#close", "#chair robin", "#edit 1 other", "[off] x", "#next", "#endmeeting", "call +49 30 1234567", "hello",
])  # fmt: skip
LINES = st.builds(
    LineSaid,
    at=st.just(NOW),
    venue=st.just(CHANNEL),
    nick=NICKS,
    text=TEXTS,
    kind=st.sampled_from(["says", "says", "says", "does", "leaves", "logs in"]),
    me=st.just("cloudbot"),
).map(lambda fact: replace(fact, account=ACCOUNTS.get(fact.nick, "")))
RENAMED = st.builds(
    LineSaid, at=st.just(NOW), venue=st.just(CHANNEL), nick=NICKS, text=NICKS, kind=st.just("is now"),
    me=st.just("cloudbot"),
)  # fmt: skip
MOVES = st.sampled_from([ChannelLeft(at=NOW, venue=CHANNEL), ChannelEntered(at=NOW, venue=CHANNEL)])


def journalled(facts: Sequence[FactOfMeeting]) -> Journal:
    start = LineSaid(at=NOW, venue=CHANNEL, nick="alex", text="#startmeeting", account="alex", me="cloudbot")
    dated = (replace(one, at=NOW + timedelta(seconds=second)) for second, one in enumerate([start, *facts]))
    return list(enumerate(dated, start=1))


def lived(document: Meetings, facts: Journal) -> Meetings:
    for number, fact in facts:
        document, _ = folding.folded(document, number, fact)
    return document


def restarted(document: Meetings, facts: Journal) -> Meetings:
    return folding.again(replace(document, folded={}), facts)


def same(one: Meetings, other: Meetings) -> bool:
    """Whether all is equal, the meetings too, which the equality of documents leaves out."""
    return one == other and one.folded == other.folded


@given(st.lists(LINES | LINES | RENAMED | MOVES, max_size=30))
def test_what_is_folded_again_is_what_was(facts: list[FactOfMeeting]) -> None:
    journal = journalled(facts)
    before = lived(STORED, journal)
    assert same(restarted(before, journal), before)


@given(st.lists(LINES | LINES | RENAMED, max_size=25), st.integers(min_value=1, max_value=25))
def test_a_restart_anywhere_leaves_one_remark(facts: list[FactOfMeeting], cut: int) -> None:
    assert_only_a_remark_more(journalled(facts), [cut])


def assert_only_a_remark_more(journal: Journal, cuts: list[int]) -> None:
    whole = lived(STORED, journal)
    begun = STORED
    for cut in sorted(cuts):
        done = journal[:cut]
        begun = lived(STORED, done)
        again = restarted(begun, done)
        assert same(again, begun)
        ended = begun.held[0].ended is not None
        entered = ChannelEntered(at=done[-1][1].at, venue=CHANNEL)
        # The fact of entering has a number of its own, after which the others go on.
        later = [(number + 1, fact) for number, fact in journal[cut:]]
        after = lived(again, [(done[-1][0] + 1, entered), *later])
        assert minutes(after) == minutes(whole)
        assert len(after.meeting(after.held[0]).gaps) == (0 if ended else 1)


def minutes(document: Meetings) -> tuple[str, str, str]:
    meeting = document.meeting(document.held[0])
    plain, shown = (GAP.sub("", write(meeting, log_url="log")) for write in (text, markdown))
    return plain, raw(meeting), shown


def closed() -> Room:
    room = Room()
    room.does("alex: #startmeeting", "robin: #info x", "alex: #motion y", "robin: bye")
    room.waits(minutes=1)
    room.leaves()
    room.waits(minutes=1)
    room.enters()
    room.waits(hours=1)
    room.does("robin: private")
    return room


def ended() -> Room:
    room = Room()
    room.does("alex: #startmeeting", "robin: #info x", "alex: #endmeeting", "robin: later")
    room.does("alex: #startmeeting", "robin: #info y")
    room.leaves()
    return room


@pytest.mark.parametrize("room", [closed(), ended()], ids=["closed by the bot", "ended, and one that runs"])
def test_a_restart_knows_the_meetings_as_they_were(room: Room) -> None:
    assert same(room.restarted(), room.document)


def test_a_meeting_whose_lines_are_no_longer_kept_is_forgotten() -> None:
    room = ended()
    room.journal = room.journal[2:]
    assert [one.began for one in room.restarted().held] == [5]


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="the real logs are not here")
@pytest.mark.parametrize("log", sorted(DATA.glob("0*/*.log.txt")), ids=lambda path: path.parent.name)
def test_a_restart_anywhere_in_a_real_meeting_leaves_one_remark(log: Path) -> None:
    lines = meetbot_log(log.read_text(encoding="utf-8", errors="replace"))
    said = [
        LineSaid(at=NOW, venue=CHANNEL, nick=one.nick, text=one.text, kind=one.kind, account="", me="cloudbot")  # type: ignore[arg-type]
        for one in lines
    ]
    first = next((place for place, one in enumerate(said) if one.text.startswith("#startmeeting")), 0)
    journal = journalled(said[first + 1 :])
    step = max(1, len(journal) // 40)
    assert_only_a_remark_more(journal, list(range(1, len(journal), step)))


def test_what_may_not_be_published_is_masked_before_it_is_folded() -> None:
    room = Room()
    room.does("alex: #startmeeting", "alex: #info call +49 30 1234567", "alex: #topic 203.0.113.9 is down")
    assert [item.text for item in room.meeting.items] == ["call [number]", "[address] is down"]
    assert published("+49 30 1234567") == "[number]"
