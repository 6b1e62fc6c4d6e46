"""The replay of the years: what is known is counted, what is not is said, and the example team's state is reckoned."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.checking import check
from cloudbot.demo.years import FIRST, LAST, TODAY, WIDTH, Told, Years
from tests.core.records.trees import example

if TYPE_CHECKING:
    from cloudbot.demo.years import Known, Standing

YEARS = Years.read()
LINES = tuple(YEARS.lines())


def told(when: str, known: Known, standing: Standing = "stated", *, about: bool = False, gap: str = "") -> Told:
    return Told(when=when, known=known, kind="report", standing=standing, delegation=about, gap=gap)


def of(*events: Told) -> list[str]:
    """Return what is said of the real side, without the example team's."""
    return [line[:WIDTH].rstrip() for line in Years(told=events, files={}).lines()]


def test_each_year_has_one_line_in_order() -> None:
    assert [line[:4] for line in LINES if line[0] == "2"] == [str(year) for year in range(FIRST, LAST + 1)]


def test_a_year_of_which_nothing_is_known_says_so() -> None:
    assert YEARS.empty == (2011, 2015, 2022, 2023, 2025)
    gaps = [line[:WIDTH].rstrip() for line in LINES if "nothing is known" in line]
    assert gaps == [f"{year}  gap: nothing is known" for year in YEARS.empty]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (told("2018-11-12", "day"), "2018  1 stated"),
        (told("2018-10", "month"), "2018  1 stated; of 1 only the month"),
        (told("2018", "year", "inferred"), "2018  1 inferred; of 1 only the year"),
        (told("2018-10-31", "day", "unknown", gap="no source was found"), "2018  1 unknown; gap: no source was found"),
    ],
)
def test_what_of_a_date_is_not_known_is_said_and_not_filled_in(event: Told, line: str) -> None:
    assert of(event)[8] == line


def test_only_a_day_that_is_known_has_a_line_of_its_own() -> None:
    assert "  2018-10-10 report (stated)" in of(told("2018-10-10", "day", about=True))
    assert len(of(told("2018-10", "month", about=True))) == LAST - FIRST + 1


def test_what_has_no_year_stands_after_the_last_one() -> None:
    assert LINES[-1] == "?     rule change (stated), gap: adoption date unknown; after June 2020"


def test_the_counts_are_those_of_the_file() -> None:
    assert YEARS.summary == "25 facts: 24 stated, 0 inferred, 1 unknown; 13 without a day, 5 years without a fact"
    assert len(YEARS.told) == 25


@pytest.mark.parametrize(
    ("day", "delegates"),
    [
        (date(2017, 12, 31), "no act"),
        (date(2018, 10, 10), "3 delegates"),
        (date(2019, 7, 22), "3 delegates"),
        (date(2026, 10, 31), "3 delegates"),
        (date(2026, 11, 1), "0 delegates"),
    ],
)
def test_the_example_team_is_reckoned_for_the_day(day: date, delegates: str) -> None:
    found = len(check(example(), day, today=TODAY))
    assert YEARS.synthetic(day) == f"{delegates}, {found} findings"


def test_it_is_one_screen_and_names_nobody() -> None:
    assert len(LINES) <= 24
    assert max(map(len, LINES)) <= 110
    assert not re.search(r"@|delegate-[a-z]|member-[a-z]", "\n".join(LINES))
