"""What a forge shows of a team: projects, pipelines, jobs, merge requests, commits. GitLab's words, GitLab's meanings.

Text fields hold outside text already cleaned by the adapter (one line, no control or bidirectional characters).
All times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PIPELINE_RESULTS = frozenset({"success", "failed"})
"""Statuses that are a result; `canceled`, `skipped`, `manual` and the rest say nothing about a line of history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of the team's groups. `path` is `group/name`."""

    id: int
    path: str
    url: str
    default_branch: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The latest try of one CI job of a pipeline."""

    id: int
    name: str
    stage: str
    status: str
    allow_failure: bool = False
    failure_reason: str | None = None
    finished_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One pipeline. `ref` as the REST API says it: a branch, a tag, or `refs/merge-requests/N/head`."""

    id: int
    project: str
    ref: str
    sha: str
    source: str
    status: str
    created_at: datetime
    updated_at: datetime
    url: str
    jobs: tuple[Job, ...] | None = None
    "None: the jobs were not asked for, which is not the same as no jobs"

    @property
    def line(self) -> tuple[str, str, str]:
        """The line of history it belongs to: project, ref, and `schedule` apart from everything else."""
        return (self.project, self.ref, "schedule" if self.source == "schedule" else "push")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequest:
    """One merge request as a list shows it."""

    project: str
    iid: int
    title: str
    state: str
    author: str
    created_at: datetime
    updated_at: datetime
    source_branch: str
    target_branch: str
    url: str
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: str | None = None
    reviewers: tuple[str, ...] = ()
    comments: int = 0
    conflicts: bool = False
    pipeline_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit that is no merge. `author` is a digest that tells people apart and names nobody."""

    project: str
    sha: str
    author: str
    at: datetime
