"""How changes of the records are told: their end, what people did themselves, what stands in the way."""

from __future__ import annotations

import pytest

from cloudbot.core.effects import CommitRecords, Say, TellOperator
from cloudbot.core.facts import RecordNews, RecordsSeen, RecordsWait
from cloudbot.core.records.operations import Author, Change, Operation, put
from cloudbot.core.speech import Venue
from cloudbot.features.records.asking import commit
from tests.features.builders import CHANNEL, Bot
from tests.features.records.worlds import AT, bot, by, carried_out, tell

KEPT = "yours is kept and is done when they can. Its end is told here."
SMALL = Operation(verb="change", changes=(Change(kind="action", id="A-2019-001", edits=(put("effort", value="2d"),)),))


def seen(
    commit_id: str, *, good: str = "", closed: tuple[str, ...] = (), news: tuple[RecordNews, ...] = ()
) -> RecordsSeen:
    return RecordsSeen(
        at=AT,
        commit=commit_id * 40,
        good=(good or commit_id) * 40,
        closed=closed,
        findings=("areas/x.toml:1: E S-PARSE is no TOML; write TOML 1.0",) if closed else (),
        news=news,
    )


def test_a_command_becomes_a_change_with_its_author() -> None:
    effect = commit(by("bob", "done", number="m1"), SMALL, "irc/record_changed")
    assert effect == CommitRecords(
        key="records/oftc/m1",
        operation=SMALL,
        author=Author(person="bob", account="oftc/bob", via="irc #debian-cloud"),
        to=CHANNEL,
        words="irc/record_changed",
    )


def test_the_end_is_told_where_it_was_asked_for() -> None:
    one = bot()
    done = carried_out(one, commit(by("bob", "done"), SMALL, "irc/record_changed"), AT)
    assert tell(one, done) == ["A-2019-001: done (c0ffee00)."]


def test_a_refusal_says_why_and_how_many_reasons_more() -> None:
    wrong = Change(
        kind="action", id="A-2019-001", edits=(put("state", value="finished"), put("owner", value="nobody-x"))
    )
    effect = commit(by("bob", "done"), Operation(verb="close", changes=(wrong,)), "irc/record_changed")
    one = bot()
    (line,) = tell(one, carried_out(one, effect, AT))
    assert line == (
        "not done: actions/A-2019-001.toml:5: E S-SCHEMA state cannot be \"finished\"; write one of 'open', 'blocked', "
        "'done', 'dropped' or 'moved'"
    )


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (
            "away",
            f"the records cannot be reached now (no route); {KEPT}",
        ),
        (
            "full",
            f"the records cannot be written now (no route); {KEPT}",
        ),
        ("proposed", "that wants a second person: no route"),
        (
            "rewritten",
            "the records' history was rewritten, so nothing is written until the operator has looked; yours is kept.",
        ),
    ],
)
def test_what_waits_is_said(why: str, line: str) -> None:
    fact = RecordsWait(at=AT, key="k", person="bob", to=CHANNEL, why=why, detail="no route")  # type: ignore[arg-type]
    assert bot().lines(fact) == [line]


def test_the_operator_is_told_of_a_rewritten_history_once() -> None:
    one = bot()
    facts = [RecordsWait(at=AT, key=key, person="bob", to=None, why="rewritten", detail="x") for key in ("k1", "k2")]
    told = [effect for effect in one.take(*facts) if isinstance(effect, TellOperator)]
    assert [effect.key for effect in told] == ["records/rewritten/k1"]


def test_what_people_did_themselves_is_told_and_the_first_look_tells_nothing() -> None:
    one = bot()
    news = RecordNews(commit="b" * 40, author="Alice", subject="Fix a typo", files=1)
    assert one.lines(seen("a", news=(news,))) == []
    assert one.lines(seen("b", news=(news,))) == [
        "records: Fix a typo, by Alice (bbbbbbbb, 1 file) https://salsa.example.org/team/records/-/commit/bbbbbbbb"
    ]


def test_many_commits_of_people_are_one_line() -> None:
    one = bot()
    one.take(seen("a"))
    news = tuple(RecordNews(commit=f"{n:040x}", author="Alice", subject=f"Change {n}", files=2) for n in range(9))
    (line,) = one.lines(seen("c", news=news))
    assert line.startswith("records: Change 8, by Alice (00000000, 2 files), and 8 commits before it")


def test_kinds_that_were_pushed_with_errors_are_told_once_and_when_they_are_mended() -> None:
    one = bot()
    one.take(seen("a"))
    assert one.lines(seen("b", good="a", closed=("area",))) == [
        (
            "records: area cannot be changed and is answered from aaaaaaaa: "
            "areas/x.toml:1: E S-PARSE is no TOML; write TOML 1.0"
        )
    ]
    assert one.lines(seen("c", good="a", closed=("area",))) == []
    assert one.lines(seen("d")) == ["records: area can be changed again."]


def test_what_was_asked_for_in_a_query_is_told_in_the_channel_too() -> None:
    one = bot()
    query = Venue("oftc", "bob")
    done = carried_out(one, commit(by("bob", "done", venue=query), SMALL, "irc/record_changed"), AT)
    said = [(effect.to, one.line(effect)) for effect in one.take(done) if isinstance(effect, Say)]
    assert said == [
        (query, "A-2019-001: done (c0ffee00)."),
        (
            CHANNEL,
            "records: change, by bob (c0ffee00, 1 file) https://salsa.example.org/team/records/-/commit/c0ffee00",
        ),
    ]


def test_a_change_from_the_command_line_is_told_in_the_channel() -> None:
    effect = CommitRecords(key="k", operation=SMALL, author=Author(person="bob", account="", via="command line"))
    one = bot()
    assert [line.partition(" (")[0] for line in one.said(one.take(carried_out(one, effect, AT)))] == [
        "records: change, by bob"
    ]


def test_a_bot_without_records_says_nothing_of_them() -> None:
    assert Bot().lines(seen("a")) == []
