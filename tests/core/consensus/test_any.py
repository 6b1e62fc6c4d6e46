"""Whatever is done to a decision in whatever order: what may never be accepted is not."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.core.consensus.acts import (
    Act,
    Announced,
    Approved,
    Objected,
    Replaced,
    Resolved,
    Reverted,
    Revised,
    Supported,
    Ticked,
    Withdrawn,
)
from cloudbot.core.consensus.clock import ALIVE, earliest, lacking, length
from cloudbot.core.consensus.counting import blocking, is_as_proposed, supporters
from cloudbot.core.consensus.lifecycle import NotNow, Rules, transition
from cloudbot.core.consensus.writing import edits, plain
from cloudbot.core.records.drafting import draft as drafted
from cloudbot.core.records.kinds import KINDS
from cloudbot.core.records.kinds.governance import Decision, Proof, Recusal
from cloudbot.core.records.loading import load
from cloudbot.core.records.operations import Change, put
from cloudbot.core.records.splicing import splice
from tests.core.consensus.made import AT, TEAM, draft, rules

PEOPLE = st.sampled_from(("alice", "bob", "carol", "grace", "zoe"))
TITLES = st.sampled_from(("Meet each month", "Meet each mouth", "Meet each week", "Meet never"))
CLASSES = st.sampled_from(
    (
        rules(),
        rules(quorum=1),
        rules(quorum=2, external_gate="DPL"),
        rules(min_period="7d", objectors="member", restart="rest"),
        rules(announce=("irc",), quorum=1),
    )
)
PROOF = Proof(msgid="<p@example.org>")
RECUSALS = st.lists(st.builds(Recusal, person=PEOPLE, why=st.just("declared interest")), max_size=3).map(tuple)


def ticks(since: timedelta) -> st.SearchStrategy[Ticked]:
    return st.builds(
        Ticked,
        listening_since=st.integers(0, 40).map(lambda days: AT + min(timedelta(days=days), since)),
        list_read_until=st.none() | st.integers(0, 40).map(lambda days: AT + timedelta(days=days)),
        recusals=RECUSALS,
        members=st.just(TEAM),
        needs_outside_view=st.booleans(),
    )


def acts(since: timedelta) -> st.SearchStrategy[Act]:
    return st.one_of(
        ticks(since),
        st.builds(
            Announced,
            venue=st.sampled_from(("list", "irc", "mr")),
            msgid=st.none() | st.just("<m@example.org>"),
            channel=st.none() | st.just("#debian-cloud"),
        ),
        st.builds(Supported, person=PEOPLE),
        st.builds(Objected, by=PEOPLE, title=TITLES),
        st.builds(Resolved, number=st.integers(1, 3), by=PEOPLE, minutes=st.none() | st.just("a.2019-08-14-19.00")),
        st.builds(Revised, by=PEOPLE, title=TITLES, typo=st.booleans()),
        st.builds(Approved, by=PEOPLE, yes=st.just(value=True), evidence=st.just(PROOF)),
        st.sampled_from(
            (
                Withdrawn(by="grace"),
                Reverted(by="bob"),
                Approved(by="dan", yes=False, evidence=PROOF),
                Replaced(),
            )
        ),
    )


@st.composite
def lives(draw: st.DrawFn) -> tuple[Rules, list[tuple[timedelta, Act]]]:
    """A class, and acts with the time since the proposal, in order."""
    hours = sorted(draw(st.lists(st.integers(0, 40 * 24), min_size=1, max_size=8)))
    found = [(timedelta(hours=each), draw(acts(timedelta(hours=each)))) for each in hours]
    first: list[tuple[timedelta, Act]] = [
        (timedelta(), Announced(venue="list", msgid="<first@example.org>")),
        (timedelta(), Announced(venue="irc", channel="#debian-cloud")),
    ]
    end = Ticked(listening_since=AT, recusals=draw(RECUSALS), members=TEAM)
    ends: list[tuple[timedelta, Act]] = [(timedelta(days=days), end) for days in (60, 90)]
    return draw(CLASSES), [*(first if draw(st.integers(0, 4)) else []), *found, *ends]


@settings(max_examples=300, deadline=None)
@given(lives())
def test_nothing_is_accepted_that_may_not_be(life: tuple[Rules, list[tuple[timedelta, Act]]]) -> None:
    by, happened = life
    decision = draft(timedelta(days=1))
    for since, act in happened:
        before = decision
        try:
            decision = transition(before, act, by, AT + since)
        except NotNow:
            continue
        if before.state not in ALIVE | {"accepted"}:
            assert decision == before
        if decision.state != "accepted" or before.state == "accepted":
            continue
        least = earliest(decision, by.class_)
        assert isinstance(act, Ticked)
        assert blocking(decision, by.class_, TEAM) == ()
        assert lacking(decision, by.class_) == ()
        assert least is not None
        assert AT + since >= max(decision.deadline, least, act.listening_since) + length(by.policy.mail_grace)
        recused = {one.person for one in (*decision.recusals, *act.recusals)}
        assert len(supporters(decision) - recused - {"grace"}) >= by.class_.quorum
        assert by.class_.external_gate is None or (decision.gate is not None and decision.gate.state == "approved")
        assert is_as_proposed(decision)


KIND = next(kind for kind in KINDS if kind.model is Decision)


def text_of(decision: Decision) -> str:
    keys = [name for name in type(decision).model_fields if name not in {"schema_", "id"}]
    values = {type(decision).model_fields[name].alias or name: getattr(decision, name) for name in keys}
    given_ = [put(key, value=plain(value)) for key, value in values.items() if value is not None]
    return drafted(KIND, Change(kind="decision", id=decision.id, edits=tuple(given_), make=True))


@settings(max_examples=60, deadline=None)
@given(lives())
def test_the_edits_of_each_act_make_its_file_of_the_file_before(
    life: tuple[Rules, list[tuple[timedelta, Act]]],
) -> None:
    by, happened = life
    decision = draft(timedelta(days=1))
    text, path = text_of(decision), "decisions/2019/D-2019-003.toml"
    for since, act in happened:
        try:
            after = transition(decision, act, by, AT + since)
        except NotNow:
            continue
        for edit in edits(decision, after):
            text = splice(text, edit)
        decision = after
    tree, findings = load({path: text.encode()}, {})
    assert findings == []
    assert [one.record for one in tree.filed] == [decision]
