"""`!coi` and `!whatif appoint`: who is bound to what since when, who has to declare; what others say is not kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.core.governance.teams import appointed, declaration, interest, org, person, provider
from tests.features.records.worlds import AT, LONGEST, bot

RULE_1 = "rule 1 since 2018-10-01: nobody bound to a provider: "
RULE_2 = "rule 2 since 2020-09-01: at most 1 of one provider: "
FINE = "nothing stands against it"
LATER = datetime(2023, 4, 1, 12, 0, tzinfo=UTC)


@pytest.mark.need("N47", by="!coi check")
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "!coi check erin for cloud on 2023-04-01",
            [
                "erin on 2023-04-01: counts for bigblue: employment at Big Blue Corp since 2023-04-01.",
                f"as a delegate of cloud, {RULE_2}{FINE}, with alice, bob, carol.",
                "no declaration on record, which does not mean that there is nothing.",
            ],
        ),
        (
            "!coi check bob for delegate on 2021-05-01",
            [
                (
                    "bob on 2021-05-01: counts for swisshost: employment at Swiss Host SA since 2018-01-01 "
                    "(declared 2018-09-21); Swiss Host SA runs swisshost since 2021-05-01."
                ),
                f"as a delegate of cloud, {RULE_2}{FINE}, with alice, carol.",
                "declared 2018-09-21, which counted until 2019-09-21.",
            ],
        ),
        (
            "!coi check alice",
            [
                "alice on 2019-07-23: no way to a provider is on record.",
                f"as a delegate of cloud, {RULE_1}{FINE}, with bob, carol.",
                "declared 2018-09-20 that there is none; it counts until 2019-09-20.",
            ],
        ),
        (
            "!coi who bigblue on 2023-12-31",
            [
                "bigblue on 2023-12-31: 2 people bound to it: dan, erin.",
                (
                    "dan: employment at Consult Co GmbH since 2008-01-01; Consult Co GmbH has a contract with "
                    "Big Blue Corp from 2015-01-01 until 2024-01-01."
                ),
                "erin: employment at Big Blue Corp since 2023-04-01.",
            ],
        ),
        (
            "!coi who Big Blue Cloud on 2024-01-01",
            [
                "bigblue on 2024-01-01: 1 person bound to it: erin.",
                "erin: employment at Big Blue Corp since 2023-04-01.",
            ],
        ),
        ("!coi", ["to declare: carol (no declaration on record). Only they can: !coi declare"]),
        ("!coi check zed", ['no person "zed"; there is alice, bob, carol, dan, erin and 2 more.']),
        (
            "!coi check bob for ftp",
            ["no acts on delegates of ftp are on record; there are those of cloud."],
        ),
        ("!coi check bob on someday", ["someday is no day; type one as 2019-08-01, tomorrow, friday, 2w."]),
        ("!coi check", ["whose? Type: coi check PERSON [for TEAM] [on DAY]"]),
        ("!coi who", ["of which provider? Type: coi who PROVIDER [on DAY]"]),
    ],
)
def test_a_question_about_ties_is_answered_with_ways_and_days(line: str, answer: list[str]) -> None:
    assert bot().answer(line, at=AT).splitlines() == answer


def test_what_somebody_says_of_another_is_not_kept_and_answered_with_the_private_way() -> None:
    one = bot()
    before = one.records
    assert one.answer("!coi bob works for Secret Ltd", at=AT) == (
        "what is said of somebody's ties is not kept here: only they declare, by !coi declare; a concern goes to them, "
        "or to the DPL, in private. To ask: !coi check PERSON, !coi who PROVIDER"
    )
    assert one.records is before


@pytest.mark.need("N47", by="!whatif appoint")
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "!whatif appoint dan erin on 2023-04-01",
            [
                (
                    "with dan, erin on 2023-04-01, cloud would have 5 delegates (alice, bob, carol, dan, "
                    f"erin); {RULE_2}bigblue counts 2 (dan, erin)."
                ),
                (
                    "dan: employment at Consult Co GmbH since 2008-01-01; Consult Co GmbH has a contract with "
                    "Big Blue Corp from 2015-01-01 until 2024-01-01 | erin: employment at Big Blue Corp since "
                    "2023-04-01."
                ),
                "dan: no declaration on record; erin: no declaration on record.",
            ],
        ),
        (
            "!whatif appoint frank",
            [
                (f"with frank on 2019-07-23, cloud would have 4 delegates (alice, bob, carol, frank); {RULE_1}{FINE}."),
                "frank: no declaration on record; no Debian member by the records: frank.",
            ],
        ),
        (
            "!whatif appoint zed",
            ["nobody in the records is called zed; there is alice, bob, carol, dan, erin, frank, grace."],
        ),
        ("!whatif appoint dan for ftp", ["no acts on delegates of ftp are on record; there are those of cloud."]),
    ],
)
def test_what_an_appointment_would_do_is_told_before_it_is_asked_for(line: str, answer: list[str]) -> None:
    assert bot().answer(line, at=AT).splitlines() == answer


def test_no_answer_has_more_than_three_lines_or_a_longer_one_than_a_line() -> None:
    long = {path: text for n in range(9) for path, text in org(f"works-with-a-very-long-name-{n}{'x' * 20}").items()}
    names = [path[5:-5] for path in long]
    files = long | appointed("ann") | person("ann", *((one, "employment", "2010-01-01", "2030-01-01") for one in names))
    for number, one in enumerate(names):
        files |= provider(f"cloud-{number}-{'y' * 30}", (one, "2012-01-01", "2030-01-01"))
    for line in ("!coi", "!coi check ann", f"!coi who cloud-0-{'y' * 30}", "!whatif appoint ann"):
        said = bot(dict(files)).answer(line, at=LATER).splitlines()
        assert (line, len(said) <= 3, [one for one in said if len(one.encode()) >= LONGEST]) == (line, True, [])


def test_a_private_interest_is_said_to_be_one_and_nothing_more() -> None:
    files = (
        person("ann")
        | appointed("ann")
        | provider("big", ("bigco", "", ""))
        | org("bigco")
        | declaration("ann", "2019-07-01", interest("private = true", "declared"))
    )
    assert bot(dict(files)).answer("!coi check ann", at=AT).splitlines() == [
        (
            "ann on 2019-07-23: no way to a provider is on record; an interest was declared privately: "
            "in what, only ann can say."
        ),
        "as a delegate of cloud, no rule is in force.",
        "declared 2019-07-01, in part privately; it counts until 2020-07-01.",
    ]
    assert bot(dict(files)).answer("!coi who big", at=AT) == (
        "big on 2019-07-23: nobody is bound to it by the records; 1 person declared an interest privately, "
        "in what only they can say."
    )
