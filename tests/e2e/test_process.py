"""The bot as a process: what an operator does to it, and what the channel sees of that."""

from __future__ import annotations

import asyncio
import json
import signal
import urllib.request
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.demo.stage import BOT, CHANNEL
from tests.e2e.stage import SECONDS, standing

if TYPE_CHECKING:
    from pathlib import Path

FRIDAY = datetime(2019, 7, 19, 12, 0, tzinfo=UTC)
SATURDAY = datetime(2019, 7, 20, 12, 0, tzinfo=UTC)
BOF = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
RED = 'FAIL ec2 sid arm64: build step, "E: write error: No space left on device", was ok for 2 d.'


@pytest.mark.need("N04", by="!status")
@pytest.mark.need("N41", by="!people")
@pytest.mark.need("N14", by="!people")
def test_the_bot_answers_what_the_room_of_2019_could_not(tmp_path: Path) -> None:
    async def play() -> list[str]:
        async with standing(tmp_path, BOF) as on:
            await on.start()
            first = await on.until("!status", "builds ok")
            people = await on.until("!people", "in the records")
            return [first.partition(" http")[0], people, await on.ask("!mrs"), await on.ask("cloudbot: health sid")]

    assert asyncio.run(play()) == [
        "26 of 27 builds ok; FAIL ec2 sid arm64 (2 d). 2 pipelines: all ok. 2 open MRs, oldest 98 d.",
        (
            "last 90 days: 119 commits, 4 people, 116 by one; last 7 days: 1 person.\n"
            "in the records: 8 people, 3 delegates, 1 trainee, 1 newcomer, 0 away."
        ),
        "2 open in 1 project: 2 for review; longest without an answer: !128 (98 d, no reply), !126 (9 h, no reply).",
        "sid: 10 of 11 builds ok; FAIL ec2 sid arm64 since Sat 04:15 (2 d, 3 builds, last good 3 d ago).",
    ]


def test_a_change_is_told_once_over_kills_and_restarts(tmp_path: Path) -> None:
    async def play() -> list[str]:
        async with standing(tmp_path, FRIDAY) as on:
            await on.start()
            await on.until("!health", "27 of 27 builds ok")
            await on.end(signal.SIGKILL)
            on.instant = SATURDAY
            await on.start()
            await on.heard()
            await on.end(signal.SIGKILL)
            await on.start()
            await on.until("!health", "26 of 27 builds ok")
            await on.end()
            await on.start()
            await on.until("!health", "26 of 27 builds ok")
            return [line.partition(" http")[0] for line in on.stage.unasked]

    assert asyncio.run(play()) == [RED]


def test_a_new_bot_only_listens_until_it_goes_live(tmp_path: Path) -> None:
    async def play() -> tuple[list[str], str, str, str]:
        async with standing(tmp_path, FRIDAY, listen_first=True) as on:
            await on.start()
            await on.until("!health", "27 of 27 builds ok")
            await on.end()
            on.instant = SATURDAY
            await on.start()
            await on.until("!health", "26 of 27 builds ok")
            paper = on.stage.home / "state" / "would-say.txt"
            for _ in range(100):
                if paper.exists():
                    break
                await asyncio.sleep(0.05)
            quiet = list(on.stage.unasked)
            code, said = await on.stage.cloudbot("go-live", "--replay", on.replay)
            assert code == 0
            on.instant = datetime(2019, 7, 21, 18, 30, tzinfo=UTC)
            await on.end()
            await on.start()
            await on.heard()
            return quiet, paper.read_text(encoding="utf-8"), said, on.stage.unasked[0]

    quiet, paper, said, first = asyncio.run(play())
    assert quiet == []
    assert paper.startswith(f"2019-07-20 12:00Z demo/#debian-cloud {RED} http://127.0.0.1:")
    assert said.startswith("cloudbot will speak from now on")
    assert first.startswith("FAIL debian-cloud-images master: test pytest (script_failure), was ok for 2")


def test_sigterm_says_goodbye_and_ends_well(tmp_path: Path) -> None:
    async def play() -> int:
        async with standing(tmp_path, BOF) as on:
            await on.start()
            return await on.end(signal.SIGTERM)

    assert asyncio.run(play()) == 0


def test_a_second_process_refuses_with_the_first_ones_pid(tmp_path: Path) -> None:
    async def play() -> tuple[int, str, int]:
        async with standing(tmp_path, BOF) as on:
            await on.start()
            assert on.stage.bot is not None
            code, said = await on.stage.cloudbot("run")
            return code, said, on.stage.bot.pid

    code, said, pid = asyncio.run(play())
    assert code == 69
    assert said == f"{tmp_path}/state is in use by the cloudbot with pid {pid}; stop that one first\n"


def test_sighup_reads_the_configuration_again_without_leaving_and_refuses_a_broken_one(tmp_path: Path) -> None:
    async def play() -> tuple[str, str, str]:
        async with standing(tmp_path, BOF) as on:
            await on.start()
            assert on.stage.bot is not None
            config = on.stage.config
            good = config.read_text(encoding="utf-8")
            config.write_text(good.replace("Debian Cloud Team", "Renamed Team"), encoding="utf-8")
            on.stage.bot.send_signal(signal.SIGHUP)
            renamed = await on.until("!about", "Renamed Team")
            config.write_text(good.replace("[team]", "[taem]"), encoding="utf-8")
            on.stage.bot.send_signal(signal.SIGHUP)
            for _ in range(100):
                if "not taken over" in on.stage.log:
                    break
                await asyncio.sleep(0.05)
            after = await on.ask("!about")
            assert on.stage.guest.present >= {BOT}
            return renamed, after, on.stage.log

    renamed, after, log = asyncio.run(play())
    assert renamed == after
    assert "taem: is not known" in log
    assert "irc.state" in log
    assert log.count("state='connecting'") == 1


def test_reloading_under_load_loses_no_line_and_leaves_no_channel(tmp_path: Path) -> None:
    async def play() -> tuple[list[str], str]:
        async with standing(tmp_path, BOF) as on:
            await on.start()
            assert on.stage.bot is not None
            guest = on.stage.guest
            before = len(guest.lines)
            for number in range(200):
                guest.send(f"PRIVMSG {CHANNEL} :!help t{number}")
                if number % 40 == 0:
                    on.stage.bot.send_signal(signal.SIGHUP)
                    await asyncio.sleep(0)
            assert await guest.wait(lambda: len(guest.lines) >= before + 200, SECONDS)
            said = [line.text for line in guest.lines[before:]]
            while "the configuration was read again" not in on.stage.log:
                await on.ask("!help mr")
            return said, on.stage.log

    said, log = asyncio.run(play())
    assert said == [f'no command "t{number}"; help lists them all.' for number in range(200)]
    assert log.count("state='connecting'") == 1


def test_an_operator_sees_the_journal_the_outbox_and_the_health(tmp_path: Path) -> None:
    async def play() -> list[tuple[int, str]]:
        async with standing(tmp_path, FRIDAY) as on:
            await on.start()
            await on.until("!health", "27 of 27 builds ok")
            await on.end()
            on.instant = SATURDAY
            await on.start()
            await on.heard()
            await on.until("!health", "26 of 27")
            key = "builds/ec2 sid arm64/"
            for _ in range(100):
                listed = await on.stage.cloudbot("outbox", "list")
                if "sent " in listed[1]:
                    break
            words = [
                await on.stage.cloudbot("health"),
                await on.stage.cloudbot("journal", "list", "--parked"),
                await on.stage.cloudbot("journal", "show", "99999"),
                await on.stage.cloudbot("outbox", "retry", "no/such/key"),
                await on.stage.cloudbot("ask", "!mr 118"),
                await on.stage.cloudbot("ask", "!mrr"),
            ]
            assert key in listed[1]
            url = f"http://127.0.0.1:{on.stage.web_port}/status.json"
            body = await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=5).read())
            status = json.loads(body)
            assert status["builds"]["all"] == 27
            return words

    health, parked, missing, retried, asked, mistaken = asyncio.run(play())
    assert health == (0, "all is well\n")
    assert parked == (0, "nothing is parked\n")
    assert missing == (1, "there is no fact 99999; cloudbot journal list names them\n")
    assert retried == (1, "no/such/key is not waiting, dead, expired or unknown; cloudbot outbox show no/such/key\n")
    assert asked[0] == 0
    assert asked[1].startswith('debian-cloud-images !118 "Use sshfs to upload images", merged 2019-07-17')
    assert mistaken == (1, '"mrr" is no command of mine; did you mean mr?\n')


def test_a_token_that_ends_is_told_to_the_operator_by_mail_once(tmp_path: Path) -> None:
    async def play() -> tuple[list[str], str]:
        async with standing(tmp_path, BOF) as on:
            await on.start()
            await on.until("!status", "builds ok")
            on.stage.salsa.faults.inject("status", "401")
            answer = await on.until("!status", "does not answer")
            for _ in range(100):
                if on.stage.mail.mails:
                    break
                await asyncio.sleep(0.05)
            await on.end(signal.SIGKILL)
            await on.start()
            await on.until("!status", "does not answer")
            return [str(mail["Message-ID"]) for mail in on.stage.mail.mails], answer

    ids, answer = asyncio.run(play())
    assert ids == ["<sources.salsa.2019-07-22.unauthorised.mail@example.org>"]
    assert "26 of 27 builds ok" in answer
