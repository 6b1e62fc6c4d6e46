from __future__ import annotations

from pathlib import Path

import pytest

from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.meeting import Meeting, Rules
from tests.core.meetings.meeting_lines import LIVE, items, meetbot_log, met

W3C = Rules(w3c=True, bot="cloudbot")
DATA = Path(__file__).parents[4] / "shared" / "data" / "meetings"


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("bea: Topic: Images", ("topic", "Images")),
        ("bea: TOPIC: Images", ("topic", "Images")),
        ("bea: subtopic:Azure", ("subtopic", "Azure")),
        ("bea: ACTION: cyd to do", ("action", "cyd to do")),
        ("bea: Action : cyd to do", ("action", "cyd to do")),
        ("bea: RESOLVED: we sprint", ("agreed", "we sprint")),
        ("bea: Resolution: we sprint", ("agreed", "we sprint")),
        ("Zakim: agendum 3 -- Images -- taken up [from bea]", ("topic", "Images")),
        ('Zakim: agendum 2. "Images" taken up [from bea]', ("topic", "Images")),
        ("ana: #info x", ("info", "x")),
    ],
)
def test_the_words_of_the_w3c_note_items(said: str, item: tuple[str, str]) -> None:
    assert items(met(said, rules=W3C)) == [item]


@pytest.mark.parametrize(
    "said",
    [
        "bea: the topic: Images",
        "bea: \\\\Topic: Images",
        "bea: topic:",
        "bea: topical: x",
        "bea: actions: none",
        "bea* Topic: Images",
        "RRSAgent: ACTION: cyd to do [1]",
        "bea: agendum 3 -- Images -- taken up",
        "bea: #topic not a chair",
    ],
)
def test_prose_robots_and_doings_do_not(said: str) -> None:
    assert items(met(said, rules=W3C)) == []


def test_they_are_prose_where_the_series_does_not_say_so() -> None:
    assert items(met("ana: Topic: Images", "ana: ACTION: x", rules=LIVE)) == []


def test_the_chair_is_named() -> None:
    assert [one.nick for one in met("bea: Chair: cyd, dan", rules=W3C).chairs] == ["cyd", "dan"]


def test_the_meeting_is_titled() -> None:
    assert met("bea: Meeting: Clouds of March", rules=W3C).topic == "Clouds of March"


@pytest.mark.parametrize(("said", "names"), [("present+ cyd, dan", ["cyd", "dan"]), ("present+", [])])
def test_who_is_present_is_known(said: str, names: list[str]) -> None:
    assert [one.name for one in met(f"bea: {said}", rules=W3C).named] == names


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="the real logs are not here")
def test_a_real_meeting_has_the_topics_and_resolutions_of_its_minutes() -> None:
    folder = DATA / "5-scribejs-poe"
    lines = meetbot_log(folder.joinpath("poe-test.txt").read_text(encoding="utf-8"))
    rules = Rules(manner="replay", at_once=True, w3c=True)
    found = [item for item in items(fold(Meeting(channel="#poe", rules=rules), lines)) if item[0] != "link"]
    minutes = folder.joinpath("poe-test.md").read_text(encoding="utf-8")
    shown = [(minutes.find(text.partition(" http")[0], minutes.find("### ")), text) for _, text in found]
    assert [kind for kind, _ in found] == [
        "topic", "topic", "subtopic", "agreed", "subtopic", "agreed", "subtopic", "agreed", "topic", "topic",
    ]  # fmt: skip
    assert -1 not in [place for place, _ in shown]
