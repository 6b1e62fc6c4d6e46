"""What a forge shows of a team: projects, pipelines, jobs, merge requests, commits. GitLab's words, GitLab's meanings.

Text fields hold outside text already cleaned by the adapter (one line, no control or bidirectional characters).
All times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PIPELINE_RESULTS = frozenset({"success", "failed"})
"""Statuses that are a result; `canceled`, `skipped`, `manual` and the rest say nothing about a line of history."""

MERGE_REQUEST_SOURCES = frozenset({"merge_request_event", "external_pull_request_event"})
CHILD_SOURCE = "parent_pipeline"
"""A child pipeline is a part of its parent, which lists it as the downstream of a trigger job."""

INFRASTRUCTURE = frozenset(
    {
        "api_failure",
        "ci_quota_exceeded",
        "data_integrity_failure",
        "environment_creation_failure",
        "image_pull_failure",
        "no_matching_runner",
        "runner_provisioning_failure",
        "runner_system_failure",
        "runner_unsupported",
        "scheduler_failure",
        "secrets_provider_not_found",
        "stale_schedule",
        "stuck_or_timeout_failure",
        "unknown_failure",
    }
)
"""Failure reasons that are the builders' fault and not the code's (GitLab's `CommitStatus.failure_reason`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of the team's groups. `path` is `group/name`."""

    id: int
    path: str
    url: str
    default_branch: str | None = None
    archived: bool = False
    public: bool = True
    "whether anybody may see it on the forge; others are known only where the operator wants that"


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstream:
    """The pipeline that a trigger job started, in this project or another; followed one level."""

    project: str
    id: int
    status: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The latest try of one CI job of a pipeline, or of a trigger job (GitLab: bridge)."""

    id: int
    name: str
    stage: str
    status: str
    allow_failure: bool = False
    failure_reason: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    url: str = ""
    runner: str = ""
    "the runner's description; empty where it is not told"
    failed_tries: int = 0
    "how many earlier tries of this job in this pipeline failed; a job that passed after one is flaky"
    error: str = ""
    "the first line of the job's log that says what went wrong, if it was read"
    downstream: Downstream | None = None
    "what a trigger job started"


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
    tag: bool = False
    warnings: bool = False
    "succeeded with jobs that were allowed to fail and did"
    yaml_errors: str = ""
    "why it has no jobs: the configuration cannot be read"
    schedule: str = ""
    "the description of the schedule that ran it, where it is known"
    jobs: tuple[Job, ...] | None = None
    "None: the jobs were not asked for, which is not the same as no jobs"

    @property
    def line(self) -> tuple[str, str, str]:
        """The line of history it belongs to: project, ref, kind; each schedule is a line of its own where it is known.

        Kinds are `push` (whatever started it on a branch), `schedule` or `schedule:NAME`, `tag` and `merge_request`.
        """
        return (self.project, self.ref, self._kind())

    def _kind(self) -> str:
        if self.source == "schedule":
            return f"schedule:{self.schedule}" if self.schedule else "schedule"
        if self.ref.startswith("refs/merge-requests/") or self.source in MERGE_REQUEST_SOURCES:
            return "merge_request"
        return "tag" if self.tag else "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A pipeline schedule. GitLab moves `next_run_at` on when it starts a run: one in the past is a run missed."""

    id: int
    project: str
    description: str
    ref: str
    cron: str
    zone: str
    active: bool
    next_run_at: datetime | None


ReviewState = Literal["requested", "reviewed", "approved", "changes"]
"""`changes`: changes were asked for. GitLab's `REVIEW_STARTED` is still `requested`, `UNAPPROVED` is `reviewed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Where one reviewer stands. People only: a bot's review counts for nothing and is not listed."""

    who: str
    state: ReviewState


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequest:
    """One merge request. What a list does not tell, or the server is too old to tell, is None or empty."""

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
    sha: str = ""
    "the head commit: an approval or a review of another one is of an earlier version"
    merge_status: str = ""
    "GitLab's detailed merge status in lower case: `mergeable`, `not_approved`, `discussions_not_resolved`, ..."
    reviews: tuple[Review, ...] = ()
    approved_by: tuple[str, ...] = ()
    "people other than the author"
    approvals_left: int | None = None
    unresolved: int | None = None
    "discussions that must be resolved and are not"
    pushed_at: datetime | None = None
    "when the newest commit was pushed, or written where the push is not told"
    first_reply_at: datetime | None = None
    "the first word of a person other than the author"
    replied_at: datetime | None = None
    "the newest word of a person other than the author: comment, review or approval"
    author_at: datetime | None = None
    "the newest word of the author"
    labels: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """Name it as GitLab does where the project is not clear: `group/name!7`."""
        return f"{self.project}!{self.iid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit that is no merge. `author` is a digest that tells people apart and names nobody."""

    project: str
    sha: str
    author: str
    at: datetime
    title: str = ""
