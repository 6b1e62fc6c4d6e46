"""What is said and heard: venues, lines, and what proves who said them.

A nick proves nothing. `Proof` names the services account that the network itself vouches for, and how it did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ProofSource = Literal["account-tag", "extended-join", "account-notify", "whox", "whois-330", "whois-307", "status"]


@dataclass(frozen=True, slots=True)
class Venue:
    """Where something is said: a channel, or a query with one person, on one configured network."""

    network: str
    name: str

    @property
    def is_channel(self) -> bool:
        """Whether this is a channel, also as addressed with a status prefix: `@#team`.

        RFC 2812 section 1.3 lists the four channel prefixes.
        """
        return self.name.lstrip("@%~")[:1] in {"#", "&", "+", "!"}

    def __str__(self) -> str:
        return f"{self.network}/{self.name}"


@dataclass(frozen=True, slots=True)
class Proof:
    """A services account that the network vouches for, and by what."""

    account: str
    source: ProofSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody on a network: `nick` to answer, `host` to limit, `proof` to trust."""

    nick: str
    user: str = ""
    host: str = ""
    proof: Proof | None = None
    bot: bool = False
    "the network marks this client as a bot (the `bot` tag or user mode)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One PRIVMSG with its text cleaned; NOTICEs, CTCP other than ACTION and our own echo never become one."""

    at: datetime
    venue: Venue
    "where an answer belongs: the channel as addressed (with `@` of a STATUSMSG), or the speaker's query"
    speaker: Speaker
    text: str
    me: str
    "our own nick at that moment, for `cloudbot: help`"
    old: bool = False
    "replayed by a bouncer or a chathistory batch: never a command"
    msgid: str | None = None
    does: bool = False
    "a `/me` line (CTCP ACTION): said by a person, and never a command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Somebody came into a channel, left it, or changed their nick while in it; `us` is ourselves."""

    at: datetime
    venue: Venue
    nick: str
    how: Literal["joins", "leaves", "is now"]
    now: str = ""
    "the new nick, of `is now`"
    us: bool = False
    why: str = ""
    "of leaving, for the log: `kicked`, `the connection ended`"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHealth:
    """How one IRC connection stands, for `!status`, `/readyz` and `cloudbot health`."""

    network: str
    state: Literal["connecting", "registering", "identifying", "ready", "waiting", "stopped"]
    since: datetime
    nick: str = ""
    server: str = ""
    identified: bool = False
    channels: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    "configured channels we are not in, each with the server's reason: `#debian-cloud (477 needs registration)`"
    queued: int = 0
    detail: str = ""
    notes: tuple[str, ...] = field(default=())
    "what the operator should know: a nick to verify, a certificate that ends in 20 days"
