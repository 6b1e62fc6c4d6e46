"""Whose lines are whose while a meeting runs, on networks that do not say so with each line.

Who was vouched for stays so until a change of nick or a departure. Somebody of whom the network says nothing is asked
about, and again after a while for who logs in or out meanwhile. No line waits for an answer but one that means nothing
without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cloudbot.core.meetings.identity import folded
from cloudbot.core.ports import Chat
from cloudbot.core.speech import Proof, Venue

AGAIN = timedelta(minutes=10)
SOON = timedelta(seconds=30)
"""When somebody is asked about again who types what only an account may: who was refused logs in and tries again."""
AT_ONCE = 3
"""Questions on their way to a server; they share its limits with our answers."""
MOST_WAITING = 300
"""People who wait to be asked about; whoever comes then is asked about at their next line."""
_Who = tuple[str, str]


def _few() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


@dataclass(slots=True, kw_only=True)
class Vouching:
    """What is known of the people of each network, by nick as they spell it."""

    chats: Mapping[str, Chat]
    told: Callable[[Venue, str, Proof | None], None]
    "takes a proof that came after the line, or None where one does not hold any more"
    _proofs: dict[_Who, Proof] = field(default_factory=dict)
    _asked: dict[_Who, datetime] = field(default_factory=dict)
    _asking: dict[_Who, asyncio.Task[Proof | None]] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=_few)
    _first: asyncio.Semaphore = field(default_factory=_few)
    "for those whom a line waits for: a crowd that is asked about is not in their way"

    def heard(self, venue: Venue, nick: str, proof: Proof | None, at: datetime, *, first: bool = False) -> Proof | None:
        """Take what came with a line and return whose it is; ask where the network says nothing."""
        who = (venue.network, nick)
        if proof is not None:
            self._proofs[who] = proof
            return proof
        known, asked = self._proofs.get(who), self._asked.get(who)
        again = SOON if first and known is None else AGAIN
        if (asked is None or at - asked >= again) and who not in self._asking and len(self._asking) < MOST_WAITING:
            self._asked[who] = at
            self._asking[who] = asyncio.get_running_loop().create_task(self._ask(venue, nick, first=first))
        return known

    def asking(self, venue: Venue, nick: str) -> asyncio.Task[Proof | None] | None:
        """Return what is just being asked about a nick; cancelled when who has it now leaves it or goes."""
        return self._asking.get((venue.network, nick))

    def forget(self, network: str, nick: str) -> None:
        """Somebody has left or has another nick: what was known, and what is just being asked, is void.

        Also under other spellings of the nick: a chair may be named by one, and whoever comes next may have it.
        """
        same = folded(nick)
        for who in [one for one in {*self._proofs, *self._asked} if one[0] == network and folded(one[1]) == same]:
            self._proofs.pop(who, None)
            self._asked.pop(who, None)
            asking = self._asking.pop(who, None)
            if asking is not None:
                asking.cancel()

    def forget_all(self, network: str) -> None:
        """We have left: nobody sees who comes and goes meanwhile."""
        for known, nick in [*self._proofs, *self._asked]:
            if known == network:
                self.forget(network, nick)

    async def idle(self) -> None:
        """Return when nothing is being asked."""
        while self._asking:
            await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _ask(self, venue: Venue, nick: str, *, first: bool) -> Proof | None:
        who = (venue.network, nick)
        async with self._first if first else self._room:
            proof = await self.chats[venue.network].prove(nick)
        del self._asking[who]
        before = self._proofs.pop(who, None)
        if proof is not None:
            self._proofs[who] = proof
        if (proof and proof.account) != (before and before.account):
            self.told(venue, nick, proof)
        return proof
