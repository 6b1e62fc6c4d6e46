"""A project's state for other people's pages: a badge of a few words, and the trends of all projects as data.

Only what anybody may see on the forge is shown. What is not known is `?`, and what is old says its age: a badge is
looked at by people who cannot ask.
"""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from cloudbot.core.times import span
from cloudbot.features.ci.pipelines import Pipelines, main_lines
from cloudbot.features.ci.trends import trend_of
from cloudbot.features.projects import Projects
from cloudbot.features.sources import Settings, Sources, age_note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.engine import World
    from cloudbot.core.forge import Project
    from cloudbot.features.ci.lines import Line

State = Literal["ok", "warnings", "FAIL", "?"]
TOO_OLD = timedelta(days=1)
"""What was read so long ago says nothing of now."""
LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a badge says: `master | FAIL 3 d`."""

    project: str
    label: str
    state: State
    text: str

    @property
    def widths(self) -> tuple[int, int]:
        """Return how wide both halves are, in units of the drawing."""
        return _width(self.label), _width(self.text)


def badge(path: str, world: World) -> Badge | None:
    """Return the badge of a project, by its whole path in any case; None for one that is unknown or not public.

    It speaks for the default branch and the schedules on it: one red line among them is red.
    """
    found = [one for one in world.document(Projects).known if one.public and one.path.lower() == path.lower()]
    if not found:
        return None
    project = found[0]
    state, text = _said(project, [line for line in main_lines(world) if line.project == project.path], world)
    label = project.default_branch or "no branch"
    if len(label) > LONGEST_LABEL:
        label = label[: LONGEST_LABEL - 1] + "…"
    return Badge(project=project.path, label=label, state=state, text=text)


def _said(project: Project, lines: Sequence[Line], world: World) -> tuple[State, str]:
    known = world.document(Pipelines)
    age = world.age(known.forge, known.seen)
    unread = project.path in known.missing or age is None or age > TOO_OLD
    if unread or not lines:
        return "?", "?"
    stale = timedelta(minutes=world.setting(Settings).stale_minutes)
    old = age is not None and (known.forge in world.document(Sources).away or age > stale)
    note = f", read {span(age)} ago" if old and age is not None else ""
    red = [line for line in lines if line.failed]
    if red:
        return "FAIL", f"FAIL {span(world.at - min(line.since for line in red))}{note}"
    state: State = "warnings" if any(line.result == "warnings" for line in lines) else "ok"
    return state, f"{state}{note}"


def _width(text: str) -> int:
    return 10 + sum(13 if unicodedata.east_asian_width(letter) in {"W", "F"} else 7 for letter in text)


def trend_figures(world: World) -> Mapping[str, object]:
    """Collect what `/trend.json` shows: every main line of the public projects, by UTC day."""
    known = world.document(Pipelines)
    public = {one.path for one in world.document(Projects).known if one.public}
    lines = sorted((line for line in main_lines(world) if line.project in public), key=lambda line: line.key)
    age = world.age(known.forge, known.seen)
    return {
        "team": world.team.name,
        "at": world.at,
        "seen": known.seen,
        "age_seconds": None if age is None else int(age.total_seconds()),
        "note": age_note(world, known.forge, known.seen).strip(),
        "missing": [path for path in known.missing if path in public],
        "lines": [_figures(line, world) for line in lines],
    }


def _figures(line: Line, world: World) -> Mapping[str, object]:
    trend = trend_of(line, world)
    figures = asdict(trend)
    figures["red_seconds"] = int(figures.pop("red").total_seconds())
    figures.pop("to_green")
    figures["median_seconds_to_green"] = None if trend.to_green is None else int(trend.to_green.total_seconds())
    figures["days"] = {name: day._asdict() for name, day in trend.days.items()}
    return figures
