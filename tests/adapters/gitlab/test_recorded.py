"""Recorded answers of real servers: all of them convert, and the simulated server gives nothing that they do not."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from cloudbot.adapters.gitlab import convert
from cloudbot.core.forge import Commit, Job, MergeRequest, Pipeline, Project
from cloudbot.demo.salsa import (
    DownstreamStory,
    JobStory,
    PipelineStory,
    ProjectStory,
    Salsa,
    ScheduleStory,
    World,
)
from cloudbot.demo.salsa.server import TOKEN
from cloudbot.demo.salsa.week import recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

API = Path(__file__).parents[4] / "shared" / "data" / "gitlab" / "api"

pytestmark = [pytest.mark.real, pytest.mark.skipif(not API.is_dir(), reason="no recorded answers here")]

Json = dict[str, Any]
NOW = datetime(2019, 7, 22, 14, 0, tzinfo=UTC)


def read(name: str) -> Any:  # noqa: ANN401 - whatever was recorded
    return json.loads((API / name).read_text(encoding="utf-8"))


def exchanges() -> Iterator[Json]:
    """Yield every recorded conversation with gitlab.com."""
    for path in sorted((API / "ogr").glob("*.json")):
        yield from read(f"ogr/{path.name}")


def bodies(*, of: Callable[[Json], bool]) -> list[Json]:
    """Return every object in a recorded body, list or single, that looks like one of a kind."""
    found = []
    for exchange in exchanges():
        body = exchange["body"]
        found += [item for item in (body if isinstance(body, list) else [body]) if isinstance(item, dict) and of(item)]
    return found


def is_merge_request(item: Json) -> bool:
    return {"iid", "source_branch", "target_branch", "created_at"} <= item.keys()


def is_project(item: Json) -> bool:
    return {"id", "path_with_namespace", "web_url"} <= item.keys()


def is_commit(item: Json) -> bool:
    return {"id", "parent_ids", "author_email", "created_at"} <= item.keys()


def in_files(*names: str) -> list[Json]:
    items: list[Json] = []
    for name in names:
        told = read(name)
        items += told if isinstance(told, list) else [told]
    return items


MERGE_REQUESTS = (
    "gitlab4j/merge-request.json",
    "glab/mrList.json",
    "glab/mergeableMr.json",
    "go-gitlab/get_merge_request.json",
    "go-gitlab/get_merge_requests.json",
    "go-gitlab/get_merge_requests_author_username.json",
    "go-gitlab/get_merge_requests_not_author_username.json",
    "go-scm/merge.json",
    "go-scm/merges.json",
    "perceval/merge_1.json",
    "perceval/merge_2.json",
    "perceval/merge_3.json",
    "perceval/merge_page_1.json",
    "perceval/merge_page_2.json",
    "perceval/merge_page_outdated.json",
    "perceval/merge_page_updated.json",
)
PIPELINES = ("gitlab4j/pipeline.json", "glab/ciList.json")
PROJECTS = ("gitlab4j/project.json", "go-scm/repo.json", "go-scm/repos.json", "perceval/project.json")


def test_every_recorded_merge_request_converts() -> None:
    items = [*in_files(*MERGE_REQUESTS), *bodies(of=is_merge_request)]
    converted = [convert.merge_request(item, "p") for item in items]
    assert len(converted) > 200
    assert {one.state for one in converted} <= {"opened", "closed", "merged", "locked"}
    assert {type(one) for one in converted} == {MergeRequest}


def test_every_recorded_project_converts() -> None:
    items = [*in_files(*PROJECTS), *bodies(of=is_project)]
    converted = [convert.project(item) for item in items]
    assert len(converted) > 30
    assert all(isinstance(one, Project) and "/" in one.path for one in converted)


def test_every_recorded_pipeline_converts() -> None:
    heads = [
        item["head_pipeline"] for item in bodies(of=is_merge_request) if isinstance(item.get("head_pipeline"), dict)
    ]
    items = [*in_files(*PIPELINES), *heads]
    assert {type(convert.pipeline(item, "p")) for item in items} == {Pipeline}
    assert [convert.pipeline(item, "p").source for item in in_files("glab/ciList.json")] == ["schedule", "schedule"]


def test_every_recorded_job_and_commit_converts() -> None:
    assert {type(convert.job(item)) for item in in_files("gitlab4j/job.json")} == {Job}
    commits = [convert.commit(item, "p") for item in [*in_files("go-scm/commits.json"), *bodies(of=is_commit)]]
    assert {type(one) for one in commits} <= {Commit, type(None)}
    assert len(commits) > 5


def test_recorded_schedules_and_trigger_jobs_convert() -> None:
    (schedule,) = (convert.schedule(item, "p") for item in in_files("gitlab4j/pipeline-schedule.json"))
    (bridge,) = (convert.job(item) for item in in_files("gitlab4j/bridge.json"))
    assert (schedule.description, schedule.zone, type(schedule.next_run_at)) == (
        "Test schedule pipeline",
        "Asia/Tokyo",
        datetime,
    )
    assert bridge.downstream is not None
    assert (bridge.downstream.id, bridge.downstream.status) == (5, "pending")


def test_what_a_simulated_server_shows_of_one_thing_has_no_key_that_a_real_one_has_not() -> None:
    world = World(
        groups=("team",),
        projects=(ProjectStory(id=1, path="team/images"),),
        pipelines=(
            PipelineStory(
                id=11,
                project_id=1,
                ref="master",
                sha="aa",
                source="schedule",
                steps=((NOW, "failed"),),
                jobs=(
                    JobStory(
                        id=3,
                        name="trigger",
                        stage="build",
                        steps=((NOW, "failed"),),
                        downstream=DownstreamStory(id=99, path="team/tools", status="failed"),
                    ),
                ),
            ),
        ),
        schedules=(
            ScheduleStory(
                id=7,
                project_id=1,
                description="nightly",
                ref="master",
                cron="0 4 * * *",
                runs=(NOW + timedelta(hours=3),),
                ran=(11,),
            ),
        ),
    )
    (pipeline, _), (bridges, _), (schedule, _) = ask(
        "/projects/1/pipelines/11", "/projects/1/pipelines/11/bridges", "/projects/1/pipeline_schedules/7", world=world
    )
    assert set(pipeline) - set(shapes(in_files("gitlab4j/pipeline.json", "glab/ciList.json"))) == set()
    real_bridge = in_files("gitlab4j/bridge.json")
    assert set(bridges[0]) - set(shapes([*real_bridge, *in_files("gitlab4j/job.json")])) == set()
    assert set(bridges[0]["downstream_pipeline"]) - set(real_bridge[0]["downstream_pipeline"]) == set()
    assert set(schedule) - set(shapes(in_files("gitlab4j/pipeline-schedule.json"))) == set()


def ask(*paths: str, world: World | None = None) -> list[tuple[Any, requests.structures.CaseInsensitiveDict[str]]]:
    """Ask the simulated server, as a member, on the day of the meeting."""

    async def run() -> list[tuple[Any, requests.structures.CaseInsensitiveDict[str]]]:
        salsa = Salsa(world or recorded(), lambda: NOW)
        base = await salsa.start()
        answers = []
        for path in paths:
            answer = await asyncio.to_thread(get, f"{base}/api/v4{path}")
            answers.append((answer.json(), answer.headers))
        await salsa.stop()
        return answers

    return asyncio.run(run())


def get(url: str) -> requests.Response:
    with requests.Session() as session:
        return session.get(url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)


def shape(value: object) -> str:
    """Name a value's kind as JSON knows it; a time is a kind of its own."""
    if isinstance(value, str):
        try:
            convert.moment(value)
        except convert.Malformed:
            return "text"
        return "time"
    return {bool: "truth", int: "number", float: "number", type(None): "null", list: "list", dict: "object"}[
        type(value)
    ]


def shapes(items: list[Json]) -> dict[str, set[str]]:
    """Return the kinds of value that each key was seen with; null goes with anything."""
    found: dict[str, set[str]] = {}
    for item in items:
        for key, value in item.items():
            found.setdefault(key, set()).add(shape(value))
    return found


def differences(simulated: list[Json], real: list[Json]) -> dict[str, tuple[set[str], set[str]]]:
    """Return the keys that no real answer has, and those with values of another kind."""
    known = shapes(real)
    return {
        key: (kinds, known.get(key, set()))
        for key, kinds in shapes(simulated).items()
        if key not in known or (kinds - {"null"}) - known[key] - ({"text"} if "null" in known[key] else set())
    }


def test_a_simulated_project_has_no_key_and_no_kind_of_value_that_a_real_one_has_not() -> None:
    ((simulated, _),) = ask("/groups/cloud-team/projects")
    real = [*bodies(of=is_project), *in_files("gitlab4j/project.json")]
    assert differences(simulated, real) == {}


def test_a_simulated_merge_request_has_exactly_the_keys_of_a_list_and_their_kinds() -> None:
    ((simulated, _),) = ask("/groups/cloud-team/merge_requests?state=all&per_page=100")
    (page,) = [one["body"] for one in read("ogr/PullRequests.test_mr_list_limit.json")[:1]]
    real = bodies(of=is_merge_request)
    assert differences(simulated, real) == {}
    always = set.intersection(*(set(item) for item in page))
    assert (always - set(simulated[0]), set(simulated[0]) - set(shapes(real))) == (set(), set())


def test_a_simulated_pipeline_has_exactly_the_keys_of_a_list() -> None:
    ((simulated, _),) = ask("/projects/1002/pipelines")
    real = in_files("glab/ciList.json")
    assert {key: kinds for key, kinds in differences(simulated, real).items() if key != "name"} == {}
    assert set(simulated[0]) == set(real[0])


def test_a_simulated_job_has_no_key_and_no_kind_of_value_that_a_real_one_has_not() -> None:
    ((pipelines, _),) = ask("/projects/1002/pipelines?per_page=1")
    ((simulated, _),) = ask(f"/projects/1002/pipelines/{pipelines[0]['id']}/jobs?per_page=100")
    assert differences(simulated, in_files("gitlab4j/job.json")) == {}


def test_a_simulated_commit_has_exactly_the_keys_of_a_real_one() -> None:
    ((simulated, _),) = ask("/projects/1002/repository/commits?ref_name=master")
    real = in_files("go-scm/commits.json")
    assert (differences(simulated, real), set(simulated[0])) == ({}, set(real[0]))


def test_simulated_lists_carry_the_paging_headers_of_real_ones() -> None:
    real = read("ogr/PullRequests.test_mr_list_limit.json")[0]["headers"]
    ((_, simulated),) = ask("/groups/cloud-team/merge_requests?state=all&page=2")
    paging = {name for name in real if name.lower().startswith(("x-page", "x-per", "x-prev", "x-next", "x-total"))}
    assert {name.lower() for name in paging} <= {name.lower() for name in simulated}
    links = [
        [link["rel"] for link in requests.utils.parse_header_links(headers)]
        for headers in (real["link"], simulated["Link"])
    ]
    assert links[0] == links[1]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/projects/999/pipelines", 404, "404 Project Not Found"),
        ("/projects/1002/pipelines/1/jobs", 404, "404 Not found"),
    ],
)
def test_simulated_errors_are_worded_as_recorded_ones(path: str, status: int, words: str) -> None:
    recorded_errors = {
        (one["status"], str(one["body"].get("message"))) for one in read("ogr/_all_error_responses.json")
    }
    ((body, _),) = ask(path)
    assert body == {"message": words}
    assert (status, words) in recorded_errors
