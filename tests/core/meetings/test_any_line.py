"""Whatever is typed: nothing raises, a fold in two parts is one fold, and a line copies nothing that grows."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.commands import BY_NAME
from cloudbot.core.meetings.fold import fold, step
from cloudbot.core.meetings.grammar import Manner
from cloudbot.core.meetings.lines import Kind, Line
from cloudbot.core.meetings.meeting import Meeting, Rules
from cloudbot.core.meetings.minutes.log import raw
from cloudbot.core.meetings.minutes.text import text
from cloudbot.core.meetings.planned import Known, Planned
from cloudbot.core.meetings.trail import Trail
from tests.core.meetings.meeting_lines import START, met, said

NAMES = ["ana", "bea", "bea_", "[ken]", "siretart`", "cloudbot", "will", "\u00e1ccents"]
NICKS = st.sampled_from(NAMES)
WORDS = st.sampled_from([*NAMES, "1", "2", "+1", "-1", "0", "yes", "a?", "a, b", "none", "https://example.org/x"])
ARGUMENTS = st.lists(WORDS | st.text(max_size=8), max_size=4).map(" ".join)
COMMANDS = st.builds("#{}{}{}".format, st.sampled_from(sorted(BY_NAME)), st.sampled_from([" ", "", "  "]), ARGUMENTS)
W3C = (
    "agenda+ x [bea]", "next agendum", "take up 1", "close this", "skip", "agenda order is 2,1", "q+ to ask", "q-",
    "ack next", "s/x/y/G", "s|a|b", "i/x/Topic: y/", "... more", "```", "[[", "]]", "regrets+ bea", "ACTION bea: x",
)  # fmt: skip
TEXTS = (
    COMMANDS
    | COMMANDS
    | st.sampled_from(["+1", "-1 no", "0", "#endmeeting", "Topic: x", "present+ bea", "Chair: bea", "[off] x", *W3C])
    | st.text(max_size=60)
)


@st.composite
def talks(draw: st.DrawFn) -> list[Line]:
    lines = []
    at = START
    for text_said in draw(st.lists(TEXTS, max_size=25)):
        at += timedelta(seconds=draw(st.integers(min_value=-40, max_value=400)))
        kind: Kind = draw(st.sampled_from(["says", "says", "says", "says", *get_args(Kind)]))
        words = draw(NICKS) if kind == "is now" else text_said
        account = draw(st.sampled_from(["", "", "a", "b"]))
        lines.append(Line(at=at, nick=draw(NICKS), text=words, kind=kind, account=account))
    return lines


AGENDA = (
    Planned(id="1", text="bea", source="standing", providers=("x",), link="https://example.org"),
    Planned(id="2", text="Images", source="added", minutes=0),
)
TEAM = (
    Known(person="anna", accounts=frozenset({"a"}), names=("ana",), delegate=True, recused=("bea",)),
    Known(person="bert", accounts=frozenset({"b"}), names=("bea", "[ken]"), recused=("x",)),
)


def waiting(manner: Manner) -> Meeting:
    if manner == "classic":
        return Meeting(channel="#clouds", rules=Rules(manner=manner, bot="cloudbot"))
    rules = Rules(
        manner=manner, bot="cloudbot", delegates=frozenset({"a"}), w3c=manner == "live", agenda=AGENDA, known=TEAM,
        regrets=("bert",), quorum=1, providers=("bea", "x"), voters="delegates",
    )  # fmt: skip
    return Meeting(channel="#clouds", rules=rules)


MANNERS = st.sampled_from(get_args(Manner))


@given(talks(), MANNERS, st.integers(min_value=0, max_value=25))
def test_a_fold_in_two_parts_is_one_fold(talk: list[Line], manner: Manner, cut: int) -> None:
    lines = [*said("ana: #startmeeting Clouds", "ana: #chair bea"), *talk]
    assert fold(fold(waiting(manner), lines[:cut]), lines[cut:]) == fold(waiting(manner), lines)


def test_every_cut_of_a_meeting_gives_the_same_minutes() -> None:
    lines = said(
        "ana=a: #startmeeting Clouds", "ana=a: #chair bea", "bea: #topic Images", "bea > bea_", "bea_: #info x",
        "cyd: #action bea to do", "ana=a: #motion we sprint", "cyd: +1", "cyd > dan", "dan: -1", "bea_: #undo",
        "ana=a: #close", "bea_: #topic Imagse", "bea_: #topic Images", "ana=a: #endmeeting", "cyd: later",
    )  # fmt: skip
    whole = text(fold(waiting("live"), lines), log_url="log")
    cuts = [fold(fold(waiting("live"), lines[:cut]), lines[cut:]) for cut in range(len(lines) + 1)]
    assert {text(one, log_url="log") for one in cuts} == {whole}


@given(talks(), MANNERS)
def test_whatever_is_typed_has_minutes(talk: list[Line], manner: Manner) -> None:
    meeting = fold(waiting(manner), [*said("ana: #startmeeting Clouds"), *talk])
    assert text(meeting, log_url="log").startswith("=")
    assert len(raw(meeting).split("\n")) > meeting.said


@given(st.text(), MANNERS, st.sampled_from(get_args(Kind)))
def test_no_line_raises(typed: str, manner: Manner, kind: Kind) -> None:
    meeting = fold(waiting(manner), said("ana: #startmeeting Clouds", "ana: #motion x"))
    after, _ = step(meeting, Line(at=START, nick="ana", text=typed, kind=kind))
    assert after.owner == meeting.owner or kind == "is now"


@given(talks())
def test_every_action_is_listed(talk: list[Line]) -> None:
    meeting = fold(waiting("live"), [*said("ana: #startmeeting Clouds"), *talk])
    actions = [item for item in meeting.items if item.kind == "action"]
    shown = text(meeting, log_url="log").partition("Action items, by person")[2]
    assert all(" ".join(item.text.split()) in " ".join(shown.split()) for item in actions)


def test_a_line_copies_nothing_that_grows() -> None:
    meeting = met(*("bea: #info x" for _ in range(100)))
    after = fold(meeting, said("bea: #info y"))
    assert (after.lines.before is meeting.lines, after.items.before is meeting.items) == (True, True)


def test_a_known_persons_line_copies_nobody() -> None:
    meeting = met("bea=b: hi")
    assert fold(meeting, said("bea=b: hi")).accounts is meeting.accounts


def test_a_trail_is_what_was_added() -> None:
    trail = Trail[int]().added(1).added(2)
    assert (list(trail), list(reversed(trail)), len(trail), trail.last, list(trail.before)) == (
        [1, 2],
        [2, 1],
        2,
        2,
        [1],
    )


def test_an_empty_trail_has_no_last_and_nothing_before() -> None:
    assert (Trail[int]().last, Trail[int]().before, list(Trail[int]())) == (None, Trail[int](), [])


@pytest.mark.parametrize("other", [Trail[int](), Trail[int]().added(2), Trail[int]().added(1).added(1), [1]])
def test_another_trail_is_another(other: object) -> None:
    assert Trail[int]().added(1) != other


def test_a_trail_may_be_long() -> None:
    trail = Trail[int]()
    for number in range(100_000):
        trail = trail.added(number)
    assert trail == trail.before.added(99_999)
