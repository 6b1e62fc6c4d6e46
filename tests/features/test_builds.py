"""Builds: release by vendor by arch, read off job names; a cell changes only by a job that ran to an end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from cloudbot.core.facts import LookFailed, TimerFired
from cloudbot.features.ci.builds import STILL_RED, Builds, Settings
from tests.features.builders import (
    BUILD_RULE,
    NOW,
    SPEAKING,
    Bot,
    ago,
    given,
    job,
    pipeline,
    pipelines_seen,
    projects_seen,
    settings,
    timers,
)

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.facts import PipelinesSeen
    from cloudbot.core.forge import Job

NAMES = Path(__file__).parents[2] / "cloudbot" / "demo" / "data" / "job-names-2019-07-22.txt"


def look(number: int, *jobs: Job, ref: str = "master", at: datetime = NOW) -> PipelinesSeen:
    return pipelines_seen(pipeline(number, ref=ref, made=at, jobs=jobs), at=at)


def bot_that_saw(*looks: PipelinesSeen) -> Bot:
    bot = Bot()
    bot.take(projects_seen(at=ago(days=30)))
    bot.take(*looks)
    return bot


def cells(bot: Bot) -> dict[str, str]:
    return {name: cell.state for name, cell in bot.world(NOW).document(Builds).cells.items()}


EC2 = "ec2 sid amd64 build"
GREEN = look(1, job(1, EC2, at=ago(days=9)), at=ago(days=9))
RED = look(2, job(2, EC2, "failed", at=ago(hours=5), reason="script_failure"), at=ago(hours=4))


def test_the_real_job_names_of_a_day_give_the_cells_the_team_speaks_of() -> None:
    names = NAMES.read_text().splitlines()
    bot = bot_that_saw(look(1, *(job(number, name) for number, name in enumerate(names))))

    found = cells(bot)

    assert "azure stretch-backports amd64" in found
    assert {"ec2 sid arm64", "nocloud sid ppc64el", "generic buster arm64"} <= set(found)
    assert all(len(name.split()) == 3 for name in found)
    vendors = {name.split()[0] for name in found}
    assert vendors == {"azure", "ec2", "gce", "generic", "genericcloud", "nocloud"}
    assert len(found) == 27


def test_the_first_result_of_a_build_is_learnt_in_silence() -> None:
    bot = bot_that_saw()

    assert bot.lines(GREEN) == []
    assert bot.lines(look(2, job(2, EC2), job(3, "ec2 sid arm64 build", "failed"))) == []
    assert cells(bot) == {"ec2 sid amd64": "ok", "ec2 sid arm64": "failed"}


def test_a_build_that_breaks_and_is_mended_is_told_once_each() -> None:
    bot = bot_that_saw(GREEN)

    assert [bot.lines(one) for one in (RED, RED, look(3, job(3, EC2)))] == [
        ["FAIL ec2 sid amd64: build step (script_failure), was ok for 8 d. https://salsa.example.org/j/2"],
        [],
        ["ok again: ec2 sid amd64, after 5 h. https://salsa.example.org/j/3"],
    ]


@pytest.mark.parametrize("status", ["manual", "created", "running", "pending", "canceled", "skipped"])
def test_a_job_that_did_not_run_to_an_end_says_nothing(status: str) -> None:
    bot = bot_that_saw(GREEN, RED)

    assert bot.lines(look(3, job(3, EC2, status, at=None))) == []
    assert cells(bot) == {"ec2 sid amd64": "failed"}


@pytest.mark.parametrize(
    "other",
    [
        look(3, job(3, "test pytest", "failed")),
        look(3, job(3, "ec2 sid amd64 build extra", "failed")),
        look(3, job(3, EC2, "failed"), ref="feature"),
        look(0, job(9, EC2, "failed")),
        pipelines_seen(pipeline(3, "failed", jobs=None)),
    ],
    ids=[
        "no build",
        "only the beginning of a name",
        "another branch",
        "an older pipeline tried again",
        "jobs not asked for",
    ],
)
def test_what_is_no_newer_build_of_the_default_branch_changes_nothing(other: PipelinesSeen) -> None:
    bot = bot_that_saw(GREEN)

    bot.take(other)

    assert cells(bot) == {"ec2 sid amd64": "ok"}


def test_an_older_look_never_overwrites_a_newer() -> None:
    bot = bot_that_saw(GREEN, look(4, job(4, EC2)))

    assert bot.lines(look(5, job(5, EC2, "failed"), at=ago(hours=1))) == []
    assert cells(bot) == {"ec2 sid amd64": "ok"}


def test_all_that_one_look_brings_is_one_line() -> None:
    names = [f"ec2 sid {arch} build" for arch in ("amd64", "arm64")] + ["gce sid build", "azure sid build"]
    bot = bot_that_saw(look(1, *(job(number, name, at=ago(days=1)) for number, name in enumerate(names))))

    assert bot.lines(
        look(2, *(job(10 + number, name, "failed", at=ago(hours=9)) for number, name in enumerate(names)))
    ) == [
        "4 builds FAIL (azure sid amd64, ec2 sid amd64, ec2 sid arm64, gce sid amd64). !health",
    ]
    assert bot.lines(look(3, job(20, names[0]), job(21, names[1]))) == [
        "2 builds ok again (ec2 sid amd64, ec2 sid arm64). !health",
    ]


def test_a_flicker_inside_one_look_is_not_told_but_it_is_counted() -> None:
    bot = bot_that_saw(GREEN)

    assert bot.lines(look(2, job(2, EC2, "failed", at=ago(hours=2)), job(3, EC2, at=ago(hours=1)))) == []
    cell = bot.world(NOW).document(Builds).cells["ec2 sid amd64"]
    assert (cell.state, cell.streak, cell.since) == ("ok", 1, ago(hours=1))


def test_health_says_what_fails_since_when_how_often_and_when_it_last_was_good() -> None:
    bot = bot_that_saw(
        look(1, job(1, EC2, at=ago(days=9)), job(2, "ec2 buster arm64 build", at=ago(days=9)), at=ago(days=9)),
        look(2, job(3, EC2, "failed", at=ago(days=2)), at=ago(days=2)),
        look(3, job(4, EC2, "failed", at=ago(hours=1)), at=ago(minutes=5)),
    )

    assert bot.answer("health") == (
        "1 of 2 builds ok; FAIL ec2 sid amd64 since Sat 19:00 (2 d, 2 builds, last good 9 d ago)."
    )
    assert bot.answer("health SID") == (
        "SID: 0 of 1 build ok; FAIL ec2 sid amd64 since Sat 19:00 (2 d, 2 builds, last good 9 d ago)."
    )
    assert bot.answer("builds arm64") == "arm64: 1 of 1 build ok."
    assert bot.answer("health hurd") == 'no build called "hurd"; there is: buster, sid.'


@pytest.mark.need("N20")
@pytest.mark.parametrize(
    ("minutes", "note"),
    [(29, ""), (41, " (read 41 min ago)"), (60 * 24 * 4, " (read 4 d ago)")],
)
def test_a_figure_that_is_not_fresh_carries_its_age(minutes: int, note: str) -> None:
    bot = bot_that_saw(GREEN)
    bot.looked = {"salsa": ago(minutes=minutes)}

    assert bot.answer("health") == f"1 of 1 build ok{note}."


@pytest.mark.need("N20")
def test_a_source_that_is_away_is_named_with_every_figure() -> None:
    bot = bot_that_saw(GREEN)
    bot.looked = {"salsa": ago(minutes=50)}
    bot.take(LookFailed(at=ago(minutes=41), source="salsa", reason="unreachable", detail="no route"))

    assert bot.answer("health") == "1 of 1 build ok (salsa does not answer since 41 min; read 50 min ago)."


@pytest.mark.parametrize(
    ("looks", "answer"),
    [
        ([], "I have not seen the builds yet; ask again in a minute."),
        ([pipelines_seen(pipeline(1))], "no image build has ended yet."),
    ],
)
def test_nothing_is_claimed_of_builds_that_were_not_seen(looks: list[PipelinesSeen], answer: str) -> None:
    assert bot_that_saw(*looks).answer("health") == answer


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("(?P<vendor>x) build", "needs the groups"),
        ("(?P<vendor>x", "is no regular expression"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_when_it_is_configured(rule: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Settings(rules=(rule,))


def test_the_first_rule_that_matches_a_whole_name_counts() -> None:
    rules = (r"(?P<vendor>special) (?P<release>\w+) amd64 build", BUILD_RULE)
    bot = Bot(chosen=settings(SPEAKING, Settings(rules=rules, default_arch="riscv64")))
    bot.take(projects_seen(), look(1, job(1, "special sid amd64 build"), job(2, EC2), job(3, "gce sid build")))

    assert cells(bot) == {"special sid riscv64": "ok", "ec2 sid amd64": "ok", "gce sid riscv64": "ok"}


def test_builds_that_still_fail_are_reminded_of_every_48_hours() -> None:
    bot = bot_that_saw(GREEN)
    effects = bot.take(look(2, job(2, EC2, "failed"), at=NOW))
    due = NOW + timedelta(hours=48)
    assert timers(effects)[STILL_RED] == due

    reminded = bot.take(TimerFired(at=due, name=STILL_RED, due=due))
    assert bot.said(reminded) == ["still FAIL: ec2 sid amd64 (2 d). !health"]
    assert timers(reminded) == {STILL_RED: due + timedelta(hours=48)}


def test_builds_that_are_ok_again_or_known_to_fail_are_not_reminded_of() -> None:
    bot = bot_that_saw(GREEN)
    bot.take(look(2, job(2, EC2, "failed"), at=NOW), given("ack", {"what": "ec2 sid amd64 #12"}))
    due = NOW + timedelta(hours=48)
    assert bot.lines(TimerFired(at=due, name=STILL_RED, due=due)) == []
    bot.take(look(3, job(3, EC2), at=NOW + timedelta(hours=1)))
    assert bot.take(TimerFired(at=due, name=STILL_RED, due=due)) == []
