"""One consumer: one transaction for all that waits, a receipt only for what is committed, a bug costs one fact."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic_core import PydanticSerializationError

from cloudbot.core.effects import Announce
from cloudbot.core.engine import Engine, Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, FactParked, LookSucceeded
from cloudbot.runtime.consumer import Receipt
from cloudbot.store.journal import Journal
from tests.fakes.outside import MONDAY
from tests.features.builders import given
from tests.runtime.parts import beside, make_parts, running

if TYPE_CHECKING:
    from pathlib import Path


def state(path: Path) -> Path:
    return path / "state.db"


def test_all_facts_that_wait_are_one_transaction(tmp_path: Path) -> None:
    commits: list[str] = []

    class Counting(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
            if sql == "COMMIT":
                commits.append(sql)
            return super().execute(sql, parameters)

    def connect(path: Path, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3 has it
        return sqlite3.connect(path, factory=Counting, **options)

    async def scene() -> None:
        async with running(state(tmp_path), connect=connect) as bot:
            assert await asyncio.gather(*(bot.give(str(number)) for number in range(500))) == list(range(1, 501))
            assert commits == ["COMMIT"]
            assert bot.consumer.batches == 1
            assert bot.entries == tuple(str(number) for number in range(500))

    asyncio.run(scene())


def test_a_receipt_comes_only_when_the_commit_has_returned_and_questions_go_on_meanwhile(tmp_path: Path) -> None:
    reached, go_on = threading.Event(), threading.Event()

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
            if sql == "COMMIT":
                reached.set()
                go_on.wait()
            return super().execute(sql, parameters)

    def connect(path: Path, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3 has it
        return sqlite3.connect(path, factory=Slow, **options)

    async def scene() -> None:
        async with running(state(tmp_path), connect=connect) as bot:
            receipt = asyncio.create_task(bot.give("a"))
            await asyncio.to_thread(reached.wait)
            assert (receipt.done(), bot.entries) == (False, ())
            go_on.set()
            assert await receipt == 1
            assert bot.entries == ("a",)

    asyncio.run(scene())


def test_the_same_external_id_of_a_source_counts_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            assert tuple(await asyncio.gather(bot.give("a"), bot.give("a"))) == (1, None)
            assert await bot.give("a") is None
            other = await bot.consumer.put(given("note", number="a"), source="webhook", external_id="a")
            assert other.fact_id is not None
            assert bot.entries == ("a", "a")

    asyncio.run(scene())


def test_a_sender_that_went_away_before_the_commit_changes_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            gone = asyncio.create_task(bot.give("gone"))
            await asyncio.sleep(0)
            gone.cancel()
            assert await bot.give("b") == 2
            assert bot.entries == ("gone", "b")

    asyncio.run(scene())


def test_what_was_committed_is_there_in_the_next_life(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            await bot.give("a")
        async with running(state(tmp_path)) as bot:
            assert bot.entries == ("a",)
            assert await bot.give("a") is None

    asyncio.run(scene())


def test_time_in_the_journal_never_goes_backwards_not_even_over_a_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            await bot.give("a")
            bot.clock.step(hours=-3)
            await bot.give("b")
        async with running(state(tmp_path)) as bot:
            bot.clock.step(hours=-5)
            await bot.give("c")
            assert [(row.at, row.fact.at) for row in bot.journal.facts()] == [(MONDAY, MONDAY)] * 3

    asyncio.run(scene())


def test_a_fact_whose_handling_raises_is_parked_with_its_traceback_and_the_rest_goes_on(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            receipts = await asyncio.gather(
                bot.consumer.put(given("note", number="before"), source="irc"),
                bot.consumer.put(given("break", {"how": "walk"}, number="x"), source="irc"),
                bot.consumer.put(given("note", number="after"), source="irc"),
            )
            assert tuple(receipts) == (Receipt(1), Receipt(2, parked=True), Receipt(4))
            assert bot.entries == ("before", "after")
            (parked,) = bot.journal.facts("parked")
            assert (parked.id, parked.kind) == (2, "CommandGiven")
            assert parked.error is not None
            assert parked.error.startswith("Traceback (most recent call last):")
            assert parked.error.endswith("ValueError: cannot walk\n")
            told = bot.journal.fact(3)
            assert told is not None
            assert isinstance(told.fact, FactParked)
            assert (told.fact.fact_id, told.fact.summary) == (2, "ValueError: cannot walk")
            assert bot.consumer.parked == 1

    asyncio.run(scene())


def test_the_operator_is_told_once_of_each_kind_of_bug(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            await bot.give("a", "break", how="walk")
            await bot.give("b", "break", how="run")
            await bot.give("c", "garble")
            assert len(bot.journal.facts("parked")) == 3
            assert [row.key.partition("/bug/")[0] for row in bot.journal.rows()] == ["operator", "operator"]
            assert [row.lane for row in bot.journal.rows()] == ["mail", "mail"]

    asyncio.run(scene())


def test_a_template_that_is_broken_fails_the_fact_and_leaves_no_message(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            await bot.give("a", "garble")
            assert [row.kind for row in bot.journal.facts("parked")] == ["CommandGiven"]
            assert bot.entries == ()
            assert bot.journal.row("a") is None

    asyncio.run(scene())


def test_a_parked_fact_that_the_operator_sends_back_is_handled_then(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            await bot.give("a", "break", how="walk")
            await bot.give("b")
            assert await bot.consumer.retry_waiting() == 0
            bot.moods.raises = False
            with beside(state(tmp_path)) as transaction:
                assert transaction.set_fact_state(1, "waiting")
            assert await bot.consumer.retry_waiting() == 1
            assert bot.entries == ("b", "a")
            row = bot.journal.fact(1)
            assert row is not None
            assert (row.state, row.error) == ("done", None)
            assert await bot.consumer.retry_waiting() == 0

    asyncio.run(scene())


def test_a_fact_that_fails_again_is_parked_again_and_the_operator_hears_no_more_of_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            await bot.give("a", "break", how="walk")
            with beside(state(tmp_path)) as transaction:
                transaction.set_fact_state(1, "waiting")
            assert await bot.consumer.retry_waiting() == 1
            assert [row.id for row in bot.journal.facts("parked")] == [1]
            assert len(bot.journal.rows()) == 1

    asyncio.run(scene())


def test_a_waiting_fact_that_this_version_does_not_know_holds_up_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            other = sqlite3.connect(state(tmp_path))
            with other:
                other.execute(
                    "INSERT INTO fact (source, kind, at, body, state) VALUES ('cli', 'MoonSeen', ?, '{}', 'waiting')",
                    (MONDAY.isoformat(),),
                )
            other.close()
            with beside(state(tmp_path)) as transaction:
                transaction.leave(given("note", number="left"), source="cli")
            assert await bot.consumer.retry_waiting() == 2
            assert bot.entries == ("left",)
            (parked,) = bot.journal.facts("parked")
            assert parked.error is not None
            assert parked.error.endswith("KeyError: 'MoonSeen'\n")

    asyncio.run(scene())


def test_facts_left_beside_the_bot_and_facts_of_the_network_never_overwrite_each_other(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            for number in range(30):
                with beside(state(tmp_path)) as transaction:
                    transaction.leave(given("note", number=f"left {number}"), source="cli")
                await asyncio.gather(bot.give(f"heard {number}"), bot.consumer.retry_waiting())
            names = {f"{how} {number}" for how in ("left", "heard") for number in range(30)}
            assert (len(bot.entries), set(bot.entries)) == (60, names)

    asyncio.run(scene())


def test_many_facts_left_beside_are_all_applied(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            with beside(state(tmp_path)) as transaction:
                for number in range(120):
                    transaction.leave(given("note", number=str(number)), source="cli")
            assert await bot.consumer.retry_waiting() == 120
            assert bot.entries == tuple(str(number) for number in range(120))

    asyncio.run(scene())


def test_a_bug_in_telling_of_bugs_is_parked_too_and_told_to_nobody(tmp_path: Path) -> None:
    @dataclass(frozen=True, slots=True)
    class Blank:
        pass

    def react(blank: Blank, fact: Fact, _world: World) -> Reaction[Blank]:
        match fact:
            case FactParked():
                raise RuntimeError("the operator's feature is poisoned too")
            case _:
                return Reaction(blank)

    async def scene() -> None:
        async with running(state(tmp_path), features=(Feature(name="blank", document=Blank, react=react),)) as bot:
            await bot.give("a", "break", how="walk")
            await bot.give("b")
            assert [row.kind for row in bot.journal.facts("parked")] == ["CommandGiven", "FactParked"]
            assert bot.journal.rows() == []
            assert bot.entries == ("b",)

    asyncio.run(scene())


def test_a_fact_that_cannot_be_written_down_is_handed_back_and_costs_its_neighbours_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            unwritable = replace(given("note", number="x"), nick="\ud800")
            handed_back = bot.consumer.put(unwritable, source="irc")
            first, failure, second = await asyncio.gather(
                bot.give("a"), handed_back, bot.give("b"), return_exceptions=True
            )
            assert (first, second) == (1, 2)
            assert isinstance(failure, PydanticSerializationError)
            assert bot.entries == ("a", "b")

    asyncio.run(scene())


@dataclass(frozen=True, slots=True)
class Page:
    """A document that a fact may make impossible to write."""

    text: str = ""


def _write(page: Page, fact: Fact, _world: World) -> Reaction[Page]:
    match fact:
        case CommandGiven():
            return Reaction(Page("\ud800" if fact.id == "bad" else page.text + fact.id))
        case _:
            return Reaction(page)


def test_a_document_that_cannot_be_written_down_costs_its_fact_and_no_neighbour(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path), features=(Feature(name="page", document=Page, react=_write),)) as bot:
            await asyncio.gather(bot.give("a"), bot.give("bad"), bot.give("b"))
            assert [row.kind for row in bot.journal.facts("parked")] == ["CommandGiven"]
            assert bot.entries == ("a", "b")
            assert bot.consumer.documents[Page] == Page("ab")
            assert bot.journal.documents()["page"] == '{"text":"ab"}'

    asyncio.run(scene())


def test_a_batch_writes_each_document_once(tmp_path: Path) -> None:
    written: list[str] = []

    class Watching(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
            if "INTO document " in sql:
                written.append(parameters[0])
            return super().execute(sql, parameters)

    def connect(path: Path, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3 has it
        return sqlite3.connect(path, factory=Watching, **options)

    async def scene() -> None:
        async with running(state(tmp_path), connect=connect) as bot:
            await asyncio.gather(*(bot.give(str(number)) for number in range(50)))
            assert written == ["diary"]

    asyncio.run(scene())


def test_a_feature_that_announces_behind_the_voices_back_is_parked(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            line = Announce(key="k", words="words", values={"text": "x"}, gist="x")
            bot.consumer.engine = Engine(
                features=bot.consumer.engine.features,
                voice=bot.consumer.engine.voice,
                admit=lambda document, effects, _: Reaction(document, (*effects, line)),
            )
            await bot.give("a")
            rows = bot.journal.facts("parked")
            assert [(row.kind, (row.error or "").splitlines()[-1]) for row in rows] == [
                ("CommandGiven", "TypeError: k was announced behind the voice's back"),
                ("FactParked", "TypeError: k was announced behind the voice's back"),
            ]

    asyncio.run(scene())


def test_everybody_hears_of_a_commit_once_it_is_true(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            seen: list[tuple[str, ...]] = []
            bot.consumer.on_commit = lambda: seen.append(bot.entries)
            await bot.give("a")
            await bot.give("b")
            assert seen == [("a",), ("a", "b")]

    asyncio.run(scene())


def test_a_killed_writer_ends_the_consumer_and_acknowledges_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        bot = make_parts(Journal.open(state(tmp_path)))
        consumer = asyncio.create_task(bot.consumer.run())
        await bot.give("a")
        bot.writer.close()
        with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
            await bot.give("b")
        with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
            await consumer
        async with running(state(tmp_path)) as bot:
            assert bot.entries == ("a",)
            assert await bot.give("b") == 2

    asyncio.run(scene())


def test_facts_of_an_hour_are_applied_in_the_order_they_came(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state(tmp_path)) as bot:
            at = MONDAY + timedelta(hours=1)
            await bot.consumer.put(LookSucceeded(at=at, source="salsa"), source="salsa")
            await bot.give("b")
            assert [(row.kind, row.at) for row in reversed(bot.journal.facts())] == [
                ("LookSucceeded", at),
                ("CommandGiven", at),
            ]
            assert all(isinstance(row.fact, CommandGiven | LookSucceeded) for row in bot.journal.facts())

    asyncio.run(scene())
