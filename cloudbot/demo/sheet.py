"""The network of a transcript: a sheet of paper on which everything said ends up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.core.ports import Sent
from cloudbot.core.speech import NetworkHealth, Proof, Venue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.ports import Outcome

NETWORK = "oftc"
CHANNEL = Venue(NETWORK, "#debian-cloud")
FIRST = datetime(2019, 7, 15, tzinfo=UTC)


@dataclass(slots=True)
class Sheet:
    """The network as a sheet of paper: everything said ends up on it. Accounts are whose the script says."""

    lines: list[str] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    renamed: tuple[str, str] = ("", "")
    "the recorded server's address of today, and the one to write instead"

    async def run(self) -> None:
        """A sheet of paper is always connected."""
        await asyncio.Event().wait()

    async def deliver(self, venue: Venue, text: str, *, notice: bool, rings: Sequence[str] = ()) -> Outcome:
        """Write a line down; on paper nobody rings."""
        del rings
        self._write(venue, text, notice=notice)
        return Sent()

    def answer(self, venue: Venue, lines: Sequence[str]) -> None:
        """Write an answer down."""
        for line in lines:
            self._write(venue, line, notice=False)

    def tell(self, venue: Venue, nick: str, line: str) -> None:
        """Write a line for one person down."""
        del venue
        self.lines.append(f"-bot- (to {nick}) {line}")

    async def set_topic(self, venue: Venue, text: str) -> Outcome:
        """Write a topic down, unless it is that already."""
        if self.topics.get(venue.name, "") != text:
            self.topics[venue.name] = text
            self.lines.append(f"*bot* topic: {text}".rstrip())
        return Sent()

    def topic(self, venue: Venue) -> str:
        """Return the topic that was set last."""
        return self.topics.get(venue.name, "")

    def has(self, venue: Venue, nick: str) -> bool:
        """Whether somebody has said something in the channel and has not left it."""
        return venue.is_channel and nick in self.present

    def rename(self, nick: str, now: str) -> None:
        """Give somebody another nick; whoever services vouched for stays that."""
        self.present = {now if one == nick else one for one in self.present}
        if nick in self.accounts:
            self.accounts[now] = self.accounts.pop(nick)

    async def prove(self, nick: str) -> Proof | None:
        """Vouch for whom the script vouched for."""
        account = self.accounts.get(nick)
        return None if account is None else Proof(account, "account-tag")

    def health(self) -> NetworkHealth:
        """All is well on paper."""
        return NetworkHealth(network=NETWORK, state="ready", since=FIRST, nick="bot", channels=(CHANNEL.name,))

    def _write(self, venue: Venue, text: str, *, notice: bool) -> None:
        who = "-bot-" if notice else "<bot>"
        text = text.replace(*self.renamed) if self.renamed[0] else text
        self.lines.append(f"{who} {text}" if venue.is_channel else f"[bot to {venue.name}] {text}")
