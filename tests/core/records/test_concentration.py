"""How much rests on how few: the reckoning, and against counts of a real history."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.concentration import Concentration, concentration

GOVERNANCE = Path(__file__).parents[4] / "shared" / "data" / "governance"


@pytest.mark.parametrize(
    ("counts", "commits", "people", "most", "half", "share"),
    [
        ((), 0, 0, 0, 0, 0),
        ((0, 0), 0, 0, 0, 0, 0),
        ((7,), 7, 1, 7, 1, 100),
        ((5, 5), 10, 2, 5, 1, 50),
        ((4, 4, 4), 12, 3, 4, 2, 33),
        ((1, 9, 1), 11, 3, 9, 1, 81),
        ((199, 1), 200, 2, 199, 1, 99),
    ],
)
def test_the_busiest_and_those_who_make_half_are_counted(
    counts: tuple[int, ...], commits: int, people: int, most: int, half: int, share: int
) -> None:
    found = concentration(counts)

    assert found == Concentration(commits=commits, people=people, most=most, half=half)
    assert found.share == share


@given(st.lists(st.integers(min_value=1, max_value=1000), min_size=1))
def test_fewer_than_those_who_make_half_do_not(counts: list[int]) -> None:
    found, ordered = concentration(counts), sorted(counts, reverse=True)

    assert 2 * sum(ordered[: found.half]) >= sum(counts) > 2 * sum(ordered[: found.half - 1])


def _real() -> dict[str, list[int]]:
    counts: defaultdict[str, list[int]] = defaultdict(list)
    with (GOVERNANCE / "bus_factor_debian_cloud_images_by_author.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counts[row["area"]].append(int(row["commits_all"]))
    return counts


@pytest.mark.real
@pytest.mark.skipif(not GOVERNANCE.exists(), reason="the counts of the real history are not here")
def test_of_a_real_history_every_area_is_reckoned_as_it_was_by_hand() -> None:
    with (GOVERNANCE / "bus_factor_debian_cloud_images_summary.csv").open(encoding="utf-8") as file:
        summary = {row["area"]: row for row in csv.DictReader(file)}
    found = {area: concentration(counts) for area, counts in _real().items() if area in summary}

    assert {area: (one.commits, one.people, one.half) for area, one in found.items()} == {
        area: (int(row["commits"]), int(row["authors"]), int(row["authors_for_50pct"])) for area, row in summary.items()
    }
    assert {area: found[area].most for area in ("publish-upload", "ci-pipeline", "azure")} == {
        "publish-upload": 138,
        "ci-pipeline": 119,
        "azure": 105,
    }
