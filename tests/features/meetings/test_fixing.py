"""Corrections after the end: by who led the meeting or a delegate, with both versions kept."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import CommandGiven
from cloudbot.core.speech import Proof, Venue
from tests.features.builders import CHANNEL
from tests.features.meetings.rooms import SITE, STEM, Room, files, shown

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect

LINES = ("#startmeeting", "#topic Images", "#info two are missing", "#action robin to ask")
WAS = "[corrected 2019-07-22 by Alex; was: ACTION: robin to ask]"


def ended() -> Room:
    room = Room()
    room.does(*(f"alex: {line}" for line in LINES), "alex: #endmeeting")
    return room


def asks(room: Room, text: str, *, account: str = "alex", venue: Venue = CHANNEL) -> list[Effect]:
    proof = Proof(account, "whois-307") if account else None
    person = {"alex": "Alex", "robin": "Robin"}.get(account)
    fact = CommandGiven(
        at=room.at, id=f"c{room.bot.number}", command="minutes", args={"text": text}, venue=venue, nick=account,
        proof=proof, person=person,
    )  # fmt: skip
    return room.take(fact)


def test_a_correction_is_answered_with_the_link() -> None:
    effects = asks(ended(), "fix 3 eve to ask the DPL")
    assert shown(effects) == [
        f"Item 3 is now: ACTION eve to ask the DPL; both versions are kept. {SITE}/meetings/{STEM}.html"
    ]


def test_all_files_are_written_again_with_both_versions() -> None:
    written = files(asks(ended(), "fix 3 alex to ask the DPL"))
    assert sorted(written) == [
        *(f"{STEM}{ending}" for ending in (".html", ".log.html", ".log.txt", ".md", ".txt")),
        "debian-cloud/2019/index.html",
        "index.html",
    ]
    text = " ".join(written[f"{STEM}.txt"].split())
    assert f"ACTION: alex to ask the DPL (alex, 19:00:30) * {WAS}" in text
    assert "* alex * alex to ask the DPL" in text
    assert "alex to ask the DPL" in written[f"{STEM}.html"]
    assert WAS in written[f"{STEM}.html"]
    assert r"\[corrected 2019-07-22 by Alex; was: ACTION: robin to ask\]" in written[f"{STEM}.md"]
    assert "#action robin to ask" in written[f"{STEM}.log.txt"]


def test_every_row_of_the_corrected_text_is_an_item_as_meetbot_writes_them() -> None:
    room = ended()
    fact = CommandGiven(
        at=room.at, id="c9", command="minutes", args={"text": "fix 3 alex asks"}, venue=CHANNEL, nick="alex",
        proof=Proof("alex", "whois-307"), person="Alex van Alex",
    )  # fmt: skip
    text = files(room.take(fact))[f"{STEM}.txt"].partition("Meeting summary\n---------------\n\n")[2]
    rows = re.findall(r"(?ms)^ *\* (.*?)  \((\S+), (\d\d:\d\d:\d\d)\)$", text.partition("\n\n\n\n")[0])
    assert [(nick, at) for _, nick, at in rows] == [
        ("alex", "19:00:10"), ("alex", "19:00:20"), ("alex", "19:00:30"), ("Alex_van_Alex", "19:00:30"),
    ]  # fmt: skip


def test_whom_an_action_was_taken_from_does_not_have_it_any_more() -> None:
    text = files(asks(ended(), "fix 3 alex to ask"))[f"{STEM}.txt"]
    assert "* robin\n" not in text


def test_an_item_that_is_taken_out_is_still_told_of() -> None:
    room = ended()
    effects = asks(room, "fix l-4 drop")
    assert shown(effects)[0].startswith("Item 3 is taken out: robin to ask; both versions are kept.")
    text = files(effects)[f"{STEM}.txt"]
    assert "Action items, by person" not in text
    assert "[taken out 2019-07-22 by Alex; was: ACTION: robin to ask]" in " ".join(text.split())
    assert room.document.past[0].actions == 0


def test_a_correction_can_be_corrected() -> None:
    room = ended()
    asks(room, "fix 2 three are missing")
    text = " ".join(files(asks(room, "fix 2 none is missing"))[f"{STEM}.txt"].split())
    assert "* none is missing" in text
    assert "was: two are missing]" in text
    assert "was: three are missing]" in text


def test_a_restart_keeps_the_corrections() -> None:
    room = ended()
    asks(room, "fix 2 three are missing")
    assert room.restarted() == room.document


def test_what_may_not_be_published_is_masked_in_a_correction_too() -> None:
    assert "203.0.113.9" not in str(files(asks(ended(), "fix 2 see 203.0.113.9")))


@pytest.mark.parametrize(
    ("text", "account", "answer"),
    [
        ("fix", "alex", "type: minutes fix 3 TEXT, or minutes fix 3 drop; minutes items tells the numbers"),
        ("fix 3", "alex", "type: minutes fix 3 TEXT, or minutes fix 3 drop; minutes items tells the numbers"),
        ("fix three x", "alex", "type: minutes fix 3 TEXT, or minutes fix 3 drop; minutes items tells the numbers"),
        (
            "fix 99 x",
            "alex",
            "the minutes of #debian-cloud of 2019-07-22 19:00 have no such item; minutes items tells the numbers",
        ),
        (
            "fix 3 x",
            "robin",
            "the minutes of #debian-cloud of 2019-07-22 19:00 are corrected by its chairs or a delegate; ask alex",
        ),
        (
            "fix 3 x",
            "",
            "the minutes of #debian-cloud of 2019-07-22 19:00 are corrected by its chairs or a delegate; ask alex",
        ),
    ],
)
def test_what_is_refused_names_the_way_out(text: str, account: str, answer: str) -> None:
    effects = asks(ended(), text, account=account)
    assert shown(effects) == [answer]
    assert files(effects) == {}


def test_a_chair_of_the_meeting_may_too() -> None:
    room = Room()
    room.does("alex: #startmeeting", "robin: hello", "alex: #chair robin", "alex: #info x", "alex: #endmeeting")
    assert shown(asks(room, "fix 1 y", account="robin"))[0].startswith("Item 1 is now: INFO y;")


def test_a_delegate_may_too() -> None:
    room = ended()
    rules = replace(room.held.prepared.rules, delegates=frozenset({"robin"}))
    held = replace(room.held, prepared=replace(room.held.prepared, rules=rules))
    room.bot.documents = {**room.bot.documents, type(room.document): room.document.with_held(held)}
    assert shown(asks(room, "fix 2 y", account="robin"))[0].startswith("Item 2 is now: INFO y;")


def test_in_a_query_it_is_the_last_meeting_that_one_led() -> None:
    room = ended()
    room.venue = Venue("oftc", "#debian-boot")
    room.does("robin: #startmeeting", "robin: #info x", "robin: #endmeeting")
    effects = asks(room, "fix 2 three", venue=Venue("oftc", "alex"))
    assert f"{STEM}.txt" in files(effects)
    assert shown(effects)[0].startswith("(alex) Item 2 is now: INFO three;")


def test_where_no_meeting_is_kept_that_is_said() -> None:
    assert shown(asks(Room(), "fix 1 x")) == [
        "no meeting that ended here is kept with its lines any more; change its minutes where they are"
    ]
