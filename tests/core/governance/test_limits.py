"""Every rule found in thirteen charters can be written as a dated version of the policy, and holds its vectors."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.governance.eligibility import breaches
from cloudbot.core.governance.limits import most_of_one, over_limit
from cloudbot.core.records.kinds.policies import CoiVersion, PolicyCoi
from tests.core.governance.teams import person, provider, rule, view_of

TABLE = tomllib.loads((Path(__file__).parent / "affiliation_limit_rules.toml").read_text(encoding="utf-8"))
RULES = {one["id"]: one for one in TABLE["rules"]}
KINDS = ["employment", "contract", "ownership"]
"Where a charter names no kinds: a substantive part of the income."
AS_IT_IS = ("form", "max", "num", "den", "inclusive", "seats", "group_by", "target", "when", "grace_days", "on_break")
DAY = date(2020, 1, 1)


def version(charter: dict[str, Any]) -> str:
    """Write the rule of a charter as a version of the policy."""
    lines = [
        "v = 1",
        f"scope = {charter.get('scope', 'delegates')!r}",
        f"interests = {charter.get('interests', KINDS)}",
    ]
    lines += [f"{key} = {_toml(charter[key])}" for key in AS_IT_IS if key in charter]
    if "base" in charter:
        lines.append("base = 'seats'")
    if "table" in charter:
        sizes = ", ".join(f"'{row.get('from', 1)}' = {row['max']}" for row in charter["table"])
        lines.append(f"sizes = {{ {sizes} }}")
    rest = "; ".join(
        str(charter[key]) for key in ("waiver", "exception", "edge_cases", "affiliated_if") if key in charter
    )
    lines += [f'note = "{rest}"'] if rest else []
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def read(charter: dict[str, Any]) -> CoiVersion:
    return view_of(rule(version(charter)), "2020-01-01").policy(PolicyCoi).versions[0]


@pytest.mark.need("N47", by="!coi")
@pytest.mark.parametrize("charter", RULES.values(), ids=RULES)
def test_every_rule_of_the_table_can_be_written_as_a_version_of_the_policy(charter: dict[str, Any]) -> None:
    written = read(charter)
    assert {key: getattr(written, key) for key in AS_IT_IS if key in charter} == {
        key: charter[key] for key in AS_IT_IS if key in charter
    }


@pytest.mark.parametrize("vector", TABLE["vectors"], ids=lambda vector: vector["id"])
def test_every_vector_holds(vector: dict[str, Any]) -> None:
    """The groups of a vector are made providers, organisations and people, so that all of the evaluator is asked."""
    charter = RULES[vector["rule"]]
    seats = {"seats": vector["seats"]} if "seats" in vector else {}
    since = DAY - timedelta(days=vector.get("broken_since_days", 0))
    files = rule(version({**charter, **seats}))
    groups = sorted({group for groups in vector["members"] for group in groups})
    by_provider = charter.get("group_by", "provider") == "provider"
    for group in groups:
        files |= provider(group, (f"{group}-org", "", "")) if by_provider else {}
    people = [f"p{number}" for number in range(len(vector["members"]))]
    for name, its in zip(people, vector["members"], strict=True):
        files |= person(name, *((f"{one}-org" if by_provider else one, "employment", str(since), "") for one in its))
    view = view_of(files, str(DAY))
    appointing = charter.get("when") == "appointment"
    found = breaches(view, people, DAY, view.policy(PolicyCoi).versions, appointing=appointing)
    assert (not [one for one in found if one.last_day is None]) is vector["ok"]


@pytest.mark.parametrize(
    ("id_", "size", "most"),
    [
        ("debian-cloud-2018", 3, 0),
        ("debian-cloud-current", 3, 1),
        ("nix-soft", 7, 1),
        ("nix-hard", 7, 2),
        ("k8s-steering", 5, 2),
        ("openstack-tc", 9, 4),
        ("rust-council", 5, 1),
        ("rust-council", 6, 2),
        ("rust-council", 60, 2),
    ],
)
def test_how_many_of_one_group_may_sit_together(id_: str, size: int, most: int) -> None:
    assert most_of_one(read(RULES[id_]), size) == most


@pytest.mark.parametrize(("inclusive", "most"), [("true", 2), ("false", 1)])
def test_exactly_the_fraction_is_allowed_only_where_the_rule_says_so(inclusive: str, most: int) -> None:
    text = f'v = 1\nscope = "delegates"\nform = "max_fraction"\nnum = 1\nden = 3\ninclusive = {inclusive}\n'
    text += 'base = "members"\ninterests = ["employment"]\n'
    written = view_of(rule(text), "2020-01-01").policy(PolicyCoi).versions[0]
    assert most_of_one(written, 6) == most


def test_a_fraction_of_the_members_shrinks_with_them_and_one_of_seats_does_not() -> None:
    charter = RULES["k8s-steering"]
    text = version(charter).replace("base = 'seats'", "base = 'members'")
    members = view_of(rule(text), "2020-01-01").policy(PolicyCoi).versions[0]
    assert (most_of_one(members, 5), most_of_one(read(charter), 5)) == (1, 2)


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.frozensets(st.sampled_from("xyz")), max_size=8),
    st.integers(0, 3),
)
def test_who_is_in_no_group_never_counts_and_who_leaves_never_adds(
    members: dict[str, frozenset[str]], most: int
) -> None:
    text = f'v = 1\nscope = "delegates"\nform = "max_count"\nmax = {most}\ninterests = ["employment"]\n'
    written = view_of(rule(text), "2020-01-01").policy(PolicyCoi).versions[0]
    over = {one.group: len(one.people) for one in over_limit(written, members)}
    counts = {group: sum(group in its for its in members.values()) for group in "xyz"}
    assert over == {group: count for group, count in counts.items() if count > most}
