from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cloudbot.runtime import supervisor
from cloudbot.runtime.supervisor import Supervisor

if TYPE_CHECKING:
    import pytest

    from cloudbot.runtime.supervisor import Part


def test_a_part_that_fails_or_ends_is_started_again_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.0)
    runs: list[str] = []

    async def play() -> dict[str, int]:
        parts, done = Supervisor(), asyncio.Event()

        async def faulty() -> None:
            runs.append("faulty")
            if len(runs) == 1:
                raise RuntimeError("a bug")
            if len(runs) >= 3:
                done.set()
                await asyncio.Event().wait()

        async def steady() -> None:
            await asyncio.Event().wait()

        parts.start("steady", steady)
        parts.start("faulty", faulty)
        await asyncio.wait_for(done.wait(), 5)
        await parts.stop("")
        return dict(parts.restarts)

    assert asyncio.run(play()) == {"faulty": 2}
    assert runs == ["faulty"] * 3


def test_stopping_cancels_only_the_parts_of_that_name_and_lets_them_say_goodbye() -> None:
    said: list[str] = []

    async def play() -> None:
        parts = Supervisor()

        def part(name: str) -> Part:
            async def run() -> None:
                try:
                    await asyncio.Event().wait()
                finally:
                    said.append(name)

            return run

        for name in ("irc a", "irc b", "watch c"):
            parts.start(name, part(name))
        await asyncio.sleep(0)
        await parts.stop("irc")
        assert sorted(said) == ["irc a", "irc b"]
        await parts.stop("")

    asyncio.run(play())
    assert sorted(said) == ["irc a", "irc b", "watch c"]
