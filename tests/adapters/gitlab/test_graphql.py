"""Hard case 5, what a poll costs, and the ladder: which way of asking a server is left on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.gitlab.graph.ladder import RUNGS, UP_AFTER, Ladder
from cloudbot.adapters.gitlab.graph.team import room
from cloudbot.demo.salsa.big import NOW, big
from cloudbot.demo.salsa.sdl import ENTERPRISE, NEWER
from cloudbot.demo.salsa.server import TOKEN
from tests.adapters.gitlab.stage import Stage, by_graphql, play

if TYPE_CHECKING:
    from cloudbot.demo.salsa.faults import Kind
    from tests.adapters.gitlab.stage import Seen

pytestmark = pytest.mark.usefixtures("rung")
at_once = pytest.mark.parametrize("rung", ["nested 100"], indirect=True)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PUSHES = replace(big(40), pipelines=tuple(one for one in big(40).pipelines if one.source == "push"))


def statuses(seen: Seen) -> dict[int, str]:
    return {one.id: one.status for one in seen.pipelines.pipelines}


def standing(stage: Stage) -> str:
    return str(RUNGS[stage.forge._memory.ladder.place])


# What a poll costs


@at_once
@pytest.mark.parametrize("token", [None, TOKEN])
def test_a_poll_of_40_projects_where_nothing_changed_is_one_query(token: str | None) -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.now += MINUTE * 5
        await stage.look()
        assert (stage.queries(), len(stage.salsa.requests)) == (["GroupChangedOpenedProjects"], 1)

    play(scenario, PUSHES, token=token)


@at_once
@pytest.mark.parametrize("token", [None, TOKEN])
def test_a_poll_of_1000_projects_where_nothing_changed_is_twelve_queries_at_most(token: str | None) -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        stage.now += MINUTE * 5
        second = await stage.look()
        assert (len(stage.salsa.requests) <= 12, len(second.paths)) == (True, 1000)
        assert second.merge_requests.merge_requests == first.merge_requests.merge_requests

    world = replace(big(1000), pipelines=(), commits=(), merge_requests=big(100).merge_requests)
    play(scenario, world, token=token)


@by_graphql
def test_only_the_jobs_and_words_of_what_changed_are_asked_and_all_in_one_query_each() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.now += MINUTE * 5
        world = stage.salsa.world
        begins = stage.now - MINUTE
        runs = tuple(
            replace(one, steps=(*one.steps, (begins, "running"))) if one.id in {102, 202, 302} else one
            for one in world.pipelines
        )
        moved = tuple(
            replace(one, changed_at=(begins,)) if one.project_id <= 3 else one for one in world.merge_requests
        )
        stage.salsa.world = replace(world, pipelines=runs, merge_requests=moved)
        await stage.look()
        asked = Counter(stage.queries())
        assert (asked["Jobs"], asked["Words"], stage.asked("/projects/")) == (1, 1, [])

    play(scenario, PUSHES, token=TOKEN)


@at_once
def test_many_new_pipelines_at_once_hide_none_of_them() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.now += MINUTE * 5
        (old,) = (one for one in stage.salsa.world.pipelines if one.id == 102)
        burst = tuple(
            replace(old, id=110 + place, ref=f"side-{place}", steps=((stage.now - MINUTE, "failed"),))
            for place in range(9)
        )
        stage.salsa.world = replace(stage.salsa.world, pipelines=(*stage.salsa.world.pipelines, *burst))
        seen = await stage.look()
        refs = {one.ref for one in seen.pipelines.pipelines if one.project == "team/project-0001"}
        assert refs == {"master", *(f"side-{place}" for place in range(9))}
        assert stage.asked("/pipelines") == ["/projects/1/pipelines"]

    play(scenario, replace(PUSHES, projects=PUSHES.projects[:2]))


@by_graphql
def test_a_long_pipeline_is_followed_to_its_end_however_many_newer_ones_there_are() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        rest = tuple(one for one in stage.salsa.world.pipelines if one.id != 102)
        (long,) = (one for one in stage.salsa.world.pipelines if one.id == 102)
        newer = tuple(
            replace(long, id=110 + place, ref=f"side-{place}", steps=((NOW - MINUTE, "success"),)) for place in range(9)
        )
        running = replace(long, steps=((NOW - DAY, "running"),))
        stage.salsa.world = replace(stage.salsa.world, pipelines=(running, *rest, *newer))
        stage.now += MINUTE * 5
        assert statuses(await stage.look())[102] == "running"
        ended = replace(long, steps=((NOW - DAY, "running"), (NOW + MINUTE * 6, "failed")))
        stage.salsa.world = replace(stage.salsa.world, pipelines=(ended, *rest, *newer))
        stage.now += MINUTE * 5
        assert statuses(await stage.look())[102] == "failed"
        again = replace(ended, steps=(*ended.steps, (NOW + MINUTE * 30, "success")))
        stage.salsa.world = replace(stage.salsa.world, pipelines=(again, *rest, *newer))
        stage.now += MINUTE * 61
        assert statuses(await stage.look())[102] == "success"
        stage.salsa.world = replace(stage.salsa.world, pipelines=newer)
        stage.now += MINUTE * 61
        assert 102 not in statuses(await stage.look())

    play(scenario, replace(PUSHES, projects=PUSHES.projects[:1]))


@at_once
@pytest.mark.parametrize(
    ("expected", "page"), [(0, 20), (18, 20), (19, 30), (40, 50), (90, 100), (91, 100), (999, 100)]
)
def test_a_page_has_room_for_a_tenth_more_than_last_time(expected: int, page: int) -> None:
    assert room(expected, 100) == page


@at_once
@pytest.mark.parametrize("words", ["Field 'group' doesn't accept argument 'x'", "Variable $x is not defined by Group"])
def test_a_server_that_is_older_than_our_base_is_asked_list_by_list(words: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("refused", words, path="/api/graphql/Group")
        assert (len((await stage.look()).paths), standing(stage)) == (3, "rest")

    play(scenario, big(3))


# The ladder


def test_a_server_is_asked_as_it_bears_and_that_is_remembered(rung: str) -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        assert (standing(stage), len(first.paths), first.pipelines.missing) == (rung.replace("rest 0", "rest"), 40, ())
        stage.now += MINUTE * 5
        await stage.look()
        assert (standing(stage), "Alive" in stage.queries(), "Types" in stage.queries()) == (rung, False, False)

    play(scenario, PUSHES)


def test_every_rung_shows_the_same_projects_pipelines_jobs_and_commits(rung: str) -> None:
    told: list[object] = []

    async def scenario(stage: Stage) -> None:
        seen = await stage.look()
        base = stage.salsa.base
        told.append(
            [repr(one).replace(base, "") for one in (seen.projects, seen.pipelines, seen.commits)]
            + [(one.iid, one.project, one.state, one.updated_at, one.sha) for one in seen.merge_requests.merge_requests]
        )

    play(scenario, big(12), jobs_per_line=2)
    if rung != "rest":
        play(scenario, big(12), jobs_per_line=2, graphql=False)
        assert told[0] == told[1]


@at_once
def test_after_a_day_one_rung_up_is_tried_again() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.bears = 20
        await stage.look()
        assert standing(stage) == "nested 20"
        stage.salsa.bears = 100
        stage.now += MINUTE * 5
        await stage.look()
        assert standing(stage) == "nested 20"
        stage.now += DAY
        await stage.look()
        assert standing(stage) == "nested 50"
        stage.salsa.bears = 20
        stage.now += DAY
        await stage.look()
        assert standing(stage) == "nested 20"

    play(scenario, PUSHES)


def test_the_ladder_is_tried_upwards_after_a_day_and_a_failed_try_waits_another_day() -> None:
    ladder = Ladder()
    assert ladder.stood(2, NOW)
    assert (ladder.first(NOW + UP_AFTER - MINUTE), ladder.first(NOW + UP_AFTER)) == (2, 1)
    assert not ladder.stood(2, NOW + UP_AFTER)
    assert (ladder.first(NOW + UP_AFTER + MINUTE), ladder.first(NOW + 2 * UP_AFTER)) == (2, 1)


@at_once
@pytest.mark.parametrize(
    ("kind", "value"),
    [("complexity", ""), ("validation timeout", ""), ("status", "502"), ("status", "503"), ("status", "504")],
)
def test_a_shape_that_is_too_much_is_left_for_a_smaller_one_in_the_same_look(kind: Kind, value: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, value, path="/api/graphql/Group", times=1)
        assert (len((await stage.look()).paths), standing(stage)) == (40, "nested 50")

    play(scenario, PUSHES)


@at_once
def test_a_shape_that_takes_too_long_is_left_for_a_smaller_one_in_the_same_look() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("drip", "3", path="/api/graphql/Group", times=1)
        assert (len((await stage.look()).paths), standing(stage)) == (40, "nested 50")

    play(scenario, PUSHES, read_timeout=1.5)


@at_once
def test_an_outage_moves_us_to_no_other_rung_and_costs_two_requests() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.faults.inject("status", "503")
        for _ in range(12):
            stage.salsa.requests.clear()
            stage.now += MINUTE * 5
            assert await stage.away() == ("unavailable", "the server answers 503", None)
            assert stage.queries()[1:] == ["Alive"]
            assert len(stage.salsa.requests) == 2
        stage.salsa.faults.clear()
        assert (len((await stage.look()).paths), standing(stage)) == (40, "nested 100")

    play(scenario, PUSHES)


@at_once
@pytest.mark.parametrize("missing", sorted(NEWER))
def test_a_server_without_a_newer_field_is_asked_without_it(missing: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.has = NEWER - {missing}
        assert (len((await stage.look()).paths), standing(stage)) == (12, "nested 100")

    play(scenario, big(12), token=TOKEN)


@at_once
def test_a_server_of_2022_tells_schedules_from_pushes_all_the_same() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.has = frozenset()
        seen = await stage.look()
        assert Counter(one.source for one in seen.pipelines.pipelines) == {"schedule": 24, "unknown": 24}

    play(scenario, big(12))


@at_once
def test_a_field_that_was_there_yesterday_is_done_without() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.has = NEWER | ENTERPRISE
        assert {one.approvals_left for one in (await stage.look()).merge_requests.merge_requests} == {1}
        stage.salsa.has = NEWER
        seen = await stage.look()
        assert (len(seen.paths), standing(stage)) == (12, "nested 100")

    play(scenario, big(12))


@at_once
def test_a_server_that_does_not_tell_its_fields_is_asked_for_the_old_ones() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("complexity", path="/api/graphql/Types")
        assert (len((await stage.look()).paths), standing(stage)) == (12, "nested 100")

    play(scenario, big(12))


# Honest states


@by_graphql
@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("30", 30.0), ("3600", 3600.0), ("86400", 3600.0), ("Fri, 01 Jan 2100 00:00:00 GMT", 3600.0), ("", None)],
)
@pytest.mark.parametrize("query", ["Types", "Group", "Jobs", "Words"])
def test_429_is_told_at_once_and_moves_us_to_no_other_rung(retry_after: str, seconds: float | None, query: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("too many", retry_after, path=f"/api/graphql/{query}")
        assert await stage.away() == ("limited", "too many requests (429)", seconds)
        assert stage.queries()[-1].startswith(query)

    play(scenario, big(3))


@at_once
@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("login page", "", ("unavailable", "an answer that is not JSON, or cut short", None)),
        ("truncated", "", ("unavailable", "an answer that is not JSON, or cut short", None)),
        ("no list", "", ("unbelievable", "a GraphQL answer without data", None)),
        ("reset", "", ("unreachable", "the connection broke inside an answer", None)),
        ("status", "401", ("unauthorised", "the token is not accepted: expired, revoked or mistyped (401)", None)),
    ],
)
def test_an_answer_that_is_none_is_an_outage_and_the_next_look_is_whole(
    kind: Kind, value: str, expected: tuple[str, str, None]
) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, value, path="/api/graphql/Group")
        assert await stage.away() == expected
        stage.salsa.faults.clear()
        seen = await stage.look()
        counts = (len(seen.paths), len(seen.pipelines.pipelines), len(seen.merge_requests.merge_requests))
        assert (*counts, len(seen.commits.commits), standing(stage)) == (3, 12, 6, 9, "nested 100")

    play(scenario, big(3))


@at_once
def test_a_group_that_is_suddenly_empty_is_not_believed() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.faults.inject("empty", path="/api/graphql/Group")
        doubt = ("unbelievable", "team shows 0 projects where 40 were", None)
        assert [await stage.away(), await stage.away()] == [doubt, doubt]
        assert (await stage.look()).paths == []

    play(scenario, PUSHES)


@at_once
@pytest.mark.parametrize("kind", ["hole", "null"])
def test_a_null_project_in_the_list_is_missing_and_not_gone(kind: Kind) -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        stage.salsa.faults.inject(kind, "group/projects/nodes/1", path="/api/graphql/Group")
        second = await stage.look()
        assert (second.paths, second.pipelines.missing) == (first.paths, ("team/project-0002",))
        assert second.pipelines.pipelines == first.pipelines.pipelines
        assert second.merge_requests == first.merge_requests

    play(scenario, big(3))


@at_once
def test_a_project_that_has_been_null_for_a_day_is_gone() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.faults.inject("null", "group/projects/nodes/1", path="/api/graphql/Group")
        shown = []
        for hours in (0, 23, 1):
            stage.now += timedelta(hours=hours)
            shown.append("team/project-0002" in (await stage.look()).paths)
        assert shown == [True, True, False]

    play(scenario, big(3))


@at_once
def test_a_group_that_is_whole_says_nothing_about_another_that_is_not() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.faults.inject("null", "group/projects/nodes/1", path="/api/graphql/Group")
        shown = []
        for hours in (0, 12, 12):
            stage.now += timedelta(hours=hours)
            shown.append("team/project-0002" in (await stage.look()).paths)
        assert shown == [True, True, False]

    play(scenario, big(10), groups=("team", "team/tools"))


@by_graphql
def test_pipelines_that_could_not_be_told_are_missing_and_those_known_still_stand(rung: str) -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        hole = "a1/pipelines" if rung.startswith("aliased") else "group/projects/nodes/1/pipelines"
        query = "Aliased" if rung.startswith("aliased") else "Group"
        stage.salsa.faults.inject("hole", hole, path=f"/api/graphql/{query}")
        second = await stage.look()
        assert second.pipelines.missing == ("team/project-0002",)
        assert second.pipelines.pipelines == first.pipelines.pipelines

    play(scenario, big(3))


@by_graphql
@pytest.mark.parametrize("hole", ["group/opened/nodes/0", "group/opened/nodes/0/reviewers", "group/opened"])
def test_merge_requests_that_could_not_be_told_are_missing_and_not_gone(hole: str) -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        stage.salsa.faults.inject("hole", hole, path="/api/graphql/Group")
        second = await stage.look()
        assert second.merge_requests.merge_requests == first.merge_requests.merge_requests
        assert second.merge_requests.missing == tuple(first.paths)
        stage.salsa.faults.clear()
        assert (await stage.look()).merge_requests == first.merge_requests

    play(scenario, big(3))


@by_graphql
def test_pipelines_that_are_never_shown_to_us_are_not_missing(rung: str) -> None:
    async def scenario(stage: Stage) -> None:
        hole = "a1/pipelines" if rung.startswith("aliased") else "group/projects/nodes/1/pipelines"
        query = "Aliased" if rung.startswith("aliased") else "Group"
        stage.salsa.faults.inject("null", hole, path=f"/api/graphql/{query}")
        closed = await stage.look()
        assert (closed.pipelines.missing, "team/project-0002" in closed.paths) == ((), True)
        stage.salsa.faults.clear()
        stage.now += MINUTE
        first = await stage.look()
        stage.salsa.faults.inject("null", hole, path=f"/api/graphql/{query}")
        again = await stage.look()
        assert (again.pipelines.missing, again.pipelines.pipelines) == (
            ("team/project-0002",),
            first.pipelines.pipelines,
        )

    play(scenario, big(3))


@at_once
def test_a_repository_that_could_not_be_told_is_not_an_empty_one() -> None:
    async def scenario(stage: Stage) -> None:
        first = await stage.look()
        stage.salsa.faults.inject("hole", "group/projects/nodes/0/repository", path="/api/graphql/Group")
        second = await stage.look()
        assert (second.projects, second.commits) == (first.projects, first.commits)

    play(scenario, big(3))


@at_once
def test_a_group_that_could_not_be_told_is_asked_for_in_another_way() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("hole", "group", path="/api/graphql/Group", times=1)
        assert (len((await stage.look()).paths), standing(stage)) == (3, "nested 50")

    play(scenario, big(3))


@at_once
def test_words_that_could_not_be_told_are_asked_again_and_jobs_are_asked_one_by_one() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("hole", "a0/mergeRequest", path="/api/graphql/Words", times=1)
        stage.salsa.faults.inject("hole", "a0/pipeline", path="/api/graphql/Jobs", times=1)
        seen = await stage.look()
        assert len(stage.asked("/jobs")) >= 1
        assert {None} & {one.jobs for one in seen.pipelines.pipelines} == set()
        unsaid = [one for one in seen.merge_requests.merge_requests if one.state == "opened" and one.pushed_at is None]
        assert len(unsaid) == 1
        again = await stage.look()
        assert [one for one in again.merge_requests.merge_requests if one.state == "opened" and not one.pushed_at] == []

    play(scenario, big(3))


@by_graphql
def test_page_3_of_5_fails_and_nothing_is_seen() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = big(41)
        stage.salsa.faults.inject("reset", path="/api/graphql/")
        assert await stage.away() == ("unreachable", "the connection broke inside an answer", None)
        stage.salsa.faults.clear()
        assert len((await stage.look()).paths) == 41

    play(scenario, big(40), jobs_per_line=0)


@at_once
def test_a_cursor_that_does_not_move_is_not_followed_for_ever() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("null", "group/projects/pageInfo/endCursor", path="/api/graphql/Group")
        assert await stage.away() == ("unbelievable", "a list whose pages never end", None)

    play(scenario, replace(big(101), pipelines=(), merge_requests=(), commits=()))


@by_graphql
def test_a_slow_drip_meets_the_deadline_and_moves_us_to_no_other_rung() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("drip", "0.05", path="/api/graphql/Group")
        assert await stage.away() == ("unreachable", "the look took longer than 1.2 s", None)
        assert stage.forge._memory.ladder.place == 0
        stage.salsa.faults.clear()
        assert len((await stage.look()).paths) == 1

    play(scenario, big(1), deadline=1.2)


@at_once
def test_a_token_that_is_too_narrow_for_anything_is_a_matter_of_permission() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", "403")
        assert await stage.away() == ("forbidden", "no group can be read: team", None)

    play(scenario, big(1), token=TOKEN)


@at_once
def test_an_answer_without_end_is_cut() -> None:
    async def scenario(stage: Stage) -> None:
        assert await stage.away() == ("unbelievable", "an answer of more than 2500 bytes", None)

    play(scenario, big(12), largest_answer=2500)


@at_once
def test_where_the_operator_says_so_nothing_is_asked_by_graphql() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        assert stage.queries() == []

    play(scenario, big(1), graphql=False)
