"""Everything that can happen to the bot, as data. A fact is past tense, complete in itself, and stamped in aware UTC.

Only facts change documents. A question is not a fact: it is answered from memory and leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cloudbot.core.forge import Commit, MergeRequest, Pipeline, Project
from cloudbot.core.people import Person
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequestsSeen:
    """All open merge requests, and those merged or closed since `since`, whole."""

    at: datetime
    forge: str
    since: datetime
    merge_requests: tuple[MergeRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitsSeen:
    """The commits of the default branches since `since`, merges left out."""

    at: datetime
    forge: str
    since: datetime
    commits: tuple[Commit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterSeen:
    """The people of the records at one commit, whole."""

    at: datetime
    commit: str
    people: tuple[Person, ...]


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
    | RosterSeen
    | LookFailed
    | LookSucceeded
    | CommandGiven
    | TimerFired
    | Delivered
    | WentLive
    | FactParked
)
