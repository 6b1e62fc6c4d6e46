from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.agenda import (
    ACTIONS,
    Budget,
    Changed,
    Gathered,
    budget,
    compose,
    folded,
    found,
    identity,
    moved,
    same,
)
from cloudbot.core.meetings.agenda_words import Asked, NoItem, asked, minutes_in
from cloudbot.core.meetings.planned import Planned, Source


def item(name: str, text: str = "", *, source: Source = "added", minutes: int = 5) -> Planned:
    return Planned(id=name, text=text or name, source=source, minutes=minutes)


def ids(agenda: tuple[Planned, ...]) -> list[str]:
    return [one.id for one in agenda]


FULL = Gathered(
    left=(item("ssh-keys", source="left over"),),
    actions=item(ACTIONS, source="actions"),
    standing=(item("publishing", source="standing"),),
    added=(item("buster"), item("hotel")),
    drafted=(item("builds", source="state"),),
    closing=(item("aob", source="standing"),),
)


def test_leftovers_come_first_then_actions_and_what_closes_the_meeting_last() -> None:
    assert ids(compose(FULL)) == ["ssh-keys", "actions", "publishing", "buster", "hotel", "builds", "aob"]


def test_nothing_gathered_is_no_agenda() -> None:
    assert compose(Gathered()) == ()


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("publishing", ["publishing", "actions", "buster", "hotel", "builds", "aob"]),
        ("buster", ["buster", "actions", "publishing", "hotel", "builds", "aob"]),
        ("actions", ["actions", "publishing", "buster", "hotel", "builds", "aob"]),
        ("aob", ["actions", "publishing", "buster", "hotel", "builds", "aob"]),
    ],
)
def test_what_comes_every_time_is_not_there_twice_when_it_was_left_over(left: str, expected: list[str]) -> None:
    again = Gathered(
        left=(item(left, source="left over"),),
        actions=FULL.actions,
        standing=FULL.standing,
        added=FULL.added,
        drafted=FULL.drafted,
        closing=FULL.closing,
    )
    assert ids(compose(again)) == expected


def test_the_same_words_are_one_item() -> None:
    gathered = Gathered(left=(item("a", "Buster: where?"),), added=(item("b", "buster -- WHERE"), item("c", "Hotel")))
    assert ids(compose(gathered)) == ["a", "c"]


def test_what_somebody_took_off_stays_away() -> None:
    assert ids(compose(FULL, Changed(hidden=frozenset({"builds", "gone"})))) == [
        "ssh-keys", "actions", "publishing", "buster", "hotel", "aob",
    ]  # fmt: skip


def test_an_order_holds_and_what_came_later_stands_where_it_would_have() -> None:
    changed = Changed(order=("aob", "hotel", "ssh-keys", "gone"))
    assert ids(compose(FULL, changed)) == ["aob", "hotel", "builds", "ssh-keys", "actions", "publishing", "buster"]


def test_minutes_that_somebody_gave_count() -> None:
    assert [one.minutes for one in compose(FULL, Changed(minutes={"hotel": 20}))] == [5, 5, 5, 5, 20, 5, 5]


def test_a_budget_says_by_how_much_it_does_not_fit_and_what_is_beyond() -> None:
    agenda = (item("a", minutes=30), item("b", minutes=20), item("c", minutes=15), item("d", minutes=5))
    assert budget(agenda, 60) == Budget(planned=70, of=60, beyond=(3, 4))
    assert budget(agenda, 60).over == 10
    assert budget(agenda, 70) == Budget(planned=70, of=70)
    assert budget(agenda, 70).over == 0


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1", 0), ("#2", 1), ("3.", 2), ("buster", 1), ("BUSTER", 1), ("0", None), ("4", None), ("x", None), ("", None),
     ("99999999999999999999", None), ("²", None)],
)  # fmt: skip
def test_an_item_is_found_by_number_or_id(word: str, expected: int | None) -> None:
    assert found((item("a"), item("buster"), item("c")), word) == expected


def test_the_item_of_the_same_words_is_found() -> None:
    assert same(FULL.added, "Hotel?") == item("hotel")
    assert same(FULL.added, "hotels") is None


@pytest.mark.parametrize(
    ("text", "taken", "expected"),
    [
        ("Where do we point people who ask for Buster images", set(), "where-do-we-point-people"),
        ("Où est l'image?", set(), "ou-est-l-image"),
        ("hotel", {"hotel"}, "hotel-2"),
        ("hotel", {"hotel", "hotel-2"}, "hotel-3"),
        ("図書館", set(), "item"),
        ("2019", set(), "2019-2"),
        ("a" * 100, set(), "a" * 24),
    ],
)
def test_a_new_item_has_an_id_of_its_first_words(text: str, taken: set[str], expected: str) -> None:
    assert identity(text, taken) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("where do we point people (10 min)", Asked("where do we point people", 10)),
        ("hotel", Asked("hotel", 5)),
        ("hotel (15m)", Asked("hotel", 15)),
        ("hotel [15 minutes].", Asked("hotel", 15)),
        ("hotel (in Boston)", Asked("hotel (in Boston)", 5)),
        ("hotel 10 min", Asked("hotel 10 min", 5)),
        ('"hotel"', Asked("hotel", 5)),
        ("see https://example.org/x. (5 min)", Asked("see https://example.org/x.", 5, "https://example.org/x")),
        ("(https://example.org/a_(b))", Asked("(https://example.org/a_(b))", 5, "https://example.org/a_(b)")),
        ("write mailto:a@example.org", Asked("write mailto:a@example.org", 5)),
    ],
)
def test_an_item_is_read_with_its_minutes_and_its_link(typed: str, expected: Asked) -> None:
    assert asked(typed) == expected


@pytest.mark.parametrize(
    ("typed", "why"),
    [("", "empty"), ("(10 min)", "empty"), ("...", "empty"), ("x" * 161, "long"), ("hotel (0 min)", "minutes"),
     ("hotel (241 min)", "minutes")],
)  # fmt: skip
def test_what_is_no_item_is_said(typed: str, why: str) -> None:
    with pytest.raises(NoItem, match=why):
        asked(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("10", 10), ("10 min", 10), ("(7m)", 7), ("0", None), ("241", None), ("ten", None), ("", None)],
)
def test_minutes_are_read_alone(typed: str, expected: int | None) -> None:
    assert minutes_in(typed) == expected


NAMES = st.sampled_from([*"abcdefgh", ACTIONS])
ITEMS = st.builds(item, NAMES, st.sampled_from(["", "one", "One!", "two", "three"]), minutes=st.integers(1, 240))
MANY = st.lists(ITEMS, max_size=6).map(tuple)
GATHERED = st.builds(
    Gathered,
    left=MANY,
    actions=st.none() | st.just(item(ACTIONS)),
    standing=MANY,
    added=MANY,
    drafted=MANY,
    closing=MANY,
)
CHANGED = st.builds(
    Changed,
    hidden=st.frozensets(NAMES),
    order=st.lists(NAMES, max_size=8).map(tuple),
    minutes=st.dictionaries(NAMES, st.integers(1, 240)),
)


@given(GATHERED, CHANGED)
def test_no_item_is_there_twice_and_none_is_lost(gathered: Gathered, changed: Changed) -> None:
    agenda = compose(gathered, changed)
    names = ids(agenda)
    assert len(set(names)) == len(names)
    actions = (gathered.actions,) if gathered.actions else ()
    every = (*gathered.left, *actions, *gathered.standing, *gathered.added, *gathered.drafted, *gathered.closing)
    words = [folded(one.text) for one in every]
    closing = {one.id for one in gathered.closing} | {ACTIONS}
    for one in every:
        if one.id not in changed.hidden and (one not in gathered.left or one.id not in closing):
            assert one.id in names or words.count(folded(one.text)) > 1
    assert changed.hidden.isdisjoint(names)


@given(GATHERED, CHANGED)
def test_the_same_state_is_the_same_agenda_and_an_order_taken_from_it_changes_nothing(
    gathered: Gathered, changed: Changed
) -> None:
    agenda = compose(gathered, changed)
    again = Changed(hidden=changed.hidden, minutes=changed.minutes, order=tuple(ids(agenda)))
    assert compose(gathered, again) == agenda == compose(gathered, changed)


@given(GATHERED, CHANGED, st.integers(0, 20), st.integers(0, 20))
def test_an_item_that_is_moved_stands_there_and_the_others_keep_their_order(
    gathered: Gathered, changed: Changed, which: int, place: int
) -> None:
    agenda = compose(gathered, changed)
    if not agenda:
        return
    one = agenda[which % len(agenda)]
    order = moved(agenda, one, place)
    after = compose(gathered, Changed(hidden=changed.hidden, minutes=changed.minutes, order=order))
    assert after.index(one) == min(place, len(agenda) - 1)
    assert [each for each in after if each != one] == [each for each in agenda if each != one]


@given(st.lists(ITEMS, max_size=10), st.integers(5, 600))
def test_a_budget_adds_up(items: list[Planned], of: int) -> None:
    found_budget = budget(items, of)
    assert found_budget.planned == sum(one.minutes for one in items)
    assert bool(found_budget.beyond) == (found_budget.over > 0)
    inside = sum(one.minutes for number, one in enumerate(items, 1) if number not in found_budget.beyond)
    assert inside <= of


@given(st.text(max_size=120), st.lists(st.text(max_size=60), max_size=5))
def test_an_id_is_new_and_of_a_form_that_a_file_may_have(text: str, others: list[str]) -> None:
    taken: set[str] = set()
    for one in (*others, text):
        name = identity(one, taken)
        assert name not in taken
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name)
        assert not name.isdigit()
        taken.add(name)
