"""Meetings: the series they belong to, what is on the next agenda, and the minutes of those that were held."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from cloudbot.core.records.words import (
    ActionRef,
    Interval,
    Line,
    MeetingId,
    Part,
    PastDay,
    PastInstant,
    People,
    PersonRef,
    ProviderRef,
    RoleAddress,
    SeriesRef,
    Slug,
    Url,
    Words,
    Zone,
    once_each,
)


def _each_once(tables: tuple[Any, ...]) -> tuple[Any, ...]:
    """Let a list of tables through if no two of them have one `id`."""
    names = [table.id for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"names {name} twice")
    return tables


class Standing(Part):
    """One item that is on every agenda of a series."""

    id: Slug = Field(description="A short name that stays: what is left over is found again by it.")
    text: Line = Field(description="What it is about.")
    minutes: int = Field(default=5, ge=1, le=240, description="How long it may take.")
    owner: PersonRef | None = Field(default=None, description="Who leads it.")
    providers: tuple[ProviderRef, ...] = Field(default=(), description="Providers that it touches.")
    closes: bool = Field(default=False, description="Whether it ends the meeting: any other business.")


class Series(Interval):
    """A regular meeting: when, where, by which rules, and who sees that it happens."""

    schema_: str = Field(alias="schema", description="`cloudbot/series/1`.")
    id: Slug = Field(description="The name of the file.")
    title: Line = Field(description="What it is called.")
    channel: Line = Field(description="Where: `oftc/#debian-cloud`.")
    rule: Line = Field(description="When, as an RFC 5545 rule: `FREQ=MONTHLY;BYDAY=2WE`.")
    time: Line = Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$", description="At what time in the zone: `19:00`.")
    zone: Zone = Field(default="UTC", description="The zone of that time.")
    duration: int = Field(default=60, ge=5, le=600, description="How many minutes it is planned for.")
    name: Slug | None = Field(default=None, description="What its files are called, instead of the channel.")
    facilitator: PersonRef | None = Field(default=None, description="Who sees that it happens.")
    backup: PersonRef | None = Field(default=None, description="Who does when the facilitator cannot.")
    rota: People = Field(default=(), description="Who takes the chair in turn, in this order.")
    quorum: int = Field(default=0, ge=0, le=20, description="Delegates without whom nothing is decided; 0: not asked.")
    voters: Literal["everybody", "delegates"] = Field(default="everybody", description="Who may vote.")
    grammar: Literal["meetbot", "w3c"] = Field(
        default="meetbot", description="`w3c`: the words of W3C meetings (`ACTION:`, `q+`) are commands too."
    )
    hides: tuple[Literal["off", "does"], ...] = Field(
        default=("off",), description="Lines that are never kept: `off` those that begin with [off], `does` /me."
    )
    takeover: int = Field(
        default=10, ge=1, le=120, description="Minutes without a word of the chair, after which a delegate may step in."
    )
    idle: int = Field(default=30, ge=5, le=600, description="Minutes of silence after which I ask whether it is over.")
    publish_log: bool = Field(default=True, description="Whether the log is published beside the minutes.")
    lists: tuple[RoleAddress, ...] = Field(
        default=(),
        description="Lists that are sent the agenda before and the minutes after; a list's address, or one of "
        "`public_addresses`.",
    )
    announce_days: int = Field(
        default=3, ge=0, le=28, description="How many days before it the agenda is mailed to `lists`; 0: not at all."
    )
    extracts: bool = Field(
        default=False,
        description="Whether what was noted under a topic that names a merge request is a comment on that.",
    )
    standing: Annotated[tuple[Standing, ...], AfterValidator(_each_once)] = Field(
        default=(), description="What is on every agenda."
    )


class AgendaItem(Part):
    """One item that somebody put on the next agenda, or that was left over."""

    id: Slug = Field(description="A short name that stays: `14`, `ssh-keys`.")
    text: Line = Field(description="What it is about.")
    minutes: int = Field(default=5, ge=1, le=240, description="How long it may take.")
    owner: PersonRef | None = Field(default=None, description="Who brought it, if of the team.")
    by: Line | None = Field(default=None, description="Who brought it, if there is no record of them.")
    added: PastDay | None = Field(default=None, description="The day it was put here.")
    link: Url | None = Field(default=None, description="Where it is told at length.")
    source: Literal["added", "left over", "merge request", "mail"] = Field(
        default="added", description="How it came here."
    )
    left: int = Field(default=0, ge=0, le=99, description="For how many meetings it was left over.")
    providers: tuple[ProviderRef, ...] = Field(default=(), description="Providers that it touches.")


class Regrets(Part):
    """Somebody who cannot come."""

    person: PersonRef = Field(description="Who.")
    at: PastDay | None = Field(default=None, description="The day they said so.")


class Agenda(Part):
    """What is on the agenda of the next meeting of a series, besides what is made from the state of things."""

    schema_: str = Field(alias="schema", description="`cloudbot/agenda/1`.")
    id: SeriesRef = Field(description="The series, which is the name of the file.")
    chair: PersonRef | None = Field(default=None, description="Who said that they take the chair next time.")
    chair_at: PastDay | None = Field(default=None, description="The day they said so.")
    items: Annotated[tuple[AgendaItem, ...], AfterValidator(_each_once)] = Field(
        default=(), description="What was put on it, in its order."
    )
    regrets: Annotated[tuple[Regrets, ...], AfterValidator(once_each)] = Field(
        default=(), description="Who cannot come."
    )
    hidden: tuple[Line, ...] = Field(default=(), description="Items made from the state that somebody took off.")
    order: tuple[Slug, ...] = Field(default=(), description="The items as somebody put them, by their names.")
    times: dict[Slug, Annotated[int, Field(ge=1, le=240)]] = Field(
        default={}, description="Minutes that somebody gave items, by their names."
    )


class Chair(Part):
    """Somebody who chaired."""

    nick: Words = Field(description="Nick.")
    person: PersonRef | None = Field(default=None, description="Who, if of the team and known by account.")


class Present(Part):
    """Somebody who was there."""

    name: Words = Field(description="What they are shown as.")
    lines: int = Field(ge=0, description="How many lines they said.")
    person: PersonRef | None = Field(default=None, description="Who, if of the team and known by account.")


class Discussed(Part):
    """One item of the agenda and what became of it."""

    id: Line = Field(description="Its name on the agenda.")
    text: Words = Field(description="What it is about.")
    state: Literal["done", "left over"] = Field(description="Whether it was reached.")


class Item(Part):
    """One item of the minutes."""

    id: int = Field(ge=1, description="Its number.")
    kind: Slug = Field(description="`topic`, `info`, `action`, `agreed` and the others.")
    text: Words = Field(description="What was said.")
    nick: Words = Field(description="Who said it.")
    at: PastInstant = Field(description="When.")
    line: int = Field(ge=0, description="The number of its line in the log, which is its anchor: `l-17`.")
    url: Words | None = Field(default=None, description="The target of a link.")
    person: PersonRef | None = Field(default=None, description="Who said it, if of the team and known by account.")


class Promised(Part):
    """Which record an action of the meeting became."""

    item: int = Field(ge=1, description="The item.")
    action: ActionRef | None = Field(default=None, description="The record; none: it only tells of one in words.")
    owners: People = Field(default=(), description="Whom it names.")


class Voted(Part):
    """One vote and how it ended."""

    question: Words = Field(description="What was asked.")
    item: int | None = Field(default=None, ge=1, description="The item that says so.")
    verdict: Words | None = Field(default=None, description="How it ended, in words.")
    counts: dict[Line, tuple[Words, ...]] = Field(default={}, description="By option, who voted for it.")


class Gap(Part):
    """A time in which nobody listened."""

    at: PastInstant = Field(description="Since when.")
    to: PastInstant | None = Field(default=None, description="Until when.")
    text: Words = Field(default="", description="Why.")


class Fixed(Part):
    """A correction after the end. Both versions are kept."""

    at: PastInstant = Field(description="When.")
    by: Words = Field(description="Who corrected it.")
    item: int = Field(ge=1, description="The item.")
    was: Words = Field(default="", description="What it said.")
    now: Words = Field(default="", description="What it says now; nothing: it is taken out.")


class Minutes(Part):
    """What a meeting decided, promised and spoke of; its text, its page and its log have the same name."""

    schema_: str = Field(alias="schema", description="`cloudbot/minutes/1`.")
    id: MeetingId = Field(description="The name of the file: `debian-cloud.2019-08-14-19.00`, its start in UTC.")
    series: SeriesRef | None = Field(default=None, description="The series it belongs to.")
    channel: Line = Field(description="Where: `oftc/#debian-cloud`.")
    title: Words | None = Field(default=None, description="What the whole meeting was about.")
    started: PastInstant = Field(description="When it began.")
    ended: PastInstant = Field(description="When it ended.")
    log: Url | None = Field(default=None, description="Where the log can be read.")
    chairs: tuple[Chair, ...] = Field(default=(), description="Who chaired, the owner first.")
    present: tuple[Present, ...] = Field(default=(), description="Who was there.")
    regrets: People = Field(default=(), description="Who had said that they cannot come.")
    agenda: tuple[Discussed, ...] = Field(default=(), description="What was planned and what became of it.")
    items: Annotated[tuple[Item, ...], AfterValidator(_each_once)] = Field(
        default=(), description="What was noted, in its order."
    )
    decisions: tuple[int, ...] = Field(default=(), description="The items that decide something.")
    actions: tuple[Promised, ...] = Field(default=(), description="What was promised.")
    votes: tuple[Voted, ...] = Field(default=(), description="What was voted on.")
    gaps: tuple[Gap, ...] = Field(default=(), description="Times in which nobody listened.")
    fixes: tuple[Fixed, ...] = Field(default=(), description="Corrections, oldest first.")
