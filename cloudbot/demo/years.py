"""The team's real years from 2010 to 2026 as public sources tell them, beside what the example team's records say.

Nothing is filled in: a year of which nothing is known says so, and so does a date of which only the month is. What the
records say is reckoned, for the last day of each year and for each day on which something about the delegation is told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cloudbot.core.records.checking import examine
from cloudbot.core.records.standing import delegates_on
from cloudbot.core.records.tree import View
from cloudbot.demo.remote import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FACTS = Path(__file__).parent / "data" / "real_events.toml"
FIRST, LAST = 2010, 2026
TODAY = date(LAST, 12, 31)
"""The day on which the years are looked back at."""
TEAM = "cloud"
WIDTH = 76
Standing = Literal["stated", "inferred", "unknown"]
Known = Literal["day", "month", "year", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a source tells. `known` is how much of its date is."""

    when: str
    known: Known
    kind: str
    standing: Standing
    delegation: bool
    "whether it is about who the delegates are"
    gap: str = ""
    "what could not be found out"

    @property
    def year(self) -> int | None:
        """The year, where it is known."""
        return int(self.when[:4]) if self.when else None

    @property
    def day(self) -> date | None:
        """The day, where it is known."""
        return date.fromisoformat(self.when) if self.known == "day" else None


@dataclass(frozen=True, kw_only=True)
class Years:
    """All that is told, and the records of the example team."""

    told: tuple[Told, ...]
    files: Mapping[str, bytes]

    @classmethod
    def read(cls) -> Years:
        """Read both from the package."""
        with FACTS.open("rb") as file:
            told = tuple(_told(event) for event in tomllib.load(file)["events"])
        files = {str(path.relative_to(EXAMPLE)): path.read_bytes() for path in sorted(EXAMPLE.rglob("*.toml"))}
        return cls(told=told, files=files)

    @cached_property
    def empty(self) -> tuple[int, ...]:
        """The years of which nothing is known."""
        return tuple(year for year in range(FIRST, LAST + 1) if year not in {one.year for one in self.told})

    @property
    def summary(self) -> str:
        """Count what is told and what is not."""
        standing = ", ".join(f"{number} {word}" for word, number in _counted(self.told).items())
        vague = sum(one.known != "day" for one in self.told)
        return f"{len(self.told)} facts: {standing}; {vague} without a day, {len(self.empty)} years without a fact"

    def lines(self) -> Iterator[str]:
        """Yield a line for each year, and one for each day on which the delegation changed or was said to."""
        for year in range(FIRST, LAST + 1):
            its = [one for one in self.told if one.year == year]
            yield self._line(str(year), _of_year(its), date(year, 12, 31))
            for one in its:
                if one.delegation and one.day is not None:
                    yield self._line(f"  {one.when}", f"{one.kind} ({one.standing})", one.day)
        for one in self.told:
            if one.year is None:
                yield f"?     {one.kind} ({one.standing}), gap: {one.gap}"

    def _line(self, when: str, real: str, day: date) -> str:
        return f"{f'{when:<5} {real}':<{WIDTH}} {day:%m-%d}: {self.synthetic(day)}"

    def synthetic(self, day: date) -> str:
        """Say what the records of the example team hold on a day, reckoned with the code that the bot uses."""
        checked = examine(self.files, day, today=TODAY)
        standing = delegates_on(View(checked.tree, day, TODAY), day).get(TEAM)
        if standing is None:
            delegates = "no act"
        else:
            unsure = f" and {len(standing.unknown)} unknown" if standing.unknown else ""
            delegates = f"{len(standing.active)} delegates{unsure}"
        return f"{delegates}, {len(checked.findings)} findings"


def _told(event: Mapping[str, Any]) -> Told:
    when, confidence = str(event.get("date", "")), event["confidence"]
    standing: Standing = "stated" if confidence.startswith("stated") else "unknown"
    standing = "inferred" if confidence.startswith("inferred") else standing
    known: Known = {0: "nothing", 4: "year", 7: "month"}.get(len(when), "day")  # type: ignore[assignment]
    _, _, more = confidence.partition("; ")
    gap = event.get("gap", more if "unknown" in more or "inferred" in more else "")
    team = event.get("team", ())
    about = event["kind"] == "delegation" and TEAM in ((team,) if isinstance(team, str) else team)
    kind = event.get("act", event["kind"]).replace("_", " ")
    gap = gap or ("no source was found" if standing == "unknown" else "")
    return Told(when=when, known=known, kind=kind, standing=standing, delegation=about, gap=gap)


def _counted(told: Sequence[Told]) -> dict[str, int]:
    words = ("stated", "inferred", "unknown")
    return {word: sum(one.standing == word for one in told) for word in words}


def _of_year(its: Sequence[Told]) -> str:
    """Say how much of a year is known, and of which things not when or what."""
    if not its:
        return "gap: nothing is known"
    parts = [", ".join(f"{number} {word}" for word, number in _counted(its).items() if number)]
    for known, what in (("month", "only the month"), ("year", "only the year")):
        if number := sum(one.known == known for one in its):
            parts.append(f"of {number} {what}")
    parts += [f"gap: {one.gap}" for one in its if one.gap]
    line = "; ".join(parts)
    return line if len(line) <= WIDTH - 8 else line[: WIDTH - 9] + "…"
