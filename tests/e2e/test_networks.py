"""Several networks in one process: each lives and dies by itself."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from cloudbot.demo.guest import Guest
from cloudbot.demo.ircd import Ircd
from cloudbot.demo.stage import free_port

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20.0
NETWORK = """\
[irc.{name}]
server = "127.0.0.1"
port = {port}
tls = false
channels = [{{ name = "#team" }}]
min_delay = 0.2
"""


def test_a_network_that_is_down_keeps_the_bot_from_no_other_and_is_joined_when_it_is_back(
    tmp_path: Path,
) -> None:
    async def play() -> tuple[str | None, str | None]:
        up, late = Ircd(), Ircd()
        ports = {"up": await up.start(), "late": free_port()}
        config = tmp_path / "config"
        config.mkdir()
        networks = "".join(NETWORK.format(name=name, port=port) for name, port in ports.items())
        rest = f'[state]\ndirectory = "{tmp_path}/state"\n[team]\nname = "Example Team"\n[web]\nport = 0\n'
        (config / "cloudbot.toml").write_text(rest + networks, encoding="utf-8")
        command = (sys.executable, "-m", "cloudbot", "run", "--config", str(config))
        bot = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        here, there = Guest("alice"), Guest("alice")
        try:
            await here.enter(ports["up"], "#team")
            assert await here.wait(lambda: "cloudbot" in here.present, SECONDS)
            first = await here.ask("cloudbot", "#team", "!help nosuch", SECONDS)
            await late.start("127.0.0.1", ports["late"])
            await there.enter(ports["late"], "#team")
            assert await there.wait(lambda: "cloudbot" in there.present, SECONDS)
            return first, await there.ask("cloudbot", "#team", "!help nosuch", SECONDS)
        finally:
            bot.send_signal(signal.SIGTERM)
            await bot.wait()
            for part in (here.leave(), there.leave(), up.stop(), late.stop()):
                await part

    answer = 'no command "nosuch"; help lists them all.'
    assert asyncio.run(play()) == (answer, answer)
