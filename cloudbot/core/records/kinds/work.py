"""What is to be done and who can do it: actions, areas of knowledge, links."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from cloudbot.core.records.words import (
    ActionId,
    ActionRef,
    AreaRef,
    DecisionRef,
    HostName,
    ImageRef,
    Line,
    Part,
    PartyRef,
    PastDay,
    PersonRef,
    Slug,
    SprintRef,
    Text,
    Url,
    once_each,
)


class Origin(Part):
    """Where an action was promised: one of these."""

    sprint: SprintRef | None = Field(default=None, description="At a sprint.")
    meeting: Line | None = Field(default=None, description="At a meeting, by the name of its minutes.")
    decision: DecisionRef | None = Field(default=None, description="By a decision.")
    url: Url | None = Field(default=None, description="In an issue or a mail.")


class DueBefore(Part):
    """A due day that moves with a sprint."""

    before: SprintRef = Field(description="The sprint before whose first day it is due.")
    days: int = Field(default=0, ge=0, le=365, description="How many days before that.")


class Blocked(Part):
    """What an action waits for."""

    party: PartyRef | None = Field(default=None, description="Who is waited for.")
    action: ActionRef | None = Field(default=None, description="The action that must be done first.")
    since: PastDay = Field(description="Since when.")
    on: Line | None = Field(default=None, description="For what: `agreement`.")


class Update(Part):
    """One line of what happened."""

    at: PastDay = Field(description="The day.")
    by: PersonRef = Field(description="Who says it.")
    text: Line = Field(description="What happened.")


class Evidence(Part):
    """That it is done: a link, or what the bot can look at itself."""

    url: Url | None = Field(default=None, description="Where it can be seen.")
    merged: Line | None = Field(default=None, description="A merge request: `cloud-team/images!7`.")
    published: ImageRef | None = Field(default=None, description="An image that is published.")
    resolves: HostName | None = Field(default=None, description="A host name that was seen to resolve.")
    note: Line | None = Field(default=None, description="In words; not enough alone.")

    @property
    def counts(self) -> bool:
        """Whether there is anything that somebody can see; words alone are not."""
        return any((self.url, self.merged, self.published, self.resolves))


def _due_form(value: object) -> str:
    return "table" if isinstance(value, dict | DueBefore) else "day"


Due = Annotated[Annotated[date, Tag("day")] | Annotated[DueBefore, Tag("table")], Discriminator(_due_form)]


class Action(Part):
    """Something promised or wanted: who, until when, on what it waits, how one sees that it is done."""

    schema_: str = Field(alias="schema", description="`cloudbot/action/1`.")
    id: ActionId = Field(description="The name of the file: `A-2019-001`.")
    title: Line = Field(description="What is to be done.")
    owner: PersonRef | None = Field(default=None, description="Who does it; none: nobody yet.")
    assigned: PastDay | None = Field(default=None, description="The day it was given to the owner.")
    accepted: PastDay | None = Field(default=None, description="The day the owner said yes.")
    effort: Line | None = Field(default=None, description="How much work: `1d`.")
    due: Due | None = Field(default=None, description="A day, or `{ before = SPRINT }`.")
    from_: Origin = Field(default=Origin(), alias="from", description="Where it was promised.")
    area: AreaRef | None = Field(default=None, description="The area it belongs to.")
    state: Literal["open", "blocked", "done", "dropped", "moved"] = Field(description="How far it is.")
    blocked_by: Blocked | None = Field(default=None, description="What it waits for.")
    evidence: Evidence | None = Field(default=None, description="That it is done.")
    nag: Literal["once", "weekly"] | None = Field(
        default=None, description="How often the owner wants to be reminded; only the owner says so."
    )
    closed: PastDay | None = Field(default=None, description="The day it was done, dropped or moved.")
    why: Line | None = Field(default=None, description="Why it was dropped, or the issue it moved to.")
    updates: tuple[Update, ...] = Field(default=(), description="What happened, oldest first.")


class Skill(Part):
    """What one person can do in an area."""

    person: PersonRef = Field(description="Who.")
    level: Literal["trainee", "knows", "can", "leads"] = Field(description="`can` and `leads` count, `knows` does not.")
    last_evidence: PastDay | None = Field(default=None, description="The last day they did it.")
    evidence: Url | None = Field(default=None, description="What they did.")


class Access(Part):
    """What one person may reach."""

    person: PersonRef = Field(description="Who.")
    to: Line = Field(description="What: `upload credentials`.")


class Trainee(Part):
    """Who is learning."""

    person: PersonRef = Field(description="Who.")
    since: PastDay = Field(description="Since when.")


class Area(Part):
    """One part of the team's work and who can do it."""

    schema_: str = Field(alias="schema", description="`cloudbot/area/1`.")
    id: Slug = Field(description="The name of the file.")
    title: Line = Field(description="What it is.")
    parent: AreaRef | None = Field(default=None, description="The area it is part of.")
    was: tuple[Slug, ...] = Field(default=(), description="Earlier names, so that its history is found.")
    target: int = Field(ge=1, le=20, description="How many people should be able to do it.")
    min: int = Field(default=1, ge=0, le=20, description="How many there must be.")
    people: Annotated[tuple[Skill, ...], AfterValidator(once_each)] = Field(
        default=(), description="Who knows what, with evidence."
    )
    access: tuple[Access, ...] = Field(default=(), description="Who may reach what.")
    trainees: tuple[Trainee, ...] = Field(default=(), description="Who is learning.")
    paths: tuple[Line, ...] = Field(default=(), description="Paths in git that belong to it.")


class Link(Part):
    """Where something is: a page, a dashboard, a repository."""

    schema_: str = Field(alias="schema", description="`cloudbot/link/1`.")
    id: Slug = Field(description="The name of the file.")
    title: Line = Field(description="What is there.")
    url: Url = Field(description="Where.")
    ask: tuple[Line, ...] = Field(default=(), description="Words people ask with.")
    owner: PersonRef | None = Field(default=None, description="Who looks after it.")
    checked_at: PastDay | None = Field(default=None, description="The last day it was seen to answer.")
    note: Text | None = Field(default=None, description="What else to know.")
