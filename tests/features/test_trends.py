"""What is counted of a line of history from day to day, and how it is looked back on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies

from cloudbot.core.facts import LookFailed, ProjectsSeen
from cloudbot.features.ci.history import KEPT_DAYS, MOST_RECOVERIES, Day, History, Recovery, red_seconds
from cloudbot.features.ci.pipelines import Pipelines
from cloudbot.features.ci.trends import Trends
from cloudbot.store.codec import encode
from tests.features.builders import (
    IMAGES,
    NOW,
    Bot,
    ago,
    job,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
    reported,
)

KEY = f"{IMAGES}/master/push"
FINDER = "cloud-team/finder"


def seen(*results: tuple[float, str], path: str = IMAGES, source: str = "push") -> Bot:
    """A bot that saw a pipeline each so many days ago, oldest first, each by a look at that moment."""
    bot = Bot()
    bot.take(projects_seen(IMAGES, FINDER, at=ago(days=100)))
    play(bot, *results, path=path, source=source)
    return bot


def play(bot: Bot, *results: tuple[float, str], path: str = IMAGES, source: str = "push") -> None:
    for days, status in results:
        number = int(1000 - days * 10)
        warned = (job(1, "lintian", "failed"),) if status == "warnings" else None
        one = pipeline(
            number,
            "success" if status == "warnings" else status,
            path=path,
            source=source,
            made=ago(days=days),
            jobs=warned,
        )
        bot.take(pipelines_seen(one, at=ago(days=days)))


def history(bot: Bot, key: str = KEY) -> History:
    return bot.world(NOW).document(Trends).lines[key]


def test_each_result_counts_on_the_day_it_ended() -> None:
    bot = seen((3, "success"), (2.9, "success"), (2, "warnings"), (1, "failed"), (0.5, "success"))
    assert history(bot).days == {
        "2019-07-19": Day(ok=2),
        "2019-07-20": Day(warnings=1),
        "2019-07-21": Day(failed=1, red_seconds=5 * 3600),
        "2019-07-22": Day(ok=1, red_seconds=7 * 3600),
    }


def test_a_look_that_brings_several_counts_each_and_the_same_again_counts_nothing() -> None:
    bot = seen((3, "success"))
    look = pipelines_seen(pipeline(980, "failed", made=ago(days=2)), pipeline(990, made=ago(days=1)))
    bot.take(look)
    bot.take(look, reported(pipeline(990, made=ago(days=1))))
    assert [(name, day.ok, day.failed) for name, day in history(bot).days.items()] == [
        ("2019-07-19", 1, 0),
        ("2019-07-20", 0, 1),
        ("2019-07-21", 1, 0),
    ]


def test_a_retry_that_passes_is_a_result_and_a_recovery_when_it_ends() -> None:
    bot = seen((3, "success"), (1, "failed"))
    bot.take(pipelines_seen(pipeline(990, made=ago(days=1), ended=ago(hours=20))))
    assert history(bot).recoveries == (Recovery(ago(hours=20), 4 * 3600),)
    assert history(bot).days["2019-07-21"] == Day(failed=1, ok=1, red_seconds=4 * 3600)


def test_more_that_is_known_of_the_same_failure_is_no_second_one() -> None:
    bot = seen((3, "success"), (1, "failed"))
    broken = (job(1, "pytest", "failed", may_fail=False),)
    bot.take(pipelines_seen(pipeline(990, "failed", made=ago(days=1), ended=ago(hours=20), jobs=broken)))
    assert history(bot).days["2019-07-21"] == Day(failed=1)


def test_what_was_red_when_we_first_looked_is_no_measure_of_how_long_mending_takes() -> None:
    bot = seen((5, "failed"), (4, "success"), (3, "failed"), (2.5, "success"))
    assert [one.seconds for one in history(bot).recoveries] == [12 * 3600]


def test_branches_merge_requests_and_tags_are_not_the_teams_line() -> None:
    bot = seen((1, "success"))
    bot.take(pipelines_seen(pipeline(995, "failed", ref="topic"), pipeline(996, "failed", ref="v1")))
    assert set(bot.world(NOW).document(Trends).lines) == {KEY}


def test_each_schedule_of_the_default_branch_has_a_history_of_its_own() -> None:
    bot = seen((1, "success"))
    play(bot, (0.5, "failed"), source="schedule")
    assert set(bot.world(NOW).document(Trends).lines) == {KEY, f"{IMAGES}/master/schedule"}


def test_what_a_hook_says_of_a_project_that_no_look_has_shown_counts() -> None:
    bot = Bot()
    bot.take(reported(pipeline(1)))
    assert history(bot).days == {"2019-07-22": Day(ok=1)}


def test_an_old_look_that_was_sent_back_counts_nothing() -> None:
    bot = seen((3, "success"), (1, "success"))
    before = history(bot)
    bot.take(pipelines_seen(pipeline(999, "failed"), at=ago(days=2)))
    assert history(bot) == before


def test_a_renamed_project_keeps_its_history_and_one_that_is_gone_does_not() -> None:
    bot = seen((1, "success"))
    play(bot, (0.5, "success"), path=FINDER)
    renamed = replace(project(), path="cloud-team/images")
    bot.take(ProjectsSeen(at=NOW, forge="salsa", projects=(renamed,)))
    assert list(bot.world(NOW).document(Trends).lines) == ["cloud-team/images/master/push"]


def test_a_project_made_anew_under_an_old_path_begins_anew() -> None:
    bot = seen((1, "success"))
    bot.take(ProjectsSeen(at=NOW, forge="salsa", projects=(replace(project(), id=1),)))
    assert bot.world(NOW).document(Trends).lines == {}


def test_days_and_recoveries_older_than_ninety_days_are_forgotten() -> None:
    bot = seen((99, "success"), (98, "failed"), (97, "success"), (1, "failed"), (0, "success"))
    assert list(history(bot).days) == ["2019-07-21", "2019-07-22"]
    assert [one.at for one in history(bot).recoveries] == [NOW]


def test_however_long_and_often_a_line_runs_what_is_kept_of_it_stays_small() -> None:
    bot = Bot()
    bot.take(projects_seen(at=ago(days=200)))
    for number in range(1000):
        at = ago(days=200) + timedelta(hours=4 * number)
        bot.take(reported(pipeline(number + 1, "failed" if number % 2 else "success", made=at), at=at))
    kept = history(bot)
    assert (len(kept.days), len(kept.recoveries)) == (KEPT_DAYS, MOST_RECOVERIES)
    assert len(encode(bot.world(NOW).document(Trends))) < 8000


def test_a_line_on_which_nothing_runs_any_more_is_forgotten_when_the_pipelines_forgot_it() -> None:
    bot = seen((99, "success"), (98, "success"))
    gone = replace(project(), default_branch="main")
    bot.take(ProjectsSeen(at=ago(days=95), forge="salsa", projects=(gone,)))
    bot.take(pipelines_seen(pipeline(1000, ref="main", made=ago(days=1)), at=ago(days=1)))
    bot.take(pipelines_seen(pipeline(1000, ref="main", made=ago(days=1)), at=NOW))
    assert KEY not in bot.world(NOW).document(Pipelines).lines
    assert set(bot.world(NOW).document(Trends).lines) == {f"{IMAGES}/main/push"}


@given(
    begin=strategies.datetimes(datetime(2019, 1, 1), datetime(2019, 12, 31), timezones=strategies.just(UTC)),  # noqa: DTZ001
    hours=strategies.integers(0, KEPT_DAYS * 24),
)
def test_no_second_of_a_red_time_is_lost_or_counted_twice(begin: datetime, hours: int) -> None:
    begin = begin.replace(microsecond=0)
    shares = red_seconds(begin, begin + timedelta(hours=hours))
    assert sum(shares.values()) == hours * 3600
    assert [name for name, seconds in shares.items() if not 0 < seconds <= 86400] == []


def test_of_a_longer_red_time_the_last_ninety_days_count() -> None:
    assert sum(red_seconds(ago(days=400), NOW).values()) == KEPT_DAYS * 86400


STORY = ((40, "success"), (12, "success"), (10, "failed"), (9.9, "success"), (3, "warnings"), (1, "failed"))


@pytest.mark.parametrize(
    ("bot", "question", "answer"),
    [
        (Bot(), "trend", "I have not seen the pipelines yet; ask again in a minute."),
        (
            seen((0, "success")),
            "trend",
            "0 of 1 line red now; none was red in the days known of the last 30.",
        ),
        (seen(*STORY), "trend", "1 of 1 line red now; red most of the last 30 days: debian-cloud-images master on 3."),
        (
            seen(*STORY),
            "trend debian-cloud-images",
            (
                "debian-cloud-images: master FAIL, red on 3 of 30 d, green after 2 h (median of 1) "
                "[-.-F------w-F-] (newest last)."
            ),
        ),
        (
            seen((0.5, "failed")),
            "trend debian-cloud-images",
            (
                "debian-cloud-images: master FAIL, red on 1 of 1 d, green after ? (median of 0) "
                "[-------------F] (newest last)."
            ),
        ),
        (
            seen((5, "success")),
            "trend debian-cloud-images",
            "debian-cloud-images: master ok, red on 0 of 6 d [--------.-----] (newest last).",
        ),
        (seen((5, "success")), "trend finder", "? no pipeline of the default branch of finder has ended yet."),
        (
            seen((5, "success")),
            "trend woody",
            'no project "woody"; there is: debian-cloud-images, finder.',
        ),
    ],
    ids=["nothing", "one green", "team", "project", "new and red", "nothing ran for days", "never ran", "unknown"],
)
def test_it_is_looked_back_in_one_line(bot: Bot, question: str, answer: str) -> None:
    bot.looked = {"salsa": NOW}
    assert bot.answer(question) == answer


def test_the_lines_red_most_come_first_and_are_few() -> None:
    bot = Bot()
    paths = [f"cloud-team/p{number}" for number in range(5)]
    bot.take(projects_seen(*paths, at=ago(days=40)))
    for number, path in enumerate(paths):
        bot.take(
            reported(pipeline(100 + number, path=path, made=ago(days=35)), at=ago(days=35)),
            reported(pipeline(200 + number, "failed", path=path, made=ago(days=number + 2)), at=ago(days=number + 2)),
            reported(pipeline(300 + number, path=path, made=ago(days=1)), at=ago(days=1)),
        )
    assert bot.answer("trend") == (
        "0 of 5 lines red now; red most of the last 30 days: p4 master on 6, p3 master on 5, p2 master on 4 and 2 more."
    )


def test_each_schedule_is_told_apart_the_branch_first() -> None:
    bot = seen((2, "success"))
    play(bot, (1, "success"), (0, "failed"), source="schedule")
    bot.looked = {"salsa": NOW}
    assert bot.answer("trend debian-cloud-images") == (
        "debian-cloud-images: master ok, red on 0 of 3 d [-----------.--]; "
        "master (scheduled) FAIL, red on 0 of 2 d [------------.F] (newest last)."
    )


def test_of_a_source_that_is_away_the_age_is_said() -> None:
    bot = seen((1, "success"))
    bot.looked = {"salsa": ago(hours=3)}
    bot.take(LookFailed(at=ago(hours=2), source="salsa", reason="unreachable", detail="no route"))
    assert bot.answer("trend").endswith(" (salsa does not answer since 2 h; read 3 h ago).")


def test_a_line_known_from_before_there_were_histories_is_known_since_it_is_as_it_is() -> None:
    bot = seen((3, "failed"))
    bot.documents = {**bot.documents, Trends: Trends()}
    play(bot, (1, "success"))
    kept = history(bot)
    assert (kept.known_since, kept.recoveries) == (ago(days=3), ())
    assert sum(day.red_seconds for day in kept.days.values()) == 2 * 86400


def test_the_newest_line_and_the_counted_results_agree() -> None:
    bot = seen(*STORY)
    line = bot.world(NOW).document(Pipelines).lines[KEY]
    days = history(bot).days.values()
    assert len(line.trail) == len(STORY)
    assert (sum(day.ok for day in days), sum(day.warnings for day in days), sum(day.failed for day in days)) == (
        line.trail.count("."),
        line.trail.count("w"),
        line.trail.count("F"),
    )
