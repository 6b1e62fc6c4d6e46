from __future__ import annotations

import html
import re
from datetime import UTC, date
from pathlib import Path

import pytest

from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.logs.formats import recognise
from cloudbot.core.meetings.logs.reading import LogReading
from cloudbot.core.meetings.logs.rows import Rows
from cloudbot.core.meetings.meeting import Meeting, Rules, Waiting
from cloudbot.core.meetings.minutes.markdown import markdown
from cloudbot.core.meetings.people import attendance
from cloudbot.core.meetings.walking import at_hand, marked
from tests.core.meetings.meeting_lines import LIVE, items, line, meetbot_log, met, replies

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
        ("bea: PROPOSED: we sprint", ("info", "PROPOSED: we sprint")),
        ("bea: ACTION Cyd, dan: to book it", ("action", "Cyd, dan to book it")),
        ("bea: ACTION cyd: book it", ("action", "cyd to book it")),
        ("bea: agenda: https://example.org/a", ("link", "Agenda: https://example.org/a")),
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


@pytest.mark.parametrize(
    ("said", "names"),
    [("present+ cyd, dan", ["cyd", "dan"]), ("Present+", ["bea"]), ("present: cyd, dan", ["cyd", "dan"])],
)
def test_who_is_present_is_known(said: str, names: list[str]) -> None:
    assert [one.name for one in met(f"bea: {said}", rules=W3C).named] == names


@pytest.mark.parametrize(
    ("said", "regrets"),
    [
        ("regrets+ cyd, dan", ("cyd", "dan")),
        ("regrets+ cyd and dan", ("cyd", "dan")),
        ("Regrets: cyd", ("cyd",)),
        ("regrets+", ()),
    ],
)
def test_who_cannot_come_is_noted(said: str, regrets: tuple[str, ...]) -> None:
    assert met(f"bea: {said}", rules=W3C).regrets == regrets


def test_who_can_come_after_all_is_not() -> None:
    assert met("bea: regrets+ cyd, dan", "bea: regrets- cyd", rules=W3C).regrets == ("dan",)


@pytest.mark.parametrize("said", ["scribe: bea", "scribe+", "Scribe+ bea", "scribenick: bea", "scribes: bea"])
def test_who_writes_is_noted(said: str) -> None:
    assert met(f"bea: {said}", "bea: scribe-", rules=W3C).scribes == ("bea",)


@pytest.mark.parametrize(("said", "names"), [("chair+ cyd", ["cyd"]), ("chair- cyd", [])])
def test_chairs_come_and_go(said: str, names: list[str]) -> None:
    assert [one.nick for one in met(f"bea: {said}", rules=W3C).chairs] == names


def test_the_minutes_have_the_roll_that_was_called() -> None:
    said = ("bea: present+", "bea: present+ dan, eve", "bea: present- eve", "bea: regrets+ cyd", "bea: scribe+")
    shown = markdown(met(*said, rules=W3C), log_url="log")
    assert "## Roll call\n\n- Present: bea, dan\n- Regrets: cyd\n- Scribe: bea\n\n" in shown


def test_robots_are_nobody() -> None:
    meeting = met("Zakim: hello", "RRSAgent: hello", "bea: hello", rules=W3C)
    assert [one.name for one in attendance(meeting)] == ["ana", "bea"]


def test_what_people_do_is_off_the_record() -> None:
    assert [one.text for one in met("bea* yawns", "bea: hi", rules=W3C).lines] == ["#startmeeting Clouds", "hi"]


AGENDA = ("bea: agenda+ Images [cyd]", "bea: agenda+ Sprint", "bea: agenda+ Money")


def marks(*said: str) -> list[tuple[str, str]]:
    return [(one.item.text, one.mark) for one in marked(met(*AGENDA, *said, rules=W3C))]


def test_the_agenda_is_made_in_the_channel_with_who_proposed_it() -> None:
    assert [(one.text, one.owner) for one in met(*AGENDA, rules=W3C).agenda] == [
        ("Images", "cyd"),
        ("Sprint", "bea"),
        ("Money", "bea"),
    ]


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("next agendum", "Images"),
        ("Next item.", "Images"),
        ("zakim, next agendum", "Images"),
        ("take up next", "Images"),
        ("take up 2", "Sprint"),
        ("take up item 2", "Sprint"),
        ("take up agendum 3", "Money"),
        ("zakim, open item 3", "Money"),
        ("move to #2", "Sprint"),
    ],
)
def test_an_item_is_taken_up(said: str, now: str) -> None:
    found = at_hand(met(*AGENDA, f"dan: {said}", rules=W3C))
    assert found is not None
    assert found.text == now


@pytest.mark.parametrize(
    "said",
    [
        "the next item is hard",
        "next items",
        "take up running",
        "take up 2 of them",
        "skip it",
        "close it",
        "queue up",
        "q",
    ],
)
def test_prose_moves_nothing(said: str) -> None:
    meeting = met(*AGENDA, "dan: next item", rules=W3C)
    assert fold(meeting, [line("eve", said, second=90)]).items == meeting.items


def test_said_twice_at_once_it_is_taken_up_once() -> None:
    assert marks("bea: next agendum", "cyd: next agendum", "Zakim: agendum 1 -- Images -- taken up [from cyd]") == [
        ("Images", "now"),
        ("Sprint", "left"),
        ("Money", "left"),
    ]


def test_what_zakim_takes_up_is_an_item_of_the_agenda() -> None:
    assert marks('Zakim: agendum 2. "Sprint" taken up [from bea]')[1] == ("Sprint", "now")


@pytest.mark.parametrize("said", ["close this", "close this item", "close agendum 1", "zakim, close item 1"])
def test_an_item_is_closed(said: str) -> None:
    assert marks("bea: next item", f"bea: {said}")[0] == ("Images", "done")


@pytest.mark.parametrize("said", ["close this", "next agendum", "take up 2", "please close item 1"])
def test_nothing_goes_on_while_people_are_queued(said: str) -> None:
    talk = (*AGENDA, "bea: next item", "cyd: q+", f"bea: {said}")
    assert at_hand(met(*talk, rules=W3C)) == at_hand(met(*AGENDA, "bea: next item", rules=W3C))
    found = replies(*talk, rules=W3C)
    assert [(one.how, one.words, [who.nick for who in one.values["queue"]]) for one in found] == [  # type: ignore[attr-defined]
        ("say", "meeting_queue_first", ["cyd"])
    ]


@pytest.mark.parametrize("said", ["really close this", "really take up 2", "really next agendum"])
def test_really_does(said: str) -> None:
    assert marks("bea: next item", "cyd: q+", f"bea: {said}")[0] == ("Images", "done")


def test_an_item_is_skipped() -> None:
    assert marks("bea: next item", "bea: skip this") == [("Images", "next time"), ("Sprint", "now"), ("Money", "left")]


@pytest.mark.parametrize("said", ["agenda order is 3,2", "agenda order is 3, 2, 1", "agenda order = 3 2"])
def test_the_agenda_is_ordered(said: str) -> None:
    assert marks(f"bea: {said}")[0][0] == "Money"
    assert len(marks(f"bea: {said}")) == 3


def test_an_order_of_items_that_are_not_there_is_refused() -> None:
    assert [one.words for one in replies(*AGENDA, "bea: agenda order is 4,1", rules=W3C)] == ["meeting_no_agenda_item"]


def test_an_item_is_dropped() -> None:
    assert [text for text, _ in marks("bea: drop item 2")] == ["Images", "Money"]


def test_the_agenda_is_cleared_of_what_is_left() -> None:
    assert marks("bea: next item", "bea: clear agenda") == [("Images", "now")]


def test_a_robot_may_fill_the_agenda() -> None:
    meeting = met("agendabot: clear agenda", "agendabot: agenda+ Images", "gb: agenda+ x", rules=W3C)
    assert [one.text for one in meeting.agenda] == ["Images"]


def test_the_agenda_is_said_to_the_channel() -> None:
    assert [(one.how, one.words) for one in replies(*AGENDA, "bea: agenda?", rules=W3C)] == [("say", "meeting_agenda")]


def queue(*said: str) -> list[tuple[str, str]]:
    return [(one.nick, one.note) for one in met(*said, rules=W3C).queue]


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("q+", [("bea", "")]),
        ("Q+", [("bea", "")]),
        ("queue+", [("bea", "")]),
        ("q+ to note the price", [("bea", "note the price")]),
        ("q+ cyd", [("cyd", "")]),
        ("q+ cyd to ask", [("cyd", "ask")]),
        ("q+1", []),
        ("q-", []),
    ],
)
def test_who_wants_to_speak_is_queued(said: str, waits: list[tuple[str, str]]) -> None:
    assert queue(f"bea: {said}") == waits


def test_who_is_queued_stays_in_their_place() -> None:
    assert queue("bea: q+", "cyd: q+", "bea: q+ to ask") == [("bea", "ask"), ("cyd", "")]


@pytest.mark.parametrize(
    ("said", "waits"), [("q-", ["cyd"]), ("q- CYD", ["bea"]), ("q- all", []), ("ack cyd", ["bea"])]
)
def test_who_leaves_the_queue_is_out_of_it(said: str, waits: list[str]) -> None:
    assert [nick for nick, _ in queue("bea: q+", "cyd: q+", f"bea: {said}")] == waits


@pytest.mark.parametrize(("said", "nick"), [("ack bea", "bea"), ("ack next", "bea"), ("acknowledge cyd", "cyd")])
def test_who_is_called_is_reminded_of_their_note(said: str, nick: str) -> None:
    found = replies("bea: q+ to ask", "cyd: q+ to ask", f"ana: {said}", rules=W3C)
    assert [(one.how, one.words, one.values["called"]) for one in found] == [
        ("say", "meeting_queue_called", Waiting(nick=nick, note="ask"))
    ]


def test_the_queue_is_said_only_when_asked_for() -> None:
    assert replies("bea: q+", rules=W3C) == []
    assert [(one.how, one.words) for one in replies("bea: q+", "ana: q?", rules=W3C)] == [("say", "meeting_queue")]


@pytest.mark.parametrize(
    ("opens", "closes"), [("```", "```"), ("[[", "]]"), ("[[ see", "that ]]"), ("```python", "end```")]
)
def test_what_is_quoted_is_only_text(opens: str, closes: str) -> None:
    said = (f"bea: {opens}", "bea: ACTION: a", "bea: #info b", "cyd: ACTION: c", f"bea: {closes}", "bea: ACTION: d")
    assert items(met(*said, rules=W3C)) == [("action", "c"), ("action", "d")]


def test_a_quotation_in_one_line_ends_there() -> None:
    assert items(met("bea: ```x```", "bea: ACTION: d", rules=W3C)) == [("action", "d")]


def test_a_quotation_that_was_not_ended_does_not_keep_the_meeting_from_ending() -> None:
    assert met("ana: [[", "ana: #endmeeting", rules=W3C).phase == "ended"


SCRIBE = "3-scribe1"
REAL = pytest.mark.skipif(not DATA.exists(), reason="the real logs are not here")


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="the real logs are not here")
def test_a_real_meeting_has_the_topics_and_resolutions_of_its_minutes() -> None:
    folder = DATA / "5-scribejs-poe"
    lines = meetbot_log(folder.joinpath("poe-test.txt").read_text(encoding="utf-8"))
    rules = Rules(manner="replay", at_once=True, w3c=True)
    found = [
        item for item in items(fold(Meeting(channel="#poe", rules=rules), lines)) if item[0] not in {"link", "info"}
    ]
    minutes = folder.joinpath("poe-test.md").read_text(encoding="utf-8")
    shown = [(minutes.find(text.partition(" http")[0], minutes.find("### ")), text) for _, text in found]
    assert [kind for kind, _ in found] == [
        "topic", "topic", "subtopic", "agreed", "subtopic", "agreed", "subtopic", "agreed", "topic", "topic",
    ]  # fmt: skip
    assert -1 not in [place for place, _ in shown]


def read(log: str) -> Meeting:
    rows = Rows()
    found = [*rows.feed((DATA / log).read_bytes()), *rows.end()]
    form = recognise(found[:200]).format
    assert form is not None
    reading = LogReading(form, day=date(2023, 5, 17), zone=UTC, channel="")
    lines = [one for row in found for one in reading.read(row)]
    return fold(Meeting(channel="#x", rules=Rules(manner="replay", at_once=True, w3c=True)), lines)


def oracle(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", (DATA / page).read_text(encoding="utf-8"))).split())


def bare(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.real
@REAL
@pytest.mark.parametrize(
    ("folder", "log", "page", "kinds"),
    [
        ("1-jsonld-2023-05-17", "irc.log", "index.html", {"topic": 2, "subtopic": 5}),
        ("2-ccg-2020-02-18", "irc.log", "index.html", {"topic": 4}),
        (
            "3-scribe1-actionProcessing",
            "actionProcessing-in.txt",
            "actionProcessing-out.htm",
            {"topic": 1, "action": 5},
        ),
    ],
)
def test_the_topics_and_actions_of_real_logs_are_those_of_their_minutes(
    folder: str, log: str, page: str, kinds: dict[str, int]
) -> None:
    found = [item for item in items(read(f"{folder}/{log}")) if item[0] not in {"link", "info"}]
    shown = oracle(f"{folder}/{page}")
    assert [text for _, text in found if bare(text) not in shown] == []
    assert {kind: [one for one, _ in found].count(kind) for kind, _ in found} == kinds


@pytest.mark.real
@REAL
def test_a_real_correction_reaches_what_was_noted_before_it() -> None:
    found = [
        item.text
        for item in read("1-jsonld-2023-05-17/irc.log").items
        if "Kill IRI" in item.text or "Kill" in item.text
    ]
    assert found[0].startswith("Issue w3c/json-ld-syntax#355")
