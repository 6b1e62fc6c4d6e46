"""Who decides: acts of delegation, declarations of interest, decisions by lazy consensus. Facts only.

Standing, eligibility and the end of a decision are computed from these and a date, elsewhere.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Discriminator, Field, Tag

from cloudbot.core.records.words import (
    ActRef,
    AreaRef,
    DecisionId,
    DecisionRef,
    Happened,
    Interval,
    Line,
    Month,
    Msgid,
    OrgRef,
    Part,
    PastDay,
    PastInstant,
    PersonRef,
    ProviderRef,
    Slug,
    SortedPeople,
    SprintRef,
    Text,
    Url,
)


class Proof(Part):
    """Where it can be read."""

    msgid: Msgid | None = Field(default=None, description="Message-ID of the mail.")
    url: Url | None = Field(default=None, description="A link to it.")
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", description="Hash of the text that was read.")
    note: Line | None = Field(default=None, description="In words.")


def _day_form(value: object) -> str:
    return "month" if isinstance(value, str) else "day"


ActDay = Annotated[Annotated[date, Tag("day")] | Annotated[Month, Tag("month")], Discriminator(_day_form)]
"""A day; in imported history a month may stand where the day is not known, and then nothing is concluded from it."""


def _members_form(value: object) -> str:
    return "all" if isinstance(value, str) else "list"


Members = Annotated[
    Annotated[Literal["all"], Tag("all")] | Annotated[SortedPeople, Tag("list")], Discriminator(_members_form)
]


class DelegationAct(Part):
    """One act on a delegation, as it was published; never changed afterwards."""

    schema_: str = Field(alias="schema", description="`cloudbot/delegation-act/1`.")
    id: Slug = Field(description="The name of the file: `cloud-2018-10`.")
    team: Slug = Field(description="The delegated team.")
    act: Literal["appoint", "renew", "limit", "resign", "revoke", "confirm", "correct"] = Field(
        description="What it does."
    )
    authority: Literal["dpl", "self"] = Field(description="By whose power: the DPL's, or the person's own.")
    issued: Annotated[ActDay, Happened()] = Field(description="The day it was published.")
    effective: ActDay | None = Field(default=None, description="First day it holds; none: announced only.")
    until: date | None = Field(default=None, description="Last day it holds, that day included.")
    members: Members = Field(description='Whom it names, or `"all"`.')
    replaces: Literal["all", "listed", "none"] = Field(default="none", description="Whose standing it ends otherwise.")
    replaces_team: Slug | None = Field(
        default=None, description="The team its revoking sentence names, if it names one."
    )
    scope: tuple[Slug, ...] = Field(default=(), description="What is delegated.")
    evidence: Proof = Field(default=Proof(), description="The mail; an act of the DPL needs its Message-ID.")
    corrects: ActRef | None = Field(default=None, description="The act that this one corrects.")
    reason_code: Literal["time", "job", "interest", "other", "none"] | None = Field(
        default=None, description="Why, if the person chose to say; nothing more is kept."
    )
    imported: bool = Field(default=False, description="Taken over from history, so that a month may stand for a day.")
    note: Line | None = Field(default=None, description="What is unusual, such as a day before the publication.")


class Subject(Part):
    """In what the interest is: one of these."""

    org: OrgRef | None = Field(default=None, description="An organisation.")
    provider: ProviderRef | None = Field(default=None, description="A provider.")
    private: bool = Field(default=False, description="Declared privately: that it exists is all that stands here.")


class Interest(Interval):
    """One declared interest, with dates."""

    subject: Subject = Field(description="In what.")
    kind: Literal[
        "employment", "contract", "ownership", "board", "self_employed", "family", "other_commercial", "declared"
    ] = Field(description="What binds the person to it.")
    note: Line | None = Field(default=None, description="What the person adds in public.")


class Declaration(Part):
    """What a person declares about interests, by themselves; that there are none is said explicitly."""

    schema_: str = Field(alias="schema", description="`cloudbot/declaration/1`.")
    id: Slug = Field(description="The name of the file: `alice-2018`.")
    person: PersonRef = Field(description="Whose.")
    date_: PastDay = Field(alias="date", description="The day it was made.")
    by: Line = Field(description='`"self"`: nobody declares for another.')
    none: bool = Field(default=False, description="That there is no interest.")
    covers: tuple[Slug, ...] = Field(default=(), description="For which roles it was made.")
    interests: tuple[Interest, ...] = Field(default=(), description="The interests.")
    valid_until: date | None = Field(default=None, description="Last day it counts; else the policy's months.")


class Announcement(Part):
    """One proof that a decision was announced."""

    venue: Literal["list", "irc", "mr"] = Field(description="Where.")
    msgid: Msgid | None = Field(default=None, description="On a list: its Message-ID.")
    channel: Line | None = Field(default=None, description="On IRC: the channel.")
    url: Url | None = Field(default=None, description="A link to it.")
    at: PastInstant = Field(description="When, with offset.")


class Revision(Part):
    """One version of the text that is decided about."""

    n: int = Field(ge=1, description="1, 2, 3...")
    at: PastInstant = Field(description="When, with offset.")
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", description="Hash of the text.")
    typo: bool = Field(default=False, description="That only spelling changed, so that the clock goes on.")


class Support(Part):
    """One explicit yes."""

    person: PersonRef = Field(description="Who.")
    at: PastInstant = Field(description="When, with offset.")
    revision: int | None = Field(default=None, ge=1, description="To which version.")
    proof: Proof | None = Field(default=None, description="Where it was said.")


class Objection(Part):
    """One objection, open until its author says otherwise."""

    by: Line = Field(description="Who: a person's id, or a public name of somebody who has none.")
    at: PastInstant = Field(description="When, with offset.")
    title: Line = Field(description="To what, in short.")
    proof: Proof = Field(default=Proof(), description="Where it was said.")
    resolved_at: PastInstant | None = Field(default=None, description="When it was withdrawn or met.")
    resolved_by: Line | None = Field(default=None, description="Who said so: the author, or `meeting`.")
    resolved_proof: Proof | None = Field(default=None, description="Where it was said; the minutes, if in a meeting.")


class Recusal(Part):
    """Who does not count in a decision."""

    person: PersonRef = Field(description="Who.")
    why: Line = Field(description='In public words; `"declared interest"` if it was declared privately.')


class Topics(Part):
    """What a decision is about, by which conflicts are found."""

    providers: tuple[ProviderRef, ...] = Field(default=(), description="Providers.")
    orgs: tuple[OrgRef, ...] = Field(default=(), description="Organisations.")
    persons: tuple[PersonRef, ...] = Field(default=(), description="Persons.")
    areas: tuple[AreaRef, ...] = Field(default=(), description="Areas.")
    sprints: tuple[SprintRef, ...] = Field(default=(), description="Sprints.")


class Gate(Part):
    """An approval from outside the team that an accepted decision waits for."""

    who: Line = Field(description="Who approves: `DPL`.")
    state: Literal["waiting", "approved", "declined"] = Field(description="What they said.")
    evidence: Proof = Field(default=Proof(), description="Where they said it.")


class Decision(Part):
    """One decision by lazy consensus: text, clock, support and objections."""

    schema_: str = Field(alias="schema", description="`cloudbot/decision/1`.")
    id: DecisionId = Field(description="The name of the file: `D-2019-001`.")
    title: Line = Field(description="What is to be decided.")
    text: Text | None = Field(default=None, description="The full text, if it is not in the mail.")
    class_: str = Field(alias="class", pattern=r"^[a-z][a-z_]*$", description="The class in policy/consensus.toml.")
    proposer: PersonRef = Field(description="Who proposes it.")
    opened: PastInstant = Field(description="When it was opened, with offset.")
    deadline: AwareDatetime = Field(description="When it ends, with offset.")
    announced: tuple[Announcement, ...] = Field(default=(), description="Proofs of announcement.")
    revisions: tuple[Revision, ...] = Field(default=(), description="Versions of the text.")
    support: tuple[Support, ...] = Field(default=(), description="Who said yes.")
    objections: tuple[Objection, ...] = Field(default=(), description="Who said no.")
    topics: Topics = Field(default=Topics(), description="What it is about.")
    recusals: tuple[Recusal, ...] = Field(default=(), description="Who does not count.")
    gate: Gate | None = Field(default=None, description="The approval from outside.")
    state: Literal[
        "draft", "open", "objected", "accepted", "no-quorum", "needs-outside-view",
        "lapsed", "stalled", "withdrawn", "superseded", "reverted",
    ] = Field(description="The last state that was recorded.")  # fmt: skip
    extended: PastInstant | None = Field(
        default=None, description="When it was given one more period, for want of support; there is no second one."
    )
    closed_at: PastInstant | None = Field(default=None, description="When it was closed.")
    closed_by: PersonRef | None = Field(default=None, description="Who closed it, if not the bot.")
    supersedes: DecisionRef | None = Field(default=None, description="The decision that this one replaces.")
