"""Sources: people hear once that one is away for long, once that it is back; the operator hears more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cloudbot.core.effects import CancelTimer, SetTimer, TellOperator
from cloudbot.core.facts import AwayReason, Fact, LookFailed, LookSucceeded, TimerFired
from cloudbot.features.sources import Settings, Sources
from tests.features.builders import NOW, SPEAKING, Bot, ago, settings

TIMER = "sources/away/salsa"


def failed(reason: AwayReason = "unreachable", *, minute: float = 0, detail: str = "no route to host") -> LookFailed:
    return LookFailed(at=NOW + timedelta(minutes=minute), source="salsa", reason=reason, detail=detail)


def answered(minute: float) -> LookSucceeded:
    return LookSucceeded(at=NOW + timedelta(minutes=minute), source="salsa")


def patience_ends(minute: float = 15) -> TimerFired:
    at = NOW + timedelta(minutes=minute)
    return TimerFired(at=at, name=TIMER, due=at)


def test_an_outage_is_told_once_when_it_lasts_and_once_when_it_is_over() -> None:
    bot = Bot()
    story: list[Fact] = [failed(), failed("unavailable", minute=5, detail="502 Bad Gateway")]
    story += [patience_ends(), patience_ends(16), answered(90), answered(95)]

    assert [bot.lines(fact) for fact in story] == [
        [],
        [],
        ["salsa does not answer since 15 min (502 Bad Gateway); what I say of it is from before."],
        [],
        ["salsa answers again, after 1 h."],
        [],
    ]


def test_a_short_outage_is_told_to_nobody() -> None:
    bot = Bot()

    assert bot.take(failed()) == [SetTimer(name=TIMER, due=NOW + timedelta(minutes=15))]
    assert bot.take(answered(10)) == [CancelTimer(name=TIMER)]
    assert bot.take(patience_ends()) == []


def test_the_patience_begins_with_the_first_failure() -> None:
    bot = Bot(chosen=settings(SPEAKING, Settings(patience_minutes=60)))

    assert bot.take(failed()) == [SetTimer(name=TIMER, due=NOW + timedelta(hours=1))]
    assert bot.take(failed("limited", minute=30)) == []
    assert bot.world(NOW).document(Sources).away["salsa"].since == NOW


@pytest.mark.parametrize("reason", ["unauthorised", "forbidden"])
def test_the_operator_is_told_at_once_of_what_only_the_operator_can_mend(reason: AwayReason) -> None:
    bot = Bot()
    told = [effect for effect in bot.take(failed(reason, detail="401")) if isinstance(effect, TellOperator)]

    assert told == [
        TellOperator(
            key=f"sources/salsa/2019-07-22/{reason}",
            words="operator_source",
            values={"source": "salsa", "reason": reason, "detail": "401"},
        ),
    ]
    assert bot.words.render("mail/operator_source", told[0].values).splitlines()[0] == "cloudbot: salsa refuses us"


@pytest.mark.parametrize("reason", ["unreachable", "unavailable", "limited", "unbelievable"])
def test_the_operator_is_not_woken_for_what_mends_itself(reason: AwayReason) -> None:
    assert [type(effect) for effect in Bot().take(failed(reason))] == [SetTimer]


def test_after_a_restart_that_finds_it_still_away_nobody_is_told_again() -> None:
    bot = Bot()
    bot.take(failed(), patience_ends())

    assert bot.take(failed(minute=20)) == []
    assert bot.lines(answered(60)) == ["salsa answers again, after 1 h."]


def test_two_sources_are_away_each_for_itself() -> None:
    bot = Bot()
    other = LookFailed(at=ago(hours=1), source="github", reason="limited", detail="429")
    bot.take(other, failed())

    bot.take(answered(1))

    assert set(bot.world(NOW).document(Sources).away) == {"github"}
