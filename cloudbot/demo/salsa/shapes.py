"""The JSON that GitLab's REST API gives for each thing, with the keys of recorded answers. Pure.

Fewer keys than a real answer where nobody reads them; never a key that no real answer has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.demo.salsa.world import (
        CommitStory,
        JobStory,
        MergeRequestStory,
        NoteStory,
        PipelineStory,
        ProjectStory,
        ScheduleStory,
        World,
    )

Json = dict[str, Any]

_NEXT_USER = 1000


def rest_time(moment: datetime | None) -> str | None:
    """Write a time as the REST API does: milliseconds and Z."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def project(base: str, world: World, story: ProjectStory, at: datetime) -> Json:
    """Return a project as a group's list has it."""
    group, _, name = story.path.rpartition("/")
    access = "enabled" if story.has_ci else "disabled"
    return {
        "id": story.id,
        "description": "",
        "name": name,
        "name_with_namespace": story.path.replace("/", " / "),
        "path": name,
        "path_with_namespace": story.path,
        "created_at": rest_time(story.born),
        "default_branch": story.default_branch,
        "tag_list": [],
        "ssh_url_to_repo": f"git@{base.partition('://')[2]}:{story.path}.git",
        "http_url_to_repo": f"{base}/{story.path}.git",
        "web_url": f"{base}/{story.path}",
        "avatar_url": None,
        "forks_count": 0,
        "star_count": 0,
        "last_activity_at": rest_time(world.last_activity(story, at)),
        "namespace": {
            "id": 1 + sorted(world.groups).index(group) if group in world.groups else 0,
            "name": group,
            "path": group.rpartition("/")[2],
            "kind": "group",
            "full_path": group,
            "parent_id": None,
            "avatar_url": None,
            "web_url": f"{base}/groups/{group}",
        },
        "empty_repo": story.default_branch is None,
        "archived": story.archived,
        "visibility": story.visibility,
        "builds_access_level": access,
        "repository_access_level": "enabled",
        "jobs_enabled": story.has_ci,
        "public_jobs": story.public_logs,
        "issues_enabled": True,
        "merge_requests_enabled": True,
        "open_issues_count": 0,
    }


def pipeline(base: str, path: str, story: PipelineStory, at: datetime) -> Json:
    """Return a pipeline as a project's list has it."""
    updated, status = story.now(at)
    return {
        "id": story.id,
        "iid": story.id,
        "project_id": story.project_id,
        "sha": story.sha,
        "ref": story.ref,
        "status": status,
        "source": story.source,
        "created_at": rest_time(story.created_at),
        "updated_at": rest_time(updated),
        "web_url": f"{base}/{path}/-/pipelines/{story.id}",
        "name": None,
    }


def pipeline_alone(base: str, path: str, story: PipelineStory, at: datetime) -> Json:
    """Return a pipeline as it is when asked for by its number."""
    return pipeline(base, path, story, at) | {"tag": story.tag, "yaml_errors": story.yaml_errors or None}


def job(base: str, path: str, of: PipelineStory, story: JobStory, at: datetime) -> Json:
    """Return a job as a pipeline's list has it."""
    status = story.status(at)
    started = next((since for since, word in story.steps if word == "running" and since <= at), None)
    return (
        {
            "id": story.id,
            "status": status,
            "stage": story.stage,
            "name": story.name,
            "ref": of.ref,
            "tag": of.tag,
            "allow_failure": story.allow_failure,
            "created_at": rest_time(of.created_at),
            "started_at": rest_time(started),
            "finished_at": rest_time(story.finished_at(at)),
            "web_url": f"{base}/{path}/-/jobs/{story.id}",
            "pipeline": {"id": of.id, "ref": of.ref, "sha": of.sha, "status": of.now(at)[1]},
            "artifacts": [],
        }
        | ({"runner": {"id": 1, "description": story.runner}} if story.runner else {})
        | ({"failure_reason": story.failure_reason or "script_failure"} if status == "failed" else {})
    )


def bridge(base: str, path: str, of: PipelineStory, story: JobStory, at: datetime) -> Json:
    """Return a trigger job as a pipeline's list of them has it."""
    told = job(base, path, of, story, at)
    started = story.downstream
    if started is None:
        return told | {"downstream_pipeline": None}
    address = f"{base}/{started.path}/-/pipelines/{started.id}"
    return told | {"downstream_pipeline": {"id": started.id, "status": started.status, "web_url": address}}


def schedule(base: str, story: ScheduleStory, at: datetime) -> Json:
    """Return a pipeline schedule as a project's list has it."""
    return {
        "id": story.id,
        "description": story.description,
        "ref": story.ref,
        "cron": story.cron,
        "cron_timezone": story.zone,
        "next_run_at": rest_time(story.next_run_at(at)),
        "active": story.active,
        "created_at": rest_time(story.runs[0] if story.runs else at),
        "updated_at": rest_time(at),
        "owner": user(base, "dev01"),
    }


def merge_request(base: str, path: str, story: MergeRequestStory, at: datetime) -> Json:
    """Return a merge request as a group's list has it: without its head pipeline."""
    state = story.state(at)
    merger = user(base, story.merged_by) if state == "merged" and story.merged_by else None
    closed = state == "closed"
    short = f"!{story.iid}"
    return {
        "id": story.id,
        "iid": story.iid,
        "project_id": story.project_id,
        "title": story.title,
        "description": "",
        "state": state,
        "created_at": rest_time(story.created_at),
        "updated_at": rest_time(story.updated_at(at)),
        "merged_by": merger,
        "merge_user": merger,
        "merged_at": rest_time(story.merged_at) if state == "merged" else None,
        "closed_by": user(base, story.author) if closed else None,
        "closed_at": rest_time(story.closed_at) if closed else None,
        "target_branch": story.target_branch,
        "source_branch": story.source_branch,
        "user_notes_count": story.comments,
        "upvotes": 0,
        "downvotes": 0,
        "author": user(base, story.author),
        "assignees": [],
        "assignee": None,
        "reviewers": [user(base, name) for name in story.reviewers],
        "source_project_id": story.project_id,
        "target_project_id": story.project_id,
        "labels": list(story.labels),
        "draft": story.draft,
        "work_in_progress": story.draft,
        "milestone": None,
        "merge_when_pipeline_succeeds": False,
        "merge_status": "cannot_be_merged" if story.conflicts else "can_be_merged",
        "detailed_merge_status": merge_status(story, state),
        "sha": story.sha or None,
        "merge_commit_sha": None,
        "squash_commit_sha": None,
        "discussion_locked": None,
        "should_remove_source_branch": None,
        "force_remove_source_branch": None,
        "prepared_at": rest_time(story.created_at),
        "reference": short,
        "references": {"short": short, "relative": f"{path}{short}", "full": f"{path}{short}"},
        "web_url": f"{base}/{path}/-/merge_requests/{story.iid}",
        "time_stats": {
            "time_estimate": 0,
            "total_time_spent": 0,
            "human_time_estimate": None,
            "human_total_time_spent": None,
        },
        "squash": False,
        "squash_on_merge": False,
        "task_completion_status": {"count": 0, "completed_count": 0},
        "has_conflicts": story.conflicts,
        "blocking_discussions_resolved": True,
        "approvals_before_merge": None,
    }


def note(number: int, story: NoteStory) -> Json:
    """Return a note as a merge request's list has it."""
    return {
        "id": number,
        "body": story.body,
        "author": {"username": story.who, "bot": story.bot},
        "system": bool(story.icon),
        "noteable_type": "MergeRequest",
        "created_at": rest_time(story.at),
    }


def commit(story: CommitStory) -> Json:
    """Return a commit as a branch's list has it; times carry an offset there."""
    written = story.at.isoformat()
    name = story.email.partition("@")[0]
    return {
        "id": story.sha,
        "short_id": story.sha[:8],
        "created_at": written,
        "parent_ids": [f"{number}{story.sha[1:]}" for number in range(story.parents)],
        "title": story.title,
        "message": story.title,
        "author_name": name,
        "author_email": story.email,
        "authored_date": written,
        "committer_name": name,
        "committer_email": story.email,
        "committed_date": written,
    }


def user(base: str, name: str) -> Json:
    """Return a person in short, by pseudonym."""
    return {
        "id": _NEXT_USER + sum(name.encode()),
        "name": name,
        "username": name,
        "state": "active",
        "avatar_url": None,
        "web_url": f"{base}/{name}",
    }


def merge_status(story: MergeRequestStory, state: str) -> str:
    """Return GitLab's detailed merge status."""
    if state != "opened":
        return "not_open"
    if story.merge_status:
        return story.merge_status
    if story.draft:
        return "draft_status"
    return "conflict" if story.conflicts else "mergeable"
