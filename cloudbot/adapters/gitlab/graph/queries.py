"""Every query that is sent to a GitLab, built from what the server knows. Pure.

The base is the schema of May 2022 less what only the Enterprise Edition has; `PROBED` is asked for only where the
server said that it is there. Two traps are avoided on purpose: `updatedAfter` on nested pipelines answers 503 on big
groups (gitlab#502194), and label filters on a group's merge requests are slow.
"""

from __future__ import annotations

import json
from dataclasses import replace

from cloudbot.adapters.gitlab.graph.shape import LONGEST, Field, Query, connection, fields, fits, paged

Schema = frozenset[str]
"""The probed fields that a server has, as `Type.field`."""

PROBED = frozenset(
    {
        "CiJob.failureMessage",
        "CiJob.retried",
        "CiJob.runner",
        "MergeRequest.approvalsLeft",
        "MergeRequest.detailedMergeStatus",
        "Pipeline.name",
        "Pipeline.source",
        "Pipeline.yamlErrorMessages",
        "Project.pipelineSchedules",
    }
)

NEWEST, SCHEDULED = 5, 3
"""Pipelines of a project that one look asks for: the newest, and the newest that a schedule began."""

PEOPLE, LABELS, WORDS, THREADS, JOBS, SCHEDULES = 40, 20, 40, 40, 100, 20

MOST_PROJECTS = 25
"""Aliased projects in a query; GitLab's validation of more takes too long."""

_MOST_OTHERS = 20


def types() -> Query:
    """Ask which fields the types have of which some are newer than our base."""
    names = sorted({one.partition(".")[0] for one in PROBED})
    asked = tuple(
        Field(name="__type", alias=name, args=f'name: "{name}"', of=(Field(name="fields", of=fields("name")),))
        for name in names
    )
    return Query(name="Types", of=asked)


def alive() -> Query:
    """Ask for next to nothing: whether the server is away, or only bears no more than it was asked for."""
    return Query(name="Alive", of=fields("__typename"))


def projects(known: Schema, page: int) -> Field:
    """Ask for a page of a group's projects with the newest pipelines of each."""
    return _projects(page, *_project(), *pipelines(known))


def bare_projects(page: int) -> Field:
    """Ask for a page of a group's projects alone."""
    return _projects(page, *_project())


def open_requests(known: Schema, page: int) -> Field:
    """Ask for a page of a group's open merge requests, however old."""
    return _requests(known, page, "opened", "state: opened, after: $opened")


def changed_requests(known: Schema, page: int) -> Field:
    """Ask for a page of a group's merge requests that changed since, whatever became of them."""
    return _requests(known, page, "changed", "updatedAfter: $since, after: $changed")


def group(*parts: Field) -> Query:
    """Ask a group for so much at once."""
    asked = {part.alias or part.name for part in parts}
    declared = ["$group: ID!"]
    declared += ["$projects: String"] if "projects" in asked else []
    declared += ["$opened: String"] if "opened" in asked else []
    declared += ["$since: Time!", "$changed: String"] if "changed" in asked else []
    name = "Group" + "".join(sorted(one.capitalize() for one in asked))
    of = Field(name="group", args="fullPath: $group", of=parts)
    return Query(name=name, declared=", ".join(declared), of=(of,))


def pipelines(known: Schema) -> tuple[Field, ...]:
    """Ask a project for its newest pipelines, and for the newest that its schedules began."""
    of = _pipeline(known)
    return (
        connection("pipelines", NEWEST, *of),
        connection("pipelines", SCHEDULED, *of, alias="scheduled", args='source: "schedule"'),
    )


def aliased(known: Schema, paths: list[str], limit: int) -> tuple[Query, int]:
    """Ask for the pipelines of the first so many of these projects; return the query and how many it holds."""
    # Where a pipeline says its source, the newest are asked for alone: a list of their own for schedules costs as much.
    of = (*fields("id"), *(pipelines(known)[:1] if "Pipeline.source" in known else pipelines(known)))
    return _batch("Aliased", [_of_project(path, *of) for path in paths], limit, MOST_PROJECTS)


def single(known: Schema, wanted: list[tuple[str, str]], limit: int) -> tuple[Query, int]:
    """Ask for pipelines given by project path and iid, each alone."""
    of = _pipeline(known)
    asked = [_of_project(path, Field(name="pipeline", args=f"iid: {json.dumps(iid)}", of=of)) for path, iid in wanted]
    return _batch("Pipelines", asked, limit, _MOST_OTHERS)


def jobs(known: Schema, wanted: list[tuple[str, str, str]], limit: int) -> tuple[Query, int]:
    """Ask for the jobs of pipelines given by project path, iid and cursor."""
    asked = [_of_project(path, _jobs_of(known, iid, after)) for path, iid, after in wanted]
    return _batch("Jobs", asked, limit, _MOST_OTHERS)


def words(wanted: list[tuple[str, int]], limit: int) -> tuple[Query, int]:
    """Ask who said what last on merge requests given by project path and iid, and when they were pushed to."""
    return _batch("Words", [_of_project(path, _words_of(iid)) for path, iid in wanted], limit, _MOST_OTHERS)


def schedules(paths: list[str], limit: int) -> tuple[Query, int]:
    """Ask for the pipeline schedules of projects."""
    of = fields("id description active cron cronTimezone refForDisplay nextRunAt")
    of = (*of, Field(name="lastPipeline", of=fields("id")))
    asked = [_of_project(path, connection("pipelineSchedules", SCHEDULES, *of)) for path in paths]
    return _batch("Schedules", asked, limit, _MOST_OTHERS)


def _project() -> tuple[Field, ...]:
    head = Field(name="tree", git=True, of=(Field(name="lastCommit", git=True, of=fields("sha")),))
    known = (Field(name="rootRef", git=True), Field(name="empty", git=True))
    repository = Field(name="repository", of=(*known, head))
    return (*fields("id fullPath webUrl archived visibility jobsEnabled publicJobs lastActivityAt"), repository)


def _projects(page: int, *of: Field) -> Field:
    return paged(connection("projects", page, *of, args="includeSubgroups: true, after: $projects"))


def _pipeline(known: Schema) -> tuple[Field, ...]:
    base = fields("id iid status ref refPath sha createdAt updatedAt warnings")
    return (*base, *_where(known, "Pipeline", "source name yamlErrorMessages"))


def _where(known: Schema, kind: str, names: str) -> tuple[Field, ...]:
    return fields(" ".join(name for name in names.split() if f"{kind}.{name}" in known))


def _requests(known: Schema, page: int, alias: str, args: str) -> Field:
    state = Field(name="mergeRequestInteraction", of=fields("reviewState approved"))
    person = fields("username bot")
    of = (
        *fields("iid projectId title state draft createdAt updatedAt mergedAt sourceBranch targetBranch webUrl"),
        *fields("diffHeadSha conflicts userNotesCount"),
        *_where(known, "MergeRequest", "detailedMergeStatus approvalsLeft"),
        Field(name="author", of=fields("username")),
        Field(name="mergeUser", of=fields("username")),
        Field(name="headPipeline", of=fields("status")),
        connection("reviewers", PEOPLE, *person, state),
        connection("approvedBy", PEOPLE, *person),
        connection("labels", LABELS, *fields("title")),
    )
    args += ", includeSubgroups: true, includeArchived: false, sort: UPDATED_DESC"
    return paged(connection("mergeRequests", page, *of, alias=alias, args=args))


def _of_project(path: str, *of: Field) -> Field:
    return Field(name="project", args=f"fullPath: {json.dumps(path)}", of=of)


def _jobs_of(known: Schema, iid: str, after: str) -> Field:
    base = fields("id name kind status allowFailure startedAt finishedAt")
    downstream = Field(name="project", of=fields("fullPath"))
    of = (
        *base,
        *_where(known, "CiJob", "failureMessage retried"),
        Field(name="stage", of=fields("name")),
        Field(name="downstreamPipeline", of=(*fields("id status path"), downstream)),
    )
    if "CiJob.runner" in known:
        of = (*of, Field(name="runner", of=fields("description")))
    args = f"after: {json.dumps(after)}" if after else ""
    listed = paged(connection("jobs", JOBS, *of, args=args))
    return Field(name="pipeline", args=f"iid: {json.dumps(iid)}", of=(*fields("id"), listed))


def _words_of(iid: int) -> Field:
    author = Field(name="author", of=fields("username bot"))
    note = (*fields("system systemNoteIconName createdAt"), author)
    of = (
        connection("notes", WORDS, *note),
        replace(connection("notes", WORDS, *note, alias="latest"), last=True),
        connection("discussions", THREADS, *fields("resolvable resolved")),
        connection("commits", 1, *fields("authoredDate")),
    )
    return Field(name="mergeRequest", args=f"iid: {json.dumps(str(iid))}", of=of)


def _batch(name: str, asked: list[Field], limit: int, most: int) -> tuple[Query, int]:
    """Take as many things, aliased `a0`, `a1`, ..., as the limits of one query allow."""
    dearest = max(one.cost for one in asked)
    longest = max(len(one.text) for one in asked) + len(" a99: ")
    count = min(fits(0, dearest, limit, most), fits(len(name) + 20, longest, LONGEST, most), len(asked))
    taken = tuple(replace(one, alias=f"a{place}") for place, one in enumerate(asked[:count]))
    return Query(name=name, of=taken), count
