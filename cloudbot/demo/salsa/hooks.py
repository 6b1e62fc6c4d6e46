"""The hook that a GitLab sends when a pipeline ends, and its signature in the Standard Webhooks form. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.demo.salsa.world import JobStory, PipelineStory, ProjectStory

Json = dict[str, Any]
PUBLIC_LEVEL = 20


def pipeline_event(base_url: str, project: ProjectStory, story: PipelineStory, at: datetime) -> bytes:
    """Return the body of a pipeline event: what is read of it, with GitLab's keys."""
    updated, status = story.now(at)
    group, _, name = project.path.rpartition("/")
    body: Json = {
        "object_kind": "pipeline",
        "object_attributes": {
            "id": story.id,
            "iid": story.id,
            "ref": story.ref,
            "tag": story.tag,
            "sha": story.sha,
            "source": story.source,
            "status": status,
            "detailed_status": "passed" if status == "success" else status,
            "created_at": _hook_time(story.created_at),
            "finished_at": _hook_time(updated),
            "url": f"{base_url}/{project.path}/-/pipelines/{story.id}",
        },
        "project": {
            "id": project.id,
            "name": name,
            "web_url": f"{base_url}/{project.path}",
            "namespace": group,
            "visibility_level": PUBLIC_LEVEL if project.visibility == "public" else 0,
            "path_with_namespace": project.path,
            "default_branch": project.default_branch,
        },
        "builds": [_build(job, at) for job in story.jobs],
    }
    return json.dumps(body).encode()


def signed(body: bytes, *, secret: str, number: str, at: datetime) -> dict[str, str]:
    """Return the headers of a delivery. `secret` is `whsec_` and base64 (Standard Webhooks, "Signature scheme")."""
    seconds = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, b".".join((number.encode(), seconds.encode(), body)), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-Gitlab-Event": "Pipeline Hook",
        "Idempotency-Key": number,
        "webhook-id": number,
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def _build(job: JobStory, at: datetime) -> Json:
    finished = job.finished_at(at)
    return {
        "id": job.id,
        "stage": job.stage,
        "name": job.name,
        "status": job.status(at),
        "created_at": _hook_time(job.steps[0][0]),
        "finished_at": None if finished is None else _hook_time(finished),
        "failure_reason": job.failure_reason,
        "allow_failure": job.allow_failure,
        "manual": False,
    }


def _hook_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
