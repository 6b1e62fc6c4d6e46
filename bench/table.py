"""From runs to one table: medians, the range of cloudbot's, the ratio to the best peer, and whether a target is met."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.sitting import Run

Result = dict[str, Any]
Pick = Callable[[Result], Any]
OURS = "cloudbot"
WITH_GITLAB = "cloudbot with GitLab"
PACED = "cloudbot paced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what is picked from which measure, and how much of it is asked for."""

    title: str
    measure: str
    pick: Pick
    target: float | None = None
    more_is_better: bool = False
    of: str = OURS

    def values(self, runs: Iterable[Run], bot: str) -> list[float]:
        """Return what was measured for a bot; what it never reached is infinite."""
        picked = [self.pick(run.result) for run in runs if run.bot == bot and run.measure == self.measure]
        return [float("inf") if value is None else float(value) for value in picked]

    def met(self, value: float) -> str:
        """Say whether a value is what is asked for."""
        if self.target is None:
            return ""
        good = value >= self.target if self.more_is_better else value <= self.target
        return "met" if good else "NOT met"


def _started(name: str) -> Pick:
    """Return the median of one figure over the starts of a run."""

    def pick(result: Result) -> float | None:
        found = [run[name] for run in result.get("runs", []) if run.get(name) is not None]
        return statistics.median(found) if found else None

    return pick


def _said_quit(result: Result) -> int:
    """Count the starts that ended without a QUIT of the bot's own."""
    return sum("QUIT :Quit" not in (run.get("quit_line") or "") for run in result.get("runs", []))


def _delay(result: Result) -> float | None:
    return result.get("rejoin_s") if result.get("rejoined") else None


def _gone(result: Result) -> int:
    return int(not result.get("process_alive_then"))


def _told(result: Result) -> int:
    return sum("left out" in line for _, line in result.get("other_things_said", []))


ROWS = (
    Row(title="start to JOIN, s", measure="start", pick=_started("join_s"), target=0.6),
    Row(title="RSS after JOIN, MiB", measure="start", pick=_started("rss_mib"), target=60),
    Row(title="SIGTERM to exit, s", measure="start", pick=_started("sigterm_to_exit_s"), target=1),
    Row(title="ends without QUIT", measure="start", pick=_said_quit, target=0),
    Row(title="idle CPU, %", measure="start", pick=_started("idle_cpu_percent")),
    Row(title="one by one: p50, ms", measure="latency", pick=lambda r: r.get("p50_ms"), target=1),
    Row(title="one by one: p99, ms", measure="latency", pick=lambda r: r.get("p99_ms"), target=3),
    Row(title="CPU a command, ms", measure="latency", pick=lambda r: r.get("cpu_ms_per_command")),
    Row(
        title="2,000 at once: answers/s",
        measure="burst",
        pick=lambda r: r.get("answers_per_s"),
        target=5000,
        more_is_better=True,
    ),
    Row(title="... lost", measure="burst", pick=lambda r: r.get("lost"), target=0),
    Row(title="... thrown out", measure="burst", pick=lambda r: len(r["left_the_channel"]), target=0),
    Row(title="... out of order", measure="burst", pick=lambda r: r.get("out_of_order"), target=0),
    Row(title="... RSS afterwards, MiB", measure="burst", pick=lambda r: r.get("rss_mib")),
    Row(title="with GitLab: p50, ms", measure="latency", pick=lambda r: r.get("p50_ms"), target=1, of=WITH_GITLAB),
    Row(title="with GitLab: p99, ms", measure="latency", pick=lambda r: r.get("p99_ms"), target=3, of=WITH_GITLAB),
    Row(
        title="with GitLab: answers/s",
        measure="burst",
        pick=lambda r: r.get("answers_per_s"),
        target=5000,
        more_is_better=True,
        of=WITH_GITLAB,
    ),
    Row(
        title="with GitLab: out of order",
        measure="burst",
        pick=lambda r: r.get("out_of_order"),
        target=0,
        of=WITH_GITLAB,
    ),
    Row(
        title="with GitLab: RSS, MiB",
        measure="burst",
        pick=lambda r: r.get("rss_mib"),
        target=80,
        of=WITH_GITLAB,
    ),
    Row(
        title="flood, limits as shipped: thrown out",
        measure="flood",
        pick=lambda r: len(r["left_the_channel"]),
        target=0,
        of=PACED,
    ),
    Row(title="flood: answered", measure="flood", pick=lambda r: r["answered"], of=PACED),
    Row(title="flood: times the channel was told", measure="flood", pick=_told, of=PACED),
    Row(title="KILL: back after, s", measure="kill", pick=_delay, target=15),
    Row(title="server crash: back after, s", measure="server_crash", pick=_delay, target=15),
    Row(title="dead link: noticed after, s", measure="dead_link", pick=lambda r: r.get("noticed_s"), target=90),
    Row(title="ten minutes closed at once: process gone", measure="refused", pick=_gone, target=0),
    Row(title="... back after, s", measure="refused", pick=_delay),
    Row(title="ten minutes refused: process gone", measure="down", pick=_gone, target=0),
    Row(title="... back after, s", measure="down", pick=_delay),
)


def table(runs: Sequence[Run], peers: Sequence[str]) -> list[str]:
    """Write the table in Markdown; what was not measured in this sitting has no line."""
    head = ["", "target", "cloudbot", "(min to max)", *peers, "ratio to the best peer", ""]
    lines = [_line(head), _line(["---"] * len(head))]
    for row in ROWS:
        mine = row.values(runs, row.of)
        if mine:
            lines.append(_line(_cells(row, mine, {name: row.values(runs, name) for name in peers})))
    return lines


def _cells(row: Row, mine: list[float], theirs: dict[str, list[float]]) -> list[str]:
    ours = statistics.median(mine)
    found = {name: statistics.median(values) for name, values in theirs.items() if values} if row.of == OURS else {}
    best = (max if row.more_is_better else min)(found.values(), default=None)
    target = "" if row.target is None else f"{'>=' if row.more_is_better else '<='} {_number(row.target)}"
    ratio = f"{ours / best:.2f}" if best not in (None, 0.0, float("inf")) and ours != float("inf") else ""
    spread = f"{_number(min(mine))} to {_number(max(mine))}" if len(mine) > 1 else ""
    peers = [_number(found[name]) if name in found else "-" for name in theirs]
    return [
        row.title,
        target,
        _number(ours),
        spread,
        *peers,
        ratio,
        row.met(max(mine) if not row.more_is_better else min(mine)),
    ]


def _number(value: float) -> str:
    if value == float("inf"):
        return "never"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
