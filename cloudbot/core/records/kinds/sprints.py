"""Sprints, their public part: dates, place, host, gates, promises, and who agreed to be named."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from cloudbot.core.records.kinds.governance import Proof
from cloudbot.core.records.words import (
    ActionRef,
    Country,
    DecisionRef,
    Line,
    OrgRef,
    Part,
    PastDay,
    PersonRef,
    PrivateFile,
    ProviderRef,
    Slug,
    SprintRef,
    Url,
    once_each,
)

SprintState = Literal[
    "idea", "proposed", "agreed", "budget-requested", "budget-approved", "declined", "announced", "confirmed",
    "running", "held", "reported", "claims-closed", "archived", "cancelled",
]  # fmt: skip


class Dates(Part):
    """When. Both days included, as people say it."""

    from_: date | None = Field(default=None, alias="from", description="First day.")
    to: date | None = Field(default=None, description="Last day, that day included.")
    final: bool = Field(default=False, description="Whether they will not move.")


class Place(Part):
    """Where."""

    city: Line | None = Field(default=None, description="City.")
    country: Country | None = Field(default=None, description="ISO 3166 code.")
    venue: Line | None = Field(default=None, description="House and room.")
    visa_weeks: int | None = Field(default=None, ge=0, le=52, description="How long a visa takes.")


class Host(Part):
    """Who invites."""

    org: OrgRef | None = Field(default=None, description="The organisation.")
    contact: PersonRef | None = Field(default=None, description="The person of the team who speaks with the host.")
    backup: PersonRef | None = Field(default=None, description="The second one.")


class Budget(Part):
    """Money, as totals and states only."""

    needed: bool = Field(default=True, description="Whether anybody is sponsored.")
    requested: PastDay | None = Field(default=None, description="The day the DPL was asked.")
    approved: PastDay | None = Field(default=None, description="The day the DPL said yes.")
    declined: PastDay | None = Field(default=None, description="The day the DPL said no.")
    total: Line | None = Field(default=None, description="The total: `EUR 6000`.")
    evidence: Proof = Field(default=Proof(), description="The mail of approval.")


class Reply(Part):
    """What an invited provider answered."""

    provider: ProviderRef = Field(description="Which.")
    at: PastDay = Field(description="The day.")
    answer: Literal["coming", "remote", "not coming", "thinking"] = Field(description="What.")


class Report(Part):
    """The report that is owed afterwards."""

    due_days: int = Field(default=30, ge=0, le=365, description="Days after the last one until it is due.")
    url: Url | None = Field(default=None, description="Where it is.")
    sent: PastDay | None = Field(default=None, description="The day it was sent.")


class Sprint(Part):
    """One sprint, its public part."""

    schema_: str = Field(alias="schema", description="`cloudbot/sprint/1`.")
    id: Slug = Field(description="The name of the folder.")
    title: Line = Field(description="What it is called.")
    state: SprintState = Field(description="How far it is.")
    dates: Dates = Field(default=Dates(), description="When.")
    place: Place = Field(default=Place(), description="Where.")
    host: Host = Field(default=Host(), description="Who invites.")
    decision: DecisionRef | None = Field(default=None, description="The decision to hold it.")
    budget: Budget = Field(default=Budget(), description="Money, as totals and states.")
    booking: Literal["closed", "open"] = Field(default="closed", description="Whether people may buy tickets.")
    goals: tuple[Line, ...] = Field(default=(), description="What it is for.")
    promises: tuple[ActionRef, ...] = Field(default=(), description="What was promised there.")
    invited_providers: tuple[ProviderRef, ...] = Field(default=(), description="Providers that should be there.")
    replies: tuple[Reply, ...] = Field(default=(), description="What they answered.")
    report: Report = Field(default=Report(), description="The report.")
    claims_close_days_after: int = Field(default=92, ge=0, le=366, description="Days for claims after the last one.")
    claims: Literal["none", "open", "closed"] = Field(default="none", description="Whether any claim is open.")
    private_ref: PrivateFile | None = Field(default=None, description="Where the private part is, encrypted.")


class Attendee(Part):
    """One person who agreed to be named."""

    person: PersonRef = Field(description="Who.")
    mode: Literal["onsite", "remote"] = Field(description="How.")
    confirmed: bool = Field(default=False, description="Whether it is sure.")
    consent_public: bool = Field(description="That the person agreed to stand here; without it, leave them out.")
    represents: ProviderRef | None = Field(default=None, description="A provider, by consent.")


class SprintAttendees(Part):
    """Who agreed to be named as coming to a sprint."""

    schema_: str = Field(alias="schema", description="`cloudbot/sprint-attendees/1`.")
    sprint: SprintRef = Field(description="The sprint, which is the folder.")
    people: Annotated[tuple[Attendee, ...], AfterValidator(once_each)] = Field(default=(), description="Who.")
