"""Which lines are a person's, and whose: hard cases 18 and 20, and networks that replay the past."""

from __future__ import annotations

import pytest

from cloudbot.adapters.irc.hearing import Hearing
from cloudbot.adapters.irc.identity import Identity
from cloudbot.adapters.irc.isupport import Support
from cloudbot.adapters.irc.message import parse
from cloudbot.adapters.irc.settings import Channel, Settings
from cloudbot.adapters.irc.tracker import Tracker
from cloudbot.adapters.irc.venues import Venues
from cloudbot.core.speech import Heard, Proof, Speaker, Venue
from tests.adapters.irc.world import NOW

ALICE = Speaker(nick="alice", user="a", host="h")


def hearing() -> tuple[Hearing, Tracker]:
    support = Support()
    support.load(["cloudbot", "STATUSMSG=@+", "CHANTYPES=#", "BOT=B", "are supported by this server"])
    tracker = Tracker(support, "cloudbot")
    identity = Identity(support, tracker, {"account-tag"}, Settings(network="oftc", server="irc.test"))
    return Hearing(Venues("oftc", support, (Channel(name="#team"),)), support, tracker, identity), tracker


def heard(line: str, *before: str) -> Heard | None:
    ears, tracker = hearing()
    for earlier in before:
        message = parse(earlier)
        assert message is not None
        tracker.see(message)
        if message.command == "BATCH":
            ears.batch(message)
    message = parse(line)
    assert message is not None
    return ears.heard(message, NOW, 0)


def line(text: str, venue: str = "#team", **more: object) -> Heard:
    return Heard(
        **{  # type: ignore[arg-type]  # a builder
            "at": NOW,
            "venue": Venue("oftc", venue),
            "speaker": ALICE,
            "text": text,
            "me": "cloudbot",
            **more,
        }
    )


def test_a_line_in_a_channel() -> None:
    assert heard(":alice!a@h PRIVMSG #team :cloudbot: help") == line("cloudbot: help")


def test_a_line_in_a_query_belongs_to_the_speaker() -> None:
    assert heard(":alice!a@h PRIVMSG CloudBot :help") == line("help", "alice")


def test_a_line_to_the_operators_of_a_channel_is_answered_to_them_alone() -> None:
    assert heard(":alice!a@h PRIVMSG @#team :!status") == line("!status", "@#team")


def test_a_person_behind_a_bridge_keeps_the_suffix() -> None:
    assert heard(":alice[m]!a@h PRIVMSG #team :hi") == line("hi", speaker=Speaker(nick="alice[m]", user="a", host="h"))


def test_tags_tell_account_and_message() -> None:
    assert heard("@account=aliza;msgid=x1 :alice!a@h PRIVMSG #team :hi") == line(
        "hi", speaker=Speaker(nick="alice", user="a", host="h", proof=Proof("aliza", "account-tag")), msgid="x1"
    )


def test_text_is_cleaned_but_a_quoting_space_stays() -> None:
    assert heard(":alice!a@h PRIVMSG #team :\x02#topic\x0f \u202eevil\x10r") == line("#topic evilr")


@pytest.mark.parametrize("blank", [" ", "   ", "\t", "\u00a0", "\u3000"])
def test_a_blank_before_a_line_says_that_it_is_quoted(blank: str) -> None:
    assert heard(f":alice!a@h PRIVMSG #team :{blank}#topic") == line(" #topic")


@pytest.mark.parametrize("raw", ["\x01ACTION waves\x01", "\x01ACTION waves", "\x01action   waves \x02\x01"])
def test_what_somebody_does_is_heard_as_that(raw: str) -> None:
    assert heard(f":alice!a@h PRIVMSG #team :{raw}") == line("waves", does=True)


@pytest.mark.parametrize(("target", "venue"), [("#TEAM", "#team"), ("@#Team", "@#team"), ("#other", "#other")])
def test_a_channel_is_called_as_it_is_configured(target: str, venue: str) -> None:
    assert heard(f":alice!a@h PRIVMSG {target} :hi") == line("hi", venue)


@pytest.mark.parametrize(
    "nobody",
    [
        ":alice!a@h PRIVMSG cloudbot :\x01ACTION says cloudbot: help\x01",
        ":alice!a@h PRIVMSG #team :\x01ACTION\x01",
        ":alice!a@h PRIVMSG #team :\x01ACTION  \x01",
        ":alice!a@h PRIVMSG #team :\x01ACTIONS waves\x01",
        ":cloudbot!c@h PRIVMSG #team :\x01ACTION waves\x01",
        ":alice!a@h PRIVMSG #team :\x01VERSION\x01",
        ":alice!a@h PRIVMSG #team :",
        ":alice!a@h PRIVMSG #team : ",
        ":alice!a@h PRIVMSG #team :\u200b",
        ":alice!a@h PRIVMSG #team",
        ":alice!a@h PRIVMSG",
        ":alice!a@h PRIVMSG $$* :to all of a server",
        ":alice!a@h PRIVMSG somebody :not to us",
        ":cloudbot!c@h PRIVMSG #team :our own echo",
        ":irc.test PRIVMSG #team :a server",
        "PRIVMSG #team :nobody",
    ],
)
def test_what_no_person_said_to_us_is_not_heard(nobody: str) -> None:
    assert heard(nobody) is None


def test_a_bot_is_known_by_tag_and_by_who() -> None:
    bot = Speaker(nick="alice", user="a", host="h", bot=True)
    assert heard("@bot :alice!a@h PRIVMSG #team :!mrs") == line("!mrs", speaker=bot)
    assert heard(":alice!a@h PRIVMSG #team :!mrs", ":irc.test 352 cloudbot #team a h s Alice HB :0 x") == line(
        "!mrs", speaker=bot
    )


@pytest.mark.parametrize(
    ("time", "old"),
    [
        ("2026-12-09T17:59:00.000Z", False),
        ("2026-12-09T17:58:00.000Z", False),
        ("2026-12-09T17:57:59.000Z", True),
        ("2026-12-09T17:50:00Z", True),
        ("2026-12-09T18:30:00Z", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_line_that_was_said_more_than_two_minutes_ago_is_old(time: str, old: bool) -> None:  # noqa: FBT001 - data
    said = heard(f"@time={time} :alice!a@h PRIVMSG #team :!mrs")
    assert said is not None
    assert said.old is old


@pytest.mark.parametrize(
    ("kind", "old"), [("chathistory", True), ("znc.in/playback", True), ("netjoin", False), ("labeled-response", False)]
)
def test_a_line_inside_a_replay_is_old_whatever_its_time(kind: str, old: bool) -> None:  # noqa: FBT001 - data
    opened = f":irc.test BATCH +ref {kind} #team"
    assert heard("@batch=ref :alice!a@h PRIVMSG #team :!mrs", opened) == line("!mrs", old=old)
    assert heard("@batch=ref :alice!a@h PRIVMSG #team :!mrs", opened, ":irc.test BATCH -ref") == line("!mrs")


def test_a_batch_inside_a_replay_is_a_replay() -> None:
    said = heard(
        "@batch=in :alice!a@h PRIVMSG #team :!mrs",
        ":irc.test BATCH +out chathistory #team",
        "@batch=out :irc.test BATCH +in other",
    )
    assert said == line("!mrs", old=True)


@pytest.mark.parametrize("odd", ["BATCH", "BATCH +", "BATCH -x", "BATCH x", "BATCH +r"])
def test_odd_batches_do_no_harm(odd: str) -> None:
    assert heard(":alice!a@h PRIVMSG #team :hi", odd) == line("hi")
