"""MeetBot's own minutes of the same logs: the same items, and the same text but for the defect that is put right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.grammar import Manner
from cloudbot.core.meetings.meeting import Meeting, Rules
from cloudbot.core.meetings.minutes.text import text
from tests.core.meetings.meeting_lines import items, meetbot_log

DATA = Path(__file__).parents[4] / "shared" / "data" / "meetings"
pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason="the real logs are not here")]
ORACLE = "oracle-meetbot-0.1.4"
LOGS = [
    ("00-probe-synthetic/probe.log.txt", "probe", "#debian-cloud"),
    (
        "01-fedora-iot-2020-06-10/fedora_iot_working_group_meeting.2020-06-10-14.10.log.txt",
        "fedora_iot_working_group_meeting.2020-06-10-14.10",
        "#fedora-meeting",
    ),
    ("03-meetbot-test-script-1/test-script-1.log.txt", "test-script-1", "#meetbot-test"),
    ("04-meetbot-test-script-2/as-said-by-chair.log.txt", "as-said-by-chair", "#meetbot-test"),
]
UNASSIGNED = re.compile(r"\* \*\*UNASSIGNED\*\*\n(?:  .*\n)+")
EMPTY = "Action items, by person\n-----------------------\n\n\n\n\n"


def theirs(log: str, name: str) -> str:
    return (DATA / log).parent.joinpath(ORACLE, f"{name}.txt").read_text(encoding="utf-8")


def ours(log: str, name: str, channel: str) -> str:
    lines = meetbot_log((DATA / log).read_text(encoding="utf-8"))
    meeting = fold(Meeting(channel=channel, rules=Rules(manner="classic")), lines)
    return text(meeting, log_url=f"{ORACLE}/{name}.log.html")


@pytest.mark.parametrize(("log", "name", "channel"), LOGS)
def test_the_text_is_meetbots_but_for_the_actions_it_loses(log: str, name: str, channel: str) -> None:
    without = UNASSIGNED.sub("", ours(log, name, channel)).replace(EMPTY, "")
    assert without == theirs(log, name)


@pytest.mark.parametrize(("log", "name", "channel"), LOGS)
def test_the_anchors_are_those_of_meetbots_pages(log: str, name: str, channel: str) -> None:
    page = (DATA / log).parent.joinpath(ORACLE, f"{name}.html").read_text(encoding="utf-8")
    lines = meetbot_log((DATA / log).read_text(encoding="utf-8"))
    meeting = fold(Meeting(channel=channel, rules=Rules(manner="classic")), lines)
    assert [item.line for item in meeting.items] == [int(number) for number in re.findall(r"log\.html#l-(\d+)", page)]


DIFFERENT = {
    "probe": (
        [("topic", "Case-different chair"), ("link", "no url here"), ("link", "mailto:debian-cloud@lists.debian.org")],
        [("link", "no url here "), ("link", "mailto:debian-cloud@lists.debian.org ")],
    ),
}
"What ours finds and MeetBot does not: nicks are equal in any case, no blank is put after a link. And the other way."


@pytest.mark.parametrize(("log", "name", "channel"), LOGS)
def test_our_own_manner_finds_the_same_items_but_those_without_text(log: str, name: str, channel: str) -> None:
    lines = meetbot_log((DATA / log).read_text(encoding="utf-8"))
    theirs_found = items(fold(Meeting(channel=channel, rules=Rules(manner="classic")), lines))
    ours_found = items(fold(Meeting(channel=channel, rules=Rules(manner="replay")), lines))
    more, fewer = DIFFERENT.get(name, ([], []))
    assert [item for item in ours_found if item not in more] == [
        item for item in theirs_found if item[1].strip() and item not in fewer
    ]
    assert [item for item in ours_found if item in more] == more


def test_an_action_that_meetbot_loses_is_listed() -> None:
    log, name, channel = LOGS[0]
    assert "someone should do X" not in theirs(log, name).split("Action items")[1]
    assert "* **UNASSIGNED**\n  * someone should do X\n" in ours(log, name, channel)


@pytest.mark.parametrize("manner", get_args(Manner))
@pytest.mark.parametrize(("log", "name", "channel"), LOGS)
def test_wherever_a_real_meeting_is_cut_it_is_the_same(log: str, name: str, channel: str, manner: Manner) -> None:
    lines = meetbot_log((DATA / log).read_text(encoding="utf-8"))
    start = Meeting(channel=channel, name=name, rules=Rules(manner=manner))
    whole = fold(start, lines)
    assert [cut for cut in range(len(lines)) if fold(fold(start, lines[:cut]), lines[cut:]) != whole] == []
