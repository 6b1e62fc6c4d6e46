"""What the team knows of already: failures somebody has taken on or explained. They are not told again.

An acknowledgement sticks to the failure's signature and not to the thing: the same failure, next week too, is known;
another failure of the same thing is news.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudbot.core.engine import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """One failure that is known, why, by whom it was said and until when it holds."""

    name: str
    signature: str
    reason: str
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Every acknowledgement by the name of what it is about."""

    acks: dict[str, Ack] = field(default_factory=dict)

    def of(self, name: str, signature: str, at: datetime) -> Ack | None:
        """Return the acknowledgement that covers this failure of this thing at that instant, or None."""
        ack = self.acks.get(name)
        return ack if ack is not None and ack.signature == signature and at < ack.until else None


def known_failure(world: World, name: str, signature: str) -> Ack | None:
    """Return why a failure is known, or None."""
    return world.document(Acknowledged).of(name, signature, world.at)
