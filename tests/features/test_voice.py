"""The voice: which unasked lines are said, which wait, which are folded, and which only would have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from cloudbot.core.effects import Announce, CancelTimer, Effect, Say, SetTimer, WouldSay
from cloudbot.core.facts import TimerFired, WentLive
from cloudbot.core.speech import Venue
from cloudbot.features.voice import FOLD, WAKE, Settings, Voice, admit, voice
from tests.features.builders import (
    CHANNEL,
    NOW,
    SPEAKING,
    TEAM,
    Bot,
    ago,
    given,
    job,
    pipeline,
    pipelines_seen,
    projects_seen,
    settings,
)

EVENING = datetime(2019, 7, 22, 23, 0, tzinfo=UTC)
WAKE_UP = f"{WAKE}{CHANNEL}"


def line(number: int = 1) -> Announce:
    values = {"source": f"salsa {number}", "length": timedelta(hours=1)}
    return Announce(key=f"k{number}", words="irc/source_back", values=values, gist=f"gist {number}", expires=NOW)


def speak(bot: Bot, *lines: Announce, at: datetime = NOW) -> list[Effect]:
    """Let features announce these lines for one fact; return what becomes of them."""
    reaction = admit(bot.world(at).document(Voice), lines, bot.world(at))
    bot.documents = {**bot.documents, Voice: reaction.document}
    return list(reaction.effects)


def test_until_it_is_sent_live_it_only_would_say() -> None:
    bot = Bot(chosen=settings())
    one = line()

    assert speak(bot, one) == [WouldSay(key=f"k1@{CHANNEL}", to=CHANNEL, words=one.words, values=one.values)]
    bot.take(WentLive(at=NOW))
    assert speak(bot, one) == [
        Say(key=f"k1@{CHANNEL}", to=CHANNEL, words=one.words, values=one.values, notice=True, expires=NOW),
    ]


def test_an_unasked_line_is_a_notice_in_every_channel_of_the_team() -> None:
    other = Venue("libera", "#cloud")
    bot = Bot(team=replace(TEAM, channels=(CHANNEL, other)))

    said = speak(bot, line())

    assert [(one.to, one.notice, one.key) for one in said if isinstance(one, Say)] == [
        (CHANNEL, True, "k1@oftc/#debian-cloud"),
        (other, True, "k1@libera/#cloud"),
    ]


def test_what_one_fact_changed_is_one_line() -> None:
    bot = Bot()
    first = (job(1, "ec2 sid amd64 build", at=ago(hours=9)),)
    second = (job(2, "ec2 sid amd64 build", "failed"),)
    bot.take(projects_seen(), pipelines_seen(pipeline(1, made=ago(hours=9), jobs=first)))

    assert bot.lines(pipelines_seen(pipeline(2, "failed", jobs=second))) == [
        "1 pipeline FAIL (debian-cloud-images master); 1 build FAIL (ec2 sid amd64). !status",
    ]
    assert bot.world(NOW).document(Voice).said == {str(CHANNEL): 1}


def test_six_lines_a_day_are_said_the_last_says_so_and_the_rest_only_would_be() -> None:
    bot = Bot()

    effects = [effect for number in range(8) for effect in speak(bot, line(number))]

    assert bot.said(effects) == [
        *(f"salsa {number} answers again, after 1 h." for number in range(5)),
        "salsa 5 answers again, after 1 h. - my last unasked line today; !status has the rest.",
    ]
    assert [effect.key for effect in effects if isinstance(effect, WouldSay)] == [f"k6@{CHANNEL}", f"k7@{CHANNEL}"]


def test_the_next_day_is_a_new_day() -> None:
    bot = Bot()
    for number in range(8):
        speak(bot, line(number), at=EVENING)

    assert len(bot.said(speak(bot, line(9), at=EVENING + timedelta(hours=1)))) == 1


def test_a_budget_of_none_says_nothing() -> None:
    bot = Bot(chosen=settings(Settings(listen_first=False, lines_a_day=0)))

    assert [type(effect) for effect in speak(bot, line())] == [WouldSay]


def test_each_channel_has_a_budget_of_its_own() -> None:
    other = Venue("oftc", "#other")
    bot = Bot(team=replace(TEAM, channels=(other,)))
    for number in range(6):
        speak(bot, line(number))
    bot.team = TEAM

    assert bot.said(speak(bot, line(7))) == ["salsa 7 answers again, after 1 h."]


def test_quiet_holds_lines_and_says_them_as_one_when_it_ends() -> None:
    bot = Bot()
    until = NOW + timedelta(days=2)

    effects = bot.take(given("quiet", {"span": "2d"}))
    assert effects == [
        SetTimer(name=WAKE_UP, due=until),
        Say(key="quiet/oftc/m1", to=CHANNEL, words="irc/quiet_on", values={"until": until}),
    ]
    assert bot.said(effects) == [
        "No unasked lines here until Wed 2019-07-24 19:00 UTC. Answers and meetings go on. Earlier: !quiet off",
    ]
    for number in range(6):
        assert speak(bot, line(number)) == [SetTimer(name=WAKE_UP, due=until)]

    released = bot.take(TimerFired(at=until, name=WAKE_UP, due=until))
    assert bot.said(released) == ["while it was quiet: gist 2; gist 3; gist 4; gist 5 and 2 more. !status"]
    assert bot.take(TimerFired(at=until, name=WAKE_UP, due=until)) == []
    assert len(bot.said(speak(bot, line(9), at=until))) == 1


def test_quiet_off_releases_what_was_held_at_once() -> None:
    bot = Bot()
    bot.take(given("quiet"))
    speak(bot, line())

    effects = bot.take(given("quiet", {"span": "OFF"}, number="m2"))

    assert CancelTimer(name=WAKE_UP) in effects
    assert bot.said(effects) == ["I speak up again.", "while it was quiet: gist 1. !status"]
    assert bot.said(speak(bot, line(2))) == ["salsa 2 answers again, after 1 h."]


def test_quiet_without_a_span_is_twelve_hours() -> None:
    effects = Bot().take(given("quiet"))

    assert effects[0] == SetTimer(name=WAKE_UP, due=NOW + timedelta(hours=12))


def test_quiet_asked_for_in_a_query_is_for_all_channels_and_answered_there() -> None:
    bot = Bot()
    query = Venue("oftc", "alex")

    effects = bot.take(given("quiet", {"span": "1h"}, venue=query))

    assert [(type(effect).__name__, getattr(effect, "to", None)) for effect in effects] == [
        ("SetTimer", None),
        ("Say", query),
    ]
    assert speak(bot, line()) == [SetTimer(name=WAKE_UP, due=NOW + timedelta(hours=1))]


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ("22:00-06:00", "23:00", "2019-07-23 06:00"),
        ("22:00-06:00", "22:00", "2019-07-23 06:00"),
        ("22:00-06:00", "05:59", "2019-07-22 06:00"),
        ("22:00-06:00", "00:00", "2019-07-22 06:00"),
        ("22:00-06:00", "06:00", None),
        ("22:00-06:00", "21:59", None),
        ("12:30-13:00", "12:45", "2019-07-22 13:00"),
        ("12:30-13:00", "13:00", None),
        ("", "12:45", None),
    ],
)
def test_quiet_hours_end_when_they_say_over_midnight_too(hours: str, at: str, until: str | None) -> None:
    instant = datetime.fromisoformat(f"2019-07-22T{at}:00+00:00")
    end = Settings(quiet_hours=hours).quiet_until(instant)

    assert (None if end is None else f"{end:%Y-%m-%d %H:%M}") == until


def test_what_happens_at_night_is_one_line_in_the_morning() -> None:
    bot = Bot(chosen=settings(Settings(listen_first=False, quiet_hours="22:00-06:00")))
    morning = datetime(2019, 7, 23, 6, 0, tzinfo=UTC)

    assert speak(bot, line(1), at=EVENING) == [SetTimer(name=WAKE_UP, due=morning)]
    assert speak(bot, line(2), at=EVENING + timedelta(hours=3)) == [SetTimer(name=WAKE_UP, due=morning)]
    assert bot.lines(TimerFired(at=morning, name=WAKE_UP, due=morning)) == [
        "while it was quiet: gist 1; gist 2. !status",
    ]


def test_the_longer_of_two_silences_counts() -> None:
    bot = Bot(chosen=settings(Settings(listen_first=False, quiet_hours="22:00-06:00")))
    bot.take(given("quiet", {"span": "1d"}, at=EVENING))
    asked, night = EVENING + timedelta(days=1), datetime(2019, 7, 24, 6, 0, tzinfo=UTC)
    speak(bot, line(), at=EVENING)

    assert bot.take(TimerFired(at=asked, name=WAKE_UP, due=asked)) == [SetTimer(name=WAKE_UP, due=night)]
    assert bot.lines(TimerFired(at=night, name=WAKE_UP, due=night)) == ["while it was quiet: gist 1. !status"]


def test_what_is_held_counts_as_a_line_of_the_day_but_is_said_even_when_the_day_is_used_up() -> None:
    bot = Bot()
    for number in range(6):
        speak(bot, line(number))
    bot.take(given("quiet", {"span": "1h"}))
    speak(bot, line(7))

    assert bot.lines(given("quiet", {"span": "off"}, number="m2"))[1:] == ["while it was quiet: gist 7. !status"]
    assert bot.world(NOW).document(Voice).said == {str(CHANNEL): 7}


def test_answers_and_timers_of_features_pass_whatever_the_voice_wants() -> None:
    bot = Bot(chosen=settings())
    passing: list[Effect] = [Say(key="a", to=CHANNEL, words="irc/quiet_off"), SetTimer(name="t", due=NOW)]
    reaction = admit(Voice(), [passing[0], line(), passing[1]], bot.world(NOW))

    assert list(reaction.effects)[:2] == passing


@pytest.mark.parametrize("text", ["22-06", "25:00-06:00", "22:00", "22:00-06:60", "nonsense"])
def test_quiet_hours_that_cannot_be_read_are_refused_when_configured(text: str) -> None:
    with pytest.raises(ValidationError, match="is not like"):
        Settings(quiet_hours=text)


def test_nothing_else_changes_the_voice() -> None:
    bot = Bot(chosen=settings(SPEAKING))

    assert voice.react(Voice(), given("other"), bot.world(NOW)).document == Voice()


# ----------------------------------------------------------------------------------------------------- bursts

FOLDING = Settings(listen_first=False, fold_seconds=10)
FOLD_DUE = f"{FOLD}{CHANNEL}"


def news(number: int, *, event: str = "problem", name: str = "", cause: str = "") -> Announce:
    """Write an announcement about one pipeline among several."""
    name = name or f"project-{number} master"
    return replace(line(number), event=event, about=name, noun="pipeline", name=name, cause=cause)


def soon(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def due(at: datetime) -> TimerFired:
    return TimerFired(at=at, name=FOLD_DUE, due=at)


def test_the_first_news_is_said_at_once_and_what_follows_within_seconds_is_one_line() -> None:
    bot = Bot(chosen=settings(FOLDING))

    assert len(bot.said(speak(bot, news(1)))) == 1
    for number in range(2, 40):
        assert speak(bot, news(number), at=soon(number / 10)) == [SetTimer(name=FOLD_DUE, due=soon(10))]
    named = ", ".join(f"project-{number} master" for number in (2, 3, 4, 5))
    assert bot.lines(due(soon(10))) == [f"38 pipelines FAIL ({named} and 34 more). !pipelines"]


def test_while_a_burst_goes_on_lines_come_ever_more_slowly() -> None:
    bot = Bot(chosen=settings(FOLDING))
    speak(bot, news(1))
    speak(bot, news(2), at=soon(1))
    bot.take(due(soon(10)))

    assert speak(bot, news(3), at=soon(11)) == [SetTimer(name=FOLD_DUE, due=soon(60))]
    bot.take(due(soon(60)))
    assert speak(bot, news(4), at=soon(61)) == [SetTimer(name=FOLD_DUE, due=soon(180))]


def test_after_a_burst_the_next_news_is_said_at_once_again() -> None:
    bot = Bot(chosen=settings(FOLDING))
    speak(bot, news(1))
    speak(bot, news(2), at=soon(1))
    bot.take(due(soon(10)))

    assert len(bot.said(speak(bot, news(3), at=soon(60)))) == 1
    assert speak(bot, news(4), at=soon(61)) == [SetTimer(name=FOLD_DUE, due=soon(70))]


def test_news_every_four_seconds_is_no_burst_as_shipped() -> None:
    bot = Bot(chosen=settings(Settings(listen_first=False, lines_a_day=20)))
    assert [len(bot.said(speak(bot, news(number), at=soon(4 * number)))) for number in range(12)] == [1] * 12


def test_a_timer_with_nothing_left_to_fold_says_nothing() -> None:
    assert Bot(chosen=settings(FOLDING)).take(due(NOW)) == []


def test_what_waits_to_be_folded_waits_on_when_the_channel_wants_quiet() -> None:
    bot = Bot(chosen=settings(FOLDING))
    speak(bot, news(1))
    speak(bot, news(2), at=soon(1))
    bot.take(given("quiet", {"span": "2h"}, at=soon(2)))
    until = soon(2) + timedelta(hours=2)

    assert bot.take(due(soon(10))) == [SetTimer(name=WAKE_UP, due=until)]
    assert bot.lines(TimerFired(at=until, name=WAKE_UP, due=until)) == [
        "while it was quiet: 1 pipeline FAIL (project-2 master). !pipelines",
    ]


def test_a_fold_beyond_the_budget_is_kept_in_the_would_say_file() -> None:
    bot = Bot(chosen=settings(replace_budget(FOLDING, 1)))
    speak(bot, news(1))
    speak(bot, news(2), at=soon(1))

    assert [type(effect) for effect in bot.take(due(soon(10)))] == [WouldSay]


def replace_budget(chosen: Settings, lines: int) -> Settings:
    return chosen.model_copy(update={"lines_a_day": lines})
