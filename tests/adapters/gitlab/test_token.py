"""The token goes to the configured address and nowhere else. A second server records what reaches it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import gitlab
import pytest
import requests
from aiohttp import web

from cloudbot.adapters.gitlab import Settings
from cloudbot.adapters.gitlab.session import Pinned
from cloudbot.demo.salsa.big import big
from cloudbot.demo.salsa.server import TOKEN
from tests.adapters.gitlab.stage import Stage, play

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cloudbot.demo.salsa.faults import Kind

ELSEWHERE = ("unbelievable", "an answer leads to another host; not followed", None)


def with_thief(
    scenario: Callable[[Stage, str, list[dict[str, str]]], Awaitable[None]], *, graphql: bool = False
) -> None:
    """Play with a second server that answers every path with an empty list and keeps all headers."""

    async def whole(stage: Stage) -> None:
        stolen: list[dict[str, str]] = []

        async def answer(request: web.Request) -> web.Response:
            stolen.append({name.lower(): value for name, value in request.headers.items()})
            return web.json_response([])

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            await scenario(stage, f"http://127.0.0.1:{runner.addresses[0][1]}", stolen)
        finally:
            await runner.cleanup()

    play(whole, big(5), token=TOKEN, page_size=2, graphql=graphql)


@pytest.mark.parametrize("kind", ["link", "redirect"])
@pytest.mark.parametrize("where", ["/groups/team/projects", "/merge_requests", "/pipelines", "/commits"])
def test_the_token_travels_neither_by_link_nor_by_redirect(kind: Kind, where: str) -> None:
    async def scenario(stage: Stage, thief: str, stolen: list[dict[str, str]]) -> None:
        stage.salsa.faults.inject(kind, thief, path=where)
        assert (await stage.away(), stolen) == (ELSEWHERE, [])

    with_thief(scenario)


@pytest.mark.parametrize("query", ["Types", "Group", "Words", "Jobs"])
def test_the_token_travels_with_no_redirected_query(query: str) -> None:
    async def scenario(stage: Stage, thief: str, stolen: list[dict[str, str]]) -> None:
        stage.salsa.faults.inject("redirect", thief, path=f"/api/graphql/{query}")
        assert (await stage.away(), stolen) == (ELSEWHERE, [])

    with_thief(scenario, graphql=True)


def test_the_trap_works_on_a_client_that_is_not_pinned() -> None:
    async def scenario(stage: Stage, thief: str, stolen: list[dict[str, str]]) -> None:
        stage.salsa.faults.inject("redirect", thief, path="/groups/team/projects")
        naive = gitlab.Gitlab(stage.salsa.base, private_token="glpat-of-a-careless-bot")
        stage.salsa.world = big(1)

        def ask() -> None:
            with naive.session:
                naive.http_list("/groups/team/projects", get_all=True)

        # The server knows only Bearer; the private token rides along unseen until it leaves the host.
        await asyncio.to_thread(ask)
        assert [headers.get("private-token") for headers in stolen] == ["glpat-of-a-careless-bot"]

    with_thief(scenario)


def test_every_request_to_the_server_itself_carries_the_token_as_bearer() -> None:
    async def scenario(stage: Stage, thief: str, stolen: list[dict[str, str]]) -> None:
        assert thief
        await stage.look()
        assert ({one.authorization for one in stage.salsa.requests}, stolen) == ({f"Bearer {TOKEN}"}, [])

    with_thief(scenario)
    with_thief(scenario, graphql=True)


def test_a_redirect_on_the_server_itself_is_followed() -> None:
    async def scenario(stage: Stage, thief: str, stolen: list[dict[str, str]]) -> None:
        assert thief
        stage.salsa.faults.inject("redirect", stage.salsa.base, path="/pipelines", times=1)
        assert (len((await stage.look()).paths), stolen) == (5, [])
        assert {one.authorization for one in stage.salsa.requests} == {f"Bearer {TOKEN}"}

    with_thief(scenario)


@pytest.mark.parametrize(
    "url",
    [
        "http://salsa.debian.org/api/v4/groups",
        "https://salsa.debian.org.example.org/api/v4/groups",
        "https://salsa.debian.org@example.org/api/v4/groups",
        "https://salsa.debian.org:8443/api/v4/groups",
        "https://example.org/https://salsa.debian.org/",
        "file:///etc/passwd",
    ],
)
def test_no_address_but_the_configured_one_can_be_reached(url: str) -> None:
    with Pinned(Settings(groups=("team",))) as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get(url, timeout=1)


def test_a_server_below_a_path_is_pinned_to_that_path() -> None:
    with (
        Pinned(Settings(url="https://example.org/gitlab", groups=("team",))) as session,
        pytest.raises(requests.exceptions.InvalidSchema),
    ):
        session.get("https://example.org/other/api/v4/groups", timeout=1)


def test_proxies_and_netrc_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(stage: Stage, thief: str, stolen: list[dict[str, str]]) -> None:
        monkeypatch.setenv("HTTP_PROXY", thief)
        monkeypatch.setenv("http_proxy", thief)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert (len((await stage.look()).paths), stolen) == (5, [])

    with_thief(scenario)
