"""The example team: what is found at which day, by the table that came with it."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cloudbot.core.governance.eligibility import breaches, rules_on, sitting
from cloudbot.core.records.checking import check, examine
from cloudbot.core.records.kinds.policies import PolicyCoi
from cloudbot.core.records.tree import View
from tests.core.records.trees import ON, TODAY, example

CASES = tomllib.loads((Path(__file__).parent / "expected_findings.toml").read_text(encoding="utf-8"))["cases"]
ENDS = (
    "delegations/cloud-2026-04-limit.toml:8: D D-EXPIRING ends the delegation of cloud after 2026-10-31, in 0 days; "
    "write a renewing act when the DPL has published one"
)
ORIGINAL = Path(__file__).parents[4] / "shared" / "data" / "records-example"
FAMILIES: dict[str, str | tuple[str, ...]] = {
    "delegates": "D-",
    "declarations": "C-DECL-",
    "bus": "B-",
    "providers": "G-",
    "images": "I-",
    "actions": "A-",
    "decisions": ("L-", "C-RECUSE"),
    "sprint": "P-",
    "delegates-coi": ("C-FORBIDDEN", "C-MAX"),
    "candidate-coi": ("C-FORBIDDEN", "C-MAX"),
    "close-D-2019-001": "L-",
}
ANSWERING = ("answers/", "links/", "series/", "services/")
"Folders to which answers to the questions of the talk were added."
OF_THE_CLOCK = {"L-QUORUM:D-2019-001"}
"That a deadline passed without quorum is said by the clock of lazy consensus, to the second."
ASKED = {"C-FORBIDDEN:bob/swisshost", "C-MAX:bigblue/2"}
"What would be under an older version of the rule, or with candidates: asked, not found."
SINCE_THE_BOF = ["C-DECL-MISSING:carol", "C-RECUSE:D-2019-002/bob"]
"Of families that the table shows at other days, and as true on this one."


def found(on: date) -> list[str]:
    return [finding.key for finding in check(example(), on, today=TODAY)]


def day_of(case: dict[str, Any]) -> date:
    at: date = case["at"]
    return at.date() if isinstance(at, datetime) else at


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['at']} {case['check']}")
def test_a_family_of_rules_finds_at_a_day_what_the_table_says_and_nothing_else(case: dict[str, Any]) -> None:
    family = FAMILIES[case["check"]]
    assert sorted(key for key in found(day_of(case)) if key.startswith(family)) == sorted(
        key for key in case["expect"] if key not in OF_THE_CLOCK | ASKED
    )


@pytest.mark.need("N47", by="!coi")
@pytest.mark.parametrize("case", [one for one in CASES if "candidates" in one or "policy" in one], ids=str)
def test_what_would_be_with_candidates_or_under_an_older_rule_is_what_the_table_says(case: dict[str, Any]) -> None:
    day = case["at"]
    view = View(examine(example(), day, today=TODAY).tree, day, TODAY)
    every = view.policy(PolicyCoi).versions
    rules = [one for one in every if one.v == case["policy"]] if "policy" in case else rules_on(view, day, "cloud")
    would_be = sitting(view, day).get("cloud", frozenset()) | set(case.get("candidates", ()))
    subjects = [f"{one.rule}:{subject}" for one in breaches(view, would_be, day, rules) for subject in one.subjects]
    assert subjects == case["expect"]


def test_on_the_day_after_the_bof_every_finding_of_every_family_is_one_of_the_table() -> None:
    at_the_day = [key for case in CASES if case["at"] == ON for key in case["expect"]]
    assert sorted(found(ON)) == sorted(at_the_day + SINCE_THE_BOF)


def test_a_finding_of_one_day_is_not_reported_at_the_familys_other_days() -> None:
    families = {case["check"] for case in CASES}
    for family in families:
        days = {day_of(case): set(case["expect"]) for case in CASES if case["check"] == family and "policy" not in case}
        for key in set().union(*days.values()) - OF_THE_CLOCK - ASKED:
            assert [day for day in days if key in found(day)] == [
                day for day, expected in days.items() if key in expected
            ]


@pytest.mark.parametrize("on", [date(2018, 10, 15), ON, date(2019, 8, 1), date(2026, 11, 1)])
def test_nothing_in_the_example_is_an_error_and_the_support_of_who_has_an_interest_is_to_be_seen(on: date) -> None:
    graver = [finding.key for finding in check(example(), on, today=TODAY) if finding.severity != "D"]
    assert graver == (["C-RECUSE:D-2019-002/bob"] if on >= ON else [])


def test_a_finding_names_the_file_the_line_and_what_to_write() -> None:
    done = check(example(), date(2026, 10, 31), today=TODAY)
    assert [str(finding) for finding in done if finding.rule == "D-EXPIRING"] == [ENDS]


def said(on: date, rule: str) -> list[str]:
    """Return what is said by one rule, without file and line."""
    return [finding.what for finding in check(example(), on, today=TODAY) if finding.rule == rule]


@pytest.mark.need("N02", by="cloudbot records check")
def test_what_waits_for_somebody_ages_and_is_reported_with_whom_it_waits_for() -> None:
    assert said(date(2019, 8, 28), "A-BLOCKED-OLD") == []
    assert said(date(2019, 8, 29), "A-BLOCKED-OLD") == ["waits for rainforest-inc since 2019-03-01"]


@pytest.mark.need("N11", by="cloudbot records check")
def test_a_provider_that_gets_less_than_others_is_reported_until_a_decision_says_why() -> None:
    assert said(date(2021, 5, 1), "G-PARITY") == ["gets none, where others get push, and no decision says why"]


@pytest.mark.need("N18", by="cloudbot records check")
def test_the_old_account_of_a_person_and_its_move_that_stands_still_are_reported() -> None:
    assert said(ON, "G-HOLDER-PERSON") == ["has the account rf-old in the name of dan"]
    assert said(ON, "G-MIGRATION-STALE") == ["moves rf-old to rf-new, started and untouched since 2019-03-01"]


@pytest.mark.need("N20", by="cloudbot records check")
def test_what_is_assumed_and_what_was_seen_long_ago_are_told_apart_from_what_is_known() -> None:
    assert said(ON, "G-STATUS-ASSUMED") == ["has buster assumed, and nobody looked"]
    assert said(ON, "G-STATUS-STALE") == []
    assert said(date(2020, 8, 13), "G-STATUS-STALE") == ["has buster verified on 2019-07-10, which is long ago"]


@pytest.mark.need("N25", by="cloudbot records check")
def test_nobody_can_book_and_it_is_said_what_is_lacking() -> None:
    lacks = "has provisional dates and no accepted decision and no budget approval, so that nobody can book"
    assert said(date(2019, 8, 1), "P-BOOKING") == [lacks]


@pytest.mark.need("N51", by="cloudbot records check")
def test_an_image_in_the_scope_of_the_delegation_without_a_policy_is_reported() -> None:
    assert said(ON, "I-POLICY-GAP") == ["is in the scope of cloud and has no adopted policy"]


@pytest.mark.need("N55", by="cloudbot records check")
def test_an_old_box_and_its_unknown_custodian_are_reported() -> None:
    assert said(ON, "I-STALE") == ["is 184 days old, and 35 are allowed"]
    assert said(ON, "I-NO-CUSTODIAN") == ["is published as debian on box hub, and nobody is known who can sign in"]


@pytest.mark.real
@pytest.mark.skipif(not ORIGINAL.exists(), reason="the set as it came is not here")
def test_the_example_differs_from_the_set_as_it_came_only_as_its_sources_say() -> None:
    came = {p.relative_to(ORIGINAL).as_posix(): p.read_bytes() for p in ORIGINAL.rglob("*.toml")}
    ours = example()
    table = came.pop("expected_findings.toml")
    assert table == (Path(__file__).parent / "expected_findings.toml").read_bytes()
    assert {path for path in came if came[path] != ours.get(path)} == {"actions/A-2018-001.toml"}
    assert sorted(path for path in ours.keys() - came.keys() if not path.startswith(ANSWERING)) == [
        "SOURCES.md",
        "policy/activity.toml",
        "policy/consensus.toml",
        "policy/permissions.toml",
        "policy/retention.toml",
        "sprints/s2018/sprint.toml",
    ]
