"""SIGTERM in every state of a connection, and two bots that hear each other."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from cloudbot.demo.guest import Guest
from cloudbot.demo.ircd import Ircd

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[state]
directory = "{home}/state-{nick}"
[team]
name = "Example Team"
[irc.net]
server = "127.0.0.1"
port = {port}
tls = false
nick = "{nick}"
channels = [{{ name = "#team" }}]
[web]
port = 0
"""
SECONDS = 20.0
WELCOME = b":s 001 cloudbot :hi\r\n:s 422 cloudbot :no motd\r\n"
JOINED = b":cloudbot!c@h JOIN #team\r\n:s 353 cloudbot = #team :cloudbot\r\n:s 366 cloudbot #team :end\r\n"

STATES: dict[str, list[tuple[bytes, bytes]]] = {
    "connected, and no word from the server": [],
    "capabilities listed": [(b"CAP LS", b":s CAP * LS :multi-prefix\r\n")],
    "nick taken": [(b"NICK", b":s 433 * cloudbot :taken\r\n")],
    "welcomed, and not joined": [(b"CAP LS", b":s 421 * CAP :unknown\r\n"), (b"USER", WELCOME)],
    "in the channel": [(b"CAP LS", b":s 421 * CAP :unknown\r\n"), (b"USER", WELCOME), (b"JOIN", JOINED)],
}


async def start(home: Path, port: int, nick: str = "cloudbot") -> asyncio.subprocess.Process:
    config = home / f"config-{nick}"
    config.mkdir()
    (config / "cloudbot.toml").write_text(CONFIG.format(home=home, port=port, nick=nick), encoding="utf-8")
    command = (sys.executable, "-m", "cloudbot", "run", "--config", str(config))
    return await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)


@pytest.mark.parametrize("state", STATES)
def test_sigterm_ends_the_bot_well_in_every_state_of_registration(tmp_path: Path, state: str) -> None:
    script = STATES[state]

    async def play() -> int:
        reached = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            left = list(script)
            if not left:
                reached.set()
            with contextlib.closing(writer), contextlib.suppress(OSError):  # closed also when the loop ends first
                while line := await reader.readline():
                    if left and left[0][0] in line:
                        writer.write(left.pop(0)[1])
                    if not left:
                        reached.set()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            bot = await start(tmp_path, server.sockets[0].getsockname()[1])
            await asyncio.wait_for(reached.wait(), SECONDS)
            bot.send_signal(signal.SIGTERM)
            return await asyncio.wait_for(bot.wait(), SECONDS)

    assert asyncio.run(play()) == 0


def test_sigterm_ends_a_bot_whose_server_refuses_it(tmp_path: Path) -> None:
    async def play() -> int:
        attempts = asyncio.Event()

        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            attempts.set()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            bot = await start(tmp_path, server.sockets[0].getsockname()[1])
            await asyncio.wait_for(attempts.wait(), SECONDS)
            bot.send_signal(signal.SIGTERM)
            return await asyncio.wait_for(bot.wait(), SECONDS)

    assert asyncio.run(play()) == 0


def test_two_bots_in_one_channel_do_not_talk_to_each_other(tmp_path: Path) -> None:
    async def play() -> list[tuple[str, str]]:
        server, guest = Ircd(), Guest("alice")
        port = await server.start()
        bots = [await start(tmp_path, port, nick) for nick in ("cloudbot", "otherbot")]
        try:
            await guest.enter(port, "#team")
            assert await guest.wait(lambda: guest.present >= {"cloudbot", "otherbot"}, SECONDS)
            guest.send("PRIVMSG #team :!help !about", "PRIVMSG #team :otherbot: help help")
            assert await guest.wait(lambda: len(guest.lines) >= 3, SECONDS)
            guest.send("PRIVMSG cloudbot :help about")
            await guest.wait(lambda: any(line.target == "alice" for line in guest.lines), SECONDS)
            return [(line.nick, line.target) for line in guest.lines]
        finally:
            for bot in bots:
                bot.send_signal(signal.SIGTERM)
                await bot.wait()
            await guest.leave()
            await server.stop()

    said = asyncio.run(play())
    assert sorted(said) == [
        ("cloudbot", "#team"),
        ("cloudbot", "alice"),
        ("otherbot", "#team"),
        ("otherbot", "#team"),
    ]
