"""The simulated GitLab itself: the REST lists that are polled, paged as GitLab pages, and GraphQL, on loopback.

What it shows is the world at the instant its clock says; what goes wrong is in `faults`. It changes nothing unasked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from cloudbot.demo.salsa import acts, graphql, shapes
from cloudbot.demo.salsa.faults import (
    GRAPH_KINDS,
    LIMITS,
    LIST_KINDS,
    Fault,
    Faults,
    elsewhere,
    refusal,
    spoil,
    spoiled_page,
)
from cloudbot.demo.salsa.nodes import View
from cloudbot.demo.salsa.sdl import NEWER

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cloudbot.demo.salsa.world import MergeRequestStory, PipelineStory, ProjectStory, World

GRAPHQL = "/api/graphql"
VERSION = "18.6.1"
TOKEN = "glpat-simulated"  # noqa: S105 - opens a server that exists only on loopback
API_TOKEN = "glpat-simulated-api"  # noqa: S105 - as above; with it one may act, with the other only read
ANONYMOUS, SIGNED_IN = 200, 250
_REFUSALS = {
    "complexity": "Query has complexity of 1024, which exceeds max complexity of 200",
    "validation timeout": "Timeout on validation of query",
    "refused": "An error",
}
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


Act = Callable[["World", int, int, datetime], "World | None"]
_ACTS: tuple[tuple[str, Act], ...] = (
    (r"/jobs/{number:\d+}/retry", acts.retry_job),
    (r"/pipelines/{number:\d+}/retry", acts.retry_pipeline),
    (r"/pipelines/{number:\d+}/cancel", acts.cancel_pipeline),
    (r"/pipeline_schedules/{number:\d+}/play", acts.play_schedule),
)
_BEFORE_ACTING = frozenset({"status", "too many", "bad gateway", "login page", "redirect"})
"""Faults of whatever stands before the server's own work: nothing was done then."""


class Salsa:
    """A GitLab whose `world` and `faults` may be changed while it runs."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        """Prepare; `clock` says what time it is on the server, aware UTC."""
        self.world = world
        self.clock = clock
        self.faults = Faults()
        self.requests: list[Asked] = []
        self.base = ""
        self.bears = 100
        """Projects with pipelines that one query may ask for before it is 503; 0: aliases only; -1: no GraphQL."""
        self.has = NEWER
        """The GraphQL fields newer than 2022 that it knows."""
        self.latency = 0.0
        """Seconds before every answer."""
        self.expires_at = "2027-01-31"
        """The last day of the token."""
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the base URL. Port 0 takes a free one."""
        app = web.Application(middlewares=[self._mind])
        app.add_routes([web.get(f"/api/v4{path}", answer) for path, answer in self._routes()])
        app.add_routes([web.post(GRAPHQL, self._graphql)])
        app.add_routes([web.post(rf"/api/v4/projects/{{project:\d+}}{path}", self._act(act)) for path, act in _ACTS])
        notes = r"/api/v4/projects/{path}/merge_requests/{iid:\d+}/notes"
        app.add_routes([web.get(notes, self._notes), web.post(notes, self._comment)])
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
            (r"/projects/{project:\d+}/pipelines/{pipeline:\d+}", self._pipeline),
            (r"/projects/{project:\d+}/pipelines/{pipeline:\d+}/jobs", self._jobs),
            (r"/projects/{project:\d+}/pipelines/{pipeline:\d+}/bridges", self._bridges),
            (r"/projects/{project:\d+}/jobs/{job:\d+}/trace", self._trace),
            (r"/projects/{project:\d+}/pipeline_schedules", self._schedules),
            (r"/projects/{project:\d+}/pipeline_schedules/{schedule:\d+}", self._schedule),
            (r"/projects/{project:\d+}/repository/commits", self._commits),
            (r"/projects/{project:\d+}/repository/branches/{branch}", self._branch),
            (r"/projects/{project:\d+}/merge_requests", self._merge_requests_of_one),
        ]

    @web.middleware
    async def _mind(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Note the request, check the token, let the fault of the hour happen."""
        query = {key: value for key, value in request.query.items() if key not in {"page", "per_page"}}
        path = request.path
        if path == GRAPHQL:
            path += f"/{graphql.operation((await request.json())['query'])}"
        self.requests.append(Asked(path, query, _page(request), request.headers.get("Authorization")))
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.take(path, _page(request), request.method)
        _FAULT.set(fault)
        if _is_member(request) is None:
            return refusal(401)
        response = await handler(request)
        kinds = GRAPH_KINDS if request.path == GRAPHQL else LIST_KINDS
        if fault is not None and fault.kind not in kinds and isinstance(response, web.Response):
            body = response.body if isinstance(response.body, bytes) else b""
            return await spoil(fault, request, body)
        return response

    def _act(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Answer one kind of POST: 401 to strangers, 403 to a token that may only read or where nothing can be done."""

        async def answer(request: web.Request) -> web.Response:
            at, said, fault = self.clock(), request.headers.get("Authorization"), _FAULT.get()
            if fault is not None and fault.kind in _BEFORE_ACTING:
                return refusal(503)  # worded by the fault
            if said != f"Bearer {API_TOKEN}":
                return refusal(401 if said is None else 403)
            project, number = int(request.match_info["project"]), int(request.match_info["number"])
            if not self._has(project, number, at):
                return refusal(404, "404 Not found")
            world = act(self.world, project, number, at)
            if world is None:
                return refusal(403)
            self.world = world
            return _json({"message": "201 Created"}, status=201)

        return answer

    def _has(self, project: int, number: int, at: datetime) -> bool:
        plans = {one.id for one in self.world.schedules_of(project)}
        found = self.world.pipeline(project, number, at) or self.world.job(project, number, at)
        return found is not None or number in plans

    async def _notes(self, request: web.Request) -> web.Response:
        """List the notes of a merge request, newest first if asked so."""
        at = self.clock()
        story = self._one_request(request, at)
        if story is None:
            return refusal(404, "404 Not found")
        notes = [shapes.note(number, one) for number, one in enumerate(story.notes, 1) if one.at <= at]
        return self._list(request, notes[::-1] if request.query.get("sort", "desc") == "desc" else notes)

    async def _comment(self, request: web.Request) -> web.Response:
        """Take a comment, by a token that may write."""
        at, said, fault = self.clock(), request.headers.get("Authorization"), _FAULT.get()
        if fault is not None and fault.kind in _BEFORE_ACTING:
            return refusal(503)  # worded by the fault
        if said != f"Bearer {API_TOKEN}":
            return refusal(401 if said is None else 403)
        story = self._one_request(request, at)
        if story is None:
            return refusal(404, "404 Not found")
        self.world = acts.comment(self.world, story, (await request.json())["body"], at)
        noted = self._one_request(request, at) or story
        return _json(shapes.note(len(noted.notes), noted.notes[-1]), status=201)

    def _one_request(self, request: web.Request, at: datetime) -> MergeRequestStory | None:
        return self.world.merge_request(request.match_info["path"], int(request.match_info["iid"]), at)

    async def _graphql(self, request: web.Request) -> web.Response:
        """Answer a query; one that asks for more than the server bears ends in 503, as on big groups."""
        asked = await request.json()
        member, fault = bool(_is_member(request)), _FAULT.get()
        if self.bears < 0:
            return refusal(404)
        if graphql.nested_page(asked["query"]) > self.bears:
            return refusal(503)
        if fault is not None and fault.kind in _REFUSALS:
            return _json(graphql.refusal(fault.value or _REFUSALS[fault.kind]))
        if asked["query"].startswith("query Alive"):
            return _json({"data": {"__typename": "Query"}})
        view = View(self.world, self.base, self.clock(), member)
        limit = SIGNED_IN if member else ANONYMOUS
        told = graphql.answer(view, asked["query"], asked.get("variables") or {}, has=self.has, limit=limit)
        if fault is not None and fault.kind in {"hole", "null", "empty"} and told.get("data"):
            told = _spoiled(told, fault)
        return _json(told)

    async def _metadata(self, request: web.Request) -> web.Response:
        if not _is_member(request):
            return refusal(401)
        told = {"version": VERSION, "revision": "0123456789a", "kas": {"enabled": False}, "enterprise": False}
        return _json(told)

    async def _token(self, request: web.Request) -> web.Response:
        if not _is_member(request):
            return refusal(401)
        scope = "api" if request.headers.get("Authorization") == f"Bearer {API_TOKEN}" else "read_api"
        token = {"id": 1, "name": "cloudbot", "revoked": False, "active": True, "scopes": [scope]}
        return _json(token | {"expires_at": self.expires_at})

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
        return self._requests_of(request, self._projects_of(request, group, at), at)

    async def _merge_requests_of_one(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        if project is None:
            return refusal(404, "404 Project Not Found")
        return self._requests_of(request, [project], at)

    def _requests_of(self, request: web.Request, of: list[ProjectStory], at: datetime) -> web.Response:
        projects = {one.id: one for one in of}
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
        retried = request.query.get("include_retried") == "true"
        scope = request.query.get("scope[]")
        jobs = [
            one
            for job in story.jobs
            for one in (job, *(job.tries if retried else ()))
            if job.downstream is None and scope in (None, one.status(at))
        ]
        jobs.sort(key=lambda one: one.id, reverse=True)
        return self._list(request, [shapes.job(self.base, project.path, story, one, at) for one in jobs])

    async def _pipeline(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        story = None if project is None else self.world.pipeline(project.id, int(request.match_info["pipeline"]), at)
        if project is None or story is None:
            return refusal(404, "404 Not found")
        return _json(shapes.pipeline_alone(self.base, project.path, story, at))

    async def _bridges(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        story = None if project is None else self.world.pipeline(project.id, int(request.match_info["pipeline"]), at)
        if project is None or story is None:
            return refusal(404, "404 Not found")
        bridges = [one for one in story.jobs if one.downstream is not None]
        return self._list(request, [shapes.bridge(self.base, project.path, story, one, at) for one in bridges])

    async def _trace(self, request: web.Request) -> web.Response:
        """Answer with the whole log: GitLab gives no part of one that is being written."""
        at = self.clock()
        project = self._project(request, at)
        story = None if project is None else self.world.job(project.id, int(request.match_info["job"]), at)
        if story is None or not story.trace:
            return refusal(404, "404 Not found")
        return web.Response(text=story.trace, headers=LIMITS)

    async def _schedules(self, request: web.Request) -> web.Response:
        """Answer members only: strangers are told that it is forbidden."""
        at = self.clock()
        project = self._project(request, at)
        if project is None:
            return refusal(404, "404 Project Not Found")
        if not _is_member(request):
            return refusal(403)
        found = self.world.schedules_of(project.id)
        return self._list(request, [shapes.schedule(self.base, one, at) for one in found])

    async def _schedule(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        number = int(request.match_info["schedule"])
        found = [] if project is None else [one for one in self.world.schedules_of(project.id) if one.id == number]
        if not found or project is None or not _is_member(request):
            return refusal(404, "404 Pipeline Schedule Not Found")
        ran = [one for one in found[0].ran if self.world.pipeline(project.id, one, at)]
        last = {"last_pipeline": {"id": ran[-1]} if ran else None}
        return _json(shapes.schedule(self.base, found[0], at) | last)

    async def _commits(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        if project is None:
            return refusal(404, "404 Project Not Found")
        if project.default_branch is None or request.query.get("ref_name") != project.default_branch:
            return refusal(404, "404 Repository Not Found")
        since = _moment(request.query.get("since"))
        stories = [one for one in self.world.commits_of(project.id, at) if since is None or one.at >= since]
        path = request.query.get("path")
        stories = [one for one in stories if path is None or one.changes(path)]
        # Counting commits costs a walk of the history, so GitLab tells no total here.
        return self._list(request, [shapes.commit(one) for one in stories], counted=False)

    async def _branch(self, request: web.Request) -> web.Response:
        at = self.clock()
        project = self._project(request, at)
        commits = [] if project is None else self.world.commits_of(project.id, at)
        if project is None or not commits or request.match_info["branch"] != project.default_branch:
            return refusal(404, "404 Branch Not Found")
        return _json({"name": project.default_branch, "default": True, "commit": shapes.commit(commits[0])})

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


def _spoiled(told: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """Return an answer with a place that is null, said or unsaid, or with its lists of projects empty."""
    if fault.kind == "empty":
        group = told["data"].get("group") or {}
        if "projects" in group:
            group["projects"] = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
        return told
    holed = graphql.with_hole(told, fault.value)
    return holed if fault.kind == "hole" else {"data": holed["data"]}


def _json(value: object, headers: dict[str, str] | None = None, *, status: int = 200) -> web.Response:
    body, headers = json.dumps(value).encode(), (headers or {}) | LIMITS
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def _is_member(request: web.Request) -> bool | None:
    """Return True with the token, False without any, None with a wrong one."""
    said = request.headers.get("Authorization")
    if said is None:
        return False
    return True if said in {f"Bearer {TOKEN}", f"Bearer {API_TOKEN}"} else None


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
