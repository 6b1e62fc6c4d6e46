"""Comings and goings as servers tell them: who, from which channels, and what was known at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.irc.isupport import Support
from cloudbot.adapters.irc.message import parse
from cloudbot.adapters.irc.movements import Movements
from cloudbot.adapters.irc.settings import Channel
from cloudbot.adapters.irc.tracker import Tracker
from cloudbot.adapters.irc.venues import Venues
from tests.adapters.irc.world import NOW

if TYPE_CHECKING:
    from cloudbot.core.speech import Moved

HERE = (
    ":cloudbot!c@h JOIN #team",
    ":irc.test 332 cloudbot #team :Cloud",
    ":irc.test 353 cloudbot = #team :@alice bob cloudbot",
    ":irc.test 366 cloudbot #team :End of /NAMES list.",
    ":cloudbot!c@h JOIN #Other",
    ":irc.test 353 cloudbot = #Other :bob cloudbot",
    ":irc.test 366 cloudbot #Other :End of /NAMES list.",
)
Told = tuple[str, str, str]


class Ears:
    """A connection of which only comings and goings are looked at; `rooms` says where we were when each was told."""

    def __init__(self) -> None:
        self.support = Support()
        self.tracker = Tracker(self.support, "cloudbot")
        self.told: list[Moved] = []
        self.rooms: list[list[str]] = []
        venues = Venues("oftc", self.support, (Channel(name="#team"), Channel(name="#other")))
        self.movements = Movements(venues, self.tracker, moved=self._moved, clock=lambda: NOW)

    def _moved(self, moved: Moved) -> None:
        self.told.append(moved)
        self.rooms.append(sorted(self.tracker.rooms))

    def see(self, *lines: str) -> list[Moved]:
        """Take lines as a session does, and return what they told."""
        before = len(self.told)
        for line in lines:
            message = parse(line)
            assert message is not None
            self.movements.see(message)
            self.tracker.see(message)
        return self.told[before:]


def told(*lines: str) -> list[Told]:
    ears = Ears()
    ears.see(*HERE)
    return [(one.venue.name, one.nick, one.how) for one in ears.see(*lines)]


def test_we_are_there_when_the_server_has_said_who_else_is() -> None:
    ears = Ears()
    seen = [len(ears.see(line)) for line in HERE]
    assert seen == [0, 0, 0, 1, 0, 0, 1]
    assert [(one.venue.name, one.us) for one in ears.told] == [("#team", True), ("#other", True)]


def test_names_asked_for_later_do_not_bring_us_again() -> None:
    assert told(":irc.test 353 cloudbot = #team :@alice", ":irc.test 366 cloudbot #team :End of /NAMES list.") == []


def test_names_of_a_channel_that_we_are_not_in_bring_nobody() -> None:
    assert told(":irc.test 366 cloudbot #elsewhere :End of /NAMES list.") == []


def test_a_quit_is_one_departure_for_each_channel_that_we_share() -> None:
    assert told(":bob!b@h QUIT :Connection closed") == [("#team", "bob", "leaves"), ("#other", "bob", "leaves")]


def test_a_netsplit_takes_each_of_its_people_from_each_channel() -> None:
    assert told(":alice!a@h QUIT :a.test b.test", ":bob!b@h QUIT :a.test b.test") == [
        ("#team", "alice", "leaves"),
        ("#team", "bob", "leaves"),
        ("#other", "bob", "leaves"),
    ]


def test_the_rooms_are_still_known_when_a_departure_is_told() -> None:
    ears = Ears()
    ears.see(*HERE)
    ears.see(":cloudbot!c@h PART #team", ":alice!a@h KICK #Other cloudbot :out")
    assert ears.rooms[-2:] == [["#other", "#team"], ["#other"]]


def test_a_part_of_several_channels_is_one_of_each_and_only_where_somebody_was() -> None:
    assert told(":bob!b@h PART #team,#OTHER,#elsewhere :bye") == [
        ("#team", "bob", "leaves"),
        ("#other", "bob", "leaves"),
    ]
    assert told(":alice!a@h PART #other") == []


def test_a_kick_takes_who_was_kicked_and_not_who_kicked() -> None:
    ears = Ears()
    ears.see(*HERE)
    found = [(one.nick, one.us, one.why) for one in ears.see(":alice!a@h KICK #team bob,cloudbot :out")]
    assert found == [("bob", False, "kicked"), ("cloudbot", True, "kicked")]


def test_a_change_of_nick_is_told_where_it_is_seen_with_both_nicks() -> None:
    ears = Ears()
    ears.see(*HERE)
    found = [(one.venue.name, one.nick, one.how, one.now, one.us) for one in ears.see(":bob!b@h NICK :bobby")]
    assert found == [("#team", "bob", "is now", "bobby", False), ("#other", "bob", "is now", "bobby", False)]


def test_our_own_change_of_nick_is_ours() -> None:
    ears = Ears()
    ears.see(*HERE)
    assert [(one.now, one.us) for one in ears.see(":cloudbot!c@h NICK cloudbot_")] == [("cloudbot_", True)] * 2


def test_who_comes_is_told_only_where_we_are() -> None:
    assert told(":carol!c@h JOIN #TEAM,#elsewhere") == [("#team", "carol", "joins")]


def test_the_end_of_the_connection_takes_us_from_every_channel() -> None:
    ears = Ears()
    ears.see(*HERE)
    ears.movements.over("the connection ended")
    found = [(one.venue.name, one.us, one.why) for one in ears.told[2:]]
    assert found == [("#team", True, "the connection ended"), ("#other", True, "the connection ended")]


def test_what_makes_no_sense_tells_nothing() -> None:
    assert told(":bob!b@h NICK", ":bob!b@h KICK", ":nobody!n@h QUIT", "JOIN", ":bob!b@h PART", "366", ":x NICK y") == []


def test_a_reason_is_cleaned() -> None:
    ears = Ears()
    ears.see(*HERE)
    assert [one.why for one in ears.see(":alice!a@h QUIT :\x02gone\x0f\u202e")] == ["gone"]
