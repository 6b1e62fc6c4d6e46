"""Hard cases 8 and 9, and what a second look asks again: projects come, go, move and change while the bot watches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.demo.salsa import CommitStory, JobStory, MergeRequestStory, PipelineStory, ProjectStory, World
from cloudbot.demo.salsa.big import NOW, big
from cloudbot.demo.salsa.server import TOKEN
from tests.adapters.gitlab.stage import Seen, Stage, over_rest, play

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("rung")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

IMAGES = ProjectStory(id=1, path="team/images")
TOOLS = ProjectStory(id=2, path="team/tools")


def pipeline(number: int, status: str, *, hours_ago: float = 1, **changes: object) -> PipelineStory:
    created = NOW - HOUR * hours_ago
    story = PipelineStory(
        id=number,
        project_id=1,
        ref="master",
        sha=f"{number:040d}",
        source="push",
        steps=((created, "running"), (created + timedelta(minutes=10), status)),
        jobs=(JobStory(id=number * 10, name="build", stage="build", steps=((created, status),)),),
    )
    return replace(story, **changes)  # type: ignore[arg-type]


def request(iid: int, *, days_ago: float = 1, **changes: object) -> MergeRequestStory:
    story = MergeRequestStory(
        id=iid,
        project_id=1,
        iid=iid,
        title=f"Change {iid}",
        author="dev02",
        created_at=NOW - DAY * days_ago,
        source_branch=f"change-{iid}",
        sha=f"{iid:040x}",
    )
    return replace(story, **changes)  # type: ignore[arg-type]


def commit(sha: str, *, days_ago: float = 1, parents: int = 1) -> CommitStory:
    at = NOW - DAY * days_ago
    return CommitStory(project_id=1, sha=sha, at=at, email="dev01@example.org", title=sha, parents=parents)


WORLD = World(
    groups=("team",),
    projects=(IMAGES, TOOLS),
    pipelines=(pipeline(11, "success"),),
    merge_requests=(request(1), request(2, days_ago=200), request(3, merged_at=NOW - HOUR, merged_by="dev01")),
    commits=(commit("aa"), commit("bb", parents=2)),
)


def statuses(seen: Seen) -> dict[int, str]:
    return {one.id: one.status for one in seen.pipelines.pipelines}


def states(seen: Seen) -> dict[int, str]:
    return {one.iid: one.state for one in seen.merge_requests.merge_requests}


def after(change: Callable[[World], World], expected: Callable[[Seen], object]) -> object:
    """Look, change the world, look a minute later; return what is expected of the second look."""
    result: list[object] = []

    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = change(stage.salsa.world)
        stage.now += timedelta(minutes=1)
        result.append(expected(await stage.look()))

    play(scenario, WORLD)
    return result[0]


def changed(**changes: object) -> Callable[[World], World]:
    """Change the project `team/images`."""
    return lambda world: replace(world, projects=(replace(IMAGES, **changes), TOOLS))  # type: ignore[arg-type]


# 8. What happens to a project


def test_a_deleted_project_takes_everything_with_it() -> None:
    def rest(seen: Seen) -> object:
        return (seen.paths, seen.pipelines.pipelines, seen.merge_requests.merge_requests, seen.commits.commits)

    assert after(lambda world: replace(world, projects=(TOOLS,)), rest) == (["team/tools"], (), (), ())


def test_a_project_made_private_is_gone_like_a_deleted_one() -> None:
    assert after(changed(visibility="private"), lambda seen: seen.paths) == ["team/tools"]


def test_a_private_project_stays_untold_even_when_the_token_sees_it() -> None:
    async def scenario(stage: Stage) -> None:
        seen = await stage.look()
        assert (seen.paths, statuses(seen), states(seen)) == (["team/tools"], {}, {})

    play(scenario, changed(visibility="private")(WORLD), token=TOKEN)


def test_private_projects_are_shown_where_the_operator_says_so() -> None:
    async def scenario(stage: Stage) -> None:
        shown = (await stage.look()).projects.projects
        assert [(one.path, one.public) for one in shown] == [("team/images", False), ("team/tools", True)]

    play(scenario, changed(visibility="private")(WORLD), token=TOKEN, private_projects=True)


def test_an_archived_project_is_known_and_its_pipelines_are_no_news() -> None:
    def told(seen: Seen) -> object:
        return ([(one.path, one.archived) for one in seen.projects.projects], statuses(seen))

    assert after(changed(archived=True), told) == ([("team/images", True), ("team/tools", False)], {})


def test_a_renamed_project_keeps_its_pipelines_requests_and_commits_under_the_new_path() -> None:
    def where(seen: Seen) -> object:
        return {
            one.project
            for some in (seen.pipelines.pipelines, seen.merge_requests.merge_requests, seen.commits.commits)
            for one in some
        }

    assert after(changed(path="team/pictures"), where) == {"team/pictures"}


def test_a_project_moved_to_a_group_that_nobody_watches_is_gone() -> None:
    assert after(changed(path="other/images"), lambda seen: seen.paths) == ["team/tools"]


def test_a_project_recreated_under_its_path_begins_anew() -> None:
    def numbers(seen: Seen) -> object:
        return ([(one.id, one.path) for one in seen.projects.projects], statuses(seen), states(seen))

    assert after(changed(id=9), numbers) == ([(9, "team/images"), (2, "team/tools")], {}, {})


def test_a_renamed_default_branch_is_followed() -> None:
    def change(world: World) -> World:
        return replace(changed(default_branch="main")(world), commits=(commit("cc"),))

    assert after(change, lambda seen: [one.sha for one in seen.commits.commits]) == ["cc"]


def test_an_empty_repository_has_no_commits_and_is_not_asked_for_any() -> None:
    async def scenario(stage: Stage) -> None:
        assert (await stage.look()).commits.commits == ()
        assert stage.asked("/projects/1/repository") == []

    play(scenario, changed(default_branch=None)(WORLD))


@over_rest
def test_a_project_without_ci_is_not_asked_for_pipelines() -> None:
    async def scenario(stage: Stage) -> None:
        assert statuses(await stage.look()) == {}
        assert stage.asked("/projects/1/pipelines") == []

    play(scenario, changed(has_ci=False)(WORLD))


@over_rest
def test_a_project_that_never_had_a_pipeline_is_asked_every_time() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        await stage.look()
        assert stage.asked("/projects/2/pipelines") == ["/projects/2/pipelines"]

    play(scenario, WORLD)


# 9. What happens to a group


def test_a_group_may_grow_from_40_to_1000_between_two_looks() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = big(1000)
        seen = await stage.look()
        assert (len(seen.paths), len(seen.pipelines.pipelines)) == (1000, 4000)

    play(scenario, big(40), jobs_per_line=0)


def test_a_subgroup_appears_by_itself() -> None:
    def change(world: World) -> World:
        below = ProjectStory(id=3, path="team/new/thing")
        return replace(world, groups=("team", "team/new"), projects=(*world.projects, below))

    assert after(change, lambda seen: seen.paths) == ["team/images", "team/new/thing", "team/tools"]


def test_two_projects_of_one_name_are_two() -> None:
    def change(world: World) -> World:
        twin = ProjectStory(id=3, path="team/new/images")
        return replace(
            world,
            groups=("team", "team/new"),
            projects=(*world.projects, twin),
            pipelines=(*world.pipelines, pipeline(12, "failed", project_id=3)),
        )

    def told(seen: Seen) -> object:
        return [(one.project, one.status) for one in seen.pipelines.pipelines]

    assert after(change, told) == [("team/images", "success"), ("team/new/images", "failed")]


def test_a_project_of_two_watched_groups_is_one() -> None:
    async def scenario(stage: Stage) -> None:
        seen = await stage.look()
        assert (seen.paths.count("team/tools/project-0010"), len(seen.paths)) == (1, 10)
        assert len(seen.merge_requests.merge_requests) == 20

    play(scenario, big(10), groups=("team", "team/tools"))


def test_a_restricted_group_that_nobody_sees_does_not_spoil_the_look() -> None:
    async def scenario(stage: Stage) -> None:
        assert (await stage.look()).paths == ["team/images", "team/tools"]

    restricted = replace(WORLD, groups=("admins", "team"), restricted=frozenset({"admins"}))
    play(scenario, restricted, groups=("admins", "team"))


# What is asked again


@over_rest
def test_a_look_at_an_unchanged_team_asks_one_list_a_project_and_three_more() -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        second = await stage.look()
        assert second == first
        assert len(stage.salsa.requests) == 43

    # Schedules and logs are read at the first look, and a few of each at a time.
    play(scenario, replace(big(40), pipelines=tuple(one for one in big(40).pipelines if one.source == "push")))


@over_rest
def test_only_the_jobs_of_a_changed_pipeline_are_asked_again() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        world = stage.salsa.world
        stage.salsa.world = replace(world, pipelines=(pipeline(11, "failed"), pipeline(12, "success", hours_ago=0.5)))
        await stage.look()
        assert stage.asked("/jobs") == ["/projects/1/pipelines/12/jobs"]
        retried = pipeline(11, "success", steps=((NOW - HOUR, "running"), (NOW, "failed")))
        stage.salsa.world = replace(world, pipelines=(retried, pipeline(12, "success", hours_ago=0.5)))
        seen = await stage.look()
        assert (stage.asked("/jobs"), statuses(seen)) == (
            ["/projects/1/pipelines/11/jobs"],
            {11: "failed", 12: "success"},
        )

    play(scenario, WORLD)


def test_a_scheduled_pipeline_is_seen_though_it_is_no_activity() -> None:
    def change(world: World) -> World:
        return replace(world, pipelines=(*world.pipelines, pipeline(12, "failed", hours_ago=0.2, source="schedule")))

    def told(seen: Seen) -> object:
        return [(one.line, one.status) for one in seen.pipelines.pipelines]

    assert after(change, told) == [
        (("team/images", "master", "push"), "success"),
        (("team/images", "master", "schedule"), "failed"),
    ]


def test_a_line_keeps_its_newest_pipelines_and_its_newest_result() -> None:
    async def scenario(stage: Stage) -> None:
        assert statuses(await stage.look()) == {12: "failed", 13: "canceled", 14: "running"}

    pipelines = (
        pipeline(11, "success", hours_ago=5),
        pipeline(12, "failed", hours_ago=4),
        pipeline(13, "canceled", hours_ago=3),
        pipeline(14, "running", hours_ago=2),
    )
    play(scenario, replace(WORLD, pipelines=pipelines), pipelines_per_line=2)


def test_a_quiet_project_shows_its_last_pipelines_however_old() -> None:
    async def scenario(stage: Stage) -> None:
        assert statuses(await stage.look()) == {11: "failed"}

    play(scenario, replace(WORLD, pipelines=(pipeline(11, "failed", hours_ago=24 * 100),)))


def test_an_empty_list_of_pipelines_does_not_undo_what_is_known() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.now += DAY
        stage.salsa.faults.inject("empty", path="/pipelines")
        assert statuses(await stage.look()) == {11: "success"}

    play(scenario, WORLD)


def test_a_side_branch_is_forgotten_when_it_has_been_quiet_for_two_weeks() -> None:
    async def scenario(stage: Stage) -> None:
        assert statuses(await stage.look()) == {11: "failed", 13: "failed"}

    pipelines = (
        pipeline(11, "failed", hours_ago=24 * 20),
        pipeline(12, "failed", hours_ago=24 * 20, ref="side"),
        pipeline(13, "failed", hours_ago=24, ref="side-2"),
    )
    play(scenario, replace(WORLD, pipelines=pipelines))


@over_rest
def test_jobs_of_a_side_branch_are_asked_for_only_when_it_failed() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        assert stage.asked("/jobs") == ["/projects/1/pipelines/13/jobs"]

    sides = (pipeline(12, "success", ref="refs/merge-requests/1/head"), pipeline(13, "failed", ref="side"))
    play(scenario, replace(WORLD, pipelines=sides))


@over_rest
def test_a_deleted_pipeline_is_noticed_within_a_day() -> None:
    async def scenario(stage: Stage) -> None:
        assert statuses(await stage.look()) == {11: "success", 12: "failed"}
        stage.salsa.world = replace(stage.salsa.world, pipelines=(pipeline(11, "success"),))
        assert statuses(await stage.look()) == {11: "success", 12: "failed"}
        stage.now += DAY
        assert statuses(await stage.look()) == {11: "success"}

    play(scenario, replace(WORLD, pipelines=(pipeline(11, "success"), pipeline(12, "failed"))))


def test_merge_requests_are_the_open_ones_however_old_and_the_ended_ones_of_90_days() -> None:
    async def scenario(stage: Stage) -> None:
        seen = await stage.look()
        assert states(seen) == {1: "opened", 2: "opened", 3: "merged"}
        stage.now += DAY * 91
        assert states(await stage.look()) == {1: "opened", 2: "opened"}

    play(scenario, WORLD)


def test_a_merge_request_is_followed_from_open_to_merged_and_a_deleted_one_is_dropped() -> None:
    def change(world: World) -> World:
        return replace(world, merge_requests=(request(1, merged_at=NOW, merged_by="dev01"), request(4)))

    assert after(change, states) == {1: "merged", 3: "merged", 4: "opened"}


def test_a_list_of_open_requests_that_was_cut_short_is_believed_the_third_time() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = replace(stage.salsa.world, merge_requests=stage.salsa.world.merge_requests[:2])
        doubt = ("unbelievable", "4 of 6 open merge requests are gone, neither merged nor closed", None)
        assert [await stage.away(), await stage.away()] == [doubt, doubt]
        assert states(await stage.look()) == {1: "opened", 2: "opened"}

    play(scenario, replace(WORLD, merge_requests=tuple(request(iid) for iid in range(1, 7))))


def test_many_requests_merged_at_once_are_believed_at_once() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        merged = tuple(replace(one, merged_at=NOW, merged_by="dev01") for one in stage.salsa.world.merge_requests)
        stage.salsa.world = replace(stage.salsa.world, merge_requests=merged)
        assert set(states(await stage.look()).values()) == {"merged"}

    play(scenario, replace(WORLD, merge_requests=tuple(request(iid) for iid in range(1, 7))))


def test_many_requests_of_a_project_now_archived_are_no_loss_to_doubt() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = changed(archived=True)(stage.salsa.world)
        assert states(await stage.look()) == {}

    play(scenario, replace(WORLD, merge_requests=tuple(request(iid) for iid in range(1, 7))))


def test_a_merge_request_knows_its_head_pipeline_by_its_ref_or_by_its_commit() -> None:
    async def scenario(stage: Stage) -> None:
        seen = await stage.look()
        known = {one.iid: one.pipeline_status for one in seen.merge_requests.merge_requests}
        assert known == {1: "failed", 2: "success", 3: None}

    pipelines = (
        pipeline(11, "success", ref="refs/merge-requests/1/head"),
        pipeline(12, "failed", ref="refs/merge-requests/1/merge"),
        pipeline(13, "failed", ref="refs/merge-requests/11/head"),
        pipeline(14, "success", ref="change-2", sha=f"{2:040x}"),
    )
    play(scenario, replace(WORLD, pipelines=pipelines))


def test_commits_are_read_again_after_a_push_and_after_no_other_thing() -> None:
    async def scenario(stage: Stage) -> None:
        assert [one.sha for one in (await stage.look()).commits.commits] == ["aa"]
        stage.now += HOUR * 2
        await stage.look()
        assert stage.asked("/repository/commits") == []
        stage.salsa.world = replace(stage.salsa.world, commits=(commit("cc", days_ago=0),))
        seen = await stage.look()
        assert stage.asked("/repository/commits") == ["/projects/1/repository/commits"]
        assert [one.sha for one in seen.commits.commits] == ["cc"]

    play(scenario, WORLD)


# 7. Clocks


def test_a_server_two_hours_ahead_or_behind_hides_nothing() -> None:
    async def scenario(stage: Stage) -> None:
        assert statuses(await stage.look()) == {11: "success"}
        new = pipeline(12, "failed", steps=((stage.now + stage.server_ahead, "failed"),))
        stage.salsa.world = replace(stage.salsa.world, pipelines=(*stage.salsa.world.pipelines, new))
        stage.now += timedelta(minutes=5)
        assert statuses(await stage.look()) == {11: "success", 12: "failed"}

    world = replace(WORLD, pipelines=(pipeline(11, "success", hours_ago=5),))
    play(scenario, world, server_ahead=HOUR * 2)
    play(scenario, world, server_ahead=-HOUR * 2)


def test_a_server_whose_clock_is_set_right_hides_nothing() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.server_ahead = timedelta()
        stage.now += timedelta(minutes=5)
        new = pipeline(13, "failed", steps=((stage.now, "failed"),))
        stage.salsa.world = replace(stage.salsa.world, pipelines=(*stage.salsa.world.pipelines, new))
        assert statuses(await stage.look())[13] == "failed"

    ahead = pipeline(12, "success", steps=((NOW + HOUR, "success"),))
    play(scenario, replace(WORLD, pipelines=(*WORLD.pipelines, ahead)), server_ahead=HOUR * 2)


def test_a_probe_tells_version_token_limits_and_groups_and_asks_once() -> None:
    async def scenario(stage: Stage) -> None:
        probe = await stage.forge.probe(stage.now)
        told = probe.lines()
        assert (probe.token.state, probe.token.until) == ("accepted", date(2027, 1, 31))
        assert told == (
            "GitLab 18.6.1 community",
            "token accepted, scopes: read_api; valid until 2027-01-31",
            "limits: ratelimit-limit 2000, ratelimit-observed 1, ratelimit-remaining 1999",
            "team: readable",
            "admins: not readable; it is restricted or misspelt",
        )
        before = len(stage.salsa.requests)
        assert ((await stage.forge.probe(stage.now)).lines(), len(stage.salsa.requests)) == (told, before)

    play(scenario, WORLD, groups=("team", "admins"), token=TOKEN)


def test_a_probe_without_a_token_and_with_a_bad_one_says_so() -> None:
    async def anybody(stage: Stage) -> None:
        told = (await stage.forge.probe(stage.now)).lines()
        assert told[:2] == ("version not told", "no token: reads what anybody can")

    async def refused(stage: Stage) -> None:
        probe = await stage.forge.probe(stage.now)
        assert (probe.token.state, probe.groups[0].readable) == ("refused", False)

    play(anybody, WORLD)
    play(refused, WORLD, token="glpat-of-yesterday")
