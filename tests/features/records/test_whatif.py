"""`!whatif leave`: what nobody could do; and the counts of `!people` from the records."""

from __future__ import annotations

import pytest

from tests.core.records.trees import person
from tests.features.builders import Bot, ago, commit, commits_seen
from tests.features.records.worlds import AT, bot


@pytest.mark.need("N48", by="!whatif")
@pytest.mark.parametrize(
    ("people", "answer"),
    [
        (
            "alice",
            (
                "without alice: no area would be lost; one person alone: image-finder (as now), publish (as now); "
                "delegates of cloud left: 2."
            ),
        ),
        (
            "Alice, carol",
            (
                "without alice, carol: no area would be lost; one person alone: "
                "image-finder (as now), publish (as now); delegates of cloud left: 1, and 2 are wanted.\n"
                "sprint hosts without a contact (s2019)."
            ),
        ),
        (
            "dan_ and frankd erin",
            (
                "without dan, erin, frank: nobody could do image-finder, publish; delegates of cloud left: 3.\n"
                "accounts without anybody (bb-1, rf-old, rf-new); accounts in their name (rf-old); "
                "actions without an owner (A-2018-001); providers without a contact (bigblue); "
                "services without an owner (image-finder)."
            ),
        ),
    ],
)
def test_what_people_leave_behind_is_named(people: str, answer: str) -> None:
    assert bot().answer(f"!whatif leave {people}", at=AT).startswith(answer)


@pytest.mark.parametrize(
    ("people", "answer"),
    [
        ("alise", "nobody in the records is called alise; did you mean alice?"),
        (
            "dan zebulon",
            "nobody in the records is called zebulon; there is alice, bob, carol, dan, erin, frank, grace.",
        ),
        (", and", "whom? Type: whatif leave NAME NAME"),
    ],
)
def test_whom_nobody_knows_is_said_with_who_is_near(people: str, answer: str) -> None:
    assert bot().answer(f"!whatif leave {people}", at=AT) == answer


def test_an_account_of_somebody_else_never_stands_for_a_persons_own_name() -> None:
    files = person("ann", 'accounts = [{ net = "oftc", account = "ben" }]\n') | person("ben")

    assert bot(files).answer("!whatif leave ben", at=AT) == "without ben: no area would be lost."


def test_of_delegates_whose_appointment_has_only_a_month_it_says_that_it_is_not_known() -> None:
    act = (
        'schema = "cloudbot/delegation-act/1"\nid = "a1"\nteam = "cloud"\nact = "appoint"\nauthority = "dpl"\n'
        'issued = "2018-10"\nmembers = ["ann", "ben"]\nimported = true\nevidence = { msgid = "<a@example.org>" }\n'
    )
    files = person("ann") | person("ben") | {"delegations/a1.toml": act}

    assert bot(files).answer("!whatif leave ben", at=AT) == (
        "without ben: no area would be lost; delegates of cloud left: 0 and perhaps 1 more, "
        "of whom the acts tell no day."
    )
    assert bot(files).answer("!people", at=AT).splitlines()[1] == (
        "in the records: 2 people, 0 delegates and perhaps 2 more, 0 trainees, 0 newcomers, 0 away."
    )


def test_it_says_that_the_records_are_not_read_yet() -> None:
    assert Bot().answer("!whatif leave alice") == "I have not read the team's records yet; ask again in a minute."


def test_people_are_counted_from_the_records_in_a_second_line() -> None:
    one = bot()
    one.take(commits_seen(commit("a", ago(days=1)), at=AT))

    assert one.answer("!people", at=AT).splitlines() == [
        "last 90 days: 1 commit, 1 person, 1 by one; last 7 days: 1 person.",
        "in the records: 7 people, 3 delegates, 1 trainee, 1 newcomer, 0 away.",
    ]


AREA = """schema = "cloudbot/area/1"
id = "work"
title = "Work"
target = 1
people = [{ person = "ann", level = "trainee" }, { person = "old", level = "trainee" }]
"""
NEWCOMER = """schema = "cloudbot/newcomer/1"
id = "{name}"
person = "{name}"
since = 2019-07-01
wants = "dd"
{more}
"""


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({}, "1 person, 0 trainees, 0 newcomers, 0 away."),
        (person("old", "left = 2019-07-23\n"), "1 person, 0 trainees, 0 newcomers, 0 away."),
        (person("old", "left = 2019-07-24\n"), "2 people, 0 trainees, 0 newcomers, 0 away."),
        (person("ben", "away_until = 2019-07-24\n"), "2 people, 0 trainees, 0 newcomers, 1 away."),
        (person("ben", "away_until = 2019-07-23\n"), "2 people, 0 trainees, 0 newcomers, 0 away."),
        (
            person("old", "left = 2019-01-01\n") | {"areas/work.toml": AREA},
            "1 person, 1 trainee, 0 newcomers, 0 away.",
        ),
        ({"newcomers/ann.toml": NEWCOMER.format(name="ann", more="")}, "1 person, 0 trainees, 1 newcomer, 0 away."),
        (
            {"newcomers/ann.toml": NEWCOMER.format(name="ann", more="closed = 2019-07-02")},
            "1 person, 0 trainees, 0 newcomers, 0 away.",
        ),
    ],
)
def test_who_has_left_is_in_no_count(files: dict[str, str], line: str) -> None:
    assert bot(person("ann") | files).answer("!people", at=AT).splitlines()[1] == f"in the records: {line}"


def test_a_bot_without_records_counts_commits_alone() -> None:
    assert len(Bot().answer("!people", at=AT).splitlines()) == 1
