"""Bodies as GitLab's hooks have them, of an invented project, and the server they are held against."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cloudbot.adapters.gitlab.hooks.meaning import Meaning, Ours, hosts_of, meaning
from cloudbot.adapters.gitlab.hooks.told import Told
from cloudbot.core.forge import Project

Json = dict[str, Any]

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://forge.example.org"
IMAGES = Project(id=7, path="team/images", url=f"{URL}/team/images", default_branch="main")
ANNA = {"id": 3, "name": "Anna", "username": "anna"}
BEN = {"id": 4, "name": "Ben", "username": "ben"}
SHA = "a" * 40


def ours(**changes: object) -> Ours:
    values: Json = {"forge": "salsa", "groups": ("team",), "hosts": hosts_of(URL), "known": lambda: (IMAGES,)}
    return Ours(**values | changes)


def meant(body: Json, *, event: str = "", instance: str = "", **changes: object) -> Meaning:
    return meaning(Told(body, event), ours(**changes), instance=instance, at=AT)


def project(**changes: object) -> Json:
    return {
        "id": 7,
        "name": "images",
        "web_url": f"{URL}/team/images",
        "visibility_level": 20,
        "path_with_namespace": "team/images",
        "default_branch": "main",
    } | changes


def pipeline(*builds: Json, body: Json | None = None, **attributes: object) -> Json:
    found = {
        "id": 41,
        "iid": 5,
        "ref": "main",
        "tag": False,
        "sha": SHA,
        "source": "push",
        "status": "success",
        "detailed_status": "passed",
        "created_at": "2026-03-02 11:00:00 UTC",
        "finished_at": "2026-03-02 11:20:00 UTC",
        "url": f"{URL}/team/images/-/pipelines/41",
    }
    return {
        "object_kind": "pipeline",
        "object_attributes": found | attributes,
        "merge_request": None,
        "user": ANNA,
        "project": project(),
        "builds": list(builds),
    } | (body or {})


def job(number: int = 900, name: str = "build trixie", **changes: object) -> Json:
    return {
        "id": number,
        "stage": "build",
        "name": name,
        "status": "success",
        "created_at": "2026-03-02 11:00:00 UTC",
        "started_at": "2026-03-02 11:01:00 UTC",
        "finished_at": "2026-03-02 11:19:00 UTC",
        "allow_failure": False,
        "failure_reason": "unknown_failure",
        "runner": {"id": 2, "description": "runner one"},
    } | changes


def build(**changes: object) -> Json:
    return {
        "object_kind": "build",
        "ref": "main",
        "tag": False,
        "sha": SHA,
        "build_id": 901,
        "build_name": "build trixie",
        "build_stage": "build",
        "build_status": "failed",
        "build_created_at": "2026-03-02T11:00:00.123Z",
        "build_started_at": "2026-03-02T11:01:00.123Z",
        "build_finished_at": "2026-03-02T11:19:00.123Z",
        "build_allow_failure": True,
        "build_failure_reason": "script_failure",
        "pipeline_id": 41,
        "project_id": 7,
        "project_name": "Team / Images",
        "runner": {"id": 2, "description": "runner one"},
        "repository": {"name": "images", "homepage": f"{URL}/team/images", "visibility_level": 20},
    } | changes


def merge_request(action: str = "open", body: Json | None = None, **attributes: object) -> Json:
    found = {
        "id": 80,
        "iid": 12,
        "title": "Add trixie",
        "state": "opened",
        "author_id": 3,
        "source_branch": "trixie",
        "target_branch": "main",
        "created_at": "2026-03-01 10:00:00 UTC",
        "updated_at": "2026-03-02 11:00:00 UTC",
        "draft": False,
        "work_in_progress": False,
        "merge_status": "can_be_merged",
        "detailed_merge_status": "not_approved",
        "last_commit": {"id": SHA, "title": "Add trixie"},
        "url": f"{URL}/team/images/-/merge_requests/12",
        "action": action,
    }
    return {
        "object_kind": "merge_request",
        "event_type": "merge_request",
        "user": ANNA,
        "project": project(),
        "object_attributes": found | attributes,
        "labels": [{"id": 1, "title": "cloud"}],
        "reviewers": [BEN],
        "assignees": [],
        "changes": {},
    } | (body or {})


def of_kind(kind: str, **more: object) -> Json:
    return {"object_kind": kind, "project": project()} | more
