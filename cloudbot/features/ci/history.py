"""Ninety days of each main line of history in small: results by UTC day, how long it was red, how long until green.

Counted is what is seen: a day on which nothing ran says nothing, and a red time whose begin was not seen is no measure
of how long mending takes. Nothing here is about people.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cloudbot.features.ci.lines import Line

KEPT_DAYS = 90
MOST_RECOVERIES = 100
"""Of one line; of more, the newest are kept."""
DAY = timedelta(days=1)


class Day(NamedTuple):
    """One UTC day of one line; a tuple, because ninety of them for each line are written at each change."""

    ok: int = 0
    warnings: int = 0
    failed: int = 0
    red_seconds: int = 0
    "only of red times that are over"

    @property
    def letter(self) -> str:
        """The worst result of the day: `.` ok, `w` warnings, `F` failed, `-` nothing ran."""
        return "F" if self.failed else "w" if self.warnings else "." if self.ok else "-"


class Recovery(NamedTuple):
    """A line became green, so long after it had become red."""

    at: datetime
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is kept of one line."""

    project: str
    ref: str
    kind: str
    known_since: datetime
    "from when on the line's state is known"
    days: dict[str, Day] = field(default_factory=dict)
    "by `2019-07-22`; a day without anything is left out"
    recoveries: tuple[Recovery, ...] = ()

    @property
    def key(self) -> str:
        """Name the line as `Line.key` does."""
        return f"{self.project}/{self.ref}/{self.kind}"


def begun(line: Line) -> History:
    """Begin the history of a line: its state is known since it is as it is."""
    return History(project=line.project, ref=line.ref, kind=line.kind, known_since=line.since)


def counted(history: History | None, before: Line | None, line: Line) -> History:
    """Add one step of a line: its result on the day it ended, and if it is green again, the red time before.

    The same result of the same pipeline, of which only more is known, counts once.
    """
    history = history or begun(before or line)
    days = dict(history.days)
    if before is None or (before.pipeline, before.result) != (line.pipeline, line.result):
        day = days.get(f"{line.at:%Y-%m-%d}", Day())
        days[f"{line.at:%Y-%m-%d}"] = _with_result(day, line)
    if before is None or line.failed or not before.failed:
        return replace(history, days=_recent(days, line.at))
    for name, seconds in red_seconds(before.since, line.since).items():
        day = days.get(name, Day())
        days[name] = day._replace(red_seconds=day.red_seconds + seconds)
    return replace(history, days=_recent(days, line.at), recoveries=_recovered(history, before, line))


def _with_result(day: Day, line: Line) -> Day:
    match line.result:
        case "success":
            return day._replace(ok=day.ok + 1)
        case "warnings":
            return day._replace(warnings=day.warnings + 1)
        case "failed":
            return day._replace(failed=day.failed + 1)


def _recovered(history: History, before: Line, line: Line) -> tuple[Recovery, ...]:
    seconds = int((line.since - before.since).total_seconds())
    kept = tuple(one for one in history.recoveries if line.since - one.at < KEPT_DAYS * DAY)
    seen_to_begin = before.since > history.known_since
    new = (Recovery(line.since, seconds),) if seen_to_begin and seconds > 0 else ()
    return (*kept, *new)[-MOST_RECOVERIES:]


def _recent(days: dict[str, Day], at: datetime) -> dict[str, Day]:
    oldest = f"{at - (KEPT_DAYS - 1) * DAY:%Y-%m-%d}"
    return {name: day for name, day in days.items() if name >= oldest}


def red_seconds(begin: datetime, end: datetime) -> dict[str, int]:
    """Share a red time out to the UTC days it lies in; of a longer one, the last ninety days."""
    begin = max(begin, end - KEPT_DAYS * DAY)
    shares = {}
    while begin < end:
        midnight = datetime.combine(begin.astimezone(UTC).date() + DAY, time(), UTC)
        shares[f"{begin:%Y-%m-%d}"] = int((min(midnight, end) - begin).total_seconds())
        begin = midnight
    return shares


def is_over(history: History, at: datetime) -> bool:
    """Whether nothing ran on a line for as long as anything is kept."""
    return max(history.days, default=f"{history.known_since:%Y-%m-%d}") < f"{at - (KEPT_DAYS - 1) * DAY:%Y-%m-%d}"


def last_days(at: datetime, number: int) -> list[date]:
    """Return the last days up to and with that of an instant, oldest first."""
    return [(at - back * DAY).date() for back in reversed(range(number))]
