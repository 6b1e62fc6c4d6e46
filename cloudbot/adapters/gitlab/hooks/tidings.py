"""The four kinds of hook that tell something whole, as facts: pipeline, build, merge request, token that ends.

Pure. Converted by the same functions as the answers of the API, so that hook and look say the same thing in the same
words. What a hook must have and has not raises `Malformed`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.hooks.told import Json, Told, block, blocks, text
from cloudbot.core.facts import JobReported, MergeRequestReported, PipelineReported, TokenExpires

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cloudbot.core.forge import Job, Pipeline, Project

_LARGEST_NUMBER = 2**63 - 1
_TIMES = ("created_at", "updated_at", "started_at", "finished_at")
_OF_ANOTHER_PIPELINE = frozenset({"parent_pipeline", "pipeline"})
ACTIONS = frozenset(
    {"open", "close", "reopen", "update", "approved", "unapproved", "approval", "unapproval", "merge"},
)
"""What can happen to a merge request (docs.gitlab.com, webhook events)."""


def pipeline(told: Told, project: Project, *, at: datetime, forge: str) -> PipelineReported:
    """Convert a pipeline with its jobs.

    The hook tells no `updated_at`: it is the newest of all its times. It names the source branch also for a pipeline
    of a merge request, where the API has `refs/merge-requests/N/head`: a fork's `master` is not ours.
    """
    item, builds = told.attributes, blocks(told.body, "builds")
    jobs = _jobs(builds, project)
    plain = convert.pipeline(item | {"web_url": _url(item, project, "pipelines", "id")}, project.path)
    _check(plain.id)
    value = replace(
        plain,
        ref=_ref(told, plain),
        source=_source(told, plain, project),
        updated_at=_newest((item, *builds), plain.created_at),
        warnings=plain.status == "success" and (_says_warnings(item) or any(map(_was_allowed_to_fail, jobs))),
        jobs=jobs,
    )
    return PipelineReported(at=at, forge=forge, project=project, pipeline=value)


def build(told: Told, project: Project, *, at: datetime, forge: str) -> JobReported:
    """Convert a job, whose keys begin with its kind. Its `ref` is as in the API, other than a pipeline's.

    What old servers call its commit's number is its pipeline's.
    """
    body, prefix = told.body, f"{told.kind}_"
    item = {key.removeprefix(prefix): value for key, value in body.items() if key.startswith(prefix)}
    item |= {"runner": body.get("runner")}
    number = convert.number({"pipeline_id": block(body, "commit").get("id")} | body, "pipeline_id")
    _check(number)
    job = _job(item, project)
    return JobReported(at=at, forge=forge, project=project, pipeline=number, ref=text(body, "ref"), job=job)


def merge_request(told: Told, project: Project, *, at: datetime, forge: str) -> MergeRequestReported:
    """Convert a merge request. The hook has its author by number only: the name is known where he is in sight."""
    item, body = told.attributes, told.body
    action = text(item, "action")
    merged = action == "merge"
    plain = convert.merge_request(
        item
        | {
            "web_url": _url(item, project, "merge_requests", "iid"),
            "author": _person(body, item.get("author_id")),
            "reviewers": body.get("reviewers"),
            "has_conflicts": item.get("merge_status") == "cannot_be_merged",
            "merged_at": item.get("merged_at") or (item.get("updated_at") if merged else None),
            "merged_by": body.get("user") if merged else None,
            "sha": text(block(item, "last_commit"), "id"),
            "labels": [text(one, "title") for one in blocks(body, "labels")],
        },
        project.path,
    )
    _check(plain.iid)
    value = replace(plain, reviews=())  # what a list tells: that they were asked for
    known = action if action in ACTIONS else "update"  # system hooks tell none
    return MergeRequestReported(at=at, forge=forge, project=project, merge_request=value, action=known)


def token(told: Told, where: str, *, at: datetime, forge: str) -> TokenExpires:
    """Convert a token that ends soon; `where` is the path of its project or group."""
    item = told.attributes
    said = item.get("expires_at")
    if not isinstance(said, str):
        raise Malformed("a token without its end")
    name = text(item, "name") or "a token"
    return TokenExpires(at=at, forge=forge, token=f"{name} of {where}", on=convert.moment(said).date())


def _ref(told: Told, plain: Pipeline) -> str:
    request = block(told.body, "merge_request")
    if request:
        number = convert.number(request, "iid")
        return plain.ref if plain.ref.startswith("refs/merge-requests/") else f"refs/merge-requests/{number}/head"
    if plain.source == "merge_request_event" and not plain.ref.startswith("refs/"):
        raise Malformed("a merge request's pipeline that does not say of which")
    return plain.ref


def _source(told: Told, plain: Pipeline, project: Project) -> str:
    """Return where it comes from; a child is known by its parent in the same project, whatever else it is."""
    if plain.source in _OF_ANOTHER_PIPELINE:
        return plain.source
    parent = block(told.body, "source_pipeline")
    if parent:
        of = block(parent, "project")
        if project.id == of.get("id") or project.path.lower() == text(of, "path_with_namespace").lower():
            return "parent_pipeline"
    if block(told.body, "merge_request"):
        return "merge_request_event"
    return "pipeline" if parent and plain.source == "unknown" else plain.source


def _says_warnings(item: Json) -> bool:
    return "warning" in text(item, "detailed_status").lower()


def _was_allowed_to_fail(job: Job) -> bool:
    return job.allow_failure and job.status == "failed"


def _newest(things: Iterable[Json], least: datetime) -> datetime:
    """Return the newest time told of any of these; each text is read once, as many jobs share theirs."""
    said = {value for one in things for key in _TIMES if isinstance(value := one.get(key), str)}
    return max(map(convert.moment, said), default=least)


def _jobs(items: list[Json], project: Project) -> tuple[Job, ...]:
    """Convert the jobs by number, of each name the latest try, with how many before it failed."""
    latest: dict[str, Job] = {}
    for job in sorted((_job(item, project) for item in items), key=lambda one: one.id):
        before = latest.get(job.name)
        tries = 0 if before is None else before.failed_tries + (before.status == "failed")
        latest[job.name] = replace(job, failed_tries=tries) if tries else job
    return tuple(sorted(latest.values(), key=lambda one: one.id))


def _job(item: Json, project: Project) -> Job:
    """Convert one job. Hooks carry a `failure_reason` also for what did not fail; there it means nothing."""
    reason = item.get("failure_reason") if item.get("status") == "failed" else None
    job = convert.job(item | {"web_url": _url(item, project, "jobs", "id"), "failure_reason": reason})
    _check(job.id)
    return job


def _url(item: Json, project: Project, what: str, key: str) -> str:
    """Return the address told, or GitLab's for such a thing in this project."""
    return text(item, "url") or f"{project.url}/-/{what}/{item.get(key)}"


def _person(body: Json, number: object) -> Json | None:
    """Return the person of that number among those the hook names: who did it, assignees, reviewers."""
    seen = [block(body, "user"), *blocks(body, "assignees"), *blocks(body, "reviewers")]
    return next((one for one in seen if isinstance(number, int) and one.get("id") == number), None)


def _check(number: int) -> None:
    """Refuse what no database has for a number."""
    if not 0 < number <= _LARGEST_NUMBER:
        raise Malformed("a number that is none")
