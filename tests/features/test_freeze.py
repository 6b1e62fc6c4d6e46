"""A freeze is told once when it begins and once when it ends, and leads the status between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cloudbot.core.facts import TimerFired
from cloudbot.core.text import is_harmless_start
from cloudbot.features.freeze import TIMER
from tests.features.builders import NOW, Bot, given, projects_seen, timers

TEXT = "point release 10.1, no merges"
BEGUN = given("freeze", {"text": f"{TEXT} for 3d"})
END = NOW + timedelta(days=3)


def frozen() -> Bot:
    bot = Bot()
    bot.take(BEGUN)
    return bot


def test_it_is_confirmed_and_told_once_naming_nobody() -> None:
    assert Bot().lines(BEGUN) == [
        "frozen until Thu 19:00; it is told once and leads !status. Earlier: thaw",
        f"FREEZE until Thu 19:00: {TEXT}",
    ]


@pytest.mark.parametrize(
    ("text", "length"),
    [(TEXT, timedelta(days=7)), (f"{TEXT} for 2h", timedelta(hours=2)), (f"{TEXT} for 360d", timedelta(days=180))],
    ids=["unless said", "as said", "no longer than half a year"],
)
def test_it_ends_by_itself(text: str, length: timedelta) -> None:
    assert timers(Bot().take(given("freeze", {"text": text})))[TIMER] == NOW + length


def test_its_end_is_told_once() -> None:
    bot = frozen()
    fired = TimerFired(at=END, name=TIMER, due=END)
    assert bot.lines(fired) == [f"freeze over, after 3 d: {TEXT}"]
    assert bot.lines(fired) == []
    assert bot.answer("freeze", at=END) == "nothing is frozen; freeze TEXT for 3d says that it is."


def test_a_thaw_ends_it_before_its_time() -> None:
    bot = frozen()
    thaw = given("thaw", at=NOW + timedelta(hours=5), number="m2")
    assert bot.lines(thaw) == ["thawed.", f"freeze over, after 5 h: {TEXT}"]
    assert bot.lines(given("thaw", at=NOW + timedelta(hours=6), number="m3")) == ["nothing is frozen."]


def test_a_later_word_takes_the_place_of_an_earlier_and_its_end() -> None:
    bot = frozen()
    effects = bot.take(given("freeze", {"text": "sprint for 5d"}, at=NOW + timedelta(days=1), number="m2"))
    assert timers(effects)[TIMER] == NOW + timedelta(days=6)
    assert bot.lines(TimerFired(at=END, name=TIMER, due=END)) == []


def test_it_leads_the_status_while_it_lasts_also_before_its_end_was_told() -> None:
    bot = frozen()
    assert bot.answer("status") == (
        f"FREEZE until Thu 19:00: {TEXT} - Debian Cloud Team: nothing seen yet; ask again in a minute."
    )
    bot.take(projects_seen())
    assert bot.answer("status") == f"FREEZE until Thu 19:00: {TEXT} - builds ?. pipelines ?. MRs ?."
    assert bot.answer("status", at=END) == "builds ?. pipelines ?. MRs ? (read 3 d ago)."


def test_who_said_it_is_told_to_who_asks() -> None:
    assert frozen().answer("freeze", at=NOW + timedelta(hours=2)) == (
        f"FREEZE until Thu 19:00: {TEXT} (said by Alex 2 h ago). Earlier: thaw"
    )


def test_a_freeze_of_nothing_is_none() -> None:
    bot = Bot()
    assert bot.lines(given("freeze", {"text": "for 2d"})) == [
        "say what is frozen in a few words: freeze point release 12.6, no merges for 3d"
    ]
    assert bot.answer("freeze") == "nothing is frozen; freeze TEXT for 3d says that it is."


@pytest.mark.parametrize("text", ["x" * 400, "漢" * 130, "!op x", "/me waves"])
def test_every_line_of_it_is_short_and_harmless(text: str) -> None:
    bot = Bot()
    bot.take(projects_seen())
    lines = [
        *bot.lines(given("freeze", {"text": text})),
        bot.answer("freeze"),
        bot.answer("status"),
        *bot.lines(given("thaw", number="m2")),
    ]
    assert len(lines) == 6
    assert [line for line in lines if len(line.encode()) > 400 or not is_harmless_start(line)] == []
