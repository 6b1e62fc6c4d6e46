"""SASL over IRC: which mechanism, what to answer, when to believe the server. Pure but for the nonce it is given.

EXTERNAL (RFC 4422), SCRAM-SHA-256 (RFC 5802, RFC 7677), PLAIN (RFC 4616), carried as IRCv3 sasl-3.2 says. It never
sends anything; it returns lines.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudbot.adapters.irc.message import Message

PIECE = 400
"Characters of Base64 in one AUTHENTICATE line; exactly this many means that more follows."
ITERATIONS = range(4096, 1_000_001)
"RFC 7677 asks for 4096 at least; more than a million is an attack on our processor."
_LONGEST_CHALLENGE = 64 * 1024


class SaslRefused(Exception):  # noqa: N818 - it is a decision of ours, not a mistake
    """The server's part of the exchange cannot be trusted; the text says why."""


class Mechanism(Protocol):
    """One way to prove who we are."""

    name: str

    def respond(self, challenge: bytes) -> bytes:
        """Answer a challenge, or raise `SaslRefused`."""

    @property
    def complete(self) -> bool:
        """Whether a success of the server can be believed now."""


@dataclass
class External:
    """The TLS client certificate speaks. No name is sent: the fingerprint has one."""

    name: str = "EXTERNAL"
    complete: bool = True

    def respond(self, challenge: bytes) -> bytes:
        """Answer nothing, whatever is asked."""
        del challenge
        return b""


@dataclass
class Plain:
    """Account and password as they are, for encrypted connections."""

    account: str
    password: str = field(repr=False)
    name: str = "PLAIN"
    complete: bool = True

    def respond(self, challenge: bytes) -> bytes:
        """Answer authzid, authcid and password."""
        del challenge
        return f"{self.account}\0{self.account}\0{self.password}".encode()


class Scram:
    """SCRAM-SHA-256: neither side learns the password, and the server has to prove that it knew it."""

    name = "SCRAM-SHA-256"

    def __init__(self, account: str, password: str, nonce: str) -> None:
        """Prepare with a fresh nonce of printable ASCII without commas."""
        self._password = unicodedata.normalize("NFKC", password).encode()
        name = unicodedata.normalize("NFKC", account).replace("=", "=3D").replace(",", "=2C")
        self._nonce = nonce
        self._first = f"n={name},r={nonce}"
        self._signature = b""
        self._steps = deque((self._begin, self._prove, self._believe))
        self.complete = False

    def respond(self, challenge: bytes) -> bytes:
        """Answer the next challenge; an extra one is refused."""
        if not self._steps:
            raise SaslRefused("the server asks more than SCRAM has to say")
        return self._steps.popleft()(challenge)

    def _begin(self, challenge: bytes) -> bytes:
        del challenge
        return f"n,,{self._first}".encode()

    def _prove(self, challenge: bytes) -> bytes:
        server_first = challenge.decode("ascii", "replace")
        nonce, salt, iterations = self._read(server_first)
        final = f"c=biws,r={nonce}"
        message = f"{self._first},{server_first},{final}".encode()
        salted = hashlib.pbkdf2_hmac("sha256", self._password, salt, iterations)
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        proof = hmac.digest(hashlib.sha256(client_key).digest(), message, "sha256")
        self._signature = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), message, "sha256")
        proof = bytes(one ^ other for one, other in zip(client_key, proof, strict=True))
        return f"{final},p={base64.b64encode(proof).decode()}".encode()

    def _read(self, server_first: str) -> tuple[str, bytes, int]:
        fields = _fields(server_first)
        nonce, salt, iterations = fields.get("r", ""), fields.get("s", ""), fields.get("i", "")
        if not nonce.startswith(self._nonce) or nonce == self._nonce:
            raise SaslRefused("the server's nonce does not extend ours")
        if not iterations.isdecimal() or len(iterations) > 7 or int(iterations) not in ITERATIONS:  # noqa: PLR2004
            raise SaslRefused(f"iteration count {iterations[:20]} is outside {ITERATIONS[0]} to {ITERATIONS[-1]}")
        return nonce, _unbase64(salt), int(iterations)

    def _believe(self, challenge: bytes) -> bytes:
        fields = _fields(challenge.decode("ascii", "replace"))
        if not hmac.compare_digest(_unbase64(fields.get("v", "")), self._signature):
            raise SaslRefused("the server does not know the password: its signature is wrong")
        self.complete = True
        return b""


def _fields(text: str) -> dict[str, str]:
    fields = {key: value for key, equals, value in (part.partition("=") for part in text.split(",")) if equals}
    if "e" in fields:
        raise SaslRefused(f"the server says {fields['e'][:60]}")
    if "m" in fields:
        raise SaslRefused("the server demands an extension")  # RFC 5802 section 5.1: must be refused
    return fields


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SaslRefused("the server's answer is not Base64") from error


def mechanisms(
    offered: str, *, certificate: bool, account: str, password: str, nonce: Callable[[], str]
) -> tuple[Mechanism, ...]:
    """List what can be tried, best first: EXTERNAL, SCRAM-SHA-256, PLAIN. `offered` is the value of the capability.

    Servers older than CAP 302 name no mechanism; then each is tried.
    """
    named = {name.upper() for name in offered.split(",") if name}
    able: list[Mechanism] = [External()] if certificate else []
    if password:
        able += [Scram(account, password, nonce()), Plain(account, password)]
    return tuple(mechanism for mechanism in able if not named or mechanism.name in named)


def pieces(payload: bytes) -> list[str]:
    """Return the AUTHENTICATE lines that carry a payload, the closing `+` included."""
    text = base64.b64encode(payload).decode()
    parts = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    if len(text) % PIECE == 0:
        parts.append("+")
    return [f"AUTHENTICATE {part}" for part in parts]


class Exchange:
    """One authentication, mechanism after mechanism, until one succeeds or none is left."""

    def __init__(self, tries: Iterable[Mechanism]) -> None:
        """Take the mechanisms in the order in which they are to be tried."""
        self._left = deque(tries)
        self._now: Mechanism | None = None
        self._heard = ""
        self.outcome: Literal["going", "ok", "failed"] = "going"
        self.why = ""

    def start(self) -> list[str]:
        """Begin with the first mechanism, or go on with the next."""
        self._heard = ""
        if not self._left:
            self.outcome, self.why = "failed", self.why or "no mechanism in common"
            return []
        self._now = self._left.popleft()
        return [f"AUTHENTICATE {self._now.name}"]

    def see(self, message: Message) -> list[str]:
        """Take one line of the server and return what to say to it."""
        if self.outcome != "going" or self._now is None:
            return []
        match message.command:
            case "AUTHENTICATE":
                return self._challenged(self._now, message.param(0))
            case "903" | "907":
                return self._succeeded(self._now)
            case "902" | "904" | "905" | "906":
                self.why = self.why or message.last
                return self.start()
            case "908":
                return self._only(message.param(1))
        return []

    def _challenged(self, mechanism: Mechanism, piece: str) -> list[str]:
        self._heard += piece if piece != "+" else ""
        if len(piece) == PIECE and len(self._heard) < _LONGEST_CHALLENGE:
            return []
        heard, self._heard = self._heard, ""
        try:
            return pieces(mechanism.respond(_unbase64(heard)))
        except SaslRefused as refused:
            self._left.clear()  # a server that cheats is not given the password in the clear
            self.why = str(refused)
            return ["AUTHENTICATE *"]

    def _succeeded(self, mechanism: Mechanism) -> list[str]:
        if mechanism.complete:
            self.outcome = "ok"
        else:
            self.outcome, self.why = "failed", "the server claims success without having proved itself"
        return []

    def _only(self, offered: str) -> list[str]:
        names = {name.upper() for name in offered.split(",")}
        self._left = deque(mechanism for mechanism in self._left if mechanism.name in names)
        return []

    def abandon(self, why: str) -> list[str]:
        """Give up; the server may never have answered."""
        self.outcome, self.why = "failed", why
        return ["AUTHENTICATE *"]
