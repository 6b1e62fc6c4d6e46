"""News of merge requests: off until chosen, once each, and none of what was there before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.events import EVENTS
from cloudbot.core.facts import Fact, MergeRequestReported
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import (
    NOW,
    Bot,
    ago,
    given,
    keys,
    merge_request,
    merge_requests_seen,
    project,
    projects_seen,
    settings,
)

if TYPE_CHECKING:
    from cloudbot.core.forge import MergeRequest

CHOSEN = ("mr-opened", "mr-ready", "mr-merged", "mr-closed")
TALKATIVE = VoiceSettings(listen_first=False, lines_a_day=100, fold_seconds=0)
LINK = "https://salsa.example.org/mr/7"
APPROVED: dict[str, Any] = {"approved_by": ("robin",), "approvals_left": 0, "unresolved": 0}


def later(**length: float) -> datetime:
    return NOW + timedelta(**length)


def one(number: int = 7, **told: Any) -> MergeRequest:  # noqa: ANN401 - any field of a merge request
    return replace(merge_request(number, made=told.pop("created_at", None)), **told)


def listening(*seen: MergeRequest) -> Bot:
    """A bot whose channel chose all news of merge requests, after its first look."""
    bot = Bot(chosen=settings(TALKATIVE))
    for number, event in enumerate(CHOSEN):
        bot.take(given("notify", {"switch": "on", "event": event}, at=ago(hours=1), number=f"n{number}"))
    bot.take(projects_seen(at=ago(hours=1)), merge_requests_seen(*seen))
    return bot


def test_every_kind_of_it_is_off_by_default() -> None:
    assert [EVENTS[event].default for event in CHOSEN] == [False] * 4


def test_a_channel_that_chose_nothing_hears_nothing() -> None:
    bot = Bot(chosen=settings(TALKATIVE))
    bot.take(projects_seen(), merge_requests_seen())

    assert bot.lines(merge_requests_seen(one(created_at=later(minutes=1)), at=later(minutes=5))) == []


def test_the_first_look_is_learnt_in_silence() -> None:
    bot = Bot(chosen=settings(TALKATIVE))
    bot.take(given("notify", {"switch": "on", "event": "mr-opened"}, at=ago(hours=1)))

    assert bot.lines(merge_requests_seen(one(created_at=NOW))) == []


MINUTE = later(minutes=1)
CASES: list[tuple[str, MergeRequest | None, MergeRequest, str]] = [
    ("opened", None, one(created_at=MINUTE, updated_at=MINUTE), "merge request opened"),
    ("merged", one(), one(state="merged", merged_at=MINUTE, updated_at=MINUTE), "merged"),
    ("merged unseen", None, one(created_at=MINUTE, state="merged", merged_at=MINUTE, updated_at=MINUTE), "merged"),
    ("closed", one(), one(state="closed", updated_at=MINUTE), "closed unmerged"),
    ("ready", one(), one(**APPROVED), "ready to merge"),
    (
        "reopened and merged between two looks",
        one(state="closed"),
        one(state="merged", merged_at=MINUTE, updated_at=MINUTE),
        "merged",
    ),
]


@pytest.mark.parametrize(("before", "now", "word"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_change_is_told_once(before: MergeRequest | None, now: MergeRequest, word: str) -> None:
    bot = listening(*([before] if before else []))
    looks = [merge_requests_seen(now, at=later(minutes=5)), merge_requests_seen(now, at=later(minutes=10))]

    assert bot.lines(*looks) == [f'{word}: debian-cloud-images !7 "Add arm64". {LINK}']


QUIET: list[tuple[str, MergeRequest | None, MergeRequest]] = [
    ("an old one of a project that appears", None, one(created_at=ago(days=100))),
    ("an old merge of a project that appears", None, one(state="merged", merged_at=ago(days=9))),
    ("a comment", one(), one(comments=3, updated_at=MINUTE)),
    ("a conflict", one(), one(conflicts=True)),
    ("closed again in the list", one(state="closed"), one(state="closed", updated_at=MINUTE)),
    ("reopened", one(state="closed"), one(updated_at=MINUTE)),
]


@pytest.mark.parametrize(("before", "now"), [case[1:] for case in QUIET], ids=[case[0] for case in QUIET])
def test_what_is_no_change_of_that_kind_is_not_told(before: MergeRequest | None, now: MergeRequest) -> None:
    bot = listening(*([before] if before else []))

    assert bot.lines(merge_requests_seen(now, at=later(minutes=5))) == []


def test_hook_and_look_tell_it_once_together() -> None:
    merged = one(state="merged", merged_at=MINUTE, updated_at=MINUTE)
    hook: Fact = MergeRequestReported(
        at=later(minutes=2), forge="salsa", project=project(), merge_request=replace(merged, state=""), action="merge"
    )
    bot = listening(one())

    assert len(bot.lines(hook, hook, merge_requests_seen(merged, at=later(minutes=5)))) == 1


def test_each_change_has_a_key_of_its_own() -> None:
    bot = listening(one())
    first, second = later(minutes=1), later(minutes=11)
    told = bot.take(
        merge_requests_seen(one(state="closed", updated_at=first), at=later(minutes=5)),
        merge_requests_seen(one(updated_at=later(minutes=6)), at=later(minutes=10)),
        merge_requests_seen(one(state="closed", updated_at=second), at=later(minutes=15)),
    )

    assert keys(told) == [
        f"merge_requests/cloud-team/debian-cloud-images!7/closed/2019-07-22T19:{at.minute:02}:00@oftc/#debian-cloud"
        for at in (first, second)
    ]
