"""What a simulated GitLab would show at an instant. Pure: stories with their times in, what was true at T out.

A story says when it began and what it became when; nothing here knows the present or any JSON.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BEGINNING = datetime(2017, 1, 1, tzinfo=UTC)

Steps = tuple[tuple[datetime, str], ...]
"""Statuses with the instant from which each holds, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStory:
    """A project. `path` is whole: `cloud-team/debian-cloud-images`."""

    id: int
    path: str
    born: datetime = BEGINNING
    default_branch: str | None = "master"
    archived: bool = False
    visibility: str = "public"
    has_ci: bool = True
    public_logs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DownstreamStory:
    """The pipeline that a trigger job started, as its server would show it now."""

    id: int
    path: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStory:
    """One CI job and what became of it when."""

    id: int
    name: str
    stage: str
    steps: Steps
    allow_failure: bool = False
    failure_reason: str | None = None
    runner: str = ""
    trace: str = ""
    "what the job wrote; none makes a log that is gone (404)"
    tries: tuple[JobStory, ...] = ()
    "earlier tries of the same job, each with its own number"
    downstream: DownstreamStory | None = None
    "makes it a trigger job, which REST lists among the bridges"
    simulated: bool = True

    def status(self, at: datetime) -> str:
        """Return its status at an instant after its pipeline's creation."""
        return _current(self.steps, at)[1]

    def finished_at(self, at: datetime) -> datetime | None:
        """Return when it ended, if it has."""
        since, status = _current(self.steps, at)
        return since if status in {"success", "failed", "canceled"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStory:
    """One pipeline; its first step is its creation."""

    id: int
    project_id: int
    ref: str
    sha: str
    source: str
    steps: Steps
    jobs: tuple[JobStory, ...] = ()
    tag: bool = False
    yaml_errors: str = ""
    simulated: bool = True

    @property
    def created_at(self) -> datetime:
        """Return the instant it was created."""
        return self.steps[0][0]

    def now(self, at: datetime) -> tuple[datetime, str]:
        """Return its last change and its status at an instant."""
        return _current(self.steps, at)

    def warns(self, at: datetime) -> bool:
        """Whether it succeeded with jobs that were allowed to fail and did."""
        failed = any(job.allow_failure and job.status(at) == "failed" for job in self.jobs)
        return failed and self.now(at)[1] == "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStory:
    """A word on a merge request. GitLab's own notes are told apart by their icon: `commit`, `approval`, ..."""

    at: datetime
    who: str
    icon: str = ""
    bot: bool = False
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStory:
    """A pipeline schedule. Members see it, strangers get 403, as on a real server."""

    id: int
    project_id: int
    description: str
    ref: str
    cron: str
    runs: tuple[datetime, ...] = ()
    "when it runs, in order: the first that has not come yet is the next"
    missed: datetime | None = None
    "from then on nothing runs: the next run stays in the past"
    zone: str = "UTC"
    active: bool = True
    ran: tuple[int, ...] = ()
    "its pipelines"

    def next_run_at(self, at: datetime) -> datetime | None:
        """Return the next run as the server would tell it."""
        seen = at if self.missed is None else min(at, self.missed)
        return next((run for run in self.runs if run > seen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequestStory:
    """One merge request from its creation to its end, if it has one."""

    id: int
    project_id: int
    iid: int
    title: str
    author: str
    created_at: datetime
    source_branch: str
    target_branch: str = "master"
    sha: str = ""
    merged_at: datetime | None = None
    merged_by: str | None = None
    closed_at: datetime | None = None
    changed_at: tuple[datetime, ...] = ()
    draft: bool = False
    reviewers: tuple[str, ...] = ()
    comments: int = 0
    conflicts: bool = False
    labels: tuple[str, ...] = ()
    reviews: tuple[tuple[str, str], ...] = ()
    "reviewers who have done more than been asked, with GitLab's state: `REVIEWED`, `REQUESTED_CHANGES`, ..."
    approved_by: tuple[str, ...] = ()
    notes: tuple[NoteStory, ...] = ()
    unresolved: int = 0
    merge_status: str = ""
    "GitLab's detailed one; else made from what is known"

    def state(self, at: datetime) -> str:
        """Return `opened`, `merged` or `closed`."""
        if self.merged_at is not None and self.merged_at <= at:
            return "merged"
        return "closed" if self.closed_at is not None and self.closed_at <= at else "opened"

    def updated_at(self, at: datetime) -> datetime:
        """Return its last change up to an instant."""
        moments = (self.created_at, self.merged_at, self.closed_at, *self.changed_at)
        return max(moment for moment in moments if moment is not None and moment <= at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStory:
    """One commit of a default branch; two parents make a merge."""

    project_id: int
    sha: str
    at: datetime
    email: str
    title: str
    parents: int = 1
    paths: tuple[str, ...] = ()
    "the files it changes, where somebody asks for the commits to a path"
    simulated: bool = True

    def changes(self, path: str) -> bool:
        """Whether it changes a file, or one below a folder."""
        return any(one == path or one.startswith(f"{path}/") for one in self.paths)


@dataclass(frozen=True, kw_only=True)
class World:
    """All that ever was on the server. `restricted` groups are invisible without a token."""

    groups: tuple[str, ...]
    projects: tuple[ProjectStory, ...]
    restricted: frozenset[str] = frozenset()
    merge_requests: tuple[MergeRequestStory, ...] = ()
    pipelines: tuple[PipelineStory, ...] = ()
    commits: tuple[CommitStory, ...] = ()
    schedules: tuple[ScheduleStory, ...] = ()

    def has_group(self, group: str, *, member: bool) -> bool:
        """Whether a group shows itself to a member, or to anybody."""
        return group in self.groups and (member or group not in self.restricted)

    def projects_of(self, group: str, at: datetime, *, member: bool) -> list[ProjectStory]:
        """Return the projects of a group and its subgroups, oldest number first."""
        below = [one for one in self.projects if one.path.startswith(f"{group}/") and one.born <= at]
        return sorted((one for one in below if member or one.visibility == "public"), key=lambda one: one.id)

    def project(self, number: int, at: datetime, *, member: bool) -> ProjectStory | None:
        """Return one project, or None where GitLab says 404."""
        one = self._projects.get(number)
        return one if one and one.born <= at and (member or one.visibility == "public") else None

    def merge_request(self, path: str, iid: int, at: datetime) -> MergeRequestStory | None:
        """Return one merge request of a project that anybody may see, by the project's whole path."""
        project = next((one for one in self.projects if one.path == path and one.visibility == "public"), None)
        known = [] if project is None else self.merge_requests_of([project], at)
        return next((one for one in known if one.iid == iid), None)

    def merge_requests_of(self, projects: Iterable[ProjectStory], at: datetime) -> Iterator[MergeRequestStory]:
        """Return what had been opened by then in projects that are not archived."""
        for project in projects:
            if not project.archived:
                yield from (one for one in self._merge_requests.get(project.id, ()) if one.created_at <= at)

    def pipelines_of(self, project: int, at: datetime) -> list[PipelineStory]:
        """Return the pipelines created by then."""
        return [one for one in self._pipelines.get(project, ()) if one.created_at <= at]

    def pipeline(self, project: int, number: int, at: datetime) -> PipelineStory | None:
        """Return one pipeline of a project."""
        return next((one for one in self.pipelines_of(project, at) if one.id == number), None)

    def job(self, project: int, number: int, at: datetime) -> JobStory | None:
        """Return one job of a project, or one of its earlier tries."""
        jobs = (job for one in self.pipelines_of(project, at) for job in one.jobs)
        return next((one for job in jobs for one in (job, *job.tries) if one.id == number), None)

    def schedules_of(self, project: int) -> list[ScheduleStory]:
        """Return the schedules of a project, oldest first."""
        return sorted((one for one in self.schedules if one.project_id == project), key=lambda one: one.id)

    def commits_of(self, project: int, at: datetime) -> list[CommitStory]:
        """Return the default branch's commits by then, newest first."""
        known = [one for one in self._commits.get(project, ()) if one.at <= at]
        return sorted(known, key=lambda one: (one.at, one.sha), reverse=True)

    def last_activity(self, project: ProjectStory, at: datetime) -> datetime:
        """Return the last push or merge request. A scheduled pipeline is no activity, as on a real server."""
        pushes = [one.at for one in self._commits.get(project.id, ()) if one.at <= at]
        requests = [one.updated_at(at) for one in self._merge_requests.get(project.id, ()) if one.created_at <= at]
        return max([project.born, *pushes, *requests])

    @cached_property
    def _projects(self) -> Mapping[int, ProjectStory]:
        return {one.id: one for one in self.projects}

    @cached_property
    def _merge_requests(self) -> Mapping[int, list[MergeRequestStory]]:
        found = defaultdict(list)
        for one in self.merge_requests:
            found[one.project_id].append(one)
        return found

    @cached_property
    def _pipelines(self) -> Mapping[int, list[PipelineStory]]:
        found = defaultdict(list)
        for one in self.pipelines:
            found[one.project_id].append(one)
        return found

    @cached_property
    def _commits(self) -> Mapping[int, list[CommitStory]]:
        found = defaultdict(list)
        for one in self.commits:
            found[one.project_id].append(one)
        return found


def _current(steps: Steps, at: datetime) -> tuple[datetime, str]:
    past = [step for step in steps if step[0] <= at]
    return past[-1] if past else steps[0]
