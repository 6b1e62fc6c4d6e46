"""Acting on a real server: what each answer means, and that nothing is ever asked twice by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.gitlab import adapter
from cloudbot.adapters.gitlab.acts import CURES
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.demo.salsa import ScheduleStory
from cloudbot.demo.salsa.server import API_TOKEN, TOKEN
from cloudbot.demo.salsa.week import recorded
from tests.adapters.gitlab.stage import Stage, play

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.effects import Action
    from cloudbot.demo.salsa import World
    from cloudbot.demo.salsa.faults import Kind

AT = datetime(2019, 7, 22, 12, 0, tzinfo=UTC)
IMAGES = next(one.id for one in recorded().projects if one.path == "cloud-team/debian-cloud-images")
DAILY = next(one for one in reversed(recorded().pipelines_of(IMAGES, AT)) if one.source == "schedule")
FAILED = next(one for one in DAILY.jobs if one.status(AT) == "failed")
PLAN = ScheduleStory(id=7, project_id=IMAGES, description="daily", ref="master", cron="0 4 * * *")
EARLY = DAILY.created_at.replace(minute=1)
"While that pipeline is under way."
POSTS: Mapping[Action, str] = {
    "retry_job": f"/projects/{IMAGES}/jobs/{FAILED.id}/retry",
    "retry_pipeline": f"/projects/{IMAGES}/pipelines/{DAILY.id}/retry",
    "cancel_pipeline": f"/projects/{IMAGES}/pipelines/{DAILY.id}/cancel",
    "play_schedule": f"/projects/{IMAGES}/pipeline_schedules/{PLAN.id}/play",
}
NUMBERS: Mapping[Action, int] = {
    "retry_job": FAILED.id,
    "retry_pipeline": DAILY.id,
    "cancel_pipeline": DAILY.id,
    "play_schedule": PLAN.id,
}


def world() -> World:
    return replace(recorded(), schedules=(PLAN,))


async def act(stage: Stage, action: Action = "retry_job", number: int | None = None) -> Outcome:
    number = NUMBERS[action] if number is None else number
    return await stage.forge.act(action, project=IMAGES, number=number, at=stage.now)


@pytest.mark.parametrize(
    ("action", "now"),
    [("retry_job", AT), ("retry_pipeline", AT), ("cancel_pipeline", EARLY), ("play_schedule", AT)],
)
def test_each_action_is_one_post_and_changes_the_server(action: Action, now: datetime) -> None:
    async def scenario(stage: Stage) -> None:
        before = stage.salsa.world
        assert await act(stage, action) == Sent()
        assert stage.asked("/projects/") == [POSTS[action]]
        assert stage.salsa.world != before

    play(scenario, world(), now=now, token=API_TOKEN)


@pytest.mark.parametrize(
    ("token", "outcome"),
    [
        (TOKEN, Permanent(CURES[403])),
        ("glpat-mistyped", Permanent("the token is not accepted: expired, revoked or mistyped (401)")),
        (
            None,
            Permanent("there is no token; the operator writes token_credential in [gitlab.salsa], with scope api"),
        ),
    ],
)
def test_without_the_right_token_nothing_is_done(token: str | None, outcome: Outcome) -> None:
    async def scenario(stage: Stage) -> None:
        before = stage.salsa.world
        assert await act(stage) == outcome
        assert stage.salsa.world is before

    play(scenario, world(), now=AT, token=token)


@pytest.mark.parametrize("action", list(POSTS))
def test_what_is_not_there_is_not_there(action: Action) -> None:
    async def scenario(stage: Stage) -> None:
        assert await act(stage, action, 999_999_999) == Permanent(CURES[404])

    play(scenario, world(), now=AT, token=API_TOKEN)


@pytest.mark.parametrize("action", ["retry_job", "cancel_pipeline"])
def test_what_can_no_longer_be_done_is_refused(action: Action) -> None:
    async def scenario(stage: Stage) -> None:
        await act(stage)
        stage.salsa.world = world() if action == "cancel_pipeline" else stage.salsa.world
        assert await act(stage, action) == Permanent(CURES[403])

    play(scenario, world(), now=AT, token=API_TOKEN)


@pytest.mark.parametrize(
    ("kind", "value", "outcome"),
    [
        ("status", "500", Transient("the server answers 500")),
        ("status", "503", Transient("the server answers 503")),
        ("bad gateway", "", Transient("the server answers 502")),
        ("status", "504", Unknown("the server answers 504")),
        ("too many", "30", Transient("too many requests (429)", 30.0)),
        ("login page", "", Unknown("an answer that is not GitLab's")),
        ("reset", "", Unknown("the connection broke inside an answer")),
        ("redirect", "http://127.0.0.2:1", Permanent("an answer leads to another host; not followed")),
        ("redirect", "/elsewhere", Permanent(CURES[0])),
    ],
)
def test_what_goes_wrong_is_tried_again_only_where_nothing_was_done(kind: Kind, value: str, outcome: Outcome) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, value, path="/retry", times=1)
        assert await act(stage) == outcome
        assert [path for path in stage.asked("/retry") if path == POSTS["retry_job"]] == [POSTS["retry_job"]]

    play(scenario, world(), now=AT, token=API_TOKEN)


def test_a_server_that_falls_silent_leaves_it_open() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.latency = 5.0
        assert await act(stage) == Unknown("no answer in time")

    play(scenario, world(), now=AT, token=API_TOKEN, read_timeout=0.2)


def test_a_server_that_cannot_be_reached_was_not_asked() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.salsa.stop()
        assert await act(stage) == Transient("Connection refused")

    play(scenario, world(), now=AT, token=API_TOKEN)


def test_an_act_waits_for_the_look_under_way_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.latency = 0.05
        look = asyncio.create_task(stage.forge.look(stage.now))
        await asyncio.sleep(0)
        monkeypatch.setattr(adapter, "TURN", 0.0)
        assert await act(stage) == Transient("a look is under way")
        monkeypatch.setattr(adapter, "TURN", 60.0)
        assert await act(stage) == Sent()
        assert look.done()

    play(scenario, world(), now=AT, token=API_TOKEN, groups=("cloud-team",))


def test_a_look_waits_for_the_act_under_way() -> None:
    async def scenario(stage: Stage) -> None:
        acting = asyncio.create_task(act(stage))
        await asyncio.sleep(0)
        await stage.forge.look(stage.now)
        assert await acting == Sent()

    play(scenario, world(), now=AT, token=API_TOKEN, groups=("cloud-team",))
