"""The team's own past, as computed from its public git history. Read only; what is simulated is added elsewhere.

People are pseudonyms there already. The day a merge request was opened is not in git: the date of its oldest commit
stands in for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = "cloud-team/debian-cloud-images"
ARCHIVED_PROJECT = "cloud-team/fai-cloud-images"

BOF = datetime(2019, 7, 22, 14, 0, tzinfo=UTC)
"""The team's meeting at DebConf19 was on this Monday; the hour is a stand-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One merge request that was merged."""

    project: str
    iid: int
    title: str
    source_branch: str
    target_branch: str
    authors: tuple[str, ...]
    merged_by: str
    first_commit_at: datetime
    merged_at: datetime
    merge_commit_sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many people committed how much in an ISO week."""

    year: int
    week: int
    people: int
    commits: int


def merges() -> tuple[Merge, ...]:
    """Return all merge requests that git names, in order of their merge."""
    found = [_merge(item) for item in _json("merged-mrs.json")["merge_requests"]]
    return tuple(sorted(found, key=lambda one: (one.merged_at, one.iid)))


def stats() -> Mapping[str, Any]:
    """Return the counts over the history, among them the commits of the 90 days before the meeting."""
    told: Mapping[str, Any] = _json("merge-stats.json")
    return told


def weeks() -> tuple[Week, ...]:
    """Return the activity week by week; weeks without any are left out."""
    return tuple(
        Week(year=int(name[:4]), week=int(name[6:]), people=told["people"], commits=told["commits"])
        for name, told in _json("activity-by-week.json").items()
    )


@cache
def job_names() -> tuple[str, ...]:
    """Return the 59 job names of the team's CI on the eve of the meeting (2019-07-21 20:42 UTC)."""
    return tuple(_text("job-names-2019-07-22.txt").split("\n")[:-1])


def _merge(item: Mapping[str, Any]) -> Merge:
    merged_at = _moment(item["merged_at"])
    return Merge(
        project=item["project"],
        iid=item["iid"],
        title=item["title"],
        source_branch=item["source_branch"],
        target_branch=item["target_branch"],
        authors=tuple(item["authors"]),
        merged_by=item["merged_by"],
        first_commit_at=min(_moment(item["first_commit_at"]), merged_at),
        merged_at=merged_at,
        merge_commit_sha=item["merge_commit_sha"],
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(name: str) -> str:
    return (files("cloudbot.demo") / "data" / name).read_text(encoding="utf-8")


def _json(name: str) -> Any:  # noqa: ANN401 - the shape differs from file to file
    return json.loads(_text(name))
