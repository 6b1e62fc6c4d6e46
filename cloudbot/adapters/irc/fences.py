"""Proof of delivery where the protocol has none: a PING behind the line, refusals counted until its PONG.

Servers handle one client's lines in order, so what is refused is refused before the PONG. It decides outcomes and
never sends. Numerics: RFC 2812 section 5.2 and the tables of modern.ircdocs.horse.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudbot.core.ports import Outcome, Permanent, Transient, Unknown

if TYPE_CHECKING:
    from cloudbot.adapters.irc.message import Message

_NEVER = frozenset({"401", "402", "406", "407", "411", "412", "413", "414", "417", "531", "716"})
_NOT_NOW = frozenset(
    {"263", "403", "404", "415", "437", "439", "442", "477", "480", "482", "486", "489", "494", "1002"}
)
REFUSALS = _NEVER | _NOT_NOW
"401 no such nick, 404 cannot send, 415 and 477 registered only, 439 too fast, 482, 489 and 494 by mode, 716 +g ..."
TOPIC_REFUSALS = frozenset({"263", "403", "437", "442", "461", "477", "479", "482", "485", "489"})
"263 and 437 too fast, 403 and 442 not there, 482 not an operator, 477 and 489 by mode ..."
_TOPIC_NEVER = TOPIC_REFUSALS - {"263", "437"} | {"FAIL"}


@dataclass(slots=True, eq=False)
class Fence:
    """One delivery on its way. `written` from the moment its first line left our queue."""

    token: str
    target: str
    "folded"
    outcome: asyncio.Future[Outcome] = field(repr=False)
    notice: bool
    topic: bool = False
    "whether it sets a topic; a refusal of that is for good, because the topic is said instead"
    written: bool = False
    refusal: Outcome | None = None

    def is_refused_by(self, command: str) -> bool:
        """Whether a numeric can refuse this; a FAIL names the command by itself."""
        return command == "FAIL" or command in (TOPIC_REFUSALS if self.topic else REFUSALS)

    def outcome_of(self, message: Message) -> Outcome:
        """Return what a refusal means."""
        why = f"{message.command} {message.last}"
        return Permanent(why) if message.command in (_TOPIC_NEVER if self.topic else _NEVER) else Transient(why)

    def settle(self, outcome: Outcome) -> None:
        """Decide it once."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)


class Fences:
    """The deliveries of one connection, oldest first."""

    def __init__(self) -> None:
        """Start with none."""
        self._open: dict[str, Fence] = {}
        self._number = 0

    def create(self, target: str, *, notice: bool, topic: bool = False) -> Fence:
        """Open a fence for a line to a folded target."""
        self._number += 1
        outcome = asyncio.get_running_loop().create_future()
        fence = Fence(f"cloudbot-{self._number}", target, outcome, notice, topic)
        self._open[fence.token] = fence
        return fence

    def forget(self, fence: Fence) -> None:
        """Drop a fence nobody waits for any more."""
        self._open.pop(fence.token, None)

    def refuse(self, message: Message, target: str, *, label: str = "") -> bool:
        """Note a refusal for the oldest written line to a folded target; True if one was waiting."""
        for fence in self._open.values():
            meant = fence.token == label if label else target in {fence.target, ""}
            if meant and fence.written and fence.is_refused_by(message.command):
                fence.refusal = fence.refusal or fence.outcome_of(message)
                return True
        return False

    def pong(self, token: str) -> Fence | None:
        """Take the fence whose PONG came; the caller settles it."""
        return self._open.pop(token, None)

    def lose(self, why: str) -> None:
        """The link is gone: what was written may have arrived, the rest certainly not."""
        for fence in self._open.values():
            fence.settle(fence.refusal or (Unknown(why) if fence.written else Transient(why)))
        self._open.clear()
