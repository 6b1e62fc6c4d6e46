"""What is offered to users: images and their policy, services, and answers to what is asked again and again."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from cloudbot.core.records.words import (
    AreaRef,
    DecisionRef,
    Line,
    OrgRef,
    Part,
    PastDay,
    PersonRef,
    Slug,
    SortedPeople,
    Text,
    Url,
)

Judged = Literal["yes", "no", "unknown"]


class Responsible(Part):
    """Who answers for an image: a team, persons, or both."""

    team: Line | None = Field(default=None, description="A team.")
    people: SortedPeople = Field(default=(), description="Persons.")


class ImagePolicy(Part):
    """By which rules an image is made."""

    state: Literal["unowned", "proposed", "adopted", "review-due", "retired"] = Field(description="How far it is.")
    decision: DecisionRef | None = Field(default=None, description="The decision that adopted it.")
    url: Url | None = Field(default=None, description="Where it is.")
    reviewed: PastDay | None = Field(default=None, description="The last review.")


class Freshness(Part):
    """How old an image may be, and how old it is."""

    max_age_days: int = Field(ge=1, le=3660, description="How old it may be.")
    last_published: PastDay | None = Field(default=None, description="The day of the last one.")
    evidence: Line | None = Field(default=None, description="How that is known.")


class ExternalAccount(Part):
    """An account on somebody else's site under which an image is published."""

    site: Line = Field(description="The site.")
    name: Line = Field(description="The name there.")
    custodian: PersonRef | None = Field(default=None, description="Who can sign in.")
    backup: PersonRef | None = Field(default=None, description="Who else can.")


class Criteria(Part):
    """The criteria of an official image, from `Teams/DPL/OfficialImages` in the Debian wiki."""

    A: Judged = Field(default="unknown", description="Criterion A.")
    B: Judged = Field(default="unknown", description="Criterion B.")
    C: Judged = Field(default="unknown", description="Criterion C.")
    D: Judged = Field(default="unknown", description="Criterion D.")
    E: Judged = Field(default="unknown", description="Criterion E.")
    evidence: Url | None = Field(default=None, description="Where they were judged.")


class Digest(Part):
    """Whether users can check what they loaded."""

    published: bool = Field(default=False, description="Whether a digest is published.")
    url: Url | None = Field(default=None, description="Where.")
    verified: PastDay | None = Field(default=None, description="The last day it was compared.")


class ReviewItem(Part):
    """One point of a security review."""

    item: Line = Field(description="What.")
    state: Literal["open", "fixed", "accepted"] = Field(description="What became of it.")


class Image(Part):
    """One kind of image: who answers for it, by which rules, how fresh it is."""

    schema_: str = Field(alias="schema", description="`cloudbot/image/1`.")
    id: Slug = Field(description="The name of the file.")
    title: Line = Field(description="What it is called.")
    platform: Slug = Field(description="Where it runs.")
    official: Judged = Field(default="unknown", description="Whether it is called official.")
    in_scope_of: Slug | None = Field(default=None, description="The delegated team in whose scope it is.")
    responsible: Responsible = Field(default=Responsible(), description="Who answers for it.")
    policy: ImagePolicy | None = Field(default=None, description="By which rules it is made.")
    freshness: Freshness | None = Field(default=None, description="How old it may be and is.")
    external_account: ExternalAccount | None = Field(default=None, description="The account it is published under.")
    criteria: Criteria = Field(default=Criteria(), description="The criteria of an official image.")
    digest: Digest = Field(default=Digest(), description="Whether users can check it.")
    security_review: tuple[ReviewItem, ...] = Field(default=(), description="Points of the security review.")


class Service(Part):
    """A service the team runs or plans, and who notices when it breaks."""

    schema_: str = Field(alias="schema", description="`cloudbot/service/1`.")
    id: Slug = Field(description="The name of the file.")
    title: Line = Field(description="What it is.")
    state: Literal["experimental", "beta", "official", "retired"] = Field(description="How far it is.")
    url: Url | None = Field(default=None, description="Where it is.")
    owner: PersonRef | None = Field(default=None, description="Who runs it.")
    backup: PersonRef | None = Field(default=None, description="Who else can.")
    operator: OrgRef | None = Field(default=None, description="On whose machines.")
    monitor: Line | None = Field(default=None, description="Who or what notices when it breaks.")
    area: AreaRef | None = Field(default=None, description="The area it belongs to.")
    decision: DecisionRef | None = Field(default=None, description="The decision behind it.")
    gates: tuple[Line, ...] = Field(default=(), description="What must be true before the next state.")


class Answer(Part):
    """An answer to what is asked again and again, with the day somebody last looked."""

    schema_: str = Field(alias="schema", description="`cloudbot/answer/1`.")
    id: Slug = Field(description="The name of the file.")
    ask: tuple[Line, ...] = Field(min_length=1, description="Words people ask with.")
    text: Text = Field(description="The answer.")
    state: Slug | None = Field(default=None, description="Of what it speaks: `testing`, `official`.")
    url: Url | None = Field(default=None, description="Where more is.")
    owner: PersonRef | None = Field(default=None, description="Who keeps it true.")
    verified_at: PastDay | None = Field(default=None, description="The last day somebody looked.")
    review_days: int = Field(default=90, ge=1, le=3660, description="Days until it should be looked at again.")
    until: date | None = Field(default=None, description="Last day it is given.")
