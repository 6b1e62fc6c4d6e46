"""What becomes of each promise of a meeting: one record for each person, never two for the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.features.records.meetings.held import FILES, ID, Meeting, action

OPEN = action("A-2019-017", "publish the images", 'owner = "ben"\nassigned = 2019-07-01\n')


def after(*lines: str, files: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Return the actions after a meeting in which these lines were said."""
    return Meeting(files=FILES | (OPEN if files is None else files)).meets(*lines).actions()


def texts(found: dict[str, Any]) -> list[str]:
    return [one["text"] for one in found["updates"]]


@pytest.mark.need("N10", "N36", by="#action")
@pytest.mark.parametrize(
    ("said", "owner", "yes"),
    [
        ("ann: #action ben to write the page", "ben", False),
        ("ann: #action ben, please write the page", "ben", False),
        ("ann: #action write the page @ben", "ben", False),
        ("ben: #action ben to write the page", "ben", True),
        ("ann: #action cleo writes the page", "cleo", False),
        ("ann: #action everyone reads the page", None, False),
        ("ann: #action the delegates read the page", None, False),
        ("ann: #action zoe writes the page", None, False),
        ("ann: #action write the page", None, False),
        ("guest: #action guest writes the page", None, False),
    ],
)
def test_a_new_action_is_the_persons_that_it_names_or_nobodys(said: str, owner: str | None, yes: bool) -> None:  # noqa: FBT001
    found = after(said, files={})["A-2019-001"]
    assert (found["title"], found.get("owner"), "accepted" in found) == (said.partition("#action ")[2], owner, yes)
    assert found["from"] == {"meeting": ID}


def test_several_people_have_one_each_and_both_stand_at_the_item() -> None:
    held = Meeting().meets("ann: #action ann and ben meet the host")
    assert [one["owner"] for one in held.actions().values()] == ["ann", "ben"]
    assert held.record("minutes", ID)["actions"] == (
        {"item": 1, "action": "A-2019-001", "owners": ("ann",)},
        {"item": 1, "action": "A-2019-002", "owners": ("ben",)},
    )


def test_the_same_words_for_the_same_person_twice_are_one_and_for_another_two() -> None:
    found = after("ann: #action ben to mend it", "ann: #action ben: mend it!", "ann: #action ann to mend it", files={})
    assert [one["owner"] for one in found.values()] == ["ben", "ann"]


@pytest.mark.parametrize(
    "said",
    [
        "ann: #action ben: publish the images",
        "ann: #action ben to publish the images.",
        "ann: #action ben will publish the images by 2019-09-01",
        "ann: #action A-2019-017",
        "ann: #action a-17 publish the images",
    ],
)
def test_what_is_promised_again_is_carried_and_not_doubled(said: str) -> None:
    found = after(said)
    assert list(found) == ["A-2019-017"]
    assert texts(found["A-2019-017"]) == [f"carried at {ID}"]
    assert found["A-2019-017"]["owner"] == "ben"


def test_the_same_words_for_another_person_are_another_promise() -> None:
    found = after("ann: #action ann to publish the images")
    assert {name: one["owner"] for name, one in found.items()} == {"A-2019-017": "ben", "A-2019-018": "ann"}


def test_a_promise_that_is_worded_anew_with_its_name_is_noted() -> None:
    found = after("ann: #action A-2019-017: first the arm64 ones")
    assert texts(found["A-2019-017"]) == [f"at {ID}: A-2019-017: first the arm64 ones"]


@pytest.mark.parametrize("said", ["ann: #action A-2019-017 -> ann", "ben: #action ann takes a-2019-17"])
def test_a_promise_is_handed_over(said: str) -> None:
    found = after(said)["A-2019-017"]
    assert (found["owner"], "accepted" in found, texts(found)) == (
        "ann",
        said.startswith("ann"),
        [f"handed to ann at {ID}"],
    )


def test_one_that_was_done_is_opened_again_only_in_words() -> None:
    done = action("A-2019-017", "publish the images", 'owner = "ben"\n')["actions/A-2019-017.toml"]
    done = done.replace('"open"', '"done"') + 'closed = 2019-08-01\nevidence = { url = "https://example.org/1" }\n'
    files = {"actions/A-2019-017.toml": done}
    again = after("ann: #action reopen A-2019-017", files=files)["A-2019-017"]
    assert (again["state"], "closed" in again, "evidence" in again) == ("open", False, False)
    assert list(after("ann: #action ben: look at A-2019-017 for the words", files=files)) == [
        "A-2019-017",
        "A-2019-018",
    ]


@pytest.mark.need("N01", by="#done")
def test_what_is_done_is_closed_with_what_shows_it() -> None:
    found = after("ben: #done A-2019-017 https://example.org/it")["A-2019-017"]
    assert (found["state"], found["evidence"]) == ("done", {"url": "https://example.org/it"})
    assert texts(found) == [f"done at {ID}"]


def test_what_is_said_to_be_done_is_noted_so() -> None:
    found = after("ben: #done a-17")["A-2019-017"]
    assert (found["state"], texts(found)) == ("open", ["said to be done; evidence wanted"])


def test_done_means_the_only_open_action_with_these_words() -> None:
    more = OPEN | action("A-2019-018", "publish the page")
    assert after("ben: #done publish images https://example.org/it", files=more)["A-2019-017"]["state"] == "done"
    found = after("ben: #done publish the https://example.org/it", files=more)
    assert [one["state"] for one in found.values()] == ["open", "open"]


def test_a_short_name_of_which_there_are_two_open_ones_means_neither() -> None:
    more = OPEN | action("A-2018-017", "another")
    found = after("ben: #done a-17 https://example.org/it", files=more)
    assert [one["state"] for one in found.values()] == ["open", "open"]


def test_carried_and_done_in_one_meeting_is_done() -> None:
    found = after("ann: #action ben: publish the images", "ben: #done A-2019-017 https://example.org/it")["A-2019-017"]
    assert (found["state"], texts(found)) == ("done", [f"carried at {ID}", f"done at {ID}"])


def test_a_day_to_come_is_due_and_one_that_is_over_is_not() -> None:
    found = after("ann: #action ben: a page by 2019-09-01", "ann: #action ben: a note by 2019-01-01", files={})
    assert [str(one.get("due")) for one in found.values()] == ["2019-09-01", "None"]


WORDS = st.sampled_from(
    ["ben", "to", "ann:", "publish", "the", "images", "A-2019-017", "->", "@zoe", "a-17", "$id", "by", "2019-09-01"]
)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(st.tuples(st.sampled_from(["action", "done"]), st.lists(WORDS, min_size=1, max_size=6)), max_size=5)
)
def test_nothing_that_was_promised_is_lost_and_the_change_is_never_refused(lines: list[tuple[str, list[str]]]) -> None:
    held = Meeting(files=FILES | OPEN).meets(*(f"ann: #{kind} {' '.join(words)}" for kind, words in lines))
    found = held.record("minutes", ID)
    promised = [item["id"] for item in found.get("items", ()) if item["kind"] == "action"]
    assert sorted({one["item"] for one in found.get("actions", ())} & set(promised)) == promised
    assert all(one.get("action") in held.actions() for one in found.get("actions", ()))
