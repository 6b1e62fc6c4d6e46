"""Pipelines: one state per line of history, and a word only when it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import Announce, SetTimer
from cloudbot.core.facts import TimerFired
from cloudbot.features.ci.pipelines import STILL_RED, Pipelines, pipelines
from tests.features.builders import (
    IMAGES,
    NOW,
    SPEAKING,
    Bot,
    ago,
    job,
    keys,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
    settings,
)

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.effects import Effect
    from cloudbot.core.forge import Pipeline

LINK = "https://salsa.example.org/p/2"
IMAGES_RED = f"FAIL debian-cloud-images master, was ok for 2 h. {LINK}"
IMAGES_OK = "ok again: debian-cloud-images master, after 1 h. https://salsa.example.org/p/3"


def started() -> Bot:
    """A bot that has seen one green pipeline, five hours ago."""
    bot = Bot()
    bot.take(projects_seen(at=ago(hours=5)), pipelines_seen(pipeline(1, made=ago(hours=5)), at=ago(hours=5)))
    return bot


@pytest.mark.parametrize("status", ["success", "failed"])
def test_the_first_look_is_learnt_in_silence(status: str) -> None:
    bot = Bot()

    assert bot.lines(projects_seen(), pipelines_seen(pipeline(1, status))) == []
    assert [line.result for line in known(bot).lines.values()] == [status]


def known(bot: Bot) -> Pipelines:
    return bot.world(NOW).document(Pipelines)


def test_a_problem_and_its_end_are_told_once_each() -> None:
    bot = started()

    looks = [
        pipelines_seen(pipeline(2, "failed", made=ago(hours=3)), at=ago(hours=3)),
        pipelines_seen(pipeline(2, "failed", made=ago(hours=3)), at=ago(hours=3)),
        pipelines_seen(pipeline(3, made=ago(hours=2)), at=ago(hours=2)),
        pipelines_seen(pipeline(3, made=ago(hours=2)), at=ago(hours=1)),
    ]

    assert [bot.lines(look) for look in looks] == [[IMAGES_RED], [], [IMAGES_OK], []]


def test_what_broke_is_named_and_what_may_fail_is_not() -> None:
    bot = started()
    jobs = (
        job(1, "test pytest", "failed", may_fail=False, reason="script_failure"),
        job(2, "ec2 sid", "failed", reason="script_failure"),
        job(3, "test package", "failed", may_fail=False),
        job(4, "test flake8", may_fail=False),
    )

    assert bot.lines(pipelines_seen(pipeline(2, "failed", made=ago(hours=3), jobs=jobs))) == [
        f"FAIL debian-cloud-images master: test pytest (script_failure), test package, was ok for 2 h. {LINK}",
    ]


def test_a_flicker_between_two_looks_is_not_told() -> None:
    bot = started()

    assert bot.lines(pipelines_seen(pipeline(3), pipeline(2, "failed"), pipeline(1))) == []
    assert [line.pipeline for line in known(bot).lines.values()] == [3]


@pytest.mark.parametrize("between", ["canceled", "skipped", "manual", "running", "pending", "created"])
def test_a_pipeline_without_a_result_between_two_failed_ones_changes_nothing(between: str) -> None:
    bot = started()

    statuses = enumerate(["failed", between, "failed"], start=2)
    looks = [pipelines_seen(pipeline(number, status, made=ago(hours=3))) for number, status in statuses]

    assert [bot.lines(look) for look in looks] == [[IMAGES_RED], [], []]
    assert [line.since for line in known(bot).lines.values()] == [ago(hours=3)]


def test_an_older_pipeline_never_overwrites_a_newer() -> None:
    bot = started()
    bot.take(pipelines_seen(pipeline(3)))

    assert bot.lines(pipelines_seen(pipeline(2, "failed"))) == []
    assert [(line.pipeline, line.result) for line in known(bot).lines.values()] == [(3, "success")]


def test_an_older_look_never_overwrites_a_newer() -> None:
    bot = started()
    bot.take(pipelines_seen(pipeline(2)))
    before = known(bot)

    assert bot.lines(pipelines_seen(pipeline(3, "failed"), at=ago(hours=1))) == []
    assert known(bot) == before


def test_a_retry_of_the_same_pipeline_is_flaky_after_the_time_it_really_was_red() -> None:
    bot = started()
    bot.take(pipelines_seen(pipeline(2, "failed", made=ago(hours=4), ended=ago(hours=4)), at=ago(hours=4)))

    assert bot.lines(pipelines_seen(pipeline(2, made=ago(hours=4), ended=NOW))) == [
        "ok when tried again, nothing changed: debian-cloud-images master, after 4 h. https://salsa.example.org/p/2",
    ]


def test_a_pipeline_that_is_mended_and_broken_again_by_retries_is_told_each_time_under_keys_of_its_own() -> None:
    bot = started()
    results = ["failed", "success", "failed", "success"]
    looks = [
        pipelines_seen(pipeline(2, status, made=ago(hours=4), ended=ago(hours=4 - place)), at=ago(hours=4 - place))
        for place, status in enumerate(results)
    ]

    said = [key for look in looks for key in keys(bot.take(look))]

    assert said == [
        "pipelines/cloud-team/debian-cloud-images/master/push/2/problem@oftc/#debian-cloud",
        "pipelines/cloud-team/debian-cloud-images/master/push/2/flaky-2019-07-22T16:00:00+00:00@oftc/#debian-cloud",
        "pipelines/cloud-team/debian-cloud-images/master/push/2/problem-2019-07-22T17:00:00+00:00@oftc/#debian-cloud",
        "pipelines/cloud-team/debian-cloud-images/master/push/2/flaky-2019-07-22T18:00:00+00:00@oftc/#debian-cloud",
    ]


def test_schedules_are_a_line_of_history_of_their_own() -> None:
    bot = started()
    bot.take(pipelines_seen(pipeline(2, source="schedule", made=ago(hours=5))))

    assert bot.lines(pipelines_seen(pipeline(3, "failed", source="schedule", made=ago(hours=3)), pipeline(4))) == [
        "FAIL debian-cloud-images master (scheduled), was ok for 2 h. https://salsa.example.org/p/3",
    ]


@pytest.mark.parametrize(
    "other",
    [
        pipeline(8, "failed", ref="refs/merge-requests/7/head", source="merge_request_event"),
        pipeline(8, "failed", ref="feature"),
        pipeline(8, "failed", ref="v1.0"),
        pipeline(8, "failed", path="somebody/debian-cloud-images"),
    ],
    ids=["merge request", "branch", "tag", "fork with a master"],
)
def test_only_the_default_branch_of_the_teams_projects_is_everybodys_business(other: Pipeline) -> None:
    bot = started()
    bot.take(pipelines_seen(pipeline(7, path=other.project, ref=other.ref)))

    assert bot.lines(pipelines_seen(other)) == []


def test_a_project_without_a_default_branch_says_nothing() -> None:
    bot = Bot()
    empty = projects_seen()
    bot.take(type(empty)(at=NOW, forge="salsa", projects=(project(branch=None),)), pipelines_seen(pipeline(1)))

    assert bot.lines(pipelines_seen(pipeline(2, "failed"))) == []


def many(status: str, first: int, count: int = 6) -> list[Pipeline]:
    paths = [f"cloud-team/p{number}" for number in range(count)]
    return [pipeline(first + number, status, path=path, made=ago(hours=3)) for number, path in enumerate(paths)]


def test_all_that_one_look_brings_is_one_line() -> None:
    bot = Bot()
    bot.take(projects_seen(*(f"cloud-team/p{number}" for number in range(6))))
    bot.take(pipelines_seen(*many("success", 1)))

    assert bot.lines(pipelines_seen(*many("failed", 11))) == [
        "6 pipelines FAIL (p0 master, p1 master, p2 master, p3 master and 2 more). !pipelines",
    ]
    mixed = [*many("success", 21, 2), *many("failed", 31)[2:]]
    assert bot.lines(pipelines_seen(*mixed)) == [
        "2 pipelines ok again (p0 master, p1 master). !pipelines",
    ]


def test_the_same_pipelines_may_break_together_twice() -> None:
    bot = Bot()
    bot.take(projects_seen("cloud-team/p0", "cloud-team/p1"))
    said: list[str] = []
    for minute, status in enumerate(["success", "failed", "success", "failed"]):
        at = NOW + timedelta(minutes=minute)
        said += keys(bot.take(pipelines_seen(*many(status, 1, 2), at=at)))

    assert len(said) == len(set(said)) == 3


def reminder(due: datetime) -> TimerFired:
    return TimerFired(at=due, name=STILL_RED, due=due)


def timers(effects: list[Effect]) -> list[datetime]:
    return [effect.due for effect in effects if isinstance(effect, SetTimer)]


RED = pipelines_seen(pipeline(2, "failed", made=ago(hours=3)), at=ago(hours=3))
DUE = ago(hours=3) + timedelta(hours=48)


def test_what_is_still_red_is_reminded_of_every_48_hours_and_not_when_it_is_green() -> None:
    bot = started()
    assert timers(bot.take(RED)) == [DUE]

    reminded = bot.take(reminder(DUE))
    again = DUE + timedelta(hours=48)

    assert bot.said(reminded) == ["still FAIL: debian-cloud-images master (2 d). !pipelines"]
    assert timers(reminded) == [again]
    bot.take(pipelines_seen(pipeline(3), at=DUE + timedelta(hours=1)))
    assert bot.take(reminder(again)) == []
    assert known(bot).reminder is None


def test_new_failures_elsewhere_do_not_put_the_reminder_off() -> None:
    bot = started()
    bot.take(projects_seen(IMAGES, "cloud-team/finder", at=ago(hours=4)))
    assert timers(bot.take(RED)) == [DUE]
    for day in range(5):
        at = NOW + timedelta(hours=8 * day)
        status = "failed" if day % 2 else "success"
        assert (
            timers(bot.take(pipelines_seen(pipeline(10 + day, status, path="cloud-team/finder", made=at), at=at))) == []
        )

    assert bot.said(bot.take(reminder(DUE))) == ["still FAIL: debian-cloud-images master (2 d). !pipelines"]


def test_what_was_red_at_the_first_look_is_reminded_of_after_48_hours_too() -> None:
    bot = Bot()
    first = pipelines_seen(pipeline(1, "failed", made=ago(days=20)))

    effects = bot.take(projects_seen(), first)

    assert (bot.said(effects), timers(effects)) == ([], [NOW + timedelta(hours=48)])
    assert bot.lines(reminder(NOW + timedelta(hours=48))) == [
        "still FAIL: debian-cloud-images master (22 d). !pipelines",
    ]


def test_what_is_red_for_less_than_48_hours_is_reminded_of_when_it_is_48() -> None:
    bot = started()
    bot.take(RED)
    bot.take(pipelines_seen(pipeline(3, made=ago(hours=2)), at=ago(hours=2)))
    bot.take(pipelines_seen(pipeline(4, "failed", made=ago(hours=1)), at=ago(hours=1)))

    effects = bot.take(reminder(DUE))

    assert (bot.said(effects), timers(effects)) == ([], [ago(hours=1) + timedelta(hours=48)])


def test_a_reminder_that_was_lost_is_set_again_by_the_next_look() -> None:
    bot = started()
    bot.take(RED)

    late = DUE + timedelta(hours=1)
    assert timers(bot.take(pipelines_seen(pipeline(2, "failed", made=ago(hours=3)), at=late))) == [
        late + timedelta(hours=48),
    ]


def test_a_pipeline_whose_ages_are_asked_for_carries_them() -> None:
    bot = started()
    bot.take(
        projects_seen("cloud-team/debian-cloud-images", "cloud-team/finder", at=ago(hours=3)),
        pipelines_seen(
            pipeline(
                2,
                "failed",
                made=ago(hours=3),
                ended=ago(hours=2),
                jobs=(job(1, "test pytest", "failed", may_fail=False, reason="script_failure"),),
            ),
            pipeline(3, path="cloud-team/finder", made=ago(days=3)),
            pipeline(4, "running", path="cloud-team/finder"),
            pipeline(5, path="cloud-team/finder", ref="feature", made=ago(hours=1)),
            at=NOW,
        ),
    )

    assert bot.answer("pipelines") == (
        "debian-cloud-images master FAIL 2 h ago (since 3 h: test pytest (script_failure)), "
        "finder master ok 3 d ago; 1 running."
    )
    assert bot.answer("pipelines finder") == "finder feature ok 1 h ago, finder master ok 3 d ago; 1 running."
    assert bot.answer("ci Cloud-Team/Finder") == bot.answer("pipelines finder")


def test_more_than_four_are_counted() -> None:
    bot = Bot()
    names = [f"cloud-team/p{number}" for number in range(7)]
    bot.take(projects_seen(*names))
    results = ["failed"] * 6 + ["success"]
    bot.take(
        pipelines_seen(
            *(
                pipeline(number, result, path=path, made=ago(hours=number))
                for number, (path, result) in enumerate(zip(names, results, strict=True), start=1)
            ),
        ),
    )

    assert bot.answer("pipelines") == (
        "p0 master FAIL 1 h ago (since 1 h), p1 master FAIL 2 h ago (since 2 h), p2 master FAIL 3 h ago (since 3 h), "
        "p3 master FAIL 4 h ago (since 4 h); 3 more, 2 of them FAIL."
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("pipelines", "I have not seen the pipelines yet; ask again in a minute."),
        ("pipelines x", "I have not seen the projects yet; ask again in a minute."),
    ],
)
def test_before_the_first_look_nothing_is_claimed(question: str, answer: str) -> None:
    assert Bot().answer(question) == answer


def test_an_unknown_project_is_answered_with_the_known_ones() -> None:
    bot = started()

    assert bot.answer("pipelines nope") == 'no project "nope"; there is: debian-cloud-images.'


def test_a_project_without_a_result_says_so() -> None:
    bot = Bot()
    bot.take(projects_seen(), pipelines_seen(pipeline(1, "running")))

    assert bot.answer("pipelines debian-cloud-images") == "no pipeline has ended in debian-cloud-images yet."


def test_what_is_told_expires_and_has_a_gist() -> None:
    bot = Bot(chosen=settings(SPEAKING))
    bot.take(projects_seen(), pipelines_seen(pipeline(1, made=ago(hours=2))))
    world = bot.world(NOW)
    reaction = pipelines.react(known(bot), pipelines_seen(pipeline(2, "failed")), world)

    told = reaction.effects[0]
    assert isinstance(told, Announce)
    assert (told.gist, told.expires) == ("FAIL debian-cloud-images master", NOW + timedelta(hours=12))
