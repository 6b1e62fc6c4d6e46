"""A simulated GitLab with the projects the bench's hooks tell of: `python -m bench.hooks_world PORT PROJECTS`.

It stands in for salsa.debian.org, which is never asked. Until SIGTERM.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime

from cloudbot.demo.salsa.server import Salsa
from cloudbot.demo.salsa.world import ProjectStory, World

GROUP = "cloud-team"


def world(projects: int) -> World:
    return World(
        groups=(GROUP,),
        projects=tuple(
            ProjectStory(id=100000 + number, path=f"{GROUP}/bench-{number:04d}", default_branch="main")
            for number in range(projects)
        ),
        merge_requests=(),
        pipelines=(),
        commits=(),
    )


async def serve(port: int, projects: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    salsa = Salsa(world(projects), lambda: datetime.now(UTC))
    await salsa.start(port=port)
    try:
        await stop.wait()
    finally:
        await salsa.stop()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
