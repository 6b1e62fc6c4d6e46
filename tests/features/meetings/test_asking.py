"""What is asked about meetings is answered from memory, short, and with the way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cloudbot.core.text import is_harmless_start
from tests.features.builders import NOW, TEAM, Bot
from tests.features.meetings.rooms import SITE, STEM, Room

URL = f"{SITE}/meetings/{STEM}"
LINES = (
    "alex: #startmeeting Images of July",
    "alex: #topic Buster images",
    "robin: #info two are missing",
    "alex: #agreed users are pointed to the finder",
    "alex: #action robin to ask the DPL",
)


def running() -> Room:
    room = Room()
    room.does(*LINES)
    return room


def ended() -> Room:
    room = running()
    room.does("alex: #endmeeting")
    return room


def test_a_late_comer_is_told_what_there_was_so_far() -> None:
    assert running().bot.answer("catchup").splitlines() == [
        "The meeting in #debian-cloud began at 19:00 UTC. 1 topic: Buster images.",
        "1 decision: users are pointed to the finder.",
        "1 action: robin to ask the DPL.",
    ]


def test_where_no_meeting_runs_the_last_one_is_named() -> None:
    assert ended().bot.answer("catchup") == "no meeting runs here; lastmeeting tells how the last one went"


@pytest.mark.need("N06", by="!lastmeeting")
@pytest.mark.parametrize("which", ["", " #debian-cloud", " 2019-07-22", " debian-cloud"])
def test_how_the_last_meeting_went(which: str) -> None:
    assert ended().bot.answer(f"lastmeeting{which}") == (
        "Mon 2019-07-22 19:00 UTC, less than a minute: #debian-cloud: Images of July, 2 people, 1 decision (users are"
        f" pointed to the finder), 1 action. {URL}.html"
    )


@pytest.mark.parametrize("question", ["lastmeeting #nowhere", "minutes 1999-01-01", "minutes items 1999-01-01"])
def test_an_unknown_meeting_names_the_way_out(question: str) -> None:
    wanted = question.rpartition(" ")[2]
    assert ended().bot.answer(question) == (
        f'no minutes of "{wanted}" are known here, or no longer in full; meetings lists which there are'
    )


def test_the_meetings_are_listed() -> None:
    room = ended()
    room.does("alex: #startmeeting")
    assert room.bot.answer("meetings").splitlines() == [
        "running: #debian-cloud since 19:01 UTC.",
        f"2019-07-22 #debian-cloud {URL}.html",
    ]


def test_before_the_first_one_that_is_said() -> None:
    bot = Bot()
    assert bot.answer("meetings") == "no meeting runs. None ended here yet."
    assert bot.answer("minutes") == "no meeting has ended here yet; #startmeeting begins one"


def test_the_minutes_are_counted_and_linked() -> None:
    assert ended().bot.answer("minutes") == (
        f"Mon 2019-07-22 19:00 UTC: #debian-cloud: Images of July, 1 decision, 1 action, 1 topic. {URL}.html"
    )


def test_the_items_have_their_numbers() -> None:
    assert ended().bot.answer("minutes items last") == (
        "1 Buster images; 2 two are missing; 3 AGREED: users are pointed to the finder; 4 ACTION: robin to ask the DPL"
    )


def test_minutes_are_searched_for_words() -> None:
    bot = ended().bot
    assert bot.answer("minutes grep DPL robin") == f"2019-07-22 ACTION: robin to ask the DPL {URL}.log.html#l-5"
    assert bot.answer("minutes grep stretch") == ('no minutes here have "stretch"; meetings lists which there are')
    assert bot.answer("minutes grep") == "say what to look for: minutes grep buster"


def test_of_a_meeting_of_long_ago_the_topics_are_still_found() -> None:
    room = ended()
    room.at += timedelta(days=20)
    room.does("alex: #startmeeting", "alex: #endmeeting")
    assert [one.started > NOW for one in room.document.held] == [True]
    assert room.bot.answer("minutes grep buster") == f"2019-07-22 Buster images {URL}.html"
    assert room.bot.answer("minutes items 2019-07-22").startswith('no minutes of "2019-07-22" are known here')


def test_five_meetings_of_a_channel_stay_in_memory() -> None:
    room = Room()
    for _ in range(7):
        room.does("alex: #startmeeting", "alex: #endmeeting")
    assert (len(room.document.held), len(room.document.past)) == (5, 7)
    assert len(room.document.folded) == 5


def test_without_a_site_there_are_no_links() -> None:
    room = Room(bot=Bot(team=replace(TEAM, site="")))
    said = room.hears(*LINES, "alex: #endmeeting")
    assert said[-1] == "The minutes are kept; !minutes tells what is in them"
    assert room.bot.answer("minutes grep dpl") == "2019-07-22 ACTION: robin to ask the DPL"
    assert [one for one in said if "http" in one] == []


@pytest.mark.parametrize("typed", ["漢" * 120, "!op eve " + "x" * 300, "robin: " * 40])
def test_every_answer_is_short_and_harmless(typed: str) -> None:
    room = Room()
    room.does(
        "alex: #startmeeting x", *(f"alex: #{word} {typed}" for word in ("topic", "agreed", "action") for _ in range(9))
    )
    answers = [room.bot.answer("catchup")]
    room.does("alex: #endmeeting")
    questions = ("lastmeeting", "meetings", "minutes", "minutes items", f"minutes grep {typed[:9]}", f"minutes {typed}")
    answers += [room.bot.answer(question) for question in questions]
    assert [one for one in answers if len(one.splitlines()) > 3] == []
    lines = [line for one in answers for line in one.splitlines()]
    assert [line for line in lines if len(line.encode()) > 400 or not is_harmless_start(line)] == []
