"""A team as big as a test or a benchmark wants: projects in subgroups, with builds, requests and commits. Pure.

Everything follows from the number of projects; two calls give equal worlds.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from cloudbot.demo.salsa.world import (
    CommitStory,
    JobStory,
    MergeRequestStory,
    PipelineStory,
    ProjectStory,
    World,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GROUP = "team"
SUBGROUP = "team/tools"
PIPELINES = 4
JOBS = 3
_AUTHORS = 5


def big(projects: int = 40) -> World:
    """Build a group of so many projects, every tenth in a subgroup, as of `NOW`."""
    numbers = range(1, projects + 1)
    return World(
        groups=(GROUP, SUBGROUP),
        projects=tuple(
            ProjectStory(id=number, path=f"{SUBGROUP if number % 10 == 0 else GROUP}/project-{number:04d}")
            for number in numbers
        ),
        merge_requests=tuple(request for number in numbers for request in _merge_requests(number)),
        pipelines=tuple(pipeline for number in numbers for pipeline in _pipelines(number)),
        commits=tuple(commit for number in numbers for commit in _commits(number)),
    )


def _pipelines(project: int) -> list[PipelineStory]:
    return [_pipeline(project, place) for place in range(PIPELINES)]


def _pipeline(project: int, place: int) -> PipelineStory:
    number = project * 100 + place
    begins = NOW - timedelta(days=PIPELINES - place, minutes=project % 60)
    word = "failed" if number % 7 == 0 else "success"
    jobs = tuple(
        JobStory(
            id=number * 10 + job,
            name=f"job-{job}",
            stage="test",
            steps=((begins, "running"), (begins + timedelta(minutes=5), word if job == 0 else "success")),
        )
        for job in range(JOBS)
    )
    return PipelineStory(
        id=number,
        project_id=project,
        ref="master",
        sha=_sha("pipeline", number),
        source="schedule" if place % 2 else "push",
        steps=((begins, "running"), (begins + timedelta(minutes=5), word)),
        jobs=jobs,
    )


def _merge_requests(project: int) -> list[MergeRequestStory]:
    """Make one that is open and one that was merged last week."""
    return [
        MergeRequestStory(
            id=project * 10 + iid,
            project_id=project,
            iid=iid,
            title=f"Change {iid} of project {project}",
            author=f"dev{1 + project % _AUTHORS:02d}",
            created_at=NOW - timedelta(days=10 * iid),
            source_branch=f"change-{iid}",
            sha=_sha("request", project * 10 + iid),
            merged_at=NOW - timedelta(days=7, minutes=project) if iid == 1 else None,
            merged_by="dev01" if iid == 1 else None,
        )
        for iid in (1, 2)
    ]


def _commits(project: int) -> list[CommitStory]:
    return [
        CommitStory(
            project_id=project,
            sha=_sha("commit", project * 10 + place),
            at=NOW - timedelta(days=3 + place, minutes=project % 60),
            email=f"dev{1 + (project + place) % _AUTHORS:02d}@example.org",
            title=f"Commit {place}",
        )
        for place in range(3)
    ]


def _sha(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind}/{number}".encode()).hexdigest()[:40]
