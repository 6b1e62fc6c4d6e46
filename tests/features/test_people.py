"""People: how many carry the work, in counts; never a ranking, never a name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.features.people import Landed
from cloudbot.store.codec import encode
from tests.features.builders import NOW, Bot, ago, commit, commits_seen

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.forge import Commit


@pytest.mark.need("N04")
@pytest.mark.need("N41")
def test_the_work_of_90_days_is_counted_and_how_much_of_it_is_one_persons() -> None:
    bot = Bot()
    bot.take(
        commits_seen(
            *(commit("a", ago(days=day)) for day in range(1, 61)),
            commit("b", ago(days=3)),
            commit("c", ago(days=40)),
        )
    )

    assert bot.answer("people") == "last 90 days: 62 commits, 3 people, 60 by one; last 7 days: 2 people."


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        (ago(days=90), True),
        (ago(days=90, seconds=1), False),
        (NOW, True),
        (NOW + timedelta(seconds=1), False),
    ],
)
def test_the_window_is_90_days_to_the_second(at: datetime, *, counted: bool) -> None:
    bot = Bot()
    bot.take(commits_seen(commit("a", at)))

    assert bot.answer("people").startswith(f"last 90 days: {'1 commit, 1 person' if counted else 'no commits'}")


def test_the_window_moves_on_without_a_new_look() -> None:
    bot = Bot()
    bot.take(commits_seen(commit("a", ago(days=80)), commit("b", ago(days=1))))

    assert bot.answer("people", at=NOW + timedelta(days=11)) == (
        "last 90 days: 1 commit, 1 person, 1 by one; last 7 days: 0 people (read 11 d ago)."
    )


@pytest.mark.parametrize(
    ("commits", "answer"),
    [
        (None, "I have not seen the commits yet; ask again in a minute."),
        ((), "last 90 days: no commits."),
        ((commit("a", ago(days=1)),), "last 90 days: 1 commit, 1 person, 1 by one; last 7 days: 1 person."),
    ],
)
def test_few_or_no_commits_are_said_as_they_are(commits: tuple[Commit, ...] | None, answer: str) -> None:
    bot = Bot()
    if commits is not None:
        bot.take(commits_seen(*commits))

    assert bot.answer("people") == answer


def test_the_document_keeps_no_more_than_an_instant_and_a_digest_of_each_commit() -> None:
    bot = Bot()
    bot.take(commits_seen(commit("5f3a", ago(days=1))))

    assert encode(bot.world(NOW).document(Landed)) == (
        '{"forge":"salsa","seen":"2019-07-22T19:00:00Z","since":"2019-04-23T19:00:00Z",'
        '"commits":[["2019-07-21T19:00:00Z","5f3a"]]}'
    )


def test_an_older_look_never_overwrites_a_newer() -> None:
    bot = Bot()
    bot.take(commits_seen(commit("a", ago(days=1))))

    bot.take(commits_seen(at=ago(hours=1)))

    assert bot.answer("people").startswith("last 90 days: 1 commit")
