"""Short ways to write facts, worlds and what the bot makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.adapters.render import Words
from cloudbot.core.commands import Ask, Invocation
from cloudbot.core.effects import Announce, Say, SendMail, SetTimer, TellOperator, WouldSay
from cloudbot.core.engine import Engine, World
from cloudbot.core.facts import (
    CommandGiven,
    CommitsSeen,
    MergeRequestsSeen,
    PipelineReported,
    PipelinesSeen,
    ProjectsSeen,
    SchedulesSeen,
)
from cloudbot.core.forge import Commit, Job, MergeRequest, Pipeline, Project, Schedule
from cloudbot.core.people import Person, Team
from cloudbot.core.records.state import Records
from cloudbot.core.speech import Proof, Speaker, Venue
from cloudbot.features import make_commands, make_engine, settings_types
from cloudbot.features.ci.builds import Settings as BuildSettings
from cloudbot.features.voice import Settings as VoiceSettings

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact

NOW = datetime(2019, 7, 22, 19, 0, tzinfo=UTC)
"A Monday; the instant of the talk that the bot was made after."
CHANNEL = Venue("oftc", "#debian-cloud")
IMAGES = "cloud-team/debian-cloud-images"
ENGINE = make_engine()
COMMANDS = make_commands(ENGINE)
WORDS = Words()
ALEX = Person(name="Alex", accounts={"oftc": ("alex",)})
ROBIN = Person(name="Robin", accounts={"oftc": ("robin",)}, roles=frozenset({"member", "operator"}))
TEAM = Team(name="Debian Cloud Team", people=(ALEX, ROBIN), channels=(CHANNEL,))
BUILD_RULE = r"(?P<vendor>\w+) (?P<release>[a-z-]+)(?: (?P<arch>amd64|arm64|ppc64el))? build(?: official)?"
SPEAKING = VoiceSettings(listen_first=False, fold_seconds=0)
"News as it comes: what is folded over time is shown in test_voice."


def ago(**length: float) -> datetime:
    """Return the instant that long before `NOW`."""
    return NOW - timedelta(**length)


def project(
    path: str = IMAGES,
    *,
    branch: str | None = "master",
    archived: bool = False,
    public: bool = True,
) -> Project:
    number = sum(path.encode())
    url = f"https://salsa.example.org/{path}"
    return Project(id=number, path=path, url=url, default_branch=branch, archived=archived, public=public)


def pipeline(
    number: int,
    status: str = "success",
    *,
    path: str = IMAGES,
    ref: str = "master",
    source: str = "push",
    made: datetime | None = None,
    ended: datetime | None = None,
    jobs: tuple[Job, ...] | None = None,
) -> Pipeline:
    made = made or NOW
    return Pipeline(
        id=number,
        project=path,
        ref=ref,
        sha=f"{number:040x}",
        source=source,
        status=status,
        created_at=made,
        updated_at=ended or made,
        url=f"https://salsa.example.org/p/{number}",
        jobs=jobs,
    )


def job(
    number: int,
    name: str,
    status: str = "success",
    *,
    at: datetime | None = NOW,
    may_fail: bool = True,
    reason: str | None = None,
) -> Job:
    return Job(
        id=number,
        name=name,
        stage="build",
        status=status,
        allow_failure=may_fail,
        failure_reason=reason,
        finished_at=at,
        url=f"https://salsa.example.org/j/{number}",
    )


def merge_request(
    number: int,
    *,
    title: str = "Add arm64",
    state: str = "opened",
    made: datetime | None = None,
    merged: datetime | None = None,
    path: str = IMAGES,
    author: str = "alex",
    merged_by: str | None = None,
    draft: bool = False,
    conflicts: bool = False,
    pipeline_status: str | None = None,
) -> MergeRequest:
    made = made or ago(days=3)
    return MergeRequest(
        project=path,
        iid=number,
        title=title,
        state=state,
        author=author,
        created_at=made,
        updated_at=merged or made,
        source_branch="feature",
        target_branch="master",
        url=f"https://salsa.example.org/mr/{number}",
        draft=draft,
        merged_at=merged,
        merged_by=merged_by,
        conflicts=conflicts,
        pipeline_status=pipeline_status,
    )


def commit(author: str, at: datetime, *, path: str = IMAGES) -> Commit:
    return Commit(project=path, sha=f"{author}{at:%Y%m%d%H%M%S}", author=author, at=at)


def projects_seen(*paths: str, at: datetime = NOW) -> ProjectsSeen:
    return ProjectsSeen(at=at, forge="salsa", projects=tuple(project(path) for path in paths or (IMAGES,)))


def pipelines_seen(*pipelines: Pipeline, at: datetime = NOW) -> PipelinesSeen:
    return PipelinesSeen(at=at, forge="salsa", pipelines=pipelines)


def merge_requests_seen(*merge_requests: MergeRequest, at: datetime = NOW) -> MergeRequestsSeen:
    since = datetime(2019, 4, 1, tzinfo=UTC)
    return MergeRequestsSeen(at=at, forge="salsa", since=since, merge_requests=merge_requests)


def commits_seen(*commits: Commit, at: datetime = NOW) -> CommitsSeen:
    return CommitsSeen(at=at, forge="salsa", since=at - timedelta(days=90), commits=commits)


def given(
    command: str,
    args: Mapping[str, str] | None = None,
    *,
    at: datetime = NOW,
    venue: Venue = CHANNEL,
    number: str = "m1",
) -> CommandGiven:
    proof = Proof("alex", "whois-307")
    return CommandGiven(
        at=at, id=number, command=command, args=dict(args or {}), venue=venue, nick="alex", proof=proof, person="Alex"
    )


def settings(*chosen: object) -> Mapping[type, object]:
    """Return the settings of all features: as shipped, with a rule for builds, and those given."""
    every = {kind: kind() for _, kind in settings_types(ENGINE)}
    every[BuildSettings] = BuildSettings(rules=(BUILD_RULE,))
    return every | {type(one): one for one in chosen}


@dataclass(slots=True, kw_only=True)
class Bot:
    """All features in memory: give it facts, look at what it does."""

    chosen: Mapping[type, object] = field(default_factory=lambda: settings(SPEAKING))
    team: Team = TEAM
    documents: Mapping[type, object] = field(default_factory=ENGINE.first_day)
    looked: Mapping[str, datetime] = field(default_factory=dict)
    words: Words = WORDS
    records: Records | None = None
    number: int = 0
    "of the newest fact"
    engine: Engine = ENGINE

    def world(self, at: datetime) -> World:
        return World(
            at=at,
            team=self.team,
            documents=self.documents,
            settings=self.chosen,
            commands=COMMANDS,
            looked=self.looked,
            version="0.1",
            records=self.records,
            number=self.number,
        )

    def take(self, *facts: Fact) -> list[Effect]:
        """Apply facts in order; return every effect."""
        effects: list[Effect] = []
        for fact in facts:
            self.number += 1
            step = self.engine.step(fact, self.world(fact.at))
            self.documents = step.documents
            effects += step.effects
        return effects

    def lines(self, *facts: Fact) -> list[str]:
        """Apply facts; return the lines said in channels, as rendered."""
        return self.said(self.take(*facts))

    def said(self, effects: Iterable[Effect]) -> list[str]:
        return [self.line(effect) for effect in effects if isinstance(effect, Say)]

    def line(self, effect: Say | WouldSay) -> str:
        return " ".join(self.words.render(effect.words, effect.values).split())

    def answer(self, text: str, *, at: datetime = NOW) -> str:
        """Ask as if in a query; return the whole answer."""
        parsed = COMMANDS.parse(text, me=("cloudbot",), query=True)
        assert isinstance(parsed, Invocation), parsed
        assert parsed.command.answer is not None
        ask = Ask(at=at, args=parsed.args, venue=Venue("oftc", "alex"), speaker=Speaker(nick="alex"))
        answer = parsed.command.answer(ask, self.world(at))
        rendered = self.words.render(answer.words, answer.values)
        return "\n".join(line for line in rendered.splitlines() if line.strip())


def keys(effects: Iterable[Effect]) -> list[str]:
    """Return the keys of messages, in order."""
    return [one.key for one in effects if isinstance(one, Announce | Say | WouldSay | SendMail | TellOperator)]


def moved(fact: Fact, **length: float) -> Fact:
    """Return a fact that happened that much later."""
    return replace(fact, at=fact.at + timedelta(**length))


def reported(one: Pipeline, *, at: datetime = NOW, branch: str | None = "master") -> PipelineReported:
    return PipelineReported(at=at, forge="salsa", project=project(one.project, branch=branch), pipeline=one)


def schedule(number: int = 1, *, next_run: datetime | None = None, active: bool = True) -> Schedule:
    return Schedule(
        id=number,
        project=IMAGES,
        description=f"daily {number}",
        ref="master",
        cron="0 4 * * *",
        zone="UTC",
        active=active,
        next_run_at=next_run or NOW,
    )


def schedules_seen(*schedules: Schedule, at: datetime = NOW) -> SchedulesSeen:
    return SchedulesSeen(at=at, forge="salsa", schedules=schedules)


def timers(effects: Iterable[Effect]) -> dict[str, datetime]:
    """Return the timers set, by name."""
    return {one.name: one.due for one in effects if isinstance(one, SetTimer)}
