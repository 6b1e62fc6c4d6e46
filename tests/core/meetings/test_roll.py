"""Who is there, by the team's people; who steps back; whether the delegates suffice; who may vote."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.render import Words
from cloudbot.core.meetings.actions import duties
from cloudbot.core.meetings.minutes.markdown import markdown
from cloudbot.core.meetings.minutes.pages import minutes
from cloudbot.core.meetings.minutes.text import text
from cloudbot.core.meetings.people import attendance
from cloudbot.core.meetings.planned import Known, Planned
from cloudbot.core.meetings.roll import Roll, roll
from tests.core.meetings.meeting_lines import LIVE, items, met, replies

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.meetings.meeting import Meeting

TEAM = (
    Known(person="anna", accounts=frozenset({"a"}), names=("ana",), delegate=True, recused=("bigblue",)),
    Known(person="bert", accounts=frozenset({"b", "bert2"}), names=("bea",), delegate=True),
    Known(person="carla", accounts=frozenset({"c"}), delegate=True),
    Known(person="dora", names=("dora",)),
)
TEAMED = replace(LIVE, known=TEAM, regrets=("dora",), quorum=2, providers=("bigblue", "Small Cloud"))
AT_BIGBLUE = ("info", "anna steps back at bigblue (declared)")


def rolled(*lines: str) -> Roll:
    return roll(met(*lines, rules=TEAMED))


def test_the_roll_says_who_is_there_and_who_is_not() -> None:
    assert rolled("bea_=b: hi", "eve: hi", "carla < quit") == Roll(
        present=("anna", "bert"), others=("eve",), regrets=("dora",), absent=("carla",), deciding=2, needed=2
    )


@pytest.mark.parametrize("said", ["x=b: hi", "x=bert2: hi", "bert: hi", "bea|away: hi", "BEA_: hi", "x: #here bert"])
def test_somebody_is_found_by_account_else_by_name(said: str) -> None:
    assert rolled(said).present == ("anna", "bert")


@pytest.mark.parametrize("said", ["bea=e: hi", "xbea: hi"])
def test_another_account_under_that_name_is_somebody_else(said: str) -> None:
    assert rolled(said).present == ("anna",)


def test_one_person_with_two_clients_is_there_once() -> None:
    found = rolled("bea=b: hi", "bea_: hi", "work=bert2: hi")
    assert (found.present, found.others, found.deciding) == (("anna", "bert"), (), 2)


def test_who_left_does_not_count() -> None:
    found = rolled("bea=b: hi", "bea < quit")
    assert (found.present, found.left, found.deciding, found.reached) == (("anna",), ("bert",), 1, False)


@pytest.mark.parametrize("back", ["bea: hi", "bea=b: hi"])
def test_who_comes_back_does(back: str) -> None:
    assert rolled("bea=b: hi", "bea < quit", back).present == ("anna", "bert")


def test_who_left_with_one_of_two_clients_is_there() -> None:
    assert rolled("bea=b: hi", "bea_=b: hi", "bea < quit").present == ("anna", "bert")


def test_who_sent_regrets_and_comes_is_there() -> None:
    found = rolled("dora: hi")
    assert (found.present, found.regrets) == (("anna", "dora"), ())


def test_without_a_quorum_asked_for_there_is_one() -> None:
    assert roll(met(rules=replace(TEAMED, quorum=0))).reached


def test_the_roll_is_said_to_the_channel() -> None:
    found = replies("ana: #rollcall", rules=TEAMED)
    assert [(one.how, one.words, one.values["roll"]) for one in found] == [("say", "meeting_roll", rolled())]


@pytest.mark.parametrize("typed", ["Offer of BigBlue", "bigblue: money", "(bigblue)"])
@pytest.mark.parametrize("command", ["#topic", "#subtopic"])
def test_who_declared_it_steps_back_at_a_topic_that_names_a_provider(command: str, typed: str) -> None:
    kind = command.removeprefix("#")
    assert items(met(f"ana: {command} {typed}", rules=TEAMED)) == [(kind, typed), AT_BIGBLUE]


def test_it_is_said_in_one_line() -> None:
    found = replies("ana: #topic bigblue", rules=TEAMED)
    assert [(one.how, one.words) for one in found] == [("topic", "meeting_topic"), ("say", "meeting_steps_back")]
    assert found[1].values == {"people": (("anna", "bigblue"),)}


@pytest.mark.parametrize("typed", ["bigblues", "small cloud", "Images"])
def test_nobody_does_at_another(typed: str) -> None:
    assert items(met(f"ana: #topic {typed}", rules=TEAMED)) == [("topic", typed)]


def test_an_item_of_the_agenda_says_what_it_touches() -> None:
    agenda = (Planned(id="x", text="Credits", source="added", providers=("bigblue",)),)
    assert items(met("ana: #next", rules=replace(TEAMED, agenda=agenda))) == [("topic", "Credits"), AT_BIGBLUE]


def test_somebody_who_steps_back_at_two_is_named_once() -> None:
    team = (replace(TEAM[0], recused=("bigblue", "Small Cloud")),)
    meeting = met("ana: #topic small cloud or bigblue", rules=replace(TEAMED, known=team))
    assert items(meeting)[1:] == [("info", "anna steps back at bigblue, Small Cloud (declared)")]


def test_who_sent_regrets_is_not_named() -> None:
    assert items(met("ana: #topic bigblue", rules=replace(TEAMED, regrets=("anna",)))) == [("topic", "bigblue")]


def test_it_is_taken_back_with_its_topic() -> None:
    assert items(met("ana: #topic bigblue", "ana: #undo", rules=TEAMED)) == []


def test_a_topic_typed_again_has_it_once() -> None:
    meeting = met("ana: #topic bigbleu offer", "ana: #topic bigblue offer", rules=TEAMED)
    assert items(meeting) == [("topic", "bigblue offer"), AT_BIGBLUE]


@pytest.mark.parametrize(
    "lines",
    [
        ("bea: #topic bigblue", "bea: #motion x"),
        ("bea: #topic bigblue", "bea: #subtopic y", "bea: #motion x"),
        ("bea: #topic y", "bea: #motion we take what bigblue offers"),
    ],
)
def test_a_ballot_of_who_steps_back_is_refused(lines: tuple[str, ...]) -> None:
    lines = ("ana: #chair bea", *lines)
    assert [(one.how, one.words, one.to) for one in replies(*lines, "ana=a: +1", rules=TEAMED)] == [
        ("tell", "meeting_vote_recused", "ana")
    ]


def test_a_ballot_of_theirs_on_something_else_counts() -> None:
    assert replies("ana: #topic bigblue", "ana: #topic y", "ana: #motion x", "ana: +1", rules=TEAMED) == []


def test_who_steps_back_does_not_count_for_the_quorum() -> None:
    assert [rolled("bea=b: hi", f"ana: #topic {one}").deciding for one in ("x", "bigblue")] == [2, 1]


def test_a_missed_quorum_is_part_of_the_outcome() -> None:
    meeting = met("ana: #motion x", "ana: +1", "ana: #endvote", rules=TEAMED)
    assert items(meeting) == [
        ("vote", "x +1: 1 (ana); -1: 0; 0: 0. Result: no quorum (1 of 2 delegates there); by the ballots: carried")
    ]


def test_delegates_vote_and_who_of_them_was_not_heard_is_noted() -> None:
    rules = replace(TEAMED, voters="delegates", quorum=0)
    meeting = met("ana=a: #motion x", "ana=a: +1", "dora: +1", "bea=b: +1", "ana=a: #endvote", rules=rules)
    assert items(meeting) == [("vote", "x +1: 2 (ana, bea); -1: 0; 0: 0. Not heard: carla. Result: carried")]


def test_who_stepped_back_is_noted_with_the_outcome() -> None:
    rules = replace(TEAMED, voters="delegates", quorum=0)
    meeting = met("ana=a: #motion bigblue pays", "bea=b: +1", "ana=a: #endvote", rules=rules)
    noted = "Not heard: carla. Stepped back: anna. Result: carried"
    assert items(meeting) == [("vote", f"bigblue pays +1: 1 (bea); -1: 0; 0: 0. {noted}")]


@pytest.mark.parametrize(
    ("typed", "refused"),
    [("#voters all", []), ("#voters delegates", ["meeting_vote_not_yours"]), ("#voters dora", [])],
)
def test_a_chair_says_who_may_vote(typed: str, refused: list[str]) -> None:
    rules = replace(TEAMED, voters="delegates")
    found = replies(f"ana: {typed}", "ana: #motion x", "dora: +1", rules=rules)
    assert [one.words for one in found] == refused


def test_a_known_delegate_takes_over_from_chairs_that_are_gone() -> None:
    rules = replace(TEAMED, takeover=LIVE.takeover * 0)
    assert [one.nick for one in met("bea=b: #chair", rules=rules).chairs] == ["bea"]


def test_a_person_with_two_accounts_is_one_attendee() -> None:
    meeting = met("bea=b: hi", "work=bert2: hi", "eve=e: hi", rules=TEAMED)
    assert [(one.name, one.lines) for one in attendance(meeting)] == [("bea", 2), ("ana", 1), ("eve", 1)]


SPRINT = "Sprint in October, for which somebody has to book a house with beds for twelve"
LEFT = replace(TEAMED, agenda=(Planned(id="s", text=SPRINT, source="added"),))


def ended() -> Meeting:
    return met("bea=b: hi", "bea < quit", "ana: #endmeeting", rules=LEFT)


def test_who_steps_back_at_an_item_is_said_below_it() -> None:
    agenda = (Planned(id="o", text="Offer of bigblue", source="added"),)
    found = replies("ana: #next", rules=replace(TEAMED, agenda=agenda))
    assert [one.words for one in found] == ["meeting_topic", "meeting_item", "meeting_steps_back"]


def test_the_text_has_meetbots_sections_and_no_others() -> None:
    shown = text(ended(), log_url="log").split("\n")
    under = [name for name, rule in pairwise(shown) if name and rule == "-" * len(name)]
    assert under == ["Meeting summary", "People present (lines said)"]


def test_the_markdown_has_the_roll_and_what_is_left() -> None:
    shown = markdown(ended(), log_url="log")
    assert "## Roll call\n\n- Present: anna\n- Left early: bert\n- Regrets: dora\n" in shown
    assert f"## Left for the next meeting\n\n- {SPRINT}\n" in shown


def test_the_page_has_them_too() -> None:
    values = minutes(ended(), log_url="log")
    assert values["left"] == [((SPRINT, ""),)]
    assert Words().render("minutes/minutes.html", values).count(SPRINT) == 1


def test_nothing_is_left_while_the_meeting_runs() -> None:
    assert "Left for" not in markdown(met(rules=LEFT), log_url="log")


@pytest.mark.parametrize("write", [lambda one: text(one, log_url="log"), lambda one: markdown(one, log_url="log")])
def test_minutes_of_a_meeting_of_which_nothing_is_known_have_neither(write: Callable[[Meeting], str]) -> None:
    shown = write(met("ana: #endmeeting"))
    assert ("Roll call" in shown, "Left for" in shown) == (False, False)


def whose(*lines: str) -> dict[str, list[str]]:
    return {name: [item.text for item in found] for name, found in duties(met(*lines, rules=TEAMED)).by_name}


@pytest.mark.parametrize("typed", ["bert to do", "bea to do", "laptop to do"])
def test_an_action_finds_somebody_there_by_any_of_their_names(typed: str) -> None:
    assert whose("laptop=b: hi", f"ana: #action {typed}") == {"laptop": [typed]}


@pytest.mark.parametrize("typed", ["bert to do", "bea to do"])
def test_an_action_finds_somebody_who_is_not_there_by_any_of_their_names(typed: str) -> None:
    assert whose(f"ana: #action {typed}") == {"bert": [typed]}
