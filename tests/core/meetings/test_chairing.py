from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.meetings.fold import fold, step
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.people import attendance
from tests.core.meetings.meeting_lines import LIVE, items, line, met, replies

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Kind

DELEGATES = replace(LIVE, delegates=frozenset({"deb"}))


def chairs(*lines: str, rules: Rules = LIVE) -> list[str]:
    return [one.nick for one in met(*lines, rules=rules).chairs]


@pytest.mark.parametrize("typed", ["bea cyd", "bea, cyd", "bea,cyd", " bea  cyd ", "bea cyd bea", "bea BEA cyd"])
def test_chairs_are_added(typed: str) -> None:
    assert chairs(f"ana: #chair {typed}") == ["bea", "cyd"]


def test_the_current_chairs_are_said_in_order() -> None:
    assert [one.values["chairs"] for one in replies("ana: #chair cyd bea")] == [["ana", "bea", "cyd"]]


@pytest.mark.parametrize("typed", ["bea cyd", "bea,cyd", "BEA, cyd"])
def test_chairs_are_taken_away(typed: str) -> None:
    assert chairs("ana: #chair bea cyd dan", f"ana: #unchair {typed}") == ["dan"]


def test_the_owner_stays() -> None:
    found = replies("ana: #chair bea", "bea: #unchair ana")
    assert [one.words for one in found] == ["meeting_owner_stays", "meeting_chairs"]
    assert items(met("ana: #chair bea", "bea: #unchair ana", "ana: #topic x")) == [("topic", "x")]


def test_the_bot_is_no_chair() -> None:
    assert chairs("ana: #chair cloudbot bea") == ["bea"]


def test_a_chair_may_do_what_chairs_do() -> None:
    assert items(met("ana: #chair bea", "bea: #topic x")) == [("topic", "x")]


def test_one_that_was_taken_away_may_not() -> None:
    assert items(met("ana: #chair bea", "ana: #unchair bea", "bea: #topic x")) == []


def test_a_chair_is_followed_through_changes_of_nick() -> None:
    assert items(met("ana: #chair bea", "bea > bea_", "bea_ > bea|away", "bea|away: #topic x")) == [("topic", "x")]


def test_whoever_takes_the_nick_is_not() -> None:
    assert items(met("ana: #chair bea", "bea > bea_", "bea: #topic x")) == []


def test_nicks_are_equal_as_on_irc() -> None:
    assert items(met("ana: #chair Bea[]", "bea{}: #topic x")) == [("topic", "x")]


def test_the_classic_manner_compares_letters() -> None:
    assert items(met("ana: #chair Bea", "bea: #topic x", rules=Rules(manner="classic"))) == []


def test_the_classic_manner_takes_a_chair_from_the_very_nick() -> None:
    assert chairs("ana: #chair Bea bea cyd", "ana: #unchair Bea", rules=Rules(manner="classic")) == ["bea", "cyd"]


def test_an_account_is_a_chair_under_any_nick() -> None:
    assert items(met("bea=b: hi", "ana: #chair bea", "else=b: #topic x")) == [("topic", "x")]


@pytest.mark.parametrize("impostor", ["bea: #topic x", "bea=other: #topic x"])
@pytest.mark.parametrize("before", ["bea < quit", "- ~ 19:03 to 19:05", "bea ^ "])
def test_a_chair_with_an_account_is_nobody_without_it(before: str, impostor: str) -> None:
    assert items(met("bea=b: hi", "ana: #chair bea", before, impostor)) == []


@pytest.mark.parametrize("proof", ["bea=b ^ ", "bea=b: hi again"])
@pytest.mark.parametrize("before", ["bea < quit", "- ~ 19:03 to 19:05"])
def test_a_chair_who_comes_back_is_one_again_once_vouched_for(before: str, proof: str) -> None:
    assert items(met("bea=b: hi", "ana: #chair bea", before, proof, "bea: #topic x")) == [("topic", "x")]


@pytest.mark.parametrize("moves", [(), ("bea > bea_", "bea_ > bea|away", "bea|away > bea")])
def test_a_connection_that_was_vouched_for_is_so_until_it_leaves(moves: tuple[str, ...]) -> None:
    assert items(met("bea=b: hi", "ana: #chair bea", *moves, "bea: #topic x")) == [("topic", "x")]


def test_who_takes_the_nick_that_a_vouched_connection_left_is_nobody() -> None:
    assert items(met("bea=b: hi", "ana: #chair bea", "bea > bea_", "bea: #topic x")) == []


def test_a_nick_that_only_some_networks_take_for_the_same_is_not_vouched_for_with_it() -> None:
    assert items(met("[bea]=b: hi", "ana: #chair [bea]", "{bea}: #topic x")) == []


def test_who_changes_to_a_nick_that_was_vouched_for_is_nobody() -> None:
    assert items(met("bea=b: hi", "ana: #chair bea", "bea < quit", "eve > bea", "bea: #topic x")) == []


def test_a_seat_given_while_its_holder_is_away_is_the_accounts() -> None:
    assert items(met("bea=b: hi", "bea < quit", "ana: #chair bea", "bea: #topic x")) == []


def test_a_nick_that_was_never_vouched_for_is_a_chair_again_when_it_comes_back() -> None:
    assert items(met("ana: #chair bea", "bea < quit", "bea: #topic x")) == [("topic", "x")]


@pytest.mark.parametrize("kind", ["leaves", "logs in", "gap", "is now"])
def test_only_what_is_said_or_done_is_counted(kind: Kind) -> None:
    meeting = fold(met(), [line("bea", "bea_", kind=kind), line("bea", "#info x")])
    assert ([item.line for item in meeting.items], meeting.said, len(meeting.lines)) == ([2], 2, 3)


def test_what_a_client_marked_as_bot_says_is_kept_and_is_no_command() -> None:
    meeting, _ = step(met(), replace(line("kgb", "#info x"), bot=True))
    assert (items(meeting), meeting.said, [one.name for one in attendance(meeting)]) == ([], 2, ["ana"])


def test_a_seat_given_to_a_nick_becomes_the_accounts() -> None:
    assert items(met("ana: #chair bea", "bea=b: hi", "bea < quit", "bea: #topic x")) == []
    assert items(met("ana: #chair bea", "bea=b: hi", "bea_=b: #topic x")) == [("topic", "x")]


def test_an_account_follows_a_change_of_nick() -> None:
    assert items(met("bea=b: hi", "bea > bee", "ana: #chair bee", "else=b: #topic x")) == [("topic", "x")]


def test_the_nick_that_was_left_is_nobodys() -> None:
    assert items(met("bea=b: hi", "bea > bee", "ana: #chair bea", "bea: #topic x")) == [("topic", "x")]


def test_one_account_has_one_seat() -> None:
    both = ("bea=b: hi", "bea_=b: hi", "ana: #chair bea bea_")
    assert chairs(*both) == ["bea"]
    assert chairs(*both, "ana: #unchair bea_") == []


def test_the_classic_manner_parts_nicks_at_blanks_and_commas_only() -> None:
    assert chairs("ana: #chair bea\tcyd, dan", rules=Rules(manner="classic")) == ["bea\tcyd", "dan"]


def test_the_owner_is_an_account_too() -> None:
    meeting = met("ana=a: hi")
    assert items(step(step(meeting, line("ana", "", kind="leaves"))[0], line("ana", "#topic x"))[0]) == []
    assert items(step(meeting, line("ana_", "#topic x", account="a"))[0]) == [("topic", "x")]


def test_a_delegate_takes_over_from_chairs_that_are_gone() -> None:
    late = line("deb", "#chair", second=int(timedelta(minutes=10).total_seconds()), account="deb")
    meeting, said = step(met(rules=DELEGATES), late)
    assert [one.nick for one in meeting.chairs] == ["deb"]
    assert items(meeting) == [("info", "deb takes the chair: no chair has said anything since 19:00 UTC")]
    assert [one.words for one in said] == ["meeting_chairs"]


@pytest.mark.parametrize(("minutes", "account"), [(9, "deb"), (10, ""), (10, "other")])
def test_nobody_else_does_and_not_before(minutes: int, account: str) -> None:
    early = line("deb", "#chair", second=60 * minutes, account=account)
    assert step(met(rules=DELEGATES), early)[0].chairs == ()


def test_a_delegate_who_was_vouched_for_earlier_takes_over() -> None:
    meeting = met("deb_=deb: hi", "deb_ > deb|away", rules=DELEGATES)
    later = line("deb|away", "#chair", second=1000)
    assert [(one.nick, one.account) for one in step(meeting, later)[0].chairs] == [("deb|away", "deb")]


def test_one_who_came_back_without_proof_does_not() -> None:
    meeting = met("deb=deb: hi", "deb < quit", rules=DELEGATES)
    assert step(meeting, line("deb", "#chair", second=1000))[0].chairs == ()


def test_a_takeover_is_not_possible_while_a_chair_speaks() -> None:
    talk = met("ana: #chair bea", rules=DELEGATES)
    talk, _ = step(talk, line("bea", "still here", second=700))
    assert step(talk, line("deb", "#chair", second=1000, account="deb"))[0].chairs == talk.chairs
