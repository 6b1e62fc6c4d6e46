"""Whatever people type of actions and sprints, in whatever order: one line that fits, and records without an error."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.core.effects import CommitRecords
from cloudbot.core.facts import CommandGiven, RecordsCommitted
from cloudbot.core.records.checking import findings_of
from cloudbot.core.records.checks import RULES
from cloudbot.core.records.tree import View
from tests.core.records.trees import TODAY
from tests.features.records.test_actions import asked
from tests.features.records.worlds import AT, bot, by, carried_out, tell

WORDS = st.sampled_from(
    [
        "s2019",
        "s2018",
        "s2020",
        "new",
        "dates",
        "2019-10-14",
        "2019-10-16",
        "final",
        "provisional",
        "booking",
        "open",
        "close",
        "budget",
        "approved",
        "declined",
        "requested",
        "<m@example.org>",
        "not",
        "needed",
        "join",
        "leave",
        "remote",
        "promise",
        "Write",
        "docs",
        "for",
        "bob",
        "before",
        "cancel",
        "state",
        "agreed",
        "announced",
        "held",
        "report",
        "https://example.org/r",
        "claims",
        "host",
        "university-w",
        "contact",
        "grace",
        "backup",
        "invite",
        "reply",
        "rainforest",
        "coming",
        "decision",
        "D-2019-001",
        "goal",
        "venue",
        "Bern,",
        "CH:",
        "visa",
        "6",
        "due",
        "friday",
        "effort",
        "2d",
        "A-2019-001",
        "A-2018-001",
        "erin",
        "swisshost",
        "none",
        "off",
        "weekly",
        "once",
        "me",
        "to",
        "!",
        "#",
        '"',
        "'",
        "ü",
        "2019-02-30",
    ]
)
TEXT = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ID = st.sampled_from(["A-2019-001", "A-2018-001", "A-2019-002", "docs", "2019-3"])
ORDERS = st.one_of(
    st.tuples(st.just("sprint"), st.fixed_dictionaries({"text": TEXT})),
    st.tuples(st.just("action"), st.fixed_dictionaries({"text": TEXT})),
    st.tuples(st.sampled_from(["accept", "unblock"]), st.fixed_dictionaries({"id": ID})),
    st.tuples(st.just("done"), st.fixed_dictionaries({"id": ID}, optional={"evidence": TEXT})),
    st.tuples(st.just("block"), st.fixed_dictionaries({"id": ID}, optional={"text": TEXT})),
    st.tuples(st.just("drop"), st.fixed_dictionaries({"id": ID}, optional={"reason": TEXT})),
    st.tuples(st.just("handover"), st.fixed_dictionaries({"id": ID, "whom": TEXT})),
    st.tuples(st.just("due"), st.fixed_dictionaries({"id": ID, "day": TEXT})),
    st.tuples(st.just("nag"), st.fixed_dictionaries({"id": ID, "how": st.sampled_from(["on", "once", "off"])})),
)
ERRORS = tuple(rule for rule in RULES if rule.worst == "E")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["bob", "erin", "grace"]), ORDERS, st.integers(0, 40)), max_size=8))
def test_every_order_is_answered_in_one_line_and_leaves_records_without_an_error(
    orders: list[tuple[str, tuple[str, dict[str, str]], int]],
) -> None:
    one, at = bot(), AT
    for number, (person, (command, args), days) in enumerate(orders):
        at += timedelta(days=days)
        lines = tell(one, replace(order((person, (command, args)), f"n{number}"), at=at))
        assert len(lines) == 1, lines
        assert len(lines[0].encode()) <= 400, lines
    assert one.records is not None
    found = findings_of(View(one.records.tree, at.date(), TODAY), ERRORS)
    assert [str(finding) for finding in found if finding.severity == "E"] == []
    for question in ("!actions", "!sprint", "!sprints", "!sprint s2019", "!action A-2019-001"):
        shown = asked(one, question, at=at)
        assert 1 <= len(shown) <= 3
        assert [line for line in shown if len(line.encode()) > 400] == []


LIKELY = st.sampled_from([
    ("accept", {"id": "A-2019-001"}),
    ("unblock", {"id": "A-2018-001"}),
    ("done", {"id": "A-2019-001", "evidence": "https://example.org/x"}),
    ("block", {"id": "A-2019-001", "text": "carol"}),
    ("drop", {"id": "A-2019-001", "reason": "late"}),
    ("handover", {"id": "A-2019-001", "whom": "grace"}),
    ("due", {"id": "A-2019-001", "day": "friday"}),
    ("due", {"id": "A-2019-001", "day": "none"}),
    ("nag", {"id": "A-2018-001", "how": "on"}),
    ("nag", {"id": "A-2018-001", "how": "off"}),
    ("handover", {"id": "A-2018-001", "whom": "frank"}),
    ("action", {"text": "Write docs for grace"}),
    ("sprint", {"text": "join remote"}),
    ("sprint", {"text": "s2019 leave"}),
    ("sprint", {"text": "cancel"}),
    ("sprint", {"text": "promise Write docs"}),
    ("sprint", {"text": "invite bigblue"}),
    ("sprint", {"text": "reply bigblue coming"}),
    ("sprint", {"text": "budget declined"}),
    ("sprint", {"text": "dates 2019-10-21 2019-10-23"}),
    ("sprint", {"text": "new s2020 Cloud sprint 2020"}),
])  # fmt: skip


@settings(max_examples=100)
@given(st.tuples(st.sampled_from(["bob", "erin"]), LIKELY), st.tuples(st.sampled_from(["bob", "erin"]), LIKELY))
def test_what_changes_something_after_a_race_would_have_been_granted_after_it_too(
    first: tuple[str, tuple[str, dict[str, str]]], second: tuple[str, tuple[str, dict[str, str]]]
) -> None:
    one = bot()
    stale = [effect for effect in one.take(order(second, "n2")) if isinstance(effect, CommitRecords)]
    tell(one, order(first, "n1"))
    before = one.records
    applied = [isinstance(carried_out(one, effect, AT), RecordsCommitted) for effect in stale]
    raced = one.records
    one.records = before
    anew = [effect for effect in one.take(order(second, "n3")) if isinstance(effect, CommitRecords)]
    granted = [isinstance(carried_out(one, effect, AT), RecordsCommitted) for effect in anew]
    assert before is not None
    assert raced is not None
    assert one.records is not None
    if any(applied) and raced.tree.texts != before.tree.texts:
        assert any(granted)
        assert raced.tree.texts == one.records.tree.texts


def order(wanted: tuple[str, tuple[str, dict[str, str]]], number: str) -> CommandGiven:
    person, (command, args) = wanted
    return replace(by(person, command, number=number), args=args)
