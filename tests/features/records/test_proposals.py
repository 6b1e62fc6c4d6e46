"""What stands on the merge request of a proposed change: each finding once, and why it cannot be made any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from cloudbot.adapters.render import fenced
from cloudbot.core.effects import Comment, Effect, Say
from cloudbot.core.facts import RecordsCommitted, RecordsRefused, RecordsSeen, RecordsWait
from cloudbot.features.records.changes import Changes
from tests.features.builders import CHANNEL
from tests.features.records.worlds import AT, COMMIT, LONGEST, bot

KEY = "records/oftc/m1"
LINK = "https://salsa.example.org/team/records/-/merge_requests/5"
ALONE = "orgs/armco.toml is changed in parents by bob alone"
OLD = "areas/publish.toml:4: W B-SINGLE has one person who can; write a second one"


def waits(*notes: str, detail: str = LINK, minutes: int = 0) -> RecordsWait:
    at = AT + timedelta(minutes=minutes)
    return RecordsWait(at=at, key=KEY, person="bob", to=CHANNEL, why="proposed", detail=detail, notes=notes)


def refused(*reasons: str, closed: bool = False) -> RecordsRefused:
    return RecordsRefused(at=AT, key=KEY, person="bob", to=CHANNEL, reasons=reasons, closed=closed)


MERGED = RecordsCommitted(
    at=AT, key=KEY, commit=COMMIT, ids=("armco",), subject="s", person="bob", to=CHANNEL, words="irc/record_changed",
    values={},
)  # fmt: skip


def comments(effects: list[Effect]) -> list[tuple[str, ...]]:
    return [tuple(effect.values["findings"]) for effect in effects if isinstance(effect, Comment)]  # type: ignore[arg-type]


def test_what_was_found_becomes_one_comment_on_the_merge_request() -> None:
    one = bot()
    said, comment = one.take(waits(ALONE, OLD))
    assert isinstance(said, Say)
    assert comment == Comment(
        key="comment/records/oftc/m1/8b18f549825a",
        link=LINK,
        words="gitlab/records_findings",
        values={"findings": (ALONE, OLD), "refused": False, "most": 50},
        expires=AT + timedelta(days=1),
    )
    assert one.words.render(comment.words, comment.values) == (
        f"Found when this change was checked:\n\n```text\n{ALONE}\n{OLD}\n```\n"
    )


@pytest.mark.parametrize(
    ("facts", "written"),
    [
        ([waits()], []),
        ([waits(ALONE, detail="cloudbot/org/armco-x")], []),
        ([waits(ALONE), waits(ALONE, minutes=5)], [(ALONE,)]),
        ([waits(ALONE), waits(ALONE, OLD, minutes=5)], [(ALONE,), (OLD,)]),
        ([waits(OLD), waits(OLD.replace(":4:", ":9:"), minutes=5)], [(OLD,)]),
        ([waits(ALONE, detail="cloudbot/org/armco-x"), waits(ALONE)], [(ALONE,)]),
        ([waits(), waits(ALONE, detail="cloudbot/org/armco-x")], [(ALONE,)]),
        ([waits(ALONE), refused("it is gone")], [(ALONE,), ("it is gone",)]),
        ([waits(ALONE), refused("the merge request for it was closed", closed=True)], [(ALONE,)]),
        ([waits(ALONE), refused(ALONE)], [(ALONE,), (ALONE,)]),
        ([refused("it was never proposed")], []),
        ([waits(), MERGED, refused("another change of that name")], []),
    ],
)
def test_each_finding_is_written_once_where_the_merge_request_is_known(
    facts: list[RecordsWait | RecordsRefused], written: list[tuple[str, ...]]
) -> None:
    assert comments(bot().take(*facts)) == written


def test_whoever_asked_is_told_once_however_often_it_is_judged_anew() -> None:
    assert bot().lines(waits(ALONE), waits(ALONE, OLD, minutes=5)) == [f"that wants a second person: {LINK}"]


def test_a_look_at_the_records_forgets_no_proposal_and_its_end_does() -> None:
    one = bot()
    one.take(waits(ALONE), RecordsSeen(at=AT, commit=COMMIT, good=COMMIT))
    assert list(one.world(AT).document(Changes).proposed) == [KEY]
    one.take(MERGED)
    assert one.world(AT).document(Changes).proposed == {}


def test_a_refusal_of_what_was_proposed_names_its_merge_request_and_fits() -> None:
    one = bot()
    one.take(waits())
    long = "actions/A-2019-001.toml:5: E S-SCHEMA " + "x" * 400
    (line,) = one.lines(refused(long, long))
    assert line.startswith(f"not done ({LINK}): actions/A-2019-001.toml:5: E S-SCHEMA x")
    assert len(line.encode()) < LONGEST


def test_the_comment_on_a_refusal_says_that_it_cannot_be_made_any_more() -> None:
    one = bot()
    one.take(waits())
    effects = one.take(refused("it is gone"))
    (comment,) = [effect for effect in effects if isinstance(effect, Comment)]
    assert one.words.render(comment.words, comment.values) == (
        "This change can no longer be made as it was asked for:\n\n```text\nit is gone\n```\n"
    )


def test_of_very_many_findings_the_first_are_written_and_the_others_counted() -> None:
    one = bot()
    (_, comment) = one.take(replace(waits(), notes=tuple(f"finding {number}" for number in range(60))))
    assert isinstance(comment, Comment)
    text = one.words.render(comment.words, comment.values)
    assert "\nfinding 49\n```\n\nAnd 10 findings more.\n" in text
    assert "finding 50" not in text


@pytest.mark.parametrize(
    ("line", "fence"),
    [("/close @all", "```"), ("``` Closes #1", "````"), ("a ````` b ``", "``````"), ("one\ntwo", "```")],
)
def test_outside_text_stays_inside_its_fence(line: str, fence: str) -> None:
    assert fenced([line]) == f"{fence}text\n{line.replace(chr(10), '  ')}\n{fence}"


@given(any_of.lists(any_of.text(alphabet="`~ \n\r\v\u2028a/@#")))
def test_no_line_within_could_end_the_block(lines: list[str]) -> None:
    first, *within, last = fenced(lines).split("\n")
    assert first == f"{last}text"
    assert len(within) == len(lines)
    assert not any(last in one for one in within)
