"""Merge requests: the longest waiting first, and what became of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cloudbot.core.commands import Ask
from cloudbot.core.facts import LookFailed
from cloudbot.core.forge import MergeRequest, Review
from cloudbot.core.people import Person
from cloudbot.core.speech import Speaker, Venue
from cloudbot.features.merge_requests.commands import WHICH, list_open
from cloudbot.features.merge_requests.document import MOST_KEPT, MergeRequests
from tests.features.builders import (
    IMAGES,
    NOW,
    Bot,
    ago,
    merge_request,
    merge_requests_seen,
    projects_seen,
)

OLDEST = "debian-cloud-images !7 (97 d, no reply), finder !9 (3 d, no reply), debian-cloud-images !8 (2 h, no reply)"
FINDER = "cloud-team/finder"


def bot_that_saw(*merge_requests: MergeRequest) -> Bot:
    bot = Bot()
    bot.take(projects_seen(IMAGES, FINDER), merge_requests_seen(*merge_requests))
    return bot


def test_nothing_is_said_unasked_about_merge_requests() -> None:
    bot = bot_that_saw(merge_request(1))

    assert bot.take(merge_requests_seen(merge_request(1), merge_request(2))) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "mrs",
            f"3 open in 2 projects: 3 for review; 1 draft; longest without an answer: {OLDEST}.",
        ),
        ("mrs finder", "1 open in 1 project: 1 for review; longest without an answer: finder !9 (3 d, no reply)."),
        (
            "mrs cloud-team/finder",
            "1 open in 1 project: 1 for review; longest without an answer: finder !9 (3 d, no reply).",
        ),
        (
            "mrs nope",
            (
                'no project, state or person "nope"; projects: debian-cloud-images, finder; states: review, author, '
                "draft, conflict, fail, changes, re-review, approved, ready."
            ),
        ),
    ],
)
def test_the_open_ones_are_listed_oldest_first(question: str, answer: str) -> None:
    bot = bot_that_saw(
        merge_request(8, made=ago(hours=2)),
        merge_request(7, made=ago(days=97)),
        merge_request(9, path=FINDER),
        merge_request(10, draft=True),
        merge_request(6, state="merged", merged=ago(days=1)),
    )

    assert bot.answer(question) == answer


def test_of_one_project_alone_the_name_is_not_repeated() -> None:
    assert bot_that_saw(merge_request(8), merge_request(9)).answer("mrs") == (
        "2 open in 1 project: 2 for review; longest without an answer: !8 (3 d, no reply), !9 (3 d, no reply)."
    )


@pytest.mark.parametrize(
    ("merge_requests", "answer"),
    [
        ((), "no open merge request."),
        ((merge_request(1, draft=True),), "0 open in 1 project; 1 draft."),
        ((merge_request(1, state="closed"),), "no open merge request."),
    ],
)
def test_when_nothing_waits_that_is_said(merge_requests: tuple[MergeRequest, ...], answer: str) -> None:
    assert bot_that_saw(*merge_requests).answer("mrs") == answer


@pytest.mark.parametrize("question", ["mrs", "mr 7"])
def test_before_the_first_look_nothing_is_claimed(question: str) -> None:
    assert Bot().answer(question) == "I have not seen the merge requests yet; ask again in a minute."


LINK = "https://salsa.example.org/mr/7"
REVIEW = "needs review, waits for anybody; open for 3 d, no reply"


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (merge_request(7), f'debian-cloud-images !7 "Add arm64", {REVIEW}. {LINK}'),
        (
            merge_request(7, draft=True, conflicts=True, pipeline_status="failed"),
            f'debian-cloud-images !7 "Add arm64", draft; open for 3 d, no reply, has conflicts, pipeline FAIL. {LINK}',
        ),
        (
            merge_request(7, state="merged", merged=ago(days=1)),
            f'debian-cloud-images !7 "Add arm64", merged 2019-07-21, 2 d after it began. {LINK}',
        ),
        (
            merge_request(7, state="merged", merged=ago(hours=1), made=ago(hours=2), merged_by="alex"),
            f'debian-cloud-images !7 "Add arm64", merged 2019-07-22 by its author, 1 h after it began. {LINK}',
        ),
        (
            merge_request(7, state="closed", merged=ago(days=2)),
            f'debian-cloud-images !7 "Add arm64", closed unmerged 2019-07-20. {LINK}',
        ),
        (
            merge_request(7, title="#topic x"),
            f'debian-cloud-images !7 "#topic x", {REVIEW}. {LINK}',
        ),
    ],
)
@pytest.mark.parametrize("question", ["mr 7", "mr !7", "mr #7", "mr 7 debian-cloud-images"])
def test_one_is_shown_with_its_state_and_ages(one: MergeRequest, answer: str, question: str) -> None:
    assert bot_that_saw(one).answer(question) == answer


def test_a_number_in_several_projects_asks_which() -> None:
    bot = bot_that_saw(merge_request(7), merge_request(7, path=FINDER))

    assert bot.answer("mr 7") == "merge request !7 is in 2 projects: !mr 7 debian-cloud-images, !mr 7 finder"
    assert bot.answer("mr 7 finder").startswith("finder !7")


@pytest.mark.parametrize(
    ("question", "named"),
    [("mr 99", '"99"'), ("mr 7 finder", '"7" in finder'), ("mr '", '"\'"')],
)
def test_one_that_is_not_known_says_what_is(question: str, named: str) -> None:
    assert bot_that_saw(merge_request(7)).answer(question) == (
        f"no merge request {named}; open ones, and those that ended since 2019-04-01, are known. "
        "!mrs lists the open ones."
    )


def test_one_that_ended_and_left_the_forges_window_is_remembered() -> None:
    bot = bot_that_saw(merge_request(7, state="merged", merged=ago(days=80)))
    bot.take(merge_requests_seen(merge_request(8)))

    assert bot.answer("mr 7").startswith('debian-cloud-images !7 "Add arm64", merged 2019-05-03')


def test_one_that_is_reopened_is_open() -> None:
    bot = bot_that_saw(merge_request(7, state="closed"))
    bot.take(merge_requests_seen(merge_request(7)))

    assert bot.answer("mr 7", at=NOW + timedelta(minutes=20)) == (
        'debian-cloud-images !7 "Add arm64", needs review for 20 min, waits for anybody; open for 3 d, no reply. '
        + LINK
    )


def test_memory_of_ended_ones_is_bounded_and_forgets_the_oldest() -> None:
    many = [
        merge_request(number, state="merged", merged=ago(minutes=5000 - number)) for number in range(MOST_KEPT + 10)
    ]
    bot = bot_that_saw(*many)

    ended = bot.world(NOW).document(MergeRequests).ended
    assert (len(ended), ended[0].iid) == (MOST_KEPT, 10)


def test_an_older_look_never_overwrites_a_newer() -> None:
    bot = bot_that_saw(merge_request(7))
    bot.take(merge_requests_seen(at=ago(hours=1)))

    assert bot.answer("mrs") == "1 open in 1 project: 1 for review; longest without an answer: !7 (3 d, no reply)."


@pytest.mark.need("N20", by="!mrs")
@pytest.mark.parametrize("question", ["mrs", "mr 7", "mrs finder", "mrs review", "mrs author", "mrs alex", "reviews"])
def test_an_old_list_carries_its_age(question: str) -> None:
    bot = bot_that_saw(merge_request(7))
    bot.looked = {"salsa": ago(hours=3)}
    bot.take(LookFailed(at=ago(hours=2), source="salsa", reason="unavailable", detail="502"))

    assert " (salsa does not answer since 2 h; read 3 h ago)." in bot.answer(question)


def test_one_of_a_project_that_is_not_there_says_which_projects_are() -> None:
    assert bot_that_saw(merge_request(7)).answer("mr 7 nope") == (
        'no project "nope"; there is: debian-cloud-images, finder.'
    )


def stands(number: int, **told: Any) -> MergeRequest:  # noqa: ANN401 - any field of a merge request
    return replace(merge_request(number, made=told.pop("made", None)), **told)


EVERY = (
    stands(1, made=ago(days=9)),
    stands(2, made=ago(days=97), replied_at=ago(days=60), comments=2),
    stands(3, made=ago(days=200), reviews=(Review(who="robin", state="changes"),), replied_at=ago(days=10)),
    stands(4, made=ago(days=8), reviewers=("kim", "robin"), comments=4),
    stands(5, made=ago(days=7), conflicts=True),
    stands(6, made=ago(days=6), pipeline_status="failed", author="robin"),
    stands(7, made=ago(days=5), approved_by=("robin",), approvals_left=0, unresolved=0, replied_at=ago(days=1)),
    stands(8, made=ago(days=4), approved_by=("robin",), approvals_left=1, replied_at=ago(days=2)),
    stands(9, made=ago(days=4), draft=True),
    stands(
        10,
        made=ago(days=30),
        reviews=(Review(who="robin", state="changes"),),
        replied_at=ago(days=20),
        pushed_at=ago(days=3),
    ),
)


@pytest.mark.need("N41", by="!mrs")
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "mrs",
            (
                "9 open in 1 project: 1 with conflicts, 1 FAIL, 1 with changes asked, 1 for re-review, 3 for review, "
                "1 approved, not ready, 1 ready to merge; 1 draft; longest without an answer: "
                "!2 (97 d, no reply since 60 d), !1 (9 d, no reply), !4 (8 d), !10 (30 d, re-review), "
                "!8 (4 d, approved, not ready), !7 (5 d, ready) and 3 more."
            ),
        ),
        (
            "mrs review",
            (
                "5 of 10 open merge requests wait for a review: !2 (97 d, no reply since 60 d), !1 (9 d, no reply), "
                "!4 (8 d), !10 (30 d, re-review), !8 (4 d, approved, not ready)."
            ),
        ),
        (
            "mrs author",
            (
                "3 of 10 open merge requests wait for their author: !3 (200 d, changes asked), "
                "!5 (7 d, has conflicts), !6 (6 d, FAIL)."
            ),
        ),
        ("mrs conflict", "1 of 10 open merge requests waits with conflicts: !5 (7 d)."),
        ("mrs RED", "1 of 10 open merge requests waits with FAIL: !6 (6 d)."),
        ("mrs ready", "1 of 10 open merge requests waits for the merge: !7 (5 d)."),
        ("mrs drafts", "1 of 10 open merge requests waits as drafts: !9 (4 d)."),
        (
            "mrs kim",
            "waiting for kim: !4 (needs review, 8 d).",
        ),
        (
            "mrs Robin",
            ("waiting for Robin: !4 (needs review, 8 d), !10 (re-review, 3 d), !6 (FAIL, 6 d)."),
        ),
    ],
)
def test_of_what_is_open_the_state_the_tail_and_whom_it_waits_for_are_told(question: str, answer: str) -> None:
    assert bot_that_saw(*EVERY).answer(question) == answer


def test_a_state_in_which_nothing_is_says_so() -> None:
    assert bot_that_saw(merge_request(7)).answer("mrs ready") == ("none of 1 open merge request waits for the merge.")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, "needs review for 60 d, waits for anybody; open for 97 d, last reply 60 d ago"),
        (3, "changes asked for 10 d, waits for its author; open for 200 d, last reply 10 d ago"),
        (4, "needs review, waits for kim, robin; open for 8 d"),
        (5, "has conflicts, waits for its author; open for 7 d, no reply"),
        (6, "FAIL, waits for its author; open for 6 d, no reply"),
        (7, "ready for 24 h, waits for whoever may merge; open for 5 d, last reply 24 h ago, 1 approval"),
        (
            8,
            (
                "approved, not ready for 2 d, waits for anybody; open for 4 d, last reply 2 d ago, 1 approval, "
                "1 more needed"
            ),
        ),
        (9, "draft; open for 4 d, no reply"),
        (10, "re-review for 3 d, waits for robin; open for 30 d, last reply 20 d ago"),
    ],
)
def test_one_says_on_whom_it_waits_and_since_when(number: int, words: str) -> None:
    assert bot_that_saw(*EVERY).answer(f"mr {number}") == (
        f'debian-cloud-images !{number} "Add arm64", {words}. https://salsa.example.org/mr/{number}'
    )


def test_thirty_reviewers_are_not_all_named() -> None:
    one = stands(7, reviewers=tuple(f"person{number}" for number in range(30)))

    assert "waits for person0, person1, person2 and 27 more;" in bot_that_saw(one).answer("mr 7")


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        (None, "I do not know who you are: log in to services first, or ask !mrs NICK."),
        (
            Person(name="Alex", accounts={"oftc": ("alex",)}),
            (
                'the team\'s records name no account of yours on salsa; add one of net "salsa" to your file there, '
                "or ask !mrs NICK."
            ),
        ),
        (
            Person(name="Kim", accounts={"oftc": ("k",), "salsa": ("Kim",)}),
            "waiting for you: !4 (needs review, 8 d).",
        ),
        (
            Person(name="Alex", accounts={"salsa": ("alex", "alex-guest")}),
            (
                "waiting for you: !3 (changes asked, 10 d), !5 (has conflicts, "
                "7 d); waiting for others: !2 (needs review, 60 d), !1 (needs review, 9 d), !4 (needs review, 8 d), "
                "!10 (re-review, 3 d) and 3 more."
            ),
        ),
        (
            Person(name="Sam", accounts={"salsa": ("sam",)}),
            "nothing open waits for you.",
        ),
    ],
)
def test_what_waits_for_the_asker_is_known_by_the_account_in_the_records(person: Person | None, answer: str) -> None:
    bot = bot_that_saw(*EVERY)
    ask = Ask(at=NOW, args={WHICH: "mine"}, venue=Venue("oftc", "x"), speaker=Speaker(nick="x"), person=person)
    found = list_open(ask, bot.world(NOW))

    assert bot.words.render(found.words, found.values).strip() == answer
