"""The operator hears once of a kind of bug, and of each message that will never arrive."""

from __future__ import annotations

import pytest

from cloudbot.core.effects import TellOperator
from cloudbot.core.facts import Delivered, FactParked
from cloudbot.features.operator import MOST_REMEMBERED, Told
from tests.features.builders import NOW, Bot, keys


def parked(number: int, fingerprint: str) -> FactParked:
    return FactParked(at=NOW, fact_id=number, kind="PipelinesSeen", fingerprint=fingerprint, summary="KeyError: 'x'")


def test_a_kind_of_bug_is_told_once() -> None:
    bot = Bot()

    assert keys(bot.take(parked(1, "a"), parked(2, "a"), parked(3, "b"))) == ["operator/bug/a", "operator/bug/b"]


def test_the_mail_says_what_happened_and_what_can_be_done() -> None:
    bot = Bot()
    (told,) = bot.take(parked(17, "a"))
    assert isinstance(told, TellOperator)

    assert bot.words.render(f"mail/{told.words}", told.values) == (
        "cloudbot: a PipelinesSeen could not be handled\n\n"
        "Handling fact 17 (PipelinesSeen) raised:\n\n"
        "  KeyError: 'x'\n\n"
        "It is parked with its traceback, and the bot goes on.\n\n"
        "  cloudbot journal show 17\n  cloudbot journal retry 17\n  cloudbot journal drop 17\n\n"
        "You get one mail per kind of bug."
    )
    assert bot.words.render(f"irc/{told.words}", told.values) == (
        "a PipelinesSeen could not be handled and is parked: KeyError: 'x'. cloudbot journal show 17"
    )


def test_memory_of_bugs_is_bounded() -> None:
    bot = Bot()
    bot.take(*(parked(number, str(number)) for number in range(MOST_REMEMBERED + 1)))

    assert len(bot.world(NOW).document(Told).fingerprints) == MOST_REMEMBERED


@pytest.mark.parametrize(
    ("key", "state", "told"),
    [
        ("pipelines/x", "dead", ["operator/dead/pipelines/x"]),
        ("pipelines/x", "sent", []),
        ("pipelines/x", "expired", []),
        ("pipelines/x", "unknown", []),
        ("operator/bug/a/mail", "dead", []),
    ],
)
def test_only_a_message_that_will_never_arrive_is_told_of_and_never_the_telling_itself(
    key: str, state: str, told: list[str]
) -> None:
    fact = Delivered(at=NOW, key=key, state=state, detail="550 no such user")  # type: ignore[arg-type]

    assert keys(Bot().take(fact)) == told
