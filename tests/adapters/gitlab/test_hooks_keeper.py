"""The keeper against a server: one hook of ours in every project that lets us, and what it tells of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.adapters.gitlab.hooks import making
from cloudbot.adapters.gitlab.hooks.keeper import BATCH, EVENTS, Keeper
from cloudbot.core.facts import HooksKept
from cloudbot.core.forge import Project
from tests.adapters.gitlab.hook_bodies import AT
from tests.adapters.gitlab.hook_server import HookServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

URL = "https://bot.example.org/cloud/hooks/gitlab/salsa"
IMAGES = Project(id=7, path="team/images", url="")
TOOLS = Project(id=8, path="team/tools", url="")
HOOKS = {
    "keep": True,
    "address": "https://bot.example.org/cloud/",
    "token_credentials": ["new", "old"],
    "projects": {"Team/Tools": {"signing_credentials": ["tools"]}},
}


@dataclass
class Round:
    """A server, the adapter on it, the keeper, and what it told."""

    server: HookServer
    forge: GitLab
    keeper: Keeper
    projects: list[Project]
    told: list[HooksKept]

    async def go(self) -> tuple[list[tuple[str, int]], HooksKept | None]:
        """Go round once; return what was asked and what was told."""
        self.server.asked.clear()
        self.told.clear()
        assert await self.keeper.round()
        return list(self.server.asked), self.told[-1] if self.told else None


@dataclass
class Told:
    facts: list[HooksKept] = field(default_factory=list)

    async def __call__(self, fact: HooksKept) -> None:
        self.facts.append(fact)


def play(scene: Callable[[Round], Awaitable[None]], *projects: Project) -> None:
    async def run() -> None:
        server, told, known = HookServer(), Told(), list(projects)
        settings = Settings.model_validate(
            {"url": await server.start(), "groups": ("team",), "pause": 0, "hooks": HOOKS}
        )
        forge = GitLab(settings, "token")
        keeper = making.keeper(
            settings, "secret-{}".format, errand=forge.errand, tell=told, clock=lambda: AT, known=lambda: known
        )
        try:
            await scene(Round(server, forge, keeper, known, told.facts))
        finally:
            await forge.close()
            await server.stop()

    asyncio.run(run())


def kept(*sending: str, refused: tuple[str, ...] = (), disabled: tuple[str, ...] = ()) -> HooksKept:
    return HooksKept(at=AT, forge="salsa", sending=sending, refused=refused, disabled=disabled)


def test_a_project_without_our_hook_gets_one_with_the_newest_secret() -> None:
    async def scene(stage: Round) -> None:
        asked, told = await stage.go()
        assert (asked, told) == ([("GET", 7), ("POST", 7)], kept("team/images"))
        (made,) = stage.server.hooks[7]
        assert made == {"id": made["id"], "alert_status": "executable", "url": URL} | EVENTS
        assert stage.server.secrets == {made["id"]: {"token": "secret-new"}}

    play(scene, IMAGES)


def test_a_project_with_secrets_of_its_own_gets_those() -> None:
    async def scene(stage: Round) -> None:
        await stage.go()
        assert list(stage.server.secrets.values()) == [{"signing_token": "secret-tools"}]

    play(scene, TOOLS)


def test_a_second_round_asks_and_changes_and_tells_nothing() -> None:
    async def scene(stage: Round) -> None:
        await stage.go()
        assert await stage.go() == ([("GET", 7)], None)

    play(scene, IMAGES)


def test_a_hook_from_before_the_start_is_given_our_secret_once() -> None:
    async def scene(stage: Round) -> None:
        hook = stage.server.put(7, url=URL, **EVENTS)
        assert (await stage.go())[0] == [("GET", 7), ("PUT", 7)]
        assert (await stage.go())[0] == [("GET", 7)]
        assert stage.server.secrets == {hook["id"]: {"token": "secret-new"}}

    play(scene, IMAGES)


@pytest.mark.parametrize(
    "change", [{"pipeline_events": False}, {"issues_events": True}, {"enable_ssl_verification": False}]
)
def test_a_hook_that_somebody_changed_is_repaired(change: dict[str, bool]) -> None:
    async def scene(stage: Round) -> None:
        await stage.go()
        stage.server.hooks[7][0].update(change)
        assert (await stage.go())[0] == [("GET", 7), ("PUT", 7)]
        assert stage.server.hooks[7][0].items() >= EVENTS.items()

    play(scene, IMAGES)


def test_hooks_of_others_are_left_alone_and_a_second_one_of_ours_goes() -> None:
    async def scene(stage: Round) -> None:
        other = stage.server.put(7, url="https://else.example.org/")
        for _ in range(2):
            stage.server.put(7, url=URL, **EVENTS)
        await stage.go()
        assert [one["url"] for one in stage.server.hooks[7]] == [other["url"], URL]

    play(scene, IMAGES)


@pytest.mark.parametrize("status", ["disabled", "temporarily_disabled"])
def test_a_hook_that_was_switched_off_is_armed_again_and_told_once(status: str) -> None:
    async def scene(stage: Round) -> None:
        await stage.go()
        stage.server.hooks[7][0]["alert_status"] = status
        asked, told = await stage.go()
        assert (asked, told) == (
            [("GET", 7), ("POST", 7), ("DELETE", 7)],
            kept("team/images", disabled=("team/images",)),
        )
        assert [one["alert_status"] for one in stage.server.hooks[7]] == ["executable"]
        assert (await stage.go())[1] == kept("team/images")
        assert (await stage.go())[1] is None

    play(scene, IMAGES)


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_project_that_does_not_let_us_is_told_as_polled_only_once(status: int) -> None:
    async def scene(stage: Round) -> None:
        stage.server.closed[8] = status
        assert (await stage.go())[1] == kept("team/images", refused=("team/tools",))
        assert (await stage.go())[1] is None

    play(scene, IMAGES, TOOLS)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_server_that_cannot_answer_says_nothing_about_hooks(status: int) -> None:
    async def scene(stage: Round) -> None:
        stage.server.closed[8] = status
        with capture_logs() as logs:
            assert (await stage.go())[1] is None
        assert [one["event"] for one in logs] == ["hooks could not be kept"]
        stage.server.closed.clear()
        assert (await stage.go())[1] == kept("team/images", "team/tools")

    play(scene, IMAGES, TOOLS)


def test_a_project_that_left_loses_our_hook_and_keeps_its_others() -> None:
    async def scene(stage: Round) -> None:
        stage.server.put(8, url="https://else.example.org/")
        await stage.go()
        stage.projects.remove(TOOLS)
        assert (await stage.go())[1] == kept("team/images")
        assert [one["url"] for one in stage.server.hooks[8]] == ["https://else.example.org/"]
        assert (await stage.go())[0] == [("GET", 7)]

    play(scene, IMAGES, TOOLS)


def test_a_project_that_left_and_is_closed_now_is_forgotten() -> None:
    async def scene(stage: Round) -> None:
        await stage.go()
        stage.projects.remove(TOOLS)
        stage.server.closed[8] = 404
        assert (await stage.go())[1] == kept("team/images")

    play(scene, IMAGES, TOOLS)


def test_an_archived_project_needs_no_hook() -> None:
    async def scene(stage: Round) -> None:
        assert await stage.go() == ([("GET", 7), ("POST", 7)], kept("team/images"))

    play(scene, IMAGES, replace(TOOLS, archived=True))


def test_before_any_project_is_known_nothing_is_told() -> None:
    async def scene(stage: Round) -> None:
        assert (await stage.keeper.round(), stage.told) == (False, [])

    play(scene)


def test_a_look_has_its_turn_between_two_errands_and_neither_fails() -> None:
    async def scene(stage: Round) -> None:
        order: list[str] = []

        async def look() -> None:
            await stage.server.made.wait()
            await stage.forge._in_worker(lambda: order.append(f"look after {len(stage.server.hooks)}"), AT)

        looking = asyncio.create_task(look())
        await stage.go()
        await looking
        assert order == [f"look after {BATCH}"]
        assert len(stage.server.hooks) == BATCH + 2

    play(scene, *(Project(id=number, path=f"team/p{number}", url="") for number in range(1, BATCH + 3)))
