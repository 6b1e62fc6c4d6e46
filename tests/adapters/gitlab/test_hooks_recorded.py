"""Every recorded body means what this table says, with its project taken for ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from multidict import CIMultiDict

from cloudbot.adapters.gitlab.hooks.meaning import Meaning, meaning
from cloudbot.adapters.gitlab.hooks.told import Told, block, parse, text
from cloudbot.core.forge import Project
from tests.adapters.gitlab.hook_bodies import AT, ours
from tests.adapters.gitlab.hook_stage import HookStage

HOOKS = Path(__file__).parents[4] / "shared" / "data" / "gitlab" / "webhooks"

pytestmark = [pytest.mark.real, pytest.mark.skipif(not HOOKS.is_dir(), reason="no recorded hooks here")]


FACTS = {
    "PipelineReported": "gitlab4j/pipeline-event go-gitlab/pipeline go-playground/pipeline-event",
    "JobReported": """
        gitlab4j/build-event gitlab4j/job-event go-gitlab/build go-gitlab/job
        go-playground/build-event go-playground/job-event
    """,
    "MergeRequestReported": """
        gitlab4j/external-status-check-event gitlab4j/merge-request-event gitlab4j/merge-request-system-hook-event
        go-gitlab/group_merge_request go-gitlab/merge_request go-gitlab/service_merge_request
        go-playground/merge-request-event go-playground/system-merge-request-event
    """,
    "TokenExpires": "go-gitlab/resource_access_token_group go-gitlab/resource_access_token_project",
}
OTHERWISE = {
    "confidential": "go-playground/confidential-comment-event",
    "hinted": """
        gitlab4j/group-member-system-hook-event gitlab4j/group-member-update-system-hook-event
        gitlab4j/group-system-hook-event gitlab4j/note-merge-request-event gitlab4j/project-system-hook-event
        gitlab4j/push-event gitlab4j/push-system-hook-event gitlab4j/repository-system-hook-event
        gitlab4j/tag-push-event gitlab4j/tag-push-system-hook-event gitlab4j/team-member-system-hook-event
        gitlab4j/team-member-update-system-hook-event go-gitlab/member go-gitlab/note_merge_request go-gitlab/push
        go-gitlab/release go-gitlab/subgroup go-gitlab/tag_push go-playground/comment-merge-request-event
        go-playground/push-event go-playground/release-event go-playground/system-group-created
        go-playground/system-group-member-added go-playground/system-group-member-removed
        go-playground/system-group-member-updated go-playground/system-group-removed
        go-playground/system-group-renamed go-playground/system-project-created
        go-playground/system-project-destroyed go-playground/system-project-renamed
        go-playground/system-project-transferred go-playground/system-project-updated
        go-playground/system-push-event go-playground/system-tag-event go-playground/system-team-member-added
        go-playground/system-team-member-removed go-playground/system-team-member-updated go-playground/tag-event
    """,
    "ignored": """
        gitlab4j/deployment-event gitlab4j/event-object gitlab4j/issue-event gitlab4j/key-system-hook-event
        gitlab4j/note-commit-event gitlab4j/note-issue-event gitlab4j/note-snippet-event
        gitlab4j/user-failed-login-system-hook-event gitlab4j/user-system-hook-event gitlab4j/wiki-page-event
        gitlab4j/workitem-event go-gitlab/deployment go-gitlab/feature_flag go-gitlab/issue go-gitlab/note_commit
        go-gitlab/note_issue go-gitlab/note_snippet go-gitlab/wiki_page go-playground/comment-commit-event
        go-playground/comment-issue-event go-playground/comment-snippet-event
        go-playground/confidential-issue-event go-playground/deployment-event go-playground/issue-event
        go-playground/system-key-added go-playground/system-key-removed go-playground/system-user-created
        go-playground/system-user-failed-login go-playground/system-user-removed go-playground/system-user-renamed
        go-playground/wikipage-event
    """,
}
EXPECTED = {name: kind for table in (FACTS, OTHERWISE) for kind, names in table.items() for name in names.split()}
FILES = sorted(f"{path.parent.name}/{path.stem}" for path in HOOKS.rglob("*.json"))


def read(name: str) -> bytes:
    return (HOOKS / f"{name}.json").read_bytes()


def taken_for_ours(told: Told, *, private: bool) -> Meaning:
    """Judge a body as if it came from our server, of our group and, where it has a path, of a project of ours."""
    path = text(block(told.body, "project"), "path_with_namespace")
    groups = [text(thing, key) for thing in (told.body, block(told.body, "group")) for key in PATHS]
    known = (Project(id=0, path=path, url=""),) if path else ()
    mine = ours(
        groups=tuple(filter(None, (path, *groups, "gitlab-org", "gitlab4j", "jsmithy2"))),
        hosts=frozenset(told.hosts("")),
        known=lambda: known,
        private_projects=private,
    )
    return meaning(told, mine, instance="", at=AT)


PATHS = ("path_with_namespace", "project_path_with_namespace", "full_path", "group_path", "path")


def test_the_table_names_every_recorded_body() -> None:
    assert sorted(EXPECTED) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_recorded_body_means(name: str) -> None:
    found = taken_for_ours(Told(parse(read(name))), private=True)
    assert (type(found.fact).__name__ if found.fact else found.outcome) == EXPECTED[name]


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_told_of_a_project_that_is_not_public(name: str) -> None:
    told = Told(parse(read(name)))
    found = taken_for_ours(told, private=False)
    assert found.fact is None or told.is_public is not False


@pytest.mark.parametrize("name", FILES)
def test_a_recorded_body_gets_2xx(name: str) -> None:
    async def scene() -> None:
        stage = HookStage()
        assert (await stage.post(read(name), CIMultiDict({"X-Gitlab-Token": "secret"})))[0] == 200

    asyncio.run(scene())
