"""Lines and bytes a second, with time in the test's hand: never too fast, never out of order, never silently lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.adapters.irc.pacing import Bucket, Item, Pacer, Repeats
from cloudbot.adapters.irc.settings import Pacing

SLOW = Pacing(
    lines=4, lines_per_second=1, size=1000, bytes_per_second=500, target_lines=3, target_lines_per_second=0.5, queue=20
)


def goes(pacer: Pacer, until: float, *, step: float = 0.1) -> list[tuple[float, str]]:
    """Return when each line goes."""
    gone: list[tuple[float, str]] = []
    for tick in range(round(until / step) + 1):
        now = tick * step
        gone += [(round(now, 1), item.line) for item in pacer.take(now)]
    return gone


def test_a_few_lines_go_at_once_and_the_others_one_a_second() -> None:
    pacer = Pacer(SLOW)
    for number in range(6):
        assert pacer.offer(Item(f"{number}", f"#{number}"))
    assert goes(pacer, 3) == [(0, "0"), (0, "1"), (0, "2"), (0, "3"), (1, "4"), (2, "5")]


def test_one_channel_does_not_hold_up_another_and_keeps_its_own_order() -> None:
    pacer = Pacer(SLOW)
    for number in range(5):
        pacer.offer(Item(f"a{number}", "#a"))
    pacer.offer(Item("b", "#b"))
    assert goes(pacer, 5) == [(0, "a0"), (0, "a1"), (0, "a2"), (0, "b"), (2, "a3"), (4, "a4")]


def test_long_lines_cost_time() -> None:
    pacer = Pacer(SLOW)
    for number in range(4):
        pacer.offer(Item("x" * 398, f"#{number}"))
    assert [when for when, _ in goes(pacer, 3)] == [0, 0, 0.4, 1.2]


def test_answers_go_before_announcements_but_not_for_ever() -> None:
    pacer = Pacer(SLOW)
    for number in range(3):
        pacer.offer(Item(f"news {number}", f"#n{number}", unasked=True))
    for number in range(6):
        pacer.offer(Item(f"answer {number}", f"#a{number}"))
    assert [line for _, line in goes(pacer, 10)] == [
        "answer 0",
        "answer 1",
        "answer 2",
        "news 0",
        "answer 3",
        "answer 4",
        "answer 5",
        "news 1",
        "news 2",
    ]


def test_a_fence_costs_a_line_of_its_own() -> None:
    pacer = Pacer(SLOW)
    for number in range(3):
        pacer.offer(Item(f"{number}", f"#{number}", closes=True))
    assert [when for when, _ in goes(pacer, 4)] == [0, 0, 2]


def test_urgent_lines_are_paid_for_by_the_others() -> None:
    pacer = Pacer(SLOW)
    for _ in range(6):
        pacer.charge(10, 0)
    pacer.offer(Item("0", "#a"))
    assert pacer.wait(0) == 3
    assert [when for when, _ in goes(pacer, 4)] == [3]


def test_debt_has_a_bound() -> None:
    pacer = Pacer(SLOW)
    for _ in range(1000):
        pacer.charge(500, 0)
    pacer.offer(Item("0", "#a"))
    assert pacer.wait(0) == 5


def test_a_full_queue_refuses_and_confesses_once() -> None:
    pacer = Pacer(SLOW)
    accepted = [pacer.offer(Item(f"{number}", "#a")) for number in range(500)]
    assert (accepted.count(True), len(pacer), pacer.confess()) == (20, 20, {})
    assert len(goes(pacer, 60)) == 20
    assert (pacer.confess(), pacer.confess()) == ({"#a": 480}, {})


def test_a_line_that_waits_can_be_taken_back() -> None:
    pacer = Pacer(SLOW)
    same, other = Item("same", "#a"), Item("same", "#a")
    pacer.offer(same)
    pacer.offer(other)
    pacer.withdraw(same)
    pacer.withdraw(same)
    assert pacer.take(0) == [other]


def test_without_limits_everything_goes_in_order() -> None:
    pacer = Pacer(Pacing(open=True, queue=5000))
    items = [Item(f"{number}", "#a") for number in range(2000)]
    for item in items:
        pacer.offer(item)
    assert pacer.wait(0) == 0
    assert pacer.take(0) == items


@given(
    st.lists(st.tuples(st.sampled_from(["#a", "#b", "alice"]), st.integers(1, 500), st.booleans()), max_size=20),
    st.lists(st.floats(0, 5), min_size=1, max_size=40),
)
def test_no_window_of_time_sees_more_than_burst_and_rate(
    lines: list[tuple[str, int, bool]], pauses: list[float]
) -> None:
    pacer = Pacer(SLOW)
    offered = [Item("x" * (size - 2 if size > 2 else 1), target, unasked=unasked) for target, size, unasked in lines]
    for item in offered:
        assert pacer.offer(item)
    now, gone = 0.0, []
    for pause in [*pauses, *[1.0] * 200]:
        gone += [(now, item) for item in pacer.take(now)]
        now += pause
    assert len(gone) == len(offered)
    for start, (began, _) in enumerate(gone):
        for end in range(start, len(gone)):
            window, inside = gone[end][0] - began, gone[start : end + 1]
            assert len(inside) <= SLOW.lines + window * SLOW.lines_per_second + 1e-6
            assert sum(item.size for _, item in inside) <= SLOW.size + window * SLOW.bytes_per_second + 1e-6
            for target in ("#a", "#b", "alice"):
                here = sum(item.target == target for _, item in inside)
                assert here <= SLOW.target_lines + window * SLOW.target_lines_per_second + 1e-6
    for target in ("#a", "#b", "alice"):
        for unasked in (True, False):
            mine = [item for item in offered if (item.target, item.unasked) == (target, unasked)]
            assert [item for _, item in gone if item in mine] == mine


def test_a_bucket_never_waits_for_more_than_it_can_hold() -> None:
    assert Bucket(4, 2).wait(100, 0) == 0


# The same text again and again


def test_the_fifth_equal_line_in_a_minute_differs() -> None:
    repeats = Repeats(Pacing())
    said = [repeats.vary("#team", "no open merge requests", now) for now in (0, 10, 20, 30, 40, 50)]
    assert said == ["no open merge requests"] * 4 + ["no open merge requests (5)", "no open merge requests (6)"]


def test_a_minute_later_the_same_may_be_said_again() -> None:
    repeats = Repeats(Pacing())
    for now in range(8):
        repeats.vary("#team", "x", now)
    assert repeats.vary("#team", "x", 68) == "x"


def test_ten_equal_lines_over_two_channels_differ_from_the_ninth_on() -> None:
    repeats = Repeats(Pacing())
    said = [repeats.vary(f"#{number % 3}", "x", number) for number in range(10)]
    assert said == ["x"] * 8 + ["x (9)", "x (10)"]


@pytest.mark.parametrize("targets", [1, 2, 5])
def test_no_text_is_ever_equal_more_often_than_floodserv_allows(targets: int) -> None:
    repeats = Repeats(Pacing())
    said = [(f"#{n % targets}", repeats.vary(f"#{n % targets}", "x", n / 2)) for n in range(100)]
    assert max(said.count(one) for one in said) <= 4
    texts = [text for _, text in said]
    assert max(texts.count(text) for text in texts) <= 9


def test_the_defaults_stay_below_what_ircd_hybrid_reads() -> None:
    """Its distribution reads five lines at once and then one a second, and kills at 2560 bytes that wait to be read."""
    defaults = Pacing()
    pacer = Pacer(defaults.model_copy(update={"queue": 1000}))
    for number in range(500):
        pacer.offer(Item("x" * 510, f"#{number % 3}", closes=number % 2 == 0))
    unread, budget = 0.0, 5.0
    for tick in range(6000):
        now = tick / 10
        budget = min(5.0, budget + 0.1)
        for item in pacer.take(now):
            unread += 1 + item.closes
        read = min(unread, budget)
        unread, budget = unread - read, budget - read
        assert unread * 512 < 2560
