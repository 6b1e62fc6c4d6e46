"""The meetings that are held, and those that ended not long ago.

What is stored of a meeting is where its lines begin in the journal and what was known before it began. The meeting
itself is a fold over its lines: it is in memory only and made again at the start.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field

from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.core.speech import Venue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.meetings.meeting import Meeting

FactOfMeeting = LineSaid | ChannelEntered | ChannelLeft
"""What a meeting is folded from."""
Lull = Literal["nobody", "no chair"]
"""Why a meeting is closed by the bot: nobody says anything any more, or no chair does and the time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A correction after the end. Both versions are kept: what it said before is in the lines."""

    at: datetime
    by: str
    item: int
    text: str
    "empty: the item is taken out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One meeting, running or ended not long ago."""

    venue: Venue
    began: int
    "the number of its first fact in the journal, which is its name in here too"
    started: datetime
    prepared: Prepared
    stem: str
    "the path of its files without their ending: `debian-cloud/2019/debian-cloud.2019-08-14-19.00`"
    topic: str = ""
    "of the channel, before it began"
    by: str = ""
    "the person of the team who began it; empty for somebody who is not known"
    ended: int | None = None
    "the number of its last fact"
    away: datetime | None = None
    "since when nobody listens, while we are not in the channel"
    warned: datetime | None = None
    "when it was asked whether it is over"
    said_topic: bool = False
    "a topic was said since it may not be set, and so was that the others are not"
    closed: Lull | None = None
    "the bot ended it, since nobody did"
    fixes: tuple[Fix, ...] = ()

    @property
    def key(self) -> str:
        """Return what the keys of its effects begin with."""
        return f"meeting/{self.venue}/{self.began}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is remembered of a meeting for as long as its files are: a line of the index."""

    stem: str
    venue: Venue
    title: str
    started: datetime
    ended: datetime
    people: int
    decisions: int
    actions: int
    topics: tuple[str, ...] = ()
    series: str = ""
    decided: Annotated[tuple[str, ...], Field(exclude=True)] = ()
    "what was decided, of a meeting that only the records know; not stored"
    url: Annotated[str | None, Field(exclude=True)] = None
    "where its minutes are, of such a meeting; not stored. None: where the others are"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """Every meeting that is not forgotten, oldest first."""

    held: tuple[Held, ...] = ()
    past: tuple[Past, ...] = ()
    "those that were published, oldest first"
    refused: dict[str, datetime] = field(default_factory=dict)
    "when it was last told in a channel why no meeting may begin now, by the channel and the word"
    folded: Annotated[Any, Field(exclude=True)] = field(default_factory=dict, compare=False, repr=False)
    "meetings by the number of their first fact, as they stand after so many lines; not stored"
    answered: Annotated[Any, Field(exclude=True)] = field(default_factory=dict, compare=False, repr=False)
    "how often somebody was answered in a channel, and since when that is counted; not stored"

    def running(self, venue: Venue) -> Held | None:
        """Return the meeting that runs in a channel."""
        return next((one for one in self.held if one.ended is None and one.venue == venue), None)

    def concerned(self, venue: Venue, number: int) -> Held | None:
        """Return the meeting that a fact of a channel belongs to, by the number of the fact in the journal."""
        found = (one for one in self.held if one.venue == venue and one.began <= number)
        return next((one for one in found if one.ended is None or number <= one.ended), None)

    def meeting(self, held: Held) -> Meeting:
        """Return a meeting as it stands."""
        return cast("Mapping[int, Meeting]", self.folded)[held.began]

    def with_meeting(self, held: Held, meeting: Meeting) -> Meetings:
        """Return the document with a meeting as it stands now, in place of the one of the same beginning."""
        folded = {**self.folded, held.began: meeting}
        return replace(self.with_held(held), folded=folded)

    def with_held(self, held: Held) -> Meetings:
        """Return the document with what is known of a meeting, the meeting itself being as it was."""
        if any(one is held for one in self.held):
            return self
        others = tuple(held if one.began == held.began else one for one in self.held)
        return replace(self, held=others if held in others else (*others, held))
