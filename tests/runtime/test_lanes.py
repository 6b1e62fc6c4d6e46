"""The lanes: what each outcome does to a row, who waits for whom, and what a row found half-sent means."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.runtime.lanes import IRC_POLICY, MAIL_POLICY, PAPER_POLICY, REPEATED, Lane, Policy
from cloudbot.store.journal import NewRow
from tests.fakes.outside import MONDAY
from tests.runtime.parts import Parts, beside, running

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cloudbot.store.journal import OutboxRow

QUICK = Policy(half_sent="unknown", tries=3, first_delay=timedelta(seconds=5), longest_delay=timedelta(seconds=8))


@dataclass(slots=True)
class Wire:
    """What goes out on a lane, and what the other side makes of it: `Sent` unless told otherwise."""

    outcomes: deque[Outcome | Exception] = field(default_factory=deque)
    out: list[tuple[str, str]] = field(default_factory=list)

    async def deliver(self, row: OutboxRow) -> Outcome:
        self.out.append((row.destination, json.loads(row.body)["text"]))
        outcome = self.outcomes.popleft() if self.outcomes else Sent()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def lane(bot: Parts, wire: Wire, *, name: str = "irc/oftc", policy: Policy = IRC_POLICY) -> Lane:
    return Lane(
        name=name,
        policy=policy,
        deliver=wire.deliver,
        writer=bot.writer,
        consumer=bot.consumer,
        clock=bot.clock,
        retry_seconds=0,
    )


def rows(bot: Parts) -> list[tuple[str, str, int]]:
    return [(row.key, row.state, row.tries) for row in bot.journal.rows()]


@pytest.mark.parametrize(
    ("outcome", "state", "why"),
    [
        (Sent(), "sent", ""),
        (Permanent("404 cannot send"), "dead", "404 cannot send"),
        (Transient("not connected"), "retry", "not connected"),
        (Unknown("no PONG"), "unknown", "no PONG"),
        (ValueError("a bug"), "unknown", "a fault of the bot: ValueError"),
    ],
)
def test_each_outcome_of_a_line_has_its_state(
    tmp_path: Path, outcome: Outcome | Exception, state: str, why: str
) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            wire = Wire(deque([outcome]))
            assert await lane(bot, wire).step()
            row = bot.journal.row("a")
            assert row is not None
            assert (row.state, row.why, row.tries) == (state, why, 1)
            assert not await lane(bot, wire).step()
            assert wire.out == [("#team", "hello")]

    asyncio.run(scene())


def test_features_hear_of_every_end_of_a_message_and_of_no_try(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="one")
            await bot.give("b", "say", text="two", to="#other")
            mine = lane(bot, Wire(deque([Transient("down"), Permanent("no such channel"), Sent()])))
            while await mine.step():
                bot.clock.step(minutes=1)
            assert bot.entries == ("a", "b", "a dead", "b sent")

    asyncio.run(scene())


def test_a_message_that_will_never_arrive_is_told_to_the_operator(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            await lane(bot, Wire(deque([Permanent("404 cannot send")]))).step()
            told = bot.journal.row("operator/dead/a/mail")
            assert told is not None
            assert json.loads(told.body)["text"] == "a: 404 cannot send\n"
            await lane(bot, Wire(deque([Permanent("no such user")])), name="mail", policy=MAIL_POLICY).step()
            assert [row.key for row in bot.journal.rows()] == ["a", "operator/dead/a/mail"]

    asyncio.run(scene())


def test_retries_wait_twice_as_long_each_time_up_to_a_bound(tmp_path: Path) -> None:
    assert [MAIL_POLICY.delay(tries).total_seconds() for tries in (1, 2, 3, 4, 8, 9, 100)] == [
        5,
        10,
        20,
        40,
        640,
        900,
        900,
    ]

    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            wire = Wire(deque([Transient("down"), Transient("down", after=90.0), Transient("still down")]))
            mine = lane(bot, wire, policy=QUICK)
            waits: list[float] = []
            while await mine.step():
                row = bot.journal.row("a")
                assert row is not None
                if row.not_before is not None:
                    waits.append((row.not_before - bot.clock()).total_seconds())
                    bot.clock.now = row.not_before - timedelta(seconds=1)
                    assert not await mine.step()
                    bot.clock.step(seconds=1)
            assert waits == [5, 90]
            assert rows(bot)[0] == ("a", "dead", 3)
            row = bot.journal.row("a")
            assert row is not None
            assert row.why == "given up after 3 tries: still down"

    asyncio.run(scene())


def test_what_is_late_is_not_said(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            with beside(tmp_path / "state.db") as transaction:
                soon = MONDAY + timedelta(minutes=15)
                body = json.dumps({"text": "in 15 minutes", "notice": True, "important": False})
                new = NewRow(key="r", lane="irc/oftc", destination="#team", body=body, expires=soon)
                assert transaction.enqueue(new, MONDAY)
            wire = Wire(deque([Transient("down")]))
            assert await lane(bot, wire).step()
            bot.clock.now = soon
            assert await lane(bot, wire).step()
            assert (rows(bot), wire.out) == ([("r", "expired", 1)], [("#team", "in 15 minutes")])

    asyncio.run(scene())


def test_a_channel_hears_things_in_order_and_holds_up_no_other(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            for number, to in enumerate(["#a", "#a", "#b", "#a", "#b"]):
                await bot.give(str(number), "say", text=f"line {number}", to=to)
            wire = Wire(deque([Transient("not in #a", after=60.0)]))
            mine = lane(bot, wire)
            while await mine.step():
                pass
            assert wire.out == [("#a", "line 0"), ("#b", "line 2"), ("#b", "line 4")]
            bot.clock.step(seconds=60)
            while await mine.step():
                pass
            assert wire.out[3:] == [("#a", "line 0"), ("#a", "line 1"), ("#a", "line 3")]

    asyncio.run(scene())


def test_a_lane_that_hangs_does_not_hold_up_another(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:

            async def hang(_row: OutboxRow) -> Outcome:
                await asyncio.Event().wait()
                raise AssertionError

            wire = Wire()
            mail, irc = lane(bot, wire, name="mail", policy=MAIL_POLICY), lane(bot, wire)
            mail.deliver = hang

            def stir() -> None:
                mail.stir()
                irc.stir()

            bot.consumer.on_commit = stir
            tasks = [asyncio.create_task(one.run()) for one in (mail, irc)]
            await bot.give("m", "mail", text="nobody takes")
            await bot.give("a", "say", text="hello")
            await bot.give("b", "say", text="again")
            await bot.until(lambda: bot.entries[-1] == "b sent")
            assert rows(bot) == [("m", "sending", 1), ("a", "sent", 1), ("b", "sent", 1)]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(scene())


def test_a_line_that_breaks_the_adapter_costs_itself_alone(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="poison")
            await bot.give("b", "say", text="hello")
            mine = lane(bot, Wire(deque([KeyError("poison")])))
            while await mine.step():
                pass
            assert rows(bot) == [("a", "unknown", 1), ("b", "sent", 1)]
            assert [(log["event"], log["key"]) for log in bot.logs if "exc_info" in log] == [
                ("a message could not be handed over", "a"),
            ]

    asyncio.run(scene())


async def _half_sent(bot: Parts, *commands: tuple[str, str]) -> None:
    for number, (command, text) in enumerate(commands):
        await bot.give(str(number), command, text=text)
    with bot.journal.transaction() as transaction:
        for row in bot.journal.rows():
            assert transaction.claim(row.id, bot.clock())


@pytest.mark.parametrize(
    ("command", "name", "policy", "state", "again"),
    [
        ("say", "irc/oftc", IRC_POLICY, "unknown", []),
        ("shout", "irc/oftc", IRC_POLICY, "sent", [("#team", f"{REPEATED}hello")]),
        ("mail", "mail", MAIL_POLICY, "sent", [("list@example.org", "Body of hello\n")]),
        ("say", "irc/oftc", PAPER_POLICY, "sent", [("#team", "hello")]),
    ],
)
def test_what_a_row_found_half_sent_means_is_the_lanes_policy(
    tmp_path: Path, command: str, name: str, policy: Policy, state: str, again: list[tuple[str, str]]
) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await _half_sent(bot, (command, "hello"))
            wire = Wire()
            mine = lane(bot, wire, name=name, policy=policy)
            await mine.recover()
            while await mine.step():
                pass
            assert ([row.state for row in bot.journal.rows()], wire.out) == ([state], again)

    asyncio.run(scene())


def test_a_mail_is_sent_again_under_the_same_message_id(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("meeting/2019-07-22/minutes", "mail", text="hello")
            before = bot.journal.rows()[0].body
            mine = lane(bot, Wire(deque([Unknown("gone before 250")])), name="mail", policy=MAIL_POLICY)
            assert await mine.step()
            assert not await mine.step(), "not at once: a server that goes away is left alone for a while"
            bot.clock.step(seconds=5)
            assert await mine.step()
            row = bot.journal.rows()[0]
            assert (row.state, row.tries, row.body) == ("sent", 2, before)
            assert json.loads(before)["message_id"] == "<meeting.2019-07-22.minutes@example.org>"

    asyncio.run(scene())


def test_an_important_line_is_repeated_with_its_mark_but_never_becomes_a_flood(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "shout", text="AGREED")
            wire = Wire(deque([Unknown("no PONG")] * 10))
            mine = lane(bot, wire)
            for _ in range(20):
                await mine.step()
                bot.clock.step(minutes=5)
            assert wire.out == [("#team", "AGREED")] + [("#team", f"{REPEATED}AGREED")] * 3
            assert rows(bot) == [("a", "unknown", 4)]

    asyncio.run(scene())


def test_a_mail_that_kills_the_bot_each_time_is_given_up_in_the_end(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "mail", text="deadly")
            mine = lane(bot, Wire(), name="mail", policy=Policy(half_sent="again", tries=3))
            lives = 0
            while (row := bot.journal.next_row("mail", bot.clock())) is not None:
                with bot.journal.transaction() as transaction:
                    assert transaction.claim(row.id, bot.clock())
                await mine.recover()
                lives += 1
            assert (lives, rows(bot)) == (3, [("a", "unknown", 3)])

    asyncio.run(scene())


def test_a_row_the_operator_drops_in_that_moment_is_not_sent(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            wire = Wire()
            mine = lane(bot, wire)
            next_row = bot.journal.next_row

            def dropped_meanwhile(lane: str, now: datetime) -> OutboxRow | None:
                row = next_row(lane, now)
                with beside(tmp_path / "state.db") as transaction:
                    transaction.set_row_state("a", "dropped", now)
                return row

            bot.journal.next_row = dropped_meanwhile  # type: ignore[method-assign]
            assert await mine.step()
            assert (wire.out, rows(bot)) == ([], [("a", "dropped", 0)])

    asyncio.run(scene())


def test_a_lane_with_nothing_to_do_sleeps_until_it_is_stirred(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            wire = Wire()
            mine = lane(bot, wire)
            bot.consumer.on_commit = mine.stir
            task = asyncio.create_task(mine.run())
            await bot.give("a", "say", text="hello")
            await bot.until(lambda: "a sent" in bot.entries)
            assert wire.out == [("#team", "hello")]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())


def test_the_claim_is_on_disk_before_anything_is_sent(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path / "state.db") as bot:
            await bot.give("a", "say", text="hello")
            states: list[str] = []

            async def look(row: OutboxRow) -> Outcome:
                states.extend(one.state for one in bot.journal.rows() if one.key == row.key)
                return Sent()

            mine = lane(bot, Wire())
            mine.deliver = look
            assert await mine.step()
            assert states == ["sending"]

    asyncio.run(scene())
