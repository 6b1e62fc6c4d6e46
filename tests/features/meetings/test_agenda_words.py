"""What is said while an agenda is walked fits into a line of IRC, whatever names and texts there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudbot.adapters.render import Words
from cloudbot.core.meetings.fold import step
from cloudbot.core.meetings.meeting import Meeting, Reply, Rules
from cloudbot.core.meetings.planned import Known, Planned
from tests.core.meetings.meeting_lines import said

MOST = 400
LONG = "\u00e4 long name " * 20
TEAM = (
    Known(person="anna", accounts=frozenset({"a"}), delegate=True, recused=("bigblue",)),
    Known(person="bert", accounts=frozenset({"b"}), delegate=True),
)
AGENDA = (
    Planned(id="1", text="Publishing", source="state", minutes=10, link="https://example.org/1", lines=("!1 waits",)),
    Planned(id="2", text="Offer of bigblue", source="added", minutes=0),
)
SHORT = Rules(bot="cloudbot", w3c=True, agenda=AGENDA, known=TEAM, regrets=("carla",), quorum=2, providers=("bigblue",))
HOSTILE = replace(
    SHORT,
    agenda=tuple(Planned(id=str(n), text=LONG, source="added", link=f"https://{'x' * 400}", lines=(LONG,) * 9,
                         providers=("bigblue",)) for n in range(40)),
    known=tuple(Known(person=f"{LONG}{n}", accounts=frozenset({f"{n}"}), delegate=True, recused=("bigblue",))
                for n in range(20)),
)  # fmt: skip
QUEUE = tuple(f"bea: q+ q{n} to {LONG}" for n in range(40))
LINES = (
    "ana=a: #startmeeting", "ana=a: #rollcall", "ana=a: #agenda show", "ana=a: #next", "ana=a: #skip 2",
    "ana=a: #take 99", "ana=a: #take 1", "ana=a: #voters delegates", "ana=a: #topic bigblue", "ana=a: #motion x",
    "ana=a: +1", "ana=a: #showvote", "ana=a: #endvote", "ana=a: #take 2", "ana=a: #next", *QUEUE, "ana=a: q?",
    "ana=a: close item 1", "ana=a: ack q0", "ana=a: ack nobody", "ana=a: #info x", "ana=a: #edit 1 y", "ana=a: s/y/z/",
)  # fmt: skip


def walked(rules: Rules, lines: tuple[str, ...]) -> list[Reply]:
    meeting, found = Meeting(channel="#clouds", rules=rules), list[Reply]()
    for line in said(*lines):
        meeting, replies = step(meeting, line)
        found += replies
    return found


def shown(rules: Rules, lines: tuple[str, ...] = LINES) -> list[str]:
    words, more = Words(), {"published": True, "url": ""}
    values = [(one.words, {**more, **one.values}) for one in walked(rules, lines) if one.how != "topic"]
    return [" ".join(words.render(f"irc/{name}", those).split()) for name, those in values]


@pytest.mark.parametrize("rules", [SHORT, HOSTILE])
def test_every_line_is_short_enough(rules: Rules) -> None:
    assert [line for line in shown(rules) if len(line.encode()) > MOST] == []


def test_the_queue_is_said() -> None:
    lines = ("ana: #startmeeting", "ana: q?", "bea: q+ to ask", "cyd: q+", "ana: q?", "ana: close this", "ana: ack bea")
    assert [line for line in shown(SHORT, lines) if "speak" in line or "floor" in line] == [
        "nobody waits to speak",
        "Waiting to speak: bea (ask), cyd.",
        '2 people wait to speak: bea, cyd. Say "really" to go on all the same.',
        "bea has the floor: you wanted to ask. Then cyd.",
    ]
