"""An order in the channel, to the real process with a token that may act: GitLab does it, and the bot sees the end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.demo.guest import Guest
from cloudbot.demo.salsa.server import API_TOKEN
from cloudbot.demo.stage import BOT, CHANNEL, MEMBER
from tests.e2e.stage import SECONDS, Stand, standing

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2019, 7, 22, 12, 0, tzinfo=UTC)


def allow(stand: Stand) -> None:
    """Configure what an operator would: the feature, and a token."""
    config = stand.stage.config
    text = config.read_text(encoding="utf-8").replace("[gitlab.salsa]", '[gitlab.salsa]\ntoken_credential = "token"')
    config.write_text(f"{text}\n[features.acting]\nenabled = true\n", encoding="utf-8")
    token = config.parent / "secrets" / "token"
    token.touch(mode=0o600)
    token.write_text(API_TOKEN, encoding="ascii")


def test_a_member_has_a_failed_build_tried_again_and_the_bot_sees_it_pass(tmp_path: Path) -> None:
    async def scene() -> None:
        async with standing(tmp_path, AT) as stand:
            allow(stand)
            member = Guest(MEMBER)
            await member.enter(stand.stage.irc_port, CHANNEL)
            await stand.start()
            await stand.until("!health", "26 of 27 builds ok")
            answer = await member.ask(BOT, CHANNEL, "!retry ec2 sid arm64", SECONDS)
            assert answer is not None, stand.stage.log
            assert answer.startswith(f"retrying ec2 sid arm64 for {MEMBER}: {stand.stage.salsa.base}/cloud-team/")
            stand.instant += timedelta(minutes=10)
            assert "27 of 27 builds ok" in await stand.until("!health", "27 of 27")
            await member.leave()

    asyncio.run(scene())
