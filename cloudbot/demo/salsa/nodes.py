"""What GraphQL shows of each thing: dictionaries that graphql-core's executor walks, lists made as it needs them.

Pure: a view is the world at an instant, seen by a member or by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cloudbot.demo.salsa.shapes import merge_status, rest_time
from cloudbot.demo.salsa.world import JobStory, MergeRequestStory, PipelineStory, ProjectStory, ScheduleStory, World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Node = dict[str, Any]
_LARGEST_PAGE = 100
_SENTENCES = {
    "runner_system_failure": "There has been a runner system failure, please try again",
    "script_failure": "There has been a script failure. Check the job log for more information",
}


def connection(items: Sequence[Any], make: Callable[[Any], Node]) -> Callable[..., Node]:
    """Return a list of GraphQL: at most a hundred items from a cursor on, which is a place in the list."""

    def page(
        _: object, first: int | None = None, last: int | None = None, after: str | None = None, **__: object
    ) -> Node:
        start = int(after) if after else 0
        size = min(first or last or _LARGEST_PAGE, _LARGEST_PAGE)
        shown = items[-size:] if last else items[start : start + size]
        more = not last and start + size < len(items)
        return {
            "nodes": [make(one) for one in shown],
            "pageInfo": {"hasNextPage": more, "endCursor": str(start + len(shown)) if shown else None},
        }

    return page


@dataclass(frozen=True, slots=True)
class View:
    """The world at an instant, for one who asks."""

    world: World
    base: str
    at: datetime
    member: bool

    def root(self) -> Node:
        """Return where every query begins."""
        return {
            "group": lambda _, fullPath: self.group(fullPath),  # noqa: N803 - GitLab's name of the argument
            "project": lambda _, fullPath: self.project_of(fullPath),  # noqa: N803 - as above
        }

    def group(self, path: str) -> Node | None:
        """Return a group, or None where GitLab shows none."""
        if not self.world.has_group(path, member=self.member):
            return None
        projects = self.world.projects_of(path, self.at, member=self.member)

        def requests(info: object, state: str = "all", updatedAfter: str = "", **page: Any) -> Node:  # noqa: ANN401, N803
            after = datetime.fromisoformat(updatedAfter).astimezone(UTC) if updatedAfter else None
            shown = self._requests(projects, state, after)
            return connection(shown, self.merge_request)(info, **page)

        return {"fullPath": path, "projects": connection(projects, self.project), "mergeRequests": requests}

    def project_of(self, path: str) -> Node | None:
        """Return a project by its path, or None where GitLab shows none."""
        shown = [one for one in self.world.projects if one.path == path]
        shown = [one for one in shown if self.world.project(one.id, self.at, member=self.member)]
        return self.project(shown[0]) if shown else None

    def project(self, story: ProjectStory) -> Node:
        """Return a project."""

        def pipelines(info: object, source: str = "", ref: str = "", **page: Any) -> Node:  # noqa: ANN401 - paging
            found = self.world.pipelines_of(story.id, self.at) if story.has_ci else []
            found = [one for one in found if source in ("", one.source) and ref in ("", one.ref)]
            found.sort(key=lambda one: one.id, reverse=True)
            return connection(found, lambda one: self.pipeline(one, story.path))(info, **page)

        return {
            "id": f"gid://gitlab/Project/{story.id}",
            "fullPath": story.path,
            "webUrl": f"{self.base}/{story.path}",
            "archived": story.archived,
            "visibility": story.visibility,
            "jobsEnabled": story.has_ci,
            "publicJobs": story.public_logs,
            "lastActivityAt": lambda _: rest_time(self.world.last_activity(story, self.at)),
            "repository": lambda _: self._repository(story),
            "pipelines": pipelines,
            "pipeline": lambda _, iid: self._pipeline_by(story, iid),
            "pipelineSchedules": lambda info, **page: self._schedules(story, info, **page),
            "mergeRequest": lambda _, iid: self._request_by(story, iid),
        }

    def pipeline(self, story: PipelineStory, path: str) -> Node:
        """Return a pipeline."""
        updated, status = story.now(self.at)
        jobs = [one for job in story.jobs for one in (*job.tries, job)]
        latest = {job.id for job in story.jobs}
        return {
            "id": f"gid://gitlab/Ci::Pipeline/{story.id}",
            "iid": str(story.id),
            "status": status.upper(),
            "source": story.source,
            "ref": story.ref,
            "refPath": _full_ref(story),
            "sha": story.sha,
            "name": None,
            "createdAt": rest_time(story.created_at),
            "updatedAt": rest_time(updated),
            "warnings": lambda _: story.warns(self.at),
            "yamlErrorMessages": story.yaml_errors or None,
            "path": f"/{path}/-/pipelines/{story.id}",
            "project": {"fullPath": path},
            "jobs": connection(jobs, lambda one: self.job(one, retried=one.id not in latest)),
        }

    def job(self, story: JobStory, *, retried: bool) -> Node:
        """Return one try of a job."""
        status = story.status(self.at)
        started = next((since for since, word in story.steps if word == "running" and since <= self.at), None)
        reason = story.failure_reason or "script_failure"
        return {
            "id": f"gid://gitlab/Ci::Build/{story.id}",
            "name": story.name,
            "kind": "BRIDGE" if story.downstream else "BUILD",
            "status": status.upper(),
            "stage": {"name": story.stage},
            "allowFailure": story.allow_failure,
            "startedAt": rest_time(started),
            "finishedAt": rest_time(story.finished_at(self.at)),
            "failureMessage": _SENTENCES.get(reason, "There has been a failure") if status == "failed" else None,
            "retried": retried,
            "runner": {"description": story.runner} if story.runner else None,
            "downstreamPipeline": None if story.downstream is None else _downstream(story),
        }

    def merge_request(self, story: MergeRequestStory) -> Node:
        """Return a merge request."""
        state = story.state(self.at)
        path = next(one.path for one in self.world.projects if one.id == story.project_id)
        states = dict(story.reviews)
        threads = [
            {"resolvable": True, "resolved": number >= story.unresolved} for number in range(story.unresolved + 1)
        ]
        return {
            "iid": str(story.iid),
            "projectId": story.project_id,
            "title": story.title,
            "state": state,
            "draft": story.draft,
            "createdAt": rest_time(story.created_at),
            "updatedAt": rest_time(story.updated_at(self.at)),
            "mergedAt": rest_time(story.merged_at) if state == "merged" else None,
            "mergeUser": _user(story.merged_by) if state == "merged" and story.merged_by else None,
            "sourceBranch": story.source_branch,
            "targetBranch": story.target_branch,
            "webUrl": f"{self.base}/{path}/-/merge_requests/{story.iid}",
            "author": _user(story.author),
            "diffHeadSha": story.sha or None,
            "conflicts": story.conflicts,
            "detailedMergeStatus": merge_status(story, state).upper(),
            "approvalsLeft": 0 if story.approved_by else 1,
            "userNotesCount": story.comments,
            "headPipeline": lambda _: self._head(story, path),
            "reviewers": connection(story.reviewers, lambda name: _reviewer(name, states, story.approved_by)),
            "approvedBy": connection(story.approved_by, _user),
            "labels": connection(story.labels, lambda title: {"title": title}),
            "notes": connection([one for one in story.notes if one.at <= self.at], _note),
            "discussions": connection(threads, lambda one: one),
            "commits": connection([story.created_at], lambda at: {"sha": story.sha, "authoredDate": rest_time(at)}),
        }

    def _requests(
        self, projects: Sequence[ProjectStory], state: str, after: datetime | None
    ) -> list[MergeRequestStory]:
        shown = [
            one
            for one in self.world.merge_requests_of(projects, self.at)
            if state in {"all", one.state(self.at)} and (after is None or one.updated_at(self.at) >= after)
        ]
        return sorted(shown, key=lambda one: (one.updated_at(self.at), one.id), reverse=True)

    def _repository(self, story: ProjectStory) -> Node:
        commits = self.world.commits_of(story.id, self.at)
        tree = {"lastCommit": {"sha": commits[0].sha} if commits else None}
        return {"rootRef": story.default_branch, "empty": story.default_branch is None, "tree": tree}

    def _pipeline_by(self, project: ProjectStory, iid: str) -> Node | None:
        found = self.world.pipeline(project.id, int(iid), self.at)
        return None if found is None else self.pipeline(found, project.path)

    def _request_by(self, project: ProjectStory, iid: str) -> Node | None:
        shown = self.world.merge_requests_of([project], self.at)
        found = next((one for one in shown if str(one.iid) == iid), None)
        return None if found is None else self.merge_request(found)

    def _schedules(self, project: ProjectStory, info: object, **page: Any) -> Node | None:  # noqa: ANN401 - paging
        found = self.world.schedules_of(project.id) if self.member else []
        return connection(found, self._schedule)(info, **page)

    def _schedule(self, story: ScheduleStory) -> Node:
        ran = [number for number in story.ran if self.world.pipeline(story.project_id, number, self.at)]
        return {
            "id": f"gid://gitlab/Ci::PipelineSchedule/{story.id}",
            "description": story.description,
            "active": story.active,
            "cron": story.cron,
            "cronTimezone": story.zone,
            "refForDisplay": story.ref,
            "nextRunAt": rest_time(story.next_run_at(self.at)),
            "lastPipeline": {"id": f"gid://gitlab/Ci::Pipeline/{ran[-1]}"} if ran else None,
        }

    def _head(self, story: MergeRequestStory, path: str) -> Node | None:
        own = f"refs/merge-requests/{story.iid}/"
        known = self.world.pipelines_of(story.project_id, self.at)
        heads = [one for one in known if one.ref.startswith(own)] or [
            one for one in known if story.sha and one.sha == story.sha
        ]
        return self.pipeline(max(heads, key=lambda one: one.id), path) if heads else None


def _full_ref(story: PipelineStory) -> str:
    if story.ref.startswith("refs/"):
        return story.ref
    return f"refs/{'tags' if story.tag else 'heads'}/{story.ref}"


def _downstream(story: JobStory) -> Node | None:
    started = story.downstream
    if started is None:
        return None
    return {
        "id": f"gid://gitlab/Ci::Pipeline/{started.id}",
        "status": started.status.upper(),
        "path": f"/{started.path}/-/pipelines/{started.id}",
        "project": {"fullPath": started.path},
    }


def _user(name: str) -> Node:
    return {"username": name, "bot": "_bot" in name}


def _reviewer(name: str, states: dict[str, str], approved: Sequence[str]) -> Node:
    told = {"reviewState": states.get(name, "UNREVIEWED"), "approved": name in approved}
    return _user(name) | {"mergeRequestInteraction": told}


def _note(story: Any) -> Node:  # noqa: ANN401 - a NoteStory; the connection does not know
    author = {"username": story.who, "bot": story.bot}
    icon = story.icon or None
    return {"author": author, "system": bool(icon), "systemNoteIconName": icon, "createdAt": rest_time(story.at)}
