"""A year of the team's own history with 106 jobs a pipeline: how many unasked lines a channel would have heard.

The merges are those of git (`cloudbot/demo/data`), each a pipeline on master; a schedule runs every night. Which jobs
fail is made up by a seed: builds that break for days, a mirror that is away, two runner outages, flaky tests. Timers
fire as in a running bot, with the voice as shipped.
"""

from __future__ import annotations

import heapq
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import CancelTimer, Say, SetTimer, WouldSay
from cloudbot.core.facts import TimerFired
from cloudbot.features.ci.builds import Settings as BuildSettings
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import (
    CHANNEL,
    NOW,
    Bot,
    job,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
    reported,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.core.facts import Fact
    from cloudbot.core.forge import Job, Pipeline

DATA = Path(__file__).parents[2] / "cloudbot" / "demo" / "data"
JOBS = (DATA / "job-names-2022.txt").read_text(encoding="utf-8").split("\n")[:-1]
BEGIN, END = datetime(2018, 8, 15, tzinfo=UTC), datetime(2019, 8, 16, tzinfo=UTC)
"The busiest year of that history."
RULE = (
    r"(?P<vendor>azure|ec2|gce|generic|genericcloud|nocloud) (?P<release>\S+)(?: (?P<arch>amd64|arm64|ppc64el))? build"
)
RUNNER_OUTAGES = (date(2018, 11, 5), date(2019, 5, 20))


def merges() -> list[datetime]:
    found = json.loads((DATA / "merged-mrs.json").read_text(encoding="utf-8"))["merge_requests"]
    instants = (datetime.fromisoformat(one["merged_at"]).astimezone(UTC) for one in found)
    return sorted(at for at in instants if BEGIN <= at < END)


@dataclass
class Weather:
    """Which jobs fail at an instant, and how."""

    chance: random.Random
    broken: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def job(self, number: int, name: str, at: datetime) -> Job:
        until, error = self.broken.get(name, (at, ""))
        if at >= until and name.endswith("build") and self.chance.random() < 0.0008:
            until, error = at + timedelta(days=self.chance.randint(1, 6)), self.chance.choice(("disk full", "E: 404"))
            self.broken[name] = (until, error)
        if at.date() in RUNNER_OUTAGES:
            return job(number, name, "failed", at=at, reason="runner_system_failure")
        if at < until:
            return replace(job(number, name, "failed", at=at, reason="script_failure"), error=error)
        return job(number, name, "skipped" if name.endswith("upload") else "success", at=at)


def pipelines() -> Iterator[Pipeline]:
    """Yield the pipelines of the year in the order of their end."""
    weather = Weather(random.Random(2019))  # noqa: S311 - a seed, so that every run has the same year
    nights = (BEGIN + timedelta(days=day, hours=4) for day in range(366))
    runs = sorted([*((at, "push") for at in merges()), *((at, "schedule") for at in nights)])
    for place, (made, source) in enumerate(runs, start=1):
        at = made + timedelta(hours=1)
        jobs = tuple(weather.job(1000 * place + number, name, at) for number, name in enumerate(JOBS))
        outage = at.date() in RUNNER_OUTAGES
        jobs = (*jobs, replace(job(1000 * place + 999, "pytest", "success", may_fail=False, at=at)))
        if outage or weather.chance.random() < 0.02:
            reason = "runner_system_failure" if outage else "script_failure"
            jobs = (*jobs[:-1], job(1000 * place + 999, "pytest", "failed", may_fail=False, at=at, reason=reason))
        status = "failed" if jobs[-1].status == "failed" else "success"
        yield pipeline(place, status, source=source, made=made, ended=at, jobs=jobs)


@dataclass
class Clockwork:
    """A bot whose timers fire."""

    bot: Bot
    timers: dict[str, datetime] = field(default_factory=dict)
    said: list[tuple[datetime, str]] = field(default_factory=list)
    unsaid: int = 0

    def run(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            while self.timers and min(self.timers.values()) <= fact.at:
                name, due = min(self.timers.items(), key=lambda item: (item[1], item[0]))
                del self.timers[name]
                self._take(TimerFired(at=due, name=name, due=due))
            self._take(fact)

    def _take(self, fact: Fact) -> None:
        for effect in self.bot.take(fact):
            match effect:
                case SetTimer(name=name, due=due):
                    self.timers[name] = max(due, fact.at)
                case CancelTimer(name=name):
                    self.timers.pop(name, None)
                case Say():
                    self.said.append((fact.at, self.bot.line(effect)))
                case WouldSay():
                    self.unsaid += 1
                case _:
                    pass


def heard(*, hooks: bool) -> Clockwork:
    chosen = settings(VoiceSettings(listen_first=False), BuildSettings(rules=(RULE,)))
    clockwork = Clockwork(Bot(chosen=chosen))
    clockwork.run([replace(projects_seen(), at=BEGIN)])
    last: dict[str, Pipeline] = {}

    def facts() -> Iterator[Fact]:
        for one in pipelines():
            last[one.source] = one
            if hooks:
                yield reported(one, at=one.updated_at)
            yield pipelines_seen(*last.values(), at=one.updated_at + timedelta(minutes=4))

    clockwork.run(heapq.merge(facts(), key=lambda fact: fact.at))
    return clockwork


@pytest.mark.parametrize("hooks", [False, True], ids=["polled", "hooks and polled"])
def test_a_year_with_106_jobs_is_a_line_or_two_on_a_day_on_which_something_changed(hooks: bool) -> None:  # noqa: FBT001
    clockwork = heard(hooks=hooks)
    days = Counter(at.date() for at, _ in clockwork.said)

    assert len(JOBS) == 106
    assert len(merges()) > 100
    assert max(days.values()) <= 6
    assert clockwork.unsaid == 0
    assert len(clockwork.said) / 366 < 1
    assert all(len(line.encode()) <= 400 for _, line in clockwork.said)


def test_an_outage_of_the_runners_is_one_line_in_the_night_and_one_when_it_is_over() -> None:
    clockwork = heard(hooks=True)
    for day in RUNNER_OUTAGES:
        lines = [line for at, line in clockwork.said if at.date() == day]
        assert len(lines) == 1
        assert re.match(r"\d\d\d builds FAIL, all runner_system_failure \(", lines[0])


def kgb_lines(one: Pipeline) -> int:
    """Count the lines of KGB: every job of every pipeline event, cut at 400 bytes."""
    text = f"{one.project} pipeline devuser {one.id} * failed ("
    text += "; ".join(f"{each.name}: {each.status}" for each in one.jobs or ()) + ")"
    return -(-len(text) // 400)


def test_where_kgb_prints_a_wall_of_twelve_lines_for_two_failed_jobs_this_is_one() -> None:
    jobs = tuple(job(number, name) for number, name in enumerate(JOBS))
    bad = tuple(
        replace(one, id=200 + place, status="failed")
        if one.name.startswith("ec2 sid")
        else replace(one, id=200 + place)
        for place, one in enumerate(jobs)
    )
    bot = Bot(chosen=settings(VoiceSettings(listen_first=False), BuildSettings(rules=(RULE,))))
    bot.take(projects_seen(), pipelines_seen(pipeline(1, jobs=jobs, made=NOW - timedelta(days=1))))
    after = pipeline(2, jobs=bad)

    assert kgb_lines(after) >= 9
    assert bot.lines(reported(after)) == ["2 builds FAIL (ec2 sid amd64, ec2 sid arm64). !health"]
    assert project().default_branch == after.ref
    assert CHANNEL in bot.team.channels
