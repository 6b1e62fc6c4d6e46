"""What becomes of one delivery, from its headers to the answer the sender gets.

401 and 403 only for a wrong proof, 413 for a body beyond the limit, 503 where it cannot be written down; everything
else is 2xx, as GitLab switches a hook off that fails, and is answered after the commit only. No body is ever kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.hooks.meaning import Meaning, Ours, meaning
from cloudbot.adapters.gitlab.hooks.senders import Headers, Proof, Refused, Senders
from cloudbot.adapters.gitlab.hooks.settings import MOST_BYTES
from cloudbot.adapters.gitlab.hooks.tally import Tally
from cloudbot.adapters.gitlab.hooks.told import Told, parse

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

log = structlog.get_logger(__name__)

Answer = tuple[int, str]
"""An HTTP status and one line; GitLab shows the line to who looks at the hook's deliveries."""

Read = Callable[[], Awaitable[Sequence[bytes]]]
"""Reads the body: the bytes as sent and, where they were packed, as unpacked."""

LARGE = 100_000
"""Bytes beyond which a body is proved and read in a thread: it takes milliseconds in which the channel would wait."""

_LONGEST_KEY = 200
_FORBIDDEN = 403


class Put(Protocol):
    """How a fact is handed over; returns once it is committed, False where its external id was seen before."""

    def __call__(self, fact: Fact, external_id: str) -> Awaitable[bool]:
        """Hand over."""


@dataclass(slots=True, kw_only=True)
class Receiver:
    """Takes the deliveries of one server. `put` hands over a fact; `ring` asks for a look."""

    senders: Senders
    ours: Ours
    put: Put
    ring: Callable[[], None]
    clock: Callable[[], datetime]
    largest: int = MOST_BYTES
    "bytes of a body, as sent and unpacked"
    patience: float = 5.0
    "seconds to wait for the commit"
    tally: Tally = field(default_factory=Tally)

    async def receive(self, headers: Headers, read: Read) -> Answer:
        """Answer one delivery. The body is not read where the headers alone prove nothing."""
        at = self.clock()
        refused = self.senders.before_body(headers, at)
        if refused is not None:
            return self._refuse(refused, at)
        bodies = await read()
        if len(bodies[-1]) > LARGE:
            judged = await asyncio.to_thread(self._judge, headers, bodies, at)
        else:
            judged = self._judge(headers, bodies, at)
        if isinstance(judged, Refused):
            return self._refuse(judged, at)
        return await self._act(judged, _external_id(headers, bodies[-1], judged.project), at)

    def _judge(self, headers: Headers, bodies: Sequence[bytes], at: datetime) -> Meaning | Refused:
        proofs = self.senders.prove(headers, bodies, at)
        if isinstance(proofs, Refused):
            return proofs
        return self._within(self._read(headers, bodies[-1], at), proofs)

    def _read(self, headers: Headers, body: bytes, at: datetime) -> Meaning:
        """Read a proven body. A bug of ours is logged and no reason for GitLab to switch the hook off."""
        try:
            told = Told(parse(body), headers.get("X-Gitlab-Event", ""))
            return meaning(told, self.ours, instance=headers.get("X-Gitlab-Instance", ""), at=at)
        except Malformed as error:
            return Meaning("unreadable", why=str(error))
        except Exception as error:
            log.exception("a hook could not be judged")
            return Meaning("unreadable", rings=True, why=type(error).__name__)

    def _within(self, found: Meaning, proofs: tuple[Proof, ...]) -> Meaning | Refused:
        """Refuse what is told of a project with another's secret; ignore what a project's secret says of none."""
        if self.senders.covers(proofs, found.project):
            return found
        if found.project is None:
            heeded = found.fact is not None or found.rings
            return Meaning("ignored", found.kind) if heeded else found
        return Refused(_FORBIDDEN, "the secret is not this project's")

    def _refuse(self, refused: Refused, at: datetime) -> Answer:
        self.tally.refuse(self.ours.forge, refused.why, at)
        return refused.status, refused.why

    async def _act(self, found: Meaning, external_id: str, at: datetime) -> Answer:
        outcome: str = found.outcome
        if found.fact is not None:
            try:
                async with asyncio.timeout(self.patience):
                    new = await self.put(found.fact, external_id)
            except TimeoutError:
                self.tally.count("unwritten", at)
                return 503, "it cannot be written down at the moment"
            except Exception:
                log.exception("a hook's fact could not be handed over", kind=found.kind)
                self.tally.count("unwritten", at)
                return 503, "it cannot be written down"
            outcome = outcome if new else "repeated"
        if found.rings and outcome != "repeated":
            self.ring()
        self.tally.count(outcome, at)
        tell = log.info if outcome == "unreadable" else log.debug
        tell("hook", forge=self.ours.forge, outcome=outcome, kind=found.kind, project=found.project, why=found.why)
        return 200, outcome


def _external_id(headers: Headers, body: bytes, project: str | None) -> str:
    """Name a delivery as its sender does (the same when it is sent again), else by what it says.

    The project stands before it, so that who holds one project's secret cannot use up another's names.
    """
    said = headers.get("Idempotency-Key") or headers.get("webhook-id") or ""
    if not said or len(said) > _LONGEST_KEY or not (said.isascii() and said.isprintable()):
        said = hashlib.sha256(body).hexdigest()
    return f"{project or ''} {said}"
