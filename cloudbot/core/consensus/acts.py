"""What can be done to a decision, each as data: by whom, with what proof. `Ticked` is the clock's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cloudbot.core.records.kinds.governance import Proof, Recusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """It stands where people can read it; with all that the class asks, the clock starts."""

    venue: Literal["list", "irc", "mr"]
    msgid: str | None = None
    url: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """Somebody says yes, by name."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected:
    """Somebody says no, and why. `by` is a person, or the public name of somebody who has no record."""

    by: str
    title: str
    proof: Proof = field(default_factory=Proof)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """An objection is met: who raised it says so, or a meeting of which there are minutes."""

    number: int
    "from 1, as people see them"
    by: str
    minutes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """The proposer says it in other words."""

    by: str
    title: str
    text: str | None = None
    typo: bool = False
    "that the proposer calls it one; whether it is, is looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The proposer gives it up."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """Somebody wants an accepted decision talked about again."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Another decision that supersedes it was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Who is outside the team has said yes or no, and where one reads it."""

    by: str
    "who tells it"
    yes: bool
    evidence: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Time has passed. What the clock cannot know of itself is told to it."""

    listening_since: datetime
    "since when, without a gap, objections would have been heard"
    list_read_until: datetime | None = None
    "up to when the archive of the list was read; None where it is read by people only"
    recusals: tuple[Recusal, ...] = ()
    "who has to step back by what is known today; those of the record stay"
    members: frozenset[str] = frozenset()
    "the people of the team"
    needs_outside_view: bool = False
    "that so many step back that the team alone cannot decide"


Act = Announced | Supported | Objected | Resolved | Revised | Withdrawn | Reverted | Replaced | Approved | Ticked
