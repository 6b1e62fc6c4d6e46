"""A GitLab that knows hooks and nothing else: which projects have which, who may see them, what was asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass
class HookServer:
    """`hooks` by project number. `closed` maps a project to the status that everything about it gets."""

    hooks: dict[int, list[Json]] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    secrets: dict[int, Json] = field(default_factory=dict)
    "by hook: what the server never shows"
    made: asyncio.Event = field(default_factory=asyncio.Event)
    "set once a hook was made"
    _next: int = 100
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen on a free port of loopback; return the address."""
        app = web.Application()
        app.router.add_route("*", "/api/v4/projects/{project:\\d+}/hooks", self._all)
        app.router.add_route("*", "/api/v4/projects/{project:\\d+}/hooks/{hook:\\d+}", self._one)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def put(self, project: int, **hook: object) -> Json:
        """Put a hook in a project, as somebody did before."""
        self._next += 1
        made: Json = {"id": self._next, "alert_status": "executable"} | hook
        self.hooks.setdefault(project, []).append(made)
        return made

    async def _all(self, request: web.Request) -> web.Response:
        project = int(request.match_info["project"])
        self.asked.append((request.method, project))
        if project in self.closed:
            return web.json_response({"message": "no"}, status=self.closed[project])
        if request.method == "GET":
            return web.json_response(self.hooks.get(project, []))
        self.made.set()
        made = self.put(project)
        self._set(made, await request.json())
        return web.json_response(made, status=201)

    async def _one(self, request: web.Request) -> web.Response:
        project, hook = int(request.match_info["project"]), int(request.match_info["hook"])
        self.asked.append((request.method, project))
        found = next(one for one in self.hooks[project] if one["id"] == hook)
        if request.method == "DELETE":
            self.hooks[project].remove(found)
            return web.Response(status=204)
        self._set(found, await request.json())
        return web.json_response(found)

    def _set(self, hook: Json, body: Json) -> None:
        secret: Json = {key: body.pop(key) for key in ("token", "signing_token") if key in body}
        self.secrets.setdefault(hook["id"], {}).update(secret)
        hook.update(body)
