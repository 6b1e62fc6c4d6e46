"""GitLab's JSON to the words of `core.forge`. Pure: no clock, no network, no guess about what was not said.

What a list leaves out gets the default of the word; what a thing cannot be without (`id`, `iid`, a time) raises
`Malformed`. Every text passes `clean` here and nowhere later.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cloudbot.core.forge import Commit, Downstream, Job, MergeRequest, Pipeline, Project, Review, Schedule
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = Mapping[str, Any]

_BOT = re.compile(r"(?:project|group)_\d+_bot(?:_?[0-9a-f]+)?")
"""The users that project and group access tokens act as."""

_REASONS = (
    "script_failure",
    "runner_system_failure",
    "missing_dependency_failure",
    "api_failure",
    "data_integrity_failure",
    "scheduler_failure",
    "unknown_failure",
)
"""Codes of the REST API whose own words stand in the sentence that GraphQL says instead."""

_DRAFT = re.compile(r"\s*(?:\[(?:draft|wip)\]|\(draft\)|(?:draft|wip):)", re.IGNORECASE)


class Malformed(ValueError):  # noqa: N818 - a state of the answer, not a programming error
    """An item lacks what it cannot be without: this is no GitLab, or not whole."""


def moment(value: str) -> datetime:
    """Read a time as aware UTC.

    GitLab writes three forms: `2024-02-11T18:56:07.777Z` (REST), `2012-06-28T03:44:20-07:00` (commits) and
    `2013-12-03 17:15:43 UTC` (old hooks); a bare date is its midnight in UTC.
    """
    try:
        read = datetime.fromisoformat(value.removesuffix(" UTC"))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Malformed(f"not a time: {clean(str(value))[:40]!r}") from error


def number(item: Json, key: str) -> int:
    """Return an identity number. A boolean is none, though Python thinks so."""
    value = item.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed(f"no {key} in an item")
    return value


def project(item: Json) -> Project:
    """Convert one project of a group's list."""
    path = _text(item, "path_with_namespace")
    if not path:
        raise Malformed("a project without a path")
    return Project(
        id=number(item, "id"),
        path=path,
        url=_text(item, "web_url"),
        default_branch=_text(item, "default_branch") or None,
        archived=item.get("archived") is True,
        public=item.get("visibility", "public") == "public",
    )


def pipeline(item: Json, path: str) -> Pipeline:
    """Convert one pipeline of a project's list, or one asked for alone; its jobs are not in either."""
    created = moment(item.get("created_at", ""))
    return Pipeline(
        id=number(item, "id"),
        project=path,
        ref=_text(item, "ref"),
        sha=_text(item, "sha"),
        source=_text(item, "source") or "unknown",
        status=_text(item, "status") or "unknown",
        created_at=created,
        updated_at=_maybe_moment(item, "updated_at") or created,
        url=_text(item, "web_url"),
        tag=item.get("tag") is True,
        yaml_errors=_text(item, "yaml_errors"),
    )


def job(item: Json) -> Job:
    """Convert one job of a pipeline."""
    return Job(
        id=number(item, "id"),
        name=_text(item, "name"),
        stage=_text(item, "stage"),
        status=_text(item, "status") or "unknown",
        allow_failure=item.get("allow_failure") is True,
        failure_reason=_text(item, "failure_reason") or None,
        started_at=_maybe_moment(item, "started_at"),
        finished_at=_maybe_moment(item, "finished_at"),
        url=_text(item, "web_url"),
        runner=_text(_object(item, "runner"), "description"),
        downstream=_downstream(item.get("downstream_pipeline")),
    )


def merge_request(item: Json, path: str) -> MergeRequest:
    """Convert one merge request of a list. `head_pipeline` is there only when it was asked for alone."""
    created = moment(item.get("created_at", ""))
    title = _text(item, "title")
    return MergeRequest(
        project=path,
        iid=number(item, "iid"),
        title=title,
        state=_text(item, "state") or "unknown",
        author=_username(item.get("author")) or "?",
        created_at=created,
        updated_at=_maybe_moment(item, "updated_at") or created,
        source_branch=_text(item, "source_branch"),
        target_branch=_text(item, "target_branch"),
        url=_text(item, "web_url"),
        draft=_is_draft(item, title),
        merged_at=_maybe_moment(item, "merged_at"),
        merged_by=_username(item.get("merge_user")) or _username(item.get("merged_by")) or None,
        reviewers=tuple(_reviewers(item)),
        comments=_count(item, "user_notes_count"),
        conflicts=item.get("has_conflicts") is True,
        pipeline_status=_head_status(item),
        sha=_text(item, "sha"),
        merge_status=_text(item, "detailed_merge_status").lower(),
        reviews=tuple(Review(who=name, state="requested") for name in _reviewers(item)),
        labels=tuple(clean(label) for label in _list(item, "labels") if isinstance(label, str)),
    )


def commit(item: Json, path: str) -> Commit | None:
    """Convert one commit; None for a merge, which is nobody's work of its own."""
    if len(_list(item, "parent_ids")) > 1:
        return None
    return Commit(
        project=path,
        sha=_text(item, "id"),
        author=person(str(item.get("author_email") or item.get("author_name") or "")),
        at=moment(item.get("committed_date") or item.get("created_at") or ""),
        title=_text(item, "title"),
    )


def schedule(item: Json, path: str) -> Schedule:
    """Convert one pipeline schedule of a project. Its branch may be told as `refs/heads/main`."""
    return Schedule(
        id=number(item, "id"),
        project=path,
        description=_text(item, "description"),
        ref=_text(item, "ref").removeprefix("refs/heads/"),
        cron=_text(item, "cron"),
        zone=_text(item, "cron_timezone") or "UTC",
        active=item.get("active") is True,
        next_run_at=_maybe_moment(item, "next_run_at"),
    )


def is_bot(username: str, *, marked: bool = False) -> bool:
    """Whether a user is a program: what it says is nobody's word."""
    return marked or _BOT.fullmatch(username) is not None


def reason_of(sentence: str) -> str | None:
    """Return the REST API's code for why a job failed, if the sentence of GraphQL holds its words; else None."""
    said = sentence.lower()
    return next((code for code in _REASONS if code.replace("_", " ") in said), None)


def person(email: str) -> str:
    """Return 12 hexadecimal digits that tell authors apart and name nobody."""
    return hashlib.sha256(email.strip().lower().encode(errors="backslashreplace")).hexdigest()[:12]


def _text(item: Json, key: str) -> str:
    value = item.get(key)
    return clean(value) if isinstance(value, str) else ""


def _maybe_moment(item: Json, key: str) -> datetime | None:
    value = item.get(key)
    return None if value is None else moment(value)


def _list(item: Json, key: str) -> list[object]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _count(item: Json, key: str) -> int:
    value = item.get(key)
    return value if isinstance(value, int) else 0


def _username(user: object) -> str:
    return _text(user, "username") if isinstance(user, dict) else ""


def _is_draft(item: Json, title: str) -> bool:
    """`draft` since 13.2, `work_in_progress` before; a title alone says it everywhere."""
    said = item.get("draft", item.get("work_in_progress"))
    return said if isinstance(said, bool) else _DRAFT.match(title) is not None


def _reviewers(item: Json) -> list[str]:
    users = [one for one in _list(item, "reviewers") if isinstance(one, dict)]
    names = [(_username(one), one.get("bot") is True) for one in users]
    return [name for name, marked in names if name and not is_bot(name, marked=marked)]


def _downstream(item: object) -> Downstream | None:
    """Read what a trigger job started; the project's path is in its address only."""
    if not isinstance(item, dict) or "id" not in item:
        return None
    url = _text(item, "web_url")
    path = url.partition("/-/")[0].partition("://")[2].partition("/")[2]
    return Downstream(project=path, id=number(item, "id"), status=_text(item, "status") or "unknown", url=url)


def _object(item: Json, key: str) -> Json:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _head_status(item: Json) -> str | None:
    head = item.get("head_pipeline")
    return (_text(head, "status") or None) if isinstance(head, dict) else None
