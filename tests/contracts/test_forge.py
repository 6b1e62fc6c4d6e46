"""What every `Source` keeps to, run on the fake in memory and on the GitLab adapter with a simulated server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import pytest

from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.core.facts import CommitsSeen, MergeRequestsSeen, PipelinesSeen, ProjectsSeen
from cloudbot.core.forge import Commit, Job, MergeRequest, Pipeline, Project, Review
from cloudbot.core.ports import Source, SourceAway
from cloudbot.demo.salsa import (
    CommitStory,
    JobStory,
    MergeRequestStory,
    PipelineStory,
    ProjectStory,
    Salsa,
    World,
)
from tests.fakes.forge import FakeForge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MIDNIGHT = AT.replace(hour=0)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DEV01 = "d49f16b30612"


@dataclass(frozen=True)
class Shown:
    """What is on the server, in the core's words."""

    projects: tuple[Project, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    merge_requests: tuple[MergeRequest, ...] = ()
    commits: tuple[Commit, ...] = ()


class Bench(Protocol):
    """A forge, and the hand that changes what it shows."""

    base: str

    async def start(self) -> Source: ...
    async def stop(self) -> None: ...
    def show(self, shown: Shown) -> None: ...
    def break_down(self) -> None: ...
    def repair(self) -> None: ...


class FakeBench:
    def __init__(self) -> None:
        self.base = "https://salsa.example"
        self._forge = FakeForge()

    async def start(self) -> Source:
        return self._forge

    async def stop(self) -> None:
        pass

    def show(self, shown: Shown) -> None:
        for store in (self._forge.projects, self._forge.pipelines, self._forge.merge_requests, self._forge.commits):
            store.clear()
        self._forge.put(*shown.projects, *shown.pipelines, *shown.merge_requests, *shown.commits)

    def break_down(self) -> None:
        self._forge.go_away("unavailable", "the server answers 503")

    def repair(self) -> None:
        self._forge.come_back()


@dataclass
class SalsaBench:
    base: str = ""
    now: datetime = AT
    _salsa: Salsa = field(init=False)
    _forge: GitLab = field(init=False)

    async def start(self) -> Source:
        # The server's clock stands a year ahead of the stories, so that all of them have happened.
        self._salsa = Salsa(World(groups=("team",), projects=()), lambda: self.now + 365 * DAY)
        self.base = await self._salsa.start()
        self._forge = GitLab(Settings(url=self.base, groups=("team",), pause=0))
        return self._forge

    async def stop(self) -> None:
        await self._forge.close()
        await self._salsa.stop()

    def show(self, shown: Shown) -> None:
        self._salsa.world = world(shown)

    def break_down(self) -> None:
        self._salsa.faults.inject("status", "503")

    def repair(self) -> None:
        self._salsa.faults.clear()


def world(shown: Shown) -> World:
    numbers = {project.path: project.id for project in shown.projects}
    born = AT - 1000 * DAY
    return World(
        groups=("team",),
        projects=tuple(
            ProjectStory(id=one.id, path=one.path, born=born, default_branch=one.default_branch, archived=one.archived)
            for one in shown.projects
        ),
        pipelines=tuple(
            PipelineStory(
                id=one.id,
                project_id=numbers[one.project],
                ref=one.ref,
                sha=one.sha,
                source=one.source,
                steps=((one.created_at, "created"), (one.updated_at, one.status)),
                jobs=tuple(job_story(job) for job in one.jobs or ()),
            )
            for one in shown.pipelines
        ),
        merge_requests=tuple(
            MergeRequestStory(
                id=one.iid,
                project_id=numbers[one.project],
                iid=one.iid,
                title=one.title,
                author=one.author,
                created_at=one.created_at,
                source_branch=one.source_branch,
                target_branch=one.target_branch,
                merged_at=one.merged_at,
                merged_by=one.merged_by,
                closed_at=one.updated_at if one.state == "closed" else None,
                changed_at=(one.updated_at,),
                draft=one.draft,
                reviewers=one.reviewers,
                comments=one.comments,
                conflicts=one.conflicts,
            )
            for one in shown.merge_requests
        ),
        commits=tuple(
            CommitStory(project_id=numbers[one.project], sha=one.sha, at=one.at, email="dev01@example.org", title="")
            for one in shown.commits
        ),
    )


def job_story(job: Job) -> JobStory:
    return JobStory(
        id=job.id,
        name=job.name,
        stage=job.stage,
        steps=((job.finished_at or AT, job.status),),
        allow_failure=job.allow_failure,
        failure_reason=job.failure_reason,
    )


def a_project(base: str, number: int = 1, name: str = "images") -> Project:
    return Project(id=number, path=f"team/{name}", url=f"{base}/team/{name}", default_branch="main")


def a_pipeline(base: str, number: int = 11, name: str = "images", status: str = "failed") -> Pipeline:
    done = AT - HOUR
    return Pipeline(
        id=number,
        project=f"team/{name}",
        ref="main",
        sha=f"{number:040d}",
        source="schedule",
        status=status,
        created_at=AT - 2 * HOUR,
        updated_at=done,
        url=f"{base}/team/{name}/-/pipelines/{number}",
        jobs=(
            Job(
                id=number * 10,
                name="ec2 sid arm64 build",
                stage="build",
                status="failed",
                allow_failure=True,
                failure_reason="script_failure",
                finished_at=done,
                url=f"{base}/team/{name}/-/jobs/{number * 10}",
            ),
        ),
    )


def a_request(base: str, iid: int = 5, *, days_ago: int = 3) -> MergeRequest:
    created = AT - days_ago * DAY
    return MergeRequest(
        project="team/images",
        iid=iid,
        title="Build arm64 images",
        state="opened",
        author="dev02",
        created_at=created,
        updated_at=created,
        source_branch="arm64",
        target_branch="main",
        url=f"{base}/team/images/-/merge_requests/{iid}",
        draft=True,
        reviewers=("dev03",),
        comments=2,
        conflicts=True,
        merge_status="draft_status",
        reviews=(Review(who="dev03", state="requested"),),
        unresolved=0,
        pushed_at=created,
    )


def merged(request: MergeRequest, at: datetime) -> MergeRequest:
    ended = replace(request, state="merged", merged_at=at, merged_by="dev01", updated_at=at)
    return replace(ended, merge_status="not_open", unresolved=None, pushed_at=None)


def a_commit(sha: str = "aa", *, days_ago: int = 2) -> Commit:
    return Commit(project="team/images", sha=sha, author=DEV01, at=AT - days_ago * DAY)


def everything(base: str) -> Shown:
    return Shown((a_project(base),), (a_pipeline(base),), (a_request(base),), (a_commit(),))


@pytest.mark.parametrize("make", [FakeBench, SalsaBench])
class TestForge:
    """One class of rules for every forge."""

    def test_a_look_is_four_facts_in_order_each_whole_and_stamped(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            project, pipeline = a_project(bench.base), a_pipeline(bench.base)
            request, commit = a_request(bench.base), a_commit()
            bench.show(Shown((project,), (pipeline,), (request,), (commit,)))
            assert (forge.name, await forge.look(AT)) == (
                "salsa",
                (
                    ProjectsSeen(at=AT, forge="salsa", projects=(project,)),
                    PipelinesSeen(at=AT, forge="salsa", pipelines=(pipeline,)),
                    MergeRequestsSeen(at=AT, forge="salsa", since=MIDNIGHT - 90 * DAY, merge_requests=(request,)),
                    CommitsSeen(at=AT, forge="salsa", since=MIDNIGHT - 90 * DAY, commits=(commit,)),
                ),
            )

        run(make, scenario)

    def test_things_come_in_one_order_whatever_the_servers(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            b = bench.base
            bench.show(
                Shown(
                    (a_project(b, 2, "zzz"), a_project(b), a_project(b, 3, "mmm")),
                    (a_pipeline(b, 12, "zzz"), a_pipeline(b, 14), a_pipeline(b, 13)),
                    (a_request(b, 7), a_request(b, 5)),
                    (a_commit("bb", days_ago=1), a_commit("aa", days_ago=2)),
                )
            )
            projects, pipelines, requests, commits = await look(forge, AT)
            assert [one.path for one in projects.projects] == ["team/images", "team/mmm", "team/zzz"]
            assert [one.id for one in pipelines.pipelines] == [13, 14, 12]
            assert [one.iid for one in requests.merge_requests] == [5, 7]
            assert [one.sha for one in commits.commits] == ["aa", "bb"]

        run(make, scenario)

    def test_an_unchanged_forge_is_seen_the_same_again(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            bench.show(everything(bench.base))
            assert await forge.look(AT) == await forge.look(AT)

        run(make, scenario)

    def test_a_change_is_seen_at_the_next_look(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            project, request = a_project(bench.base), a_request(bench.base)
            bench.show(Shown((project,), (a_pipeline(bench.base),), (request,), (a_commit(),)))
            await forge.look(AT)
            green = replace(a_pipeline(bench.base, 12, status="success"), updated_at=AT, warnings=True)
            done, work = merged(request, AT), a_commit("bb", days_ago=0)
            bench.show(Shown((project,), (a_pipeline(bench.base), green), (done,), (a_commit(), work)))
            _, pipelines, requests, commits = await look(forge, AT + HOUR)
            assert pipelines.pipelines == (a_pipeline(bench.base), green)
            assert requests.merge_requests == (done,)
            assert commits.commits == (a_commit(), work)

        run(make, scenario)

    def test_old_things_that_ended_are_left_out_and_old_things_still_open_are_not(
        self, make: Callable[[], Bench]
    ) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            still_open = a_request(bench.base, 1, days_ago=400)
            long_done = merged(a_request(bench.base, 2, days_ago=400), AT - 91 * DAY)
            just_done = merged(a_request(bench.base, 3, days_ago=400), AT - 89 * DAY)
            commits = (a_commit("aa", days_ago=91), a_commit("bb", days_ago=89))
            bench.show(Shown((a_project(bench.base),), (), (still_open, long_done, just_done), commits))
            _, _, requests, work = await look(forge, AT)
            assert (requests.merge_requests, work.commits) == ((still_open, just_done), commits[1:])

        run(make, scenario)

    def test_an_archived_project_is_shown_without_pipelines_and_requests(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            project = replace(a_project(bench.base), archived=True)
            bench.show(Shown((project,), (a_pipeline(bench.base),), (a_request(bench.base),), (a_commit(),)))
            projects, pipelines, requests, commits = await look(forge, AT)
            assert projects.projects == (project,)
            assert (pipelines.pipelines, requests.merge_requests, commits.commits) == ((), (), (a_commit(),))

        run(make, scenario)

    def test_a_project_that_is_gone_takes_its_things_along(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            other = a_project(bench.base, 2, "other")
            bench.show(replace(everything(bench.base), projects=(a_project(bench.base), other)))
            await forge.look(AT)
            bench.show(Shown((other,)))
            projects, pipelines, requests, commits = await look(forge, AT + HOUR)
            assert projects.projects == (other,)
            assert (pipelines.pipelines, requests.merge_requests, commits.commits) == ((), (), ())

        run(make, scenario)

    def test_a_forge_that_is_away_shows_nothing_and_afterwards_everything(self, make: Callable[[], Bench]) -> None:
        async def scenario(bench: Bench, forge: Source) -> None:
            project = a_project(bench.base)
            bench.show(Shown((project,), (a_pipeline(bench.base),)))
            await forge.look(AT)
            bench.break_down()
            late = replace(a_pipeline(bench.base, 12), updated_at=AT)
            bench.show(Shown((project,), (a_pipeline(bench.base), late)))
            with pytest.raises(SourceAway) as away:
                await forge.look(AT + HOUR)
            assert (away.value.reason, away.value.detail) == ("unavailable", "the server answers 503")
            bench.repair()
            _, pipelines, _, _ = await look(forge, AT + 2 * HOUR)
            assert pipelines.pipelines == (a_pipeline(bench.base), late)

        run(make, scenario)


async def look(forge: Source, at: datetime) -> tuple[ProjectsSeen, PipelinesSeen, MergeRequestsSeen, CommitsSeen]:
    projects, pipelines, requests, commits = await forge.look(at)
    assert isinstance(projects, ProjectsSeen)
    assert isinstance(pipelines, PipelinesSeen)
    assert isinstance(requests, MergeRequestsSeen)
    assert isinstance(commits, CommitsSeen)
    return (projects, pipelines, requests, commits)


def run(make: Callable[[], Bench], scenario: Callable[[Bench, Source], Awaitable[None]]) -> None:
    async def whole() -> None:
        bench = make()
        forge = await bench.start()
        try:
            await scenario(bench, forge)
        finally:
            await bench.stop()

    asyncio.run(whole())
