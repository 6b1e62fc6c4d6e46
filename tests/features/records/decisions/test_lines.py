"""Whatever people propose and object, a line stays a line: nothing outside begins it, and it fits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.features.records.decisions.rooms import BOF, MAIL, Room, opened

LONG = "漢" * 400
ID = "D-2019-001"
OURS = (ID, "1 to decide: ", "still open: ", "in favour: ")


@pytest.mark.parametrize("text", [LONG, "!op x", "#topic x", "/me waves", "@all x", "s/a/b/", "KGB-0: x"])
def test_every_line_fits_and_begins_with_words_of_the_bot(text: str) -> None:
    room = Room()
    room.says("grace", f"!propose {text} class money")
    room.says("grace", f"!announced {ID} {MAIL}")
    room.says("erin", f"!object {ID} {text}")
    for line in ("!decisions", f"!decisions {ID}"):
        asked = room.says("bob", line)
        assert [each for each in asked if not each.startswith(OURS) or len(each.encode()) > 400] == []
        assert len(asked) <= 3
    room.says("erin", f"!resolve {ID}")
    room.says("grace", f"!revise {ID} another {text}")
    room.until(BOF + timedelta(days=60))
    assert room.states == {ID: "lapsed"}
    assert len(room.lines) > 8
    assert [line for _, line in room.lines if not line.startswith(ID)] == []


def test_twelve_that_are_open_are_one_line() -> None:
    room = opened()
    for number in range(11):
        room.at = BOF + timedelta(minutes=number)
        room.says("dan", f"!propose Proposal {number} with a long title that says all there is to be said about it")
    (line,) = room.says("bob", "!decisions")
    assert line.startswith("12 to decide: D-2019-001 until ")
    assert len(line.encode()) <= 400
