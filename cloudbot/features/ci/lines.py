"""The truth table of pipelines: what a pipeline says about its line of history, and what news that is.

A line of history is a project, a ref and what ran it: pushes, each schedule, tags and merge requests apart. A pipeline
is compared with the last *completed* one of its line.

| the pipeline | says |
| --- | --- |
| `failed` | failed, by the jobs that may not fail and did, a downstream, or a configuration that cannot be read |
| `success`, a downstream failed that may not | failed: a parent that does not wait for its child is no better |
| `success`, with jobs that were allowed to fail and did | warnings |
| `success` | success |
| `canceled`, `skipped`, `manual`, `created`, `pending`, `running`, `scheduled`, `waiting_...`, `preparing` | nothing |
| any child pipeline | nothing of its own: it is a part of its parent |

| from | to | news |
| --- | --- | --- |
| nothing known, success, warnings | failed | problem |
| failed | success, warnings | recovery; flaky, if the same commit now passes |
| success | warnings | worse |
| warnings | success | better |
| failed | failed in more, in less | worse, better |
| any | the same | none |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cloudbot.core.forge import CHILD_SOURCE, INFRASTRUCTURE, Job, Pipeline

Result = Literal["success", "warnings", "failed"]
News = Literal["problem", "recovery", "flaky", "worse", "better"]
TRAIL = 10
_LETTERS: dict[Result, str] = {"success": ".", "warnings": "w", "failed": "F"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The last completed result of one line of history."""

    project: str
    ref: str
    kind: str
    result: Result
    since: datetime
    "when the first pipeline that failed, or that did not, without another between, was made"
    pipeline: int
    at: datetime
    url: str
    broken: tuple[str, ...] = ()
    "the failed jobs that count, as `name (reason)`"
    sha: str = ""
    cause: str = ""
    "the failure reason that all failed jobs share, where it is the builders' fault"
    trail: str = ""
    "the last results, newest last: `.` success, `w` warnings, `F` failed"
    good_at: datetime | None = None
    "when the last pipeline that did not fail was made"

    @property
    def key(self) -> str:
        """Name the line in keys."""
        return f"{self.project}/{self.ref}/{self.kind}"

    @property
    def failed(self) -> bool:
        """Whether the last result is a failure."""
        return self.result == "failed"


def verdict(pipeline: Pipeline) -> Line | None:
    """Return what a completed pipeline says of its line, or None for one that says nothing."""
    if pipeline.status not in {"success", "failed"} or pipeline.source == CHILD_SOURCE:
        return None
    project, ref, kind = pipeline.line
    broken = _broken(pipeline)
    result = _result(pipeline, broken)
    return Line(
        project=project,
        ref=ref,
        kind=kind,
        result=result,
        since=pipeline.created_at,
        pipeline=pipeline.id,
        at=pipeline.updated_at,
        url=pipeline.url,
        broken=broken,
        sha=pipeline.sha,
        cause=_cause(pipeline) if result == "failed" else "",
        trail=_LETTERS[result],
        good_at=None if result == "failed" else pipeline.created_at,
    )


def following(before: Line | None, line: Line) -> Line:
    """Carry over since when, or find it: a retry changes the result when it ends, not when its pipeline was made."""
    if before is None:
        return line
    retried = before.pipeline == line.pipeline
    trail = ((before.trail[:-1] if retried else before.trail) + line.trail)[-TRAIL:]
    changed = line.at if retried else line.since
    since = before.since if before.failed == line.failed else changed
    return replace(line, since=since, trail=trail, good_at=line.good_at or _earlier_good(before, retried=retried))


def _earlier_good(before: Line, *, retried: bool) -> datetime | None:
    """A pipeline that fails when it is tried again was no good one."""
    return None if retried and not before.failed else before.good_at


def is_later(before: Line | None, line: Line) -> bool:
    """Whether a verdict is of a later state than the one before; an older pipeline, or state of one, never is."""
    if before is None or line.pipeline > before.pipeline:
        return True
    if line.pipeline < before.pipeline or line.at < before.at:
        return False
    return line.at > before.at or not says_the_same(before, line)


def says_the_same(before: Line | None, line: Line) -> bool:
    """Whether a pipeline says again what it said: then it is later known of, and nothing else."""
    if before is None or before.pipeline != line.pipeline:
        return False
    return (before.result, before.broken) == (line.result, line.broken)


def compare(before: Line | None, line: Line) -> News | None:
    """Return what kind of news the step from one verdict to the next is, or None."""
    if before is None:
        return "problem" if line.failed else None
    if before.failed and not line.failed:
        same = before.pipeline == line.pipeline or (bool(line.sha) and before.sha == line.sha)
        return "flaky" if same else "recovery"
    if line.failed and not before.failed:
        return "problem"
    if before.pipeline == line.pipeline:
        return None  # more is known of it now; nothing else happened
    return _more_or_less(before, line)


def _more_or_less(before: Line, line: Line) -> News | None:
    if line.failed:
        then, now = set(before.broken), set(line.broken)
        if not then or not now:
            return None
        return "worse" if now > then else "better" if now < then else None
    if before.result == line.result:
        return None
    return "worse" if line.result == "warnings" else "better"


def _result(pipeline: Pipeline, broken: tuple[str, ...]) -> Result:
    if pipeline.status == "failed" or broken:
        return "failed"
    tolerated = any(_failed(job) for job in pipeline.jobs or ())
    return "warnings" if pipeline.warnings or tolerated else "success"


def _broken(pipeline: Pipeline) -> tuple[str, ...]:
    """Name the jobs that count; a failed pipeline without any cannot read its configuration, or does not tell."""
    counted = [job for job in pipeline.jobs or () if _failed(job) and not job.allow_failure]
    if pipeline.status != "failed":
        counted = [job for job in counted if job.downstream is not None]
    if not counted and pipeline.status == "failed" and pipeline.yaml_errors:
        return ("the CI configuration cannot be read",)
    return tuple(_named(job) for job in counted)


def _failed(job: Job) -> bool:
    return job.status == "failed" or (job.downstream is not None and job.downstream.status == "failed")


def _named(job: Job) -> str:
    if job.downstream is not None:
        return f"{job.name} (downstream)"
    return f"{job.name} ({job.failure_reason})" if job.failure_reason else job.name


def _cause(pipeline: Pipeline) -> str:
    reasons = {job.failure_reason for job in pipeline.jobs or () if _failed(job) and not job.allow_failure}
    only = reasons.pop() if len(reasons) == 1 else None
    return only if only in INFRASTRUCTURE else ""
