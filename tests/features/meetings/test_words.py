"""Every word of a meeting has a template, which renders short and harmless, whatever was typed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cloudbot
from cloudbot.adapters.render import Words
from cloudbot.core.meetings.commands import COMMANDS
from cloudbot.core.meetings.fold import step
from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.meeting import Meeting, Rules
from cloudbot.core.meetings.planned import Known, Planned
from cloudbot.core.text import MARK, is_harmless_start
from tests.features.builders import NOW

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Reply

PACKAGE = Path(cloudbot.__file__).parent
FOLDERS = (
    PACKAGE / "core" / "meetings",
    PACKAGE / "features" / "meetings",
    PACKAGE / "features" / "records" / "meetings",
)
WORD = re.compile(r'"(?:irc/)?(meeting_[a-z_]+)"')
USED = sorted({word for folder in FOLDERS for path in folder.rglob("*.py") for word in WORD.findall(path.read_text())})
"""Every word that the code says."""
TEMPLATES = PACKAGE.parent / "templates" / "irc"
OF_THE_FOLD = {word for path in FOLDERS[0].rglob("*.py") for word in WORD.findall(path.read_text())}
WORST = ("漢" * 255, "!op eve " + "x" * 400, "robin: " * 60, "{{ 7 * 7 }}", "a")
"""Outside text: long, wide, a command of another bot, somebody's name."""


@pytest.mark.parametrize("word", USED)
def test_every_word_has_a_template(word: str) -> None:
    assert (TEMPLATES / f"{word}.j2").is_file()


def test_no_template_is_nobodys() -> None:
    assert {path.stem for path in TEMPLATES.glob("meeting_*.j2")} - set(USED) == set()


def rules(typed: str) -> Rules:
    agenda = tuple(
        Planned(id=f"i{number}", text=typed, source="mail", owner=typed, link=typed, lines=(typed,) * number)
        for number in range(9)
    )
    eve = Known(person="eve", accounts=frozenset({"eve"}), names=("eve",), delegate=True, recused=("ec2", typed))
    others = tuple(Known(person=f"p{number}{typed}", delegate=True) for number in range(9))
    return Rules(
        bot="cloudbot", agenda=agenda, known=(eve, *others), regrets=(typed,), quorum=3, providers=("ec2",),
        delegates=frozenset({"eve"}),
    )  # fmt: skip


SCRIPT = (
    *(f"#{one.name} {{}}" for one in COMMANDS if one.name not in {"endmeeting", "lurk"}), "#chair a, {}", "#topic ec2",
    "#motion {}", "-1", "+1", "#showvote", "#vote {}", "#motion {}", "#voters {}", "#voters delegates", "#voters all",
    "#voters robin", "#vote 1", "#close", "#startvote {}? {}, b, c", "#vote b", "#undo", "#undo 1", "#undo 999",
    "#edit 2 {}", "#vote b", "#showvote", "#endvote", "#next", "#agenda show", "#agenda", "#take 1", "#take 99",
    "#skip", "#next", "#close", "#todo {}", "#action {}", "#info", "#unchair eve", "#startmeeting", "#rollcall",
    "#votesrequired x", "#meetingname {}", "#catchup", *("#next",) * 12, "#skip 1",
)  # fmt: skip


def replies(typed: str) -> list[Reply]:
    """Return what the bot does about a meeting in which all that can be typed is typed, by a chair and by another."""
    meeting, at = Meeting(channel="#clouds", rules=rules(typed)), NOW
    found: list[Reply] = []
    script = [f"eve #startmeeting {typed}", *(f"eve {one}" for one in SCRIPT), *(f"bob {one}" for one in SCRIPT)]
    more = ("eve #skip 2", *["eve #next"] * 12, "eve #motion y", "eve #voters robin", "bob #vote +1", "eve #close")
    for row in (
        *script,
        *more,
        "eve #topic ec2",
        "eve #motion x",
        "eve +1",
        "eve #close",
        "eve #voters all",
        "eve ready?",
        "bob wait",
        "eve ready?",
        "eve ready?",
        "eve #endmeeting",
    ):
        nick, _, said = row.partition(" ")
        at += timedelta(minutes=2)
        account = "eve" if nick == "eve" else ""
        line = Line(at=at, nick=nick, text=said.replace("{}", typed), account=account)
        meeting, some = step(meeting, line)
        found += some
    meeting = replace(meeting, phase="running")
    for line in (
        Line(at=at, nick="eve", text=f"#info {'x' * 400} {typed}", account="eve"),
        Line(at=at, nick="eve", text="more", account="eve"),
        Line(at=at, nick="eve", text="#motion z", account="eve"),
        Line(at=at, nick="ann", text="+1", kind="ballot", account="ann"),
        Line(at=at, nick="eve", text="gone", kind="leaves"),
        Line(at=at, nick="eve", text="#vote +1"),
    ):
        meeting, some = step(meeting, line)
        found += some
    return [*found, *_queued(typed)]


def _queued(typed: str) -> list[Reply]:
    """Return what the bot does about the speaker queue of W3C."""
    meeting = Meeting(channel="#clouds", rules=replace(rules(typed), w3c=True))
    found: list[Reply] = []
    asked = ("q?", f"q+ to {typed}", *(f"q+ {typed[:20]}{number} to {typed}" for number in range(9)), "q?")
    for row in ("#startmeeting", *asked, "next agendum", "ack nobody", "ack eve"):
        meeting, some = step(meeting, Line(at=NOW, nick="eve", text=row, account="eve"))
        found += some
    return found


def test_the_script_says_every_word_of_the_fold() -> None:
    said = {reply.words for typed in WORST for reply in replies(typed)}
    assert OF_THE_FOLD - said == NOT_IN_THE_SCRIPT


NOT_IN_THE_SCRIPT = {"meeting_item_time"}
"Said by the clock: see test_over."

OURS = ("Topic: ", "Agenda: ", "Agenda, ", "Voters: ", "Here: ", "Waiting to speak: ")
"""Words of our own that stand before a colon."""


@pytest.mark.parametrize("typed", WORST, ids=["wide", "a command", "names", "a template", "short"])
def test_every_line_is_short_and_harmless(typed: str) -> None:
    words, more = (
        Words(),
        {"url": f"https://cb.example.org/{'x' * 150}", "published": True, "closed": None, "following": None},
    )
    lines = [" ".join(words.render(f"irc/{one.words}", {**more, **one.values}).split()) for one in replies(typed)]
    assert [line for line in lines if not line or len(line.encode()) > 400] == []
    assert [line for line in lines if not (line.startswith((MARK, *OURS)) or is_harmless_start(line))] == []
