"""Who there is: persons, organisations, newcomers. Public by purpose: there is no field for anything private."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cloudbot.core.records.words import (
    Account,
    Interval,
    Line,
    OrgRef,
    Part,
    PastDay,
    PersonRef,
    Slug,
    Sorted,
    Url,
    Zone,
)

AffiliationKind = Literal[
    "employment", "contract", "ownership", "board", "self_employed", "volunteer", "other_commercial"
]
Status = Literal["dd", "dd-nonuploading", "dm", "contributor", "emeritus"]


class NetAccount(Interval):
    """One account by which a network vouches for the person."""

    net: Slug = Field(description="The network: `oftc`, `salsa`.")
    account: Account = Field(description="The services account or login there; never a nick.")
    uid: int | None = Field(default=None, ge=1, description="The number that stays when a forge account is renamed.")


class Affiliation(Interval):
    """For whom a person works, with dates on both ends."""

    org: OrgRef | None = Field(default=None, description="The organisation's record; none if self-employed.")
    employer: Line | None = Field(default=None, description="Its name, while it has no record.")
    kind: AffiliationKind = Field(description="What binds them.")
    share: Literal["main", "part", "unpaid"] | None = Field(default=None, description="How much of the person's work.")
    self_declared: bool | None = Field(default=None, description="Whether the person said it.")
    consent_public: bool | None = Field(
        default=None, description="Whether the person agreed that it stands here; false is a finding."
    )
    evidence: Url | None = Field(default=None, description="Where it can be read.")

    @model_validator(mode="after")
    def _names_somebody(self) -> Affiliation:
        if self.kind not in {"self_employed", "volunteer"} and not (self.org or self.employer):
            raise ValueError('names nobody; write org = "...", or kind = "self_employed"')
        if self.employer is not None and not self.employer.strip("_- ."):
            raise ValueError('has a placeholder for an employer; write kind = "self_employed" without one')
        return self


class Membership(Part):
    """What the person is in Debian."""

    status: Status = Field(description="Member (`dd`, `dd-nonuploading`), `dm`, `contributor` or `emeritus`.")
    login: Slug | None = Field(default=None, description="The Debian login.")
    since: date | None = Field(default=None, description="First day of this status.")
    until: date | None = Field(default=None, description="First day after it.")


class Signatures(Part):
    """Key signatures a newcomer needs."""

    need: int = Field(ge=0, description="How many.")
    have: int = Field(ge=0, description="How many there are.")


class Wanted(Part):
    """What a newcomer is on the way to."""

    wants: Line = Field(description="What: `dd`, `dm`, an area.")
    signatures: Signatures | None = Field(default=None, description="Key signatures for it.")


class Person(Part):
    """One person by a public name, with accounts, membership and dated affiliations."""

    schema_: str = Field(alias="schema", description="`cloudbot/person/1`.")
    id: Slug = Field(description="The name of the file; never changed. May be a pseudonym.")
    name: Line = Field(description="What to call the person in public.")
    accounts: Annotated[tuple[NetAccount, ...], Sorted(("net", "account"))] = Field(
        default=(), description="Who vouches for the person."
    )
    debian: Membership | None = Field(default=None, description="Membership of Debian.")
    affiliations: tuple[Affiliation, ...] = Field(default=(), description="Employers, contracts, boards, with dates.")
    newcomer: Wanted | None = Field(default=None, description="What a newcomer is on the way to.")
    zone: Zone | None = Field(default=None, description="Time zone, by consent.")
    zone_consent: bool | None = Field(default=None, description="That the zone may stand here.")
    key: str | None = Field(
        default=None, pattern=r"^[0-9A-F]{40}(?:[0-9A-F]{24})?$", description="OpenPGP fingerprint, never a key."
    )
    away_until: date | None = Field(default=None, description="No pings before this day; no reason is kept.")
    left: date | None = Field(default=None, description="First day no longer of the team; no reason is kept.")


class Edge(Interval):
    """A dated relation of one organisation to another."""

    org: OrgRef = Field(description="The other organisation.")


class Org(Part):
    """One organisation: a company, university or non-profit, and what it belongs to."""

    schema_: str = Field(alias="schema", description="`cloudbot/org/1`.")
    id: Slug = Field(description="The name of the file.")
    name: Line = Field(description="Its usual name.")
    kind: Literal["company", "nonprofit", "university", "public", "project"] = Field(description="What it is.")
    aka: tuple[Line, ...] = Field(default=(), description="Other names and spellings.")
    parents: tuple[Edge, ...] = Field(default=(), description="Who controls it, with dates.")
    contracts_for: tuple[Edge, ...] = Field(default=(), description="For whom it works, with dates.")
    url: Url | None = Field(default=None, description="Its site.")


class Need(Part):
    """One thing a newcomer lacks."""

    what: Line = Field(description="What is needed: a key signature, an account, a walk-through.")
    met: PastDay | None = Field(default=None, description="The day it was met.")


class Newcomer(Part):
    """A newcomer's way into the team: what is needed and who helps."""

    schema_: str = Field(alias="schema", description="`cloudbot/newcomer/1`.")
    id: Slug = Field(description="The name of the file.")
    person: PersonRef = Field(description="Who.")
    since: PastDay = Field(description="The day they came.")
    wants: Line = Field(description="What they are on the way to.")
    mentor: PersonRef | None = Field(default=None, description="Who helps.")
    signatures: Signatures | None = Field(default=None, description="Key signatures.")
    needs: tuple[Need, ...] = Field(default=(), description="What is lacking.")
    closed: PastDay | None = Field(default=None, description="The day it was reached or given up.")
