"""What each delivery means to the team: bodies as GitLab builds them, of an invented project."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cloudbot.adapters.gitlab.hooks.meaning import Meaning, hosts_of
from cloudbot.core.facts import JobReported, MergeRequestReported, PipelineReported, TokenExpires
from cloudbot.core.forge import Job, MergeRequest, Pipeline, Project
from tests.adapters.gitlab.hook_bodies import (
    AT,
    BEN,
    IMAGES,
    SHA,
    URL,
    build,
    job,
    meant,
    merge_request,
    of_kind,
    pipeline,
    project,
)

Json = dict[str, Any]


def when(hour: int, minute: int, second: int = 0, millisecond: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, second, millisecond * 1000, tzinfo=UTC)


def told_pipeline(body: Json) -> Pipeline:
    fact = meant(body).fact
    assert isinstance(fact, PipelineReported)
    return fact.pipeline


def told_request(body: Json) -> MergeRequest:
    fact = meant(body).fact
    assert isinstance(fact, MergeRequestReported)
    return fact.merge_request


JOB = Job(
    id=900,
    name="build trixie",
    stage="build",
    status="success",
    started_at=when(11, 1),
    finished_at=when(11, 19),
    url=f"{URL}/team/images/-/jobs/900",
    runner="runner one",
)
GREEN = Pipeline(
    id=41,
    project="team/images",
    ref="main",
    sha=SHA,
    source="push",
    status="success",
    created_at=when(11, 0),
    updated_at=when(11, 20),
    url=f"{URL}/team/images/-/pipelines/41",
    jobs=(JOB,),
)


def test_a_pipeline_is_told_with_its_jobs() -> None:
    fact = PipelineReported(at=AT, forge="salsa", project=IMAGES, pipeline=GREEN)
    assert meant(pipeline(job())) == Meaning("told", "pipeline", "team/images", fact)


STATUSES = (
    "created waiting_for_resource preparing pending running success failed canceling canceled skipped manual scheduled"
)


@pytest.mark.parametrize("status", STATUSES.split())
def test_every_status_is_told_as_gitlab_says_it(status: str) -> None:
    assert told_pipeline(pipeline(status=status)).status == status


def test_a_pipeline_that_runs_is_as_new_as_its_newest_job() -> None:
    running = pipeline(job(started_at="2026-03-02 11:07:00 UTC", finished_at=None), status="running", finished_at=None)
    assert told_pipeline(running).updated_at == when(11, 7)


def test_a_pipeline_that_was_just_made_is_as_new_as_itself() -> None:
    assert told_pipeline(pipeline(status="created", finished_at=None)).updated_at == when(11, 0)


def test_the_job_of_a_second_try_makes_a_finished_pipeline_newer() -> None:
    again = pipeline(job(created_at="2026-03-02T12:00:00.500Z", started_at=None, finished_at=None), status="running")
    assert told_pipeline(again).updated_at == when(12, 0, 0, 500)


@pytest.mark.parametrize(
    "said", ["2026-03-02 11:30:00 UTC", "2026-03-02T11:30:00Z", "2026-03-02T12:30:00.000+01:00", "2026-03-02 11:30:00"]
)
def test_gitlabs_ways_to_write_a_time_are_one(said: str) -> None:
    assert told_pipeline(pipeline(finished_at=said)).updated_at == when(11, 30)


@pytest.mark.parametrize(
    ("changes", "builds", "warnings"),
    [
        ({"detailed_status": "passed with warnings"}, (), True),
        ({"detailed_status": "passed"}, (job(),), False),
        ({"detailed_status": None}, (job(status="failed", allow_failure=True),), True),
        ({"detailed_status": None}, (job(status="failed"),), False),
        ({"status": "failed", "detailed_status": "failed"}, (job(status="failed", allow_failure=True),), False),
    ],
)
def test_passed_with_warnings_is_told_apart(changes: Json, builds: tuple[Json, ...], warnings: bool) -> None:  # noqa: FBT001
    assert told_pipeline(pipeline(*builds, **changes)).warnings is warnings


REQUEST = {"merge_request": {"id": 80, "iid": 12, "source_branch": "main", "target_branch": "main"}}
PARENT = {"source_pipeline": {"project": {"id": 7, "path_with_namespace": "team/images"}, "pipeline_id": 40}}
UPSTREAM = {"source_pipeline": {"project": {"id": 9, "path_with_namespace": "team/base"}, "pipeline_id": 40}}


@pytest.mark.parametrize(
    ("body", "attributes", "ref", "source"),
    [
        ({}, {}, "main", "push"),
        (REQUEST, {"source": "merge_request_event"}, "refs/merge-requests/12/head", "merge_request_event"),
        (REQUEST, {"source": "push"}, "refs/merge-requests/12/head", "merge_request_event"),
        (REQUEST, {"ref": "refs/merge-requests/12/merge"}, "refs/merge-requests/12/merge", "merge_request_event"),
        (PARENT, {"source": "parent_pipeline"}, "main", "parent_pipeline"),
        (PARENT, {}, "main", "parent_pipeline"),
        (PARENT | REQUEST, {}, "refs/merge-requests/12/head", "parent_pipeline"),
        (UPSTREAM, {"source": "pipeline"}, "main", "pipeline"),
        (UPSTREAM, {"source": None}, "main", "pipeline"),
        ({}, {"source": "schedule"}, "main", "schedule"),
        ({}, {"source": "web", "ref": "1.0", "tag": True}, "1.0", "web"),
    ],
)
def test_where_a_pipeline_comes_from_decides_its_line(body: Json, attributes: Json, ref: str, source: str) -> None:
    found = told_pipeline(pipeline(body=body, **attributes))
    assert (found.ref, found.source, found.tag) == (ref, source, attributes.get("tag", False))


def test_a_forks_main_is_never_taken_for_ours() -> None:
    body = pipeline(source="merge_request_event")
    del body["merge_request"]
    assert meant(body) == Meaning(
        "unreadable",
        "pipeline",
        "team/images",
        rings=True,
        why="a merge request's pipeline that does not say of which",
    )


def test_of_several_tries_of_a_job_the_latest_is_told_with_the_failures_before() -> None:
    tries = (job(902), job(900, status="failed"), job(901, status="failed"), job(903, "test"))
    jobs = told_pipeline(pipeline(*tries)).jobs
    assert jobs is not None
    assert [(one.id, one.name, one.failed_tries) for one in jobs] == [(902, "build trixie", 2), (903, "test", 0)]


def test_a_failure_reason_is_told_of_what_failed_only() -> None:
    failed = job(901, "test", status="failed", failure_reason="runner_system_failure")
    jobs = told_pipeline(pipeline(job(), failed)).jobs
    assert jobs is not None
    assert [one.failure_reason for one in jobs] == [None, "runner_system_failure"]


def test_no_jobs_are_no_jobs() -> None:
    assert told_pipeline(pipeline()).jobs == ()


def test_an_old_server_tells_no_address_and_it_is_made() -> None:
    body = pipeline()
    del body["object_attributes"]["url"]
    assert told_pipeline(body).url == f"{URL}/team/images/-/pipelines/41"


@pytest.mark.parametrize("more", [{}, {"project": project()}, {"repository": {}, "project": project()}])
def test_a_job_is_told_with_or_without_a_block_for_its_project(more: Json) -> None:
    told = Job(
        id=901,
        name="build trixie",
        stage="build",
        status="failed",
        allow_failure=True,
        failure_reason="script_failure",
        started_at=when(11, 1, 0, 123),
        finished_at=when(11, 19, 0, 123),
        url=f"{URL}/team/images/-/jobs/901",
        runner="runner one",
    )
    fact = JobReported(at=AT, forge="salsa", project=IMAGES, pipeline=41, ref="main", job=told)
    assert meant(build(**more)) == Meaning("told", "build", "team/images", fact)


REQUESTED = MergeRequest(
    project="team/images",
    iid=12,
    title="Add trixie",
    state="opened",
    author="anna",
    created_at=datetime(2026, 3, 1, 10, 0, tzinfo=UTC),
    updated_at=when(11, 0),
    source_branch="trixie",
    target_branch="main",
    url=f"{URL}/team/images/-/merge_requests/12",
    reviewers=("ben",),
    sha=SHA,
    merge_status="not_approved",
    labels=("cloud",),
)


def test_a_merge_request_is_told_and_the_reviews_it_leaves_out_are_looked_for() -> None:
    fact = MergeRequestReported(at=AT, forge="salsa", project=IMAGES, merge_request=REQUESTED, action="open")
    assert meant(merge_request()) == Meaning("told", "merge_request", "team/images", fact, rings=True)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        *((action, action) for action in ("open", "close", "reopen", "update", "merge")),
        *((action, action) for action in ("approved", "unapproved", "approval", "unapproval")),
        ("danced", "update"),
        (None, "update"),
    ],
)
def test_every_action_is_told_as_gitlab_says_it(said: str | None, told: str) -> None:
    fact = meant(merge_request(action=said)).fact  # type: ignore[arg-type]  # null is what some send
    assert isinstance(fact, MergeRequestReported)
    assert fact.action == told


@pytest.mark.parametrize(
    ("changes", "draft"),
    [
        ({"draft": True}, True),
        ({"draft": None, "work_in_progress": True}, False),
        ({"draft": None, "work_in_progress": None, "title": "WIP: trixie"}, True),
        ({"title": "Draft: trixie", "draft": False}, False),
    ],
)
def test_a_draft_is_what_the_server_says_and_else_what_the_title_says(changes: Json, draft: bool) -> None:  # noqa: FBT001
    assert told_request(merge_request("update", **changes)).draft is draft


def test_an_old_server_says_work_in_progress() -> None:
    body = merge_request(work_in_progress=True)
    del body["object_attributes"]["draft"]
    assert told_request(body).draft


def test_a_merge_is_told_with_who_and_when() -> None:
    body = merge_request("merge", state="merged", body={"user": BEN})
    expected = replace(REQUESTED, state="merged", author="?", merged_at=when(11, 0), merged_by="ben")
    assert told_request(body) == expected


def test_a_push_to_a_merge_request_tells_its_new_head() -> None:
    pushed = merge_request("update", oldrev="b" * 40, last_commit={"id": "c" * 40})
    assert told_request(pushed).sha == "c" * 40


@pytest.mark.parametrize(
    "title",
    ["a\r\nPRIVMSG #x :b", "\x01ACTION x\x01", "\x0304red\x0f", "\u202eevil", "zero\u200bwidth", "nul\x00", "\ud800"],
)
def test_a_title_is_clean_where_it_comes_in(title: str) -> None:
    told = told_request(merge_request(title=title)).title
    assert [char for char in told if ord(char) < 32 or char in "\u202e\u200b\ud800\x7f"] == []


EXPIRES = {"object_kind": "access_token", "event_name": "expiring_access_token"}
TOKEN = {"object_attributes": {"id": 25, "name": "release", "expires_at": "2026-03-09"}}


@pytest.mark.parametrize(
    ("of", "where", "path"),
    [
        ({"project": project()}, "team/images", "team/images"),
        ({"group": {"group_name": "T", "group_path": "team", "group_id": 1}}, "team", None),
        ({"group": {"group_path": "inner", "full_path": "team/inner"}}, "team/inner", None),
    ],
)
def test_a_token_that_ends_is_told_with_where_it_belongs(of: Json, where: str, path: str | None) -> None:
    fact = TokenExpires(at=AT, forge="salsa", token=f"release of {where}", on=date(2026, 3, 9))
    assert meant(EXPIRES | TOKEN | of) == Meaning("told", "access_token", path, fact)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (of_kind("push"), "push"),
        (of_kind("tag_push"), "tag_push"),
        (of_kind("release"), "release"),
        (of_kind("note", object_attributes={"noteable_type": "MergeRequest"}), "note"),
        ({"event_name": "project_rename", "project_id": 7, "path_with_namespace": "team/new"}, "project_rename"),
        ({"event_name": "project_transfer", "project_id": 7, "path_with_namespace": "away/images"}, "project_transfer"),
        (
            {"event_name": "user_add_to_team", "project_id": 7, "project_path_with_namespace": "team/images"},
            "user_add_to_team",
        ),
        ({"event_name": "subgroup_create", "full_path": "team/inner"}, "subgroup_create"),
        ({"event_name": "group_rename", "path": "inner", "full_path": "team/inner"}, "group_rename"),
        ({"event_name": "user_add_to_group", "group_path": "team"}, "user_add_to_group"),
    ],
)
def test_what_may_have_changed_something_watched_makes_us_look(body: Json, kind: str) -> None:
    found = meant(body)
    assert (found.outcome, found.kind, found.fact, found.rings) == ("hinted", kind, None, True)


@pytest.mark.parametrize(
    "body",
    [
        of_kind("issue"),
        of_kind("wiki_page"),
        of_kind("deployment"),
        of_kind("feature_flag"),
        of_kind("note", object_attributes={"noteable_type": "Issue"}),
        of_kind("emoji"),
        of_kind("invented tomorrow"),
        {"event_name": "user_create", "username": "x"},
        {"event_name": "key_create"},
        {"text": "a custom template"},
        {},
    ],
)
def test_what_says_nothing_to_us_is_ignored(body: Json) -> None:
    found = meant(body)
    assert (found.outcome, found.fact, found.rings) == ("ignored", None, False)


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (of_kind("issue", object_attributes={"confidential": True}), ""),
        (of_kind("issue", object_attributes={"confidential": "yes"}), ""),
        (of_kind("work_item", event_type="confidential_issue"), ""),
        (of_kind("note", event_type="confidential_note"), ""),
        (of_kind("note", object_attributes={"noteable_type": "MergeRequest", "internal": True}), ""),
        (of_kind("note", issue={"confidential": True}), ""),
        (of_kind("note"), "Confidential Note Hook"),
    ],
)
def test_what_is_confidential_is_dropped(body: Json, event: str) -> None:
    assert meant(body, event=event) == Meaning("confidential", body["object_kind"])


NEW: Json = {"id": 8, "path_with_namespace": "team/new", "web_url": f"{URL}/team/new"}


@pytest.mark.parametrize("told", [{"visibility_level": 0}, {"visibility_level": 10}, {"visibility": "internal"}, {}])
def test_a_project_that_is_not_public_or_does_not_say_so_is_dropped(told: Json) -> None:
    found = meant(pipeline(body={"project": NEW | told}))
    assert found == Meaning("private", "pipeline", "team/new")


@pytest.mark.parametrize("told", [{"visibility_level": 20}, {"visibility": "public"}, {"visibility": "x|public"}])
def test_a_new_public_project_of_the_group_is_told(told: Json) -> None:
    fact = meant(pipeline(body={"project": NEW | told})).fact
    assert isinstance(fact, PipelineReported)
    assert fact.project == Project(id=8, path="team/new", url=f"{URL}/team/new")


@pytest.mark.parametrize(
    ("change", "rings"),
    [({}, False), ({"default_branch": "trunk"}, True), ({"path_with_namespace": "team/new"}, True), ({"id": 8}, False)],
)
def test_a_project_that_is_not_as_it_was_makes_us_look(change: Json, rings: bool) -> None:  # noqa: FBT001
    found = meant(pipeline(body={"project": project(**change)}))
    assert (found.outcome, found.rings) == ("told", rings)


def test_a_private_project_is_told_where_the_team_has_said_so() -> None:
    assert meant(pipeline(body={"project": project(visibility_level=0)}), private_projects=True).outcome == "told"


def test_a_project_that_was_public_and_is_not_is_dropped_and_looked_at() -> None:
    found = meant(pipeline(body={"project": project(visibility_level=0)}))
    assert found == Meaning("private", "pipeline", "team/images", rings=True)


@pytest.mark.parametrize("path", ["other/images", "teamwork/images", "team", "x/team/images"])
def test_a_project_of_another_group_is_dropped(path: str) -> None:
    body = pipeline(body={"project": project(id=99, path_with_namespace=path)})
    expected = "told" if path == "team" else "outside"
    assert meant(body).outcome == expected


def test_a_known_project_is_ours_under_whatever_path_it_has_now() -> None:
    assert meant(pipeline(body={"project": project(path_with_namespace="away/images")})).outcome == "told"


@pytest.mark.parametrize(
    ("body", "instance"),
    [
        (pipeline(), "https://gitlab.example.com"),
        (pipeline(body={"project": project(web_url="https://gitlab.example.com/team/images")}), ""),
        (pipeline(body={"project": project(web_url="http://[not an address")}), ""),
        (build(repository={"homepage": "https://gitlab.example.com/team/images", "visibility_level": 20}), ""),
    ],
)
def test_a_hook_of_another_server_is_dropped(body: Json, instance: str) -> None:
    assert meant(body, instance=instance) == Meaning("foreign", body["object_kind"])


@pytest.mark.parametrize("other", ["salsa.example.net", "https://salsa.example.net/"])
def test_a_server_may_go_by_several_names(other: str) -> None:
    assert meant(pipeline(), instance="https://Salsa.example.net", hosts=hosts_of(URL, other)).outcome == "told"


def test_a_server_below_a_path_is_understood() -> None:
    body = build(repository={"homepage": f"{URL}/gitlab/team/new", "visibility_level": 20}, project_id=8)
    fact = meant(body, prefix="/gitlab").fact
    assert isinstance(fact, JobReported)
    assert fact.project.path == "team/new"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (pipeline(id="x"), "no id in an item"),
        (pipeline(id=0), "a number that is none"),
        (pipeline(id=2**64), "a number that is none"),
        (pipeline(created_at=None), "not a time: 'None'"),
        (pipeline(job(finished_at=5)), "not a time: '5'"),
        (pipeline(body={"merge_request": {"iid": None, "id": 3}}), "no iid in an item"),
        (build(pipeline_id=None, commit={"id": 4}), "no pipeline_id in an item"),
        (merge_request(iid=True), "no iid in an item"),
        (EXPIRES | {"object_attributes": {}, "project": project()}, "a token without its end"),
    ],
)
def test_half_of_something_is_no_fact_and_makes_us_look(body: Json, why: str) -> None:
    found = meant(body)
    assert (found.outcome, found.fact, found.rings, found.why) == ("unreadable", None, True, why)


def test_a_project_without_its_path_is_unreadable_and_makes_us_look() -> None:
    found = meant({"object_kind": "push", "project_id": 99})
    assert (found.outcome, found.rings) == ("unreadable", True)


def test_a_project_without_its_number_is_known_by_its_path() -> None:
    body = pipeline(job(), body={"project": project(id=None)})
    assert meant(body).fact == PipelineReported(at=AT, forge="salsa", project=IMAGES, pipeline=GREEN)


def test_an_old_server_calls_the_pipeline_of_a_job_its_commit() -> None:
    body = build(commit={"id": 41})
    del body["pipeline_id"]
    fact = meant(body).fact
    assert isinstance(fact, JobReported)
    assert fact.pipeline == 41
