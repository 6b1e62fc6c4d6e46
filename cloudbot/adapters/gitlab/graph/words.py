"""GraphQL's nodes to the words of `core.forge`, so that a look says the same whichever way it asked. Pure.

GraphQL writes ids as `gid://gitlab/Project/12`, statuses in capitals, and leaves out addresses that can be built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.convert import Malformed, is_bot, moment
from cloudbot.adapters.gitlab.memory import Key, Known, Request
from cloudbot.core.forge import Downstream, Job, MergeRequest, Pipeline, Project, Review, ReviewState
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

Json = Mapping[str, Any]

_REVIEWS: Mapping[str, ReviewState] = {
    "REVIEWED": "reviewed",
    "UNAPPROVED": "reviewed",
    "APPROVED": "approved",
    "REQUESTED_CHANGES": "changes",
}


@dataclass(frozen=True, slots=True)
class Base:
    """Where the server is: addresses are built from it."""

    url: str

    def of(self, path: str, kind: str, number: object) -> str:
        """Return the address of a project's pipeline or job."""
        return f"{self.url.rstrip('/')}/{path}/-/{kind}/{number}"


def number(gid: object) -> int:
    """Return the number at the end of a global id, or of a plain one."""
    last = str(gid).rpartition("/")[2]
    if not (last.isascii() and last.isdigit()):
        raise Malformed("an id that is no id")
    return int(last)


def project(node: Json) -> Known:
    """Convert a project of a group."""
    path, repository = _text(node, "fullPath"), inner(node, "repository")
    if not path:
        raise Malformed("a project without a path")
    commit = inner(inner(repository, "tree"), "lastCommit")
    return Known(
        value=Project(
            id=number(node.get("id")),
            path=path,
            url=_text(node, "webUrl"),
            default_branch=_text(repository, "rootRef") or None,
            archived=node.get("archived") is True,
            public=node.get("visibility", "public") == "public",
        ),
        activity=_when(node, "lastActivityAt"),
        has_ci=node.get("jobsEnabled") is not False,
        has_code=bool(repository) and repository.get("empty") is not True,
        public=node.get("visibility", "public") == "public",
        public_logs=node.get("publicJobs") is not False,
        head=_text(commit, "sha") or None,
    )


def pipeline(node: Json, path: str, base: Base, *, scheduled: bool) -> Pipeline:
    """Convert a pipeline. An old server does not tell its source, so the list it was found in does."""
    ident, full = number(node.get("id")), _text(node, "refPath")
    created = _moment(node, "createdAt")
    ref = full if full.startswith("refs/merge-requests/") else _text(node, "ref")
    status = _lower(node, "status") or "unknown"
    return Pipeline(
        id=ident,
        project=path,
        ref=ref,
        sha=_text(node, "sha"),
        source="schedule" if scheduled else _source(node, full),
        status=status,
        created_at=created,
        updated_at=_when(node, "updatedAt") or created,
        url=base.of(path, "pipelines", ident),
        tag=full.startswith("refs/tags/"),
        warnings=status == "success" and node.get("warnings") is True,
        yaml_errors=_text(node, "yamlErrorMessages"),
    )


def iid(node: Json) -> str:
    """Return a pipeline's number within its project, by which it is asked for."""
    return _text(node, "iid")


def job(node: Json, path: str, base: Base) -> Job:
    """Convert one try of a job or of a trigger job. The earlier tries are counted elsewhere."""
    ident, status = number(node.get("id")), _lower(node, "status") or "unknown"
    return Job(
        id=ident,
        name=_text(node, "name"),
        stage=_text(inner(node, "stage"), "name"),
        status=status,
        allow_failure=node.get("allowFailure") is True,
        failure_reason=convert.reason_of(_text(node, "failureMessage")) if status == "failed" else None,
        started_at=_when(node, "startedAt"),
        finished_at=_when(node, "finishedAt"),
        url=base.of(path, "jobs", ident),
        runner=_text(inner(node, "runner"), "description"),
        downstream=_downstream(node.get("downstreamPipeline"), base),
    )


def merge_request(node: Json) -> tuple[Key, Request]:
    """Convert a merge request of a group; its project is known by number only."""
    created, project_id = _moment(node, "createdAt"), number(node.get("projectId"))
    author = _text(inner(node, "author"), "username") or "?"
    head = inner(node, "headPipeline")
    value = MergeRequest(
        project=str(project_id),
        iid=number(node.get("iid")),
        title=_text(node, "title"),
        state=_lower(node, "state") or "unknown",
        author=author,
        created_at=created,
        updated_at=_when(node, "updatedAt") or created,
        source_branch=_text(node, "sourceBranch"),
        target_branch=_text(node, "targetBranch"),
        url=_text(node, "webUrl"),
        draft=node.get("draft") is True,
        merged_at=_when(node, "mergedAt"),
        merged_by=_text(inner(node, "mergeUser"), "username") or None,
        reviewers=tuple(_text(one, "username") for one in people(node.get("reviewers"))),
        comments=_count(node, "userNotesCount") or 0,
        conflicts=node.get("conflicts") is True,
        pipeline_status=_lower(head, "status") or None,
        sha=_text(node, "diffHeadSha"),
        merge_status=_lower(node, "detailedMergeStatus"),
        reviews=tuple(_review(one) for one in people(node.get("reviewers"))),
        approved_by=_names(people(node.get("approvedBy")), but=author),
        approvals_left=_count(node, "approvalsLeft"),
        labels=tuple(_text(one, "title") for one in nodes(node.get("labels"))),
    )
    return (project_id, value.iid), Request(value, value.sha)


def nodes(listed: object) -> Iterator[Json]:
    """Return what a connection holds; a null in it is nothing."""
    found = listed.get("nodes") if isinstance(listed, Mapping) else None
    return (one for one in (found if isinstance(found, list) else ()) if isinstance(one, Mapping))


def inner(node: Json, key: str) -> Json:
    """Return an object inside another; an empty one where there is none."""
    found = node.get(key)
    return found if isinstance(found, Mapping) else {}


def people(listed: object) -> Iterator[Json]:
    """Return the people of a connection, bots left out."""
    return (one for one in nodes(listed) if not is_bot(_text(one, "username"), marked=one.get("bot") is True))


def _names(users: Iterable[Json], *, but: str) -> tuple[str, ...]:
    return tuple(name for name in (_text(one, "username") for one in users) if name != but)


def _review(user: Json) -> Review:
    told = inner(user, "mergeRequestInteraction")
    state = "approved" if told.get("approved") is True else _REVIEWS.get(str(told.get("reviewState")), "requested")
    return Review(who=_text(user, "username"), state=state)


def _source(node: Json, full: str) -> str:
    said = _lower(node, "source")
    return said or ("merge_request_event" if full.startswith("refs/merge-requests/") else "unknown")


def _downstream(node: object, base: Base) -> Downstream | None:
    if not isinstance(node, Mapping):
        return None
    path, ident = _text(inner(node, "project"), "fullPath"), number(node.get("id"))
    status = _lower(node, "status") or "unknown"
    return Downstream(project=path, id=ident, status=status, url=base.of(path, "pipelines", ident) if path else "")


def _text(node: Json, key: str) -> str:
    value = node.get(key)
    return clean(value) if isinstance(value, str) else ""


def _lower(node: Json, key: str) -> str:
    return _text(node, key).lower()


def _count(node: Json, key: str) -> int | None:
    value = node.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(node: Json, key: str) -> datetime:
    return moment(node.get(key, ""))


def _when(node: Json, key: str) -> datetime | None:
    return None if node.get(key) is None else moment(node[key])
