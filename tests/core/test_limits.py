"""How often one may ask: a burst, then a rate, one warning, then silence."""

from __future__ import annotations

from collections import deque

import pytest

from cloudbot.core.limits import MOST_BUCKETS, Limits, Rate


def test_a_burst_is_answered_then_one_warning_then_silence() -> None:
    limits = Limits(person=Rate(burst=3, per_minute=12))

    assert [limits.judge("alex", "#team", 0) for _ in range(6)] == ["fine", "fine", "fine", "warn", "silent", "silent"]


def test_after_some_time_one_may_ask_again_and_is_warned_again() -> None:
    limits = Limits(person=Rate(burst=2, per_minute=12))
    for _ in range(4):
        limits.judge("alex", "#team", 0)

    assert [limits.judge("alex", "#team", 5.0) for _ in range(3)] == ["fine", "warn", "silent"]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    limits = Limits(person=Rate(burst=2, per_minute=12))
    limits.judge("alex", "#team", 0)

    assert [limits.judge("alex", "#team", 1e6) for _ in range(3)] == ["fine", "fine", "warn"]


def test_one_person_does_not_use_up_anothers() -> None:
    limits = Limits(person=Rate(burst=1, per_minute=1))

    assert [limits.judge(who, "#team", 0) for who in ("alex", "alex", "robin")] == ["fine", "warn", "fine"]


def test_many_persons_together_use_up_the_channels() -> None:
    limits = Limits(channel=Rate(burst=3, per_minute=30))

    said = [limits.judge(f"person {number}", "#team", 0) for number in range(6)]

    assert said == ["fine", "fine", "fine", "warn", "silent", "silent"]
    assert limits.judge("person 0", "#other", 0) == "fine"


def test_a_burst_of_zero_is_no_limit() -> None:
    limits = Limits(person=Rate(burst=0, per_minute=0), channel=Rate(burst=0, per_minute=0))

    assert {limits.judge("alex", "#team", 0) for _ in range(1000)} == {"fine"}


@pytest.mark.parametrize("latency", [0.01, 1.0, 3.0, 20.0])
def test_two_bots_that_answer_each_other_fall_quiet(latency: float) -> None:
    bots = {"one": Limits(), "two": Limits()}
    waiting = deque([("one", "two", 0.0)])
    said = 0
    while waiting and said < 5000:
        speaker, hearer, now = waiting.popleft()
        said += 1
        if bots[hearer].judge(speaker, "#team", now) != "silent":
            waiting.append((hearer, speaker, now + latency))

    assert said < 400
    assert said < 40 or latency > 1


def test_a_person_who_asks_at_a_humans_pace_all_day_is_answered_all_day() -> None:
    limits = Limits()

    assert {limits.judge("alex", "#team", 120.0 * number) for number in range(500)} == {"fine"}


def test_memory_stays_bounded_when_people_come_and_go() -> None:
    limits = Limits()
    for number in range(3 * MOST_BUCKETS):
        limits.judge(f"person {number}", "#team", number / 1000)
        assert len(limits._buckets) <= MOST_BUCKETS
