"""What polling a GitLab costs: cloudbot's look beside a plain use of python-gitlab, on one simulated server.

`python -m bench.poll` prints a table; `python -m bench.poll ours|plain URL PROJECTS` is one measurement, in a process
of its own. Every answer takes 250 ms more than the simulated server does, about what gitlab.com's take. Both clients
are on loopback, signed in and without a pause between requests; bytes are those of bodies, not compressed.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
import time
from dataclasses import dataclass
from typing import Any

import gitlab
from requests import Response, Session

from bench.processes import Process, say
from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.demo.salsa.big import NOW
from cloudbot.demo.salsa.server import TOKEN
from cloudbot.demo.stage import free_port

LATENCY = 0.25
SIZES = (40, 1000)
LOOKS = 8
"""The first, those that still read logs and who said what, some of it at a time, and a quiet one."""

SAMPLE = 100
"""Projects of the thousand that the plain client reads; the rest cost as much each."""

HEAD = "| projects | look | requests: plain | ours | KiB: plain | ours | s: plain | ours | requests, ratio | s, ratio |"

Result = dict[str, float]


@dataclass(slots=True)
class Meter:
    """Counts what a session of `requests` sends and gets."""

    requests: int = 0
    bytes: int = 0
    began: float = 0.0

    def watch(self, session: Session) -> None:
        session.hooks["response"].append(self.count)

    def count(self, response: Response, *_: Any, **__: Any) -> None:  # noqa: ANN401 - the library's
        self.requests += 1
        self.bytes += len(response.content) + int(response.request.headers.get("Content-Length", 0))

    def begin(self) -> None:
        self.requests = self.bytes = 0
        self.began = time.perf_counter()

    def result(self) -> Result:
        seconds = time.perf_counter() - self.began
        return {"requests": self.requests, "bytes": self.bytes, "seconds": seconds}


async def ours(url: str, projects: int) -> list[Result]:
    """Look twice. Of a thousand projects the first look reads no jobs: only the poll is compared."""
    jobs = 5 if projects <= SIZES[0] else 0
    settings = Settings(url=url, groups=("team",), pause=0, jobs_per_line=jobs, deadline=1800)
    forge, meter, results = GitLab(settings, TOKEN), Meter(), []
    meter.watch(forge._session)  # noqa: SLF001 - measured where it leaves the process
    for _ in range(LOOKS):
        meter.begin()
        await forge.look(NOW)
        results.append(meter.result())
    await forge.close()
    return [results[0], results[-1]]


def plain(url: str, projects: int) -> list[Result]:
    """Read projects, then branch, open merge requests and pipelines of each, as a short script would."""
    session, meter, results = Session(), Meter(), []
    meter.watch(session)
    client = gitlab.Gitlab(url, oauth_token=TOKEN, session=session, per_page=100)
    looks = 2 if projects <= SIZES[0] else 1
    for _ in range(looks):
        meter.begin()
        group = client.groups.get("team", lazy=True)
        shown = group.projects.list(get_all=True, include_subgroups=True)
        listed = meter.result()
        for one in shown[: projects if projects <= SIZES[0] else SAMPLE]:
            project = client.projects.get(one.id, lazy=True)
            project.branches.get(one.default_branch)
            project.mergerequests.list(state="opened", get_all=True)
            project.pipelines.list(per_page=20, get_all=False)
        results.append(_whole(listed, meter.result(), projects))
    session.close()
    return results * (3 - looks)


def _whole(listed: Result, measured: Result, projects: int) -> Result:
    """Reckon from the sample to all projects."""
    times = 1.0 if projects <= SIZES[0] else projects / SAMPLE
    return {name: listed[name] + (measured[name] - listed[name]) * times for name in listed}


async def measured(way: str, url: str, projects: int) -> list[Result]:
    say(way, projects, "projects")
    command = (sys.executable, "-m", "bench.poll", way, url, str(projects))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{shlex.join(command)} failed")
    results: list[Result] = json.loads(out.splitlines()[-1])
    return results


async def sitting() -> None:
    print(HEAD + "\n|" + " --- |" * (HEAD.count("|") - 1))
    for projects in SIZES:
        port = free_port()
        command = (sys.executable, "-m", "bench.salsa", str(port), str(projects), str(LATENCY))
        server = Process(shlex.join(command), "/dev/null")
        await server.start()
        try:
            url = await _ready(port)
            theirs, mine = [await measured(way, url, projects) for way in ("plain", "ours")]
        finally:
            await server.stop()
        for name, one, other in zip(("first", "quiet"), theirs, mine, strict=True):
            print(_row(projects, name, one, other), flush=True)


async def _ready(port: int) -> str:
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return f"http://127.0.0.1:{port}"
    raise SystemExit("the simulated server does not start")


def _row(projects: int, look: str, theirs: Result, mine: Result) -> str:
    pairs = [(theirs[name] / unit, mine[name] / unit) for name, unit in (("requests", 1), ("bytes", 1024))]
    told = [f"{value:,.0f}" for pair in pairs for value in pair]
    told += [f"{one['seconds']:,.1f}" for one in (theirs, mine)]
    told += [f"{mine[name] / theirs[name]:.3f}" for name in ("requests", "seconds")]
    return f"| {projects:,} | {look} | " + " | ".join(told) + " |"


def main() -> None:
    match sys.argv[1:]:
        case []:
            asyncio.run(sitting())
        case ["ours", url, projects]:
            print(json.dumps(asyncio.run(ours(url, int(projects)))))
        case ["plain", url, projects]:
            print(json.dumps(plain(url, int(projects))))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
