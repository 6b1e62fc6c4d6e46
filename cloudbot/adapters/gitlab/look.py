"""One look at a GitLab: asks, remembers, and returns four facts, or raises and returns nothing.

It decides the order of asking and what one closed project means for the rest (nothing). It never reports half a list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.memory import (
    OVERLAP,
    TIMES_TO_BELIEVE,
    Group,
    Line,
    Memory,
    Request,
    is_doubtful,
    kept,
    may_have_moved,
    newest_built,
    wants_jobs,
    watermark,
)
from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.adapters.gitlab.asks import Asks, Item
    from cloudbot.adapters.gitlab.settings import Settings
    from cloudbot.core.forge import Commit, Job, MergeRequest, Pipeline, Project

log = structlog.get_logger(__name__)

Seen = tuple[ProjectsSeen, PipelinesSeen, MergeRequestsSeen, CommitsSeen]


@dataclass(frozen=True, slots=True)
class Known:
    """A project with what its list says beyond the core's words."""

    value: Project
    activity: datetime | None
    has_ci: bool
    has_code: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `at` is its instant by our clock; watermarks are by the server's."""

    asks: Asks
    settings: Settings
    memory: Memory
    at: datetime

    @property
    def since(self) -> datetime:
        """The start of the history that the team is shown."""
        return self.at - timedelta(days=self.settings.history_days)

    def take(self) -> Seen:
        """Read everything; raise `SourceAway`, or what the client raises, and then nothing was seen."""
        projects = self._projects()
        pipelines = [one for known in projects.values() for one in self._pipelines(known)]
        self._check_not_all_closed(projects, pipelines)
        requests = self._merge_requests({number: known.value.path for number, known in projects.items()})
        commits = [one for known in projects.values() for one in self._commits(known)]
        self._forget(projects, pipelines)
        name = self.settings.name
        return (
            ProjectsSeen(at=self.at, forge=name, projects=_sorted_projects(projects)),
            PipelinesSeen(at=self.at, forge=name, pipelines=tuple(sorted(pipelines, key=lambda p: (p.project, p.id)))),
            MergeRequestsSeen(at=self.at, forge=name, since=self.since, merge_requests=requests),
            CommitsSeen(at=self.at, forge=name, since=self.since, commits=tuple(sorted(commits, key=_commit_order))),
        )

    # Projects

    def _projects(self) -> dict[int, Known]:
        found: dict[int, Known] = {}
        readable = 0
        for path in self.settings.groups:
            items = self._group(path)
            readable += items is not None
            found |= {known.value.id: known for known in map(_known, items or ()) if known}
        if not readable:
            raise SourceAway("forbidden", f"no group can be read: {', '.join(self.settings.groups)}")
        self._check_not_empty()
        return found

    def _group(self, path: str) -> list[Item] | None:
        """Return a group's projects; None for a group that was never open to us, which restricted ones are not."""
        group = self.memory.groups[path]
        try:
            items = self.asks.projects(path)
        except GitlabError as error:
            if not refused(error):
                raise
            if not group.projects:
                self._log_closed(group, path, error)
                return None
            items = []
        _believe(group, path, frozenset(convert.number(item, "id") for item in items))
        return [item for item in items if self.settings.private_projects or _is_public(item)]

    def _log_closed(self, group: Group, path: str, error: GitlabError) -> None:
        if not group.told:
            log.info("group_not_readable", forge=self.settings.name, group=path, status=error.response_code)
        group.told = True

    def _check_not_empty(self) -> None:
        """A team without any project is doubted like a group that lost them: after a restart nothing else warns us."""
        if any(self.memory.groups[path].projects for path in self.settings.groups):
            return
        first = self.memory.groups[self.settings.groups[0]]
        first.doubts += 1
        if first.doubts < TIMES_TO_BELIEVE:
            raise SourceAway("unbelievable", "the groups show no project at all")

    # Pipelines

    def _pipelines(self, known: Known) -> Iterable[Pipeline]:
        project = known.value
        if project.archived or not known.has_ci:
            return ()
        builds = self.memory.builds[project.id]
        try:
            items = self._changed_pipelines(project.id, builds.watermark)
        except GitlabError as error:
            return self._left_out(project, error)
        new = {one.id: one for one in (convert.pipeline(item, project.path) for item in items)}
        known_ones = {number: replace(one, project=project.path) for number, one in builds.pipelines.items()}
        oldest = self.at - timedelta(days=self.settings.pipeline_days)
        builds.pipelines = kept((known_ones | new).values(), project, self.settings.pipelines_per_line, oldest)
        builds.watermark = watermark((one.updated_at for one in new.values()), builds.watermark, self.at)
        return self._with_jobs(project, builds.pipelines)

    def _changed_pipelines(self, project: int, mark: datetime | None) -> list[Item]:
        if mark is not None:
            return self.asks.pipelines_since(project, mark - OVERLAP)
        oldest = self.at - timedelta(days=self.settings.pipeline_days)
        return self.asks.newest_pipelines(project, lambda item: convert.moment(item.get("created_at", "")) < oldest)

    def _with_jobs(self, project: Project, pipelines: dict[int, Pipeline]) -> list[Pipeline]:
        for pipeline in wants_jobs(pipelines.values(), project, self.settings.jobs_per_line):
            self._read_jobs(project, pipeline)
        return [replace(one, jobs=self._known_jobs(one)) for one in pipelines.values()]

    def _read_jobs(self, project: Project, pipeline: Pipeline) -> None:
        cached = self.memory.jobs.get(pipeline.id)
        if cached is not None and cached[0] == pipeline.updated_at:
            return
        try:
            items = self.asks.jobs(project.id, pipeline.id)
        except GitlabError as error:
            if not refused(error):
                raise
            self.memory.jobs.pop(pipeline.id, None)
            return
        jobs = tuple(sorted(map(convert.job, items), key=lambda one: one.id))
        self.memory.jobs[pipeline.id] = (pipeline.updated_at, jobs)

    def _known_jobs(self, pipeline: Pipeline) -> tuple[Job, ...] | None:
        cached = self.memory.jobs.get(pipeline.id)
        return cached[1] if cached is not None and cached[0] == pipeline.updated_at else None

    def _left_out(self, project: Project, error: GitlabError) -> tuple[()]:
        """Leave one closed project out of a list; anything but 403 and 404 is the whole server's trouble."""
        if not refused(error):
            raise error
        log.debug("project_left_out", forge=self.settings.name, project=project.path, status=error.response_code)
        return ()

    def _check_not_all_closed(self, projects: dict[int, Known], pipelines: list[Pipeline]) -> None:
        """When every project that had pipelines refuses them, the token lost its scope; the projects did not change."""
        had = [number for number in projects if self.memory.builds[number].pipelines]
        if had and not pipelines and not all(projects[number].value.archived for number in had):
            raise SourceAway("forbidden", "no project lets us read its pipelines any more (403 or 404)")

    # Merge requests

    def _merge_requests(self, paths: dict[int, str]) -> tuple[MergeRequest, ...]:
        still_open: set[tuple[int, int]] = set()
        for path in self.settings.groups:
            if self.memory.groups[path].projects:
                still_open |= self._merge_requests_of(path)
        seen = {
            key: request
            for key, request in self.memory.requests.items()
            if key in still_open or (request.value.state != "opened" and request.value.updated_at >= self.since)
        }
        self.memory.requests = seen
        shown = [self._shown(request, paths[key[0]], key) for key, request in seen.items() if key[0] in paths]
        return tuple(sorted(shown, key=lambda one: (one.project, one.iid)))

    def _merge_requests_of(self, path: str) -> set[tuple[int, int]]:
        """Read a group's open ones, then all that changed: one that is merged in between is then seen as merged."""
        group = self.memory.groups[path]
        opened = [_request(item) for item in self.asks.open_merge_requests(path)]
        start = self.since if group.watermark is None else group.watermark - OVERLAP
        changed = [_request(item) for item in self.asks.merge_requests_since(path, start)]
        group.watermark = watermark((one.value.updated_at for _, one in changed), group.watermark, self.at)
        for key, request in (*opened, *changed):
            known = self.memory.requests.get(key)
            if known is None or request.value.updated_at >= known.value.updated_at:
                self.memory.requests[key] = request
        return {key for key, _ in opened} | {key for key, one in changed if one.value.state == "opened"}

    def _shown(self, request: Request, path: str, key: tuple[int, int]) -> MergeRequest:
        """Name the project as it is called now, and find the head pipeline, which no list of GitLab's tells."""
        status = request.value.pipeline_status
        if status is None and request.value.state == "opened":
            status = self._head_status(request, key)
        return replace(request.value, project=path, pipeline_status=status)

    def _head_status(self, request: Request, key: tuple[int, int]) -> str | None:
        own = f"refs/merge-requests/{key[1]}/"
        pipelines = self.memory.builds[key[0]].pipelines.values()
        heads = [one for one in pipelines if request.sha and one.sha == request.sha]
        heads = [one for one in pipelines if one.ref.startswith(own)] or heads
        return max(heads, key=lambda one: one.id).status if heads else None

    # Commits

    def _commits(self, known: Known) -> Iterable[Commit]:
        project, branch = known.value, known.value.default_branch
        if branch is None or not known.has_code:
            return ()
        line = self.memory.lines.get(project.id)
        built = newest_built(self.memory.builds[project.id].pipelines.values(), project)
        if may_have_moved(line, branch, known.activity, built, self.at):
            try:
                items = self.asks.commits(project.id, branch, self.since)
            except GitlabError as error:
                return self._left_out(project, error)
            commits = tuple(one for one in (convert.commit(item, project.path) for item in items) if one)
            unmoved = line is not None and line.activity == known.activity
            seen = line.activity_seen if line is not None and unmoved else self.at
            line = self.memory.lines[project.id] = Line(branch, known.activity, seen, built, commits)
        known_commits = line.commits if line is not None else ()
        return [replace(one, project=project.path) for one in known_commits if one.at >= self.since]

    def _forget(self, projects: dict[int, Known], pipelines: list[Pipeline]) -> None:
        """Drop what belongs to nothing shown any more, so that memory does not grow with the years."""
        shown = {pipeline.id for pipeline in pipelines}
        self.memory.jobs = {number: jobs for number, jobs in self.memory.jobs.items() if number in shown}
        for store in (self.memory.builds, self.memory.lines):
            for number in [number for number in store if number not in projects]:
                del store[number]


def _believe(group: Group, path: str, now: frozenset[int]) -> None:
    """Take over what a group shows, unless it lost so much that it must say so three times in a row."""
    if is_doubtful(group.projects, now):
        group.doubts += 1
        if group.doubts < TIMES_TO_BELIEVE:
            before = len(group.projects or ())
            raise SourceAway("unbelievable", f"{path} shows {len(now)} projects where {before} were")
    if now:
        group.doubts = 0
    group.projects = now


def _known(item: Item) -> Known:
    activity = item.get("last_activity_at")
    ci_off = item.get("builds_access_level") == "disabled" or item.get("jobs_enabled") is False
    return Known(
        value=convert.project(item),
        activity=None if activity is None else convert.moment(activity),
        has_ci=not ci_off,
        has_code=item.get("empty_repo") is not True and item.get("repository_access_level") != "disabled",
    )


def _is_public(item: Item) -> bool:
    """Whether anybody may see it. Without the key, the server showed it to us as to anybody."""
    return bool(item.get("visibility", "public") == "public")


def _request(item: Item) -> tuple[tuple[int, int], Request]:
    """Key by project number and iid: paths change with a rename."""
    number = convert.number(item, "project_id")
    value = convert.merge_request(item, str(number))
    sha = item.get("sha")
    return (number, value.iid), Request(value, sha if isinstance(sha, str) else "")


def _sorted_projects(projects: dict[int, Known]) -> tuple[Project, ...]:
    return tuple(sorted((known.value for known in projects.values()), key=lambda one: one.path))


def _commit_order(commit: Commit) -> tuple[str, datetime, str]:
    return (commit.project, commit.at, commit.sha)
