"""The outside of the bot with a memory: a network that knows what was said, a mail server, a forge, a clock.

Each keeps what it has seen when the bot dies. `act` is called before and after everything that leaves a trace outside,
which is where a test may end the bot's life.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from cloudbot.core.facts import Fact
from cloudbot.core.ports import Outcome, Permanent, Sent, SourceAway, Transient, Unknown
from cloudbot.core.speech import NetworkHealth, Proof, Venue

MONDAY = datetime(2019, 7, 22, 6, 0, tzinfo=UTC)


def nothing(_moment: str) -> None:
    """Let the bot live."""


@dataclass(slots=True)
class Clock:
    """A clock that is moved by hand, backwards too."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def step(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass(frozen=True, slots=True)
class Said:
    """One line as the channel saw it."""

    venue: str
    text: str
    notice: bool = False


@dataclass(slots=True)
class IrcNetwork:
    """A network that remembers what was said, may be unreachable, and may lose the PONG that proves a line."""

    name: str = "oftc"
    said: list[Said] = field(default_factory=list)
    answered: list[Said] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    proofs: dict[str, Proof] = field(default_factory=dict)
    up: bool = True
    pongs: bool = True
    refusals: dict[str, str] = field(default_factory=dict)
    "by channel, why nothing may ever be said there"
    absent: set[str] = field(default_factory=set)
    "channels we are not in"
    topics: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    "nicks by channel"
    act: Callable[[str], None] = field(default=nothing, repr=False)

    async def run(self) -> None:
        """Need no connection."""

    async def deliver(self, venue: Venue, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        del rings
        if not self.up:
            return Transient(f"not connected to {self.name}")
        if venue.name in self.absent:
            return Transient(f"not in {venue.name}")
        if venue.name in self.refusals:
            return Permanent(self.refusals[venue.name])
        self.act(f"before saying {text}")
        self.said.append(Said(venue.name, text, notice))
        self.act(f"after saying {text}")
        return Sent() if self.pongs else Unknown("no PONG came back")

    def answer(self, venue: Venue, lines: Sequence[str]) -> None:
        self.answered += [Said(venue.name, line) for line in lines]

    def tell(self, venue: Venue, nick: str, line: str) -> None:
        del venue
        self.told.append((nick, line))

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        if not self.up:
            return Transient(f"not connected to {self.name}")
        if venue.name in self.refusals:
            return Permanent(self.refusals[venue.name])
        self.act(f"before the topic is {text}")
        self.topics[venue.name] = text
        self.act(f"after the topic is {text}")
        return Sent() if self.pongs else Unknown("no PONG came back")

    def topic(self, venue: Venue) -> str:
        return self.topics.get(venue.name, "")

    def has(self, venue: Venue, nick: str) -> bool:
        return nick.lower() in {one.lower() for one in self.members.get(venue.name, ())}

    async def prove(self, nick: str) -> Proof | None:
        return self.proofs.get(nick)

    def health(self) -> NetworkHealth:
        return NetworkHealth(network=self.name, state="ready" if self.up else "waiting", since=MONDAY, nick="cloudbot")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the server took it."""

    message_id: str
    to: str
    subject: str
    text: str


@dataclass(slots=True)
class MailServer:
    """A mail server that remembers what it said 250 to, and may go away before it says so."""

    accepted: list[bytes] = field(default_factory=list)
    up: bool = True
    answers: bool = True
    refuses: str = ""
    act: Callable[[str], None] = field(default=nothing, repr=False)

    async def send(self, message: bytes, *, sender: str, recipients: Sequence[str]) -> Outcome:
        del sender, recipients
        if not self.up:
            return Transient("the mail server cannot be reached")
        if self.refuses:
            return Permanent(self.refuses)
        self.act("before the mail is taken")
        self.accepted.append(message)
        self.act("after the mail is taken")
        return Sent() if self.answers else Unknown("the mail server went away before it answered")

    @property
    def mails(self) -> list[Mail]:
        """What was taken, as people read it."""
        read = [message_from_bytes(raw, policy=policy.default) for raw in self.accepted]
        return [
            Mail(one["Message-ID"], one["To"], one["Subject"], one.get_content().replace("\r\n", "\n")) for one in read
        ]


@dataclass(slots=True)
class FakeForge:
    """A forge that shows `facts`, each stamped with the instant of the look, or is `away`."""

    facts: tuple[Fact, ...] = ()
    away: SourceAway | None = None
    name: str = "salsa"
    looks: int = 0

    async def look(self, at: datetime) -> tuple[Fact, ...]:
        self.looks += 1
        if self.away is not None:
            raise self.away
        return tuple(replace(fact, at=at) for fact in self.facts)
