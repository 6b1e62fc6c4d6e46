"""What leads from one organisation to another: a closure that only grows with facts, whatever circles they make."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.governance.eligibility import breaches, rules_on
from cloudbot.core.governance.facts import facts_of
from cloudbot.core.governance.graph import graph_on
from cloudbot.core.governance.interests import interests_of, path
from cloudbot.core.governance.years import every_day, over_years
from cloudbot.core.records.tree import Tree, View
from tests.core.governance.teams import edge, org, person, provider, rule, tree_of

NAMES = ("a1", "b2", "c3", "d4", "e5")
FIRST = date(2020, 1, 1)
LENGTH = 12
KEYS = (True, False)
"Whether an edge is to who controls it, or to a client."
DAYS = st.integers(0, LENGTH).map(lambda number: FIRST + timedelta(days=number))
SPANS = st.tuples(DAYS, DAYS).filter(lambda pair: pair[0] < pair[1])
EDGES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans(), SPANS).filter(
        lambda one: one[0] != one[1]
    ),
    max_size=8,
)
TIES = st.lists(
    st.tuples(
        st.sampled_from(("ann", "bob")), st.sampled_from(NAMES), st.sampled_from(("employment", "contract")), SPANS
    ),
    max_size=5,
)
Edges = list[tuple[str, str, bool, tuple[date, date]]]
Ties = list[tuple[str, str, str, tuple[date, date]]]
RULES = (
    'v = 1\nto = 2020-01-07\nscope = "delegates"\nform = "forbid"\ninterests = ["employment"]\n',
    (
        'v = 2\nfrom = 2020-01-05\nscope = "delegates"\nform = "max_count"\nmax = 1\n'
        'interests = ["employment", "contract"]\n'
    ),
)


def tree_with(edges: Edges, ties: Ties | None = None) -> Tree:
    files = rule(*RULES) | provider("big", ("e5", "2020-01-03", "")) | provider("small", ("c3", "", "2020-01-09"))
    for name in NAMES:
        mine = [one for one in edges if one[0] == name]
        ends = {
            kind: [(one[1], str(one[3][0]), str(one[3][1])) for one in mine if one[2] is kind] for kind in (True, False)
        }
        files |= org(name, edge("parents", *ends[True]) + edge("contracts_for", *ends[False]))
    for who in ("ann", "bob"):
        files |= person(
            who, *((at, kind, str(days[0]), str(days[1])) for one, at, kind, days in ties or [] if one == who)
        )
    return tree_of(files)


def reached(tree: Tree, start: str, day: date) -> frozenset[str]:
    graph = graph_on(tree, day)
    home = graph.of(start)
    return frozenset(name for family in {home, *graph.works_for(home)} for name in graph.orgs(family))


@given(EDGES, st.sampled_from(NAMES), DAYS)
def test_what_is_reached_is_what_a_walk_reaches(edges: Edges, start: str, day: date) -> None:
    tree = tree_with(edges)
    steps = facts_of(tree).steps
    assert reached(tree, start, day) == {name for name in NAMES if path(steps, start, name, day) is not None}


@given(EDGES, EDGES, st.sampled_from(NAMES), DAYS)
def test_more_facts_never_take_an_organisation_away(edges: Edges, more: Edges, start: str, day: date) -> None:
    assert reached(tree_with(edges), start, day) <= reached(tree_with(edges + more), start, day)


@given(EDGES, st.sampled_from(NAMES), DAYS)
def test_what_is_reached_reaches_nothing_else(edges: Edges, start: str, day: date) -> None:
    tree = tree_with(edges)
    every = reached(tree, start, day)
    assert {name for one in every for name in reached(tree, one, day)} == every


@given(EDGES, st.sampled_from(NAMES), DAYS)
def test_a_way_is_made_of_steps_that_hold_and_follow_each_other(edges: Edges, start: str, day: date) -> None:
    tree = tree_with(edges)
    for end in reached(tree, start, day):
        way = path(facts_of(tree).steps, start, end, day)
        assert way is not None
        assert [one.start for one in way] + [end] == [start, *(one.end for one in way)]
        assert [one for one in way if not one.holds(day)] == []


@given(EDGES, TIES)
def test_years_say_of_each_day_what_the_day_says_of_itself(edges: Edges, ties: Ties) -> None:
    tree = tree_with(edges, ties)
    last = FIRST + timedelta(days=LENGTH)
    view = View(tree, last, last)
    each = {
        day: {
            (one.version.v, one.group): len(one.people)
            for one in breaches(view, ["ann", "bob"], day, rules_on(view, day, "cloud"))
        }
        for day in (FIRST + timedelta(days=number) for number in range(LENGTH + 1))
    }
    assert dict(every_day(over_years(view, ["ann", "bob"], "cloud", FIRST, last))) == each


@given(EDGES, TIES, DAYS)
def test_a_provider_that_will_be_run_is_one_more_for_who_may_judge(edges: Edges, ties: Ties, day: date) -> None:
    view = View(tree_with(edges, ties), day, day)
    now, coming = (interests_of(view, "ann", day, coming=later).providers() for later in (False, True))
    assert now <= coming
