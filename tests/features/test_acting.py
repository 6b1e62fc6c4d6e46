"""`!retry`, `!cancel` and `!run`: what is meant, what is done, and what is said when the end is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import pytest

from cloudbot.core.effects import Act, Say
from cloudbot.core.facts import Delivered
from cloudbot.features.ci.acting import Acting, Settings
from cloudbot.store.codec import decode, encode
from tests.features.builders import (
    CHANNEL,
    COMMANDS,
    IMAGES,
    NOW,
    SPEAKING,
    Bot,
    given,
    job,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
    schedule,
    schedules_seen,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.effects import Effect

TOOLS = "cloud-team/tools"
LOOK = "I do not do it twice; look first:"
HOW = "An operator switches it on: enabled = true in [features.acting], and a token with scope api."
PAGE = f"https://salsa.example.org/{IMAGES}/-/pipelines"
BROKEN = "ec2 sid arm64"


def seen(*, enabled: bool = True) -> Bot:
    """A bot that knows a failed build, a failed line, one that is fine, two pipelines under way and two schedules."""
    bot = Bot(chosen=settings(SPEAKING, Settings(enabled=enabled)))
    failed = job(41, "ec2 sid arm64 build", "failed", reason="script_failure")
    good = job(42, "azure sid amd64 build")
    bot.take(
        projects_seen(IMAGES, TOOLS),
        schedules_seen(schedule(1), schedule(2)),
        pipelines_seen(
            pipeline(4, jobs=(failed, good)),
            pipeline(5, "failed", ref="feature"),
            pipeline(6, "running"),
            pipeline(7, "running", ref="feature"),
            pipeline(8, "failed", path=TOOLS),
            pipeline(9, "running", path=TOOLS),
        ),
    )
    return bot


def order(bot: Bot, command: str, number: str = "m1", **args: str) -> list[Effect]:
    return bot.take(given(command, args, number=number))


def act(effects: list[Effect]) -> tuple[str, int, int]:
    """Return what is done: the action and the numbers of the project and of the thing."""
    (one,) = effects
    assert isinstance(one, Act), one
    return one.action, one.project, one.id


def end(state: Literal["sent", "dead", "expired", "unknown"], detail: str = "") -> Delivered:
    return Delivered(at=NOW + timedelta(seconds=2), key="act/oftc/m1", state=state, detail=detail)


@pytest.mark.parametrize(
    ("command", "args", "expected"),
    [
        ("retry", {"what": BROKEN}, ("retry_job", IMAGES, 41)),
        ("retry", {"what": "sid"}, ("retry_job", IMAGES, 41)),
        ("retry", {"what": "tools"}, ("retry_pipeline", TOOLS, 8)),
        ("retry", {"what": "debian-cloud-images feature"}, ("retry_pipeline", IMAGES, 5)),
        ("retry", {"what": "5"}, ("retry_pipeline", IMAGES, 5)),
        ("retry", {"what": "#8"}, ("retry_pipeline", TOOLS, 8)),
        ("cancel", {"project": "tools"}, ("cancel_pipeline", TOOLS, 9)),
        ("cancel", {"project": IMAGES, "ref": "feature"}, ("cancel_pipeline", IMAGES, 7)),
        ("cancel", {"project": IMAGES, "ref": "6"}, ("cancel_pipeline", IMAGES, 6)),
        ("run", {"project": IMAGES, "schedule": "Daily 2"}, ("play_schedule", IMAGES, 2)),
        ("run", {"project": IMAGES, "schedule": "#1"}, ("play_schedule", IMAGES, 1)),
    ],
)
def test_what_is_meant_is_done(command: str, args: Mapping[str, str], expected: tuple[str, str, int]) -> None:
    action, path, number = expected
    assert act(order(seen(), command, **args)) == (action, project(path).id, number)


@pytest.mark.parametrize(
    ("command", "args", "line"),
    [
        ("retry", {"what": "azure sid"}, "nothing to retry: azure sid amd64 did not fail."),
        ("retry", {"what": "4"}, "nothing to retry: debian-cloud-images master did not fail."),
        (
            "retry",
            {"what": "nonsense"},
            'nothing to retry called "nonsense"; there is: ec2 sid arm64, tools master.',
        ),
        (
            "cancel",
            {"project": IMAGES},
            "which one: 6 (master), 7 (feature)? !cancel debian-cloud-images NUMBER",
        ),
        (
            "cancel",
            {"project": "tools", "ref": "feature"},
            'nothing to cancel called "tools feature"; there is: 9 (master).',
        ),
        (
            "run",
            {"project": IMAGES, "schedule": "daily"},
            "which one: 1 (daily 1), 2 (daily 2)? !run debian-cloud-images NUMBER",
        ),
        (
            "run",
            {"project": "tools", "schedule": "daily"},
            'nothing to run called "daily", nor anything else that I know of.',
        ),
        (
            "run",
            {"project": "nowhere", "schedule": "daily"},
            'no project "nowhere"; there is: debian-cloud-images, tools.',
        ),
    ],
)
def test_what_cannot_be_meant_is_answered_with_what_there_is(command: str, args: Mapping[str, str], line: str) -> None:
    bot = seen()
    assert bot.said(order(bot, command, **args)) == [line]


def test_several_that_failed_are_asked_back() -> None:
    bot = seen()
    bot.take(pipelines_seen(pipeline(10, jobs=(job(101, "ec2 sid amd64 build", "failed"),))))
    assert bot.said(order(bot, "retry", what="ec2")) == [
        "which one: ec2 sid amd64, ec2 sid arm64? !retry NAME-OR-NUMBER"
    ]


def test_two_lines_of_one_ref_are_told_apart_by_their_pipelines_numbers() -> None:
    bot = seen()
    daily = replace(pipeline(10, "failed", source="schedule"), schedule="daily 1")
    bot.take(pipelines_seen(daily, pipeline(11, "failed")))
    assert bot.said(order(bot, "retry", what="debian-cloud-images master")) == [
        "which one: 11 (debian-cloud-images master), 10 (debian-cloud-images master (daily 1))? !retry NAME-OR-NUMBER"
    ]


@pytest.mark.parametrize(
    ("state", "detail", "line"),
    [
        ("sent", "", f"retrying ec2 sid arm64 for Alex: {PAGE}/4"),
        ("dead", "not there (404)", f"not retried: ec2 sid arm64, not there (404). By hand: {PAGE}/4"),
        (
            "expired",
            "not sent in time",
            f"not retried: ec2 sid arm64, the server did not take it for ten minutes. Ask again, or by hand: {PAGE}/4",
        ),
        (
            "unknown",
            "no answer in time",
            f"not known whether ec2 sid arm64 was retried: no answer in time. {LOOK} {PAGE}/4",
        ),
    ],
)
def test_the_end_is_told_where_it_was_asked_for(
    state: Literal["sent", "dead", "expired", "unknown"], detail: str, line: str
) -> None:
    bot = seen()
    order(bot, "retry", what=BROKEN)
    told = [one for one in bot.take(end(state, detail)) if isinstance(one, Say)]
    assert [(one.to, one.notice, bot.line(one)) for one in told] == [(CHANNEL, False, line)]


def test_nothing_is_said_before_the_end_is_known() -> None:
    bot = seen()
    assert bot.said(order(bot, "retry", what=BROKEN)) == []


def test_it_is_tried_for_ten_minutes_on_the_forge_of_the_project_for_whom_asked() -> None:
    (one,) = order(seen(), "retry", what=BROKEN)
    assert isinstance(one, Act)
    assert (one.key, one.forge, one.by, one.expires) == ("act/oftc/m1", "salsa", "Alex", NOW + timedelta(minutes=10))


def test_the_end_is_told_once() -> None:
    bot = seen()
    order(bot, "retry", what=BROKEN)
    bot.take(end("unknown"))
    assert bot.said(bot.take(end("sent"))) == []


def test_what_is_asked_for_again_before_its_end_is_not_done_twice() -> None:
    bot = seen()
    order(bot, "retry", what=BROKEN)
    assert bot.said(order(bot, "retry", "m2", what=BROKEN)) == [
        f"that was asked for by Alex already; I say how it ends. {PAGE}/4"
    ]


def test_after_its_end_it_may_be_asked_for_again() -> None:
    bot = seen()
    order(bot, "retry", what=BROKEN)
    bot.take(end("sent"))
    assert act(order(bot, "retry", "m2", what=BROKEN)) == ("retry_job", project(IMAGES).id, 41)


def test_an_order_whose_row_was_dropped_is_in_the_way_for_a_day_at_most() -> None:
    bot = seen()
    order(bot, "retry", what=BROKEN)
    bot.take(given("retry", {"what": BROKEN}, number="m2", at=NOW + timedelta(days=1)))
    assert list(bot.world(NOW).document(Acting).asked) == ["act/oftc/m2"]


def test_what_was_asked_for_is_known_after_a_restart() -> None:
    bot = seen()
    order(bot, "retry", what=BROKEN)
    acting = bot.world(NOW).document(Acting)
    assert decode(Acting, encode(acting)) == acting


@pytest.mark.parametrize("command", ["retry", "cancel", "run"])
def test_it_is_off_unless_the_operator_allows_it(command: str) -> None:
    bot = seen(enabled=False)
    assert not Settings().enabled
    assert bot.said(order(bot, command, what=BROKEN, project=IMAGES, schedule="daily 1")) == [
        f"{command} is switched off here. {HOW}"
    ]


@pytest.mark.parametrize("command", ["retry", "cancel", "run"])
def test_it_is_for_people_of_the_team(command: str) -> None:
    found = COMMANDS.find(command)
    assert found is not None
    assert (found.who, found.needs_proof({})) == ("member", True)


@pytest.mark.parametrize("state", ["sent", "dead", "expired", "unknown"])
def test_every_end_fits_in_a_line_whatever_the_names(state: Literal["sent", "dead", "expired", "unknown"]) -> None:
    bot = Bot(chosen=settings(SPEAKING, Settings(enabled=True)))
    ref = "漢" * 80
    bot.take(projects_seen(), pipelines_seen(pipeline(5, "failed", ref=ref)))
    order(bot, "retry", what=f"{IMAGES} {ref}")
    (line,) = bot.said(bot.take(end(state, "reason " * 50)))
    assert len(line.encode()) < 400
