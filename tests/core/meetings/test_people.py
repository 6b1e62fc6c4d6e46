from __future__ import annotations

import pytest

from cloudbot.core.meetings.actions import duties, means
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.people import attendance, plain
from tests.core.meetings.meeting_lines import LIVE, met

CLASSIC = Rules(manner="classic")


def present(*lines: str, rules: Rules = LIVE) -> list[tuple[str, int]]:
    return [(one.name, one.lines) for one in attendance(met(*lines, rules=rules))]


def whose(*lines: str, rules: Rules = LIVE, roster: tuple[str, ...] = ()) -> dict[str, list[str]]:
    found = duties(met(*lines, rules=rules), roster)
    by_name = {name: [item.text for item in items] for name, items in found.by_name}
    return by_name | ({"": [item.text for item in found.unassigned]} if found.unassigned else {})


@pytest.mark.parametrize(
    ("worn", "bare"),
    [
        ("bea_", "bea"),
        ("bea__", "bea"),
        ("bea`", "bea"),
        ("bea|away", "bea"),
        ("bea[m]", "bea"),
        ("bea-laptop_", "bea"),
        ("ana-bea", "ana-bea"),
        ("_", "_"),
        ("[ken]", "[ken]"),
        ("_rene_", "_rene"),
    ],
)
def test_what_hangs_on_a_nick_is_no_part_of_it(worn: str, bare: str) -> None:
    assert plain(worn) == bare


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        (("bea: a", "cyd: b", "cyd: c"), [("cyd", 2), ("ana", 1), ("bea", 1)]),
        (("bea: a", "bea > bee", "bee: b"), [("bea", 2), ("ana", 1)]),
        (("moray: a", "moray_: b"), [("moray", 2), ("ana", 1)]),
        (("moray_: a", "moray: b"), [("moray", 2), ("ana", 1)]),
        (("bea=x: a", "else=x: b"), [("bea", 2), ("ana", 1)]),
        (("bea=x: a", "bea_=y: b"), [("ana", 1), ("bea", 1), ("bea_", 1)]),
        (("bea: a", "bea=x: b"), [("bea", 2), ("ana", 1)]),
        (("bea: a", "bea=x ^ ", "cyd=x: b"), [("bea", 2), ("ana", 1)]),
        (("cyd=x: b", "bea: a", "bea=x ^ ", "bea: c"), [("cyd", 3), ("ana", 1)]),
        (("bea ^ ", "bea=x ^ "), [("ana", 1)]),
        (("cloudbot: a",), [("ana", 1)]),
        (("ana: #nick cloudbot",), [("ana", 2)]),
        (("bea* yawns",), [("ana", 1), ("bea", 1)]),
        (("ana: #nick dan",), [("ana", 2), ("dan", 0)]),
        (("ana: #chair dan",), [("ana", 2), ("dan", 0)]),
        (("bea > cyd",), [("ana", 1)]),
        (("bea: #here Beatrix",), [("ana", 1), ("bea", 1)]),
    ],
)
def test_people_are_counted_and_not_nicks(lines: tuple[str, ...], people: list[tuple[str, int]]) -> None:
    assert present(*lines) == people


@pytest.mark.parametrize("rules", [LIVE, CLASSIC])
def test_of_two_who_said_as_much_who_was_named_first_stands_first(rules: Rules) -> None:
    assert present("ana: #nick zed", "yan: a", "zed: b", rules=rules) == [("ana", 2), ("zed", 1), ("yan", 1)]


def test_a_name_given_to_somebody_here_stays_theirs() -> None:
    assert present("bea: hi", "cyd: #here bea", "bea: ho") == [("bea", 2), ("ana", 1), ("cyd", 1)]


def test_meetbot_counts_nicks_and_bots() -> None:
    lines = ("bea: a", "bea_: b", "Bea: c", "cloudbot: d")
    assert present(*lines, rules=CLASSIC) == [("ana", 1), ("bea", 1), ("bea_", 1), ("Bea", 1), ("cloudbot", 1)]


@pytest.mark.parametrize(
    ("nick", "text"),
    [
        ("ed", "ed, please do"),
        ("ed", "Ed: please do"),
        ("ed", "@ed do"),
        ("ed", "ed's turn"),
        ("ed", "ed/max do"),
        ("max", "ed/max do"),
        ("eve", "ed, max and eve: do"),
        ("siretart`", "siretart` to do"),
        ("[ken]", "ask [ken] again"),
        ("foo^", "foo^ to do"),
        ("_rene_", "(_rene_) does"),
        ("a{b}", "A[B] does"),
        ("will", "will: book it"),
        ("will", "will to book it"),
        ("will", "ask @will"),
        ("notes", "notes, please"),
    ],
)
def test_a_text_means_a_nick(nick: str, text: str) -> None:
    assert means(nick, text)


@pytest.mark.parametrize(
    ("nick", "text"),
    [
        ("ben", "ana-ben to do"),
        ("ed", "edit the page"),
        ("ed", "fixed"),
        ("ed", "ed_ does"),
        ("ed", "ed|away does"),
        ("will", "ana will do"),
        ("notes", "ana to send notes"),
        ("will", "somebody@will.example"),
    ],
)
def test_a_text_does_not_mean_a_nick(nick: str, text: str) -> None:
    assert not means(nick, text)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("bea: hi", "ana: #action bea to do"), {"bea": ["bea to do"]}),
        (("bea: hi", "ana: #action bea and ana do"), {"ana": ["bea and ana do"], "bea": ["bea and ana do"]}),
        (("ben: hi", "Ben_: hi", "ana: #action Ben does"), {"ben": ["Ben does"]}),
        (("bea_: hi", "ana: #action bea does"), {"bea_": ["bea does"]}),
        (("bea: hi", "bea > cyd", "cyd: x", "ana: #action bea does"), {"bea": ["bea does"]}),
        (("bea: #here Beatrix", "ana: #action Beatrix does"), {"bea": ["Beatrix does"]}),
        (("ana: #nick dan", "ana: #action dan does"), {"dan": ["dan does"]}),
        (("ana: #action @zoe does",), {"zoe": ["@zoe does"]}),
        (("ana: #action everyone reads it",), {"everyone": ["everyone reads it"]}),
        (("ana: #action The delegates decide",), {"the delegates": ["The delegates decide"]}),
        (("ana: #action somebody does",), {"": ["somebody does"]}),
        (("ana: #action zoe does",), {"": ["zoe does"]}),
    ],
)
def test_whose_an_action_is(lines: tuple[str, ...], found: dict[str, list[str]]) -> None:
    assert whose(*lines) == found


def test_two_people_of_one_name_are_both_found_under_it() -> None:
    both = ("bea=x: hi", "bea > bee", "bea=y: hi", "bea > bib", "bib=y: hi", "bee=x: hi")
    assert whose(*both, "ana: #action bee does", "ana: #action bib does") == {"bea": ["bee does", "bib does"]}


def test_the_roster_finds_who_is_not_there() -> None:
    assert whose("ana: #action zoe does", roster=("zoe", "yan")) == {"zoe": ["zoe does"]}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("ben: x", "Ben: x", "ana: #action ben does"), {"ben": ["ben does"], "Ben": ["ben does"]}),
        (("ben: x", "ana: #action cyd-ben does"), {"ben": ["cyd-ben does"]}),
        (("siretart`: x", "ana: #action siretart` does"), {"": ["siretart` does"]}),
        (("[ken]: x", "ana: #action [ken] does"), {"": ["[ken] does"]}),
        (("will: x", "ana: #action ana will do"), {"ana": ["ana will do"], "will": ["ana will do"]}),
    ],
)
def test_whose_it_is_to_meetbot(lines: tuple[str, ...], found: dict[str, list[str]]) -> None:
    assert whose(*lines, rules=CLASSIC) == found


def test_a_crowd_is_told_apart_by_what_their_nicks_are_without_what_hangs_on_them() -> None:
    crowd = [f"guest{number}{worn}: hi" for number in range(300) for worn in ("", "_")]
    assert len(attendance(met(*crowd))) == 301
