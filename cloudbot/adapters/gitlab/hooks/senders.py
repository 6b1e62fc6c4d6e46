"""Who sent a delivery: decided over its raw bytes and headers, before anything in it is read.

Two proofs are known: GitLab's secret token in `X-Gitlab-Token`, and its signing token in the form of Standard Webhooks
(github.com/standard-webhooks, "Verifying signatures"): HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`, in
`webhook-signature` as `v1,BASE64`, several of them apart by spaces. Where we hold a signing token, a delivery that is
signed is judged by its signature alone: its token does not make up for a byte that was changed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

Headers = Mapping[str, str]
"""Header fields by name, whatever the case of the name asked for."""

WHSEC = "whsec_"
_MOST_SIGNATURES = 16
_DIGITS_OF_A_TIME = 12
_UNAUTHORISED = 401
_FORBIDDEN = 403


class BadKey(ValueError):  # noqa: N818 - told to the operator as it is
    """A secret that cannot prove anything. Its words never hold the secret."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The secrets of one project, or of the whole server, newest first. Never shown."""

    tokens: tuple[bytes, ...] = field(default=(), repr=False)
    signing: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, tokens: Sequence[str], signing: Sequence[str]) -> Ring:
        """Make it from the secrets as they are written. Raises `BadKey` for an empty or unreadable one."""
        return cls(tuple(map(_token, tokens)), tuple(map(_signing, signing)))


def _token(secret: str) -> bytes:
    if not secret:
        raise BadKey("a secret token is empty, so that anybody could send")
    return secret.encode()


def _signing(secret: str) -> bytes:
    if not secret.startswith(WHSEC):
        key = secret.encode()
    else:
        try:
            key = base64.b64decode(secret.removeprefix(WHSEC), validate=True)
        except (binascii.Error, ValueError):
            raise BadKey(f"a signing token begins with {WHSEC} and does not go on in base64") from None
    if not key:
        raise BadKey("a signing token is empty, so that anybody could sign")
    return key


@dataclass(frozen=True, slots=True)
class Proof:
    """What a delivery was proved by: a secret of one project, or of the server (None)."""

    project: str | None
    signed: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing proves the sender: 401 where no proof was given, 403 where it is wrong."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Senders:
    """The secrets of one server and of its single projects (by path), and how old a signed delivery may be."""

    server: Ring
    projects: Mapping[str, Ring] = field(default_factory=dict)
    age_seconds: float = 300.0

    def before_body(self, headers: Headers, at: datetime) -> Refused | None:
        """Refuse what its headers alone give away, so that nobody unknown can make us read his body."""
        if self._is_signed(headers):
            return self._timely(headers, at)
        judged = self._by_token(headers)
        return judged if isinstance(judged, Refused) else None

    def prove(self, headers: Headers, bodies: Sequence[bytes], at: datetime) -> tuple[Proof, ...] | Refused:
        """Return every proof that holds; `bodies` are the bytes as sent and as unpacked, either may be what was signed.

        Every secret is compared, in constant time, whatever those before it showed.
        """
        if not self._is_signed(headers):
            return self._by_token(headers)
        late = self._timely(headers, at)
        if late is not None:
            return late
        head = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode(errors="surrogateescape")
        given = _signatures(headers["webhook-signature"])
        found = []
        for project, ring in self._rings:
            holds = [_signed_by(key, head, body, given) for key in ring.signing for body in bodies]
            if any(holds):
                found.append(Proof(project, signed=True))
        return tuple(found) or Refused(_FORBIDDEN, "no signature is ours")

    def covers(self, proofs: Sequence[Proof], project: str | None) -> bool:
        """Whether proofs are good for what is told of a project, or of none.

        A project's secret speaks for that project. The server's speaks for all, but where a project has signing
        tokens of its own and no secret token, the server's secret token does not.
        """
        if project is None:
            return any(proof.project is None for proof in proofs)
        own = next((ring for path, ring in self.projects.items() if path.lower() == project.lower()), Ring())
        must_sign = bool(own.signing) and not own.tokens
        return any(
            (proof.signed or not must_sign) if proof.project is None else proof.project.lower() == project.lower()
            for proof in proofs
        )

    @property
    def _rings(self) -> list[tuple[str | None, Ring]]:
        return [(None, self.server), *self.projects.items()]

    def _is_signed(self, headers: Headers) -> bool:
        return "webhook-signature" in headers and any(ring.signing for _, ring in self._rings)

    def _by_token(self, headers: Headers) -> tuple[Proof, ...] | Refused:
        given = headers.get("X-Gitlab-Token", "").encode(errors="surrogateescape")
        found = []
        for project, ring in self._rings:
            holds = [hmac.compare_digest(given, token) for token in ring.tokens]
            if any(holds):
                found.append(Proof(project, signed=False))
        if found:
            return tuple(found)
        return Refused(_FORBIDDEN, "the secret token is not ours") if given else Refused(_UNAUTHORISED, "no proof")

    def _timely(self, headers: Headers, at: datetime) -> Refused | None:
        """Refuse a delivery without its fields, or signed too long ago or ahead: somebody may have kept it."""
        said = headers.get("webhook-timestamp", "")
        if not headers.get("webhook-id") or not (said.isascii() and said.isdigit() and len(said) <= _DIGITS_OF_A_TIME):
            return Refused(_FORBIDDEN, "signed without webhook-id or webhook-timestamp")
        if abs(at.timestamp() - int(said)) > self.age_seconds:
            return Refused(_FORBIDDEN, "signed too long ago, or one of the clocks is wrong")
        return None


def _signatures(header: str) -> list[bytes]:
    """Return the HMACs given; versions other than 1 are another algorithm's."""
    found = []
    for part in header.split(" ")[:_MOST_SIGNATURES]:
        version, _, text = part.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(text, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found


def _signed_by(key: bytes, head: bytes, body: bytes, given: Sequence[bytes]) -> bool:
    mac = hmac.new(key, head, "sha256")
    mac.update(body)
    expected = mac.digest()
    return any([hmac.compare_digest(expected, one) for one in given])  # noqa: C419 - all of them, in constant time
