"""Comments on a real server: written once, however often they are tried, and what each answer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.gitlab.comments import CURES
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.demo.salsa import MergeRequestStory, NoteStory, ProjectStory, World
from cloudbot.demo.salsa.server import API_TOKEN, TOKEN
from tests.adapters.gitlab.stage import Stage, play

if TYPE_CHECKING:
    from cloudbot.demo.salsa.faults import Kind

AT = datetime(2019, 7, 22, 12, 0, tzinfo=UTC)
PATH = "team/sub.group/records"
NOTES = f"/projects/{PATH}/merge_requests/5/notes"
MARK = "<!-- cloudbot comment/records/oftc/m1/0a1b -->"
REQUEST = MergeRequestStory(
    id=50, project_id=7, iid=5, title="action A-2019-001: done", author="bot", created_at=AT, source_branch="cloudbot/x"
)


def world(*notes: NoteStory) -> World:
    return World(
        groups=("team",),
        projects=(ProjectStory(id=7, path=PATH),),
        merge_requests=(replace(REQUEST, notes=notes),),
    )


def note(body: str) -> NoteStory:
    return NoteStory(at=AT, who="alice", body=body)


async def comment(stage: Stage, *, project: str = PATH, mark: str = MARK) -> Outcome:
    return await stage.forge.comment(project, 5, text="Found:\n", mark=mark, at=stage.now)


def bodies(stage: Stage) -> list[str]:
    return [one.body for one in stage.salsa.world.merge_requests[0].notes]


def test_a_comment_is_written_with_its_mark_at_the_end_and_not_again() -> None:
    async def scenario(stage: Stage) -> None:
        assert await comment(stage) == Sent()
        assert await comment(stage) == Sent()
        assert stage.asked("/notes") == [NOTES, NOTES, NOTES]
        assert bodies(stage) == [f"Found:\n\n{MARK}\n"]

    play(scenario, world(), now=AT, token=API_TOKEN)


def test_another_comment_is_another_one() -> None:
    async def scenario(stage: Stage) -> None:
        await comment(stage)
        await comment(stage, mark="<!-- cloudbot other -->")
        assert bodies(stage) == [f"Found:\n\n{MARK}\n", "Found:\n\n<!-- cloudbot other -->\n"]

    play(scenario, world(), now=AT, token=API_TOKEN)


def test_the_mark_is_found_behind_pages_of_talk() -> None:
    async def scenario(stage: Stage) -> None:
        assert await comment(stage) == Sent()
        assert stage.asked("/notes") == [NOTES] * 3
        assert len(bodies(stage)) == 251

    talk = [note(f"word {number}") for number in range(250)]
    play(scenario, world(note(f"Found:\n\n{MARK}"), *talk), now=AT, token=API_TOKEN)


@pytest.mark.parametrize(
    ("token", "outcome"),
    [
        (TOKEN, Permanent(CURES[403])),
        ("glpat-mistyped", Permanent("the token is not accepted: expired, revoked or mistyped (401)")),
        (None, Permanent("there is no token; the operator writes token_credential in [gitlab.salsa], with scope api")),
    ],
)
def test_without_the_right_token_nothing_is_written(token: str | None, outcome: Outcome) -> None:
    async def scenario(stage: Stage) -> None:
        assert await comment(stage) == outcome
        assert bodies(stage) == []

    play(scenario, world(), now=AT, token=token)


def test_a_merge_request_that_is_gone_is_told_to_be_gone() -> None:
    async def scenario(stage: Stage) -> None:
        assert await comment(stage, project="team/other") == Permanent(CURES[404])

    play(scenario, world(), now=AT, token=API_TOKEN)


READING = [
    ("status", "500", Transient("the server answers 500")),
    ("status", "504", Transient("the server answers 504")),
    ("too many", "30", Transient("too many requests (429)", 30.0)),
    ("login page", "", Transient("an answer that is not JSON, or cut short")),
    ("no list", "", Transient("an answer that is not a list")),
    ("reset", "", Transient("the connection broke inside an answer")),
    ("redirect", "http://127.0.0.2:1", Permanent("an answer leads to another host; not followed")),
]
WRITING = [
    ("status", "500", Transient("the server answers 500")),
    ("status", "504", Unknown("the server answers 504")),
    ("too many", "30", Transient("too many requests (429)", 30.0)),
    ("login page", "", Unknown("an answer that is not GitLab's")),
    ("reset", "", Unknown("the connection broke inside an answer")),
    ("redirect", "/elsewhere", Permanent(CURES[0])),
]


@pytest.mark.parametrize(("kind", "value", "outcome"), READING)
def test_where_the_notes_cannot_be_read_nothing_is_written(kind: Kind, value: str, outcome: Outcome) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, value, path="/notes")
        assert await comment(stage) == outcome
        assert bodies(stage) == []

    play(scenario, world(), now=AT, token=API_TOKEN)


@pytest.mark.parametrize(("kind", "value", "outcome"), WRITING)
def test_what_goes_wrong_in_writing_leaves_one_comment_after_all(kind: Kind, value: str, outcome: Outcome) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, value, path="/notes", method="POST", times=1)
        assert await comment(stage) == outcome
        assert await comment(stage) == Sent()
        assert bodies(stage) == [f"Found:\n\n{MARK}\n"]

    play(scenario, world(), now=AT, token=API_TOKEN)


def test_a_server_that_cannot_be_reached_was_not_asked() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.salsa.stop()
        assert await comment(stage) == Transient("Connection refused")

    play(scenario, world(), now=AT, token=API_TOKEN)
