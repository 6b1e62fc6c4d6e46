"""Why something fails: causes, what changed, what is known already, and the questions that look back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import JobReported
from cloudbot.features.ci.builds import Builds
from tests.features.builders import (
    CHANNEL,
    NOW,
    Bot,
    ago,
    commit,
    commits_seen,
    given,
    job,
    merge_request,
    merge_requests_seen,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
    reported,
)

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.facts import PipelinesSeen
    from cloudbot.core.forge import Commit, Job
    from cloudbot.features.ci.cells import Cell

EC2 = "ec2 sid arm64 build"
FOURTH = "https://salsa.example.org/p/4"
FULL = "no space left on device"


def built(number: int, status: str, *, error: str = "", reason: str | None = None, hours: float = 0) -> PipelinesSeen:
    """A look at one pipeline with one image build, made that many hours ago."""
    at = ago(hours=hours)
    reason = reason or ("script_failure" if status == "failed" else None)
    one = replace(job(number, EC2, status, at=at, reason=reason), error=error)
    return pipelines_seen(pipeline(number, made=at, jobs=(one,)), at=at)


def landed(title: str, **length: float) -> Commit:
    return replace(commit("a", ago(**length)), title=title)


def cell(bot: Bot) -> Cell:
    return bot.world(NOW).document(Builds).cells["ec2 sid arm64"]


def failing() -> Bot:
    """A bot whose arm64 image failed three times in a row for the same reason."""
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=72))
    for number, hours in ((2, 50), (3, 26), (4, 2)):
        bot.take(built(number, "failed", error=f"E: write /tmp/x{number}: {FULL}", hours=hours))
    bot.take(
        commits_seen(
            landed("Too early", hours=80),
            landed("Enable arm64 serial console", hours=60),
            landed("Use linux from backports", hours=55),
            landed("Too late", hours=40),
        )
    )
    bot.looked = {"salsa": NOW}
    return bot


@pytest.mark.need("N39", by="!why")
def test_why_says_how_it_fails_how_often_when_it_was_good_and_what_landed_since() -> None:
    assert failing().answer("why ec2 sid arm64") == (
        'ec2 sid arm64: build step, 3 times the same: "E: write /tmp/x4: no space left on device". '
        "Last good Fri 19:00; since then 2 commits (Use linux from backports, Enable arm64 serial console). "
        "https://salsa.example.org/j/4"
    )


def test_without_a_name_it_is_about_the_one_thing_that_fails() -> None:
    bot = failing()
    assert bot.answer("why") == bot.answer("why ec2 sid arm64") == bot.answer("why arm64")


def test_what_is_ok_says_since_when() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=72))
    bot.looked = {"salsa": NOW}
    assert bot.answer("why sid") == "ec2 sid arm64 is ok since Fri 19:00 (3 d, 1 build). https://salsa.example.org/j/1"


def test_a_line_of_history_has_its_why_too() -> None:
    bot = Bot()
    broken = (job(1, "pytest", "failed", may_fail=False, reason="script_failure"),)
    bot.take(projects_seen(), pipelines_seen(pipeline(1, made=ago(hours=9)), at=ago(hours=9)))
    bot.take(commits_seen(landed("Rename everything", hours=3)))
    bot.take(pipelines_seen(pipeline(2, "failed", made=ago(hours=2), jobs=broken)))

    assert bot.answer("why debian-cloud-images") == (
        "debian-cloud-images master: FAIL since Mon 17:00 (2 h): pytest (script_failure). "
        "Last good Mon 10:00; since then 1 commit (Rename everything). https://salsa.example.org/p/2"
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("why woody", 'no build or project called "woody"; failing: ec2 sid arm64.'),
        ("why ec2 woody", 'no build or project called "ec2 woody"; failing: ec2 sid arm64.'),
    ],
)
def test_what_is_not_there_is_answered_with_what_fails(question: str, answer: str) -> None:
    assert failing().answer(question) == answer


def test_several_that_fail_are_asked_back() -> None:
    bot = Bot()
    names = ("ec2 sid amd64 build", EC2)
    bot.take(projects_seen(), pipelines_seen(pipeline(1, jobs=tuple(job(n, x, "failed") for n, x in enumerate(names)))))
    assert bot.answer("why sid") == "which one: ec2 sid amd64, ec2 sid arm64? !why NAME"


def test_nothing_fails() -> None:
    assert Bot().answer("why") == "nothing fails that I know of. !why NAME tells of one build or project."


# --------------------------------------------------------------------------------------------------------- builds


def test_a_build_that_fails_says_its_first_error() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26))
    assert bot.lines(built(2, "failed", error=FULL)) == [
        'FAIL ec2 sid arm64: build step, "no space left on device", was ok for 26 h. https://salsa.example.org/j/2',
    ]


def test_the_builders_fault_is_said_so() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26))
    (line,) = bot.lines(built(2, "failed", reason="runner_system_failure"))
    assert line.startswith("FAIL ec2 sid arm64: build step, the builders' fault (runner_system_failure), was ok for ")
    assert cell(bot).infrastructure


def matrix(number: int, status: str, error: str = "", reason: str | None = None) -> PipelinesSeen:
    names = [f"{vendor} {release} build" for vendor in ("ec2", "gce", "azure") for release in ("sid", "buster")]
    jobs = tuple(
        replace(job(10 * number + place, name, status, reason=reason), error=error) for place, name in enumerate(names)
    )
    return pipelines_seen(pipeline(number, jobs=jobs, made=ago(hours=9 - number)))


@pytest.mark.parametrize(
    ("error", "reason", "cause"),
    [("mirror answers 404", "script_failure", "mirror answers 404"), ("", "runner_system_failure", None)],
)
def test_many_failures_of_one_cause_are_one_line(error: str, reason: str, cause: str | None) -> None:
    bot = Bot()
    bot.take(projects_seen(), matrix(1, "success"))
    (line,) = bot.lines(matrix(2, "failed", error, reason))
    assert line.startswith(f"6 builds FAIL, all {cause or reason} (azure buster amd64, ")


def test_a_build_that_passes_when_it_is_tried_again_is_flaky_and_no_recovery() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26), built(2, "failed", hours=3))
    again = (job(9, EC2, at=NOW),)

    assert bot.lines(pipelines_seen(pipeline(2, made=ago(hours=3), jobs=again))) == [
        "ok when tried again, nothing changed: ec2 sid arm64, after 3 h. https://salsa.example.org/j/9",
    ]
    assert bot.answer("health") == "1 of 1 build ok; flaky: ec2 sid arm64."


def test_an_old_pipeline_that_is_tried_again_says_nothing_about_today() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26), built(2, "success", hours=3))
    assert bot.lines(pipelines_seen(pipeline(1, jobs=(job(99, EC2, "failed"),)))) == []


def test_the_log_that_is_read_later_is_added_and_told_to_nobody() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26), built(2, "failed", hours=3))
    assert bot.lines(built(2, "failed", error=FULL, hours=3)) == []
    assert cell(bot).error == FULL


def test_a_build_that_nothing_makes_any_more_is_no_row() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "failed", hours=24 * 100))
    assert bot.answer("health sid").startswith("sid: 0 of 1 build ok")
    bot.take(pipelines_seen(pipeline(2)))
    assert bot.answer("health sid") == 'no build called "sid"; there is: .'


def hook(one: Job, *, ref: str = "master", number: int = 2) -> JobReported:
    return JobReported(at=NOW, forge="salsa", project=project(), pipeline=number, ref=ref, job=one)


def test_a_hook_of_a_job_is_told_at_once_and_the_look_says_no_more() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26))

    assert len(bot.lines(hook(job(2, EC2, "failed")))) == 1
    assert bot.lines(built(2, "failed")) == []
    assert bot.lines(hook(job(1, EC2), number=1)) == []


def test_a_hook_of_a_job_on_another_branch_says_nothing() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26))
    assert bot.lines(hook(job(2, EC2, "failed"), ref="topic")) == []


def test_a_hook_of_a_pipeline_brings_its_builds() -> None:
    bot = Bot()
    bot.take(projects_seen(), built(1, "success", hours=26))
    said = bot.lines(reported(pipeline(2, jobs=(job(2, EC2, "failed", reason="script_failure"),))))
    assert said == [
        "FAIL ec2 sid arm64: build step (script_failure), was ok for 26 h. https://salsa.example.org/j/2",
    ]


# ----------------------------------------------------------------------------------------------- acknowledgements


def ack(bot: Bot, text: str, *, at: datetime = NOW, command: str = "ack") -> str:
    (line,) = bot.lines(given(command, {"what": text}, at=at))
    return line


def test_a_known_failure_is_not_told_again_and_its_answers_say_that_it_is_known() -> None:
    bot = failing()

    assert ack(bot, "ec2 sid arm64 #1042367") == (
        "known: ec2 sid arm64, #1042367; not told again until it fails otherwise or 2019-08-05. "
        "Back: unack ec2 sid arm64"
    )
    assert "Known: #1042367. " in bot.answer("why")
    assert "known: #1042367)" in bot.answer("health")
    assert bot.answer("ack list") == "known: ec2 sid arm64 (#1042367, for 14 d yet)."


def test_it_carries_to_the_next_same_failure_and_not_to_another() -> None:
    bot = failing()
    ack(bot, "ec2 sid arm64 #1042367")
    bot.take(built(5, "success"))

    assert bot.lines(built(6, "failed", error=f"E: write /tmp/x77: {FULL}")) == []
    bot.take(built(7, "success"))
    assert len(bot.lines(built(8, "failed", error="kernel panic"))) == 1


def test_it_ends_by_itself_and_can_be_taken_back() -> None:
    bot = failing()
    ack(bot, "ec2 sid arm64 mirror moves for 2d")
    assert bot.answer("ack list").startswith("known: ec2 sid arm64 (mirror moves, for 2 d yet)")
    assert "known" not in bot.answer("health", at=NOW + timedelta(days=3))

    assert ack(bot, "ec2 sid arm64", command="unack") == (
        "taken back: ec2 sid arm64. If it fails still, the next change is told."
    )
    assert bot.answer("ack list") == ("nothing is acknowledged; ack NAME BUG-OR-REASON says that a failure is known.")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ec2 sid arm64", "say why, with a bug or a few words: ack ec2 sid arm64 #1042367"),
        ("woody #1", '"woody #1" names no one thing that fails; there is: ec2 sid arm64. ack NAME BUG-OR-REASON'),
        ("arm64 sid ec2 #7", None),
        ("arm64 the mirror moves", None),
        ("arm64 waiting for mirror", None),
    ],
)
def test_what_is_meant_is_found_or_the_answer_names_the_way_out(text: str, line: str | None) -> None:
    said = ack(failing(), text)
    assert said == line if line is not None else said.startswith("known: ec2 sid arm64, ")


def test_a_pipeline_can_be_known_to_fail_and_is_not_reminded_of() -> None:
    bot = Bot()
    broken = (job(1, "pytest", "failed", may_fail=False, reason="script_failure"),)
    bot.take(projects_seen(), pipelines_seen(pipeline(1, made=ago(hours=9)), at=ago(hours=9)))
    bot.take(pipelines_seen(pipeline(2, "failed", made=ago(hours=2), jobs=broken)))
    ack(bot, "debian-cloud-images master #12")

    bot.take(pipelines_seen(pipeline(3, made=ago(hours=1))))
    assert bot.lines(pipelines_seen(pipeline(4, "failed", made=ago(minutes=5), jobs=broken))) == []
    assert "known: #12" in bot.answer("pipelines")
    assert "known: #12" in bot.answer("last debian-cloud-images")


def test_nothing_fails_so_nothing_can_be_known() -> None:
    assert ack(Bot(), "x y") == "nothing fails that I know of, so there is nothing to acknowledge."


# ------------------------------------------------------------------------------------------------ since, last, watch


def three_results() -> Bot:
    bot = Bot()
    bot.take(projects_seen())
    for number, status in enumerate(["success", "failed", "success", "failed"], start=1):
        bot.take(pipelines_seen(pipeline(number, status, made=ago(hours=10 - number)), at=ago(hours=10 - number)))
    return bot


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("since", "debian-cloud-images master FAIL since Mon 13:00 (6 h)."),
        ("since debian-cloud-images", "debian-cloud-images master FAIL since Mon 13:00 (6 h)."),
        ("since nope", 'no project "nope"; there is: debian-cloud-images.'),
        (
            "last debian-cloud-images",
            f"debian-cloud-images master: ok FAIL ok FAIL (newest last, 6 h ago); last good 7 h ago. {FOURTH}",
        ),
        ("last debian-cloud-images buster", "no pipeline of debian-cloud-images buster has ended; there is: master."),
    ],
)
def test_looking_back(question: str, answer: str) -> None:
    bot = three_results()
    bot.looked = {"salsa": NOW}
    assert bot.answer(question) == answer


def test_since_of_a_build() -> None:
    assert failing().answer("since arm64").startswith("ec2 sid arm64 FAIL since Sat 17:00 (2 d)")


def test_a_watched_pipeline_is_told_once_when_it_ends() -> None:
    bot = three_results()
    bot.take(reported(pipeline(5, "running")))

    assert bot.lines(given("watch", {"project": "debian-cloud-images"})) == [
        "I say here how debian-cloud-images master ends; 1 pipeline under way.",
    ]
    assert bot.answer("watch list") == "nothing is watched here; watch PROJECT [REF] says how its next pipeline ends."
    ended = bot.take(reported(pipeline(5, ended=NOW + timedelta(minutes=1))))
    assert [line for line in bot.said(ended) if line.startswith("alex: ")] == [
        "alex: debian-cloud-images master ended: ok. https://salsa.example.org/p/5",
    ]
    assert "alex" not in " ".join(bot.lines(reported(pipeline(6))))


def test_a_branch_where_nothing_runs_can_be_watched_and_too_many_are_refused() -> None:
    bot = three_results()
    assert bot.lines(given("watch", {"project": "debian-cloud-images", "ref": "topic"})) == [
        "nothing is under way on debian-cloud-images topic; I say here how the next pipeline ends.",
    ]
    for number in range(20):
        bot.take(given("watch", {"project": "debian-cloud-images", "ref": "topic"}, number=str(number)))
    assert bot.lines(given("watch", {"project": "debian-cloud-images", "ref": "topic"})) == [
        "that is 20 already that I watch for you here; they end by themselves.",
    ]
    assert CHANNEL.is_channel


def test_a_project_that_is_none_cannot_be_watched() -> None:
    assert three_results().lines(given("watch", {"project": "nope"})) == [
        'no project "nope"; there is: debian-cloud-images.',
    ]


def test_what_was_merged_between_is_named_before_commits() -> None:
    bot = failing()
    bot.take(merge_requests_seen(merge_request(7, title="Use a bigger disk", state="merged", merged=ago(hours=55))))
    assert 'since then !7 "Use a bigger disk". ' in bot.answer("why")


def test_since_names_failing_builds_and_pipelines() -> None:
    bot = failing()
    bot.take(reported(pipeline(9, "failed", made=ago(hours=1))))
    assert bot.answer("since") == (
        "ec2 sid arm64 FAIL since Sat 17:00 (2 d), debian-cloud-images master FAIL since Mon 18:00 (1 h)."
    )
