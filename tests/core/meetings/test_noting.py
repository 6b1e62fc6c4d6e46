from __future__ import annotations

import pytest

from cloudbot.core.meetings.links import target
from tests.core.meetings.meeting_lines import items, met, replies


def test_undo_takes_back_the_newest_item() -> None:
    assert items(met("ana: #info x", "bea: #info y", "ana: #undo")) == [("info", "x")]


def test_undo_can_be_of_a_numbered_item() -> None:
    assert items(met("ana: #info x", "bea: #info y", "ana: #undo 1")) == [("info", "y")]


def test_numbers_are_never_given_twice() -> None:
    assert [item.id for item in met("ana: #info x", "ana: #undo", "ana: #info y").items] == [2]


def test_undo_of_a_topic_takes_back_the_channels() -> None:
    found = replies("ana: #topic a", "ana: #topic b", "ana: #undo")
    assert [one.values["text"] for one in found if one.how == "topic"] == ["a (Meeting topic: Clouds)"]


def test_undo_of_a_topic_keeps_the_items_under_it() -> None:
    assert items(met("ana: #topic a", "ana: #info x", "ana: #undo 1")) == [("info", "x")]


def test_undo_right_after_a_motion_ends_its_vote() -> None:
    assert met("ana: #motion we sprint", "ana: #undo").vote is None


def test_undo_of_what_was_noted_since_leaves_the_vote_open() -> None:
    meeting = met("ana: #motion we sprint", "bea: #info x", "ana: #undo")
    assert (meeting.vote is not None, items(meeting)) == (True, [])


@pytest.mark.parametrize("typed", ["#undo", "#undo 7"])
def test_who_undoes_nothing_is_told(typed: str) -> None:
    assert [one.words for one in replies(f"ana: {typed}")] == ["meeting_no_item"]


def test_one_may_edit_ones_own_item() -> None:
    assert items(met("bea: #info x", "bea: #edit 1 y")) == [("info", "y")]


def test_a_chair_may_edit_anybodys() -> None:
    assert items(met("bea: #info x", "ana: #edit #1 y")) == [("info", "y")]


def test_nobody_else_may() -> None:
    meeting = met("bea: #info x", "cyd: #edit 1 y")
    assert items(meeting) == [("info", "x")]
    assert [one.words for one in replies("bea: #info x", "cyd: #edit 1 y")] == ["meeting_not_yours"]


def test_an_edited_link_has_its_new_target() -> None:
    (link,) = met("bea: #link https://a.example/x", "bea: #edit 1 https://b.example/y").items
    assert link.url == "https://b.example/y"


def test_an_edited_topic_is_the_channels() -> None:
    found = replies("ana: #topic a", "ana: #edit 1 b")
    assert [(one.how, one.values.get("text")) for one in found] == [
        ("say", None),
        ("topic", "b (Meeting topic: Clouds)"),
    ]


def test_an_edited_item_leaves_the_channels_topic_alone() -> None:
    assert [one.how for one in replies("bea: #info a", "bea: #edit 1 b")] == ["say"]


def test_an_edited_text_has_no_target() -> None:
    (info,) = met("bea: #info x", "bea: #edit 1 https://b.example/y").items
    assert info.url == ""


def test_an_edited_item_is_still_whose_it_was() -> None:
    assert [item.nick for item in met("bea: #info x", "ana: #edit 1 y").items] == ["bea"]


@pytest.mark.parametrize("typed", ["#edit 9 x", "#edit 1", "#edit x"])
def test_an_edit_of_nothing_is_told(typed: str) -> None:
    assert [one.words for one in replies("ana: #info x", f"ana: {typed}")] == ["meeting_no_item"]


@pytest.mark.parametrize(
    ("lines", "topics"),
    [
        (("ana: #topic Builds of ther images", "ana: #topic Builds of the images"), ["Builds of the images"]),
        (("ana: #topic Topic 3: bugs", "ana: #topic Topic 4: bugs"), ["Topic 3: bugs", "Topic 4: bugs"]),
        (("ana: #topic Roll call", "ana: #topic Images"), ["Roll call", "Images"]),
        (("ana: #topic Images", "bea: hm", "ana: #topic Images"), ["Images", "Images"]),
        (("ana: #topic Images", "cloudbot: noted", "ana: #topic Images"), ["Images"]),
        (("ana: #chair bea", "ana: #topic Images", "bea: #topic Images"), ["Images", "Images"]),
    ],
)
def test_a_topic_typed_again_at_once_replaces_the_first(lines: tuple[str, ...], topics: list[str]) -> None:
    assert [item.text for item in met(*lines).items] == topics


def test_a_late_comer_is_told_what_there_was() -> None:
    found = replies("ana: #topic a", "ana: #agreed b", "bea: #action c", "cyd: #catchup")
    values = {**found[0].values}
    assert (found[0].to, values["topic"], values["agreed"], values["action"]) == ("cyd", ("a",), ("b",), ("c",))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org/x", "https://example.org/x"),
        ("see https://example.org/x. Then more", "https://example.org/x"),
        ("(https://example.org/)", "https://example.org/"),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("[text](https://example.org/x)", "https://example.org/x"),
        ("https://example.org/x, https://example.org/y", "https://example.org/x"),
        ('https://example.org/"onclick=', "https://example.org/"),
        ("https://example.org/<b>", "https://example.org/"),
        ("https://ex\u00e4mple.org/x", "https://ex\u00e4mple.org/x"),
        ("salsa.example.org/team/x!3", "https://salsa.example.org/team/x!3"),
        ("mailto:clouds@lists.example.org", "mailto:clouds@lists.example.org"),
        ("javascript:alert(1)", ""),
        ("javascript://example.org/%0aalert(1)", ""),
        ("data:text/html,x", ""),
        ("a b c", ""),
        ("", ""),
    ],
)
def test_a_link_has_a_target_that_is_safe_or_none(text: str, url: str) -> None:
    assert target(text) == url


def test_an_item_of_a_link_keeps_what_was_said_with_it() -> None:
    (item,) = met("bea: #link the plan https://example.org/plan, old").items
    assert (item.text, item.url) == ("the plan https://example.org/plan, old", "https://example.org/plan")
