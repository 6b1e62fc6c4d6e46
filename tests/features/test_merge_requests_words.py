"""Titles, names and branches as the outside writes them, through every line in which a merge request is told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.gitlab import convert
from cloudbot.core.effects import Say, WouldSay
from cloudbot.core.facts import Fact, TimerFired
from cloudbot.core.forge import MergeRequest, Review
from cloudbot.core.text import MARK, clean, is_harmless_start
from cloudbot.features.merge_requests.nudges import TIMER
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import NOW, Bot, ago, given, merge_request, merge_requests_seen, projects_seen, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLES = {
    "255 CJK characters": "漢" * 255,
    "a PRIVMSG after CR LF": "x\r\nPRIVMSG #other :hello",
    "NUL": "a\x00b",
    "CTCP": "\x01ACTION waves\x01",
    "colours": "\x0304,01red\x03 \x02bold\x02 \x1funder\x1f",
    "bidirectional override": "abc\u202egnp.exe",
    "zero width": "a\u200bl\u200bi\u200bce\ufeff",
    "an exclamation mark first": "!op everybody",
    "a slash first": "/quit",
    "a meeting command": "#endmeeting",
    "somebody's nick": "alice: look",
    "a link": "see https://evil.example.org/x?y={{ 7 * 7 }} now",
    "template braces": "{{ 7 * 7 }} {% raw %} {# #} ${x} %s %(x)s {0}",
    "lone surrogate": "a\ud800b",
    "nothing": "",
}
LATE = NOW + timedelta(days=15)
QUESTIONS = ("mrs", "mrs review", "mrs author", "mrs ready", "mrs draft", "mr 7", "mr 8", "mr 9", "reviews")


def outside(title: str, **told: object) -> MergeRequest:
    """A merge request as the adapter makes it: with this text wherever the outside can put one."""
    person = {"username": title}
    item = {
        "iid": 7,
        "title": title,
        "state": "opened",
        "author": person,
        "reviewers": [person],
        "created_at": "2019-07-22T18:00:00Z",
        "source_branch": title,
        "target_branch": title,
        "web_url": "https://salsa.example.org/mr/7",
    }
    made = convert.merge_request(item, "cloud-team/debian-cloud-images")
    return replace(made, **told)  # type: ignore[arg-type]  # fields of a merge request


def all_lines(title: str) -> Iterator[str]:
    """Everything that is said of such merge requests, asked or not."""
    text = clean(title)
    bot = Bot(chosen=settings(VoiceSettings(listen_first=False, lines_a_day=100, fold_seconds=0)))
    everything: list[Fact] = [
        given("notify", {"switch": "on", "event": "all"}, at=ago(hours=1)),
        projects_seen(at=ago(hours=1)),
        merge_requests_seen(outside(title, iid=9), at=ago(minutes=30)),
    ]
    reviewed = (Review(who=text or "x", state="changes"),)
    now = (
        outside(title),
        outside(title, iid=8, reviews=reviewed, replied_at=NOW, pushed_at=NOW + timedelta(minutes=1)),
        outside(title, iid=9, state="merged", merged_at=NOW, updated_at=NOW),
    )
    approved = replace(now[0], approved_by=("robin",), approvals_left=0, unresolved=0)
    everything += [
        merge_requests_seen(*now, at=NOW + timedelta(minutes=5)),
        merge_requests_seen(approved, *now[1:], at=NOW + timedelta(minutes=9)),
        merge_requests_seen(approved, *now[1:], at=LATE - timedelta(minutes=1)),
        given("snooze", {"number": "7"}, at=LATE - timedelta(minutes=1)),
        TimerFired(at=LATE, name=TIMER, due=LATE),
    ]
    for effect in bot.take(*everything):
        if isinstance(effect, Say | WouldSay):
            yield bot.line(effect)
    word = text.split()[0] if text.split() else "x"
    for question in (*QUESTIONS, f"mrs {word}", f"mr 7 {word}"):
        yield from bot.answer(question, at=LATE).splitlines()


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_every_line_is_one_clean_short_line_that_commands_nobody(title: str) -> None:
    lines = list(all_lines(title))

    assert len(lines) >= 16
    assert [line for line in lines if not is_harmless_start(line) and not line.startswith(MARK)] == []
    assert [line for line in lines if clean(line) != line] == []
    assert [(len(line.encode()), line) for line in lines if len(line.encode()) > 400] == []


def test_template_braces_are_text() -> None:
    (line,) = (line for line in all_lines(TITLES["template braces"]) if line.startswith("debian-cloud-images !8"))

    assert '"{{ 7 * 7 }} {% raw %} {# #} ${x} %s %(x)s {0}"' in line


def test_a_long_title_is_cut_and_its_link_is_not() -> None:
    bot = Bot()
    bot.take(projects_seen(), merge_requests_seen(merge_request(7, title="漢" * 255)))

    assert bot.answer("mr 7").startswith('debian-cloud-images !7 "' + "漢" * 25)
    assert bot.answer("mr 7").endswith(". https://salsa.example.org/mr/7")


def test_with_everything_that_can_be_said_of_one_it_is_still_a_line() -> None:
    names = tuple("n" * 60 + str(number) for number in range(30))
    one = replace(
        merge_request(7, title="漢" * 255, path="cloud-team/" + "p" * 80, made=datetime(2001, 1, 1, tzinfo=NOW.tzinfo)),
        reviewers=names,
        reviews=(Review(who=names[0], state="reviewed"), Review(who=names[1], state="changes")),
        approved_by=names[:20],
        approvals_left=12,
        replied_at=ago(days=700),
        pushed_at=ago(days=600),
        merge_status="merge_request_blocked",
        pipeline_status="running",
        url="https://salsa.example.org/" + "p" * 60 + "/-/merge_requests/7",
    )
    bot = Bot()
    bot.take(projects_seen(one.project), merge_requests_seen(one), given("snooze", {"number": "7"}))
    bot.looked = {"salsa": ago(days=300)}

    assert len(bot.answer("mr 7").encode()) <= 400
    assert bot.answer("mr 7").endswith("/-/merge_requests/7")


@pytest.mark.parametrize("budget", [100, 1], ids=["said", "last of the day"])
@pytest.mark.parametrize("states", [1, 2, 3])
def test_a_reminder_of_a_thousand_long_names_is_a_line(states: int, budget: int) -> None:
    told = ({}, {"conflicts": True}, {"approved_by": ("robin",), "approvals_left": 0, "unresolved": 0})[:states]
    paths = [f"cloud-team/{'p' * 60}{number}" for number in range(999)]
    seen = [replace(merge_request(7, path=path), **told[number % states]) for number, path in enumerate(paths)]
    bot = Bot(chosen=settings(VoiceSettings(listen_first=False, lines_a_day=budget, fold_seconds=0)))
    bot.take(projects_seen(*paths), merge_requests_seen(at=ago(days=1)))
    bot.take(merge_requests_seen(*seen, at=LATE - timedelta(minutes=1)))
    (line,) = bot.lines(TimerFired(at=LATE, name=TIMER, due=LATE))

    assert line.count(" more") == states
    assert len(line.encode()) <= 400
