"""Pipelines as hooks report them, projects that move, pipelines that wait, schedules that do not run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from cloudbot.core.facts import LookFailed, ProjectsSeen, TimerFired
from cloudbot.features.ci.pipelines import Pipelines
from cloudbot.features.ci.schedules import DUE
from cloudbot.features.ci.under_way import STUCK
from tests.features.builders import (
    IMAGES,
    NOW,
    Bot,
    ago,
    given,
    job,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
    reported,
    schedule,
    schedules_seen,
    timers,
)


def started() -> Bot:
    """A bot that has seen one green pipeline, five hours ago."""
    bot = Bot()
    bot.take(projects_seen(at=ago(hours=5)), pipelines_seen(pipeline(1, made=ago(hours=5)), at=ago(hours=5)))
    return bot


def known(bot: Bot) -> Pipelines:
    return bot.world(NOW).document(Pipelines)


RED = "FAIL debian-cloud-images master, was ok for 5 h. https://salsa.example.org/p/2"


def test_what_a_hook_reports_is_told_and_the_look_that_brings_the_same_says_nothing() -> None:
    bot = started()

    assert bot.lines(reported(pipeline(2, "failed"))) == [RED]
    assert bot.lines(pipelines_seen(pipeline(2, "failed"), pipeline(1, made=ago(hours=5)))) == []
    assert bot.lines(reported(pipeline(2, "failed"))) == []


def test_a_week_old_hook_says_nothing() -> None:
    bot = started()
    bot.take(reported(pipeline(3)))
    assert bot.lines(reported(pipeline(2, "failed"))) == []


def test_a_hook_is_an_event_so_the_first_of_a_line_is_news_and_the_first_look_is_not() -> None:
    assert Bot().lines(reported(pipeline(2, "failed"))) == [
        "FAIL debian-cloud-images master. https://salsa.example.org/p/2",
    ]
    assert Bot().lines(projects_seen(), pipelines_seen(pipeline(2, "failed"))) == []


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_in_whatever_order_hooks_come_the_newest_stands(order: tuple[int, ...]) -> None:
    bot = started()
    for number in order:
        bot.take(reported(pipeline(number + 1, "failed" if number % 2 else "success", made=ago(hours=4 - number))))
    assert [(line.pipeline, line.result) for line in known(bot).lines.values()] == [(4, "failed")]


@pytest.mark.parametrize(
    "other",
    [
        pipeline(2, "failed", ref="refs/merge-requests/7/head", source="merge_request_event"),
        pipeline(2, "failed", ref="feature"),
        replace(pipeline(2, "failed"), tag=True),
        pipeline(2, "failed", source="parent_pipeline"),
    ],
    ids=["merge request of a fork's master", "branch", "a tag called master", "child"],
)
def test_what_is_not_the_default_branch_turns_nothing_red(other: object) -> None:
    bot = started()
    assert bot.lines(reported(other)) == []  # type: ignore[arg-type]  # pipelines all
    assert "FAIL" not in bot.answer("pipelines")


def test_running_pipelines_are_counted_until_they_end_whichever_hook_comes_first() -> None:
    bot = started()
    bot.take(reported(pipeline(2, "running", ended=ago(hours=1))))
    assert [*known(bot).under_way] == ["2"]
    bot.take(reported(pipeline(2, ended=NOW)))
    bot.take(reported(pipeline(2, "running", ended=ago(hours=1))))
    assert known(bot).under_way == {}


def test_a_project_that_is_renamed_keeps_its_history_and_nothing_is_told_twice() -> None:
    bot = started()
    bot.take(reported(pipeline(2, "failed")))
    renamed = replace(project(), path="cloud-team/images")

    bot.take(ProjectsSeen(at=NOW, forge="salsa", projects=(renamed,)))

    assert bot.lines(pipelines_seen(pipeline(2, "failed", path="cloud-team/images"))) == []
    assert bot.answer("pipelines").startswith("images master FAIL ")


def test_a_project_that_is_gone_is_forgotten() -> None:
    bot = started()
    bot.take(ProjectsSeen(at=NOW, forge="salsa", projects=(project("cloud-team/other"),)))
    assert known(bot).lines == {}


def test_a_project_made_anew_under_an_old_path_begins_anew() -> None:
    bot = started()
    bot.take(reported(pipeline(2, "failed")))
    bot.take(ProjectsSeen(at=NOW, forge="salsa", projects=(replace(project(), id=99),)))

    assert bot.lines(pipelines_seen(pipeline(3, made=NOW))) == []


def test_projects_that_join_the_group_are_learnt_in_silence_and_told_of_from_then_on() -> None:
    bot = started()
    bot.take(projects_seen(IMAGES, "cloud-team/new"))
    look = pipelines_seen(pipeline(1, made=ago(hours=5)), pipeline(2, "failed", path="cloud-team/new"))

    assert bot.lines(look) == []
    assert bot.lines(pipelines_seen(pipeline(1, made=ago(hours=5)), pipeline(3, path="cloud-team/new"))) == [
        "ok again: new master, after less than a minute. https://salsa.example.org/p/3",
    ]


def test_the_first_pipeline_of_a_known_project_is_news_when_it_fails() -> None:
    bot = Bot()
    bot.take(projects_seen(), pipelines_seen())
    assert bot.lines(pipelines_seen(pipeline(1, "failed"))) == [
        "FAIL debian-cloud-images master. https://salsa.example.org/p/1",
    ]


def test_a_configuration_that_cannot_be_read_is_said_so() -> None:
    bot = started()
    broken = replace(pipeline(2, "failed", jobs=()), yaml_errors="jobs config should contain a visible job")
    (line,) = bot.lines(reported(broken))
    assert line.startswith("FAIL debian-cloud-images master: the CI configuration cannot be read, was ok for 5 h. ")


def test_one_runner_outage_in_twelve_projects_is_one_line() -> None:
    bot = Bot()
    paths = [f"cloud-team/p{number:02}" for number in range(12)]
    bot.take(projects_seen(*paths), pipelines_seen(*(pipeline(1, path=path, made=ago(hours=5)) for path in paths)))
    jobs = tuple(
        job(number, f"test {number}", "failed", may_fail=False, reason="runner_system_failure") for number in range(5)
    )

    (line,) = bot.lines(pipelines_seen(*(pipeline(2, "failed", path=path, jobs=jobs) for path in paths)))
    named = ", ".join(f"p{number:02} master" for number in range(4))
    assert line == f"12 pipelines FAIL, all runner_system_failure ({named} and 8 more). !pipelines"


# ------------------------------------------------------------------------------------------- waiting for a runner


def test_a_pipeline_that_waits_for_a_runner_for_six_hours_is_told_once() -> None:
    bot = started()
    effects = bot.take(pipelines_seen(pipeline(2, "pending", made=ago(hours=1))))
    due = ago(hours=1) + timedelta(hours=6)
    assert timers(effects) == {STUCK: due}

    assert bot.lines(TimerFired(at=due, name=STUCK, due=due)) == [
        "debian-cloud-images master waits for a runner since 6 h. https://salsa.example.org/p/2",
    ]
    assert bot.take(TimerFired(at=due, name=STUCK, due=due)) == []


def test_one_that_ran_in_time_is_not_told() -> None:
    bot = started()
    bot.take(pipelines_seen(pipeline(2, "pending", made=ago(hours=1))))
    bot.take(pipelines_seen(pipeline(2, "running", made=ago(hours=1))))
    assert bot.take(TimerFired(at=NOW + timedelta(hours=6), name=STUCK, due=NOW)) == []


# ------------------------------------------------------------------------------------------------------ schedules

GRACE = timedelta(minutes=150)
MISSED = "did not run: debian-cloud-images daily 1, due Mon 19:00 (2 h ago)."


def woken(bot: Bot, at: object) -> list[str]:
    return bot.lines(TimerFired(at=at, name=DUE, due=at))  # type: ignore[arg-type]  # an instant


def test_a_schedule_that_did_not_run_is_told_once_and_once_when_it_runs_again() -> None:
    bot = started()
    assert timers(bot.take(schedules_seen(schedule()))) == {DUE: NOW + GRACE}

    assert woken(bot, NOW + GRACE) == [MISSED]
    assert woken(bot, NOW + 2 * GRACE) == []
    assert "; 1 schedule did not run (daily 1, due Mon 19:00)" in bot.answer("pipelines", at=NOW + GRACE)
    again = schedule(next_run=NOW + timedelta(days=1))
    assert bot.lines(schedules_seen(again, at=NOW + 2 * GRACE)) == [
        "runs again: debian-cloud-images daily 1, which was due Mon 19:00.",
    ]
    assert bot.lines(schedules_seen(again, at=NOW + 3 * GRACE)) == []


@pytest.mark.parametrize(
    "now",
    [schedule(active=False), schedule(next_run=NOW + timedelta(days=1))],
    ids=["switched off", "it ran"],
)
def test_one_that_ran_or_is_off_is_not_missed(now: object) -> None:
    bot = started()
    bot.take(schedules_seen(schedule(), at=ago(hours=1)), schedules_seen(now))  # type: ignore[arg-type]  # schedules
    assert woken(bot, NOW + GRACE) == []


def test_a_schedule_is_not_missed_on_the_word_of_a_server_that_does_not_answer() -> None:
    bot = started()
    bot.take(
        schedules_seen(schedule()),
        LookFailed(at=NOW, source="salsa", reason="unreachable", detail="connection refused"),
    )
    effects = bot.take(TimerFired(at=NOW + GRACE, name=DUE, due=NOW + GRACE))
    assert (bot.said(effects), timers(effects)) == ([], {DUE: NOW + 2 * GRACE})


def test_two_schedules_on_one_branch_one_red_one_green_do_not_take_turns() -> None:
    bot = started()
    bot.take(schedules_seen(schedule(1), schedule(2)))
    lines = []
    for number in range(2, 8):
        name, status = ("daily", "success") if number % 2 else ("weekly", "failed")
        run = replace(pipeline(number, status, source="schedule"), schedule=name)
        lines += bot.lines(pipelines_seen(pipeline(1, made=ago(hours=5)), run))
    assert lines == ["FAIL debian-cloud-images master (weekly). https://salsa.example.org/p/2"]


def test_a_scheduled_pipeline_of_which_it_is_unknown_which_schedule_ran_it_waits_for_that() -> None:
    bot = started()
    bot.take(schedules_seen(schedule(1), schedule(2)))
    run = pipeline(2, "failed", source="schedule")

    assert bot.lines(reported(run)) == []
    assert bot.lines(pipelines_seen(replace(run, schedule="weekly"))) == [
        "FAIL debian-cloud-images master (weekly). https://salsa.example.org/p/2",
    ]


# ------------------------------------------------------------------------------------------------- chosen in chat


def test_side_branches_are_told_to_those_who_named_them() -> None:
    bot = started()
    bot.take(given("notify", {"switch": "on", "event": "problem", "project": "*", "ref": "buster*"}))
    bot.take(pipelines_seen(pipeline(1, made=ago(hours=5)), pipeline(2, ref="buster-next", made=ago(hours=4))))

    assert bot.lines(reported(pipeline(3, "failed", ref="buster-next"))) == [
        "FAIL debian-cloud-images buster-next, was ok for 4 h. https://salsa.example.org/p/3",
    ]


def test_every_end_is_told_to_those_who_want_that_and_no_end_twice() -> None:
    bot = started()
    bot.take(given("notify", {"switch": "on", "event": "finished"}))

    assert bot.lines(reported(pipeline(2))) == [
        "debian-cloud-images master ended: ok. https://salsa.example.org/p/2",
    ]
    assert bot.lines(reported(pipeline(3, "failed", made=ago(minutes=1)))) == [
        "FAIL debian-cloud-images master, was ok for 4 h. https://salsa.example.org/p/3",
    ]


def test_projects_that_could_not_be_read_are_named_with_the_answer() -> None:
    bot = started()
    bot.looked = {"salsa": NOW}
    bot.take(replace(pipelines_seen(pipeline(1, made=ago(hours=5))), missing=(IMAGES,)))
    assert bot.answer("pipelines") == (
        "debian-cloud-images master ok 5 h ago; not read this time: debian-cloud-images."
    )
