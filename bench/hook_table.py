"""From the runs of `bench.hooks` to one table: what is asked for, what was measured, and whether it is met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Result = dict[str, Any]
Runs = Mapping[tuple[str, str], Result]
OURS = "cloudbot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a figure of one case, and how much of it is asked for."""

    title: str
    case: str
    pick: Callable[[Result], float | None]
    target: float | None = None
    more_is_better: bool = False

    def met(self, value: float | None) -> str:
        if self.target is None:
            return ""
        if value is None:
            return "NOT met"
        return "met" if (value >= self.target if self.more_is_better else value <= self.target) else "NOT met"


def accepted(result: Result) -> int:
    """Count the deliveries that got a 2xx."""
    return sum(number for status, number in result["http"].items() if status.startswith("2"))


def _rate(result: Result) -> float:
    return accepted(result) / float(result["post_wall_s"])


def _ms(result: Result, part: str, share: str) -> float | None:
    found = (result["irc"][part] if part == "latency_s" else result[part]).get(share)
    return None if found is None else found * 1000


def _lost(result: Result) -> float:
    """Count what was accepted and is not in the journal; kgb-bot has none: there, what was never said."""
    distinct = min(accepted(result), int(result["distinct"]))
    kept = result["irc"]["seen"] if result.get("kept") is None else result["kept"]
    return float(max(0, distinct - int(kept)))


def _twice(result: Result) -> float:
    return float(result["irc"]["same_line_again"] + result["irc"]["markers_on_more_than_one_line"])


ROWS = (
    Row(title="idle, hook to channel: p50, ms", case="idle", pick=lambda r: _ms(r, "latency_s", "p50"), target=50),
    Row(title="... p95, ms", case="idle", pick=lambda r: _ms(r, "latency_s", "p95"), target=1000),
    Row(title="... lines of 12", case="idle", pick=lambda r: r["irc"]["lines"]),
    Row(title="500 at once: accepted/s", case="burst", pick=_rate, target=500, more_is_better=True),
    Row(title="... answered: p99, ms", case="burst", pick=lambda r: _ms(r, "http_s", "p99"), target=50),
    Row(title="... lines", case="burst", pick=lambda r: r["irc"]["lines"], target=10),
    Row(title="... told after, s", case="burst", pick=lambda r: r["irc"]["wall_s"], target=30),
    Row(title="... lost (kgb-bot: not said)", case="burst", pick=_lost, target=0),
    Row(title="... said twice", case="burst", pick=_twice, target=0),
    Row(title="... peak memory, MiB", case="burst", pick=lambda r: r["process"]["VmHWM"] / 1024, target=80),
    Row(title="... CPU since the start, s", case="burst", pick=lambda r: r["process"]["cpu_s"]),
    Row(title="signed: accepted/s", case="signed", pick=_rate, target=500, more_is_better=True),
    Row(title="... answered: p99, ms", case="signed", pick=lambda r: _ms(r, "http_s", "p99"), target=50),
    Row(title="500 shuffled and 200 again: accepted/s", case="shuffled", pick=_rate, target=500, more_is_better=True),
    Row(title="... lines", case="shuffled", pick=lambda r: r["irc"]["lines"], target=10),
    Row(title="... lost (kgb-bot: not said)", case="shuffled", pick=_lost, target=0),
    Row(title="... said twice", case="shuffled", pick=_twice, target=0),
    Row(title="killed in the middle: lines", case="killed", pick=lambda r: r["irc"]["lines"], target=10),
    Row(title="... accepted", case="killed", pick=lambda r: float(accepted(r))),
    Row(title="... of them lost (kgb-bot: not said)", case="killed", pick=_lost, target=0),
    Row(title="... said twice", case="killed", pick=_twice, target=0),
)


def table(runs: Runs, names: Sequence[str]) -> list[str]:
    """Return the lines of a Markdown table."""
    out = [_line(["", "target", *names, ""]), _line(["---"] * (len(names) + 3))]
    for row in ROWS:
        values = {name: row.pick(runs[name, row.case]) if (name, row.case) in runs else None for name in names}
        target = "" if row.target is None else f"{'>=' if row.more_is_better else '<='} {row.target:g}"
        cells = [row.title, target, *(_number(values[name]) for name in names), row.met(values[OURS])]
        out.append(_line(cells))
    return out


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
