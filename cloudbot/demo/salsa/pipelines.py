"""Pipelines made up around the team's real job names: what runs by itself, how long it takes, what fails when. Pure.

All of this is SIMULATED. The rules: tests run always; image builds may fail and wait for a person, except in the daily
schedule, which builds everything not official; uploads follow the builds.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

from cloudbot.demo.salsa.history import job_names
from cloudbot.demo.salsa.world import JobStory, PipelineStory, Steps

BROKEN_BUILD = "ec2 sid arm64 build"
BROKEN_FROM = datetime(2019, 7, 20, tzinfo=UTC)
"""From this Saturday on the schedule's `ec2 sid arm64 build` fails with `script_failure`."""

BROKEN_TRACE = """\
$ debian-cloud-images build sid ec2 arm64
I: unpacking the base system
E: write error: No space left on device
ERROR: Job failed: exit code 1
"""

OUTAGE = datetime(2019, 7, 17, 4, tzinfo=UTC)
"""In the schedule of this Wednesday the runner of the image builds is down: all fail, and none by its own fault."""

BROKEN_TEST = "test pytest"
BROKEN_MERGE = 120
"""The pipeline of this merge request on master is red (2019-07-21 17:40) until the next merge (!121, 19:00)."""

BUILT_ON_PUSH = "generic sid amd64 build"
"""The one image that every push builds, so that pushes have a build job at all."""

_TEST_BEGINS = timedelta(seconds=20)
_MINUTE = timedelta(minutes=1)


def pushed(number: int, project: int, sha: str, at: datetime, *, broken: bool) -> PipelineStory:
    """Make the pipeline of a push to master; a broken one fails in its tests."""
    fails = frozenset({BROKEN_TEST}) if broken else frozenset[str]()
    return _pipeline(number, project, sha, at, "push", runs=frozenset({BUILT_ON_PUSH}), fails=fails)


def daily(number: int, project: int, sha: str, at: datetime) -> PipelineStory:
    """Make the scheduled pipeline of a morning."""
    runs = frozenset(name for name in job_names() if is_daily(name))
    fails = frozenset({BROKEN_BUILD}) if at >= BROKEN_FROM else frozenset[str]()
    if at == OUTAGE:
        fails = frozenset(name for name in runs if stage_of(name) == "build")
    return _pipeline(number, project, sha, at, "schedule", runs=runs, fails=fails)


def stage_of(name: str) -> str:
    """Return the stage of a job: `test`, `build` or `upload`."""
    if name.startswith("test "):
        return "test"
    return "build" if " build" in name else "upload"


def is_daily(name: str) -> bool:
    """Whether the daily schedule runs it by itself."""
    return (stage_of(name) == "build" and not name.endswith(" official")) or name.endswith(" daily")


def _pipeline(  # noqa: PLR0913 - a builder; every argument is one circumstance
    number: int, project: int, sha: str, at: datetime, source: str, *, runs: frozenset[str], fails: frozenset[str]
) -> PipelineStory:
    jobs: list[JobStory] = []
    begins, stopped = at + _TEST_BEGINS, False
    for stage in ("test", "build", "upload"):
        made = [
            _job(number * 100 + place, name, at, begins, word=_word(name, runs, fails, stopped=stopped))
            for place, name in enumerate(job_names(), start=1)
            if stage_of(name) == stage
        ]
        jobs += made
        begins = max((job.steps[-1][0] for job in made), default=begins) + _TEST_BEGINS
        stopped = stopped or any(job.steps[-1][1] == "failed" and not job.allow_failure for job in made)
    return PipelineStory(
        id=number,
        project_id=project,
        ref="master",
        sha=sha,
        source=source,
        steps=_steps(at, jobs),
        jobs=tuple(jobs),
    )


def _word(name: str, runs: frozenset[str], fails: frozenset[str], *, stopped: bool) -> str:
    if stopped:
        return "skipped"
    if name in fails:
        return "failed"
    return "success" if stage_of(name) == "test" or name in runs else "manual"


def _job(number: int, name: str, created: datetime, begins: datetime, *, word: str) -> JobStory:
    runs = word in {"success", "failed"}
    outage = word == "failed" and created == OUTAGE
    ends = begins + (_MINUTE if outage else _takes(name))
    steps: Steps = (
        ((created, "created"), (begins, "running"), (ends, word))
        if runs
        else (
            (created, "created"),
            (begins, word),
        )
    )
    return JobStory(
        id=number,
        name=name,
        stage=stage_of(name),
        steps=steps,
        allow_failure=stage_of(name) == "build",
        failure_reason=("runner_system_failure" if outage else "script_failure") if word == "failed" else None,
        trace=BROKEN_TRACE if word == "failed" and name == BROKEN_BUILD and not outage else "",
    )


def _takes(name: str) -> timedelta:
    """Return how long a job runs: always the same, 1-4 minutes for tests and uploads, 8-21 for builds."""
    spread = zlib.crc32(name.encode())
    return _MINUTE * (8 + spread % 14 if stage_of(name) == "build" else 1 + spread % 4)


def _steps(created: datetime, jobs: list[JobStory]) -> Steps:
    """Derive the pipeline's statuses from its jobs', as GitLab does; failures that are allowed leave it a success."""
    steps: list[tuple[datetime, str]] = [(created, "created")]
    for moment in sorted({since for job in jobs for since, _ in job.steps[1:]}):
        status = status_of([(job.status(moment), job.allow_failure) for job in jobs])
        if status != steps[-1][1]:
            steps.append((moment, status))
    return tuple(steps)


def status_of(jobs: list[tuple[str, bool]]) -> str:
    """Derive a pipeline's status from its jobs': the status of each, and whether it may fail."""
    words = {word for word, _ in jobs}
    if words & {"created", "pending", "running"}:
        return "running"
    return "failed" if ("failed", False) in jobs else "success"
