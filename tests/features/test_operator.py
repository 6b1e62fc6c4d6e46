"""The operator hears once of a kind of bug, and of each message that will never arrive."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cloudbot.core.effects import TellOperator
from cloudbot.core.facts import Delivered, FactParked, HooksKept, TokenExpires
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
        ("comment/records/oftc/m1/0a1b", "dead", []),
    ],
)
def test_only_a_message_that_will_never_arrive_is_told_of_and_never_the_telling_itself(
    key: str, state: str, told: list[str]
) -> None:
    fact = Delivered(at=NOW, key=key, state=state, detail="550 no such user")  # type: ignore[arg-type]

    assert keys(Bot().take(fact)) == told


def expires(**later: float) -> TokenExpires:
    return TokenExpires(at=NOW + timedelta(**later), forge="salsa", token="cloudbot", on=date(2019, 7, 28))


def test_a_token_that_ends_is_told_to_the_operator_once_a_day_and_to_nobody_else() -> None:
    bot = Bot()
    effects = bot.take(expires(), expires(hours=1), expires(days=1))

    assert sorted(set(keys(effects))) == [
        "operator/token/salsa/cloudbot/2019-07-28/2019-07-22",
        "operator/token/salsa/cloudbot/2019-07-28/2019-07-23",
    ]
    assert bot.said(effects) == []


@pytest.mark.parametrize(
    ("later", "subject"),
    [
        ({}, "cloudbot: a token of salsa ends in 6 days"),
        ({"days": 5}, "cloudbot: a token of salsa ends in 1 day"),
        ({"days": 7}, "cloudbot: a token of salsa has ended"),
    ],
)
def test_the_mail_about_a_token_says_how_long_it_holds(later: dict[str, float], subject: str) -> None:
    bot = Bot()
    (told,) = bot.take(expires(**later))
    assert isinstance(told, TellOperator)
    mail = bot.words.render(f"mail/{told.words}", told.values)
    assert mail.partition("\n\n")[0] == subject
    assert "on 2019-07-28" in bot.words.render(f"irc/{told.words}", told.values)


def test_hooks_that_may_not_be_made_and_hooks_that_were_switched_off_are_told_to_the_operator() -> None:
    bot = Bot()
    kept = HooksKept(at=NOW, forge="salsa", sending=("a/b",), refused=("a/c", "a/d"), disabled=("a/b",))
    (told,) = bot.take(kept)
    assert isinstance(told, TellOperator)

    assert bot.words.render(f"irc/{told.words}", told.values).strip() == (
        "hooks of salsa: 1 send; 2 may not be made by our token and are polled only (a/c, a/d); "
        "1 had been switched off by the server and are on again (a/b)."
    )
    mail = bot.words.render(f"mail/{told.words}", told.values)
    assert [line.strip() for line in mail.splitlines() if line.startswith("  ")] == ["a/c", "a/d", "a/b"]


def test_which_projects_refuse_hooks_is_one_message_whenever_it_is_found() -> None:
    later = NOW + timedelta(days=1)
    facts = [
        HooksKept(at=at, forge="salsa", sending=(), refused=refused, disabled=disabled)
        for at, refused, disabled in (
            (NOW, ("a/c",), ()),
            (later, ("a/c",), ()),
            (later, ("a/c", "a/d"), ()),
            (NOW, ("a/c",), ("a/b",)),
            (later, ("a/c",), ("a/b",)),
        )
    ]
    first, again, more, off, off_again = (keys(Bot().take(fact))[0] for fact in facts)
    assert first == again
    assert len({first, more, off, off_again}) == 4


def test_hooks_that_all_send_are_nobodys_news() -> None:
    assert Bot().take(HooksKept(at=NOW, forge="salsa", sending=("a/b",), refused=(), disabled=())) == []


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("pipelines/x/master/push/7/problem@oftc/#debian-cloud", 1),
        ("pipelines/x/master/push/7/problem@oftc/alex", 0),
        ("watch/oftc/m1/7@oftc/alex", 0),
        ("quiet/oftc/m1", 1),
        ("operator/dead/x/irc", 0),
    ],
)
def test_news_for_somebody_who_is_not_there_is_nothing_for_the_operator(key: str, told: int) -> None:
    dead = Delivered(at=NOW, key=key, state="dead", detail="401 no such nick")
    assert len(keys(Bot().take(dead))) == told
