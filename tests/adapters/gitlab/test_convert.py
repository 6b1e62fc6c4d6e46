from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cloudbot.adapters.gitlab import convert
from cloudbot.core.forge import Commit, Job, MergeRequest, Pipeline, Project, Review

AT = datetime(2024, 2, 11, 18, 56, 7, tzinfo=UTC)
MERGE_REQUEST: dict[str, Any] = {"iid": 4, "created_at": "2024-02-11T18:56:07Z"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-02-11T18:56:07.777Z", datetime(2024, 2, 11, 18, 56, 7, 777000, UTC)),
        ("2024-02-11T18:56:07Z", AT),
        ("2022-01-20T21:47:54.11Z", datetime(2022, 1, 20, 21, 47, 54, 110000, UTC)),
        ("2024-02-11T11:56:07-07:00", AT),
        ("2024-02-11 18:56:07 UTC", AT),
        ("2023-08-15", datetime(2023, 8, 15, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_every_form_gitlab_writes_it(written: str, meant: datetime) -> None:
    read = convert.moment(written)
    assert (read, read.tzinfo) == (meant, UTC)


@pytest.mark.parametrize("written", ["", "yesterday", "2024-13-01T00:00:00Z", None])
def test_what_is_no_time_is_malformed(written: str | None) -> None:
    with pytest.raises(convert.Malformed):
        convert.moment(written)  # type: ignore[arg-type]


def test_a_project_of_a_group_becomes_its_word() -> None:
    item = {"id": 7, "path_with_namespace": "team/images", "web_url": "https://s.example/team/images"}
    assert convert.project(item | {"default_branch": "main", "archived": True}) == Project(
        id=7, path="team/images", url="https://s.example/team/images", default_branch="main", archived=True
    )
    assert convert.project(item | {"default_branch": None}) == Project(
        id=7, path="team/images", url="https://s.example/team/images"
    )


@pytest.mark.parametrize(
    ("said", "public"),
    [
        ({}, True),
        ({"visibility": "public"}, True),
        ({"visibility": "internal"}, False),
        ({"visibility": "private"}, False),
    ],
)
def test_a_project_is_public_if_the_server_says_so_or_shows_it_without_a_word(
    said: dict[str, str],
    public: bool,  # noqa: FBT001 - of a table
) -> None:
    item = {"id": 7, "path_with_namespace": "team/images", "web_url": "https://s.example/team/images"}
    assert convert.project(item | said).public == public


def test_a_pipeline_of_an_old_server_has_an_unknown_source_and_no_change() -> None:
    item = {"id": 5, "ref": "main", "sha": "aa", "status": "success", "created_at": "2024-02-11T18:56:07Z"}
    assert convert.pipeline(item, "team/images") == Pipeline(
        id=5,
        project="team/images",
        ref="main",
        sha="aa",
        source="unknown",
        status="success",
        created_at=AT,
        updated_at=AT,
        url="",
    )


def test_a_job_that_has_not_ended_has_no_end() -> None:
    item = {"id": 9, "name": "build", "stage": "build", "status": "running", "allow_failure": True, "finished_at": None}
    assert convert.job(item) == Job(id=9, name="build", stage="build", status="running", allow_failure=True)


def test_a_merge_request_is_converted_whole() -> None:
    item = MERGE_REQUEST | {
        "title": "Add arm64",
        "state": "merged",
        "author": {"username": "dev02"},
        "updated_at": "2024-02-12T00:00:00.000Z",
        "source_branch": "arm64",
        "target_branch": "main",
        "web_url": "https://s.example/team/images/-/merge_requests/4",
        "merged_at": "2024-02-12T00:00:00.000Z",
        "merge_user": {"username": "dev01"},
        "merged_by": {"username": "old-name-of-the-same-field"},
        "reviewers": [{"username": "dev03"}, {"username": "dev04"}],
        "user_notes_count": 3,
        "has_conflicts": True,
        "head_pipeline": {"status": "failed"},
    }
    assert convert.merge_request(item, "team/images") == MergeRequest(
        project="team/images",
        iid=4,
        title="Add arm64",
        state="merged",
        author="dev02",
        created_at=AT,
        updated_at=datetime(2024, 2, 12, tzinfo=UTC),
        source_branch="arm64",
        target_branch="main",
        url="https://s.example/team/images/-/merge_requests/4",
        merged_at=datetime(2024, 2, 12, tzinfo=UTC),
        merged_by="dev01",
        reviewers=("dev03", "dev04"),
        comments=3,
        conflicts=True,
        pipeline_status="failed",
        reviews=(Review(who="dev03", state="requested"), Review(who="dev04", state="requested")),
    )


@pytest.mark.parametrize(
    ("said", "draft"),
    [
        ({"draft": True, "title": "x"}, True),
        ({"draft": False, "title": "Draft: x"}, False),
        ({"work_in_progress": True, "title": "x"}, True),
        ({"title": "Draft: x"}, True),
        ({"title": "WIP: x"}, True),
        ({"title": "[Draft] x"}, True),
        ({"title": "(draft) x"}, True),
        ({"title": "Drafting rules"}, False),
    ],
)
def test_a_draft_is_what_the_server_says_and_else_what_the_title_says(said: dict[str, Any], *, draft: bool) -> None:
    assert convert.merge_request(MERGE_REQUEST | said, "p").draft is draft


def test_outside_text_is_cleaned_at_the_edge() -> None:
    item = MERGE_REQUEST | {"title": "a\r\nQUIT :b\x00\u202e\x0304c", "author": {"username": "dev\u200b05"}}
    read = convert.merge_request(item, "p")
    assert (read.title, read.author) == ("a  QUIT :bc", "dev05")


def test_a_merge_is_nobodys_commit() -> None:
    item = {"id": "ab", "author_email": "Dev01@Example.org", "committed_date": "2024-02-11T11:56:07-07:00"}
    assert convert.commit(item | {"parent_ids": ["1"]}, "p") == Commit(
        project="p", sha="ab", author="d49f16b30612", at=AT
    )
    assert convert.commit(item | {"parent_ids": ["1", "2"]}, "p") is None


def test_people_are_told_apart_and_not_named() -> None:
    assert convert.person("dev01@example.org") == convert.person(" DEV01@example.org")
    assert convert.person("dev01@example.org") != convert.person("dev02@example.org")
    assert convert.person("dev01@example.org") == "d49f16b30612"


@pytest.mark.parametrize("item", [{}, {"id": True}, {"id": "7"}, {"id": None}])
def test_a_thing_without_a_number_is_malformed(item: dict[str, Any]) -> None:
    with pytest.raises(convert.Malformed, match="no id in an item"):
        convert.job(item)
