"""Merge requests: the longest waiting first, and what became of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import LookFailed
from cloudbot.features.merge_requests import MOST_KEPT, MergeRequests
from tests.features.builders import (
    IMAGES,
    NOW,
    Bot,
    ago,
    merge_request,
    merge_requests_seen,
    projects_seen,
)

if TYPE_CHECKING:
    from cloudbot.core.forge import MergeRequest

OLDEST = "debian-cloud-images !7 (97 d), finder !9 (3 d), debian-cloud-images !8 (2 h)"
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
            f"3 open in 2 projects, 1 draft; longest waiting: {OLDEST}.",
        ),
        ("mrs finder", "1 open in 1 project; longest waiting: finder !9 (3 d)."),
        ("mrs cloud-team/finder", "1 open in 1 project; longest waiting: finder !9 (3 d)."),
        ("mrs nope", 'no project "nope"; there is: debian-cloud-images, finder.'),
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
        "2 open in 1 project; longest waiting: !8 (3 d), !9 (3 d)."
    )


@pytest.mark.parametrize(
    ("merge_requests", "answer"),
    [
        ((), "no open merge request."),
        ((merge_request(1, draft=True),), "0 open in 1 project, 1 draft."),
        ((merge_request(1, state="closed"),), "no open merge request."),
    ],
)
def test_when_nothing_waits_that_is_said(merge_requests: tuple[MergeRequest, ...], answer: str) -> None:
    assert bot_that_saw(*merge_requests).answer("mrs") == answer


@pytest.mark.parametrize("question", ["mrs", "mr 7"])
def test_before_the_first_look_nothing_is_claimed(question: str) -> None:
    assert Bot().answer(question) == "I have not seen the merge requests yet; ask again in a minute."


LINK = "https://salsa.example.org/mr/7"


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (merge_request(7), f'debian-cloud-images !7 "Add arm64", open for 3 d. {LINK}'),
        (
            merge_request(7, draft=True, conflicts=True, pipeline_status="failed"),
            f'debian-cloud-images !7 "Add arm64", draft, open for 3 d, has conflicts, pipeline FAIL. {LINK}',
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
            f'debian-cloud-images !7 "#topic x", open for 3 d. {LINK}',
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

    assert bot.answer("mr 7") == f'debian-cloud-images !7 "Add arm64", open for 3 d. {LINK}'


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

    assert bot.answer("mrs") == "1 open in 1 project; longest waiting: !7 (3 d)."


@pytest.mark.need("N20")
@pytest.mark.parametrize("question", ["mrs", "mr 7", "mrs finder"])
def test_an_old_list_carries_its_age(question: str) -> None:
    bot = bot_that_saw(merge_request(7))
    bot.looked = {"salsa": ago(hours=3)}
    bot.take(LookFailed(at=ago(hours=2), source="salsa", reason="unavailable", detail="502"))

    assert "(salsa does not answer since 2 h; read 3 h ago)." in bot.answer(question)


def test_one_of_a_project_that_is_not_there_says_which_projects_are() -> None:
    assert bot_that_saw(merge_request(7)).answer("mr 7 nope") == (
        'no project "nope"; there is: debian-cloud-images, finder.'
    )
