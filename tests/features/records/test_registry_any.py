"""Whatever is typed after a command of the registry, it is one answer that fits, and what is kept is whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.core.records.checking import findings_of
from cloudbot.core.records.checks import RULES
from cloudbot.core.records.tree import View
from tests.core.records.trees import TODAY
from tests.features.records.test_moderating import known
from tests.features.records.worlds import AT, bot, typed

COMMANDS = ("register", "registration", "verify", "can", "train", "untrain", "offer", "migration", "account")
SECRET = "glpat-0123456789abcdefghij"
TYPED = """
    swisshost Swiss-Host rainforest bigblue buster new missing retired wants webhook feed R-2019-001 R-2019-002
    approve refuse ask answered key until expires 2019-09-01 2w 0123456789ABCDEF0123456789ABCDEF01234567 suspend
    resume revoke expire publish image-finder https://example.org/it grace dan me from searchco contact backup
    follow-up O-2018-001 O-2019-001 accepted lost used rf-old rf-new bb-1 to sunset started both-live frozen
    closed custody add remove help list " / @  #topic
    """
WORDS = (*TYPED.split(), "\x02", "ä" * 120, "x" * 200)
VERBS = ("approve", "refuse", "ask why?", "answered", "key 0123456789ABCDEF0123456789ABCDEF01234567 until 2w", "resume")
LINES = st.tuples(st.sampled_from(COMMANDS), st.lists(st.sampled_from(WORDS), max_size=7))
PEOPLE = st.sampled_from(("alice", "bob", "carol", "dan", "grace"))


@given(st.lists(st.tuples(PEOPLE, LINES), min_size=1, max_size=8))
@settings(deadline=None, max_examples=150)
def test_whatever_is_typed_is_answered_in_lines_that_fit_and_leaves_records_without_errors(
    orders: list[tuple[str, tuple[str, list[str]]]],
) -> None:
    one = bot()
    for person, (command, words) in orders:
        assert typed(one, person, f"!{command} {' '.join(words)}".strip())
    assert one.records is not None
    found = findings_of(View(one.records.tree, AT.date(), TODAY), RULES)
    assert [str(finding) for finding in found if finding.severity == "E"] == []


@given(LINES, st.integers(0, 7))
@settings(deadline=None, max_examples=100)
def test_a_secret_among_any_words_is_neither_repeated_nor_kept(line: tuple[str, list[str]], place: int) -> None:
    one = bot()
    before = one.records
    command, words = line
    said = typed(one, "alice", f"!{command} {' '.join([*words[:place], SECRET, *words[place:]])}")
    assert [each for each in said if SECRET in each] == []
    assert one.records is before


@given(st.lists(st.tuples(PEOPLE, st.sampled_from(VERBS)), max_size=10))
@settings(deadline=None, max_examples=100)
def test_in_whatever_order_it_is_judged_it_is_approved_only_by_two_without_interest(
    orders: list[tuple[str, str]],
) -> None:
    one = bot()
    for person, verb in orders:
        typed(one, person, f"!registration R-2019-001 {verb}")
    end = known(one)
    approving = {said.person for said in end.moderators if said.verdict == "approve"}
    assert {said.person for said in end.moderators} <= {"alice", "carol"}
    assert end.state not in {"approved", "active"} or approving == {"alice", "carol"}
    assert end.key is None or end.key.issued_by in {"alice", "carol"}
