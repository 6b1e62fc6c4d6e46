"""From what is heard in a channel to the facts a meeting is made of; where none runs, nothing is written down.

One queue for all channels, so that no line overtakes another and nobody who speaks waits for the disk. While the disk
refuses for so long that the queue is full, the channel counts as left: the minutes then have a gap and say so.

What only an account may say waits, at its place in its channel, for services to vouch for who said it: on networks that
do not say so with each line the first word of a chair would else be refused, also after every start of the bot.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

import structlog

from cloudbot.core.engine import World
from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.core.meetings.identity import folded
from cloudbot.core.meetings.votes import private_ballot
from cloudbot.core.ports import Chat
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import FactOfMeeting, Meetings
from cloudbot.runtime.bell import Bell
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.meant import absent, needs_account, typed_command
from cloudbot.runtime.turns import Turns
from cloudbot.runtime.vouching import Vouching

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.core.speech import Heard, Moved, Proof
    from cloudbot.runtime.consumer import Receipt

    Asking = asyncio.Task[Proof | None]

log = structlog.get_logger()
MOST_WAITING = 10_000
"""Lines in memory before a channel counts as left."""
AT_ONCE = 500
"""Lines handed to the consumer and not committed yet; what else happens is never behind more of them than that."""
FOR_SOME = re.compile(r"[@%+~&!]+[#&]")
"""A channel addressed with a status prefix: what is said to its operators alone is in nobody's minutes."""


@dataclass(slots=True, kw_only=True)
class Minuting:
    """Hears for all networks, beside the conversation."""

    chats: Mapping[str, Chat]
    consumer: Consumer
    world: Callable[[], World]
    clock: Callable[[], datetime]
    _waiting: deque[tuple[FactOfMeeting, str | None]] = field(default_factory=deque)
    "what goes to the journal next; before that it takes its turn in its channel"
    _under_way: dict[Venue, int] = field(default_factory=dict)
    "facts of a channel that are not committed yet: whether a meeting runs is not known before they are"
    _deaf: set[Venue] = field(default_factory=set)
    _bell: Bell = field(default_factory=Bell)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _vouching: Vouching = field(init=False)
    _turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is under way."""
        self._vouching = Vouching(chats=self.chats, told=self._vouched)
        self._turns = Turns(go=self._go)
        self._idle.set()

    # What is heard

    def hear(self, heard: Heard) -> None:
        """Take one line. What a bouncer replays was said before, to whoever was there then."""
        venue = heard.venue
        if heard.old or not venue.is_channel or FOR_SOME.match(venue.name):
            return
        typed = typed_command(heard)
        word = "" if typed is None else typed.command.name
        starts = word == "startmeeting"
        if not (starts or self._runs(venue) or (word == "endmeeting" and self._ran(venue))):
            return
        chat = self.chats[venue.network]
        line = LineSaid(
            at=heard.at,
            venue=venue,
            nick=heard.speaker.nick,
            text=heard.text,
            kind="does" if heard.does else "says",
            me=heard.me,
            topic=chat.topic(venue) if starts else "",
            absent=absent(typed, venue, chat),
            bot=heard.speaker.bot,
        )
        self._put_whose(line, heard, first=needs_account(heard, typed, self._meeting(venue)))

    def cast(self, heard: Heard) -> bool:
        """Take a ballot from a query, `vote +1 #team`, of somebody who is where the meeting runs; else return False.

        What was voted is said to nobody: the line is a fact of the meeting and no line of its log.
        """
        cast = None if heard.old or heard.does or heard.speaker.bot else private_ballot(heard.text)
        if heard.venue.is_channel or cast is None:
            return False
        venue, nick = self._spelled(Venue(heard.venue.network, cast[1])), heard.speaker.nick
        if not self._runs(venue) or not self.chats[venue.network].has(venue, nick):
            return False
        ballot = LineSaid(at=heard.at, venue=venue, nick=nick, text=cast[0], kind="ballot", me=heard.me)
        self._put_whose(ballot, heard, first=True)
        return True

    def _spelled(self, venue: Venue) -> Venue:
        """Return a channel as it is spelled where a meeting runs in it."""
        running = (one.venue for one in self._meetings.held if one.ended is None)
        alike = (one for one in running if one.network == venue.network and folded(one.name) == folded(venue.name))
        return next(alike, venue)

    def _put_whose(self, line: LineSaid, heard: Heard, *, first: bool) -> None:
        """Put a line with the account of who said it, which is waited for where it comes first."""
        venue, nick = line.venue, line.nick
        proof = self._vouching.heard(venue, nick, heard.speaker.proof, heard.at, first=first)
        asking = self._vouching.asking(venue, nick) if first and proof is None else None
        self._put(self._by(line, proof), heard.msgid, asking)

    async def _answered(self, line: LineSaid, asking: Asking) -> LineSaid:
        await asyncio.wait({asking})
        return self._by(line, None if asking.cancelled() else asking.result())

    def _by(self, line: LineSaid, proof: Proof | None) -> LineSaid:
        if proof is None:
            return line
        return replace(line, account=proof.account, person=self._person(line.venue, proof))

    def moved(self, moved: Moved) -> None:
        """Take a coming or going; who comes is not noted, and how somebody goes is nobody's business."""
        venue = moved.venue
        if moved.us and moved.how == "leaves":
            self._vouching.forget_all(venue.network)
        elif moved.how != "joins":
            self._vouching.forget(venue.network, moved.nick)
        if not self._runs(venue):
            return
        if moved.us and moved.how == "joins":
            self._ask_chairs(venue, moved.at)
            self._put(ChannelEntered(at=moved.at, venue=venue, topic=self.chats[venue.network].topic(venue)))
        elif moved.us and moved.how == "leaves":
            self._put(ChannelLeft(at=moved.at, venue=venue, why=moved.why))
        elif moved.how != "joins":
            me = moved.now if moved.us else self._me(venue)
            self._put(LineSaid(at=moved.at, venue=venue, nick=moved.nick, text=moved.now, kind=moved.how, me=me))

    def spoken(self, venue: Venue, text: str) -> None:
        """Take a line of our own that was said in a channel: it is part of what was said there, and no command."""
        if self._runs(venue):
            me = self._me(venue)
            self._put(LineSaid(at=self.clock(), venue=venue, nick=me, text=text, me=me))

    def _ask_chairs(self, venue: Venue, at: datetime) -> None:
        """Ask who they are that have a seat and are there: nobody saw who came and went while we were away."""
        meeting = self._meeting(venue)
        for seat in () if meeting is None else (meeting.owner, *meeting.chairs):
            if self.chats[venue.network].has(venue, seat.nick):
                self._vouching.heard(venue, seat.nick, None, at, first=True)

    def _vouched(self, venue: Venue, nick: str, proof: Proof | None) -> None:
        if self._runs(venue):
            line = LineSaid(at=self.clock(), venue=venue, nick=nick, text="", kind="logs in", me=self._me(venue))
            self._put(self._by(line, proof))

    def _me(self, venue: Venue) -> str:
        return self.chats[venue.network].health().nick

    def _person(self, venue: Venue, proof: Proof | None) -> str | None:
        person = None if proof is None else self.world().team.person(venue.network, proof)
        return None if person is None else person.name

    def _runs(self, venue: Venue) -> bool:
        """Whether a meeting runs in a channel, or may by the time that this is committed."""
        if venue in self._under_way:
            return True
        return self._meetings.running(venue) is not None

    def _meeting(self, venue: Venue) -> Meeting | None:
        """Return the meeting of a channel as far as it is committed."""
        held = self._meetings.running(venue)
        return None if held is None else self._meetings.folded.get(held.began)

    def _ran(self, venue: Venue) -> bool:
        """Whether one was held not long ago: who ends it when the bot has done so is told."""
        return any(one.venue == venue for one in self._meetings.held)

    @property
    def _meetings(self) -> Meetings:
        return cast("Meetings", self.consumer.documents[Meetings])

    # On the way to the journal

    async def run(self) -> None:
        """Hand over what waits, in order, until cancelled."""
        while True:
            self._bell.hush()
            while self._waiting:
                await self._room.acquire()
                fact, external_id = self._waiting[0]
                source = f"lines {fact.venue.network}"  # not the source of commands: one line may be both
                receipt = await self.consumer.hand(fact, source=source, external_id=external_id)
                self._waiting.popleft()
                receipt.add_done_callback(partial(self._committed, fact.venue))
            await self._bell.rest(None)

    async def idle(self) -> None:
        """Return when everything that was heard is committed."""
        await self._vouching.idle()
        await self._idle.wait()

    def _put(self, fact: FactOfMeeting, external_id: str | None = None, asking: Asking | None = None) -> None:
        venue, behind = fact.venue, len(self._waiting) + len(self._turns)
        if venue in self._deaf:
            if 2 * behind > MOST_WAITING:
                return
            self._deaf.discard(venue)
            self._queue(ChannelEntered(at=fact.at, venue=venue, topic=self.chats[venue.network].topic(venue)))
        elif behind >= MOST_WAITING:
            log.error("lines of a meeting cannot be written down; the minutes will have a gap", venue=str(venue))
            self._deaf.add(venue)
            self._queue(ChannelLeft(at=fact.at, venue=venue, why="what was said could not be written down"))
            return
        self._queue(fact, external_id, asking)

    def _queue(self, fact: FactOfMeeting, external_id: str | None = None, asking: Asking | None = None) -> None:
        self._under_way[fact.venue] = self._under_way.get(fact.venue, 0) + 1
        self._idle.clear()
        if asking is not None and isinstance(fact, LineSaid):
            self._turns.take_later(fact, external_id, self._answered(fact, asking))
        else:
            self._turns.take(fact, external_id)

    def _go(self, fact: FactOfMeeting, external_id: str | None) -> None:
        self._waiting.append((fact, external_id))
        self._bell.ring()

    def _committed(self, venue: Venue, receipt: asyncio.Future[Receipt]) -> None:
        self._room.release()
        self._under_way[venue] -= 1
        if not self._under_way[venue]:
            del self._under_way[venue]
        if not self._under_way:
            self._idle.set()
        if not receipt.cancelled() and receipt.exception() is not None:
            log.error("a line of a meeting could not be written down", venue=str(venue), error=str(receipt.exception()))
