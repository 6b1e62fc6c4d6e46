"""What is kept from one look to the next, so that the next asks only for what changed. Lost at a restart, by design.

Pure: what to keep, what to doubt and what to ask again is decided here; nothing is asked here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab.graph.ladder import Ladder
from cloudbot.core.forge import PIPELINE_RESULTS, Commit, Job, MergeRequest, Pipeline, Project, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable

OVERLAP = timedelta(minutes=5)
"""Asked again before the watermark: GitLab writes rows of one second in no certain order."""

WHOLE_EVERY = timedelta(days=1)
"""How often pipelines are read without asking for changes only: a deleted one is no change."""

BEHIND_EVERY = timedelta(hours=1)

HIDDEN_FOR = timedelta(days=1)
"""How long a project stands that a list with errors does not name: it may have been deleted or made private."""

TIMES_TO_BELIEVE = 3
_FEW = 4

ACTIVITY_LAGS = timedelta(minutes=70)
"""`last_activity_at` moves at most once an hour: a push soon after another is not to be seen in it."""
_LONG_QUIET = timedelta(days=1)


Key = tuple[int, int]
"""A merge request by project number and iid: paths change with a rename."""


@dataclass(slots=True)
class Group:
    """What a group showed when it was last believed, and how often in a row it has been doubted since."""

    projects: frozenset[int] | None = None
    doubts: int = 0
    told: bool = False
    "its being closed to us has been logged"
    watermark: datetime | None = None


@dataclass(slots=True)
class Line:
    """The default branch of one project as last read, and what told us that it may have moved."""

    branch: str
    activity: datetime | None
    activity_seen: datetime
    built: str | None
    commits: tuple[Commit, ...]
    head: str | None = None
    "its newest commit, where that was told"


@dataclass(slots=True)
class Builds:
    """The pipelines kept of one project, and the newest change seen in them by the server's own clock."""

    watermark: datetime | None = None
    whole_at: datetime | None = None
    "when the newest were last read whatever their changes, by our clock"
    pipelines: dict[int, Pipeline] = field(default_factory=dict)
    behind_at: datetime | None = None
    "when the newest of main lines were last asked for alone, by our clock"
    seen: frozenset[int] = frozenset()
    "the newest of the last look: if none of them is among the newest now, more has happened than was told"


@dataclass(frozen=True, slots=True)
class Request:
    """A merge request with the head commit that its list tells but the core does not need."""

    value: MergeRequest
    sha: str


@dataclass(frozen=True, slots=True)
class Known:
    """A project with what the server says beyond the core's words."""

    value: Project
    activity: datetime | None
    has_ci: bool
    has_code: bool
    public: bool = True
    head: str | None = None
    "the newest commit of the default branch, where it is told"
    public_logs: bool = True
    "whether anybody may read the logs of its jobs; a token may read more than the channel should"


@dataclass(frozen=True, slots=True)
class Said:
    """Who said what last on a merge request, as of its `updated_at`."""

    updated_at: datetime
    first_reply_at: datetime | None = None
    replied_at: datetime | None = None
    author_at: datetime | None = None
    pushed_at: datetime | None = None
    unresolved: int | None = None


@dataclass(slots=True)
class Plan:
    """The pipeline schedules of one project as last asked for, and which of them ran which pipeline."""

    asked_at: datetime
    schedules: tuple[Schedule, ...] = ()
    ran: dict[int, str] = field(default_factory=dict)
    "the description of a schedule by the pipeline it ran last"

    def ran_by(self, pipeline: Pipeline) -> str:
        """Return which schedule ran a scheduled pipeline: the one that says so, or the only one of its branch."""
        if pipeline.id in self.ran:
            return self.ran[pipeline.id]
        same = [one.description for one in self.schedules if one.ref == pipeline.ref and one.active]
        return same[0] if len(same) == 1 else ""


@dataclass(slots=True)
class Memory:
    """Everything kept of one server. What was read whole is kept even when the look fails later on."""

    groups: defaultdict[str, Group] = field(default_factory=lambda: defaultdict(Group))
    builds: defaultdict[int, Builds] = field(default_factory=lambda: defaultdict(Builds))
    jobs: dict[int, tuple[datetime, tuple[Job, ...]]] = field(default_factory=dict)
    requests: dict[Key, Request] = field(default_factory=dict)
    request_doubts: int = 0
    lines: dict[int, Line] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)
    "the projects of the last look, for one that hides them among errors"
    hidden: dict[int, datetime] = field(default_factory=dict)
    "since when a project is hidden among errors"
    iids: dict[int, str] = field(default_factory=dict)
    "a pipeline's number within its project"
    bridges: dict[int, bool] = field(default_factory=dict)
    "whether a project has been seen to start downstream pipelines"
    errors: dict[int, str] = field(default_factory=dict)
    "by job: the line of its log that says what went wrong, empty if there is none"
    said: dict[Key, Said] = field(default_factory=dict)
    plans: dict[int, Plan] = field(default_factory=dict)
    had_schedules: bool = False
    token_asked_at: datetime | None = None
    ladder: Ladder = field(default_factory=Ladder)
    schema: frozenset[str] | None = None
    "the fields newer than our base that the server has; None until it was asked"
    schema_asked_at: datetime | None = None


def is_doubtful(before: frozenset[int] | None, now: frozenset[int]) -> bool:
    """Whether a group lost so much at once that an outage is likelier: all it had, or more than half of over four."""
    if not before:
        return False
    left = len(before & now)
    return not now or (len(before) > _FEW and left * 2 < len(before))


def are_doubtful(before: frozenset[Key], gone: frozenset[Key]) -> bool:
    """Whether so many open merge requests vanished unmerged and unclosed that the list was likelier cut short."""
    return len(before) > _FEW and len(gone) * 2 > len(before)


def watermark(seen: Iterable[datetime], before: datetime | None, at: datetime) -> datetime | None:
    """Return where the next look starts: the newest change by the server's clock, but never in our future.

    A server whose clock was ahead and is set right would otherwise hide what happens until its clock gets there again.
    """
    newest = max(seen, default=before)
    if before is not None and newest is not None:
        newest = max(newest, before)
    return None if newest is None else min(newest, at)


def kept(pipelines: Iterable[Pipeline], project: Project, per_line: int, oldest: datetime) -> dict[int, Pipeline]:
    """Keep the newest of every line and its newest result; forget side branches that have been quiet."""
    keep: dict[int, Pipeline] = {}
    for line in by_line(pipelines).values():
        if not is_main(line[0], project) and line[0].updated_at < oldest:
            continue
        results = [pipeline for pipeline in line if pipeline.status in PIPELINE_RESULTS]
        keep |= {pipeline.id: pipeline for pipeline in (*line[:per_line], *results[:1])}
    return keep


def without_deleted(known: dict[int, Pipeline], newest: Iterable[int]) -> dict[int, Pipeline]:
    """Drop what is missing from a list of the newest, though it is young enough to be in it. No list proves nothing."""
    numbers = set(newest)
    if not numbers:
        return known
    oldest = min(numbers)
    return {number: one for number, one in known.items() if number < oldest or number in numbers}


def wants_jobs(pipelines: Iterable[Pipeline], project: Project, per_line: int) -> list[Pipeline]:
    """Choose the pipelines whose jobs are worth a request each: the newest of main lines, a side branch's failure."""
    chosen: list[Pipeline] = []
    for line in by_line(pipelines).values():
        if is_main(line[0], project):
            chosen += line[:per_line]
        elif line[0].status == "failed":
            chosen += line[: min(1, per_line)]
    return chosen


def by_line(pipelines: Iterable[Pipeline]) -> dict[tuple[str, str, str], list[Pipeline]]:
    """Sort pipelines into lines of history, newest first. Newest by id: an old one tried again stays old."""
    lines: dict[tuple[str, str, str], list[Pipeline]] = defaultdict(list)
    for pipeline in sorted(pipelines, key=lambda one: one.id, reverse=True):
        lines[pipeline.line].append(pipeline)
    return lines


def is_main(pipeline: Pipeline, project: Project) -> bool:
    """Whether the pipeline is of a line that people follow: the default branch, or any schedule."""
    return pipeline.source == "schedule" or pipeline.ref == project.default_branch


UNFINISHED = frozenset(
    {
        "canceling",
        "created",
        "pending",
        "preparing",
        "running",
        "scheduled",
        "waiting_for_callback",
        "waiting_for_resource",
    }
)


def left_behind(builds: Builds, project: Project, at: datetime, told: frozenset[int]) -> list[Pipeline]:
    """Choose what a list of the newest does not tell and yet may have changed.

    What has not finished always; the newest of the main lines, which may be tried again, once an hour.
    """
    hourly = builds.behind_at is None or at - builds.behind_at >= BEHIND_EVERY
    chosen: dict[int, Pipeline] = {}
    for line in by_line(builds.pipelines.values()).values():
        kept_open = [one for one in line if one.status in UNFINISHED]
        newest = line[:1] if hourly and is_main(line[0], project) else []
        chosen |= {one.id: one for one in (*kept_open, *newest) if one.id not in told}
    return list(chosen.values())


def newest_built(pipelines: Iterable[Pipeline], project: Project) -> str | None:
    """Return the commit of the newest pipeline on the default branch."""
    on_branch = [pipeline for pipeline in pipelines if pipeline.ref == project.default_branch]
    return max(on_branch, key=lambda one: one.id).sha if on_branch else None


def may_have_moved(line: Line, branch: str, activity: datetime | None, built: str | None, at: datetime) -> bool:
    """Whether a branch may have commits we have not read. `at` and the server's clock may differ by hours."""
    if (line.branch, line.activity, line.built) != (branch, activity, built) or activity is None:
        return True
    return at - line.activity_seen <= ACTIVITY_LAGS and at - activity <= _LONG_QUIET
