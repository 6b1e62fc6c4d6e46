"""A channel whose topic we may not set: what is said instead, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import SetTopic
from cloudbot.core.facts import Delivered
from cloudbot.core.meetings.planned import Planned
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.features.meetings.feature import make
from tests.features.meetings.rooms import Room, shown

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.speech import Venue

AGENDA = (Planned(id="images", text="Images", source="added"), Planned(id="dates", text="Dates", source="added"))
WHY = "(I am no operator here: the channel's topic stays as it is, the minutes have this one)"


def refused(room: Room, line: str) -> list[str]:
    """Say a line; the server refuses the topic that follows from it. Return all that is said."""
    effects = room.does(line)
    said = shown(effects)
    for topic in effects:
        if isinstance(topic, SetTopic):
            said += shown(room.take(Delivered(at=room.at, key=topic.key, state="dead", detail="482")))
    return said


@pytest.fixture
def walked() -> Room:
    """A meeting with an agenda, as the feature with records has it."""

    def prepare(world: World, venue: Venue) -> Prepared:
        del world, venue
        return Prepared(topic="Monthly", agenda=AGENDA)

    room, known = Room(), make(prepare)
    features = tuple(known if one.name == known.name else one for one in room.bot.engine.features)
    room.bot.engine = replace(room.bot.engine, features=features)
    return room


def test_the_start_is_two_lines_and_the_agenda(walked: Room) -> None:
    said = refused(walked, "alex: #startmeeting Summer")
    assert [line.split(" ")[0] for line in said] == ["Meeting", "Useful", "Agenda,"]


def test_the_first_typed_topic_is_said_with_why_and_later_ones_are_not() -> None:
    room = Room()
    refused(room, "alex: #startmeeting Summer")
    lines = ("alex: #topic Images", "alex: #topic Dates", "alex: #undo")
    assert [refused(room, line) for line in lines] == [
        [f"Topic: Images {WHY}"], [], ["Removing item from minutes: TOPIC Dates"],
    ]  # fmt: skip


def test_an_item_that_is_taken_up_is_one_line(walked: Room) -> None:
    refused(walked, "alex: #startmeeting")
    assert refused(walked, "alex: #next") == ["Item 1 of 2, 5 min: Images"]


def test_a_topic_that_is_typed_after_an_item_was_taken_up_is_the_first_that_is_said(walked: Room) -> None:
    refused(walked, "alex: #startmeeting")
    refused(walked, "alex: #next")
    assert refused(walked, "alex: #topic Something else") == [f"Topic: Something else {WHY}"]


def test_the_next_meeting_says_it_again() -> None:
    room = Room()
    for _ in range(2):
        refused(room, "alex: #startmeeting")
        assert refused(room, "alex: #topic Images") == [f"Topic: Images {WHY}"]
        refused(room, "alex: #endmeeting")
