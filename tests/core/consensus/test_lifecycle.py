"""The life of a decision, act by act: what starts its clock, what stops it, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.consensus.acts import (
    Announced,
    Approved,
    Objected,
    Replaced,
    Resolved,
    Reverted,
    Revised,
    Supported,
    Withdrawn,
)
from cloudbot.core.consensus.counting import asked_again, supporters
from cloudbot.core.consensus.lifecycle import NotNow
from cloudbot.core.records.kinds.governance import Proof, Recusal
from tests.core.consensus.made import AT, CHANNEL, DAY, HOUR, LIST, TITLE, after, draft, opened, rules, tick

if TYPE_CHECKING:
    from cloudbot.core.consensus.acts import Act
    from cloudbot.core.consensus.lifecycle import Rules
    from cloudbot.core.records.kinds.governance import Decision

END = 3 * DAY + HOUR
"When the period of the class is over: it began with the announcement, an hour after the proposal."
CLOSE = END + 6 * HOUR
NO = Objected(by="bob", title="too often")
STANDARD = rules(quorum=1)


def refused(decision: Decision, act: Act, since: timedelta = 2 * HOUR, by: Rules | None = None) -> str:
    with pytest.raises(NotNow) as no:
        after(decision, (since, act), by=by)
    return no.value.why


@pytest.mark.parametrize(
    "acts",
    [
        (),
        ((HOUR, LIST),),
        ((HOUR, CHANNEL),),
        ((HOUR, Announced(venue="list")), (HOUR, CHANNEL)),
        ((HOUR, Announced(venue="mr", url="https://example.org/1")), (HOUR, CHANNEL)),
    ],
    ids=["nowhere", "list only", "channel only", "no proof of the mail", "a merge request is no list"],
)
def test_nothing_runs_before_it_stands_on_the_list_and_in_the_channel(acts: tuple[tuple[timedelta, Act], ...]) -> None:
    later = after(draft(), *acts, (90 * DAY, tick()))
    assert (later.state, later.closed_at) == ("draft", None)


def test_a_class_may_be_announced_in_the_channel_alone() -> None:
    assert after(draft(), (HOUR, CHANNEL), by=rules(announce=("irc",))).state == "open"


@pytest.mark.parametrize(
    ("asked", "end"),
    [(HOUR, END), (3 * DAY, END), (6 * DAY, 6 * DAY)],
    ids=["sooner than the class allows", "counted from the proposal", "later"],
)
def test_the_deadline_is_what_was_asked_and_never_before_the_period_of_the_class(
    asked: timedelta, end: timedelta
) -> None:
    assert opened(asked=asked).deadline == AT + end


@pytest.mark.parametrize(
    ("since", "state"),
    [(END - HOUR, "open"), (END, "open"), (CLOSE - timedelta(seconds=1), "open"), (CLOSE, "accepted")],
)
def test_it_is_accepted_after_the_grace_for_slow_mail_and_not_before(since: timedelta, state: str) -> None:
    assert after(opened(), (since, tick())).state == state


def test_an_objection_that_comes_in_the_grace_counts() -> None:
    late = (END + 40 * timedelta(minutes=1), Objected(by="bob", title="sent before", proof=Proof(msgid="<b@x.org>")))
    assert after(opened(), late, (CLOSE, tick())).state == "objected"


def test_nothing_is_closed_before_the_archive_was_read_to_the_end_of_the_grace() -> None:
    unread = tick(list_read_until=AT + CLOSE - HOUR)
    assert after(opened(), (CLOSE, unread)).state == "open"
    assert after(opened(), (CLOSE + DAY, tick(list_read_until=AT + CLOSE))).state == "accepted"


def test_three_days_away_over_the_deadline_it_closes_late_after_a_grace_of_its_own() -> None:
    back = END + 3 * DAY
    assert after(opened(), (back, tick(since=back))).state == "open"
    assert after(opened(), (back + 6 * HOUR, tick(since=back))).state == "accepted"


def test_what_nobody_looked_after_for_a_month_is_stalled_and_not_accepted() -> None:
    back = END + 31 * DAY
    assert after(opened(), (back + DAY, tick(since=back))).state == "stalled"


def test_a_text_that_was_edited_without_a_version_does_not_pass() -> None:
    edited = opened().model_copy(update={"title": "Meet each week"})
    assert after(edited, (CLOSE, tick())).state == "open"


def test_an_objection_stops_it_and_only_who_raised_it_starts_it_again_with_the_full_period() -> None:
    stopped = after(opened(), (DAY, NO))
    assert stopped.state == "objected"
    assert refused(stopped, Resolved(number=1, by="grace")) == "not yours"
    met = after(stopped, (2 * DAY, Resolved(number=1, by="bob")))
    assert (met.state, met.deadline) == ("open", AT + 5 * DAY)


def test_a_class_may_give_only_the_rest_of_the_period_after_an_objection() -> None:
    rest = rules(restart="rest")
    stopped = after(opened(rest), (DAY, NO), by=rest)
    assert after(stopped, (9 * DAY, Resolved(number=1, by="bob")), by=rest).deadline == AT + 9 * DAY + END - DAY


def test_a_meeting_with_minutes_closes_an_objection_of_another() -> None:
    act = Resolved(number=1, by="grace", minutes="debian-cloud.2019-08-14-19.00")
    (one,) = after(opened(), (DAY, NO), (2 * DAY, act)).objections
    assert (one.resolved_by, one.resolved_proof) == ("meeting", Proof(note="minutes debian-cloud.2019-08-14-19.00"))


def test_one_of_two_objections_met_is_not_enough() -> None:
    two = after(opened(), (DAY, NO), (DAY, Objected(by="dan", title="too early")))
    assert after(two, (2 * DAY, Resolved(number=1, by="bob"))).state == "objected"


def test_a_resolved_objection_is_raised_again_under_the_same_title() -> None:
    again = after(opened(), (DAY, NO), (2 * DAY, Resolved(number=1, by="bob")), (3 * DAY, NO))
    assert (again.state, len(again.objections)) == ("objected", 2)


@pytest.mark.parametrize(("days", "state"), [(30, "objected"), (31, "stalled")])
def test_an_objection_whose_author_vanished_stalls_it_after_thirty_days(days: int, state: str) -> None:
    assert after(opened(), (DAY, NO), (days * DAY, tick())).state == state


@pytest.mark.parametrize(("objectors", "state"), [("anyone", "objected"), ("member", "open")])
def test_an_objection_from_outside_is_recorded_and_blocks_unless_the_class_says_otherwise(
    objectors: str, state: str
) -> None:
    by = rules(objectors=objectors)
    found = after(opened(by), (DAY, Objected(by="zoe", title="no")), by=by)
    assert (found.state, len(found.objections)) == (state, 1)


def test_silence_is_no_support() -> None:
    assert after(opened(STANDARD), (CLOSE, tick()), by=STANDARD).state == "no-quorum"


def test_too_little_support_gives_one_more_period_and_then_it_lapses() -> None:
    once = after(opened(STANDARD), (CLOSE, tick()), by=STANDARD)
    assert (once.extended, once.deadline) == (AT + CLOSE, AT + CLOSE + 3 * DAY)
    twice = after(once, (CLOSE + 3 * DAY + 6 * HOUR, tick()), by=STANDARD)
    assert (twice.state, twice.closed_at) == ("lapsed", AT + CLOSE + 3 * DAY + 6 * HOUR)


def test_support_in_the_second_period_is_enough() -> None:
    once = after(opened(STANDARD), (CLOSE, tick()), by=STANDARD)
    supported = after(once, (CLOSE + DAY, Supported(person="bob")), by=STANDARD)
    assert after(supported, (CLOSE + 3 * DAY + 6 * HOUR, tick()), by=STANDARD).state == "accepted"


@pytest.mark.parametrize(("who", "why"), [("grace", "proposer"), ("bob", "supported")])
def test_a_yes_counts_once_for_each_person_and_not_for_the_proposer(who: str, why: str) -> None:
    assert refused(after(opened(), (DAY, Supported(person="bob"))), Supported(person=who)) == why


def test_who_steps_back_may_say_yes_and_is_not_counted() -> None:
    recusal = Recusal(person="bob", why="declared interest")
    told = after(opened(STANDARD), (DAY, Supported(person="bob")), by=STANDARD)
    closed = after(told, (CLOSE, tick(recusals=(recusal,))), by=STANDARD)
    assert (closed.state, closed.recusals) == ("no-quorum", (recusal,))


def test_who_steps_back_may_object() -> None:
    out = opened(recusals=(Recusal(person="bob", why="declared interest"),))
    assert after(out, (DAY, NO), (CLOSE, tick())).state == "objected"


def test_a_yes_and_an_open_objection_of_one_person_do_not_go_together() -> None:
    assert refused(after(opened(), (DAY, NO)), Supported(person="bob")) == "own objection"


def test_other_words_restart_the_period_and_ask_again_who_supported_the_old_ones() -> None:
    old = opened(STANDARD)
    for person in ("alice", "bob", "carol"):
        old = after(old, (DAY, Supported(person=person)), by=STANDARD)
    new = after(old, (2 * DAY, Revised(by="grace", title="Meet each week")), by=STANDARD)
    assert (new.deadline, supporters(new), asked_again(new)) == (
        AT + 5 * DAY, frozenset(), frozenset({"alice", "bob", "carol"}),
    )  # fmt: skip
    assert after(new, (3 * DAY, Supported(person="bob")), by=STANDARD).support[-1].revision == 2


def test_a_typo_does_neither() -> None:
    old = after(opened(STANDARD), (DAY, Supported(person="bob")), by=STANDARD)
    new = after(old, (2 * DAY, Revised(by="grace", title="Meet each mouth", typo=True)), by=STANDARD)
    assert (new.deadline, supporters(new)) == (old.deadline, frozenset({"bob"}))
    assert after(new, (CLOSE, tick()), by=STANDARD).state == "accepted"


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (Revised(by="grace", title="Meet each week", typo=True), "no typo"),
        (Revised(by="grace", title=TITLE), "same words"),
        (Revised(by="bob", title="Meet never"), "not the proposer"),
        (Withdrawn(by="bob"), "not the proposer"),
        (Resolved(number=2, by="bob"), "no objection"),
        (LIST, "announced"),
        (Reverted(by="bob"), "not accepted"),
        (Approved(by="bob", yes=True, evidence=Proof(msgid="<y@x.org>")), "no gate"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(act: Act, why: str) -> None:
    assert refused(opened(), act) == why


def test_new_words_leave_an_objection_to_who_raised_it() -> None:
    new = after(opened(), (DAY, NO), (2 * DAY, Revised(by="grace", title="Meet each quarter")))
    assert after(new, (20 * DAY, tick())).state == "objected"


@pytest.mark.parametrize(("days", "why"), [(13, ""), (14, ""), (15, "too late")])
def test_an_accepted_decision_is_reverted_for_fourteen_days(days: int, why: str) -> None:
    accepted = after(opened(), (CLOSE, tick()))
    if why:
        assert refused(accepted, Reverted(by="dan"), CLOSE + days * DAY) == why
    else:
        assert after(accepted, (CLOSE + days * DAY, Reverted(by="dan"))).state == "reverted"


GATED = rules(external_gate="DPL")
YES = Approved(by="bob", yes=True, evidence=Proof(msgid="<yes@example.org>"))


def test_consensus_waits_for_the_approval_from_outside() -> None:
    waiting = after(opened(GATED), (CLOSE, tick()), by=GATED)
    assert (waiting.state, waiting.gate and waiting.gate.state) == ("open", "waiting")
    assert after(waiting, (CLOSE + 90 * DAY, tick()), by=GATED) == waiting
    assert after(waiting, (CLOSE + DAY, YES), (CLOSE + DAY, tick()), by=GATED).state == "accepted"


def test_a_no_from_outside_ends_it() -> None:
    no = replace(YES, yes=False)
    found = after(opened(GATED), (CLOSE, tick()), (CLOSE + DAY, no), by=GATED)
    assert (found.state, found.gate and found.gate.state) == ("lapsed", "declined")


def test_what_was_approved_is_that_text_and_another_one_is_asked_about_again() -> None:
    approved = after(opened(GATED), (DAY, YES), by=GATED)
    other = after(approved, (2 * DAY, Revised(by="grace", title="Meet each year")), by=GATED)
    assert other.gate is not None
    assert other.gate.state == "waiting"


def test_who_steps_back_does_not_bring_the_approval() -> None:
    out = opened(GATED, recusals=(Recusal(person="bob", why="declared interest"),))
    assert refused(out, YES, by=GATED) == "recused"


def test_where_too_many_step_back_a_view_from_outside_is_needed() -> None:
    stuck = after(opened(), (CLOSE, tick(needs_outside_view=True)))
    assert stuck.state == "needs-outside-view"
    again = tick(needs_outside_view=True)
    assert after(stuck, (CLOSE + DAY, YES), (CLOSE + DAY, again)).state == "accepted"


@pytest.mark.parametrize("accepted", [False, True])
def test_what_another_decision_takes_the_place_of_is_superseded(accepted: bool) -> None:  # noqa: FBT001
    old = after(opened(), (CLOSE, tick())) if accepted else opened()
    assert after(old, (9 * DAY, Replaced())).state == "superseded"


def test_what_is_withdrawn_stays_so() -> None:
    gone = after(opened(), (DAY, Withdrawn(by="grace")))
    assert [refused(gone, act) for act in (NO, LIST, Supported(person="bob"))] == ["closed"] * 3
    assert after(gone, (99 * DAY, Replaced()), (99 * DAY, tick())) == gone
