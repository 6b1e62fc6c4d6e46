"""The team's rules as data with dates: conflict of interest, consensus, activity, retention, permissions.

Defaults are strict; a team that wants otherwise writes it down, and the change is a commit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from cloudbot.core.records.kinds.governance import Proof
from cloudbot.core.records.words import Interval, Line, Part, RoleAddress, Slug, SortedPeople, Span

InterestKind = Literal["employment", "contract", "ownership", "board", "self_employed", "family", "other_commercial"]
Grouping = Literal[
    "provider", "employer", "organisation", "primary_affiliation", "coi_group", "related_entities", "related_companies"
]
_PARTS = {"max_count": ("max",), "max_fraction": ("num", "den", "base"), "size_table": ("sizes",)}


class CoiVersion(Interval):
    """One version of the rule, in force from a day on."""

    v: int = Field(ge=1, description="Its number.")
    scope: Slug = Field(description="For whom: `delegates`.")
    form: Literal["forbid", "max_count", "max_fraction", "size_table"] = Field(description="What it limits.")
    interests: tuple[InterestKind, ...] = Field(description="Which interests count.")
    target: Slug | None = Field(default=None, description="In what: `provider`.")
    group_by: Grouping | None = Field(
        default=None,
        description="By what they are counted together: `provider` (if absent), `employer` or `organisation` (who "
        "binds them directly), `primary_affiliation` (the main one alone), `coi_group`, `related_entities` or "
        "`related_companies` (everything that leads to).",
    )
    max: int | None = Field(default=None, ge=0, description="`max_count`: how many of one group.")
    num: int | None = Field(default=None, ge=0, description="`max_fraction`: numerator.")
    den: int | None = Field(default=None, ge=1, description="`max_fraction`: denominator.")
    inclusive: bool | None = Field(default=None, description="Whether exactly the fraction is allowed.")
    base: Literal["members", "seats"] | None = Field(default=None, description="The fraction of what.")
    seats: int | None = Field(default=None, ge=1, description="The fixed number of seats.")
    sizes: dict[Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}$")], int] | None = Field(
        default=None,
        description='`size_table`: from how many people on, how many of one group: `{ "1" = 1, "6" = 2 }`.',
    )
    when: Literal["appointment", "any_time"] = Field(default="any_time", description="When it is looked at.")
    grace_days: int = Field(default=0, ge=0, description="Days for which a break by itself may last.")
    on_break: Line | None = Field(default=None, description="What people do then, in words; the bot does nothing.")
    note: Line | None = Field(default=None, description="What else the rule says: waivers, exceptions.")
    evidence: Proof = Field(default=Proof(), description="Where it was decided.")

    @model_validator(mode="after")
    def _has_its_numbers(self) -> CoiVersion:
        lacking = [name for name in _PARTS.get(self.form, ()) if getattr(self, name) is None]
        if self.base == "seats" and self.seats is None:
            lacking.append("seats")
        if lacking:
            raise ValueError(f"is of the form {self.form} without {lacking[0]}; write {lacking[0]} = ...")
        return self


class MinDelegates(Part):
    """Below how many delegates it is said."""

    warn: int = Field(default=2, ge=0, description="A warning.")
    error: int = Field(default=1, ge=0, description="An alarm.")


class PolicyCoi(Part):
    """Conflict of interest: who may be a delegate, by version."""

    schema_: str = Field(default="cloudbot/policy-coi/1", alias="schema", description="`cloudbot/policy-coi/1`.")
    declaration_valid_months: int = Field(default=12, ge=1, description="Months a declaration counts.")
    versions: tuple[CoiVersion, ...] = Field(default=(), description="The rule, by version.")
    min_delegates: MinDelegates = Field(default=MinDelegates(), description="Below how many it is said.")


class DecisionClass(Part):
    """How one class of decisions is made."""

    min_period: Span = Field(description="How long it is open at least, from the announcement.")
    quorum: int = Field(ge=0, description="How many must support it, the proposer and the recused not counted.")
    objectors: Literal["anyone", "member"] = Field(default="anyone", description="Whose objection blocks.")
    announce: tuple[Literal["list", "irc"], ...] = Field(
        default=("list", "irc"), min_length=1, description="Where it has to stand before the clock starts."
    )
    external_gate: Line | None = Field(default=None, description="Who outside the team must approve: `DPL`.")
    coi_check: bool = Field(default=False, description="Whether candidates are checked for conflicts.")
    restart: Literal["full", "rest"] = Field(default="full", description="The clock after an objection is met.")


_CLASSES = {
    "routine": DecisionClass(min_period="72h", quorum=0),
    "standard": DecisionClass(min_period="7d", quorum=1),
    "delegation": DecisionClass(min_period="14d", quorum=2, coi_check=True),
    "money_or_external_commitment": DecisionClass(min_period="7d", quorum=2, external_gate="DPL"),
}


class PolicyConsensus(Part):
    """Lazy consensus: the classes of decisions."""

    schema_: str = Field(
        default="cloudbot/policy-consensus/1", alias="schema", description="`cloudbot/policy-consensus/1`."
    )
    mail_grace: Span = Field(default="6h", description="How long slow mail is waited for after the deadline.")
    revert_days: int = Field(default=14, ge=0, description="Days in which anybody may reopen an accepted decision.")
    stalled_days: int = Field(default=30, ge=1, description="Days after which an idle objected decision is stalled.")
    classes: dict[str, DecisionClass] = Field(default=_CLASSES, description="By name: period, quorum, gate.")


class PolicyActivity(Part):
    """When the team is told that something stands still: days, months, counts."""

    schema_: str = Field(
        default="cloudbot/policy-activity/1", alias="schema", description="`cloudbot/policy-activity/1`."
    )
    silent_days: int = Field(default=90, ge=1, description="Without any sign of life: a private, friendly question.")
    reminder_days: int = Field(default=14, ge=1, description="After that: a reminder.")
    report_days: int = Field(default=28, ge=1, description="After that: a private note to the other delegates.")
    resignation_days: int = Field(
        default=14, ge=0, description="An announced resignation without a day is reported after."
    )
    expiring_days: int = Field(default=90, ge=0, description="The end of a delegation is reported this long before.")
    accept_days: int = Field(default=14, ge=0, description="An assignment nobody accepted is reported after.")
    blocked_days: int = Field(default=180, ge=0, description="A blocked action is reported after.")
    followup_days: int = Field(default=30, ge=1, description="After a sprint: what it promised is told.")
    evidence_days: int = Field(default=365, ge=1, description="Evidence of skill counts this long.")
    migration_days: int = Field(default=90, ge=1, description="A migration nobody moved is reported after.")
    verified_days: int = Field(default=180, ge=1, description="A verified status is stale after.")
    policy_review_days: int = Field(default=365, ge=1, description="The policy of an image is reviewed after.")
    coverage_days: int = Field(default=30, ge=0, description="Invited providers should have answered before a sprint.")
    orphan_days: int = Field(default=365, ge=1, description="A record nobody refers to is reported after.")
    custodians: int = Field(default=2, ge=1, description="How many people should be able to use an account.")
    recovery: bool = Field(default=True, description="Whether every account needs a way to regain access.")


class PolicyRetention(Part):
    """How long private parts are kept, and which addresses may stand in public files."""

    schema_: str = Field(
        default="cloudbot/policy-retention/1", alias="schema", description="`cloudbot/policy-retention/1`."
    )
    logistics_days_after_claims: int = Field(default=14, ge=0, description="Travel data, after claims close.")
    health_days_after_sprint: int = Field(
        default=1, ge=0, description="Diet, health and emergency data, after the sprint."
    )
    inactivity_days: int = Field(default=90, ge=0, description="Derived signs of inactivity.")
    public_addresses: tuple[RoleAddress, ...] = Field(
        default=(), description="Addresses of roles that may stand in files."
    )
    suppressed: SortedPeople = Field(
        default=(), description="People who are `somebody` in everything that is exported or shown on pages."
    )


class Grant(Part):
    """Who may do what."""

    who: Literal["anybody", "member", "delegate", "two people"] = Field(description="Who.")
    may: tuple[Line, ...] = Field(min_length=1, description="Operations, or kinds of records.")


class PolicyPermissions(Part):
    """Who may change what, in chat, by merge request and in the check."""

    schema_: str = Field(alias="schema", description="`cloudbot/policy-permissions/1`.")
    grants: tuple[Grant, ...] = Field(description="Who may do what; the first that fits decides.")
