"""The agenda is walked: what is at hand, what is done, what stays, and when the time of an item is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cloudbot.core.meetings.fold import fold, step
from cloudbot.core.meetings.meeting import Meeting, Reply
from cloudbot.core.meetings.planned import Planned
from cloudbot.core.meetings.walking import at_hand, clock, leftovers, marked
from tests.core.meetings.meeting_lines import LIVE, START, items, line, met, said

AGENDA = (
    Planned(id="actions", text="Actions of last time", source="actions", minutes=5),
    Planned(id="publish", text="Publishing: what runs", source="state", minutes=10, link="https://example.org/p"),
    Planned(id="sprint", text="Sprint in October", source="added", minutes=0),
)
WALKED = replace(LIVE, agenda=AGENDA)


def spaced(*lines: str, minutes: int = 2) -> Meeting:
    """Hold a meeting with two minutes between lines."""
    meeting = met(rules=WALKED)
    return fold(
        meeting, (replace(one, at=one.at + n * timedelta(minutes=minutes)) for n, one in enumerate(said(*lines)))
    )


def answers(*lines: str) -> list[Reply]:
    *before, last = said(*lines)
    return list(step(fold(met(rules=WALKED), before), replace(last, at=last.at + timedelta(hours=1)))[1])


def marks(meeting: Meeting) -> list[str]:
    return [one.mark for one in marked(meeting)]


def test_the_start_says_the_agenda() -> None:
    _, found = step(Meeting(channel="#clouds", rules=WALKED), line("ana", "#startmeeting"))
    assert [(one.words, one.values.get("items"), one.values.get("minutes")) for one in found] == [
        ("meeting_started", None, None),
        ("meeting_agenda_begins", ["Actions of last time", "Publishing: what runs", "Sprint in October"], 15),
    ]


def test_next_makes_the_next_item_the_topic_and_notes_its_link() -> None:
    meeting = spaced("ana: #next", "ana: #next")
    assert items(meeting) == [
        ("topic", "Actions of last time"),
        ("topic", "Publishing: what runs"),
        ("link", "https://example.org/p"),
    ]
    assert (marks(meeting), at_hand(meeting)) == (["done", "now", "left"], AGENDA[1])


def test_next_says_the_item() -> None:
    found = answers("ana: #next", "ana: #next")
    assert [one.words for one in found] == ["meeting_topic", "meeting_item"]
    assert found[1].values == {"number": 2, "total": 3, "item": AGENDA[1], "left": 1}


def test_next_says_what_belongs_to_the_item() -> None:
    agenda = (Planned(id="a", text="Actions", source="actions", lines=("A-2026-001 bea: x, 3 d late", "A-2026-002")),)
    _, found = step(met(rules=replace(LIVE, agenda=agenda)), line("ana", "#next"))
    assert [(one.words, one.values.get("lines")) for one in found][1:] == [
        ("meeting_item", None),
        ("meeting_item_lines", ("A-2026-001 bea: x, 3 d late", "A-2026-002")),
    ]


def test_after_the_last_item_it_says_that_nothing_is_left() -> None:
    found = answers("ana: #next", "ana: #skip 2", "ana: #take 3", "ana: #next")
    assert [(one.how, one.words, one.values) for one in found] == [("say", "meeting_agenda_done", {"later": 1})]


@pytest.mark.parametrize(("minutes", "number"), [(0, 1), (2, 2)])
def test_a_second_next_by_somebody_else_within_a_minute_does_nothing(minutes: int, number: int) -> None:
    meeting = spaced("ana: #chair bea", "ana: #next", "bea: #next", minutes=minutes)
    assert len([item for item in meeting.items if item.kind == "topic"]) == number


def test_the_same_person_may_go_on_at_once() -> None:
    assert marks(met("ana: #next", "ana: #next", rules=WALKED)) == ["done", "now", "left"]


@pytest.mark.parametrize(
    "typed",
    [
        "Publishing: what runs", "publishing: what runs", "2. Publishing: what runs (10 min)", "Publishing",
        "Publishing: waht runs",
    ],
)  # fmt: skip
def test_a_topic_that_resembles_an_item_takes_it(typed: str) -> None:
    meeting = spaced(f"ana: #topic {typed}")
    assert (marks(meeting), items(meeting)[0]) == (["left", "now", "left"], ("topic", typed))


@pytest.mark.parametrize("typed", ["Pub", "Something else", "Publishing of books"])
def test_another_topic_takes_none(typed: str) -> None:
    assert marks(spaced(f"ana: #topic {typed}")) == ["left", "left", "left"]


def test_a_beginning_of_two_items_takes_neither() -> None:
    agenda = tuple(Planned(id=str(n), text=f"Images of cloud {n}", source="added") for n in range(2))
    assert marks(met("ana: #topic Images", rules=replace(LIVE, agenda=agenda))) == ["left", "left"]


def test_an_item_is_taken_by_its_number() -> None:
    assert marks(spaced("ana: #take 3", "ana: #next")) == ["now", "left", "done"]


@pytest.mark.parametrize("typed", ["#take 0", "#take 4", "#take x", "#take \u0663", "#skip 4"])
def test_a_number_that_is_none_is_told(typed: str) -> None:
    assert [(one.how, one.words) for one in answers(f"ana: {typed}")] == [("tell", "meeting_no_agenda_item")]


def test_skip_leaves_the_item_at_hand_for_the_next_meeting_and_goes_on() -> None:
    assert marks(spaced("ana: #next", "ana: #skip")) == ["next time", "now", "left"]


def test_skip_before_the_first_leaves_the_first() -> None:
    assert marks(spaced("ana: #skip", "ana: #next")) == ["next time", "now", "left"]


def test_an_item_that_was_skipped_may_be_taken_after_all() -> None:
    assert marks(spaced("ana: #skip 1", "ana: #take 1")) == ["now", "left", "left"]


def test_what_was_not_talked_about_is_left_over() -> None:
    meeting = spaced("ana: #next", "ana: #skip 2", "ana: #endmeeting")
    assert leftovers(meeting) == AGENDA[1:]


def test_taking_a_topic_back_takes_its_item_and_link_back() -> None:
    meeting = spaced("ana: #next", "ana: #next", "ana: #undo")
    assert (marks(meeting), items(meeting)) == (["now", "left", "left"], [("topic", "Actions of last time")])


def test_the_agenda_is_told_to_who_asks() -> None:
    found = answers("ana: #next", "bea: #agenda show")
    assert [(one.how, one.words, one.to) for one in found] == [("tell", "meeting_agenda", "bea")]
    assert found[0].values["items"] == marked(spaced("ana: #next"))


def test_a_chair_may_show_it_to_the_channel() -> None:
    assert [(one.how, one.words) for one in answers("ana: #agenda show")] == [("say", "meeting_agenda")]


def test_an_items_time_is_over_after_its_minutes() -> None:
    found = clock(met("ana: #next", rules=WALKED))
    assert found is not None
    assert (found.item, found.due) == (AGENDA[0], START + timedelta(minutes=5, seconds=1))
    assert (found.hint.how, found.hint.words) == ("say", "meeting_item_time")
    assert found.hint.values == {"item": AGENDA[0], "minutes": 5, "next": AGENDA[1]}


@pytest.mark.parametrize(
    "lines", [(), ("ana: #take 3",), ("ana: #next", "ana: #topic x"), ("ana: #next", "ana: #endmeeting")]
)
def test_without_an_item_with_a_time_there_is_no_clock(lines: tuple[str, ...]) -> None:
    assert clock(met(*lines, rules=WALKED)) is None
