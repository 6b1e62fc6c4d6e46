"""What the shell needs of the outside, as protocols, and the outcomes a delivery can have.

`Transient` may be tried again, `Permanent` never, `Unknown` means it may or may not have happened: each lane decides
what that means for its kind of message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudbot.core.effects import Action
    from cloudbot.core.facts import AwayReason, Fact
    from cloudbot.core.speech import NetworkHealth, Proof, Venue


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side has it."""


@dataclass(frozen=True, slots=True)
class Transient:
    """It did not happen; try again, not before `after` seconds if given."""

    why: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Permanent:
    """It did not happen and never will."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened: the line was written and no proof came back."""

    why: str


Outcome = Sent | Transient | Permanent | Unknown


class SourceAway(Exception):  # noqa: N818 - a state of the world, named as people say it
    """A source could not be read as a whole; nothing may be concluded from it."""

    def __init__(self, reason: AwayReason, detail: str, *, retry_after: float | None = None) -> None:
        """Carry the reason, one line for people, and the seconds the source asked us to wait."""
        super().__init__(detail)
        self.reason: AwayReason = reason
        self.detail = detail
        self.retry_after = retry_after


class Chat(Protocol):
    """One IRC network."""

    async def run(self) -> None:
        """Stay connected until cancelled; on cancellation say QUIT and be gone within a second."""

    async def deliver(self, venue: Venue, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        """Say one rendered line and wait for proof by a PING fence. A missing channel is `Transient`.

        In a notice no nick rings but those named.
        """

    def answer(self, venue: Venue, lines: Sequence[str]) -> None:
        """Say lines that are not journalled: in order, paced, dropped visibly and never silently."""

    def tell(self, venue: Venue, nick: str, line: str) -> None:
        """Say one line to one person by NOTICE: errors and hints that the channel need not see."""

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        """Set a channel's topic and wait for the proof; `Sent` where it is that already, `Permanent` if we may not."""

    def topic(self, venue: Venue) -> str:
        """Return a channel's topic, cleaned; empty where there is none or we are not there."""

    def has(self, venue: Venue, nick: str) -> bool:
        """Whether somebody is in a channel that we are in, however the nick is spelled."""

    async def prove(self, nick: str) -> Proof | None:
        """Return the services account behind `nick` at this moment, or None. Never raises."""

    def health(self) -> NetworkHealth:
        """Say how the connection stands."""


class Source(Protocol):
    """Something outside that is looked at whole, every so often: a GitLab server, the records."""

    @property
    def name(self) -> str:
        """Return the name people call it by: `salsa`."""

    async def look(self, at: datetime) -> tuple[Fact, ...]:
        """Read everything once, whole, or raise `SourceAway`. A half list is never returned."""


class Forge(Protocol):
    """Something outside that can be had to act: a GitLab server."""

    async def act(self, action: Action, *, project: int, number: int, at: datetime) -> Outcome:
        """Do it once, never again by itself. `Unknown` where the answer was lost after the question had left."""

    async def comment(self, project: str, merge_request: int, *, text: str, mark: str, at: datetime) -> Outcome:
        """Write a comment in Markdown on a merge request, unless one there contains the mark; so it may be repeated.

        `project` is its whole path, `merge_request` its number there, `mark` what readers do not see.
        """


class Mailer(Protocol):
    """The way out for mail."""

    async def send(self, message: bytes, *, sender: str, recipients: Sequence[str]) -> Outcome:
        """Hand one complete RFC 5322 message to the mail server; its 250 is `Sent`."""
