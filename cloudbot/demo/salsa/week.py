"""The recorded week as a world: merges from git, and around them the pipelines, jobs and commits git does not keep.

`recorded` decides what is real and what is made up; `SIMULATED` says it in words, so that the demo can mark it with a
star. The week is ISO week 2019-W29 up to the team's meeting on Monday 2019-07-22.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.demo.salsa import history
from cloudbot.demo.salsa.pipelines import BROKEN_MERGE, daily, pushed
from cloudbot.demo.salsa.world import CommitStory, MergeRequestStory, ProjectStory, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cloudbot.demo.salsa.history import Merge, Week
    from cloudbot.demo.salsa.world import PipelineStory

WEEK_BEGINS = datetime(2019, 7, 15, tzinfo=UTC)

SIMULATED: Mapping[str, str] = {
    "pipelines": "git keeps no pipelines: one for each merge and one a day at 04:00 UTC, with the 59 real job names",
    "jobs": "their results, times and stages are made up; `ec2 sid arm64 build` fails in schedules from 2019-07-20 on, "
    "`test pytest` fails once, for !120, and the runner of the builds is down on 2019-07-17",
    "opened": "when a merge request was opened is not in git: the date of its oldest commit stands in",
    "commits": "the number, the authors and the shape over the weeks are real, the instants and hashes are not; "
    "titles are not kept",
    "projects": "`image-finder` and `fai-cloud-images` are real names without anything of their real history",
}
"""What in the recorded world is not from git. Stories made up carry `simulated=True`."""

FIRST_ID = 40_000
_PROJECTS = (history.ARCHIVED_PROJECT, history.PROJECT, "cloud-team/image-finder", "cloud-admin-team/accounts")
_DAILY_FROM = datetime(2019, 7, 1, 4, tzinfo=UTC)
_DAILY_UNTIL = datetime(2019, 8, 31, tzinfo=UTC)
_WINDOW = timedelta(days=90)

# Who else committed in the 90 days before the meeting: one commit each, on the day of their merge request.
_GUESTS = {
    "dev02": datetime(2019, 5, 10, 4, 6, tzinfo=UTC),
    "dev06": datetime(2019, 6, 7, 18, 42, tzinfo=UTC),
    "dev10": datetime(2019, 6, 19, 14, 32, tzinfo=UTC),
}
_MAIN_AUTHOR = "dev01"


def recorded() -> World:
    """Build the whole recorded history as one world; the clock decides how much of it has happened."""
    projects = tuple(
        ProjectStory(
            id=number,
            path=path,
            archived=path == history.ARCHIVED_PROJECT,
            visibility="private" if path.startswith("cloud-admin-team/") else "public",
        )
        for number, path in enumerate(_PROJECTS, start=1001)
    )
    numbers = {project.path: project.id for project in projects}
    merges = history.merges()
    images = numbers[history.PROJECT]
    return World(
        groups=("cloud-admin-team", "cloud-team"),
        restricted=frozenset({"cloud-admin-team"}),
        projects=projects,
        merge_requests=tuple(_merge_request(merge, numbers) for merge in merges),
        pipelines=tuple(_pipelines([merge for merge in merges if merge.project == history.PROJECT], images)),
        commits=(*_merge_commits(merges, numbers), *_work(images, history.weeks(), history.stats())),
    )


def _merge_request(merge: Merge, numbers: Mapping[str, int]) -> MergeRequestStory:
    project = numbers[merge.project]
    return MergeRequestStory(
        id=project * 1000 + merge.iid,
        project_id=project,
        iid=merge.iid,
        title=merge.title,
        author=merge.authors[0],
        created_at=merge.first_commit_at,
        source_branch=merge.source_branch,
        target_branch=merge.target_branch,
        sha=_digest("head", merge.project, str(merge.iid)),
        merged_at=merge.merged_at,
        merged_by=merge.merged_by,
    )


def _pipelines(merges: Sequence[Merge], project: int) -> Iterator[PipelineStory]:
    """Number merges and mornings in the order in which they happened."""
    mornings = [_DAILY_FROM + timedelta(days=day) for day in range((_DAILY_UNTIL - _DAILY_FROM).days)]
    happened = sorted(
        [*((merge.merged_at, merge) for merge in merges), *((morning, None) for morning in mornings)],
        key=lambda event: event[0],
    )
    head = ""
    for number, (at, merge) in enumerate(happened, start=FIRST_ID):
        if merge is None:
            yield daily(number, project, head, at)
        else:
            head = merge.merge_commit_sha
            yield pushed(number, project, head, at, broken=merge.iid == BROKEN_MERGE)


def _merge_commits(merges: Iterable[Merge], numbers: Mapping[str, int]) -> Iterator[CommitStory]:
    for merge in merges:
        yield CommitStory(
            project_id=numbers[merge.project],
            sha=merge.merge_commit_sha,
            at=merge.merged_at,
            email=f"{merge.merged_by}@example.org",
            title=f"Merge branch '{merge.source_branch}' into '{merge.target_branch}'",
            parents=2,
            simulated=False,
        )


def _work(project: int, weeks: Sequence[Week], stats: Mapping[str, Mapping[str, int]]) -> Iterator[CommitStory]:
    """Spread the commits that are no merges over the weeks.

    The weekly counts and the count of the 90 days before the meeting were not counted alike (110 and 119), so within
    the 90 days the weeks give the shape and the total is the other's.
    """
    begin = history.BOF - _WINDOW
    inside = [week for week in weeks if begin.date() <= _monday(week).date() + timedelta(days=6) < history.BOF.date()]
    told = stats["non_merge_commits_in_90_days_before_bof"]
    yield from _spread(project, inside, told["total"] - len(_GUESTS), begin)
    for author, at in _GUESTS.items():
        yield _commit(project, at, author)
    for week in weeks:
        if week not in inside:
            skip = history.BOF if _monday(week).date() == history.BOF.date() else _monday(week)
            yield from _spread(project, [week], week.commits, skip)


def _spread(project: int, weeks: Sequence[Week], total: int, not_before: datetime) -> Iterator[CommitStory]:
    """Give each week its share of `total`, largest remainders first, evenly over its working hours."""
    weight = sum(week.commits for week in weeks)
    shares = [total * week.commits // weight for week in weeks]
    by_rest = sorted(range(len(weeks)), key=lambda index: (-(total * weeks[index].commits % weight), index))
    for index in by_rest[: total - sum(shares)]:
        shares[index] += 1
    for week, share in zip(weeks, shares, strict=True):
        begin = max(_monday(week), not_before)
        length = _monday(week) + timedelta(days=7) - begin
        for number in range(share):
            yield _commit(project, begin + length * (2 * number + 1) / (2 * share), _MAIN_AUTHOR)


def _commit(project: int, at: datetime, author: str) -> CommitStory:
    at = at.replace(microsecond=0)
    return CommitStory(
        project_id=project,
        sha=_digest("commit", at.isoformat(), author),
        at=at,
        email=f"{author}@example.org",
        title="",
    )


def _monday(week: Week) -> datetime:
    return datetime.combine(datetime.fromisocalendar(week.year, week.week, 1), datetime.min.time(), UTC)


def _digest(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:40]
