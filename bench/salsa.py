"""A simulated GitLab as a program: `python -m bench.salsa PORT PROJECTS [SECONDS OF LATENCY]`, until SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys

from cloudbot.demo.salsa.big import NOW, big
from cloudbot.demo.salsa.server import Salsa


async def serve(port: int, projects: int, latency: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    salsa = Salsa(big(projects), lambda: NOW)
    salsa.latency = latency
    await salsa.start(port=port)
    try:
        await stop.wait()
    finally:
        await salsa.stop()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.0))
