"""Subscriptions: which venue hears what, chosen in chat."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cloudbot.core.commands import Invocation, Mistake
from cloudbot.core.effects import Announce, Say
from cloudbot.core.events import EVENTS
from cloudbot.core.speech import Venue
from cloudbot.features.subscriptions import DEFAULTS, Rule, Subscriptions
from cloudbot.features.voice import Voice, admit
from tests.features.builders import CHANNEL, COMMANDS, NOW, Bot, given

QUERY = Venue("oftc", "alex")


def news(event: str = "problem", *, ref: str = "master", main: bool = True, kind: str = "push") -> Announce:
    return Announce(
        key=f"{event}/{ref}",
        words="irc/folded",
        values={"groups": (), "more": ""},
        gist=event,
        event=event,
        project="cloud-team/debian-cloud-images",
        ref=ref,
        kind=kind,
        main=main,
    )


@pytest.mark.parametrize(
    ("rule", "line", "taken"),
    [
        (Rule(event="problem"), news(), True),
        (Rule(event="problem"), news("recovery"), False),
        (Rule(event="problem"), news(ref="topic", main=False), False),
        (Rule(event="problem", ref="*"), news(ref="topic", main=False), True),
        (Rule(event="problem", ref="bullseye*"), news(ref="bullseye-backports", main=False), True),
        (Rule(event="problem", ref="bullseye*"), news(), False),
        (Rule(event="problem", project="debian-cloud-images"), news(), True),
        (Rule(event="problem", project="Cloud-Team/*"), news(), True),
        (Rule(event="problem", project="image-finder"), news(), False),
        (Rule(event="problem", kind="schedule"), news(), False),
        (Rule(event="problem", kind="schedule"), news(kind="schedule:daily"), True),
    ],
)
def test_a_rule_takes_what_its_globs_say(rule: Rule, line: Announce, taken: bool) -> None:  # noqa: FBT001
    assert rule.takes(line) == taken


def wish(bot: Bot, switch: str, *words: str, venue: Venue = CHANNEL) -> list[str]:
    names = ("event", "project", "ref", "kind")
    return bot.lines(given("notify", {"switch": switch, **dict(zip(names, words, strict=False))}, venue=venue))


def heard(bot: Bot, *lines: Announce) -> list[Venue]:
    world = bot.world(NOW)
    return [effect.to for effect in admit(world.document(Voice), lines, world).effects if isinstance(effect, Say)]


def test_a_channel_that_never_chose_hears_the_defaults() -> None:
    bot = Bot()
    assert [heard(bot, news(event)) for event in ("problem", "worse", "mr-opened")] == [[CHANNEL], [], []]


def test_what_is_taken_off_is_heard_no_more_and_the_rest_is() -> None:
    bot = Bot()
    wish(bot, "off", "problem")

    assert heard(bot, news()) == []
    assert heard(bot, news("recovery")) == [CHANNEL]


def test_what_is_switched_on_is_heard() -> None:
    bot = Bot()
    wish(bot, "on", "mr-merged")
    assert heard(bot, news("mr-merged")) == [CHANNEL]


def test_a_glob_on_the_ref_brings_side_branches_too() -> None:
    bot = Bot()
    wish(bot, "on", "problem", "debian-cloud-images", "bullseye*")

    assert heard(bot, news(ref="bullseye", main=False)) == [CHANNEL]
    wish(bot, "off", "problem", "debian-cloud-images", "bullseye*")
    assert heard(bot, news(ref="bullseye", main=False)) == []
    assert heard(bot, news()) == [CHANNEL]


def test_a_person_who_chose_in_a_query_is_told_there_and_the_channel_as_before() -> None:
    bot = Bot()
    wish(bot, "on", "problem", venue=QUERY)
    assert heard(bot, news()) == [CHANNEL, QUERY]


def test_nothing_more_is_said_in_a_query_where_all_was_taken_off() -> None:
    bot = Bot()
    wish(bot, "on", "problem", venue=QUERY)

    assert wish(bot, "off", "all", venue=QUERY) == [
        "you hear nothing unasked here now; notify on problem brings it back.",
    ]
    assert heard(bot, news()) == [CHANNEL]


def test_the_answer_names_what_is_heard_now() -> None:
    assert wish(Bot(), "off", "all") == ["you hear nothing unasked here now; notify on problem brings it back."]
    assert wish(Bot(), "on", "mr-merged", venue=QUERY) == ["unasked here: mr-merged. notify off EVENT ends one."]


def test_more_rules_than_can_be_kept_are_refused() -> None:
    bot = Bot()
    for number in range(60):
        wish(bot, "on", "problem", f"project-{number}")

    assert len(bot.world(NOW).document(Subscriptions).of(CHANNEL)) == 50
    assert wish(bot, "on", "problem", "one-more") == [
        "that is more than I keep for one channel; take something off first: notify off EVENT.",
    ]


def test_the_list_says_what_is_heard_and_what_else_there_is() -> None:
    assert Bot().answer("notify list") == (
        "unasked here: nothing. There is also: problem, recovery, flaky, worse, better, still, missed, stuck, "
        "finished, outage, mr-opened, mr-ready, mr-merged, mr-closed, mr-nudge, freeze, record, action, "
        "sprint, offer, meeting, notice; notify on EVENT [PROJECT [REF]]."
    )


@pytest.mark.parametrize("number", range(len(EVENTS) + 1))
def test_the_list_is_whole_whatever_is_heard(number: int) -> None:
    bot, names = Bot(), list(EVENTS)
    wish(bot, "off", "all")
    for name in names[:number]:
        wish(bot, "on", name)
    lines = bot.answer("notify list").splitlines()

    assert [name for name in names if not any(re.search(rf"\b{name}\b", line) for line in lines)] == []
    assert all(len(line.encode()) <= 400 for line in lines)
    assert number == len(EVENTS) or lines[-1].endswith("; notify on EVENT [PROJECT [REF]].")


def test_anyone_may_ask_for_the_list_but_only_members_change_it() -> None:
    asked = COMMANDS.parse("notify list", me=(), query=True)
    changed = COMMANDS.parse("notify on problem", me=(), query=True)

    assert isinstance(asked, Invocation)
    assert isinstance(changed, Invocation)
    assert (asked.command.who, changed.command.who) == ("anyone", "member")


def test_an_event_that_is_none_is_answered_with_those_there_are() -> None:
    mistake = COMMANDS.parse("notify on everything", me=(), query=True)
    assert isinstance(mistake, Mistake)
    assert mistake.line.startswith('"everything" is none of problem, recovery, flaky, ')


def test_the_defaults_are_told_of_main_lines_only() -> None:
    assert {replace(rule, event="") for rule in DEFAULTS} == {Rule(event="")}
