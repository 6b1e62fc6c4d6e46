"""`ready?`: who says so, who objects, when the meeting goes on, and in whose name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudbot.core.meetings.fold import fold, step
from cloudbot.core.meetings.meeting import Meeting, Reply
from cloudbot.core.meetings.planned import Planned
from tests.core.meetings.meeting_lines import LIVE, items, line, met, replies, said

AGENDA = replace(
    LIVE, agenda=(Planned(id="a", text="Images", source="standing"), Planned(id="b", text="Sprint", source="standing"))
)
THREE = ("bea: hello", "cleo: hello", "ana: #next")


def now(*lines: str) -> str:
    """Return the topic that is talked about."""
    return [text for kind, text in items(met(*THREE, *lines, rules=AGENDA)) if kind == "topic"][-1]


@pytest.mark.parametrize("asked", ["ready?", "Ready ?", "#ready?", "ready to go on?", "everybody ready?"])
def test_the_meeting_goes_on_when_all_said_that_they_are_ready(asked: str) -> None:
    assert now(f"ana: {asked}", "bea: ready", "cleo: Yes!") == "Sprint"


@pytest.mark.parametrize(
    "lines",
    [
        ("ana: ready?", "bea: ready"),
        ("bea: ready?", "ana: ready", "cleo: ready"),
        ("ana: ready?", "bea: ready", "cleo: wait", "cleo: ready"),
        ("ana: ready?", "bea: ready", "cleo: I am not ready for this"),
        ("ana: are you ready? bea?", "bea: yes", "cleo: yes"),
        ("ana: ready?", "bea: ready", "bea: ready"),
        ("ana: ready?", "bea: ready", "cleo* ready"),
        ("ana: ready?", "bea: ready", "cloudbot: ready"),
    ],
    ids=[
        "one is missing", "no chair asked", "somebody objected", "prose", "no such question", "one person twice", "/me",
        "the bot",
    ],
)  # fmt: skip
def test_else_it_stays_where_it_is(lines: tuple[str, ...]) -> None:
    assert now(*lines) == "Images"


def test_who_left_is_not_waited_for() -> None:
    assert now("cleo < quit", "ana: ready?", "bea: ok") == "Sprint"


def test_who_is_renamed_has_said_so() -> None:
    assert now("ana: ready?", "bea: ready", "bea > bea_", "cleo: ready") == "Sprint"


def test_a_question_at_one_topic_is_not_answered_at_another() -> None:
    assert now("ana: ready?", "ana: #topic something else", "bea: ready", "cleo: ready") == "something else"


def test_the_next_item_is_noted_for_the_chair_who_asked() -> None:
    meeting = met(
        "bea: hello", "cleo: hello", "ana=a: #next", "ana=a: ready?", "bea: ready", "cleo: ready", rules=AGENDA
    )
    assert [(one.nick, one.account) for one in meeting.items if one.text == "Sprint"] == [("ana", "a")]


def asked_again(after: int) -> tuple[Meeting, tuple[Reply, ...]]:
    meeting = fold(
        Meeting(channel="#clouds", rules=AGENDA), said("ana: #startmeeting", *THREE, "ana: ready?", "bea: y")
    )
    return step(meeting, line("ana", "ready?", second=4 + after))


def test_asked_again_after_a_minute_it_goes_on_without_who_is_silent() -> None:
    assert [one.words for one in asked_again(60)[1]] == ["meeting_topic", "meeting_item"]


def test_asked_again_at_once_it_waits() -> None:
    assert asked_again(59)[1] == ()


def test_nothing_is_said_until_it_is_decided() -> None:
    assert [replies(*THREE, *lines, rules=AGENDA) for lines in (("ana: ready?",), ("ana: ready?", "bea: yes"))] == [
        [],
        [],
    ]


def test_who_objects_is_named() -> None:
    (told,) = replies(*THREE, "ana: ready?", "bea: not yet", rules=AGENDA)
    assert (told.how, told.words, told.values) == ("say", "meeting_ready_wait", {"nick": "bea"})


def test_without_an_item_that_is_left_those_who_are_ready_are_counted() -> None:
    (told,) = replies("bea: hello", "ana: ready?", "bea: yes")
    assert (told.words, told.values) == ("meeting_ready", {"ready": 2, "here": 2})


def test_while_a_motion_is_open_a_ballot_is_a_ballot() -> None:
    meeting = met(*THREE, "ana: ready?", "ana: #motion we sprint", "bea: +1", "cleo: +1", rules=AGENDA)
    assert (len(meeting.vote.ballots) if meeting.vote else 0, items(meeting)[-1]) == (2, ("topic", "Images"))


def test_what_a_bot_says_is_no_ballot() -> None:
    meeting = met("ana: #motion we sprint", "cloudbot: +1")
    assert meeting.vote is not None
    assert meeting.vote.ballots == {}
