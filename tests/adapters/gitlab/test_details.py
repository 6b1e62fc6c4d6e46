"""What a look brings beyond states: tries, downstream pipelines, errors, schedules, reviews, words, the token's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.facts import SchedulesSeen, TokenExpires
from cloudbot.core.forge import Downstream, Review, Schedule
from cloudbot.demo.salsa import (
    CommitStory,
    DownstreamStory,
    JobStory,
    MergeRequestStory,
    NoteStory,
    PipelineStory,
    ProjectStory,
    ScheduleStory,
    World,
)
from cloudbot.demo.salsa.big import NOW
from cloudbot.demo.salsa.sdl import ENTERPRISE, NEWER
from cloudbot.demo.salsa.server import TOKEN
from tests.adapters.gitlab.stage import Stage, by_graphql, over_rest, play

if TYPE_CHECKING:
    from cloudbot.core.forge import Job, MergeRequest, Pipeline
    from tests.adapters.gitlab.stage import Seen

pytestmark = pytest.mark.usefixtures("rung")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
IMAGES = ProjectStory(id=1, path="team/images")


def job(number: int, status: str = "success", name: str = "build", **changes: Any) -> JobStory:  # noqa: ANN401
    steps = ((NOW - 2 * HOUR, "running"), (NOW - HOUR, status))
    return replace(JobStory(id=number, name=name, stage="build", steps=steps), **changes)


def pipeline(*jobs: JobStory, status: str = "success", number: int = 11, **changes: Any) -> PipelineStory:  # noqa: ANN401
    story = PipelineStory(
        id=number,
        project_id=1,
        ref="master",
        sha=f"{number:040d}",
        source="push",
        steps=((NOW - 3 * HOUR, "running"), (NOW - HOUR, status)),
        jobs=jobs,
    )
    return replace(story, **changes)


def request(**changes: Any) -> MergeRequestStory:  # noqa: ANN401 - fields of the story
    story = MergeRequestStory(
        id=7,
        project_id=1,
        iid=7,
        title="Build arm64 images",
        author="dev02",
        created_at=NOW - 3 * DAY,
        source_branch="arm64",
        sha="a" * 40,
    )
    return replace(story, **changes)


def look(*stories: PipelineStory | MergeRequestStory | ScheduleStory, **settings: Any) -> Seen:  # noqa: ANN401
    """Look once at a project with these stories."""
    world = World(
        groups=("team",),
        projects=(IMAGES,),
        pipelines=tuple(one for one in stories if isinstance(one, PipelineStory)),
        merge_requests=tuple(one for one in stories if isinstance(one, MergeRequestStory)),
        schedules=tuple(one for one in stories if isinstance(one, ScheduleStory)),
    )
    seen: list[Seen] = []

    async def scenario(stage: Stage) -> None:
        seen.append(await stage.look())

    play(scenario, world, **settings)
    return seen[0]


def the_pipeline(*stories: PipelineStory, **settings: Any) -> Pipeline:  # noqa: ANN401 - as above
    (one,) = look(*stories, **settings).pipelines.pipelines
    return one


def the_jobs(*jobs: JobStory, status: str = "success") -> tuple[Job, ...]:
    return the_pipeline(pipeline(*jobs, status=status)).jobs or ()


def the_request(**changes: Any) -> MergeRequest:  # noqa: ANN401 - as above
    (one,) = look(request(**changes)).merge_requests.merge_requests
    return one


# Pipelines and jobs


def test_earlier_tries_that_failed_are_counted_and_the_latest_try_is_shown() -> None:
    tries = (job(1, "failed"), job(2, "failed"), job(3, "canceled"))
    (told,) = the_jobs(job(4, tries=tries))
    assert (told.id, told.status, told.failed_tries) == (4, "success", 2)


def test_a_trigger_job_tells_what_it_started() -> None:
    started = DownstreamStory(id=99, path="team/tools", status="failed")
    told = the_jobs(job(1), job(2, name="trigger", downstream=started))
    (trigger,) = (one for one in told if one.name == "trigger")
    assert trigger.downstream is not None
    assert replace(trigger.downstream, url="") == Downstream(project="team/tools", id=99, status="failed")
    assert trigger.downstream.url.endswith("/team/tools/-/pipelines/99")


def test_a_failed_job_tells_its_runner_its_reason_and_the_line_of_its_log() -> None:
    failed = job(1, "failed", failure_reason="runner_system_failure", runner="builder-3", trace="ok\nE: no luck\n")
    (told,) = the_jobs(failed, status="failed")
    assert (told.runner, told.failure_reason, told.error) == ("builder-3", "runner_system_failure", "E: no luck")
    assert (told.started_at, told.finished_at) == (NOW - 2 * HOUR, NOW - HOUR)


def test_a_reason_that_graphql_puts_in_other_words_is_read_over_rest() -> None:
    (told,) = the_jobs(job(1, "failed", failure_reason="stuck_or_timeout_failure"), status="failed")
    assert told.failure_reason == "stuck_or_timeout_failure"


def test_a_log_that_is_gone_leaves_the_error_empty_and_is_not_asked_for_again() -> None:
    async def scenario(stage: Stage) -> None:
        (told,) = (await stage.look()).pipelines.pipelines[0].jobs or ()
        assert (told.error, stage.asked("/trace")) == ("", ["/projects/1/jobs/1/trace"])
        await stage.look()
        assert stage.asked("/trace") == []

    play(scenario, World(groups=("team",), projects=(IMAGES,), pipelines=(pipeline(job(1, "failed")),)))


def test_ten_logs_are_read_in_one_look_and_the_others_in_the_next() -> None:
    async def scenario(stage: Stage) -> None:
        counts = []
        for _ in range(3):
            await stage.look()
            counts.append(len(stage.asked("/trace")))
        assert counts == [10, 2, 0]

    jobs = tuple(job(number, "failed", name=f"job-{number}", trace="E: x") for number in range(1, 13))
    play(scenario, World(groups=("team",), projects=(IMAGES,), pipelines=(pipeline(*jobs, status="failed"),)))


@pytest.mark.parametrize("kind", ["reset", "too many"])
def test_trouble_with_a_log_is_trouble_with_the_server(kind: Any) -> None:  # noqa: ANN401 - a kind of fault
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, path="/trace")
        assert (await stage.away())[0] in {"unreachable", "limited"}

    play(scenario, World(groups=("team",), projects=(IMAGES,), pipelines=(pipeline(job(1, "failed", trace="E: x")),)))


@pytest.mark.parametrize("status", ["403", "404", "500", "502"])
def test_a_log_that_the_server_cannot_give_spoils_nothing(status: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", status, path="/trace")
        (told,) = (await stage.look()).pipelines.pipelines[0].jobs or ()
        assert (told.status, told.error) == ("failed", "")

    play(scenario, World(groups=("team",), projects=(IMAGES,), pipelines=(pipeline(job(1, "failed", trace="E: x")),)))


def test_a_log_on_another_host_is_not_read_and_spoils_nothing() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("redirect", "http://127.0.0.1:1", path="/trace")
        (told,) = (await stage.look()).pipelines.pipelines[0].jobs or ()
        assert (told.status, told.error) == ("failed", "")

    play(scenario, World(groups=("team",), projects=(IMAGES,), pipelines=(pipeline(job(1, "failed", trace="E: x")),)))


@pytest.mark.parametrize(("private", "error"), [(False, ""), (True, "E: x")])
def test_a_log_that_only_members_may_read_is_not_told_of(error: str, *, private: bool) -> None:
    async def scenario(stage: Stage) -> None:
        (told,) = (await stage.look()).pipelines.pipelines[0].jobs or ()
        assert told.error == error

    failed = pipeline(job(1, "failed", trace="E: x"), status="failed")
    world = World(groups=("team",), projects=(replace(IMAGES, public_logs=False),), pipelines=(failed,))
    play(scenario, world, token=TOKEN, private_projects=private)


def test_only_the_end_of_a_long_log_is_kept() -> None:
    trace = "E: the beginning\n" + "ok\n" * 40_000 + "E: the end\n"
    (told,) = the_jobs(job(1, "failed", trace=trace), status="failed")
    assert told.error == "E: the end"


def test_jobs_that_were_allowed_to_fail_are_warnings() -> None:
    told = the_pipeline(pipeline(job(1), job(2, "failed", name="lint", allow_failure=True)))
    assert (told.status, told.warnings) == ("success", True)


def test_a_pipeline_without_jobs_tells_what_is_wrong_with_its_configuration() -> None:
    told = the_pipeline(pipeline(status="failed", yaml_errors="jobs:build config is empty"))
    assert (told.jobs, told.yaml_errors) == ((), "jobs:build config is empty")


@by_graphql
def test_a_pipeline_of_a_tag_is_told_as_one() -> None:
    told = look(pipeline(), pipeline(number=12, ref="v1.0", tag=True)).pipelines.pipelines
    assert {one.ref: one.tag for one in told} == {"master": False, "v1.0": True}


# Schedules

NIGHTLY = ScheduleStory(
    id=3,
    project_id=1,
    description="nightly",
    ref="master",
    cron="0 4 * * *",
    runs=tuple(NOW.replace(hour=4) + DAY * day for day in range(-3, 4)),
    ran=(11,),
)
SCHEDULED = pipeline(source="schedule")


def schedules(seen: Seen) -> tuple[Schedule, ...] | None:
    facts = [one for one in seen.others if isinstance(one, SchedulesSeen)]
    return facts[0].schedules if facts else None


def test_the_schedules_of_a_project_that_has_had_one_run_are_told_and_name_their_pipeline() -> None:
    seen = look(SCHEDULED, NIGHTLY, token=TOKEN)
    assert schedules(seen) == (
        Schedule(
            id=3,
            project="team/images",
            description="nightly",
            ref="master",
            cron="0 4 * * *",
            zone="UTC",
            active=True,
            next_run_at=NOW.replace(hour=4) + DAY,
        ),
    )
    assert [one.schedule for one in seen.pipelines.pipelines] == ["nightly"]


@pytest.mark.parametrize("stories", [(SCHEDULED, NIGHTLY), (SCHEDULED,), (pipeline(), NIGHTLY)])
def test_schedules_that_we_may_not_see_or_that_are_none_make_no_noise(stories: tuple[Any, ...]) -> None:
    assert look(*stories).others == ()


def test_two_schedules_of_one_branch_are_told_apart_by_their_last_pipelines() -> None:
    weekly = replace(NIGHTLY, id=4, description="weekly", ran=(12,))
    seen = look(SCHEDULED, replace(SCHEDULED, id=12), replace(SCHEDULED, id=13), NIGHTLY, weekly, token=TOKEN)
    assert {one.id: one.schedule for one in seen.pipelines.pipelines} == {11: "nightly", 12: "weekly", 13: ""}


def test_schedules_are_asked_for_once_an_hour_and_when_a_run_was_due() -> None:
    async def scenario(stage: Stage) -> None:
        asked = []
        for minutes in (0, 5, 55, 5, 5):
            stage.now += timedelta(minutes=minutes)
            seen = await stage.look()
            asked.append(bool(stage.asked("/pipeline_schedules")) or "Schedules" in stage.queries())
        assert asked == [True, False, True, True, False]
        assert schedules(seen) != ()

    soon = replace(NIGHTLY, runs=(NOW + timedelta(minutes=63), NOW + DAY))
    world = World(groups=("team",), projects=(IMAGES,), pipelines=(SCHEDULED,), schedules=(soon,))
    play(scenario, world, token=TOKEN)


def test_a_run_that_was_missed_stays_in_the_past() -> None:
    seen = look(SCHEDULED, replace(NIGHTLY, missed=NOW - 9 * HOUR), token=TOKEN)
    told = schedules(seen)
    assert told is not None
    assert [one.next_run_at for one in told] == [NOW.replace(hour=4)]


def test_the_last_schedule_that_goes_is_told_to_be_gone() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = replace(stage.salsa.world, schedules=())
        stage.now += HOUR
        assert schedules(await stage.look()) == ()

    world = World(groups=("team",), projects=(IMAGES,), pipelines=(SCHEDULED,), schedules=(NIGHTLY,))
    play(scenario, world, token=TOKEN)


# Merge requests


@by_graphql
def test_reviewers_stand_where_gitlab_says_and_bots_stand_nowhere() -> None:
    reviewers = ("dev03", "dev04", "dev05", "dev06", "dev07", "project_1_bot_abc", "group_12_bot")
    states = (
        ("dev04", "REVIEWED"),
        ("dev05", "REQUESTED_CHANGES"),
        ("dev06", "REVIEW_STARTED"),
        ("dev07", "UNAPPROVED"),
    )
    told = the_request(reviewers=reviewers, reviews=states, approved_by=("dev03", "dev02", "project_1_bot_abc"))
    assert told.reviews == (
        Review(who="dev03", state="approved"),
        Review(who="dev04", state="reviewed"),
        Review(who="dev05", state="changes"),
        Review(who="dev06", state="requested"),
        Review(who="dev07", state="reviewed"),
    )
    assert told.approved_by == ("dev03",)
    assert told.reviewers == ("dev03", "dev04", "dev05", "dev06", "dev07")


@by_graphql
def test_thirty_reviewers_are_thirty() -> None:
    names = tuple(f"dev{number:02d}" for number in range(10, 40))
    assert tuple(one.who for one in the_request(reviewers=names).reviews) == names


@over_rest
def test_over_rest_reviewers_are_known_to_be_asked_and_no_more() -> None:
    told = the_request(reviewers=("dev03", "project_1_bot_abc"), reviews=(("dev03", "REVIEWED"),))
    assert (told.reviews, told.approved_by, told.replied_at) == ((Review(who="dev03", state="requested"),), (), None)


def test_a_merge_request_tells_its_commit_its_status_and_its_labels() -> None:
    told = the_request(merge_status="discussions_not_resolved", labels=("arm64", "help\u202e wanted"))
    assert (told.sha, told.merge_status) == ("a" * 40, "discussions_not_resolved")
    assert told.labels == ("arm64", "help wanted")


def test_approvals_left_are_told_where_the_server_has_them(rung: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.has = NEWER | ENTERPRISE
        (told,) = (await stage.look()).merge_requests.merge_requests
        assert told.approvals_left == (None if rung == "rest" else 1)

    play(scenario, World(groups=("team",), projects=(IMAGES,), merge_requests=(request(),)))


def note(hours: int, who: str, icon: str = "", *, bot: bool = False) -> NoteStory:
    return NoteStory(at=NOW - DAY + HOUR * hours, who=who, icon=icon, bot=bot)


@by_graphql
def test_words_are_those_of_people_and_approvals_and_pushes_are_told_by_gitlabs_own_notes() -> None:
    notes = (
        note(1, "dev02"),
        note(2, "project_1_bot_abc"),
        note(3, "helpful", bot=True),
        note(4, "dev03"),
        note(5, "dev02"),
        note(6, "dev02", "commit"),
        note(7, "dev04", "label"),
        note(8, "dev04", "approval"),
        note(9, "dev05", "timer"),
    )
    told = the_request(notes=notes, unresolved=2, comments=5)
    hours = [(NOW - DAY, at) for at in (told.first_reply_at, told.replied_at, told.author_at, told.pushed_at)]
    assert [None if at is None else (at - begin) / HOUR for begin, at in hours] == [4, 8, 5, 6]
    assert told.unresolved == 2


@by_graphql
def test_the_first_and_the_last_of_many_words_are_known() -> None:
    notes = tuple(NoteStory(at=NOW - DAY + timedelta(minutes=place), who="dev03") for place in range(300))
    told = the_request(notes=notes)
    assert (told.first_reply_at, told.replied_at) == (NOW - DAY, NOW - DAY + timedelta(minutes=299))


@by_graphql
def test_words_are_asked_for_again_only_when_the_request_changed() -> None:
    async def scenario(stage: Stage) -> None:
        asked = []
        for notes, changed in ((0, ()), (1, ()), (1, (NOW,))):
            said = tuple(note(hour, "dev03") for hour in range(notes))
            story = request(notes=said, changed_at=changed)
            stage.salsa.world = replace(stage.salsa.world, merge_requests=(story,))
            (told,) = (await stage.look()).merge_requests.merge_requests
            asked.append(("Words" in stage.queries(), told.replied_at is not None))
        assert asked == [(True, False), (False, False), (True, True)]

    play(scenario, World(groups=("team",), projects=(IMAGES,)))


# Commits and the token


def test_a_commit_tells_its_title() -> None:
    async def scenario(stage: Stage) -> None:
        assert [one.title for one in (await stage.look()).commits.commits] == ["Fix the build"]

    story = CommitStory(project_id=1, sha="aa", at=NOW - DAY, email="dev01@example.org", title="Fix the build")
    play(scenario, World(groups=("team",), projects=(IMAGES,), commits=(story,)))


@pytest.mark.parametrize(
    ("ends", "told"),
    [("2026-11-27", True), ("2026-11-19", True), ("2026-11-28", False), ("2027-01-31", False), ("", False)],
)
def test_a_token_that_ends_within_a_week_is_told_once_a_day(ends: str, *, told: bool) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.expires_at = ends
        facts = []
        for _ in range(3):
            facts.append((await stage.look()).others)
            stage.now += DAY / 2
        due = TokenExpires(at=NOW, forge="salsa", token="cloudbot, our own", on=date(2026, 11, 27))
        if told:
            due = replace(due, on=date.fromisoformat(ends))
            assert facts == [(due,), (), (replace(due, at=NOW + DAY),)]
        else:
            assert facts[0] == ()

    play(scenario, World(groups=("team",), projects=(IMAGES,)), token=TOKEN)


def test_a_server_that_tells_nothing_about_the_token_is_asked_once_a_day() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", "403", path="/personal_access_tokens")
        asked = []
        for _ in range(3):
            assert (await stage.look()).others == ()
            asked.append(len(stage.asked("/personal_access_tokens")))
            stage.now += DAY / 2
        assert asked == [1, 0, 1]

    play(scenario, World(groups=("team",), projects=(IMAGES,)), token=TOKEN)


def test_without_a_token_nothing_is_asked_about_one() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        assert stage.asked("/personal_access_tokens") == []

    play(scenario, World(groups=("team",), projects=(IMAGES,)))
