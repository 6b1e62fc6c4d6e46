"""Backoff, joins, watchdog, regaining, CTCP: what happens when, with time in the test's hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cloudbot.adapters.irc.backoff import Backoff
from cloudbot.adapters.irc.ctcp import Ctcp, is_ctcp
from cloudbot.adapters.irc.joins import Joins
from cloudbot.adapters.irc.message import parse
from cloudbot.adapters.irc.regain import Regain
from cloudbot.adapters.irc.settings import Channel
from cloudbot.adapters.irc.watchdog import Watchdog
from tests.adapters.irc.world import NOW

# Backoff


def longest(shortest: float = 5, longest: float = 300) -> Backoff:
    return Backoff(shortest, longest, 300, lambda _low, high: high)


def test_pauses_double_to_a_bound() -> None:
    backoff = longest()
    assert [backoff.pause(connected_for=0) for _ in range(8)] == [5, 10, 20, 40, 80, 160, 300, 300]


def test_a_pause_is_drawn_from_the_whole_range() -> None:
    drawn: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        drawn.append((low, high))
        return low

    backoff = Backoff(10, 300, 300, draw)
    assert [backoff.pause(connected_for=0) for _ in range(3)] == [10, 10, 10]
    assert drawn == [(10, 10), (10, 20), (10, 40)]


def test_a_stable_connection_starts_the_pauses_again() -> None:
    backoff = longest()
    for _ in range(5):
        backoff.pause(connected_for=0)
    assert backoff.pause(connected_for=300) == 5


def test_a_few_connections_that_were_welcomed_start_them_too_but_not_for_ever() -> None:
    backoff = longest()
    pauses = [backoff.pause(connected_for=40) for _ in range(10)]
    assert pauses == [5, 5, 5, 5, 5, 5, 10, 20, 40, 80]
    assert backoff.pause(connected_for=300) == 5
    assert [backoff.pause(connected_for=0), backoff.pause(connected_for=2)] == [10, 5]


@pytest.mark.parametrize(
    "said",
    [
        "Closing Link: 192.0.2.7 (K-lined)",
        "Closing Link: cloudbot (Banned)",
        "Your host is trying to (re)connect too fast -- throttled",
        "Trying to reconnect too fast.",
        "Closing Link: (Too many host connections (local))",
        "No more connections from your address",
        "AKILL: 30 days",
        "You are not authorized to use this server",
    ],
)
def test_a_server_that_does_not_want_us_is_left_alone_for_longer(said: str) -> None:
    assert longest().pause(connected_for=1, said=said) >= 20


@pytest.mark.parametrize(
    "said", ["", "Ping timeout: 240 seconds", "Closing Link: (Excess Flood)", "Killed (op (spam))"]
)
def test_other_ends_are_ordinary(said: str) -> None:
    assert longest().pause(connected_for=1, said=said) == 5


# Joins


def joins(*names: str) -> Joins:
    made = Joins([Channel(name=name) for name in names or ("#team",)], retry=30, after_kick=10)
    made.connected(0)
    return made


def due(made: Joins, now: float) -> list[str]:
    return [channel.name for channel in made.due(now)]


def test_all_channels_are_joined_at_once_and_asked_again_if_nothing_is_answered() -> None:
    made = joins("#team", "#other")
    assert (due(made, 0), due(made, 29), due(made, 30)) == (["#team", "#other"], [], ["#team", "#other"])


def test_a_refused_channel_is_tried_again_after_growing_pauses() -> None:
    made = joins()
    now, tried = 0.0, []
    while now < 8000:
        if due(made, now):
            tried.append(now)
            made.refused("#team", "477 needs registration", now)
        now += 10
    assert tried == [0, 30, 90, 210, 450, 930, 1890, 3810, 7410]
    assert made.missing == ("#team (477 needs registration)",)


def test_a_channel_is_tried_at_once_when_something_has_changed() -> None:
    made = joins()
    due(made, 0)
    made.refused("#TEAM", "473 invite only", 0)
    made.now(["#Team"], 5)
    assert due(made, 5) == ["#team"]


def test_a_kick_is_followed_by_growing_pauses_and_by_giving_up() -> None:
    made = joins()
    pauses, now, note = [], 0.0, ""
    for _ in range(4):
        due(made, now)
        made.joined("#team")
        note = made.removed("#team", "kicked", now)
        waited = next((wait for wait in range(200) if due(made, now + wait)), None)
        pauses.append(waited)
        now += waited or 0
    assert pauses == [10, 20, 40, None]
    assert note == "#team: kicked 4 times in an hour; not rejoining until restarted or invited"
    assert made.missing == ("#team (kicked)",)
    made.connected(now)
    assert due(made, now) == []
    made.now(["#team"], now)
    assert due(made, now) == ["#team"]


def test_kicks_are_forgiven_after_an_hour() -> None:
    made = joins()
    for kick in range(4):
        made.joined("#team")
        assert made.removed("#team", "kicked", kick * 1800.0) == ""


def test_a_channel_that_is_not_configured_concerns_nobody() -> None:
    made = joins()
    made.joined("#other")
    made.refused("#other", "x", 0)
    made.now(["#other"], 0)
    assert made.removed("#other", "kicked", 0) == ""
    assert (made.is_wanted("#other"), made.why("#other")) == (False, "not a configured channel")


# Watchdog


def test_silence_is_asked_about_once_and_then_fatal_within_ninety_seconds() -> None:
    dog = Watchdog(silence=50, dead_after=30, now=0)
    assert [dog.verdict(now) for now in (49, 50, 51, 79, 80)] == ["alive", "ask", "alive", "alive", "dead"]


def test_any_sign_of_life_starts_anew() -> None:
    dog = Watchdog(silence=50, dead_after=30, now=0)
    assert dog.verdict(50) == "ask"
    dog.heard(60)
    dog.heard(55)
    assert [dog.verdict(now) for now in (81, 109, 110, 140)] == ["alive", "alive", "ask", "dead"]


# Regaining the nick


def regain() -> Regain:
    return Regain("cloudbot", every=60, same=lambda one, other: one.lower() == other.lower())


def test_a_taken_nick_is_looked_at_each_minute_and_the_services_are_asked_sometimes() -> None:
    made = regain()
    asked = [made.due("cloudbot_", now, monitor=False) for now in (0, 59, 60, 120)]
    assert asked == [(["ISON cloudbot"], True), ([], False), (["ISON cloudbot"], False), (["ISON cloudbot"], False)]
    assert [made.due("cloudbot_", now, monitor=False)[1] for now in range(180, 660, 60)] == [False] * 7 + [True]


def test_a_nick_that_is_ours_needs_nothing() -> None:
    assert regain().due("CloudBot", 0, monitor=True) == ([], False)


def test_a_monitored_nick_is_asked_for_once_and_forgotten_when_regained() -> None:
    made = regain()
    assert made.due("cloudbot_", 0, monitor=True) == (["MONITOR + cloudbot"], True)
    assert made.due("cloudbot_", 60, monitor=True) == ([], False)
    assert made.due("cloudbot", 120, monitor=True) == (["MONITOR - cloudbot"], False)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (":cloudbot!x@y QUIT :bye", ["NICK cloudbot"]),
        (":CloudBot!x@y NICK other", ["NICK cloudbot"]),
        (":irc.test 731 cloudbot_ :cloudbot", ["NICK cloudbot"]),
        (":irc.test 731 cloudbot_ :a,cloudbot!x@y", ["NICK cloudbot"]),
        (":irc.test 730 cloudbot_ :cloudbot!x@y", []),
        (":alice!x@y QUIT :bye", []),
    ],
)
def test_a_nick_is_taken_when_its_holder_goes(line: str, lines: list[str]) -> None:
    message = parse(line)
    assert message is not None
    assert regain().see(message, "cloudbot_") == lines
    assert regain().see(message, "cloudbot") == []


def test_a_nick_that_is_not_online_is_taken() -> None:
    assert regain().looked("", "cloudbot_") == ["NICK cloudbot"]
    assert regain().looked("CloudBot", "cloudbot_") == []


# CTCP


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("\x01VERSION\x01", "\x01VERSION cloudbot 0.1.0\x01"),
        ("\x01version", "\x01VERSION cloudbot 0.1.0\x01"),
        ("\x01PING 123 456\x01", "\x01PING 123 456\x01"),
        ("\x01PING " + "x" * 500 + "\x01", "\x01PING " + "x" * 100 + "\x01"),
        ("\x01SOURCE\x01", "\x01SOURCE https://salsa.example/cloudbot\x01"),
        ("\x01TIME\x01", "\x01TIME Wed 2026-12-09 18:00:00 UTC\x01"),
        ("\x01CLIENTINFO\x01", "\x01CLIENTINFO ACTION CLIENTINFO PING SOURCE TIME VERSION\x01"),
        ("\x01ACTION waves\x01", None),
        ("\x01DCC\x01", None),
        ("\x01DCC SEND x 1 2 3\x01", None),
        ("\x01\x01", None),
        ("\x01", None),
        ("\x01PING a\x01VERSION\x01", "\x01PING aVERSION\x01"),
    ],
)
def test_ctcp_is_answered_plainly(asked: str, answer: str | None) -> None:
    assert Ctcp(source="https://salsa.example/cloudbot").answer(asked, at=NOW, now=0) == answer


def test_ctcp_is_answered_once_in_ten_seconds_for_all_together() -> None:
    ctcp = Ctcp(source="")
    answers = [ctcp.answer("\x01VERSION\x01", at=NOW + timedelta(seconds=n / 20), now=n / 20) for n in range(400)]
    assert [number for number, answer in enumerate(answers) if answer] == [0, 200]


def test_embedded_ctcp_is_only_text() -> None:
    assert not is_ctcp("hello \x01VERSION\x01")
