"""The real logs whose minutes another program or a person made: the same topics, actions, decisions and people."""

from __future__ import annotations

import html
import re

import pytest

from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.meeting import Meeting, Rules
from cloudbot.core.meetings.minutes.text import text
from cloudbot.core.meetings.people import attendance
from tests.core.meetings.foreign.written import read as read_log
from tests.core.meetings.meeting_lines import items, meetbot_log
from tests.core.meetings.test_w3c import DATA, bare, oracle, read

pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason="the real logs are not here")]
FEDORA = DATA / "01-fedora-iot-2020-06-10"
EVENT = re.compile(
    r'<span class="(?P<kind>topic|TOPIC|INFO|IDEA|LINK|ACTION|MOTION|ACCEPTED)">(?P<text>.*?)</span>', re.DOTALL
)


def texts(meeting: Meeting, kind: str) -> list[str]:
    return [bare(shown) for one, shown in items(meeting) if one == kind]


@pytest.mark.parametrize(
    ("log", "page", "topics", "actions"),
    [
        ("2-ccg-2018-07-10/irc.log", "index.html", 3, 2),
        ("2-ccg-2020-02-18/irc-raw.log", "index.html", 0, 0),  # before its topics were put in by hand
        ("3-scribe1-irssi/irssi-in.txt", "irssi-out.htm", 8, 24),
        ("3-scribe1-irssi-nick-space/irssi-nick-space-in.txt", "irssi-nick-space-out.htm", 11, 9),
        ("3-scribe1-XChat_Log_Format/XChat_Log_Format-in.txt", "XChat_Log_Format-out.htm", 1, 0),
    ],
)
def test_w3cs_logs_have_the_topics_and_actions_of_their_pages(log: str, page: str, topics: int, actions: int) -> None:
    meeting, shown = read(log), oracle(f"{log.partition('/')[0]}/{page}")
    found = [texts(meeting, "topic"), texts(meeting, "action")]
    assert [len(one) for one in found] == [topics, actions]
    assert [one for each in found for one in each if one not in shown] == []


def _hcoops() -> Meeting:
    lines = read_log((DATA / "7-hcoop-json/2022-06-04.log.json").read_bytes(), "hcoop").lines
    return fold(Meeting(channel="#hcoop", rules=Rules(manner="replay")), lines)


def _hcoops_page() -> list[tuple[str, str]]:
    page = (DATA / "7-hcoop-json/hcoop-meetbot-0.8.1/2022-06-04.html").read_text(encoding="utf-8")
    found = (
        (event["kind"].lower(), html.unescape(html.unescape(re.sub(r"<[^>]+>", "", event["text"]))))
        for event in EVENT.finditer(page)
    )
    return [(kind, bare(shown)) for kind, shown in found if shown != "Prologue"]


SINCE = {"Cross-site Scripting"}
"The page was made of an earlier text of the log, which had no such topic,"
CHANGED = {"hey k[n, your nick has regex special characters": "hey k[n, your nick has special chars"}
"and one line in other words."


def test_hcoops_log_has_the_items_of_its_page_with_the_motion_and_its_outcome_as_one() -> None:
    page = [(kind, CHANGED.get(shown, shown)) for kind, shown in _hcoops_page() if kind not in {"motion", "accepted"}]
    assert [one for one in items(_hcoops()) if one[0] != "vote" and one[1] not in SINCE] == page


def test_hcoops_motion_has_its_votes() -> None:
    assert texts(_hcoops(), "vote") == [
        "the motion +1: 2 (pronovic, unknown_lamer); -1: 1 (layline); 0: 0. Result: carried"
    ]


def test_fedoras_own_minutes_have_the_same_topics_and_people_in_the_same_order() -> None:
    name = "fedora_iot_working_group_meeting.2020-06-10-14.10"
    lines = meetbot_log((FEDORA / f"{name}.log.txt").read_text(encoding="utf-8"))
    ours = text(fold(Meeting(channel="#fedora-meeting", rules=Rules(manner="classic")), lines), log_url="x")
    starred = re.compile(r"^\* .*", re.MULTILINE)
    theirs = (FEDORA / f"{name}.txt").read_text(encoding="utf-8")
    without_nobody = [row for row in starred.findall(theirs) if "UNASSIGNED" not in row]
    assert [row for row in starred.findall(ours) if "UNASSIGNED" not in row] == without_nobody


def test_a_meeting_without_a_bot_has_the_people_of_its_recap() -> None:
    recap = (DATA / "6-i2p-320/320.rst").read_text(encoding="utf-8")
    named = {name.strip() for name in recap.partition("**Present:**")[2].split(",")}
    lines = read_log((DATA / "6-i2p-320/320.log").read_bytes(), "pidgin").lines
    meeting = fold(Meeting(channel="#i2p", rules=Rules(manner="replay", at_once=True)), lines)
    assert named - {one.name for one in attendance(meeting)} == set()


POSTED = re.compile(r"^!The Bot-Testing Working Group just discussed `(.*?)`\.", re.MULTILINE)
"In the first channel of the chat, for which it is read."


@pytest.mark.parametrize("chat", ["invite-and-channel-separation-1", "off-hidden-me-1", "take-up-1", "topic-2"])
def test_what_was_posted_of_a_chat_was_posted_of_its_topics(chat: str) -> None:
    posted = set(POSTED.findall((DATA / f"8-wgmeeting-chats/{chat}.txt").read_text(encoding="utf-8")))
    found = {shown for kind, shown in items(read(f"8-wgmeeting-chats/{chat}.txt")) if "topic" in kind}
    assert (len(posted), posted - found) == (1, set())


def test_the_topics_of_a_chat_are_whole_however_long() -> None:
    said = (DATA / "8-wgmeeting-chats/split-long-line-1.txt").read_text(encoding="utf-8")
    typed = [bare(topic) for topic in re.findall(r"^<.* :[Tt]opic: (.*)", said, re.MULTILINE)]
    assert texts(read("8-wgmeeting-chats/split-long-line-1.txt"), "topic") == typed
