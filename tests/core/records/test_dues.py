"""Days as people type them; whose an action is and how late; which gates of a sprint are shut on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.days import day_of, month_of
from cloudbot.core.records.dues import hold, last_day, standing, still_open
from cloudbot.core.records.gates import NEXT, OFF, gates, next_sprint
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.loading import load
from cloudbot.core.records.tree import View
from tests.core.records.trees import TODAY, person

TUESDAY = date(2019, 7, 23)
PEOPLE = person("bob") | person("erin", "left = 2019-07-01\n")


def view(files: dict[str, str], on: date = TUESDAY) -> View:
    tree, findings = load({path: text.encode() for path, text in (PEOPLE | files).items()}, {})
    assert findings == []
    return View(tree, on, TODAY)


def action(more: str, name: str = "A-2019-001") -> dict[str, str]:
    head = f'schema = "cloudbot/action/1"\nid = "{name}"\ntitle = "X"\n'
    return {f"actions/{name}.toml": head + ("" if "state" in more else 'state = "open"\n') + more}


def sprint(more: str, name: str = "s1", state: str = "agreed") -> dict[str, str]:
    head = f'schema = "cloudbot/sprint/1"\nid = "{name}"\ntitle = "S"\nstate = "{state}"\n'
    return {f"sprints/{name}/sprint.toml": head + more}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-08-01", date(2019, 8, 1)),
        (" 2019-08-01 ", date(2019, 8, 1)),
        ("today", TUESDAY),
        ("Tomorrow", date(2019, 7, 24)),
        ("wed", date(2019, 7, 24)),
        ("Friday", date(2019, 7, 26)),
        ("tuesday", date(2019, 7, 30)),
        ("2w", date(2019, 8, 6)),
        ("10d", date(2019, 8, 2)),
        ("2019-02-30", None),
        ("2020-02-29", date(2020, 2, 29)),
        ("20190801", None),
        ("3h", None),
        ("fr", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_typed(text: str, day: date | None) -> None:
    assert day_of(text, TUESDAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("October", date(2019, 10, 1)),
        ("aug", date(2019, 8, 1)),
        ("july", date(2020, 7, 1)),
        ("jan", date(2020, 1, 1)),
        ("ju", None),
        ("bullseye", None),
    ],
)
def test_a_month_is_the_next_one_of_that_name(text: str, day: date | None) -> None:
    assert month_of(text, TUESDAY) == day


@given(st.text(max_size=30), st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_whatever_is_typed_is_a_day_or_none(text: str, on: date) -> None:
    assert isinstance(day_of(text, on), date | None)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(["mon", "thursday", "sun"]))
def test_a_weekday_is_the_next_one(on: date, name: str) -> None:
    day = day_of(name, on)
    assert day is not None
    assert timedelta() < day - on <= timedelta(days=7)
    assert f"{day:%A}".lower().startswith(name)


@pytest.mark.parametrize(
    ("more", "whose"),
    [
        ("", "nobody"),
        ('owner = "bob"\naccepted = 2019-07-23\n', "yes"),
        ('owner = "bob"\naccepted = 2019-07-24\n', "silent"),
        ('owner = "bob"\nassigned = 2019-07-09\n', "asked"),
        ('owner = "bob"\nassigned = 2019-07-08\n', "silent"),
        ('owner = "bob"\n', "silent"),
        ('owner = "erin"\naccepted = 2019-01-01\n', "left"),
    ],
)
def test_whose_an_action_is(more: str, whose: str) -> None:
    seen = view(action(more))
    (one,) = seen.all(Action)
    assert hold(seen, one.record) == whose


DATES = "[dates]\nfrom = 2019-07-23\nto = 2019-07-24\n"


@pytest.mark.parametrize(
    ("due", "last", "late", "void"),
    [
        ("", None, 0, False),
        ("due = 2019-07-23\n", date(2019, 7, 23), 0, False),
        ("due = 2019-07-22\n", date(2019, 7, 22), 1, False),
        ('due = { before = "s1" }\n', date(2019, 7, 22), 1, False),
        ('due = { before = "s1", days = 7 }\n', date(2019, 7, 15), 8, False),
        ('due = { before = "s2" }\n', None, 0, False),
        ('due = { before = "s3" }\n', None, 0, True),
        ('due = 2019-07-01\nstate = "dropped"\nwhy = "x"\n', date(2019, 7, 1), 0, False),
    ],
)
def test_when_an_action_is_due_and_how_late_it_is(due: str, last: date | None, late: int, *, void: bool) -> None:
    sprints = sprint(DATES) | sprint("", "s2") | sprint(DATES, "s3", "cancelled")
    seen = view(sprints | action(due))
    (one,) = seen.all(Action)
    found = standing(seen, one)
    assert (last_day(seen, one.record), found.late, found.void) == (last, timedelta(days=late), void)
    assert found.is_late == (bool(late) or void)


def test_the_latest_come_first_and_what_has_no_day_last() -> None:
    files = (
        action("", "A-2019-001")
        | action("due = 2019-09-01\n", "A-2019-002")
        | action("due = 2019-07-20\n", "A-2019-003")
        | action("due = 2019-07-01\n", "A-2019-004")
        | action('due = 2019-06-01\nstate = "dropped"\nwhy = "x"\n', "A-2019-005")
    )
    assert [one.id for one in still_open(view(files))] == ["A-2019-004", "A-2019-003", "A-2019-002", "A-2019-001"]


@pytest.mark.parametrize(
    ("more", "on", "shut"),
    [
        ("", TUESDAY, ["dates", "decision", "budget", "host"]),
        ('[budget]\nneeded = false\n[host]\ncontact = "bob"\n', TUESDAY, ["dates", "decision", "backup"]),
        (
            DATES + 'final = true\n[host]\ncontact = "erin"\nbackup = "bob"\n',
            TUESDAY,
            ["decision", "budget", "contact"],
        ),
        (DATES + "final = true\n[budget]\nneeded = false\n", TUESDAY, ["decision", "booking", "host"]),
        (DATES, date(2019, 7, 25), ["report"]),
        ('claims = "open"\n' + DATES + '[report]\nurl = "https://example.org/r"\n', date(2019, 7, 25), ["claims"]),
        (DATES + '[report]\nurl = "https://example.org/r"\n', date(2019, 7, 25), []),
    ],
)
def test_the_gates_that_are_shut_by_what_is_recorded_and_by_the_day(more: str, on: date, shut: list[str]) -> None:
    seen = view(sprint(more), on)
    (one,) = seen.all(Sprint)
    assert [gate.name for gate in gates(seen, one)] == shut


def test_the_next_sprint_is_the_next_with_days_then_one_without_then_the_last() -> None:
    later = DATES.replace("2019-07", "2019-09")
    files = sprint(DATES, "a") | sprint(later, "b") | sprint("", "c") | sprint(DATES, "d", "cancelled")
    named = [next_sprint(view(files, on)) for on in (TUESDAY, date(2019, 8, 1), date(2019, 10, 1))]
    assert [one.id if one else None for one in named] == ["a", "b", "c"]
    del files["sprints/c/sprint.toml"]
    last = next_sprint(view(files, date(2019, 10, 1)))
    assert last is not None
    assert last.id == "b"
    assert next_sprint(view({})) is None


def test_every_state_can_be_reached_and_only_the_last_ones_end() -> None:
    assert {state for following in NEXT.values() for state in following} | {"idea"} == set(NEXT)
    assert {state for state, following in NEXT.items() if not following} == {"archived", "cancelled"}


def test_a_sprint_can_be_cancelled_from_any_state_before_it_runs() -> None:
    assert [state for state, following in NEXT.items() if "cancelled" in following] == [
        "idea", "proposed", "agreed", "budget-requested", "budget-approved", "declined", "announced", "confirmed",
    ]  # fmt: skip
    assert set(NEXT) >= OFF
