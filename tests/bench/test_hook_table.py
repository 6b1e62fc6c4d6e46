from __future__ import annotations

from typing import Any

from bench.hook_bots import payload
from bench.hook_table import table
from bench.webhook_bench import marked
from tests.adapters.gitlab.hook_bodies import meant

GOOD: dict[str, Any] = {
    "distinct": 500,
    "http": {"200": 500},
    "http_s": {"p99": 0.01},
    "post_wall_s": 0.5,
    "irc": {
        "lines": 2,
        "seen": 1,
        "wall_s": 10.0,
        "latency_s": {"p50": 0.005, "p95": 0.02},
        "same_line_again": 0,
        "markers_on_more_than_one_line": 0,
    },
    "process": {"VmHWM": 70 * 1024, "cpu_s": 1.0},
    "kept": 500,
}


def test_what_was_measured_stands_beside_what_is_asked_for() -> None:
    rows = table({("cloudbot", "burst"): GOOD, ("kgb-bot", "burst"): GOOD | {"kept": None}}, ["cloudbot", "kgb-bot"])
    assert [row for row in rows if "lost" in row or "accepted/s" in row][:2] == [
        "| 500 at once: accepted/s | >= 500 | 1,000 | 1,000 | met |",
        "| ... lost (kgb-bot: not said) | <= 0 | 0 | 499 | met |",
    ]


def test_what_was_accepted_and_not_kept_is_lost() -> None:
    rows = table({("cloudbot", "killed"): GOOD | {"http": {"200": 300, "OSError": 200}, "kept": 298}}, ["cloudbot"])
    assert "| ... of them lost (kgb-bot: not said) | <= 0 | 2 | NOT met |" in rows


def test_the_hooks_of_the_bench_are_hooks() -> None:
    body = marked(payload(), 7000001, 3, failed=True)
    found = meant(body, groups=("cloud-team",), hosts=frozenset({"salsa.debian.org"}))
    assert (found.outcome, found.project) == ("told", "cloud-team/bench-0003")
