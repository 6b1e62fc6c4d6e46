"""The recorded week as the simulated server shows it: what is real must be as in git, what is made up as scripted."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.core.facts import CommitsSeen, Fact, MergeRequestsSeen, PipelinesSeen, ProjectsSeen
from cloudbot.core.text import clean
from cloudbot.demo.salsa import Salsa, history
from cloudbot.demo.salsa.big import big
from cloudbot.demo.salsa.pipelines import stage_of
from cloudbot.demo.salsa.week import SIMULATED, WEEK_BEGINS, recorded

if TYPE_CHECKING:
    from cloudbot.core.forge import Pipeline

WORLD = recorded()
IMAGES = next(one for one in WORLD.projects if one.path == history.PROJECT)
GROUPS = ("cloud-team", "cloud-admin-team")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2019, 7, day, hour, minute, tzinfo=UTC)


def looks(*moments: datetime) -> list[tuple[Fact, ...]]:
    """Let the adapter look at the recorded world at each moment, as the demo does."""

    async def run() -> list[tuple[Fact, ...]]:
        now = moments[0]
        salsa = Salsa(WORLD, lambda: now)
        forge = GitLab(Settings(url=await salsa.start(), groups=GROUPS, pause=0))
        seen = []
        for moment in moments:
            now = moment
            seen.append(await forge.look(now))
        await forge.close()
        await salsa.stop()
        return seen

    return asyncio.run(run())


def pipelines(facts: tuple[Fact, ...]) -> dict[str, Pipeline]:
    """Return the newest pipeline of each kind on master."""
    assert isinstance(facts[1], PipelinesSeen)
    return {one.source: one for one in facts[1].pipelines}


def failed_jobs(pipeline: Pipeline) -> list[str]:
    return [job.name for job in pipeline.jobs or () if job.status == "failed"]


def test_the_week_merged_eight_requests_and_left_two_open_at_the_meeting() -> None:
    (facts,) = looks(history.BOF)
    assert isinstance(facts[2], MergeRequestsSeen)
    requests = facts[2].merge_requests
    opened = {one.iid: (history.BOF - one.created_at).days for one in requests if one.state == "opened"}
    week = [one.iid for one in requests if one.merged_at is not None and one.merged_at >= WEEK_BEGINS]
    assert (week, opened) == ([117, 118, 119, 120, 121, 122, 123, 124], {126: 0, 128: 98})


def test_request_126_is_merged_in_the_evening_of_the_meeting() -> None:
    before, after = looks(at(22, 21, 24), at(22, 21, 25))
    for facts, state in ((before, "opened"), (after, "merged")):
        assert isinstance(facts[2], MergeRequestsSeen)
        assert {one.iid: one.state for one in facts[2].merge_requests}[126] == state


def test_the_ninety_days_before_the_meeting_have_119_commits_of_4_people_and_116_of_one() -> None:
    (facts,) = looks(history.BOF)
    assert isinstance(facts[3], CommitsSeen)
    people = Counter(one.author for one in facts[3].commits)
    assert (len(facts[3].commits), sorted(people.values())) == (119, [1, 1, 1, 116])


def test_the_shape_of_the_weeks_is_the_real_one() -> None:
    (facts,) = looks(history.BOF)
    assert isinstance(facts[3], CommitsSeen)
    shown = Counter(one.at.isocalendar()[:2] for one in facts[3].commits)
    weeks = {(one.year, one.week): one.commits for one in history.weeks()}
    real = {week: count for week, count in weeks.items() if (2019, 17) <= week <= (2019, 29)}
    assert {week: abs(shown[week] - count) <= 3 for week, count in real.items()} == dict.fromkeys(real, True)
    assert set(shown) == set(real)


def test_the_groups_show_what_a_stranger_may_see() -> None:
    (facts,) = looks(history.BOF)
    assert isinstance(facts[0], ProjectsSeen)
    assert [(one.path, one.archived) for one in facts[0].projects] == [
        ("cloud-team/debian-cloud-images", False),
        ("cloud-team/fai-cloud-images", True),
        ("cloud-team/image-finder", False),
    ]


def test_every_pipeline_has_the_59_real_jobs_in_three_stages() -> None:
    names = history.job_names()
    assert (len(names), Counter(map(stage_of, names))) == (59, {"test": 4, "build": 49, "upload": 6})
    for pipeline in WORLD.pipelines:
        assert sorted(job.name for job in pipeline.jobs) == sorted(names)


def test_the_saturday_schedule_is_the_first_without_an_arm64_image_and_is_green_all_the_same() -> None:
    friday, saturday, monday = (pipelines(facts)["schedule"] for facts in looks(at(19, 8), at(20, 8), at(22, 8)))
    told = [(one.created_at.day, one.status, failed_jobs(one)) for one in (friday, saturday, monday)]
    broken = ["ec2 sid arm64 build"]
    assert told == [(19, "success", []), (20, "success", broken), (22, "success", broken)]
    (job,) = [one for one in monday.jobs or () if one.status == "failed"]
    assert (job.allow_failure, job.failure_reason, job.stage) == (True, "script_failure", "build")


def test_master_is_red_from_request_120_to_request_121() -> None:
    moments = (at(21, 17, 30), at(21, 17, 41), at(21, 18, 0), at(21, 19, 1), at(21, 19, 40))
    told = [(one.status, failed_jobs(one)) for one in (pipelines(facts)["push"] for facts in looks(*moments))]
    assert told == [
        ("success", []),
        ("running", []),
        ("failed", ["test pytest"]),
        ("running", []),
        ("success", []),
    ]


def test_what_is_made_up_is_marked() -> None:
    assert {one.simulated for one in WORLD.pipelines} == {True}
    assert {job.simulated for one in WORLD.pipelines for job in one.jobs} == {True}
    assert {(one.simulated, one.parents) for one in WORLD.commits} == {(True, 1), (False, 2)}
    assert set(SIMULATED) == {"pipelines", "jobs", "opened", "commits", "projects"}


def test_numbers_grow_with_time_and_are_unique() -> None:
    numbers = [one.id for one in WORLD.pipelines]
    created = [one.created_at for one in WORLD.pipelines]
    jobs = [job.id for one in WORLD.pipelines for job in one.jobs]
    assert (numbers, created, len(set(jobs))) == (sorted(set(numbers)), sorted(created), len(jobs))


def test_people_are_pseudonyms() -> None:
    names = {one.author for one in WORLD.merge_requests} | {one.email.partition("@")[0] for one in WORLD.commits}
    assert {name[:3] for name in names} == {"dev"}
    assert {one.email.partition("@")[2] for one in WORLD.commits} == {"example.org"}


def test_what_has_not_happened_yet_is_not_shown() -> None:
    (facts,) = looks(WEEK_BEGINS)
    _, builds, requests, commits = facts
    assert isinstance(builds, PipelinesSeen)
    assert isinstance(requests, MergeRequestsSeen)
    assert isinstance(commits, CommitsSeen)
    instants = [
        *(one.updated_at for one in builds.pipelines),
        *(one.updated_at for one in requests.merge_requests),
        *(one.at for one in commits.commits),
    ]
    assert max(instants) <= WEEK_BEGINS


def test_the_week_can_be_played_in_steps_and_ends_as_a_fresh_look_does() -> None:
    steps = [WEEK_BEGINS + timedelta(hours=6) * number for number in range(31)]
    played = looks(*steps)[-1]
    (fresh,) = looks(steps[-1])
    assert isinstance(played[1], PipelinesSeen)
    assert isinstance(fresh[1], PipelinesSeen)
    ends = [{one.id: one.status for one in facts.pipelines} for facts in (played[1], fresh[1])]
    assert ends[0] == ends[1]
    assert without_hosts(played[2]) == without_hosts(fresh[2])
    assert played[3] == fresh[3]


def without_hosts(fact: Fact) -> list[tuple[int, str, datetime]]:
    assert isinstance(fact, MergeRequestsSeen)
    return [(one.iid, one.state, one.updated_at) for one in fact.merge_requests]


def test_the_data_is_read_whole() -> None:
    assert len(history.merges()) == 224
    assert all(clean(one.title) == one.title for one in history.merges())


def test_a_big_team_follows_from_its_size() -> None:
    assert big(40) == big(40)
    sizes = [(len(one.projects), len(one.pipelines), len(one.commits)) for one in (big(40), big(1000))]
    assert sizes == [(40, 160, 120), (1000, 4000, 3000)]
