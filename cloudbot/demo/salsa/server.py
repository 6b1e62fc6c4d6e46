"""The simulated GitLab itself: the few REST lists that are polled, paged as GitLab pages, on loopback.

What it shows is the world at the instant its clock says; what goes wrong is in `faults`. It changes nothing itself.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from cloudbot.demo.salsa import shapes
from cloudbot.demo.salsa.faults import LIMITS, LIST_KINDS, Fault, Faults, elsewhere, refusal, spoil, spoiled_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cloudbot.demo.salsa.world import MergeRequestStory, PipelineStory, ProjectStory, World

VERSION = "18.6.1"
TOKEN = "glpat-simulated"  # noqa: S105 - opens a server that exists only on loopback
_COUNTED_UP_TO = 10_000
_PAGES_UP_TO = 100

_FAULT: ContextVar[Fault | None] = ContextVar("fault of the request being answered", default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived. `query` without paging."""

    path: str
    query: dict[str, str]
    page: int
    authorization: str | None


class Salsa:
    """A GitLab whose `world` and `faults` may be changed while it runs."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        """Prepare; `clock` says what time it is on the server, aware UTC."""
        self.world = world
        self.clock = clock
        self.faults = Faults()
        self.requests: list[Asked] = []
        self.base = ""
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the base URL. Port 0 takes a free one."""
        app = web.Application(middlewares=[self._mind])
        app.add_routes([web.get(f"/api/v4{path}", answer) for path, answer in self._routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.base = f"http://{host}:{taken}"
        return self.base

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _routes(self) -> list[tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]]:
        return [
            ("/metadata", self._metadata),
            ("/personal_access_tokens/self", self._token),
            ("/groups/{group}", self._group),
            ("/groups/{group}/projects", self._projects),
            ("/groups/{group}/merge_requests", self._merge_requests),
            (r"/projects/{project:\d+}/pipelines", self._pipelines),
            (r"/projects/{project:\d+}/pipelines/{pipeline:\d+}/jobs", self._jobs),
            (r"/projects/{project:\d+}/repository/commits", self._commits),
        ]

    @web.middleware
    async def _mind(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Note the request, check the token, let the fault of the hour happen."""
        query = {key: value for key, value in request.query.items() if key not in {"page", "per_page"}}
        self.requests.append(Asked(request.path, query, _page(request), request.headers.get("Authorization")))
        fault = self.faults.take(request.path, _page(request))
        _FAULT.set(fault)
        if _is_member(request) is None:
            return refusal(401)
        response = await handler(request)
        if fault is not None and fault.kind not in LIST_KINDS and isinstance(response, web.Response):
            body = response.body if isinstance(response.body, bytes) else b""
            return await spoil(fault, request, body)
        return response

    async def _metadata(self, request: web.Request) -> web.Response:
        if not _is_member(request):
            return refusal(401)
        told = {"version": VERSION, "revision": "0123456789a", "kas": {"enabled": False}, "enterprise": False}
        return _json(told)

    async def _token(self, request: web.Request) -> web.Response:
        if not _is_member(request):
            return refusal(401)
        token = {"id": 1, "name": "cloudbot", "revoked": False, "active": True, "scopes": ["read_api"]}
        return _json(token | {"expires_at": "2027-01-31"})

    async def _group(self, request: web.Request) -> web.Response:
        group = request.match_info["group"]
        if not self._shows(request, group):
            return refusal(404, "404 Group Not Found")
        return _json({"id": 1, "name": group, "path": group.rpartition("/")[2], "full_path": group})

    async def _projects(self, request: web.Request) -> web.Response:
        group = request.match_info["group"]
        if not self._shows(request, group):
            return refusal(404, "404 Group Not Found")
        at = self.clock()
        shown = self._projects_of(request, group, at)
        return self._list(request, [shapes.project(self.base, self.world, one, at) for one in shown])

    async def _merge_requests(self, request: web.Request) -> web.Response:
        group = request.match_info["group"]
        if not self._shows(request, group):
            return refusal(404, "404 Group Not Found")
        at = self.clock()
        projects = {one.id: one for one in self._projects_of(request, group, at)}
        stories = [
            one for one in self.world.merge_requests_of(projects.values(), at) if _is_asked_for(one, request, at)
        ]
        stories.sort(key=lambda one: (one.updated_at(at), one.id), reverse=True)
        return self._list(
            request,
            [shapes.merge_request(self.base, projects[one.project_id].path, one, at) for one in stories],
        )

    async def _pipelines(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        if project is None:
            return refusal(404, "404 Project Not Found")
        if not project.has_ci:
            return refusal(403)
        after = _moment(request.query.get("updated_after"))
        stories = [one for one in self.world.pipelines_of(project.id, at) if after is None or one.now(at)[0] > after]
        stories.sort(key=_pipeline_order(request.query.get("order_by", "id"), at), reverse=True)
        return self._list(request, [shapes.pipeline(self.base, project.path, one, at) for one in stories])

    async def _jobs(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        number = int(request.match_info["pipeline"])
        story = None if project is None else self.world.pipeline(project.id, number, at)
        if project is None or story is None:
            return refusal(404, "404 Not found")
        jobs = sorted(story.jobs, key=lambda one: one.id, reverse=True)
        return self._list(request, [shapes.job(self.base, project.path, story, one, at) for one in jobs])

    async def _commits(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        if project is None:
            return refusal(404, "404 Project Not Found")
        if project.default_branch is None or request.query.get("ref_name") != project.default_branch:
            return refusal(404, "404 Repository Not Found")
        since = _moment(request.query.get("since"))
        stories = [one for one in self.world.commits_of(project.id, at) if since is None or one.at >= since]
        # Counting commits costs a walk of the history, so GitLab tells no total here.
        return self._list(request, [shapes.commit(one) for one in stories], counted=False)

    def _shows(self, request: web.Request, group: str) -> bool:
        return self.world.has_group(group, member=bool(_is_member(request)))

    def _projects_of(self, request: web.Request, group: str, at: datetime) -> list[ProjectStory]:
        return self.world.projects_of(group, at, member=bool(_is_member(request)))

    def _project(self, request: web.Request, at: datetime) -> ProjectStory | None:
        return self.world.project(int(request.match_info["project"]), at, member=bool(_is_member(request)))

    def _list(self, request: web.Request, items: list[dict[str, Any]], *, counted: bool = True) -> web.Response:
        """Cut the page asked for and say where the others are."""
        page, per_page = _page(request), min(int(request.query.get("per_page", "20")), _PAGES_UP_TO)
        fault = _FAULT.get()
        if fault is not None:
            items = spoiled_page(fault, items, page, per_page)
        shown = items[(page - 1) * per_page : page * per_page]
        pages = max(1, -(-len(items) // per_page))
        headers = {
            "X-Page": str(page),
            "X-Per-Page": str(per_page),
            "X-Prev-Page": str(page - 1) if page > 1 else "",
            "X-Next-Page": str(page + 1) if page < pages else "",
            "Link": self._links(request, page, pages),
        }
        if counted and len(items) <= _COUNTED_UP_TO:
            headers |= {"X-Total": str(len(items)), "X-Total-Pages": str(pages)}
        return _json(shown, headers)

    def _links(self, request: web.Request, page: int, pages: int) -> str:
        address = elsewhere(_FAULT.get(), request.rel_url, self.base)
        named = {"prev": page - 1, "next": page + 1, "first": 1, "last": pages}
        return ", ".join(
            f'<{address}?{request.rel_url.update_query(page=number).raw_query_string}>; rel="{name}"'
            for name, number in named.items()
            if 1 <= number <= pages
        )


def _json(value: object, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(value).encode(), content_type="application/json", headers=(headers or {}) | LIMITS
    )


def _is_member(request: web.Request) -> bool | None:
    """Return True with the token, False without any, None with a wrong one."""
    said = request.headers.get("Authorization")
    if said is None:
        return False
    return True if said == f"Bearer {TOKEN}" else None


def _page(request: web.Request) -> int:
    return int(request.query.get("page", "1"))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _is_asked_for(story: MergeRequestStory, request: web.Request, at: datetime) -> bool:
    state = request.query.get("state", "all")
    after = _moment(request.query.get("updated_after"))
    return state in {"all", story.state(at)} and (after is None or story.updated_at(at) >= after)


def _pipeline_order(word: str, at: datetime) -> Callable[[PipelineStory], tuple[object, ...]]:
    if word == "updated_at":
        return lambda one: (one.now(at)[0], one.id)
    return lambda one: (one.id,)
