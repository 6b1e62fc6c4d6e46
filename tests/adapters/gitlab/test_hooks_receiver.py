"""From a delivery to its answer: 2xx after the commit, 4xx for a wrong proof only, and nothing told twice."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from multidict import CIMultiDict
from structlog.testing import capture_logs

from cloudbot.adapters.gitlab.hooks.receiver import LARGE
from cloudbot.adapters.gitlab.hooks.senders import Ring, Senders
from tests.adapters.gitlab.hook_bodies import AT, build, job, merge_request, of_kind, ours, pipeline, project
from tests.adapters.gitlab.hook_stage import HookStage
from tests.adapters.gitlab.test_hooks_senders import SIGNING, sign, signed, token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Json = dict[str, Any]


def raw(body: Json) -> bytes:
    return json.dumps(body).encode()


def play(scene: Callable[[HookStage], Awaitable[None]], **parts: Any) -> None:  # noqa: ANN401 - the stage's fields
    async def run() -> None:
        await scene(HookStage(**parts))

    asyncio.run(run())


HELD = {"X-Gitlab-Token": "secret"}
PIPELINE = raw(pipeline(job()))


def test_a_delivery_is_answered_after_the_commit_and_not_before() -> None:
    async def scene(stage: HookStage) -> None:
        stage.committed.clear()
        stage.receiver.patience = 30
        answer = asyncio.ensure_future(stage.post(PIPELINE, CIMultiDict(HELD)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (answer.done(), stage.told) == (False, {})
        stage.committed.set()
        assert (await answer, len(stage.told)) == ((200, "told"), 1)

    play(scene)


def test_a_stranger_is_refused_and_his_body_not_read() -> None:
    async def scene(stage: HookStage) -> None:
        assert await stage.post(PIPELINE, token("wrong")) == (403, "the secret token is not ours")
        assert await stage.post(PIPELINE, CIMultiDict()) == (401, "no proof")
        assert (stage.reads, stage.told, dict(stage.receiver.tally.outcomes)) == (0, {}, {"refused": 2})
        assert stage.receiver.tally.last is None

    play(scene)


def test_refusals_are_logged_once_a_minute_and_never_with_the_secret() -> None:
    async def scene(stage: HookStage) -> None:
        with capture_logs() as logs:
            for seconds in (0, 10, 61):
                stage.now = AT + timedelta(seconds=seconds)
                await stage.post(PIPELINE, token("guessed"))
        warned = [entry for entry in logs if entry["log_level"] == "warning"]
        assert [entry["so_far"] for entry in warned] == [1, 3]
        assert "guessed" not in str(logs)

    play(scene)


@pytest.mark.parametrize(
    ("body", "headers", "name"),
    [
        (PIPELINE, {"Idempotency-Key": "k-1", "webhook-id": "w-1"}, "team/images k-1"),
        (PIPELINE, {"webhook-id": "w-1"}, "team/images w-1"),
        (PIPELINE, {}, f"team/images {hashlib.sha256(PIPELINE).hexdigest()}"),
        (PIPELINE, {"Idempotency-Key": "k" * 201}, f"team/images {hashlib.sha256(PIPELINE).hexdigest()}"),
        (PIPELINE, {"Idempotency-Key": "k\x01"}, f"team/images {hashlib.sha256(PIPELINE).hexdigest()}"),
    ],
)
def test_a_delivery_goes_by_its_senders_name_and_else_by_what_it_says(body: bytes, headers: Json, name: str) -> None:
    async def scene(stage: HookStage) -> None:
        await stage.post(body, CIMultiDict(HELD | headers))
        assert list(stage.told) == [name]

    play(scene)


def test_the_same_delivery_again_is_told_once_and_makes_nobody_look_again() -> None:
    async def scene(stage: HookStage) -> None:
        headers = CIMultiDict(HELD | {"Idempotency-Key": "k"})
        answers = [await stage.post(raw(merge_request()), headers) for _ in range(3)]
        assert [line for _, line in answers] == ["told", "repeated", "repeated"]
        assert (stage.rings, len(stage.told)) == (1, 1)

    play(scene)


def test_a_week_old_replay_with_a_good_token_is_a_repetition() -> None:
    async def scene(stage: HookStage) -> None:
        await stage.post(PIPELINE, CIMultiDict(HELD))
        stage.now = AT + timedelta(days=7)
        assert await stage.post(PIPELINE, CIMultiDict(HELD)) == (200, "repeated")

    play(scene)


def test_a_week_old_replay_of_a_signed_delivery_is_refused() -> None:
    async def scene(stage: HookStage) -> None:
        headers = signed(sign(SIGNING, PIPELINE))
        assert await stage.post(PIPELINE, headers) == (200, "told")
        stage.now = AT + timedelta(days=7)
        assert (await stage.post(PIPELINE, headers))[0] == 403

    play(scene, senders=Senders(Ring.of([], [SIGNING])))


@pytest.mark.parametrize("filler", [0, LARGE])
def test_one_byte_that_was_changed_is_refused(filler: int) -> None:
    body = PIPELINE + b" " * filler

    async def scene(stage: HookStage) -> None:
        headers = signed(sign(SIGNING, body))
        assert await stage.post(body.replace(b"success", b"failed!"), headers) == (403, "no signature is ours")
        assert await stage.post(body, headers) == (200, "told")

    play(scene, senders=Senders(Ring.of([], [SIGNING])))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (PIPELINE, "told"),
        (raw(build()), "told"),
        (raw(of_kind("push")), "hinted"),
        (raw(of_kind("issue")), "ignored"),
        (raw(of_kind("issue", event_type="confidential_issue")), "confidential"),
        (raw(pipeline(body={"project": project(id=5, path_with_namespace="other/x")})), "outside"),
        (raw(pipeline(body={"project": project(visibility_level=0)})), "private"),
        (raw(pipeline(body={"project": project(web_url="https://gitlab.example.com/team/images")})), "foreign"),
        (PIPELINE[:-2], "unreadable"),
        (b"[]", "unreadable"),
        (b"<html>", "unreadable"),
        (b"", "unreadable"),
    ],
)
def test_a_proven_delivery_gets_2xx_whatever_it_says_and_is_counted(body: bytes, outcome: str) -> None:
    async def scene(stage: HookStage) -> None:
        assert await stage.post(body, CIMultiDict(HELD)) == (200, outcome)
        assert (dict(stage.receiver.tally.outcomes), stage.receiver.tally.last) == ({outcome: 1}, AT)
        assert len(stage.told) == (outcome == "told")

    play(scene)


def test_a_body_that_was_packed_is_read_as_unpacked() -> None:
    async def scene(stage: HookStage) -> None:
        assert await stage.post(b"packed", CIMultiDict(HELD), PIPELINE) == (200, "told")

    play(scene)


def test_what_cannot_be_written_down_in_time_is_told_to_the_sender() -> None:
    async def scene(stage: HookStage) -> None:
        stage.full = True
        assert await stage.post(PIPELINE, CIMultiDict(HELD)) == (503, "it cannot be written down at the moment")
        stage.full = False
        assert await stage.post(PIPELINE, CIMultiDict(HELD)) == (200, "told")

    play(scene)


def test_a_bug_in_judging_is_logged_and_no_failure_of_the_hook() -> None:
    def broken() -> tuple[()]:
        raise RuntimeError("a bug")

    async def scene(stage: HookStage) -> None:
        with capture_logs() as logs:
            assert await stage.post(PIPELINE, CIMultiDict(HELD)) == (200, "unreadable")
        assert [entry["event"] for entry in logs] == ["a hook could not be judged", "hook"]
        assert stage.rings == 1

    play(scene, ours=ours(known=broken))


def test_a_fact_that_is_handed_back_is_told_to_the_sender() -> None:
    async def scene(stage: HookStage) -> None:
        stage.broken = ValueError("not to be written")
        with capture_logs() as logs:
            assert await stage.post(PIPELINE, CIMultiDict(HELD)) == (503, "it cannot be written down")
        assert [entry["event"] for entry in logs] == ["a hook's fact could not be handed over"]

    play(scene)


EXPIRES: Json = {
    "object_kind": "access_token",
    "group": {"full_path": "team"},
    "object_attributes": {"name": "t", "expires_at": "2026-03-09"},
}
SCOPED = Senders(Ring.of(["secret"], []), {"team/images": Ring.of(["mine"], []), "team/other": Ring.of(["his"], [])})


@pytest.mark.parametrize(
    ("secret", "body", "answer"),
    [
        ("mine", PIPELINE, (200, "told")),
        ("his", PIPELINE, (403, "the secret is not this project's")),
        ("secret", PIPELINE, (200, "told")),
        ("his", raw({"object_kind": "access_token", "group": {"full_path": "team"}}), (200, "unreadable")),
        ("his", raw({"object_kind": "access_token", "event_name": "x", "group": {}}), (200, "outside")),
        ("his", raw(EXPIRES), (200, "ignored")),
        ("secret", raw(EXPIRES), (200, "told")),
        ("his", raw({"event_name": "subgroup_create", "full_path": "team/x"}), (200, "ignored")),
        ("his", raw(of_kind("issue", event_type="confidential_issue")), (200, "confidential")),
        ("his", raw({"text": "a custom template"}), (200, "ignored")),
        ("his", b"a custom template", (200, "unreadable")),
    ],
)
def test_a_projects_secret_is_good_for_nothing_else(secret: str, body: bytes, answer: tuple[int, str]) -> None:
    async def scene(stage: HookStage) -> None:
        assert await stage.post(body, token(secret)) == answer

    play(scene, senders=SCOPED)


def test_who_holds_one_projects_secret_cannot_use_up_the_names_of_another() -> None:
    async def scene(stage: HookStage) -> None:
        key = {"Idempotency-Key": "k"}
        other = raw(pipeline(body={"project": project(id=8, path_with_namespace="team/other")}))
        assert await stage.post(other, CIMultiDict({"X-Gitlab-Token": "his"} | key)) == (200, "told")
        assert await stage.post(PIPELINE, CIMultiDict({"X-Gitlab-Token": "mine"} | key)) == (200, "told")

    play(scene, senders=SCOPED)


def test_no_body_and_no_secret_reaches_the_log() -> None:
    async def scene(stage: HookStage) -> None:
        with capture_logs() as logs:
            for body in (PIPELINE, raw(of_kind("issue", object_attributes={"title": "a title"})), b"a custom template"):
                await stage.post(body, CIMultiDict(HELD))
        assert [entry["outcome"] for entry in logs] == ["told", "ignored", "unreadable"]
        assert [word for word in ("secret", "a title", "custom", "trixie") if word in str(logs)] == []

    play(scene)
