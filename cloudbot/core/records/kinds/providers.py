"""Where images go: providers with their accounts and contacts, offers made to the team, registrations."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from cloudbot.core.records.words import (
    AccountRef,
    DecisionRef,
    Fingerprint,
    Interval,
    Line,
    OfferId,
    OrgRef,
    Part,
    PastDay,
    PersonRef,
    PrivateFile,
    ProviderRef,
    RegistrationId,
    RoleAddress,
    Slug,
    SortedPeople,
    Text,
    Url,
)

TWO = 2
"""How many moderators approve a registration."""
Mode = Literal["push", "webhook", "feed", "none"]


class Operator(Interval):
    """Who runs the provider's cloud, with dates."""

    org: OrgRef = Field(description="The organisation.")


class Delivery(Part):
    """How images reach the provider."""

    mode: Mode = Field(description="We `push`, they are told (`webhook`), they look (`feed`), or `none`.")
    since: date | None = Field(default=None, description="Since when.")
    decision: DecisionRef | None = Field(default=None, description="The decision that explains a difference.")


class Holder(Part):
    """In whose name an account is: one of the two."""

    org: OrgRef | None = Field(default=None, description="An organisation, as it should be.")
    person: PersonRef | None = Field(default=None, description="A person, which is a finding.")


class Migration(Part):
    """The way of an account's work into another account."""

    to: AccountRef = Field(description="The account that takes over.")
    state: Literal["planned", "started", "both-live", "frozen", "closed"] = Field(description="How far it is.")
    started: PastDay | None = Field(default=None, description="The day it was begun.")
    updated: PastDay | None = Field(default=None, description="The last day somebody moved it.")
    sunset: date | None = Field(default=None, description="The day the old account ends.")
    redirect: Line | None = Field(default=None, description="What users of the old account are told.")


class ProviderAccount(Interval):
    """One account with the provider: holder, payer, custody, recovery. Never the secret."""

    id: Slug = Field(description="Its name, unique over all providers.")
    purpose: Line = Field(description="What it is for: `publish`.")
    holder: Holder = Field(default=Holder(), description="In whose name.")
    paid_by: OrgRef | None = Field(default=None, description="Who pays.")
    custody: SortedPeople = Field(default=(), description="Who can sign in.")
    recovery: Line | None = Field(default=None, description="How access is regained when custodians are gone.")
    agreement: Url | None = Field(default=None, description="The terms.")
    migration: Migration | None = Field(default=None, description="Where its work goes.")


class ProviderContacts(Part):
    """Whom to ask at the provider; persons' addresses are in the private store."""

    role: RoleAddress | None = Field(default=None, description="An address of a role, never of a person.")
    backup: PersonRef | None = Field(default=None, description="The second person of the team who knows whom to ask.")
    private_ref: PrivateFile | None = Field(default=None, description="Where the persons are, encrypted.")


class ReleaseStatus(Part):
    """What is known of one release at the provider."""

    state: Literal["verified", "assumed", "missing", "testing", "retired"] = Field(description="What is known.")
    verified_at: PastDay | None = Field(default=None, description="The day somebody looked.")
    verified_by: PersonRef | None = Field(default=None, description="Who looked.")
    evidence: Url | None = Field(default=None, description="What was seen.")


class Provider(Part):
    """A cloud on which images are published, or could be."""

    schema_: str = Field(alias="schema", description="`cloudbot/provider/1`.")
    id: Slug = Field(description="The name of the file.")
    name: Line = Field(description="Its usual name.")
    family: Slug = Field(description="The software: `openstack`, `proprietary`.")
    operators: tuple[Operator, ...] = Field(default=(), description="Who runs it, with dates.")
    delivery: Delivery = Field(description="How images get there.")
    accounts: tuple[ProviderAccount, ...] = Field(default=(), description="Accounts of the team there.")
    contacts: ProviderContacts = Field(default=ProviderContacts(), description="Whom to ask.")
    status: dict[Slug, ReleaseStatus] = Field(default={}, description="By release: what is known of it.")


class OfferContact(Part):
    """Whom to ask about an offer."""

    role: Line | None = Field(default=None, description="The role of the contact, never a name.")
    backup: PersonRef | None = Field(default=None, description="The second person of the team who knows.")
    private_ref: PrivateFile | None = Field(default=None, description="Where the person is, encrypted.")


class Offer(Part):
    """Something offered to the team: a host, a room, money, machines."""

    schema_: str = Field(alias="schema", description="`cloudbot/offer/1`.")
    id: OfferId = Field(description="The name of the file: `O-2018-001`.")
    what: Line = Field(description="What is offered.")
    org: OrgRef | None = Field(default=None, description="Who offers.")
    made: PastDay = Field(description="The day it was made.")
    follow_up: date | None = Field(default=None, description="The day to come back to it.")
    state: Literal["open", "accepted", "declined", "lost", "used"] = Field(description="What became of it.")
    lost_reason: Line | None = Field(default=None, description="Why it was lost.")
    contact: OfferContact = Field(default=OfferContact(), description="Whom to ask.")


class Requested(Part):
    """How a registration came in."""

    at: PastDay = Field(description="The day.")
    by: PersonRef | None = Field(default=None, description="By whom, if of the team.")
    via: Literal["irc", "mail", "mr", "web"] = Field(description="By which way.")


class Moderation(Part):
    """One moderator's word."""

    person: PersonRef = Field(description="Who.")
    at: PastDay = Field(description="The day.")
    verdict: Literal["approve", "refuse", "ask"] = Field(description="What they say.")


class IssuedKey(Part):
    """The key a registration was given: its fingerprint only."""

    fingerprint: Fingerprint = Field(description="OpenPGP fingerprint.")
    issued_by: PersonRef = Field(description="Who issued it.")
    issued: PastDay = Field(description="The day.")
    expires: date = Field(description="First day it is void.")


class Registration(Part):
    """A provider's wish to be notified or to post images, moderated by two."""

    schema_: str = Field(alias="schema", description="`cloudbot/registration/1`.")
    id: RegistrationId = Field(description="The name of the file: `R-2019-001`.")
    provider: ProviderRef = Field(description="The provider.")
    wants: tuple[Literal["push", "webhook", "feed", "post"], ...] = Field(description="What it asks for.")
    requested: Requested = Field(description="How it came in.")
    state: Literal["pending", "needs-info", "approved", "active", "suspended", "revoked", "expired", "refused"] = Field(
        description="How far it is."
    )
    moderators: tuple[Moderation, ...] = Field(default=(), description="Who judged it; two without interest approve.")
    key: IssuedKey | None = Field(default=None, description="The key that was issued.")
    note: Text | None = Field(default=None, description="What else to know.")

    @model_validator(mode="after")
    def _is_approved_by_two(self) -> Registration:
        approving = {one.person for one in self.moderators if one.verdict == "approve"}
        if self.state in {"approved", "active", "suspended"} and len(approving) < TWO:
            raise ValueError(f"is {self.state} by {len(approving)} moderator(s); write two, or another state")
        return self
