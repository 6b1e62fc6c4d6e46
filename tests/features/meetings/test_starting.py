"""Who may begin a meeting, where, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.render import Words
from cloudbot.core.effects import Say, TellOperator
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.meetings.feature import make
from cloudbot.features.meetings.settings import Settings
from tests.features.builders import SPEAKING, TEAM, Bot, settings
from tests.features.meetings.rooms import SITE, Room, shown, topics

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World

OTHER = Venue("oftc", "#debian-boot")
RUNS = "(robin) a meeting is running here already, and alex is its chair; #endmeeting ends it first"


def chosen(**values: object) -> Room:
    return Room(bot=Bot(team=replace(TEAM, site=SITE), chosen=settings(SPEAKING, Settings.model_validate(values))))


def test_a_second_one_in_a_channel_is_refused_to_who_typed_it() -> None:
    room = Room()
    room.does("alex: #startmeeting")
    assert room.hears("robin: #startmeeting") == [RUNS]


def test_two_channels_are_independent() -> None:
    room = Room()
    room.does("alex: #startmeeting One", "alex: #topic a")
    room.venue = OTHER
    room.does("alex: #startmeeting Two", "alex: #topic b", "alex: #endmeeting")
    assert [(one.venue.name, one.ended is None) for one in room.document.held] == [
        ("#debian-cloud", True),
        ("#debian-boot", False),
    ]
    assert [[item.text for item in room.document.meeting(one).items] for one in room.document.held] == [["a"], ["b"]]


def test_two_of_one_minute_have_files_of_their_own() -> None:
    room = Room()
    room.does("alex: #startmeeting", "alex: #endmeeting", "alex: #startmeeting")
    first, second = room.document.held
    assert second.stem == f"{first.stem}-2"


def test_where_only_the_team_may_others_are_told_so_once() -> None:
    room = chosen(start="member")
    told = "(eve) meetings here are begun by people of the team; log in to services first, or ask one of them"
    assert room.hears("eve: #startmeeting") == [told]
    assert room.hears("eve: #startmeeting") == []
    assert len(room.hears("alex: #startmeeting")) == 2


def test_somebody_unknown_begins_one_in_ten_minutes() -> None:
    room = Room()
    room.does("eve: #startmeeting", "eve: #endmeeting")
    told = "(eve) a meeting began here a moment ago; the next one can begin at 19:10 UTC, or earlier by somebody of"
    told += " the team"
    assert room.hears("eve: #startmeeting", "eve: #startmeeting") == [told]
    assert len(room.document.held) == 1
    room.waits(minutes=10)
    room.does("eve: #startmeeting", "eve: #endmeeting", "alex: #startmeeting")
    assert len(room.document.held) == 3


@pytest.mark.parametrize("line", ["alex * #startmeeting", "cloudbot: #startmeeting", "alex: see #startmeeting"])
def test_what_is_no_command_begins_nothing(line: str) -> None:
    assert Room().does(line) == []


def one_series(_world: World, _venue: Venue) -> Prepared:
    return Prepared(series="monthly", title="Monthly meeting", topic="Monthly", publish_log=False)


def reacted(room: Room, *lines: str) -> list[Effect]:
    """What the feature does by itself about lines, where all meetings are of one series."""
    feature, document = make(one_series), Meetings()
    effects: list[Effect] = []
    for number, line in enumerate(lines, start=1):
        room.venue = OTHER if line.startswith("robin") else room.venue
        reaction = feature.react(document, room.fact(line), replace(room.bot.world(room.at), number=number))
        document, effects = reaction.document, [*effects, *reaction.effects]
    return effects


def test_one_series_is_held_in_one_channel_at_a_time() -> None:
    effects = reacted(Room(), "alex: #startmeeting", "robin: #startmeeting")
    assert shown(effects)[-1] == (
        "(robin) Monthly meeting is being held in #debian-cloud right now; end it there first with #endmeeting"
    )


def test_what_is_prepared_is_the_meetings() -> None:
    effects = reacted(Room(), "alex: #startmeeting ")
    assert shown(effects)[0].endswith(
        "only the minutes are published: " + SITE + "/meetings/debian-cloud/2019/debian-cloud.2019-07-22-19.00.html"
    )
    assert topics(effects) == ["(Meeting topic: Monthly) | this channel is being logged for minutes"]


def test_the_greeting_and_the_topic_can_be_left_out() -> None:
    room = chosen(greeting=False, topic=False)
    effects = room.does("alex: #startmeeting", "alex: #topic x", "alex: #endmeeting")
    assert len([one for one in effects if isinstance(one, Say)]) == 5
    assert topics(effects) == []


def test_nothing_is_prepared_for_who_may_not_begin_one() -> None:
    room, asked = chosen(start="member"), list[str]()

    def counted(world: World, venue: Venue) -> Prepared:
        asked.append(venue.name)
        return one_series(world, venue)

    feature = make(counted)
    refused = feature.react(Meetings(), room.fact("eve: #startmeeting"), room.bot.world(room.at))
    assert (len(refused.effects), asked) == (1, [])


def test_a_meeting_whose_preparation_fails_begins_all_the_same_and_the_operator_is_told_once() -> None:
    def broken(_world: World, _venue: Venue) -> Prepared:
        raise KeyError("monthly")

    room, feature = Room(), make(broken)
    reaction = feature.react(Meetings(), room.fact("alex: #startmeeting"), replace(room.bot.world(room.at), number=7))
    assert shown(list(reaction.effects))[0].startswith("Meeting started")
    (told,) = [one for one in reaction.effects if isinstance(one, TellOperator)]
    assert (told.key, [render(where, told) for where in ("irc", "mail")]) == (
        "operator/meeting/oftc/#debian-cloud/7",
        [
            (
                "a meeting in #debian-cloud began without its agenda and its people, since they could not be prepared: "
                "KeyError: 'monthly'"
            ),
            "cloudbot: a meeting began without what the records know of it",
        ],
    )
    later = feature.react(reaction.document, room.fact("alex: #topic x"), replace(room.bot.world(room.at), number=8))
    assert [one for one in later.effects if isinstance(one, TellOperator)] == []


def render(where: str, told: TellOperator) -> str:
    return Words().render(f"{where}/{told.words}", told.values).strip().split("\n")[0]
