"""A hook at the door of the real process: from a signed POST to the channel, over a kill, and told once."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from cloudbot.demo.salsa.server import TOKEN
from tests.adapters.gitlab.hook_bodies import job
from tests.e2e.stage import SECONDS, Stand, standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

FRIDAY = datetime(2019, 7, 19, 12, 0, tzinfo=UTC)
SIGNING = "whsec_c29tZSB0aGlydHktdHdvIGJ5dGVzIG9mIGEga2V5ISE="
IMAGES = "cloud-team/debian-cloud-images"
HOOKS = """
[gitlab.salsa.hooks]
token_credentials = ["hook"]
signing_credentials = ["signing"]
instances = ["salsa.debian.org"]
age_seconds = 86400
"""


@asynccontextmanager
async def with_hooks(home: Path) -> AsyncIterator[Stand]:
    """A stand whose bot takes hooks, and looks so seldom that what it says can only come from them."""
    async with standing(home, FRIDAY) as on:
        shown = on.stage.config.read_text(encoding="utf-8").replace("every = 0.1", "every = 3600")
        text = "".join(line for line in shown.splitlines(keepends=True) if not line.startswith("hooks = "))
        voice = "[features.voice]\nfold_seconds = 2\nlines_a_day = 50"
        on.stage.config.write_text(text.replace("[features.voice]", voice) + HOOKS, encoding="utf-8")
        secrets = on.stage.config.parent / "secrets"
        secrets.mkdir(exist_ok=True)
        for name, secret in (("hook", "plain"), ("signing", SIGNING), ("api", TOKEN)):
            (secrets / name).write_text(secret, encoding="utf-8")
            (secrets / name).chmod(0o600)
        yield on


def body(number: int, status: str, *, path: str = IMAGES) -> bytes:
    """Make a pipeline's hook for the default branch, as of the stage's day."""
    attributes = {
        "id": number,
        "ref": "master",
        "sha": f"{number:040x}",
        "source": "push",
        "status": status,
        "created_at": f"2019-07-19 11:{number % 60:02d}:00 UTC",
        "finished_at": f"2019-07-19 11:{number % 60:02d}:30 UTC",
        "url": f"https://salsa.debian.org/{path}/-/pipelines/{number}",
    }
    project: dict[str, Any] = {
        "id": 1002,
        "path_with_namespace": path,
        "web_url": f"https://salsa.debian.org/{path}",
        "visibility_level": 20,
        "default_branch": "master",
    }
    jobs = [job(number * 10, "unit tests", status=status)]
    told = {"object_kind": "pipeline", "object_attributes": attributes, "project": project, "builds": jobs}
    return json.dumps(told).encode()


async def post(on: Stand, raw: bytes, **headers: str) -> tuple[int, str]:
    def send() -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", on.stage.web_port, timeout=10)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request("POST", "/hooks/gitlab/salsa", raw, fields)
            answer = connection.getresponse()
            return answer.status, answer.read().decode().strip()
        finally:
            connection.close()

    return await asyncio.to_thread(send)


async def page(on: Stand, path: str) -> str:
    def get() -> str:
        connection = http.client.HTTPConnection("127.0.0.1", on.stage.web_port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    return await asyncio.to_thread(get)


async def lines(on: Stand, count: int) -> list[str]:
    """Wait until so many unasked lines were said; return them without their links."""
    await on.stage.guest.wait(lambda: len(on.stage.unasked) >= count, SECONDS)
    return [line.partition(" http")[0] for line in on.stage.unasked]


def signed(raw: bytes, key: str, at: datetime) -> dict[str, str]:
    return {
        "webhook_id": key,
        "webhook_timestamp": str(int(at.timestamp())),
        "webhook_signature": Webhook(SIGNING).sign(msg_id=key, timestamp=at, data=raw.decode()),
    }


def test_a_signed_hook_is_told_in_the_channel_and_shows_on_the_pages(tmp_path: Path) -> None:
    async def play() -> None:
        async with with_hooks(tmp_path) as on:
            await on.start()
            await on.until("!pipelines", "ok")
            raw = body(9000001, "failed")
            assert await post(on, raw, **signed(raw, "k", FRIDAY)) == (200, "told")
            assert await post(on, raw, **signed(raw, "k", FRIDAY)) == (200, "repeated")
            assert (await post(on, raw + b" ", **signed(raw, "k", FRIDAY)))[0] == 403
            assert (await post(on, raw))[0] == 401
            (line,) = await lines(on, 1)
            assert line.startswith("FAIL debian-cloud-images master: unit tests")
            figures = await page(on, "/metrics")
            assert 'cloudbot_hooks_total{forge="salsa",outcome="told"} 1.0' in figures
            assert 'cloudbot_hooks_total{forge="salsa",outcome="refused"} 2.0' in figures
            assert "hooks of salsa" in await page(on, "/")

    asyncio.run(play())


def test_projects_where_hooks_may_not_be_made_are_found_and_kept_in_the_journal(tmp_path: Path) -> None:
    async def play() -> None:
        async with with_hooks(tmp_path) as on:
            text = on.stage.config.read_text(encoding="utf-8").replace(
                "[gitlab.salsa]\n", '[gitlab.salsa]\ntoken_credential = "api"\n'
            )
            keep = f'keep = true\naddress = "http://127.0.0.1:{on.stage.web_port}"\n'
            on.stage.config.write_text(text + keep, encoding="utf-8")
            await on.start()
            await on.until("!pipelines", "ok")
            listed = ""
            for _ in range(100):
                _, listed = await on.stage.cloudbot("journal", "list", "--limit", "200")
                if "HooksKept from hooks salsa" in listed:
                    break
                await asyncio.sleep(0.2)
            assert "HooksKept from hooks salsa" in listed
            assert await on.until("!status", "builds ok")  # looks go on

    asyncio.run(play())


def test_what_got_2xx_before_the_process_was_killed_is_told_once_after_it(tmp_path: Path) -> None:
    async def play() -> None:
        async with with_hooks(tmp_path) as on:
            await on.start()
            await on.until("!pipelines", "ok")
            held = {"X_Gitlab_Token": "plain"}
            assert await post(on, body(9000001, "failed"), Idempotency_Key="a", **held) == (200, "told")
            await lines(on, 1)
            raw = body(9000002, "success")  # so soon after a line, it waits to be folded: it has not been said
            assert await post(on, raw, Idempotency_Key="b", **held) == (200, "told")
            await on.end(signal.SIGKILL)
            assert len(on.stage.unasked) == 1
            await on.start()
            assert await post(on, raw, Idempotency_Key="b", **held) == (200, "repeated")
            assert await post(on, raw, Idempotency_Key="another name for it", **held) == (200, "told")
            said = await lines(on, 2)
            assert await post(on, body(9000003, "failed"), Idempotency_Key="c", **held) == (200, "told")
            said = await lines(on, 3)
            assert [line.partition(" (")[0] for line in said] == [
                "FAIL debian-cloud-images master: unit tests",
                "1 pipeline ok again",
                "1 pipeline FAIL",
            ]

    asyncio.run(play())
