"""Who is where, on servers that say more, less and other than RFC 1459."""

from __future__ import annotations

import pytest

from cloudbot.adapters.irc.isupport import Support
from cloudbot.adapters.irc.message import parse
from cloudbot.adapters.irc.tracker import Tracker

OFTC = "CASEMAPPING=rfc1459 PREFIX=(ov)@+ CHANMODES=beIq,k,l,imnpstMRc NICKLEN=30"


def tracker(*lines: str, isupport: str = OFTC) -> Tracker:
    support = Support()
    support.load(["cloudbot", *isupport.split(" "), "are supported by this server"])
    made = Tracker(support, "cloudbot")
    see(made, *lines)
    return made


def see(made: Tracker, *lines: str) -> None:
    for line in lines:
        message = parse(line)
        assert message is not None
        made.see(message)


HERE = (":cloudbot!bot@192.0.2.7 JOIN #team", ":irc.test 353 cloudbot = #team :@alice +bob @+carol cloudbot")


def members(made: Tracker, channel: str = "#team") -> dict[str, set[str]]:
    room = made.room(channel)
    assert room is not None
    return room.members


def test_names_with_several_prefixes_are_read() -> None:
    assert members(tracker(*HERE)) == {"alice": {"o"}, "bob": {"v"}, "carol": {"o", "v"}, "cloudbot": set()}


def test_names_with_masks_are_read_and_tell_our_own() -> None:
    made = tracker(HERE[0], ":irc.test 353 cloudbot = #team :@alice!a@h cloudbot!~bot@cloak.example")
    assert members(made) == {"alice": {"o"}, "cloudbot": set()}
    assert (made.user, made.host) == ("~bot", "cloak.example")


def test_people_come_and_go_and_change_names() -> None:
    made = tracker(
        *HERE, ":dave!d@h JOIN :#team", ":alice!a@h NICK :Alice[m]", ":bob!b@h PART #team :bye", ":carol!c@h QUIT"
    )
    assert members(made) == {"alice{m}": {"o"}, "cloudbot": set(), "dave": set()}


def test_a_netsplit_of_five_hundred_is_just_many_quits() -> None:
    made = tracker(*HERE, *(f":user{n}!u@h JOIN #team" for n in range(500)))
    see(made, *(f":user{n}!u@h QUIT :hub.test leaf.test" for n in range(500)))
    assert members(made) == {"alice": {"o"}, "bob": {"v"}, "carol": {"o", "v"}, "cloudbot": set()}
    see(made, *(f":user{n}!u@h JOIN #team" for n in range(500)))
    assert len(members(made)) == 504


def test_modes_with_unknown_letters_keep_their_arguments_apart() -> None:
    made = tracker(*HERE, ":alice!a@h MODE #team +nZkb-v+o secret *!*@bad bob bob", ":alice!a@h MODE #team +l-l 10")
    room = made.room("#team")
    assert room is not None
    assert (room.modes, members(made)["bob"]) == ({"n", "Z", "k"}, {"o"})


def test_channel_modes_are_learned_from_the_server() -> None:
    made = tracker(*HERE, ":irc.test 324 cloudbot #team +mntk secret")
    room = made.room("#TEAM")
    assert room is not None
    assert room.modes == {"m", "n", "t", "k"}


def test_being_kicked_and_leaving_end_the_channel() -> None:
    assert tracker(*HERE, ":alice!a@h KICK #team cloudbot :out").rooms == {}
    assert tracker(*HERE, ":CloudBot!a@h PART #team").rooms == {}
    assert set(members(tracker(*HERE, ":alice!a@h KICK #team bob,carol :out"))) == {"alice", "cloudbot"}


def test_services_may_rename_us() -> None:
    made = tracker(*HERE, ":cloudbot!bot@h NICK Guest123")
    assert (made.nick, made.is_me("guest123"), "guest123" in members(made)) == ("Guest123", True, True)


@pytest.mark.parametrize(
    ("line", "mask"),
    [
        (":irc.test 396 cloudbot cloak.example :is now your displayed host", ("bot", "cloak.example")),
        (":irc.test 396 cloudbot ~x@cloak.example :is now your hidden host", ("~x", "cloak.example")),
        (":cloudbot!bot@192.0.2.7 CHGHOST ~bot cloak.example", ("~bot", "cloak.example")),
        (":irc.test 302 cloudbot :cloudbot=+~bot@cloak.example", ("~bot", "cloak.example")),
        (":irc.test 302 cloudbot :cloudbot*=-~bot@cloak.example other=+a@b", ("~bot", "cloak.example")),
        (":cloudbot!bot@cloak.example JOIN #second", ("bot", "cloak.example")),
        (":bob!b@h CHGHOST x y", ("bot", "192.0.2.7")),
    ],
)
def test_our_own_mask_is_learned_wherever_it_is_shown(line: str, mask: tuple[str, str]) -> None:
    made = tracker(*HERE, line)
    assert (made.user, made.host) == mask
    assert made.overhead == len(f":cloudbot!{mask[0]}@{mask[1]} ")


def test_an_unknown_mask_is_taken_for_the_longest() -> None:
    assert tracker().overhead == len(":" + "n" * 30 + "!" + "u" * 10 + "@" + "h" * 63 + " ")


def test_bots_are_known_by_who() -> None:
    made = tracker(
        *HERE,
        ":irc.test 352 cloudbot #team a h irc.test alice H@ :0 Alice",
        ":irc.test 352 cloudbot #team k h irc.test KGB-0 HB+ :0 KGB",
        ":irc.test 354 cloudbot 152 MeetBot HB 0",
        ":irc.test 354 cloudbot 999 bob HB 0",
        isupport=OFTC + " BOT=B",
    )
    assert made.bots == {"kgb-0", "meetbot"}
    see(made, ":KGB-0!k@h NICK KGB-1", ":MeetBot!m@h QUIT :bye")
    assert made.bots == {"kgb-1"}


@pytest.mark.parametrize(
    "line",
    [
        ":irc.test 353 cloudbot = #other :@alice",
        ":alice!a@h MODE #other +o bob",
        ":alice!a@h PART #other",
        "NICK",
        ":x NICK",
        "QUIT",
        "MODE",
        "JOIN",
        "KICK #team",
        ":irc.test 324",
        ":irc.test 302 cloudbot",
        ":irc.test 302 cloudbot :=",
        ":irc.test 396 cloudbot",
        "PART",
        ":irc.test 352",
        ":irc.test 354",
    ],
)
def test_a_message_about_what_it_does_not_know_does_no_harm(line: str) -> None:
    before = members(tracker(*HERE))
    assert members(tracker(*HERE, line)) == before


def test_names_after_an_empty_prefix_token_do_no_harm() -> None:
    assert members(tracker(*HERE, isupport="PREFIX=")) == {
        "@alice": set(),
        "+bob": set(),
        "@+carol": set(),
        "cloudbot": set(),
    }


@pytest.mark.parametrize(
    ("lines", "topic"),
    [
        ((), ""),
        ((":irc.test 332 cloudbot #team :Cloud | x",), "Cloud | x"),
        ((":irc.test 332 cloudbot #TEAM :Cloud",), "Cloud"),
        ((":irc.test 332 cloudbot #team :Cloud", ":alice!a@h TOPIC #team :another"), "another"),
        ((":irc.test 332 cloudbot #team :Cloud", ":alice!a@h TOPIC #team :"), ""),
        ((":irc.test 332 cloudbot #team :Cloud", ":irc.test 331 cloudbot #team :No topic is set"), ""),
        ((":irc.test 332 cloudbot #elsewhere :Cloud", ":alice!a@h TOPIC #elsewhere :x", ":alice!a@h TOPIC"), ""),
        ((":irc.test 332 cloudbot #team :Cloud", ":cloudbot!c@h PART #team", ":cloudbot!c@h JOIN #team"), ""),
    ],
)
def test_a_topic_is_followed(lines: tuple[str, ...], topic: str) -> None:
    room = tracker(*HERE, *lines).room("#team")
    assert room is not None
    assert room.topic == topic
