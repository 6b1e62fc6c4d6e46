"""The arithmetic of `make bench`: what its table makes of runs. No test measures time."""

from __future__ import annotations

from bench.irc_bench import Tally, spread
from bench.load_client import joined, left, parts, spoke
from bench.sitting import Run
from bench.table import Row, table

PEERS = ["Limnoria", "Sopel"]


def latency(bot: str, milliseconds: float | None) -> Run:
    return Run(bot=bot, measure="latency", result={"p50_ms": milliseconds, "p99_ms": 2.0, "cpu_ms_per_command": 0.1})


def row_of(runs: list[Run], title: str) -> list[str]:
    (line,) = [line for line in table(runs, PEERS) if line.startswith(f"| {title} ")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_is_medians_a_range_and_the_ratio_to_the_best_peer() -> None:
    runs = [latency("cloudbot", 0.2), latency("cloudbot", 0.5), latency("cloudbot", 0.4)]
    runs += [latency("Limnoria", 0.8), latency("Sopel", 8.0)]
    assert row_of(runs, "one by one: p50, ms") == [
        *("one by one: p50, ms", "<= 1", "0.40", "0.20 to 0.50", "0.80", "8", "0.50", "met")
    ]


def test_one_run_beyond_the_target_is_a_target_missed() -> None:
    runs = [latency("cloudbot", 0.2), latency("cloudbot", 0.2), latency("cloudbot", 1.2)]
    assert row_of(runs, "one by one: p50, ms")[-1] == "NOT met"


def test_what_never_came_is_never() -> None:
    assert row_of([latency("cloudbot", None)], "one by one: p50, ms")[2:] == ["never", "", "-", "-", "", "NOT met"]


def test_where_more_is_better_the_best_peer_has_most() -> None:
    row = Row(title="rate", measure="burst", pick=lambda r: r["rate"], target=5000, more_is_better=True)
    assert [row.met(value) for value in (4999, 5000)] == ["NOT met", "met"]


def test_what_was_not_measured_has_no_line() -> None:
    assert len(table([latency("cloudbot", 0.2)], [])) == len(["head", "rule", "p50", "p99", "CPU"])


def test_a_burst_counts_what_came_twice_and_what_came_late() -> None:
    tally = Tally(10.0, {"t1": 0, "t2": 1, "t3": 2})
    for token in ("t1", "t3", "t2", "t2"):
        tally.count(11.0, f"said {token}", [token])
    tally.count(12.0, "something else", [])
    assert (tally.disorder, tally.twice, sorted(tally.answered)) == (1, 1, ["t1", "t2", "t3"])
    assert tally.other == [[2.0, "something else"]]


def test_a_spread_is_in_milliseconds() -> None:
    assert spread([0.001, 0.002, 0.003]) == {
        "n": 3,
        "p50_ms": 2.0,
        "p90_ms": 3.0,
        "p99_ms": 3.0,
        "max_ms": 3.0,
        "mean_ms": 2.0,
    }


def test_lines_are_read_as_a_client_reads_them() -> None:
    said = ":CloudBot!c@host PRIVMSG #bench :no command x1"
    assert parts("@time=1 " + said) == ("CloudBot", "PRIVMSG", ["#bench", "no command x1"])
    assert spoke("cloudbot", r"\bx1\b")(said)
    assert not spoke("cloudbot", r"\bx1\b")(":cloudbot!c@host QUIT :x1")
    assert joined("cloudbot", "#bench")(":cloudbot!c@host JOIN :#bench")
    assert left("cloudbot")(":op KICK #bench cloudbot :out")
