"""What happened to a record, what can be taken back, and what a finding means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.state import Entry
from tests.features.records.worlds import AT, bot, by, tell

if TYPE_CHECKING:
    from tests.features.builders import Bot

ACTION = "actions/A-2019-001.toml"


def entry(number: int, subject: str, *paths: str) -> Entry:
    at = AT - timedelta(days=number)
    return Entry(commit=f"{number:08x}" * 5, at=at, author="Bob Berger", subject=subject, paths=frozenset(paths))


def remembering(*entries: Entry) -> Bot:
    one = bot()
    assert one.records is not None
    one.records = replace(one.records, past=entries)
    return one


PAST = (
    entry(1, "action A-2019-001: accept", ACTION),
    entry(2, "area publish: train", "areas/publish.toml"),
    entry(3, "by hand", ACTION, "areas/publish.toml"),
)


def test_the_history_of_a_record_is_that_of_its_file_newest_first() -> None:
    assert remembering(*PAST).answer("!history A-2019-001", at=AT) == (
        "action A-2019-001: 2019-07-22 accept by Bob Berger (00000001); "
        "2019-07-20 by hand by Bob Berger (00000003) "
        "https://salsa.example.org/team/records/-/commits/HEAD/actions/A-2019-001.toml"
    )


def test_without_a_name_the_newest_changes_of_all() -> None:
    many = [entry(n, f"change {n}", ACTION) for n in range(9)]
    said = remembering(*many).answer("!history", at=AT)
    assert said.startswith("the records: 2019-07-23 change 0 by Bob Berger (00000000); 2019-07-22 change 1")
    assert said.endswith("; 5 more")


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("!history area publish", "area publish: 2019-07-21 train"),
        ("!history areas/publish.toml", "area publish: 2019-07-21 train"),
        ("!history PUBLISH", "area publish: 2019-07-21 train"),
        ("!history policy-coi", "policy-coi: nothing is known of what happened to it in the newest commits."),
        (
            "!history nothing",
            'there is no record "nothing"; name one by its id, or by kind and id, as: history area publish',
        ),
        ("!history s2019", '"s2019" is sprint s2019, sprint-attendees s2019; say which, as: history sprint s2019'),
    ],
)
def test_a_record_is_found_by_what_people_call_it(question: str, line: str) -> None:
    assert remembering(*PAST).answer(question, at=AT).startswith(line)


def test_ones_own_last_change_is_taken_back_and_done_again() -> None:
    one = bot()
    assert one.records is not None
    before = one.records.tree.texts[ACTION]
    tell(one, by("bob", "accept", id="A-2019-001"))
    after = one.records.tree.texts[ACTION]
    assert after != before
    (line,) = tell(one, by("bob", "undo", number="u1"))
    assert line == "taken back: accept (c0ffee00). !undo does it again."
    assert one.records.tree.texts[ACTION] == before
    tell(one, by("bob", "undo", number="u2"))
    assert one.records.tree.texts[ACTION] == after


@pytest.mark.parametrize(
    ("person", "minutes", "line"),
    [
        (
            "bob",
            11,
            '"accept" is longer ago than 10 minutes; change it anew, or by a merge request.',
        ),
        ("alice", 1, "there is nothing of yours to take back: only your own last change, within 10 minutes."),
    ],
)
def test_only_ones_own_and_only_soon(person: str, minutes: int, line: str) -> None:
    one = bot()
    tell(one, by("bob", "accept", id="A-2019-001"))
    assert tell(one, by(person, "undo", at=AT + timedelta(minutes=minutes))) == [line]


def test_what_somebody_changed_meanwhile_is_not_taken_back() -> None:
    one = bot()
    tell(one, by("bob", "accept", id="A-2019-001"))
    tell(one, by("carol", "drop", id="A-2019-001", reason="not needed", number="d1"))
    assert one.records is not None
    assert 'state = "dropped"' in one.records.tree.texts[ACTION]
    (line,) = tell(one, by("bob", "undo", number="u1"))
    assert line == (f"not done: {ACTION} was changed meanwhile; what you did cannot be taken back by itself any more")


def test_findings_are_counted_by_rule_and_listed_by_name() -> None:
    one = bot()
    said = one.answer("!findings", at=AT)
    assert said.startswith("18 findings today (1 wrong, 1 to acknowledge, 16 due): B-SINGLE 2, A-OVERDUE 1, ")
    assert one.answer("!findings B-SINGLE", at=AT) == (
        "2 findings: B-SINGLE areas/image-finder.toml: would have nobody without frank; "
        "B-SINGLE areas/publish.toml: would have nobody without dan. !why B-SINGLE:image-finder"
    )
    assert one.answer("!findings nowhere", at=AT) == '"nowhere" has no finding in the records today.'


def test_why_a_finding_is_one() -> None:
    one = bot()
    rule, where = one.answer("!why B-SINGLE:publish", at=AT).splitlines()
    assert rule == "B-SINGLE: More than one person can do it."
    assert where == (
        "areas/publish.toml:5: would have nobody without dan; "
        'write somebody under people with level = "can" and evidence, or a trainee'
    )
    assert one.answer("!why R-CYCLE", at=AT).splitlines()[1] == "nothing in the records breaks it today."
    assert one.answer("!why b-single:nothing", at=AT).splitlines()[1] == "nothing has no such finding today."


def test_why_still_knows_the_builds() -> None:
    assert "no build" in bot().answer("!why X-NOT-A-RULE", at=AT)


def test_the_day_of_the_question_decides() -> None:
    later = datetime(2026, 11, 23, 12, 0, tzinfo=AT.tzinfo)
    assert bot().answer("!findings A-OVERDUE", at=AT) != bot().answer("!findings A-OVERDUE", at=later)
