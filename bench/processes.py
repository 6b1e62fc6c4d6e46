"""The processes of a measurement: started in a session of their own, stopped by it, weighed from /proc."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import sys
import time
from pathlib import Path
from typing import Any

Result = dict[str, Any]
NOW = time.perf_counter
_TICKS = os.sysconf("SC_CLK_TCK")


def say(*words: object) -> None:
    """Progress, on standard error."""
    print(f"[{NOW():10.2f}]", *words, file=sys.stderr, flush=True)


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    out, todo = [], [pid]
    while todo:
        one = todo.pop()
        out.append(one)
        todo += children.get(one, [])
    return out


def memory(pid: int) -> dict[str, object]:
    """Resident and proportional memory and threads of a process and its descendants."""
    rss = pss = threads = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    rss += int(line.split()[1])
                elif line.startswith("Threads:"):
                    threads += int(line.split()[1])
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    pss += int(line.split()[1])
    return {"rss_mib": round(rss / 1024, 1), "pss_mib": round(pss / 1024, 1), "threads": threads}


def cpu(pid: int) -> float:
    """Seconds of CPU that a process and its descendants have used."""
    ticks = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


class Process:
    """A command in its own session, stopped by its own process group."""

    def __init__(self, command: str, log: str) -> None:
        self.command, self.log = command, log
        self.proc: asyncio.subprocess.Process | None = None
        self.started = 0.0

    async def start(self) -> None:
        with Path(self.log).open("ab") as out:  # noqa: ASYNC230 - opening a log is not what is measured
            self.proc = await asyncio.create_subprocess_exec(
                *shlex.split(self.command),
                stdout=out,
                stderr=out,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        self.started = NOW()

    @property
    def pid(self) -> int:
        if self.proc is None:
            raise RuntimeError("not started")
        return self.proc.pid

    @property
    def alive(self) -> bool:
        return self.proc is not None and self.proc.returncode is None

    async def stop(self, how: int = signal.SIGTERM, wait: float = 8) -> float | None:
        """Return the seconds it took to go; None when it had to be killed."""
        if self.proc is None or self.proc.returncode is not None:
            return 0.0
        begin = NOW()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.proc.pid, how)
        try:
            await asyncio.wait_for(self.proc.wait(), wait)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.proc.pid, signal.SIGKILL)
            await self.proc.wait()
            return None
        return NOW() - begin
