"""A year of the team's own merge requests, looked at every working morning: how often the channel is reminded."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from cloudbot.core.effects import SetTimer
from cloudbot.core.facts import TimerFired
from cloudbot.core.forge import MergeRequest
from cloudbot.core.times import is_working_day
from cloudbot.demo.salsa.history import Merge, merges
from cloudbot.features.merge_requests.nudges import TIMER
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import Bot, merge_requests_seen, settings

NAMED = re.compile(r"!\d+")
FIRST = datetime(2018, 8, 1, 8, tzinfo=UTC)
DAYS = [FIRST + timedelta(days=day) for day in range(365)]


def known(merge: Merge, at: datetime) -> MergeRequest:
    merged = merge.merged_at <= at
    return MergeRequest(
        project=merge.project,
        iid=merge.iid,
        title=merge.title,
        state="merged" if merged else "opened",
        author=merge.authors[0],
        created_at=merge.first_commit_at,
        updated_at=merge.merged_at if merged else merge.first_commit_at,
        merged_at=merge.merged_at if merged else None,
        source_branch=merge.source_branch,
        target_branch=merge.target_branch,
        url="",
    )


def year() -> dict[datetime, list[str]]:
    """Return the lines of each day on which there were any."""
    bot = Bot(chosen=settings(VoiceSettings(listen_first=False)))
    lines: dict[datetime, list[str]] = {}
    due = None
    for at in DAYS:
        begun = [known(merge, at) for merge in merges() if merge.first_commit_at <= at]
        effects = bot.take(merge_requests_seen(*begun, at=at - timedelta(minutes=1)))
        bot.looked = {"salsa": at}
        if due is not None and due <= at:
            effects += bot.take(TimerFired(at=at, name=TIMER, due=due))
        due = max((each.due for each in effects if isinstance(each, SetTimer) and each.name == TIMER), default=due)
        if said := bot.said(effects):
            lines[at] = said
    return lines


YEAR = year()


def test_no_more_than_one_line_came_on_a_day_and_none_on_a_weekend() -> None:
    assert max(len(lines) for lines in YEAR.values()) == 1
    assert [at for at in YEAR if not is_working_day(at.date())] == []


def test_it_was_about_one_line_a_week_though_some_waited_for_months() -> None:
    assert (len(DAYS), len(YEAR)) == (365, 61)


def test_none_was_named_twice_within_a_week() -> None:
    named: dict[str, list[datetime]] = {}
    for at, (line,) in YEAR.items():
        for number in NAMED.findall(line):
            named.setdefault(number, []).append(at)

    assert len(named) > 30
    pauses = [later - sooner for days in named.values() for sooner, later in pairwise(days)]
    assert min(pauses) == timedelta(days=7)
