"""The truth table of pipelines, row by row, and what of a line of history is carried from one to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.forge import Downstream, Job, Pipeline
from cloudbot.features.ci.lines import Line, compare, following, is_later, says_the_same, verdict
from tests.features.builders import NOW, ago, job, pipeline

if TYPE_CHECKING:
    from random import Random

BROKEN = job(1, "pytest", "failed", may_fail=False, reason="script_failure")
TOLERATED = job(2, "ec2 sid", "failed", reason="script_failure")
PASSED = job(3, "flake8", may_fail=False)
RUNNER = job(4, "pytest", "failed", may_fail=False, reason="runner_system_failure")


def trigger(status: str, child: str, *, may_fail: bool = False) -> Job:
    downstream = Downstream(project="cloud-team/x", id=9, status=child)
    return replace(job(5, "children", status, may_fail=may_fail), downstream=downstream)


def of(*jobs: Job, status: str = "success", **changed: object) -> Pipeline:
    return replace(pipeline(2, status, jobs=jobs or None), **changed)  # type: ignore[arg-type]  # names of fields


@pytest.mark.parametrize(
    ("ended", "result", "broken"),
    [
        (of(PASSED), "success", ()),
        (of(), "success", ()),
        (of(PASSED, TOLERATED), "warnings", ()),
        (of(warnings=True), "warnings", ()),
        (of(BROKEN, PASSED, status="failed"), "failed", ("pytest (script_failure)",)),
        (of(TOLERATED, BROKEN, status="failed"), "failed", ("pytest (script_failure)",)),
        (of(status="failed"), "failed", ()),
        (of(status="failed", yaml_errors="jobs:x is not there"), "failed", ("the CI configuration cannot be read",)),
        (of(trigger("failed", "failed"), status="failed"), "failed", ("children (downstream)",)),
        (of(PASSED, trigger("success", "failed")), "failed", ("children (downstream)",)),
        (of(PASSED, trigger("success", "failed", may_fail=True)), "warnings", ()),
        (of(PASSED, trigger("success", "running")), "success", ()),
        (of(BROKEN), "warnings", ()),
    ],
)
def test_a_completed_pipeline_says(ended: Pipeline, result: str, broken: tuple[str, ...]) -> None:
    line = verdict(ended)
    assert line is not None
    assert (line.result, line.broken) == (result, broken)


NO_RESULT = [
    *("canceled", "canceling", "skipped", "manual", "created", "pending", "running", "scheduled", "preparing"),
    *("waiting_for_resource", "waiting_for_callback", "unknown"),
]


@pytest.mark.parametrize("status", NO_RESULT)
def test_what_has_not_run_to_an_end_says_nothing(status: str) -> None:
    assert verdict(of(BROKEN, status=status)) is None


def test_a_child_pipeline_says_nothing_of_its_own() -> None:
    assert verdict(of(BROKEN, status="failed", source="parent_pipeline")) is None


@pytest.mark.parametrize(
    ("ended", "key"),
    [
        (of(), "master/push"),
        (of(source="web"), "master/push"),
        (of(source="schedule"), "master/schedule"),
        (of(source="schedule", schedule="daily"), "master/schedule:daily"),
        (of(ref="v1", tag=True), "v1/tag"),
        (
            of(ref="refs/merge-requests/7/head", source="merge_request_event"),
            "refs/merge-requests/7/head/merge_request",
        ),
        (of(ref="refs/merge-requests/7/merge"), "refs/merge-requests/7/merge/merge_request"),
        (of(source="merge_request_event"), "master/merge_request"),
    ],
)
def test_lines_of_history_are_kept_apart(ended: Pipeline, key: str) -> None:
    line = verdict(ended)
    assert line is not None
    assert line.key == f"cloud-team/debian-cloud-images/{key}"


def line(number: int, result: str, *broken: str, sha: str = "") -> Line:
    status = "failed" if result == "failed" else "success"
    made = verdict(replace(pipeline(number, status, made=ago(hours=100 - number)), sha=sha or f"{number:040x}"))
    assert made is not None
    return replace(made, result=result, broken=broken, trail={"success": ".", "warnings": "w", "failed": "F"}[result])  # type: ignore[arg-type]  # one of the three words


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (None, line(2, "failed"), "problem"),
        (None, line(2, "success"), None),
        (None, line(2, "warnings"), None),
        (line(1, "success"), line(2, "failed"), "problem"),
        (line(1, "warnings"), line(2, "failed"), "problem"),
        (line(1, "failed"), line(2, "success"), "recovery"),
        (line(1, "failed"), line(2, "warnings"), "recovery"),
        (line(1, "failed"), line(1, "success"), "flaky"),
        (line(1, "failed", sha="a"), line(2, "success", sha="a"), "flaky"),
        (line(1, "success"), line(1, "failed"), "problem"),
        (line(1, "success"), line(2, "warnings"), "worse"),
        (line(1, "warnings"), line(2, "success"), "better"),
        (line(1, "success"), line(1, "warnings"), None),
        (line(1, "success"), line(2, "success"), None),
        (line(1, "failed", "a"), line(2, "failed", "a"), None),
        (line(1, "failed", "a"), line(2, "failed", "a", "b"), "worse"),
        (line(1, "failed", "a", "b"), line(2, "failed", "b"), "better"),
        (line(1, "failed", "a"), line(2, "failed", "b"), None),
        (line(1, "failed"), line(2, "failed", "b"), None),
    ],
)
def test_a_step_is_this_later(before: Line | None, after: Line, news: str | None) -> None:
    assert compare(before, after) == news


def test_since_when_is_that_of_the_first_of_a_run() -> None:
    first, second, third = line(1, "failed"), line(2, "failed"), line(3, "success")
    second = following(first, second)

    assert second.since == first.since
    assert following(second, third).since == third.since


def test_a_retry_changes_the_result_when_it_ends() -> None:
    failed = line(1, "failed")
    passed = replace(line(1, "success"), at=NOW)
    assert following(failed, passed).since == NOW


def test_the_trail_is_of_the_last_ten_and_a_retry_takes_its_place() -> None:
    now = line(1, "failed")
    for number, result in enumerate(["success", "warnings", "failed", "failed"], start=2):
        now = following(now, line(number, result))
    assert now.trail == "F.wFF"
    assert following(now, line(5, "success")).trail == "F.wF."
    for number in range(6, 20):
        now = following(now, line(number, "success"))
    assert now.trail == "." * 10


def test_the_last_good_is_that_before_the_failure() -> None:
    good = line(1, "success")
    bad = following(good, line(2, "failed"))
    assert (bad.good_at, following(bad, line(3, "failed")).good_at) == (good.good_at, good.good_at)


def test_a_pipeline_that_fails_on_a_retry_was_no_good_one() -> None:
    assert following(line(1, "success"), line(1, "failed")).good_at is None


@pytest.mark.parametrize(
    ("ended", "cause"),
    [
        (of(RUNNER, status="failed"), "runner_system_failure"),
        (of(RUNNER, BROKEN, status="failed"), ""),
        (of(BROKEN, status="failed"), ""),
        (of(status="failed"), ""),
    ],
)
def test_only_the_builders_fault_is_a_cause(ended: Pipeline, cause: str) -> None:
    found = verdict(ended)
    assert found is not None
    assert found.cause == cause


def test_the_same_result_at_a_later_instant_is_no_news_and_still_beats_what_was_between() -> None:
    first, again = line(1, "failed"), replace(line(1, "failed"), at=NOW)
    between = replace(line(1, "success"), at=NOW - timedelta(minutes=1))

    assert (is_later(first, again), says_the_same(first, again)) == (True, True)
    assert is_later(following(first, again), between) is False


RESULTS = st.sampled_from(["success", "failed", "canceled", "running", "manual"])
STREAMS = st.lists(st.tuples(st.integers(1, 6), RESULTS, st.integers(0, 30)), min_size=1, max_size=12)


def settled(events: list[tuple[int, str, int]]) -> tuple[int, str] | None:
    now: Line | None = None
    for number, status, minute in events:
        found = verdict(pipeline(number, status, made=ago(hours=9), ended=NOW + timedelta(minutes=minute)))
        if found is not None and is_later(now, found):
            now = following(now, found)
    return None if now is None else (now.pipeline, now.result)


@given(STREAMS, st.randoms(use_true_random=False))
def test_in_whatever_order_and_however_often_deliveries_come_the_newest_result_stands(
    events: list[tuple[int, str, int]],
    chance: Random,
) -> None:
    instants = {(number, minute): status for number, status, minute in events}  # one state at one instant
    once = [(number, status, minute) for (number, minute), status in instants.items()]
    shuffled = [*once, *once]
    chance.shuffle(shuffled)
    assert settled(shuffled) == settled(sorted(once))
