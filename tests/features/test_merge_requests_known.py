"""What is known of merge requests over looks and hooks: the hard cases of a forge that changes under the eye."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.facts import Fact, MergeRequestReported, MergeRequestsSeen
from cloudbot.core.forge import MergeRequest, Review
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.merge_requests.standing import Standing
from cloudbot.store.codec import decode, encode
from tests.features.builders import IMAGES, NOW, Bot, ago, merge_request, merge_requests_seen, project, projects_seen

FINDER = "cloud-team/finder"
SEVEN = f"{IMAGES}!7"


def later(**length: float) -> datetime:
    return NOW + timedelta(**length)


def one(number: int = 7, **told: Any) -> MergeRequest:  # noqa: ANN401 - any field of a merge request
    return replace(merge_request(number), **told)


def look(*merge_requests: MergeRequest, at: datetime = NOW, missing: tuple[str, ...] = ()) -> MergeRequestsSeen:
    return replace(merge_requests_seen(*merge_requests, at=at), missing=missing)


def hook(told: MergeRequest, action: str = "update", *, at: datetime | None = None) -> MergeRequestReported:
    """A hook arrives a second after what it tells of, unless said otherwise."""
    at = at or told.updated_at + timedelta(seconds=1)
    return MergeRequestReported(at=at, forge="salsa", project=project(told.project), merge_request=told, action=action)


def after(*facts: Fact) -> MergeRequests:
    bot = Bot()
    bot.take(projects_seen(IMAGES, FINDER), *facts)
    return bot.world(NOW).document(MergeRequests)


def standing(*facts: Fact) -> Standing:
    return after(*facts).standings[SEVEN]


def states(known: MergeRequests) -> dict[int, str]:
    return {each.iid: each.state for each in (*known.open, *known.ended)}


# A look.


def test_of_one_first_seen_the_state_began_when_anybody_last_moved_it() -> None:
    assert standing(look(one(pushed_at=ago(days=2)))) == Standing(
        state="review", since=ago(days=2), ready_since=ago(days=3)
    )


def test_a_state_that_stays_keeps_its_beginning() -> None:
    assert standing(look(one()), look(one(comments=3), at=later(hours=1))).since == ago(days=3)


def test_a_conflict_because_another_was_merged_began_when_it_was_seen() -> None:
    moved = standing(look(one()), look(one(conflicts=True), at=later(minutes=5)))

    assert moved == Standing(state="conflict", since=later(minutes=5), ready_since=ago(days=3))


def test_after_a_week_away_a_state_began_with_the_push_that_brought_it() -> None:
    asked: dict[str, Any] = {"reviews": (Review(who="robin", state="changes"),), "replied_at": ago(days=1)}
    pushed = one(**asked, pushed_at=later(days=2))

    assert standing(look(one(**asked)), look(pushed, at=later(days=7))) == Standing(
        state="re-review", since=later(days=2), ready_since=ago(days=3)
    )


def test_a_draft_that_becomes_ready_waits_from_then_on() -> None:
    ready = standing(look(one(draft=True)), look(one(), at=later(hours=1)))

    assert ready == Standing(state="review", since=later(hours=1), ready_since=later(hours=1))


def test_what_becomes_a_draft_again_waits_for_nobody() -> None:
    facts = (look(one()), look(one(title="WIP: Add arm64"), at=later(hours=1)), look(one(), at=later(hours=2)))

    assert standing(*facts[:2]) == Standing(state="draft", since=later(hours=1), ready_since=None)
    assert standing(*facts) == Standing(state="review", since=later(hours=2), ready_since=later(hours=2))


APPROVED: dict[str, Any] = {
    "approved_by": ("robin",),
    "approvals_left": 0,
    "unresolved": 0,
    "replied_at": ago(days=1),
    "sha": "a1",
}


def test_approvals_that_a_force_push_took_away_are_asked_for_again() -> None:
    pushed = one(**APPROVED | {"approved_by": (), "approvals_left": 1, "sha": "b2"})
    facts = (look(one(**APPROVED)), look(pushed, at=later(minutes=5)), look(pushed, at=later(minutes=10)))

    assert standing(*facts) == Standing(
        state="re-review",
        since=later(minutes=5),
        ready_since=ago(days=3),
        approved_before=("robin",),
        approved_sha="a1",
    )


def test_so_they_are_where_only_the_time_of_the_push_is_told() -> None:
    pushed = one(**APPROVED | {"approved_by": (), "sha": "", "pushed_at": later(minutes=3)})

    moved = standing(look(one(**APPROVED | {"sha": ""})), look(pushed, at=later(minutes=5)))
    assert (moved.state, moved.since, moved.approved_before) == ("re-review", later(minutes=3), ("robin",))


def test_approved_again_nothing_is_left_of_it() -> None:
    pushed = one(**APPROVED | {"approved_by": (), "sha": "b2"})
    again = one(**APPROVED | {"sha": "b2"})
    moved = standing(look(one(**APPROVED)), look(pushed, at=later(minutes=5)), look(again, at=later(minutes=10)))

    assert (moved.state, moved.approved_before, moved.approved_sha) == ("ready", (), "b2")


def test_an_approval_that_was_withdrawn_is_no_push() -> None:
    withdrawn = one(**APPROVED | {"approved_by": ()})

    moved = standing(look(one(**APPROVED)), look(withdrawn, at=later(minutes=5)))
    assert (moved.state, moved.approved_before) == ("review", ())


MERGEABLE = {**APPROVED, "approvals_left": None, "merge_status": "mergeable"}


@pytest.mark.parametrize("status", ["checking", "unchecked", "preparing", "approvals_syncing", ""])
def test_a_merge_status_that_is_being_worked_out_again_changes_nothing(status: str) -> None:
    again = one(**MERGEABLE | {"merge_status": status, "updated_at": later(minutes=1)})
    by_look, by_hook = look(again, at=later(minutes=5)), hook(again)

    for fact in (by_look, by_hook):
        known = after(look(one(**MERGEABLE)), fact)
        assert (known.open[0].merge_status, known.standings[SEVEN].since) == ("mergeable", ago(days=1))


WORDS: dict[str, Any] = {
    "first_reply_at": ago(days=2),
    "replied_at": ago(days=1),
    "author_at": ago(hours=2),
    "pushed_at": ago(hours=1),
    "unresolved": 2,
}


@pytest.mark.parametrize(("updated", "words"), [(ago(days=3), WORDS), (later(minutes=1), dict.fromkeys(WORDS))])
def test_words_that_a_look_does_not_tell_are_known_as_long_as_nobody_touched_it(
    updated: datetime, words: dict[str, Any]
) -> None:
    known = after(look(one(**WORDS)), look(one(updated_at=updated), at=later(minutes=5)))

    assert known.open == (one(updated_at=updated, **words),)


def test_for_another_head_what_was_mergeable_is_not_known_to_be() -> None:
    pushed = one(**MERGEABLE | {"merge_status": "checking", "sha": "b2"})

    assert standing(look(one(**MERGEABLE)), look(pushed, at=later(minutes=5))).state == "approved"


def test_a_commit_dated_in_the_future_is_no_beginning() -> None:
    assert standing(look(one(pushed_at=later(days=700)))).since == NOW


def test_another_target_branch_changes_nothing_about_who_waits() -> None:
    known = after(look(one()), look(one(target_branch="buster"), at=later(hours=1)))

    assert (known.open[0].target_branch, known.standings[SEVEN].since) == ("buster", ago(days=3))


def test_a_reopened_one_waits_from_then_on() -> None:
    closed = one(state="closed", updated_at=ago(hours=5))
    moved = standing(look(closed), look(one(updated_at=later(minutes=1)), at=later(minutes=5)))

    assert moved == Standing(state="review", since=later(minutes=5), ready_since=later(minutes=5))


def test_merged_and_reverted_between_two_looks_leaves_two_that_ended() -> None:
    merged = one(7, state="merged", merged_at=later(minutes=1), updated_at=later(minutes=1))
    revert = one(8, title='Revert "Add arm64"', state="merged", merged_at=later(minutes=3), created_at=later(minutes=2))
    known = after(look(), look(merged, revert, at=later(minutes=5)))

    assert (known.open, [each.iid for each in known.ended], known.standings) == ((), [7, 8], {})


def test_what_was_known_of_a_project_that_cannot_be_read_stays() -> None:
    known = after(look(one(7), one(9, project=FINDER)), look(one(7), at=later(minutes=5), missing=(FINDER,)))

    assert (states(known), set(known.standings)) == ({7: "opened", 9: "opened"}, {SEVEN, f"{FINDER}!9"})


def test_what_a_whole_look_does_not_show_is_gone() -> None:
    known = after(look(one(7), one(9, project=FINDER)), look(one(7), at=later(minutes=5)))

    assert (states(known), set(known.standings)) == ({7: "opened"}, {SEVEN})


# A hook.


def test_a_hook_keeps_what_it_does_not_tell() -> None:
    known = one(
        **APPROVED,
        reviewers=("robin",),
        reviews=(Review(who="robin", state="approved"),),
        comments=3,
        pipeline_status="success",
        labels=("image",),
        conflicts=True,
        first_reply_at=ago(days=2),
    )
    told = one(title="Add riscv64", updated_at=later(minutes=1), target_branch="buster")

    assert after(look(known), hook(told)).open == (
        replace(known, title="Add riscv64", updated_at=later(minutes=1), target_branch="buster"),
    )


def test_a_hook_that_says_mergeable_says_that_there_is_no_conflict() -> None:
    told = one(merge_status="mergeable", updated_at=later(minutes=1))

    assert after(look(one(conflicts=True)), hook(told)).open == (told,)


def test_an_older_hook_changes_nothing() -> None:
    facts = (look(one(state="merged", merged_at=NOW, updated_at=NOW)),)
    late = hook(one(updated_at=ago(hours=1)), at=later(minutes=1))

    assert after(*facts, late) == after(*facts)


@pytest.mark.parametrize(
    ("action", "state"),
    [("open", "opened"), ("reopen", "opened"), ("close", "closed"), ("merge", "merged"), ("update", "opened")],
)
def test_an_action_says_the_state(action: str, state: str) -> None:
    known = after(look(), hook(one(updated_at=later(minutes=1)), action))

    assert states(known) == {7: state}


def test_merged_by_a_hook_it_ended_when_it_was_updated() -> None:
    known = after(look(one()), hook(one(updated_at=later(minutes=1), merged_by="robin"), "merge"))

    assert [(each.merged_at, each.merged_by) for each in known.ended] == [(later(minutes=1), "robin")]
    assert known.standings == {}


def test_a_hook_says_which_project_it_is() -> None:
    told = replace(hook(one(updated_at=later(minutes=1))), project=project(FINDER))

    assert set(after(look(one()), told).standings) == {SEVEN, f"{FINDER}!7"}


def test_reopened_between_a_poll_and_a_hook_it_is_open_whatever_comes_late() -> None:
    closed = one(state="closed", updated_at=NOW)
    reopened = one(updated_at=later(minutes=1))
    facts = (look(closed, at=later(seconds=30)), hook(reopened, "reopen"))

    assert states(after(*facts, hook(closed, "close", at=later(minutes=2)))) == {7: "opened"}
    assert states(after(*facts, look(closed, at=later(minutes=2)))) == {7: "opened"}


def test_opened_while_a_look_was_under_way_it_is_not_forgotten_for_it() -> None:
    opened = hook(one(8, updated_at=later(minutes=1)), "open")

    assert states(after(look(one()), opened, look(one(), at=later(seconds=50)))) == {7: "opened", 8: "opened"}
    assert states(after(look(one()), opened, look(one(), at=later(minutes=5)))) == {7: "opened"}


def test_a_time_to_the_second_is_not_older_than_the_same_with_its_fraction() -> None:
    exact = one(updated_at=NOW.replace(microsecond=123000))
    rough = one(updated_at=NOW, comments=5)

    assert after(look(exact), look(rough, at=later(minutes=5))).open == (rough,)


def test_an_approval_withdrawn_by_a_hook_is_forgotten() -> None:
    known = after(look(one(**APPROVED)), hook(one(updated_at=later(minutes=1)), "unapproved"))

    assert (known.open[0].approved_by, known.standings[SEVEN].state) == ((), "review")


def test_of_several_approvals_one_withdrawn_leaves_none_that_suffices() -> None:
    approved = one(**APPROVED | {"approved_by": ("kim", "robin"), "merge_status": "mergeable"})
    known = after(look(approved), hook(one(updated_at=later(minutes=1)), "unapproval"))

    assert (known.open[0].approved_by, known.standings[SEVEN].state) == (("kim", "robin"), "approved")


def test_a_push_told_by_a_hook_and_the_approvals_gone_in_the_next_look_is_a_push() -> None:
    pushed = one(updated_at=later(minutes=1), sha="b2")
    seen = one(**APPROVED | {"approved_by": (), "sha": "b2", "updated_at": later(minutes=1)})
    moved = standing(look(one(**APPROVED)), hook(pushed), look(seen, at=later(minutes=5)))

    assert (moved.state, moved.approved_before) == ("re-review", ("robin",))


def test_hooks_before_the_first_look_claim_no_list() -> None:
    bot = Bot()
    bot.take(projects_seen(), hook(one(updated_at=NOW), "open"))

    assert bot.answer("mrs") == "I have not seen the merge requests yet; ask again in a minute."


STEPS = st.lists(
    st.tuples(
        st.sampled_from([7, 8]),
        st.sampled_from(["open", "reopen", "close", "merge", "update", "approved", "unapproved"]),
        st.integers(0, 30),
        st.booleans(),
    ),
    max_size=12,
)


@given(STEPS, st.randoms(use_true_random=False))
def test_hooks_in_any_order_and_twice_end_in_the_state_of_the_newest(steps: list[Any], shuffle: Any) -> None:  # noqa: ANN401 - Hypothesis' own
    told = {
        (number, minute): hook(one(number, updated_at=later(minutes=minute), draft=draft), action)
        for number, action, minute, draft in steps
    }
    newest = {number: told[number, max(minute for other, minute in told if other == number)] for number, _ in told}
    facts = [*told.values(), *told.values()]
    shuffle.shuffle(facts)
    expected = after(look(), *sorted(told.values(), key=lambda fact: fact.merge_request.updated_at))

    assert states(after(look(), *facts)) == states(expected)
    assert {each.iid: each.draft for each in after(look(), *facts).open} == {
        number: fact.merge_request.draft for number, fact in newest.items() if states(expected)[number] == "opened"
    }


@given(STEPS)
def test_every_open_one_and_no_other_has_a_standing(steps: list[Any]) -> None:
    facts = [
        hook(one(number, updated_at=later(minutes=minute), draft=draft), action)
        for number, action, minute, draft in steps
    ]
    known = after(look(one(7)), *facts)

    assert set(known.standings) == {each.reference for each in known.open}
    assert {each.reference for each in known.open} & {each.reference for each in known.ended} == set()


def test_a_document_of_an_earlier_version_is_read_and_judged() -> None:
    written = json.loads(encode(after(look(one(conflicts=True)))))
    del written["standings"]
    known = decode(MergeRequests, json.dumps(written))

    assert (known.standings, known.standing(known.open[0]).state) == ({}, "conflict")
