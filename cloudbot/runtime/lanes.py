"""The outbox lanes: each takes its rows in order, says that it is sending, sends, and tells the consumer the outcome.

What a row found half-sent after a crash means differs: a mail goes out again under the same Message-ID, a line on IRC
may have been said and is not said twice. The policy of a lane is data; the order of the four steps is the guarantee.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, assert_never

import structlog

from cloudbot.core.facts import Delivered
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.runtime.bell import Bell
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import OutboxRow

log = structlog.get_logger()
REPEATED = "again, in case it was lost: "
WAIT_SECONDS = 0.05
LONGEST_WAIT = timedelta(seconds=10)
"""How long a lane stays behind another, should that one be stuck."""
MOST_REPEATS = 3
"""How often an important line may be said again; a server that never gives proof must not make us a flood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a lane retries: `half_sent` after a crash, `tries` before it gives up, delays doubling between two bounds."""

    half_sent: Literal["again", "unknown"]
    tries: int = 20
    first_delay: timedelta = timedelta(seconds=5)
    longest_delay: timedelta = timedelta(minutes=15)

    def delay(self, tries: int) -> timedelta:
        """Return how long to wait after that many tries."""
        return min(self.longest_delay, self.first_delay * int(2 ** min(tries - 1, 20)))


IRC_POLICY = Policy(
    half_sent="unknown",
    tries=1000,
    first_delay=timedelta(seconds=1),
    longest_delay=timedelta(minutes=1),
)
MAIL_POLICY = Policy(half_sent="again", tries=200)
PAPER_POLICY = Policy(half_sent="again")
SITE_POLICY = Policy(half_sent="again", tries=1000, first_delay=timedelta(seconds=1))
NAMES_POLICY = Policy(half_sent="again", tries=3, first_delay=timedelta(seconds=2))
GITLAB_POLICY = Policy(half_sent="unknown", tries=1000, longest_delay=timedelta(minutes=1))
"""Each row says until when it is worth trying; a job that may run already is not tried twice, a comment may be."""


@dataclass(slots=True, kw_only=True)
class Lane:
    """One lane of the outbox."""

    name: str
    policy: Policy
    deliver: Callable[[OutboxRow], Awaitable[Outcome]]
    writer: Writer
    consumer: Consumer
    clock: Callable[[], datetime]
    retry_seconds: float = 5.0
    behind: str = ""
    "a lane that goes first for a while: what a line links to is to be there when the line is said"
    _bell: Bell = field(default_factory=Bell)

    def stir(self) -> None:
        """There may be something to send."""
        self._bell.ring()

    async def run(self) -> None:
        """Recover what a crash left, then send for ever."""
        await self.recover()
        while True:
            self._bell.hush()
            while await self.step():
                pass
            await self._rest()

    async def recover(self) -> None:
        """Decide about the rows that a crash left half-sent, by the lane's policy."""
        for row in await self.writer.call(self.writer.journal.rows, "sending", lane=self.name):
            why = "the bot ended between saying this and knowing that it was heard"
            await self._doubt(row, why, tries=row.tries, not_before=None)

    async def step(self) -> bool:
        """Send the next row, if there is one that may be sent now."""
        now = self.clock()
        row = await self.writer.call(self.writer.journal.next_row, self.name, now)
        if row is None:
            return False
        if row.expires is not None and row.expires <= now:
            await self._settle(row, "expired", "not sent in time")
            return True
        if await self._must_wait(row, now):
            await asyncio.sleep(WAIT_SECONDS)
            return True
        if not await self._durably(self._claim, row):
            return True  # dropped by the operator a moment ago
        await self._record(row, await self._attempt(row))
        return True

    async def _must_wait(self, row: OutboxRow, now: datetime) -> bool:
        if not self.behind or now - row.created > LONGEST_WAIT:
            return False
        return await self.writer.call(self.writer.journal.is_open_before, self.behind, row.id)

    async def _attempt(self, row: OutboxRow) -> Outcome:
        """Send; a bug on the way out costs this row and not the lane, and leaves open whether it was sent."""
        try:
            return await self.deliver(row)
        except Exception as error:
            log.exception("a message could not be handed over", key=row.key)
            return Unknown(f"a fault of the bot: {type(error).__name__}")

    async def _record(self, row: OutboxRow, outcome: Outcome) -> None:
        match outcome:
            case Sent():
                await self._settle(row, "sent", "")
            case Permanent(why):
                await self._settle(row, "dead", why)
            case Unknown(why):
                later = self.clock() + self.policy.delay(row.tries + 1)
                await self._doubt(row, why, tries=row.tries + 1, not_before=later)
            case Transient(why, after):
                if row.tries + 1 >= self.policy.tries:
                    await self._settle(row, "dead", f"given up after {row.tries + 1} tries: {why}")
                else:
                    delay = self.policy.delay(row.tries + 1) if after is None else timedelta(seconds=after)
                    await self._durably(self._postpone, row, why, self.clock() + delay)
            case _:
                assert_never(outcome)

    async def _doubt(self, row: OutboxRow, why: str, *, tries: int, not_before: datetime | None) -> None:
        """Decide about a row of which nobody knows whether it was sent: again, or honestly `unknown`."""
        again = self.policy.half_sent == "again" or _is_looked_up(row) or _may_repeat(row)
        again = again or (_is_topic(row) and tries < MOST_REPEATS)
        if again and tries < self.policy.tries:
            await self._durably(self._queue_again, row, not_before)
        else:
            await self._settle(row, "unknown", why)

    async def _settle(self, row: OutboxRow, state: Literal["sent", "dead", "expired", "unknown"], why: str) -> None:
        """Tell the consumer, which marks the row and lets features react in one transaction."""
        fact = Delivered(at=self.clock(), key=row.key, state=state, detail=why)
        await self.consumer.put(fact, source=f"lane {self.name}", external_id=None)
        if state != "sent":
            log.warning("a message was not delivered", key=row.key, state=state, why=why)

    async def _durably(self, work: Callable[..., bool], *args: object) -> bool:
        """Write, however long the disk refuses; what was sent meanwhile stays known in memory."""
        while True:
            try:
                return await self.writer.call(work, *args)
            except sqlite3.OperationalError as error:
                log.warning("an outbox row cannot be written", lane=self.name, error=str(error))
                await asyncio.sleep(self.retry_seconds)

    async def _rest(self) -> None:
        due = await self.writer.call(self.writer.journal.next_try, self.name)
        wait = None if due is None else max(0.05, (due - self.clock()).total_seconds())
        await self._bell.rest(None if wait is None else min(wait, 60.0))

    # Below runs in the writer's thread.

    def _claim(self, row: OutboxRow) -> bool:
        with self.writer.journal.transaction() as transaction:
            return transaction.claim(row.id, self.clock())

    def _postpone(self, row: OutboxRow, why: str, not_before: datetime) -> bool:
        with self.writer.journal.transaction() as transaction:
            transaction.settle(row.key, "retry", at=self.clock(), why=why, not_before=not_before)
        return True

    def _queue_again(self, row: OutboxRow, not_before: datetime | None) -> bool:
        why = "it is not known whether this was sent"
        with self.writer.journal.transaction() as transaction:
            if _may_repeat(row):
                transaction.reword(row.key, _repeated(row))
            transaction.settle(row.key, "retry", at=self.clock(), why=why, not_before=not_before)
        return True


def _is_looked_up(row: OutboxRow) -> bool:
    """Whether it carries a mark that is looked for before it is sent: then a second try does no harm."""
    return "mark" in json.loads(row.body)


def _is_topic(row: OutboxRow) -> bool:
    """Whether it sets a topic: one that stands already is not set again."""
    return "topic" in json.loads(row.body)


def _may_repeat(row: OutboxRow) -> bool:
    body = json.loads(row.body)
    return bool(body.get("important")) and body.get("repeats", 0) < MOST_REPEATS


def _repeated(row: OutboxRow) -> str:
    """Mark the words of an important line as repeated, once however often it is, and count how often."""
    body = json.loads(row.body)
    text, repeats = body["text"], body.get("repeats", 0)
    body |= {"text": text if repeats else REPEATED + text, "repeats": repeats + 1}
    return json.dumps(body, ensure_ascii=False)
