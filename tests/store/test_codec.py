"""Every fact and every document comes back as it was written; what does not fit its type is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given, strategies
from pydantic import ValidationError

from cloudbot.core.facts import Fact, LookFailed, PipelinesSeen, TimerFired
from cloudbot.features import make_engine
from cloudbot.store.codec import FACTS, decode, decode_fact, encode
from tests.features.builders import (
    NOW,
    Bot,
    ago,
    commit,
    commits_seen,
    job,
    merge_request,
    merge_requests_seen,
    pipeline,
    pipelines_seen,
    projects_seen,
)
from tests.features.builders import given as command_given

TEXTS = strategies.text(strategies.characters(exclude_categories=["Cs"]))
INSTANTS = strategies.datetimes(timezones=strategies.just(UTC))


def written(kind: type) -> strategies.SearchStrategy[Any]:
    """Build any value of a stored dataclass; the names of whole types do for its parts."""
    strategies.register_type_strategy(datetime, INSTANTS)
    strategies.register_type_strategy(str, TEXTS)
    return strategies.builds(kind)


@pytest.mark.parametrize("kind", get_args(Fact), ids=lambda kind: kind.__name__)
def test_every_fact_comes_back_as_it_was_written(kind: type) -> None:
    @given(written(kind))
    def comes_back(fact: Fact) -> None:
        assert decode_fact(type(fact).__name__, encode(fact)) == fact

    comes_back()


@pytest.mark.parametrize("feature", make_engine().all, ids=lambda feature: feature.name)
def test_every_document_comes_back_as_it_was_written(feature: Any) -> None:  # noqa: ANN401 - of any document
    @given(written(feature.document))
    def comes_back(document: object) -> None:
        assert decode(type(document), encode(document)) == document

    comes_back()


def test_the_documents_of_a_bot_that_has_seen_everything_come_back() -> None:
    bot = Bot()
    bot.take(
        projects_seen(),
        pipelines_seen(pipeline(1, jobs=(job(1, "ec2 sid amd64 build"),))),
        pipelines_seen(pipeline(2, "failed", jobs=(job(2, "ec2 sid amd64 build", "failed", reason="script_failure"),))),
        merge_requests_seen(merge_request(1), merge_request(2, state="merged", merged=ago(days=1))),
        commits_seen(commit("a", ago(days=1))),
        LookFailed(at=NOW, source="salsa", reason="unauthorised", detail="the token ended"),
        command_given("quiet", {"span": "2d"}),
        pipelines_seen(pipeline(3)),
    )

    for kind, document in bot.documents.items():
        assert decode(kind, encode(document)) == document
    changed = {kind.__name__ for kind, document in bot.documents.items() if document != kind()}
    assert changed >= {"Sources", "Projects", "Pipelines", "Builds", "MergeRequests", "Landed", "Voice"}


def test_an_instant_is_written_in_utc_whatever_its_zone() -> None:
    summer = timezone(timedelta(hours=2))
    fact = TimerFired(at=datetime(2019, 7, 22, 21, 0, tzinfo=summer), name="tea", due=NOW)

    back = decode_fact("TimerFired", encode(fact))

    assert back == TimerFired(at=NOW, name="tea", due=NOW)


def test_a_fact_is_stored_under_the_name_of_its_class() -> None:
    assert set(FACTS) == {kind.__name__ for kind in get_args(Fact)}
    assert decode_fact(
        "PipelinesSeen", '{"at":"2019-07-22T19:00:00Z","forge":"salsa","pipelines":[]}'
    ) == PipelinesSeen(at=NOW, forge="salsa", pipelines=())


@pytest.mark.parametrize(
    "body",
    [
        '{"at":"yesterday","source":"salsa","reason":"limited","detail":""}',
        '{"at":"2019-07-22T19:00:00Z","source":"salsa","reason":"bored","detail":""}',
        '{"at":"2019-07-22T19:00:00Z","source":"salsa","reason":"limited"}',
        '{"at":"2019-07-22T19:00:00Z",',
        "",
    ],
)
def test_what_does_not_fit_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        decode_fact("LookFailed", body)


def test_a_fact_of_a_name_this_version_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError, match="MoonSeen"):
        decode_fact("MoonSeen", "{}")


def test_a_document_of_before_a_field_was_added_gets_its_default() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Grown:
        old: int
        new: tuple[str, ...] = ()

    assert decode(Grown, '{"old": 1}') == Grown(old=1)
