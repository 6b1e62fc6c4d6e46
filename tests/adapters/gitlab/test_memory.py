from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.adapters.gitlab.memory import Line, is_doubtful, may_have_moved, watermark

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("before", "now", "doubtful"),
    [
        (None, 0, False),
        (0, 0, False),
        (1, 0, True),
        (4, 1, False),
        (5, 3, False),
        (5, 2, True),
        (40, 20, False),
        (40, 19, True),
        (40, 1000, False),
    ],
)
def test_a_sudden_loss_is_doubted(before: int | None, now: int, *, doubtful: bool) -> None:
    had = None if before is None else frozenset(range(before))
    assert is_doubtful(had, frozenset(range(now))) is doubtful


def test_as_many_others_in_their_place_are_a_loss_too() -> None:
    assert is_doubtful(frozenset(range(5)), frozenset(range(10, 15)))


@pytest.mark.parametrize(
    ("seen", "before", "expected"),
    [
        ([], None, None),
        ([], AT - MINUTE, AT - MINUTE),
        ([AT - 3 * MINUTE, AT - 2 * MINUTE], None, AT - 2 * MINUTE),
        ([AT - 3 * MINUTE], AT - MINUTE, AT - MINUTE),
        ([AT + 120 * MINUTE], AT - MINUTE, AT),
    ],
)
def test_the_watermark_is_the_newest_change_and_never_in_our_future(
    seen: list[datetime], before: datetime | None, expected: datetime | None
) -> None:
    assert watermark(seen, before, AT) == expected


def line(*, activity: datetime | None, seen: datetime) -> Line:
    return Line(branch="main", activity=activity, activity_seen=seen, built="aa", commits=())


@pytest.mark.parametrize(
    ("branch", "activity", "built", "seen", "moved"),
    [
        ("main", AT - 300 * MINUTE, "aa", AT - 200 * MINUTE, False),
        ("trunk", AT - 300 * MINUTE, "aa", AT - 200 * MINUTE, True),
        ("main", AT, "aa", AT - 200 * MINUTE, True),
        ("main", AT - 300 * MINUTE, "bb", AT - 200 * MINUTE, True),
        ("main", AT - 300 * MINUTE, "aa", AT - 60 * MINUTE, True),
        ("main", AT - 300 * MINUTE, "aa", AT - 80 * MINUTE, False),
    ],
)
def test_a_branch_is_read_again_when_anything_says_that_it_may_have_moved(
    branch: str, activity: datetime, built: str, seen: datetime, *, moved: bool
) -> None:
    known = line(activity=AT - 300 * MINUTE, seen=seen)
    assert may_have_moved(known, branch, activity, built, AT) is moved


def test_a_branch_that_has_long_been_quiet_when_first_seen_is_read_once() -> None:
    quiet = AT - timedelta(days=30)
    assert not may_have_moved(line(activity=quiet, seen=AT), "main", quiet, "aa", AT)
