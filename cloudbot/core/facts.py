"""Everything that can happen to the bot, as data. A fact is past tense, complete in itself, and stamped in aware UTC.

Only facts change documents. A question is not a fact: it is answered from memory and leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from cloudbot.core.forge import Commit, Job, MergeRequest, Pipeline, Project, Schedule
from cloudbot.core.people import Person
from cloudbot.core.records.operations import Change
from cloudbot.core.speech import Proof, Venue

AwayReason = Literal[
    "unreachable",  # DNS, connection, TLS, timeout, deadline
    "unavailable",  # 5xx, maintenance, an HTML page where JSON was due
    "limited",  # 429 in all its forms
    "unauthorised",  # 401: token expired or revoked
    "forbidden",  # 403: scope too narrow
    "unbelievable",  # a list cut short, a group suddenly empty
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNews:
    """One commit that a person made in the records."""

    commit: str
    author: str
    subject: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectsSeen:
    """The team's projects on one forge, whole."""

    at: datetime
    forge: str
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinesSeen:
    """The newest pipelines of every line of history, whole."""

    at: datetime
    forge: str
    pipelines: tuple[Pipeline, ...]
    missing: tuple[str, ...] = ()
    "paths of projects that could not be read this time; what was known of them stands among the pipelines"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulesSeen:
    """The pipeline schedules of the team's projects, as far as we may see them, whole."""

    at: datetime
    forge: str
    schedules: tuple[Schedule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequestsSeen:
    """All open merge requests, and those merged or closed since `since`, whole."""

    at: datetime
    forge: str
    since: datetime
    merge_requests: tuple[MergeRequest, ...]
    missing: tuple[str, ...] = ()
    "paths of projects that could not be read this time; what was known of them stands among the merge requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitsSeen:
    """The commits of the default branches since `since`, merges left out."""

    at: datetime
    forge: str
    since: datetime
    commits: tuple[Commit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineReported:
    """A hook told of one pipeline, jobs included. The sender was proved; the next look brings the same state."""

    at: datetime
    forge: str
    project: Project
    pipeline: Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReported:
    """A hook told of one job, outside its pipeline."""

    at: datetime
    forge: str
    project: Project
    pipeline: int
    ref: str
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequestReported:
    """A hook told of one merge request: what GitLab's hook leaves out (reviews, replies) is left out here too."""

    at: datetime
    forge: str
    project: Project
    merge_request: MergeRequest
    action: str
    "GitLab's: open, close, reopen, update, approved, unapproved, approval, unapproval, merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExpires:
    """An access token ends soon. Told by the forge's hook, or found when our own was looked at."""

    at: datetime
    forge: str
    token: str
    "its name and where it belongs, never itself"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HooksKept:
    """What the hook keeper found: which projects send us hooks. Journalled when it differs from the last time."""

    at: datetime
    forge: str
    sending: tuple[str, ...]
    refused: tuple[str, ...]
    "paths of projects whose hooks we may not see or make: these are polled only"
    disabled: tuple[str, ...]
    "paths of projects whose hook GitLab had switched off after failures, and which was switched on again"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterSeen:
    """The people of the records at one commit, whole."""

    at: datetime
    commit: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsSeen:
    """The records at one commit. The records themselves are in git; a reaction finds them in its world."""

    at: datetime
    commit: str
    good: str
    "the last commit at which every kind could be read; the same, unless somebody pushed what is wrong"
    closed: tuple[str, ...] = ()
    "kinds that are answered from `good` and not changed until somebody mends them"
    findings: tuple[str, ...] = ()
    "why they are: the first errors, one line each"
    mend: str = ""
    "a merge request that puts the broken files back, just offered"
    news: tuple[RecordNews, ...] = ()
    "commits of people since the look before, oldest first; the bot's own are not among them"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsCommitted:
    """A change of the records is in the team's repository."""

    at: datetime
    key: str
    commit: str
    ids: tuple[str, ...]
    "the records it changed, the first being the one it is about"
    subject: str
    person: str
    to: Venue | None
    words: str
    values: dict[str, str]
    notes: tuple[str, ...] = ()
    "warnings that were there to be acknowledged, one line each"
    undo: tuple[Change, ...] = ()
    "what takes it back, while nobody else has changed the same files"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsRefused:
    """A change of the records was not made, and why: each reason names the file and the way out."""

    at: datetime
    key: str
    person: str
    to: Venue | None
    reasons: tuple[str, ...]
    closed: bool = False
    "it had been proposed, and somebody closed the merge request for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsWait:
    """A change of the records is not made yet: the repository is away, or another person has to merge it."""

    at: datetime
    key: str
    person: str
    to: Venue | None
    why: Literal["away", "rewritten", "full", "proposed"]
    detail: str = ""
    notes: tuple[str, ...] = ()
    "what was found in a change that is proposed: why it takes another person, then warnings, one line each"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCommitsSeen:
    """How the commits to an area's paths since an instant spread over their authors: counts, and no names."""

    at: datetime
    area: str
    since: datetime
    counts: tuple[int, ...]
    "commits of each author, the most first; merges left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFailed:
    """A source could not be read, or not believed. Told to people only when it lasts."""

    at: datetime
    source: str
    reason: AwayReason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookSucceeded:
    """A source was read whole. Recorded only after a failure, or when nothing was known of it."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGiven:
    """Somebody allowed to do so asked for a change: `args` are the parsed parameters by name."""

    at: datetime
    id: str
    "unique among the commands of a network: the server's msgid, or the instant and a number; keys are made from it"
    command: str
    args: dict[str, str]
    venue: Venue
    nick: str
    proof: Proof | None
    person: str | None
    "the name in the team's people, if the account is known there"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSaid:
    """A line of a channel in which a meeting runs, or that may begin one. Committed before anything is made of it."""

    at: datetime
    venue: Venue
    nick: str
    text: str
    kind: Literal["says", "does", "is now", "leaves", "logs in", "ballot"] = "says"
    "as of `core.meetings.lines`: `is now` has the new nick as text; `logs in`: services vouch for the nick only now"
    account: str = ""
    "the services account that was vouched for at that moment; empty where none was"
    person: str | None = None
    "the name in the team's people, if the account is known there"
    me: str = ""
    "our own nick; a line of that nick is ours"
    topic: str = ""
    "the channel's topic before the line; only of one that may begin a meeting"
    absent: tuple[str, ...] = ()
    "nicks that a #chair names and that are not in the channel"
    bot: bool = False
    "a client marked as bot: kept in the log, never a command, never counted as a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEntered:
    """We are in a channel again in which a meeting runs. Since when nobody listened is known to who holds it."""

    at: datetime
    venue: Venue
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLeft:
    """We are no longer in a channel in which a meeting runs."""

    at: datetime
    venue: Venue
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A timer is due. `due` may be long past: what lateness means is the feature's to say."""

    at: datetime
    name: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The outcome of one effect, for features that promised something."""

    at: datetime
    key: str
    state: Literal["sent", "dead", "expired", "unknown"]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    """The operator ended listen-only mode."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactParked:
    """Handling a fact raised; it is parked with its traceback. `fingerprint` is one per kind of bug."""

    at: datetime
    fact_id: int
    kind: str
    fingerprint: str
    summary: str


Fact = (
    ProjectsSeen
    | PipelinesSeen
    | MergeRequestsSeen
    | CommitsSeen
    | SchedulesSeen
    | PipelineReported
    | JobReported
    | MergeRequestReported
    | TokenExpires
    | HooksKept
    | RosterSeen
    | RecordsSeen
    | RecordsCommitted
    | RecordsRefused
    | RecordsWait
    | PathCommitsSeen
    | LookFailed
    | LookSucceeded
    | CommandGiven
    | LineSaid
    | ChannelEntered
    | ChannelLeft
    | TimerFired
    | Delivered
    | WentLive
    | FactParked
)
