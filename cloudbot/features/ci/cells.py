"""One build of the matrix release by vendor by arch: what its jobs said, newest last. Pure.

A job of a newer pipeline counts more than one of an older, whenever it ended: an old pipeline that is tried again says
nothing about today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from cloudbot.core.forge import INFRASTRUCTURE

if TYPE_CHECKING:
    from cloudbot.core.forge import Job

News = Literal["problem", "recovery", "flaky"]
_NUMBERS = re.compile(r"[0-9a-f]{7,}|\d+")
"""Hashes, sizes and temporary names differ from one failure to the next alike one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One build: what its last finished job said."""

    release: str
    vendor: str
    arch: str
    state: Literal["ok", "failed"]
    at: datetime
    since: datetime
    "when the run of equal results began"
    streak: int = 1
    last_good: datetime | None = None
    reason: str | None = None
    stage: str = ""
    job: int = 0
    url: str = ""
    project: str = ""
    ref: str = ""
    pipeline: int = 0
    made: datetime | None = None
    "when the pipeline was made"
    sha: str = ""
    error: str = ""
    "the first line of the log that says what went wrong"
    same: int = 1
    "how many failures in a row were alike"
    good_made: datetime | None = None
    "when the pipeline of the last good build was made: the commits since then are what changed"
    good_url: str = ""
    bad_made: datetime | None = None
    "when the pipeline of the first failure of this run was made"
    flaky: int = 0
    "how often it passed when it was tried again with nothing changed"

    @property
    def name(self) -> str:
        """Write the cell as people do: `ec2 sid arm64`."""
        return f"{self.vendor} {self.release} {self.arch}"

    @property
    def failed(self) -> bool:
        """Whether the last build failed."""
        return self.state == "failed"

    @property
    def infrastructure(self) -> bool:
        """Whether the builders failed and not the build."""
        return self.failed and self.reason in INFRASTRUCTURE

    @property
    def words(self) -> frozenset[str]:
        """The words by which people ask for it."""
        return frozenset({self.release.lower(), self.vendor.lower(), self.arch.lower()})

    @property
    def signature(self) -> str:
        """Tell one failure from another: the reason, the step and the first error, without the numbers in it."""
        return f"{self.stage}|{self.reason or ''}|{_NUMBERS.sub('N', self.error.lower())}" if self.failed else ""

    @property
    def cause(self) -> str:
        """What many builds may share: the builders' fault, or the same error in each."""
        if not self.failed:
            return ""
        if self.infrastructure:
            return self.reason or ""
        return self.error[:60]


def cell(job: Job, match: re.Match[str], default_arch: str) -> Cell | None:
    """Read one job by a rule that matched its name; None while it has not run to an end."""
    if job.status not in {"success", "failed"} or job.finished_at is None:
        return None
    good = job.status == "success"
    return Cell(
        release=match["release"],
        vendor=match["vendor"],
        arch=match.groupdict().get("arch") or default_arch,
        state="ok" if good else "failed",
        at=job.finished_at,
        since=job.finished_at,
        last_good=job.finished_at if good else None,
        reason=None if good else job.failure_reason,
        stage=job.stage,
        job=job.id,
        url=job.url,
        error="" if good else job.error,
        good_url=job.url if good else "",
        flaky=int(good and job.failed_tries > 0),
    )


def is_newer(now: Cell, before: Cell | None) -> bool:
    """Whether a result says more than the one before: of a newer pipeline, or a later try in the same one."""
    return before is None or (now.pipeline, now.job) > (before.pipeline, before.job)


def tells_more(now: Cell, before: Cell | None) -> bool:
    """Whether it is the same result with its log or its reason read now."""
    if before is None or (now.pipeline, now.job, now.state) != (before.pipeline, before.job, before.state):
        return False
    return bool((now.error and not before.error) or (now.reason and not before.reason))


def following(before: Cell | None, now: Cell) -> Cell:
    """Carry over what the newest job cannot know: since when, how often in a row, when it last was good."""
    now = replace(now, good_made=now.made if not now.failed else None, bad_made=now.made if now.failed else None)
    if before is None:
        return now
    equal = before.state == now.state
    return replace(
        now,
        since=before.since if equal else now.since,
        streak=before.streak + 1 if equal else 1,
        same=before.same + 1 if equal and before.signature == now.signature else 1,
        last_good=now.last_good or before.last_good,
        good_made=now.good_made or before.good_made,
        good_url=now.good_url or before.good_url,
        bad_made=before.bad_made if equal and now.failed else now.bad_made,
        flaky=before.flaky + int(compare(before, now) == "flaky" or now.flaky > 0),
    )


def compare(before: Cell | None, now: Cell) -> News | None:
    """Return what kind of news a result is. The first of a build is none: what was is learnt in silence."""
    if before is None or before.state == now.state:
        return None
    if now.failed:
        return "problem"
    tried_again = before.pipeline == now.pipeline or (bool(now.sha) and before.sha == now.sha)
    return "flaky" if tried_again else "recovery"
