"""The hard cases of conflict of interest, by the numbers of the specification, and cases of public trackers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.governance.declared import declared_on
from cloudbot.core.governance.eligibility import breaches, rules_on, sitting, ways_into
from cloudbot.core.governance.explaining import explained, why
from cloudbot.core.governance.interests import interests_of
from cloudbot.core.governance.recusals import bound_to, counted_support, outside_view, recused
from cloudbot.core.records.changing import By, judge
from cloudbot.core.records.checking import findings_of
from cloudbot.core.records.checks import RULES
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.policies import PolicyCoi
from tests.core.governance.teams import (
    NOBODY,
    ONE_EACH,
    appointed,
    decision,
    declaration,
    edge,
    interest,
    org,
    person,
    provider,
    rule,
    support,
    team_of_the_example,
    tree_of,
    view_of,
)

if TYPE_CHECKING:
    from cloudbot.core.governance.recusals import Conflict, OutsideView
    from cloudbot.core.records.tree import View
    from tests.core.governance.teams import Files

BIG = provider("big", ("bigco", "", "")) | org("bigco")
AT_BIG = ("bigco", "employment", "2018-01-01", "")
SWISS = ("swisshost", "employment", "2018-01-01", "")


def over(view: View, *people: str) -> list[str]:
    """Return what stands against a group on the day, as the subjects of findings."""
    rules = rules_on(view, view.on, "cloud")
    return [f"{one.rule}:{each}" for one in breaches(view, people, view.on, rules) for each in one.subjects]


def bound(files: Files, who: str, day: str) -> list[str]:
    return sorted(interests_of(view_of(files, day), who, date.fromisoformat(day)).providers())


def found(files: Files, day: str, family: str = "C-") -> list[str]:
    every = findings_of(view_of(files, day), RULES)
    return sorted(f"{one.severity} {one.key}" for one in every if one.rule.startswith(family))


def the_decision(view: View) -> Decision:
    return view.all(Decision)[0].record


def away(files: Files, day: str = "2019-06-10") -> dict[str, Conflict]:
    view = view_of(files, day)
    return dict(recused(view, the_decision(view)))


def outside(files: Files) -> OutsideView | None:
    view = view_of(files, "2019-06-10")
    return outside_view(view, the_decision(view))


def judged(before: Files, after: Files, by: str, day: str, *approvers: str) -> list[str]:
    on = date.fromisoformat(day)
    told = judge(tree_of(before), tree_of(after), By(person=by, approvers=approvers), on, on)
    return [f"{one.severity} {one.key}" for one in told]


def test_30_one_person_is_blocked_by_the_first_version_and_fine_by_the_second() -> None:
    view = team_of_the_example("2021-05-01")
    versions = view.policy(PolicyCoi).versions
    blocked = [[one.subjects for one in breaches(view, ["bob"], view.on, [each])] for each in versions]
    assert blocked == [[("bob/swisshost",)], []]


def test_31_an_employer_that_opens_a_cloud_makes_a_delegate_conflicted_without_an_edit_of_the_person() -> None:
    files = rule(NOBODY) | org("swisshost") | provider("swiss", ("swisshost", "2021-05-01", ""))
    files |= person("bob", SWISS) | appointed("bob") | declaration("bob", "2021-01-01", interest('org = "swisshost"'))
    assert found(files, "2021-04-30") == []
    assert found(files, "2021-05-01") == ["D C-FORBIDDEN:bob/swiss"]


def test_31_who_declared_that_there_is_none_contradicts_it_from_that_day_on_and_is_not_blamed_for_the_day_before() -> (
    None
):
    files = rule(ONE_EACH) | org("swisshost") | provider("swiss", ("swisshost", "2021-05-01", ""))
    files |= person("bob", SWISS) | appointed("bob") | declaration("bob", "2021-01-01")
    assert [found(files, day) for day in ("2021-04-30", "2021-05-01")] == [[], ["D C-DECL-CONTRADICT:bob-2021-01-01"]]


@pytest.mark.parametrize(("day", "providers"), [("2020-01-01", ["big", "small"]), ("2020-01-02", ["small"])])
def test_32_a_contractor_with_two_clients_is_bound_to_both_until_a_contract_is_over(
    day: str, providers: list[str]
) -> None:
    files = BIG | provider("small", ("smallco", "", "")) | org("smallco")
    files |= org("ann-works", edge("contracts_for", ("bigco", "", "2020-01-02"), ("smallco", "", "")))
    files |= person("ann", ("ann-works", "self_employed", "2019-01-01", ""))
    assert bound(files, "ann", day) == providers


def test_33_an_employee_and_a_contractor_of_one_provider_are_one_too_many_and_both_ways_are_told() -> None:
    view = team_of_the_example("2023-04-01")
    assert over(view, "dan", "erin") == ["C-MAX:bigblue/2"]
    rules = rules_on(view, view.on, "cloud")
    told = [explained(view, ways_into(view, rules[0], one, "bigblue", view.on)[0]) for one in ("dan", "erin")]
    assert told == [
        (
            "employment at Consult Co GmbH since 2008-01-01; Consult Co GmbH has a contract with Big Blue Corp "
            "from 2015-01-01 until 2024-01-01"
        ),
        "employment at Big Blue Corp since 2023-04-01",
    ]


def test_33_the_second_appointment_is_refused_in_either_order() -> None:
    base = rule(ONE_EACH) | BIG | person("ann", AT_BIG) | person("bob", AT_BIG) | person("zoe")
    base |= declaration("ann", "2019-01-01", interest('org = "bigco"'))
    base |= declaration("bob", "2019-01-01", interest('org = "bigco"'))

    def second(first: str, then: str) -> list[str]:
        act = appointed(then, day="2019-02-02", name="a2")
        act = {path: text.replace('replaces = "all"', 'replaces = "none"') for path, text in act.items()}
        before = base | appointed(first)
        return judged(before, before | act, "zoe", "2019-02-02", "ann", "bob")

    assert second("ann", "bob") == ["E C-MAX:big/2"]
    assert second("bob", "ann") == ["E C-MAX:big/2"]


def test_34_who_leaves_one_and_joins_another_on_a_day_is_bound_to_one_each_day() -> None:
    files = BIG | provider("small", ("smallco", "", "")) | org("smallco")
    files |= person(
        "ann", ("bigco", "employment", "2019-01-01", "2020-01-01"), ("smallco", "employment", "2020-01-01", "")
    )
    assert [bound(files, "ann", day) for day in ("2019-12-31", "2020-01-01")] == [["big"], ["small"]]


@pytest.mark.parametrize(("day", "clash"), [("2019-12-31", []), ("2020-01-01", ["C-MAX:big/2"]), ("2022-01-01", [])])
def test_35_an_acquisition_makes_one_family_overnight_and_its_end_two(day: str, clash: list[str]) -> None:
    files = rule(ONE_EACH) | BIG | org("smallco", edge("parents", ("bigco", "2020-01-01", "2022-01-01")))
    files |= person("ann", AT_BIG) | person("bob", ("smallco", "employment", "2015-01-01", ""))
    assert over(view_of(files, day), "ann", "bob") == clash


def test_35_control_counts_downwards_and_between_sisters_too() -> None:
    files = BIG | org("sister", edge("parents", ("mother", "", ""))) | org("mother")
    files |= org("bigco", edge("parents", ("mother", "", "")))
    files |= person("ann", ("sister", "employment", "", "")) | person("bob", ("mother", "employment", "", ""))
    assert [bound(files, one, "2020-01-01") for one in ("ann", "bob")] == [["big"], ["big"]]


def test_36_a_circle_of_owners_a_diamond_and_a_chain_ten_deep_end_with_the_shortest_way() -> None:
    files = BIG | org("bigco", edge("parents", ("left", "", ""), ("right", "", "")))
    files |= org("left", edge("parents", ("top", "", ""))) | org("right", edge("parents", ("top", "", "")))
    files |= org("top", edge("parents", ("bigco", "", "")))
    for depth in range(10):
        files |= org(f"o{depth}x", edge("contracts_for", (f"o{depth + 1}x" if depth < 9 else "left", "", "")))
    files |= person("ann", ("o0x", "employment", "", "")) | rule(ONE_EACH)
    view = view_of(files, "2020-01-01")
    (way,) = ways_into(view, view.policy(PolicyCoi).versions[0], "ann", "big", view.on)
    assert (bound(files, "ann", "2020-01-01"), len(way.steps)) == (["big"], 11)


def test_37_an_unrelated_member_leaves_and_two_blameless_people_are_too_many() -> None:
    table = (
        'v = 1\nscope = "delegates"\nform = "size_table"\nsizes = { "1" = 1, "6" = 2 }\ngroup_by = "related_entities"\n'
    )
    files = rule(table + 'interests = ["employment"]\n') | BIG | person("ann", AT_BIG) | person("bob", AT_BIG)
    others = ("cid", "deb", "eva", "fay")
    for one in others:
        files |= person(one)
    view = view_of(files, "2020-01-01")
    assert over(view, "ann", "bob", *others) == []
    assert over(view, "ann", "bob", *others[1:]) == ["C-MAX:bigco/2"]


def test_39_an_unpaid_seat_on_a_board_is_no_interest_in_a_provider_and_recuses_where_it_is_about_that_board() -> None:
    files = org("trust") | BIG | rule(NOBODY) | appointed("ann")
    files |= person("ann", ("trust", "board", "2016-01-01", ""), share="unpaid")
    assert bound(files, "ann", "2019-06-10") == []
    there = files | decision('orgs = ["trust"]\n')
    view = view_of(there, "2019-06-10")
    assert {name: why(view, one) for name, one in away(there).items()} == {
        "ann": "seat on the board of Trust Ltd since 2016-01-01"
    }


@pytest.mark.parametrize(
    ("more", "day", "state"),
    [
        ({}, "2020-06-01", "missing"),
        (declaration("ann", "2020-01-01"), "2020-06-01", "none"),
        (declaration("ann", "2020-01-01"), "2021-01-01", "none"),
        (declaration("ann", "2020-01-01"), "2021-01-02", "stale"),
        (declaration("ann", "2020-02-29"), "2021-03-01", "stale"),
        (declaration("ann", "2020-02-29"), "2021-02-28", "none"),
        (declaration("ann", "2020-01-01", more="valid_until = 2020-03-31\n"), "2020-04-01", "stale"),
        (declaration("ann", "2020-01-01", more='covers = ["sprints"]\n'), "2020-06-01", "missing"),
        (declaration("ann", "2020-01-01", interest("private = true", "declared")), "2020-06-01", "private"),
        (declaration("ann", "2020-01-01", interest('org = "bigco"')), "2020-06-01", "declared"),
        (declaration("ann", "2020-01-01"), "2019-12-31", "missing"),
    ],
)
def test_40_undeclared_none_private_and_stale_are_four_things(more: Files, day: str, state: str) -> None:
    view = view_of(BIG | person("ann") | more, day)
    assert declared_on(view, "ann", view.on).state == state


def test_41_nobody_edits_the_declaration_of_another() -> None:
    before = person("ann") | person("bob") | declaration("ann", "2020-01-01")
    after = before | declaration("ann", "2020-01-01", interest('provider = "big"')) | BIG
    assert "E C-DECL-AUTHOR:ann-2020-01-01" in judged(before | BIG, after, "bob", "2020-01-02", "ann")


def test_41_a_declaration_that_is_written_anew_after_a_decision_was_opened_changes_nothing_there() -> None:
    files = BIG | person("ann") | decision('providers = ["big"]\n', support("ann"))
    files |= declaration("ann", "2019-05-01", interest('org = "bigco"')) | declaration("ann", "2019-06-05")
    assert list(away(files)) == ["ann"]
    assert list(away(files | decision('providers = ["big"]\n', opened="2019-06-06"))) == []


def test_43_what_only_the_private_part_knows_changes_the_public_result_on_the_day() -> None:
    hidden = declaration("ann", "2019-05-01", interest("private = true", "declared"))
    files = rule(NOBODY) | BIG | hidden | person("ann", ("bigco", "employment", "2020-01-01", ""))
    assert [over(view_of(files, day), "ann") for day in ("2019-12-31", "2020-01-01")] == [[], ["C-FORBIDDEN:ann/big"]]


def test_44_who_is_named_in_the_words_is_a_topic_whatever_is_tagged() -> None:
    files = BIG | person("ann", AT_BIG) | decision("", support("ann"), title="Push images to the Big Cloud first")
    assert list(away(files)) == ["ann"]
    assert found(files, "2019-06-10", "L-TOPIC") == ["W L-TOPIC:D-2019-001/big"]


@pytest.mark.need("N47", by="recusal")
def test_45_more_than_a_third_of_the_delegates_or_fewer_than_the_quorum_needs_a_view_from_outside() -> None:
    base = BIG | decision('providers = ["big"]\n') | person("bob") | person("cid") | appointed("ann", "bob", "cid")
    one = outside(base | person("ann", AT_BIG))
    two = outside(base | person("ann", AT_BIG) | person("bob", AT_BIG))
    everybody = BIG | decision('providers = ["big"]\n') | person("ann", AT_BIG) | person("bob", AT_BIG)
    every = outside(everybody)
    assert one is None
    assert two is not None
    assert (two.out, two.delegates) == (("ann", "bob"), 3)
    assert every is not None
    assert (every.left, every.quorum) == (0, 1)


def test_45_the_only_expert_may_support_and_is_not_counted() -> None:
    files = BIG | person("ann", AT_BIG) | person("bob") | decision('providers = ["big"]\n', support("ann", "bob"))
    view = view_of(files, "2019-06-10")
    assert counted_support(view, the_decision(view)) == {"bob"}
    assert found(files, "2019-06-10", "C-RECUSE") == ["W C-RECUSE:D-2019-001/ann"]


def test_46_who_gains_does_not_approve_alone() -> None:
    before = rule(ONE_EACH) | person("ann") | person("zoe") | declaration("ann", "2019-01-01")
    after = before | appointed("ann", day="2019-02-02")
    assert judged(before, after, "zoe", "2019-02-02", "ann") == ["E H-PERM:delegation-act a1"]


@pytest.mark.parametrize("end", ["2020-01-01", "2020-01-02", "2021-01-01"])
def test_47_who_is_bound_to_a_provider_does_not_end_that_alone_by_its_operators_today_or_later(end: str) -> None:
    before = BIG | person("ann", AT_BIG) | person("zoe") | appointed("ann", "zoe")
    after = before | provider("big", ("bigco", "", end))
    assert judged(before, after, "ann", "2020-01-01") == ["E H-PERM:big/ann", "E H-PERM:provider big"]
    assert judged(before, after, "ann", "2020-01-01", "zoe") == []


def test_47_over_a_family_of_companies_too() -> None:
    before = BIG | org("sub", edge("parents", ("bigco", "", ""))) | person("ann", ("sub", "employment", "", ""))
    after = before | org("sub")
    assert "E H-PERM:sub/ann" in judged(before, after, "ann", "2020-01-01")


def test_48_of_a_private_interest_and_one_of_a_family_no_more_is_said_than_that_it_is_declared() -> None:
    files = BIG | person("ann") | decision('providers = ["big"]\n')
    files |= declaration("ann", "2019-05-01", interest('org = "bigco"', "family"))
    recorded = (
        BIG
        | person("ann")
        | decision('providers = ["big"]\n', 'recusals = [{ person = "ann", why = "declared interest" }]\n')
    )
    view = view_of(files, "2019-06-10")
    assert {name: why(view, one) for name, one in away(files).items()} == {"ann": "declared interest"}
    assert list(away(recorded)) == ["ann"]


def test_an_affiliation_without_consent_is_counted_and_not_told() -> None:
    told = {
        p: t + "consent_public = false\n" if p.startswith("people") else t for p, t in person("ann", AT_BIG).items()
    }
    files = BIG | told | decision('providers = ["big"]\n')
    view = view_of(files, "2019-06-10")
    assert {name: why(view, one) for name, one in away(files).items()} == {"ann": "declared interest"}


def test_colleagues_step_back_where_it_is_about_one_of_them() -> None:
    files = BIG | person("ann", AT_BIG) | person("bob", AT_BIG) | person("cid") | decision('persons = ["bob"]\n')
    assert {name: one.topic for name, one in away(files).items()} == {"ann": "bigco", "bob": "bob"}


def test_who_had_an_interest_when_a_provider_asked_does_not_judge_it_later() -> None:
    files = BIG | person("ann", ("bigco", "employment", "2018-01-01", "2019-03-01"))
    view = view_of(files, "2019-06-10")
    assert bound_to(view, "ann", view.on) == frozenset()
    assert bound_to(view, "ann", view.on, since=date(2019, 2, 1)) == {"big"}


def test_a_decision_is_not_closed_by_whom_it_concerns_nor_accepted_with_their_support() -> None:
    base = BIG | person("ann", AT_BIG) | person("bob") | person("cid")
    before = base | decision('providers = ["big"]\n', support("ann"))
    end = 'state = "accepted"\nclosed_at = 2019-06-24T18:00:00Z\nclosed_by = "ann"\n'
    after = base | decision('providers = ["big"]\n', support("ann") + end)
    told = [one for one in judged(before, after, "bob", "2019-06-24", "cid") if one[2:4] in {"C-", "L-"}]
    assert told == ["E C-RECUSE:D-2019-001/ann", "E L-QUORUM:D-2019-001"]


def test_a_job_change_is_never_refused_for_what_follows_from_it() -> None:
    """kubernetes/steering 59: a violation caused by somebody else's change; it is reported, for people to settle."""
    base = rule(ONE_EACH) | BIG | person("ann", AT_BIG) | appointed("ann", "bob")
    base |= declaration("ann", "2020-01-01", interest('org = "bigco"')) | declaration("bob", "2020-01-01")
    before, after = base | person("bob"), base | person("bob", ("bigco", "employment", "2020-02-01", ""))
    assert judged(before, after, "bob", "2020-02-01") == []
    assert found(after, "2020-02-01") == ["D C-DECL-CONTRADICT:bob-2020-01-01", "D C-MAX:big/2"]


def test_an_employer_stands_in_one_file_and_every_answer_follows_it() -> None:
    """kubernetes/community 3805: an employer was changed in one file, and the roster was forgotten."""
    files = BIG | appointed("ann") | rule(NOBODY)
    assert over(view_of(files | person("ann"), "2020-01-01"), "ann") == []
    assert over(view_of(files | person("ann", AT_BIG), "2020-01-01"), "ann") == ["C-FORBIDDEN:ann/big"]


def test_a_vacancy_goes_past_the_colleague_of_two_who_sit() -> None:
    """kubernetes/community 6974: the next by votes is skipped, the one after is taken."""
    limit = (
        'v = 1\nscope = "delegates"\nform = "max_count"\nmax = 2\ngroup_by = "employer"\ninterests = ["employment"]\n'
    )
    files = rule(limit) | BIG | person("dee") | appointed("ann", "bob")
    for one in ("ann", "bob", "cid"):
        files |= person(one, AT_BIG)
    view = view_of(files, "2020-01-01")
    there = sitting(view, view.on)["cloud"]
    assert (over(view, *there, "cid"), over(view, *there, "dee")) == (["C-MAX:bigco/3"], [])


def test_days_of_grace_are_counted_from_the_first_day_of_the_break() -> None:
    files = (
        rule(ONE_EACH + "grace_days = 30\n")
        | BIG
        | person("ann", AT_BIG)
        | person("bob", ("bigco", "employment", "2020-01-01", ""))
    )
    told = {}
    for day in ("2020-01-01", "2020-01-31", "2020-02-01"):
        view = view_of(files, day)
        (one,) = breaches(view, ["ann", "bob"], view.on, rules_on(view, view.on, "cloud"), appointing=False)
        told[day] = one.last_day
    assert told == {"2020-01-01": date(2020, 1, 31), "2020-01-31": date(2020, 1, 31), "2020-02-01": None}
