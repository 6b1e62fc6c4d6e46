from __future__ import annotations

from dataclasses import replace

import pytest

from cloudbot.core.meetings.fold import step
from cloudbot.core.meetings.meeting import Rules
from tests.core.meetings.meeting_lines import LIVE, items, line, met, replies, said

W3C = Rules(w3c=True, bot="cloudbot")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("s/azur/Azure/", "the Azure images, azur"),
        ("s/azur/Azure", "the Azure images, azur"),
        ("s|azur|Azure|", "the Azure images, azur"),
        ("s/azur/Azure/g", "the Azure images, Azure"),
        ("s/azur //", "the images, azur"),
        ("s/nothing/x/", "the azur images, azur"),
        ("s/a/b/c", "the azur images, azur"),
        ("s/azur", "the azur images, azur"),
        ("is/azur/Azure/", "the azur images, azur"),
    ],
)
def test_ones_own_item_is_reworded(typed: str, text: str) -> None:
    assert items(met("bea: #info the azur images, azur", f"bea: {typed}")) == [("info", text)]


def test_who_did_it_is_told() -> None:
    found = replies("bea: #info a", "bea: s/a/b/")
    assert [(one.how, one.words, one.to, one.values["item"]) for one in found] == [
        ("tell", "meeting_edited", "bea", met("bea: #info a", "bea: s/a/b/").items.last)
    ]


@pytest.mark.parametrize(
    "talk",
    [
        ("bea: #info azur", "cyd: s/azur/Azure/"),
        ("bea: #info azur", "bea: azur is what I said", "bea: s/azur/Azure/"),
        ("bea=b: #info azur", "bea=b < quit", "bea: s/azur/Azure/"),
    ],
)
def test_what_somebody_else_noted_and_what_was_only_said_is_not(talk: tuple[str, ...]) -> None:
    assert items(met(*talk)) == [("info", "azur")]


def test_what_others_said_with_it_is_not_in_the_way() -> None:
    assert items(met("bea: #info azur", "cyd: azur?", "bea: s/azur/Azure/")) == [("info", "Azure")]


def test_the_newest_of_several_is() -> None:
    assert items(met("bea: #info a", "bea: #info a", "bea: s/a/b/", "bea: s/a/c/")) == [("info", "c"), ("info", "b")]


def test_a_topic_that_is_reworded_is_set_again() -> None:
    assert [one.how for one in replies("ana: #topic Imagse", "ana: s/Imagse/Images/")] == ["tell", "topic"]


def test_a_link_that_is_reworded_leads_elsewhere() -> None:
    meeting = met("bea: #link https://example.org/a", "bea: s/a$/b/", "bea: s|org/a|org/b|")
    assert meeting.items.last is not None
    assert meeting.items.last.url == "https://example.org/b"


def test_the_log_stays_as_it_was_said() -> None:
    assert [one.text for one in met("bea: #info a", "bea: s/a/b/").lines][1:] == ["#info a", "s/a/b/"]


def test_meetbot_knows_no_corrections() -> None:
    assert items(met("ana: #info a", "ana: s/a/b/", rules=Rules(manner="classic"))) == [("info", "a")]


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("s/x/y/", ["x one", "y two", "x three"]),
        ("s/x/y/g", ["y one", "y two", "x three"]),
        ("s/x/y/G", ["y one", "y two", "y three"]),
    ],
)
def test_in_w3cs_words_anybody_corrects_anybody_and_all(typed: str, texts: list[str]) -> None:
    talk = ("bea: ACTION: x one", "bea: ACTION: x two", f"cyd: {typed}", "bea: ACTION: x three")
    assert [text for _, text in items(met(*talk, rules=W3C))] == texts


def test_what_grows_by_corrections_has_an_end() -> None:
    meeting = met("bea: ACTION: x", *(f"bea: s/x/{'x' * 9}/g" for _ in range(6)), "bea: s/x/xx/G", rules=W3C)
    assert len(items(meeting)[0][1]) == 4000


@pytest.mark.parametrize("dots", ["...", "\u2026", "...."])
def test_a_line_that_goes_on_is_part_of_the_item(dots: str) -> None:
    talk = ("bea: ACTION: cyd to book", "dan: hm", f"bea: {dots} a house", f"bea: {dots} in May")
    assert items(met(*talk, rules=W3C)) == [("action", "cyd to book a house in May")]


@pytest.mark.parametrize(
    "talk",
    [
        ("bea: ACTION: x", "cyd: ... more"),
        ("bea: ACTION: x", "bea: well", "bea: ... more"),
        ("bea: ACTION: x", "bea: ..."),
    ],
)
def test_a_line_that_goes_on_elsewhere_is_not(talk: tuple[str, ...]) -> None:
    assert items(met(*talk, rules=W3C)) == [("action", "x")]


def test_a_topic_does_not_go_on() -> None:
    assert items(met("bea: topic: Images", "bea: ... hello", rules=W3C)) == [("topic", "Images")]


def test_a_line_is_put_before_another() -> None:
    talk = ("bea: ACTION: one", "bea: let us talk", "bea: ACTION: two", "cyd: i/let us/Topic: Images/")
    meeting = met(*talk, rules=W3C)
    assert [(item.kind, item.text, item.line) for item in meeting.items] == [
        ("action", "one", 2),
        ("topic", "Images", 3),
        ("action", "two", 4),
    ]


@pytest.mark.parametrize("typed", ["i/nowhere/Topic: x/", "i/one/only prose/", "i/one/q+/", "i/one/"])
def test_what_is_no_item_or_has_no_place_is_not(typed: str) -> None:
    assert items(met("bea: ACTION: one", f"bea: {typed}", rules=W3C)) == [("action", "one")]


def test_neither_is_there_without_w3cs_words() -> None:
    assert items(met("bea: #info one", "bea: ... more", "bea: i/one/Topic: x/")) == [("info", "one")]


@pytest.mark.parametrize("talk", [("ana: #undo",) * 2, ("ana: #undo", "ana: #undo", "ana: #undo")])
def test_taken_back_twice_takes_two_back(talk: tuple[str, ...]) -> None:
    assert items(met("bea: #action x", "bea: #info y", *talk)) == []


def test_a_topic_taken_back_leaves_its_items_to_the_one_before() -> None:
    meeting = met("ana: #topic a", "ana: #topic b", "bea: #info x", "ana: #undo 2")
    assert items(meeting) == [("topic", "a"), ("info", "x")]


def test_the_channels_topic_is_that_of_before_then() -> None:
    found = replies("ana: #topic a", "ana: #topic b", "ana: #undo")
    assert [one.values.get("text") for one in found] == [None, "a (Meeting topic: Clouds)"]


def test_an_outcome_taken_back_is_no_longer_one_and_the_vote_stays_closed() -> None:
    meeting = met("ana: #motion x", "bea: +1", "ana: #endvote", "ana: #undo")
    assert (items(meeting), meeting.vote) == ([], None)


def test_an_open_vote_taken_back_is_over_and_bare_ballots_are_talk_again() -> None:
    meeting = met("ana: #motion x", "bea: +1", "ana: #undo")
    after, said_then = step(meeting, line("bea", "+1"))
    assert (after.vote, said_then) == (None, ())


def test_nothing_to_take_back_is_told() -> None:
    assert [one.words for one in replies("bea: #info x", "ana: #undo", "ana: #undo")] == ["meeting_no_item"]


def test_a_bots_correction_is_none() -> None:
    robot = replace(said("bea: s/a/b/")[0], bot=True)
    assert items(step(met("bea: #info a", rules=LIVE), robot)[0]) == [("info", "a")]


def test_an_edit_with_the_same_word_is_not_in_the_way() -> None:
    assert items(met("bea: #info a", "bea: #edit 1 azur", "bea: s/azur/Azure/")) == [("info", "Azure")]
