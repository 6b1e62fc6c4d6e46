"""How soon merge requests are answered, in counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cloudbot.core.forge import MergeRequest, Review
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.merge_requests.reviewing import Figures, figures
from tests.features.builders import NOW, Bot, ago, merge_request, merge_requests_seen, projects_seen


def one(number: int, **told: Any) -> MergeRequest:  # noqa: ANN401 - any field of a merge request
    return replace(merge_request(number, made=ago(days=20)), **told)


def merged(number: int, **told: Any) -> MergeRequest:  # noqa: ANN401 - any field of a merge request
    return one(number, state="merged", merged_at=ago(days=1), **{"merged_by": "alex", **told})


def first_reply(**length: float) -> dict[str, Any]:
    return {"first_reply_at": ago(days=20) + timedelta(**length)}


EVERY = (
    merged(1),
    merged(2),
    merged(3, comments=4),  # whose comments these are is not told
    merged(4, **first_reply(hours=2), approved_by=("robin", "alex")),
    merged(5, **first_reply(hours=6), merged_by="kim"),
    merged(6, **first_reply(days=12), reviews=(Review(who="robin", state="approved"),)),
    one(7),
    one(8, reviews=(Review(who="sam", state="requested"),)),
    one(9, **first_reply(days=1), reviews=(Review(who="jo", state="changes"),)),
    one(10, draft=True),
    one(11, state="closed"),
)


def known(*merge_requests: MergeRequest) -> MergeRequests:
    bot = Bot()
    bot.take(projects_seen(), merge_requests_seen(*merge_requests))
    return bot.world(NOW).document(MergeRequests)


def test_answers_silence_and_people_are_counted() -> None:
    assert figures(known(*EVERY)) == Figures(
        merged=6,
        answered=4,
        median_answer=timedelta(hours=15),
        longest_answer=timedelta(days=12),
        unheard=2,
        untold=1,
        people=3,
        silent=2,
        open=3,
    )


@pytest.mark.need("N41", by="!reviews")
@pytest.mark.parametrize(
    ("seen", "answer"),
    [
        (
            EVERY,
            (
                "since 2019-04-01: 6 merged, 2 of them by their author without anybody's word (of 1 more that is "
                "not told); first reply after 15 h in the median, 12 d at the longest (of 4 that had one); 3 people "
                "reviewed or merged others' work; 2 of 3 open without any reply."
            ),
        ),
        (
            (),
            (
                "since 2019-04-01: 0 merged, 0 of them by their author without anybody's word; first reply ?; 0 people "
                "reviewed or merged others' work; 0 of 0 open without any reply."
            ),
        ),
    ],
)
def test_the_figures_are_one_line_that_names_nobody(seen: tuple[MergeRequest, ...], answer: str) -> None:
    bot = Bot()
    bot.take(projects_seen(), merge_requests_seen(*seen))

    assert bot.answer("reviews") == answer


def test_before_the_first_look_there_are_none() -> None:
    assert Bot().answer("reviews") == "I have not seen the merge requests yet; ask again in a minute."
