"""On whom a merge request waits: the table, row by row, and what must not move it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.forge import MergeRequest, Review, ReviewState
from cloudbot.features.merge_requests.waiting import LABELS, State, StateName, Whom, heard, moved_at, waiting
from tests.features.builders import NOW, ago, merge_request

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDER: tuple[StateName, ...] = get_args(StateName)
EARLY, LATE = ago(days=2), ago(days=1)
ENOUGH: Mapping[str, Any] = {"approved_by": ("robin",), "approvals_left": 0, "unresolved": 0}


def one(**told: Any) -> MergeRequest:  # noqa: ANN401 - any field of a merge request
    return replace(merge_request(7, author="alex"), **told)


def reviews(**states: ReviewState) -> tuple[Review, ...]:
    return tuple(Review(who=who, state=state) for who, state in states.items())


AUTHOR: Whom = "author"
ANYBODY: Whom = "anybody"
ROWS: list[tuple[str, Mapping[str, Any], StateName, Whom | tuple[str, ...]]] = [
    ("a draft", {"draft": True}, "draft", AUTHOR),
    ("a draft by its title alone", {"title": "Draft: arm64"}, "draft", AUTHOR),
    ("an old draft", {"title": "WIP: arm64"}, "draft", AUTHOR),
    ("an old draft in brackets", {"title": "[WIP] arm64"}, "draft", AUTHOR),
    ("a title that only begins alike", {"title": "WIPe the disk"}, "review", ANYBODY),
    (
        "a draft with everything else wrong",
        {"draft": True, "conflicts": True, "pipeline_status": "failed"},
        "draft",
        AUTHOR,
    ),
    ("a conflict", {"conflicts": True, **ENOUGH}, "conflict", AUTHOR),
    ("a conflict that only the merge status tells", {"merge_status": "conflict", **ENOUGH}, "conflict", AUTHOR),
    ("a red pipeline", {"pipeline_status": "failed", **ENOUGH}, "red", AUTHOR),
    ("a conflict and a red pipeline", {"conflicts": True, "pipeline_status": "failed"}, "conflict", AUTHOR),
    ("a cancelled pipeline", {"pipeline_status": "canceled"}, "review", ANYBODY),
    ("changes asked", {"reviews": reviews(robin="changes")}, "changes", AUTHOR),
    ("changes asked, one approval beside", {"reviews": reviews(kim="changes"), **ENOUGH}, "changes", AUTHOR),
    ("an unresolved discussion", {"unresolved": 1}, "changes", AUTHOR),
    ("discussions by the merge status", {"merge_status": "discussions_not_resolved"}, "changes", AUTHOR),
    (
        "changes asked, nothing pushed since",
        {"reviews": reviews(robin="changes"), "pushed_at": EARLY, "replied_at": LATE},
        "changes",
        AUTHOR,
    ),
    (
        "changes asked, pushed since",
        {"reviews": reviews(robin="changes"), "replied_at": EARLY, "pushed_at": LATE},
        "re-review",
        ("robin",),
    ),
    (
        "changes asked, the author wrote since",
        {"reviews": reviews(robin="changes"), "replied_at": EARLY, "author_at": LATE},
        "re-review",
        ("robin",),
    ),
    ("changes asked, nobody knows when", {"reviews": reviews(robin="changes"), "pushed_at": LATE}, "changes", AUTHOR),
    (
        "an unresolved discussion of nobody named, answered",
        {"unresolved": 2, "replied_at": EARLY, "author_at": LATE},
        "re-review",
        ANYBODY,
    ),
    (
        "reviewed without a verdict, pushed since",
        {"reviews": reviews(robin="reviewed", kim="requested"), "replied_at": EARLY, "pushed_at": LATE},
        "re-review",
        ("robin",),
    ),
    ("reviewed, nothing since", {"reviews": reviews(robin="reviewed"), "replied_at": LATE}, "review", ("robin",)),
    (
        "reviewed by one, approved by enough, thanked by the author",
        {"reviews": reviews(kim="reviewed"), "replied_at": EARLY, "author_at": LATE, **ENOUGH},
        "ready",
        ANYBODY,
    ),
    ("nobody named", {}, "review", ANYBODY),
    ("reviewers named", {"reviewers": ("robin", "kim")}, "review", ("robin", "kim")),
    (
        "reviewers asked for, one was before",
        {"reviews": reviews(robin="requested", kim="reviewed")},
        "review",
        ("robin",),
    ),
    ("only the author is a reviewer", {"reviewers": ("alex",)}, "review", ANYBODY),
    ("only the author approved", {"approved_by": ("alex",), "approvals_left": 0, "unresolved": 0}, "review", ANYBODY),
    ("only the author reviewed", {"reviews": reviews(alex="changes"), "replied_at": LATE}, "review", ANYBODY),
    ("mergeable, and nobody has looked", {"merge_status": "mergeable", "approvals_left": 0}, "review", ANYBODY),
    ("approved, one more is needed", {**ENOUGH, "approvals_left": 1}, "approved", ANYBODY),
    (
        "approved by one of three reviewers",
        {**ENOUGH, "approvals_left": 1, "reviewers": ("robin", "kim", "sam")},
        "approved",
        ("kim", "sam"),
    ),
    ("approved, how many are needed is not told", {"approved_by": ("robin",)}, "approved", ANYBODY),
    ("approved, discussions are not told", {**ENOUGH, "unresolved": None}, "approved", ANYBODY),
    ("approved, the server says not by enough", {**ENOUGH, "merge_status": "not_approved"}, "approved", ANYBODY),
    ("approved by enough", ENOUGH, "ready", ANYBODY),
    ("approved on a server that counts none", {"approved_by": ("kim",), "merge_status": "mergeable"}, "ready", ANYBODY),
]


@pytest.mark.parametrize(("told", "state", "on"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_first_row_that_holds_decides(told: dict[str, Any], state: StateName, on: Whom | tuple[str, ...]) -> None:
    expected = State(name=state, on="reviewers", who=on) if isinstance(on, tuple) else State(name=state, on=on)

    assert waiting(one(**told)) == expected


def test_every_state_is_shown_by_a_row_and_has_a_label() -> None:
    assert {row[2] for row in ROWS} == set(ORDER) == set(LABELS)


def test_approvals_that_a_push_took_away_are_asked_for_again() -> None:
    assert waiting(one(), ("robin", "kim")) == State(name="re-review", on="reviewers", who=("robin", "kim"))


def test_approvals_given_again_are_approvals() -> None:
    assert waiting(one(**ENOUGH), ("robin", "kim")).name == "ready"


@pytest.mark.parametrize(
    ("told", "remarks"),
    [
        ({"pipeline_status": "running"}, ("CI running",)),
        ({"pipeline_status": "pending", "merge_status": "ci_still_running"}, ("CI running",)),
        ({"merge_status": "need_rebase"}, ("needs a rebase",)),
        ({"merge_status": "merge_request_blocked"}, ("blocked by another",)),
        ({"pipeline_status": "success", "merge_status": "mergeable"}, ()),
    ],
)
def test_what_hinders_without_being_a_state_is_a_remark(told: dict[str, Any], remarks: tuple[str, ...]) -> None:
    assert waiting(one(**ENOUGH, **told)) == State(name="ready", on=ANYBODY, remarks=remarks)


def test_thirty_reviewers_are_all_waited_for() -> None:
    names = tuple(f"person{number}" for number in range(30))
    asked = tuple(Review(who=who, state="requested") for who in names)

    assert waiting(one(reviewers=names, reviews=asked)).who == names


TIMES = st.none() | st.sampled_from([ago(days=days) for days in range(4)])
PEOPLE = st.lists(st.sampled_from(["alex", "robin", "kim"]), max_size=3, unique=True).map(tuple)
ANY_ONE = st.builds(
    one,
    draft=st.booleans(),
    conflicts=st.booleans(),
    pipeline_status=st.sampled_from([None, "failed", "running", "success"]),
    merge_status=st.sampled_from(["", "mergeable", "not_approved", "discussions_not_resolved", "checking"]),
    reviewers=PEOPLE,
    reviews=st.lists(
        st.builds(Review, who=st.sampled_from(["alex", "robin", "kim"]), state=st.sampled_from(get_args(ReviewState))),
        max_size=3,
        unique_by=lambda review: review.who,
    ).map(tuple),
    approved_by=PEOPLE,
    approvals_left=st.sampled_from([None, 0, 1]),
    unresolved=st.sampled_from([None, 0, 1]),
    pushed_at=TIMES,
    replied_at=TIMES,
    author_at=TIMES,
)


def rank(request: MergeRequest) -> int:
    return ORDER.index(waiting(request).name)


@given(ANY_ONE)
def test_a_count_of_approvals_that_is_not_told_never_makes_a_better_state(request: MergeRequest) -> None:
    told = replace(request, approvals_left=0)

    assert rank(replace(request, approvals_left=None)) <= rank(told)


@given(ANY_ONE)
def test_discussions_that_are_not_told_never_make_ready(request: MergeRequest) -> None:
    untold = replace(request, unresolved=None, merge_status="")

    assert waiting(untold).name != "ready"


@given(ANY_ONE)
def test_times_that_are_not_told_never_make_an_answer_of_the_author(request: MergeRequest) -> None:
    for untold in ({"replied_at": None}, {"pushed_at": None, "author_at": None}):
        state = waiting(replace(request, **untold))  # type: ignore[arg-type]  # times only
        assert state.name != "re-review"


@given(ANY_ONE)
def test_what_the_author_says_of_their_own_work_counts_for_nothing(request: MergeRequest) -> None:
    others = replace(
        request,
        reviewers=tuple(name for name in request.reviewers if name != "alex"),
        reviews=tuple(review for review in request.reviews if review.who != "alex"),
        approved_by=tuple(name for name in request.approved_by if name != "alex"),
    )

    assert waiting(request) == waiting(others)


@given(ANY_ONE, PEOPLE)
def test_whom_it_waits_for_is_never_the_author_as_a_reviewer(request: MergeRequest, before: tuple[str, ...]) -> None:
    state = waiting(request, before)

    assert "alex" not in state.who
    assert (state.on == "reviewers") == bool(state.who)


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({}, False),
        ({"comments": 3}, None),
        ({"comments": 3, "replied_at": LATE}, True),
        ({"first_reply_at": LATE}, True),
        ({"approved_by": ("robin",)}, True),
        ({"approved_by": ("alex",)}, False),
        ({"reviews": reviews(robin="reviewed")}, True),
        ({"reviews": reviews(robin="requested")}, False),
        ({"author_at": LATE}, False),
    ],
)
def test_whether_anybody_ever_answered(told: dict[str, Any], answer: bool | None) -> None:  # noqa: FBT001 - the answer
    assert heard(one(**told)) is answer


@pytest.mark.parametrize(
    ("told", "moved"),
    [({}, ago(days=3)), ({"pushed_at": LATE}, LATE), ({"replied_at": NOW, "author_at": EARLY}, NOW)],
)
def test_when_anybody_last_did_anything(told: dict[str, Any], moved: datetime) -> None:
    assert moved_at(one(**told)) == moved
    assert moved_at(one(**told, created_at=NOW + timedelta(days=1))) == NOW + timedelta(days=1)
