"""The status in one line, and what nobody has seen yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import LookFailed
from tests.features.builders import (
    NOW,
    Bot,
    ago,
    job,
    merge_request,
    merge_requests_seen,
    pipeline,
    pipelines_seen,
    projects_seen,
)

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

RED = "finder master (scheduled) (8 h), debian-cloud-images master (5 h)"
JOBS = (
    job(1, "ec2 sid amd64 build", at=ago(days=3)),
    job(2, "ec2 sid arm64 build", "failed", at=ago(days=2)),
    job(3, "gce sid build", at=ago(days=3)),
)
LOOK = (
    projects_seen("cloud-team/debian-cloud-images", "cloud-team/finder"),
    pipelines_seen(
        pipeline(1, "failed", made=ago(hours=5), jobs=JOBS),
        pipeline(2, path="cloud-team/finder", made=ago(days=4)),
        pipeline(3, "failed", path="cloud-team/finder", source="schedule", made=ago(hours=8)),
    ),
    merge_requests_seen(merge_request(7, made=ago(days=97)), merge_request(8), merge_request(9, draft=True)),
)


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ((), "Debian Cloud Team: nothing seen yet; ask again in a minute."),
        (LOOK[:1], "builds ?. pipelines ?. MRs ?."),
        (
            LOOK,
            f"2 of 3 builds ok; FAIL ec2 sid arm64 (2 d). 3 pipelines: FAIL {RED}. 2 open MRs, oldest 97 d.",
        ),
        (
            (LOOK[0], pipelines_seen(pipeline(1, jobs=JOBS[:1])), merge_requests_seen(merge_request(7))),
            "1 of 1 build ok. 1 pipeline: all ok. 1 open MR, oldest 3 d.",
        ),
        (
            (LOOK[0], pipelines_seen(), merge_requests_seen()),
            "no image build yet. 0 pipelines. 0 open MRs.",
        ),
    ],
    ids=["nothing", "projects alone", "some red", "all green", "an empty group"],
)
def test_the_status_is_one_line_and_unknown_is_never_green(facts: tuple[Fact, ...], answer: str) -> None:
    bot = Bot()
    bot.take(*facts)

    assert bot.answer("status") == answer


@pytest.mark.need("N20")
def test_the_status_of_a_source_that_is_away_carries_its_age() -> None:
    bot = Bot()
    bot.take(*LOOK)
    bot.looked = {"salsa": ago(minutes=50)}
    bot.take(LookFailed(at=ago(minutes=41), source="salsa", reason="unreachable", detail="no route"))

    assert bot.answer("status", at=NOW).endswith(
        "2 open MRs, oldest 97 d (salsa does not answer since 41 min; read 50 min ago)."
    )


def test_asking_changes_nothing() -> None:
    bot = Bot()
    bot.take(*LOOK)
    before = dict(bot.documents)

    for question in ("status", "pipelines", "mrs", "mr 7", "health", "people", "help", "about"):
        bot.answer(question)

    assert bot.documents == before
